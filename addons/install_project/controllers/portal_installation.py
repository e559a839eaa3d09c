from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager
from odoo.addons.sale_order_flow.controllers.signed_document import SignedDocumentPortal

PROJECT = "install.project"
ACCEPTANCE = "install.acceptance"
SHOWN = ("installing", "accepted", "closed")


class InstallationPortal(SignedDocumentPortal):
    """Customers follow their installations and accept them; partner companies read theirs (I2, I4, I6)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "installation_count" in counters:
            Project = request.env[PROJECT]
            allowed = Project.has_access("read")
            values["installation_count"] = (
                Project.search_count(self._installations_domain(), limit=1) if allowed else 0
            )
        return values

    def _installations_domain(self):
        mine = request.env.user.partner_id.commercial_partner_id
        return [
            ("state", "in", SHOWN),
            "|",
            ("partner_id", "child_of", mine.ids),
            ("contractor_id", "child_of", mine.ids),
        ]

    @http.route(
        ["/my/installations", "/my/installations/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_installations(self, page=1, **kwargs):
        Project = request.env[PROJECT]
        values = self._prepare_portal_layout_values()
        domain = self._installations_domain()
        total = Project.search_count(domain) if Project.has_access("read") else 0
        pages = pager(url="/my/installations", total=total, page=page, step=self._items_per_page)
        projects = (
            Project.search(domain, limit=self._items_per_page, offset=pages["offset"])
            if total
            else Project
        )
        values.update(
            {
                "installations": projects.sudo(),
                "page_name": "installation",
                "pager": pages,
                "default_url": "/my/installations",
            }
        )
        return request.render("install_project.portal_my_installations", values)

    @http.route(["/my/installations/<int:project_id>"], type="http", auth="public", website=True)
    def portal_installation(self, project_id, access_token=None, **kwargs):
        try:
            project_sudo = self._document_check_access(PROJECT, project_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if project_sudo.state not in SHOWN:
            return request.redirect("/my")
        values = self._get_page_view_values(
            project_sudo,
            access_token,
            {
                "page_name": "installation",
                "installation": project_sudo,
                "acceptances": self._acceptances_shown(project_sudo),
            },
            "my_installations_history",
            False,
            **kwargs,
        )
        return request.render("install_project.portal_installation_page", values)

    def _acceptances_shown(self, project_sudo):
        """Those that the visitor may read by an account of their own, as superuser.

        The address of the project opens none: partner companies have it, too, and the list leads to
        where the customer signs.
        """
        readable = project_sudo.acceptance_ids.with_env(request.env)._filtered_access("read")
        return readable.sudo().filtered(
            lambda acceptance: acceptance.state in acceptance._portal_states
        )

    # ------------------------------------------------------------------ acceptance

    @http.route(["/my/acceptances/<int:acceptance_id>"], type="http", auth="public", website=True)
    def portal_acceptance(self, acceptance_id, access_token=None, **kwargs):
        try:
            acceptance_sudo = self._signed_document(ACCEPTANCE, acceptance_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._acceptance_page(acceptance_sudo, access_token, **kwargs)

    def _acceptance_page(self, acceptance_sudo, access_token, **kwargs):
        values = self._get_page_view_values(
            acceptance_sudo,
            access_token,
            {
                "page_name": "acceptance",
                "acceptance": acceptance_sudo,
                "refusal": acceptance_sudo._signature_refusal(),
                "error": kwargs.pop("error", None),
                "message": kwargs.pop("message", None),
            },
            "my_acceptances_history",
            False,
            **kwargs,
        )
        return request.render("install_project.portal_acceptance_page", values)

    @http.route(
        ["/my/acceptances/<int:acceptance_id>/document"],
        type="http",
        auth="public",
        website=True,
    )
    def portal_acceptance_document(self, acceptance_id, access_token=None):
        try:
            acceptance_sudo = self._signed_document(ACCEPTANCE, acceptance_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if acceptance_sudo.state != "signed":
            return request.redirect(acceptance_sudo.get_portal_url())
        stream = request.env["ir.binary"]._get_stream_from(
            acceptance_sudo, "document", filename=acceptance_sudo.document_name
        )
        return stream.get_response(as_attachment=True)

    @http.route(
        ["/my/acceptances/<int:acceptance_id>/accept"], type="jsonrpc", auth="public", website=True
    )
    def portal_acceptance_accept(
        self, acceptance_id, access_token=None, name=None, signature=None, version=None
    ):
        return self._signed_document_accept(
            ACCEPTANCE, acceptance_id, access_token, name, signature, version
        )

    @http.route(
        ["/my/acceptances/<int:acceptance_id>/refuse"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_acceptance_refuse(self, acceptance_id, access_token=None, reason=None, **post):
        """The customer does not accept it, and says why."""
        try:
            acceptance_sudo = self._signed_document(ACCEPTANCE, acceptance_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                acceptance_sudo._refuse((reason or "")[:2000])
        except UserError as error:
            return self._acceptance_page(acceptance_sudo, access_token, error=str(error))
        return request.redirect(acceptance_sudo.get_portal_url(query_string="&message=refused"))

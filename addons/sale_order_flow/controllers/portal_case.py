from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

MODEL = "order.case"
# what a customer can ask for; advertising is asked for by our own people
KINDS = ("complaint", "feedback", "technical")
MAX_FILES = 5
MAX_MEGABYTES = 10


class CasePortal(CustomerPortal):
    """Customers open cases on their own orders, and read what came of them (F19)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "case_count" in counters:
            Case = request.env[MODEL]
            allowed = Case.has_access("read")
            values["case_count"] = (
                Case.search_count(self._cases_domain(), limit=1) if allowed else 0
            )
        return values

    def _cases_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", [customer.id])]

    @http.route(["/my/cases", "/my/cases/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_cases(self, page=1, **kwargs):
        Case = request.env[MODEL]
        values = self._prepare_portal_layout_values()
        allowed = Case.has_access("read")
        total = Case.search_count(self._cases_domain()) if allowed else 0
        pages = pager(url="/my/cases", total=total, page=page, step=self._items_per_page)
        cases = (
            Case.search(self._cases_domain(), limit=self._items_per_page, offset=pages["offset"])
            if total
            else Case
        )
        values.update(
            {"cases": cases, "page_name": "case", "pager": pages, "default_url": "/my/cases"}
        )
        return request.render("sale_order_flow.portal_my_cases", values)

    @http.route(["/my/cases/<int:case_id>"], type="http", auth="public", website=True)
    def portal_case(self, case_id, access_token=None, **kwargs):
        try:
            case_sudo = self._document_check_access(MODEL, case_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            case_sudo,
            access_token,
            {"page_name": "case", "case": case_sudo, "message": kwargs.get("message")},
            "my_cases_history",
            False,
            **kwargs,
        )
        return request.render("sale_order_flow.portal_case_page", values)

    # ------------------------------------------------------------------ opening one

    def _case_orders(self):
        """The orders that the customer may complain about: the own ones, confirmed, in the flow."""
        Order = request.env["sale.order"]
        if request.env.user._is_internal() or not Order.has_access("read"):
            return Order
        customer = request.env.user.partner_id.commercial_partner_id
        return Order.search(
            [
                ("partner_id", "child_of", [customer.id]),
                ("state", "=", "sale"),
                ("order_flow", "=", True),
            ],
            limit=200,
        )

    @http.route(["/my/cases/new"], type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_new_case(self, **post):
        orders = self._case_orders()
        if not orders:
            return request.redirect("/my/cases")
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    case_sudo = self._open_case(orders, post)
                return request.redirect(case_sudo.get_portal_url(query_string="&message=opened"))
            except UserError as refusal:
                error = str(refusal)
        values = self._prepare_portal_layout_values()
        kinds = dict(request.env[MODEL]._fields["kind"]._description_selection(request.env))
        values.update(
            {
                "page_name": "case",
                "orders": orders,
                "kinds": [(kind, kinds[kind]) for kind in KINDS],
                "entered": post,
                "error": error,
                "max_files": MAX_FILES,
                "max_megabytes": MAX_MEGABYTES,
            }
        )
        return request.render("sale_order_flow.portal_case_new", values)

    def _open_case(self, orders, post):
        """:raise UserError: in words for the customer; nothing is opened then"""
        subject = (post.get("subject") or "").strip()
        description = (post.get("description") or "").strip()
        if not subject or not description or post.get("kind") not in KINDS:
            raise UserError(
                request.env._("Choose what it is about, and fill in subject and description.")
            )
        order = orders.filtered(lambda order: str(order.id) == post.get("order_id"))
        if not order:
            raise UserError(request.env._("Choose one of your orders."))
        files = self._case_files()
        partner = request.env.user.partner_id
        case_sudo = request.env[MODEL]._open_case(
            {
                "kind": post["kind"],
                "subject": subject[:200],
                "description": description,
                "order_id": order.id,
                "partner_id": partner.id,
                "company_id": order.sudo().company_id.id,
                "source": "portal",
            }
        )
        case_sudo.message_subscribe(partner.ids)
        if files:
            case_sudo.message_post(
                body=request.env._("Files of the customer"),
                author_id=partner.id,
                attachments=files,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return case_sudo

    def _case_files(self):
        """``[(name, content)]`` of the upload; never more in memory than one file that is too big."""
        uploads = [
            file for file in request.httprequest.files.getlist("files") if file and file.filename
        ]
        if len(uploads) > MAX_FILES:
            raise UserError(
                request.env._("At most %s files can be attached. Choose fewer.", MAX_FILES)
            )
        limit, files = MAX_MEGABYTES * 1024 * 1024, []
        for file in uploads:
            content = file.stream.read(limit + 1)
            if len(content) > limit:
                raise UserError(
                    request.env._(
                        "“%(file)s” is larger than %(limit)s MB. Attach a smaller file.",
                        file=file.filename,
                        limit=MAX_MEGABYTES,
                    )
                )
            files.append((file.filename, content))
        return files

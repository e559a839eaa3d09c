from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

SHOWN = ("out", "signed", "archived")


class ContractPortal(CustomerPortal):
    """Customers see their own contracts and download the signed copies (F9)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "contract_count" in counters:
            Contract = request.env["sale.contract"]
            allowed = Contract.has_access("read")
            values["contract_count"] = (
                Contract.search_count(self._contracts_domain(), limit=1) if allowed else 0
            )
        return values

    def _contracts_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", [customer.id]), ("state", "in", SHOWN)]

    @http.route(
        ["/my/contracts", "/my/contracts/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_contracts(self, page=1, **kwargs):
        Contract = request.env["sale.contract"]
        values = self._prepare_portal_layout_values()
        domain = self._contracts_domain()
        total = Contract.search_count(domain) if Contract.has_access("read") else 0
        pages = pager(url="/my/contracts", total=total, page=page, step=self._items_per_page)
        contracts = (
            Contract.search(domain, limit=self._items_per_page, offset=pages["offset"])
            if total
            else Contract
        )
        values.update(
            {
                "contracts": contracts,
                "page_name": "contract",
                "pager": pages,
                "default_url": "/my/contracts",
            }
        )
        return request.render("sale_order_flow.portal_my_contracts", values)

    def _contract(self, contract_id, access_token):
        """The contract as superuser, if the caller may see it.

        :raise AccessError: for others', drafts and cancelled ones
        :raise MissingError: when there is none
        """
        contract_sudo = self._document_check_access("sale.contract", contract_id, access_token)
        if contract_sudo.state not in SHOWN:
            raise AccessError(request.env._("This contract is not shown in the portal."))
        return contract_sudo

    @http.route(["/my/contracts/<int:contract_id>"], type="http", auth="public", website=True)
    def portal_contract(self, contract_id, access_token=None, **kwargs):
        try:
            contract_sudo = self._contract(contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            contract_sudo,
            access_token,
            {"page_name": "contract", "contract": contract_sudo},
            "my_contracts_history",
            False,
            **kwargs,
        )
        return request.render("sale_order_flow.portal_contract_page", values)

    @http.route(
        ["/my/contracts/<int:contract_id>/document"], type="http", auth="public", website=True
    )
    def portal_contract_document(self, contract_id, access_token=None):
        try:
            contract_sudo = self._contract(contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not contract_sudo.signed_at:
            return request.redirect(contract_sudo.get_portal_url())
        stream = request.env["ir.binary"]._get_stream_from(
            contract_sudo,
            "document",
            filename=contract_sudo.document_name
            or f"{contract_sudo._get_report_base_filename()}.pdf",
        )
        return stream.get_response(as_attachment=True)

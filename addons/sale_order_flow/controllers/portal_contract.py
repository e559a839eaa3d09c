from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from .signed_document import SignedDocumentPortal

MODEL = "sale.contract"


class ContractPortal(SignedDocumentPortal):
    """Customers see their own contracts, sign them and download the signed copies (F9)."""

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
        shown = request.env[MODEL]._portal_states
        return [("partner_id", "child_of", [customer.id]), ("state", "in", shown)]

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

    @http.route(["/my/contracts/<int:contract_id>"], type="http", auth="public", website=True)
    def portal_contract(self, contract_id, access_token=None, **kwargs):
        try:
            contract_sudo = self._signed_document(MODEL, contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            contract_sudo,
            access_token,
            {
                "page_name": "contract",
                "contract": contract_sudo,
                "refusal": contract_sudo._signature_refusal(),
                "message": kwargs.get("message"),
            },
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
            contract_sudo = self._signed_document(MODEL, contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not contract_sudo.signed_at:
            if contract_sudo._signature_refusal():
                return request.redirect(contract_sudo.get_portal_url())
            return self._pdf(contract_sudo)
        stream = request.env["ir.binary"]._get_stream_from(
            contract_sudo,
            "document",
            filename=contract_sudo.document_name
            or f"{contract_sudo._get_report_base_filename()}.pdf",
        )
        return stream.get_response(as_attachment=True)

    def _pdf(self, contract_sudo):
        """What the customer is asked to sign, to read it before."""
        name = f"{contract_sudo._get_report_base_filename()}.pdf"
        return request.make_response(
            contract_sudo._contract_pdf(),
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", http.content_disposition(name)),
            ],
        )

    @http.route(
        ["/my/contracts/<int:contract_id>/accept"], type="jsonrpc", auth="public", website=True
    )
    def portal_contract_accept(
        self, contract_id, access_token=None, name=None, signature=None, version=None
    ):
        return self._signed_document_accept(
            MODEL, contract_id, access_token, name, signature, version
        )

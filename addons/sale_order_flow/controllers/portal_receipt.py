from base64 import b64encode

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from ..photo import PHOTO_LIMIT
from .signed_document import SignedDocumentPortal

MODEL = "delivery.receipt"


class ReceiptPortal(SignedDocumentPortal):
    """Customers say what arrived, and sign for it (F15)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "receipt_count" in counters:
            Receipt = request.env[MODEL]
            allowed = Receipt.has_access("read")
            values["receipt_count"] = (
                Receipt.search_count(self._receipts_domain(), limit=1) if allowed else 0
            )
        return values

    def _receipts_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", [customer.id])]

    @http.route(
        ["/my/receipts", "/my/receipts/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_receipts(self, page=1, **kwargs):
        Receipt = request.env[MODEL]
        values = self._prepare_portal_layout_values()
        domain = self._receipts_domain()
        total = Receipt.search_count(domain) if Receipt.has_access("read") else 0
        pages = pager(url="/my/receipts", total=total, page=page, step=self._items_per_page)
        receipts = (
            Receipt.search(domain, limit=self._items_per_page, offset=pages["offset"])
            if total
            else Receipt
        )
        values.update(
            {
                "receipts": receipts.sudo(),
                "page_name": "receipt",
                "pager": pages,
                "default_url": "/my/receipts",
            }
        )
        return request.render("sale_order_flow.portal_my_receipts", values)

    @http.route(["/my/receipts/<int:receipt_id>"], type="http", auth="public", website=True)
    def portal_receipt(self, receipt_id, access_token=None, **kwargs):
        try:
            receipt_sudo = self._signed_document(MODEL, receipt_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._receipt_page(receipt_sudo, access_token, **kwargs)

    def _receipt_page(self, receipt_sudo, access_token, **kwargs):
        values = self._get_page_view_values(
            receipt_sudo,
            access_token,
            {
                "page_name": "receipt",
                "receipt": receipt_sudo,
                "refusal": receipt_sudo._signature_refusal(),
                "edit": bool(kwargs.pop("edit", False)) and receipt_sudo.state == "waiting",
                "error": kwargs.pop("error", None),
                "message": kwargs.pop("message", None),
            },
            "my_receipts_history",
            False,
            **kwargs,
        )
        return request.render("sale_order_flow.portal_receipt_page", values)

    @http.route(
        ["/my/receipts/<int:receipt_id>/goods"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_receipt_goods(self, receipt_id, access_token=None, **post):
        """Keep what the customer says arrived, to be signed next."""
        try:
            receipt_sudo = self._signed_document(MODEL, receipt_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                self._keep_goods(receipt_sudo, post)
        except UserError as error:
            return self._receipt_page(receipt_sudo, access_token, edit=True, error=str(error))
        return request.redirect(receipt_sudo.get_portal_url(query_string="&message=kept"))

    def _keep_goods(self, receipt_sudo, post):
        """:raise UserError: in words for the customer; nothing is kept then"""
        receipt_sudo._check_waiting()
        try:
            receipt_sudo.received_on = post.get("received_on") or False
        except ValueError as error:
            raise UserError(request.env._("Enter the day the goods arrived.")) from error
        for line in receipt_sudo.line_ids:
            values = {
                "received_quantity": self._number(post.get(f"received_{line.id}")),
                "condition": post.get(f"condition_{line.id}"),
                "affected_quantity": self._number(post.get(f"affected_{line.id}") or "0"),
                "note": (post.get(f"note_{line.id}") or "").strip()[:2000],
            }
            if values["condition"] not in dict(line._fields["condition"].selection):
                values["condition"] = "good"
            photo = post.get(f"photo_{line.id}")
            if photo and getattr(photo, "filename", ""):
                # no more than what tells that it is too much is read
                values["photo"] = b64encode(photo.read(PHOTO_LIMIT + 4))
            line.write(values)
            if problem := line._problem():
                raise UserError(problem)

    def _number(self, text):
        try:
            number = float((text or "").replace(",", "."))
        except ValueError as error:
            raise UserError(request.env._("“%s” is no number.", text)) from error
        if number != number or number in (float("inf"), float("-inf")):
            raise UserError(request.env._("“%s” is no number.", text))
        return number

    @http.route(
        ["/my/receipts/<int:receipt_id>/document"], type="http", auth="public", website=True
    )
    def portal_receipt_document(self, receipt_id, access_token=None):
        try:
            receipt_sudo = self._signed_document(MODEL, receipt_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not receipt_sudo.document or receipt_sudo.state != "signed":
            return request.redirect(receipt_sudo.get_portal_url())
        stream = request.env["ir.binary"]._get_stream_from(
            receipt_sudo,
            "document",
            filename=receipt_sudo.document_name
            or f"{receipt_sudo._get_report_base_filename()}.pdf",
        )
        return stream.get_response(as_attachment=True)

    @http.route(
        ["/my/receipts/<int:receipt_id>/accept"], type="jsonrpc", auth="public", website=True
    )
    def portal_receipt_accept(
        self, receipt_id, access_token=None, name=None, signature=None, version=None
    ):
        return self._signed_document_accept(
            MODEL, receipt_id, access_token, name, signature, version
        )

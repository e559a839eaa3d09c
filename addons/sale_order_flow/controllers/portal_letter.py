from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from .signed_document import SignedDocumentPortal

MODEL = "sale.confirmation.letter"


class LetterPortal(SignedDocumentPortal):
    """The customer reads, signs and downloads the confirmation letter (F8)."""

    @http.route(["/my/letters/<int:letter_id>"], type="http", auth="public", website=True)
    def portal_letter(self, letter_id, access_token=None, report_type=None, **kwargs):
        try:
            letter_sudo = self._signed_document(MODEL, letter_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf" and letter_sudo.document:
            stream = request.env["ir.binary"]._get_stream_from(
                letter_sudo, "document", filename=letter_sudo.document_name
            )
            return stream.get_response(as_attachment=True)
        if report_type == "pdf":
            return self._show_report(
                model=letter_sudo,
                report_type="pdf",
                report_ref="sale_order_flow.action_report_confirmation_letter",
                download=True,
            )
        values = self._get_page_view_values(
            letter_sudo,
            access_token,
            {"page_name": "letter", "letter": letter_sudo, "message": kwargs.get("message")},
            "my_letters_history",
            False,
            **kwargs,
        )
        return request.render("sale_order_flow.portal_letter_page", values)

    @http.route(["/my/letters/<int:letter_id>/accept"], type="jsonrpc", auth="public", website=True)
    def portal_letter_accept(self, letter_id, access_token=None, name=None, signature=None):
        return self._signed_document_accept(MODEL, letter_id, access_token, name, signature)

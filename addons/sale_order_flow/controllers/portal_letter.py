import binascii

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

SHOWN = ("sent", "confirmed")


class LetterPortal(CustomerPortal):
    """The customer reads, signs and downloads the confirmation letter (F8)."""

    def _letter(self, letter_id, access_token):
        """The letter as superuser, if the caller may see it.

        :raise AccessError: for others', and those that were not sent or are replaced
        :raise MissingError: when there is none
        """
        letter_sudo = self._document_check_access(
            "sale.confirmation.letter", letter_id, access_token
        )
        if letter_sudo.state not in SHOWN:
            raise AccessError(request.env._("This letter is not shown in the portal."))
        return letter_sudo

    @http.route(["/my/letters/<int:letter_id>"], type="http", auth="public", website=True)
    def portal_letter(self, letter_id, access_token=None, report_type=None, **kwargs):
        try:
            letter_sudo = self._letter(letter_id, access_token)
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
        token = access_token or request.httprequest.args.get("access_token")
        try:
            letter_sudo = self._letter(letter_id, token)
        except (AccessError, MissingError):
            return {"error": request.env._("This letter was replaced or is not yours.")}
        if not letter_sudo._has_to_be_signed():
            return {"error": request.env._("This letter does not wait for a signature any more.")}
        if not signature or not (name or "").strip():
            return {"error": request.env._("Name or signature is missing.")}
        try:
            letter_sudo._sign(name.strip(), signature)
            request.env.cr.flush()
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        return {
            "force_refresh": True,
            "redirect_url": letter_sudo.get_portal_url(query_string="&message=signed"),
        }

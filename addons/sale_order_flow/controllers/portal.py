import binascii

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class OrderFlowPortal(CustomerPortal):
    @http.route()
    def portal_quote_accept(self, order_id, access_token=None, name=None, signature=None):
        """Keep a signature given on a page that was opened before the order went into review.

        The order is not confirmed by it; confirmation follows the approval.
        """
        token = access_token or request.httprequest.args.get("access_token")
        try:
            order_sudo = self._document_check_access("sale.order", order_id, access_token=token)
        except (AccessError, MissingError):
            return super().portal_quote_accept(order_id, access_token, name, signature)
        late = (
            signature
            and order_sudo.state in ("draft", "sent")
            and not order_sudo.is_expired
            and order_sudo.require_signature
            and not order_sudo.signature
            and order_sudo._is_withheld_from_customer()
        )
        if not late:
            return super().portal_quote_accept(order_id, access_token, name, signature)
        try:
            order_sudo._keep_signature(name, signature)
            # flush now to make the signature available to the rendering of the document
            request.env.cr.flush()
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        order_sudo._validate_order()
        self._record_signature(order_sudo, name)
        return {
            "force_refresh": True,
            "redirect_url": order_sudo.get_portal_url(query_string="&message=sign_kept"),
        }

    @http.route(
        "/my/orders/<int:order_id>/later_date",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_later_date(
        self, order_id, access_token=None, promise_id=None, answer=None, name=None, **_post
    ):
        """The customer agrees to a later delivery date, or does not (F7)."""
        try:
            order_sudo = self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        user = request.env.user
        if user._is_internal():
            # the company does not answer itself: it records what the customer said
            return request.redirect(order_sudo.get_portal_url())
        asked = str(promise_id or "")
        known = {str(row["id"]): row["id"] for row in order_sudo._portal_later_dates()}
        if asked not in known or answer not in ("agreed", "refused"):
            return request.redirect(order_sudo.get_portal_url())
        partner = order_sudo.partner_id if user._is_public() else user.partner_id
        order_sudo._answer_later_date(known[asked], answer == "agreed", partner, name)
        return request.redirect(order_sudo.get_portal_url())

    def _record_signature(self, order_sudo, name):
        """Keep the signed document as evidence, as after any signature."""
        report_sudo = request.env["ir.actions.report"].sudo()
        pdf = report_sudo._render_qweb_pdf("sale.action_report_saleorder", [order_sudo.id])[0]
        public = request.env.user._is_public()
        author = order_sudo.partner_id if public else request.env.user.partner_id
        order_sudo.message_post(
            attachments=[(f"{order_sudo.name}.pdf", pdf)],
            author_id=author.id,
            body=request.env._("Order signed by %s; it is confirmed when it is approved.", name),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

import binascii

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class OrderFlowPortal(CustomerPortal):
    @http.route()
    def portal_quote_accept(self, order_id, access_token=None, name=None, signature=None):
        """Keep the signature of a customer whose page was open before the review began.

        The order is confirmed when it is approved; the customer does not have to sign again.
        """
        access_token = access_token or request.httprequest.args.get("access_token")
        try:
            order_sudo = self._document_check_access("sale.order", order_id, access_token=access_token)
        except (AccessError, MissingError):
            return super().portal_quote_accept(order_id, access_token, name, signature)
        if not (signature and order_sudo._may_keep_signature()):
            return super().portal_quote_accept(order_id, access_token, name, signature)
        try:
            order_sudo.write({
                "signed_by": name, "signed_on": fields.Datetime.now(), "signature": signature,
            })
            request.env.cr.flush()
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        order_sudo._defer_confirmation(request.env._("Order signed by %s", name))
        return {
            "force_refresh": True,
            "redirect_url": order_sudo.get_portal_url(query_string="&message=sign_ok"),
        }

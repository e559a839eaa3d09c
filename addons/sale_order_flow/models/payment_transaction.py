from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """A payment that arrives before approval is booked; the order is submitted, not confirmed."""
        deferred = self.browse()
        for transaction in self:
            orders = transaction.sale_order_ids.filtered(
                lambda order: order.state in ("draft", "sent")
            )
            if (
                len(transaction.sale_order_ids) == 1
                and orders
                and orders._is_withheld_from_customer()
            ):
                deferred |= transaction
                if orders._is_confirmation_amount_reached():
                    orders._defer_confirmation()
        return super(PaymentTransaction, self - deferred)._check_amount_and_confirm_order()

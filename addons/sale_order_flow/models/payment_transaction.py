from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """A payment during review is booked; the order is confirmed when it is approved."""
        deferred = self.browse()
        for transaction in self:
            orders = transaction.sale_order_ids
            if len(orders) == 1 and orders._awaits_approval():
                deferred += transaction
                orders._defer_confirmation(self.env._("The customer paid (%s).", transaction.reference))
        return super(PaymentTransaction, self - deferred)._check_amount_and_confirm_order()

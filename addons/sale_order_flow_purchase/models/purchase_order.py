from odoo import models


class PurchaseOrder(models.Model):
    """What is bought for an order is ordered when the order may start (F7, F11)."""

    _name = "purchase.order"
    _inherit = ["purchase.order", "order.flow.started"]

    _flow_waiting_states = ("draft", "sent", "to approve")
    _flow_begun_states = frozenset({"purchase"})

    def _flow_orders(self):
        return self.sudo()._get_sale_orders()

    def button_confirm(self):
        self._check_may_begin()
        return super().button_confirm()

    def button_approve(self, force=False):
        self._check_may_begin()
        return super().button_approve(force=force)

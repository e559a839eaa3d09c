from odoo import fields, models


class PurchaseOrder(models.Model):
    """Purchase orders that bring what departments asked for (S6)."""

    _inherit = "purchase.order"

    purchase_request_count = fields.Integer(
        compute="_compute_purchase_request_count", compute_sudo=True
    )

    def _compute_purchase_request_count(self):
        for order in self:
            order.purchase_request_count = len(order.order_line.allocation_ids.request_id)

    def action_view_purchase_requests(self):
        """The purchase requests that these orders buy for."""
        requests = self.sudo().order_line.allocation_ids.request_id.with_env(self.env)
        return requests._get_records_action(name=self.env._("Purchase Requests"))

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.order_line._settle_requests()
        return result

    def _demanded_lines(self):
        return self.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment and line.product_qty
        )

    def _cancel_emptied(self):
        """Cancel quotations that nothing is left of."""
        emptied = self.filtered(lambda order: not order._demanded_lines())
        if emptied:
            emptied.button_cancel()

    def _cancel_unneeded(self, requests):
        """Cancel open quotations after these requests were given up; say so on those that go on.

        Their allocation rows are gone already: a quotation that was asked for them alone stands for
        nothing any more.
        """
        names = ", ".join(requests.mapped("name"))
        for order in self.filtered(lambda order: order.state in ("draft", "sent", "to approve")):
            asked = order._demanded_lines()._planned_quantities()
            order.message_post(
                body=self.env._("%s was cancelled: the goods are no longer needed.", names)
            )
            if not any(asked.values()):
                order.button_cancel()

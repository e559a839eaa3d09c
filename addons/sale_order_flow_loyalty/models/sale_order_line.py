from odoo import models


class SaleOrderLine(models.Model):
    """Rewards have no price of their own: the promotion they come from is judged (F5)."""

    _inherit = "sale.order.line"

    def _is_priced(self):
        return not self.reward_id and super()._is_priced()

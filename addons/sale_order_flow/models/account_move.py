from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _stands_for_orders(self):
        """Whether the entry is posted and was not reversed."""
        self.ensure_one()
        return self.state == "posted" and "posted" not in self.reversal_move_ids.mapped("state")

from odoo import models


class MrpProduction(models.Model):
    """A production for an order begins when the order may start (F7, F11)."""

    _name = "mrp.production"
    _inherit = ["mrp.production", "order.flow.started"]

    _flow_waiting_states = ("draft", "confirmed")
    _flow_begun_states = frozenset({"progress", "to_close", "done"})

    def _flow_orders(self):
        production = self.sudo()
        return production.sale_line_id.order_id | production.reference_ids.sale_ids

    def action_confirm(self):
        self.filtered(lambda production: production.state == "draft")._check_may_begin()
        return super().action_confirm()

    def button_plan(self):
        self._check_may_begin()
        return super().button_plan()

    def action_start(self):
        self._check_may_begin()
        return super().action_start()

    def button_mark_done(self):
        self._check_may_begin()
        return super().button_mark_done()

from odoo import api, fields, models


class StockingRequest(models.Model):
    _inherit = "stocking.request"

    production_count = fields.Integer(compute="_compute_production_count", compute_sudo=True)

    @api.depends("line_ids.allocation_ids.shortage_id.production_id")
    def _compute_production_count(self):
        for request in self:
            request.production_count = len(request._productions())

    def _productions(self):
        return self._shortages().production_id._covering()

    def action_view_productions(self):
        """Open the productions made for these requests."""
        return self._productions()._get_records_action(name=self.env._("Manufacturing Orders"))

    def action_purchasing_step(self):
        """What is only produced opens the productions."""
        shortages = self._shortages()
        if shortages and not shortages.filtered(lambda shortage: shortage.source == "purchase"):
            return self.action_view_productions()
        return super().action_purchasing_step()

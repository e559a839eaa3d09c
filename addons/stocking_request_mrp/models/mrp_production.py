from odoo import fields, models


class MrpProduction(models.Model):
    """A production that brings missing goods (S3), and whose date they wait for (S5)."""

    _inherit = "mrp.production"

    shortage_ids = fields.One2many(
        "supply.shortage", "production_id", string="Shortages Covered", groups="base.group_user"
    )

    def action_confirm(self):
        # nothing is made for an order on hold, or whose deposit was taken back meanwhile (F7)
        self.sudo().shortage_ids.sale_order_id._check_may_start()
        waiting = self.sudo().shortage_ids.filtered(lambda shortage: shortage.state == "planned")
        result = super().action_confirm()
        waiting.filtered(lambda shortage: shortage.state == "ordered")._pass_on_dates()
        return result

    def write(self, vals):
        if {"date_start", "date_finished"}.isdisjoint(vals) or not self.sudo().shortage_ids:
            return super().write(vals)
        with self.sudo().shortage_ids._watched_dates():
            return super().write(vals)

    def _covering(self):
        """These productions with the ones that were split off for their rest."""
        return self.production_group_id.production_ids | self

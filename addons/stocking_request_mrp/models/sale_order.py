from odoo import api, fields, models

PRODUCTION_STAGES = [("production", "Goods to Produce")]


class SaleOrder(models.Model):
    """An order whose missing goods are made (S3, S5)."""

    _inherit = "sale.order"

    flow_stage = fields.Selection(
        selection_add=PRODUCTION_STAGES, ondelete={"production": "set null"}
    )

    def _supply_stage(self):
        """Production is waited for once nothing is left to order or to buy."""
        stage = super()._supply_stage()
        made = self.sudo().shortage_ids.filtered(
            lambda shortage: shortage.source == "production" and shortage._is_coming()
        )
        bought = self.sudo().shortage_ids.filtered(
            lambda shortage: shortage.source != "production" and shortage._is_coming()
        )
        return "production" if made and not bought else stage

    @api.model
    def _desk_stage_owners(self):
        return {**super()._desk_stage_owners(), "production": "production_dispatch"}

    @api.model
    def _desk_stage_teams(self):
        return {**super()._desk_stage_teams(), "production": "production"}

    def _desk_method(self, stage):
        if stage == "production":
            return ("action_open_missing_productions", self.env._("Produce the Goods"))
        return super()._desk_method(stage)

    def action_open_missing_productions(self):
        """Open the productions that make the missing goods."""
        productions = self.shortage_ids.production_id._covering().filtered(
            lambda production: production.state not in ("done", "cancel")
        )
        return productions._get_records_action(name=self.env._("Manufacturing Orders"))

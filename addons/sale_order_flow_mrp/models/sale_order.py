from odoo import api, fields, models

PRODUCING = [("producing", "Produce")]


class SaleOrder(models.Model):
    """Goods that are missing because they are being made wait for production (F11)."""

    _inherit = "sale.order"

    flow_stage = fields.Selection(
        selection_add=PRODUCING,
        ondelete={"producing": "set null"},
    )

    @api.depends("stock_reference_ids.production_ids.state")
    def _compute_flow_stage(self):
        return super()._compute_flow_stage()

    def _flow_stage_of(self):
        stages = super()._flow_stage_of()
        for order in self:
            if stages.get(order.id) == "supplying" and order._open_productions():
                stages[order.id] = "producing"
        return stages

    def _open_productions(self):
        return self.sudo().stock_reference_ids.production_ids.filtered(
            lambda production: production.state not in ("done", "cancel")
        )

    @api.model
    def _desk_stage_owners(self):
        return {**super()._desk_stage_owners(), "producing": "vp_production"}

    @api.model
    def _desk_stage_teams(self):
        return {**super()._desk_stage_teams(), "producing": "production"}

    def _desk_method(self, stage):
        if stage == "producing":
            return "action_open_productions", self.env._("Produce")
        return super()._desk_method(stage)

    def action_open_productions(self):
        """Open the productions that the goods of this order wait for."""
        productions = self._open_productions().sudo(False)
        return productions._get_records_action(name=self.env._("Manufacturing Orders"))

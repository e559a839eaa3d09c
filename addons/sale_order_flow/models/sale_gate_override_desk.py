from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index


class SaleGateOverride(models.Model):
    """Overrides stand on the desk until they are decided, before or after the gate opened (A19, F11)."""

    _name = "sale.gate.override"
    _inherit = ["sale.gate.override", "order.desk.stage"]

    _desk_kind = 6
    _desk_stages = {
        "override_ask": ("sales", "salesperson"),
        "override_decide": ("approval", "approver"),
        "override_after": ("approval", "approver"),
    }
    _desk_columns = {"amount_total": "d.amount", "currency_id": "d.currency_id"}
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    user_id = fields.Many2one(
        related="create_uid",
        store=True,
        string="Asked For By",
    )
    currency_id = fields.Many2one(store=True)

    @api.depends("state", "opened_at")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        pending = self.approval_state == "pending"
        if self.state == "open":
            return "override_after" if pending else False
        if self.state == "draft":
            return "override_decide" if pending else "override_ask"
        return False

    def _desk_entered(self):
        return self.opened_at

    def _desk_worry(self):
        """From the moment on that a gate stands open which nobody has approved."""
        return self.state == "open" and self.opened_at

    def _desk_method(self, stage):
        if stage == "override_ask":
            return "action_open_override", self.env._("Ask for It")
        return "action_open_approval", self.env._("Decide")

    def action_open_override(self):
        """Open the override, where it is asked for or withdrawn."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"sale.gate.override": [*STAGE_COLUMNS, "amount", "currency_id"]}

    stage = fields.Selection(
        selection_add=[
            ("override_ask", "Override to Ask For"),
            ("override_decide", "Override to Decide"),
            ("override_after", "Override to Approve Afterwards"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.gate.override"]

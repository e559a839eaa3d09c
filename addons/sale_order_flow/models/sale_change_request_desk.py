from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index


class SaleChangeRequest(models.Model):
    """Change requests stand on the desk until they are carried out or given up (F18, F11)."""

    _name = "sale.change.request"
    _inherit = ["sale.change.request", "order.desk.stage"]

    _desk_kind = 22
    _desk_stages = {
        "change_ask": ("sales", "salesperson"),
        "change_decide": ("approval", "approver"),
        "change_apply": ("sales", "salesperson"),
    }
    _desk_columns = {"amount_total": "d.amount", "currency_id": "d.currency_id"}
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        if self.state != "draft":
            return False
        stages = {"pending": "change_decide", "approved": "change_apply"}
        return stages.get(self.approval_state, "change_ask")

    def _desk_method(self, stage):
        if stage == "change_decide":
            return "action_open_approval", self.env._("Decide")
        return "action_open_change", {
            "change_ask": self.env._("Ask for the Change"),
            "change_apply": self.env._("Carry Out the Change"),
        }[stage]

    def action_open_change(self):
        """Open the request, where it is asked for, carried out or given up."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"sale.change.request": [*STAGE_COLUMNS, "amount", "currency_id"]}

    stage = fields.Selection(
        selection_add=[
            ("change_ask", "Change to Ask For"),
            ("change_decide", "Change to Decide"),
            ("change_apply", "Change to Carry Out"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.change.request"]

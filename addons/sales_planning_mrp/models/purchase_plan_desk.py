from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

from .purchase_plan import DISPATCH

DESK_STAGES = {
    "draft": "plan_calculate",
    "calculated": "plan_submit",
    "review": "plan_review",
    "approved": "plan_hand_over",
}


class PurchasePlan(models.Model):
    """Purchase plans stand on the desk until purchasing has them (F11, P5)."""

    _name = "purchase.plan"
    _inherit = ["purchase.plan", "order.desk.stage"]

    _desk_kind = 52
    _desk_stages = {
        "plan_calculate": ("production", DISPATCH),
        "plan_submit": ("production", DISPATCH),
        "plan_review": ("approval", "approver"),
        "plan_hand_over": ("production", DISPATCH),
    }
    _desk_columns = {
        "partner_id": "NULL::integer",
        "amount_total": "d.amount",
        "currency_id": "d.currency_id",
    }

    currency_id = fields.Many2one(store=True)

    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("stage", "line_ids.order_by", "line_ids.quantity")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return DESK_STAGES.get(self.stage, False)

    def _desk_worry(self):
        """From the day on that the first of it has to be ordered."""
        days = self.line_ids.filtered("quantity").mapped("order_by")
        first = min(filter(None, days), default=False)
        return first and self.company_id._approval_midnight(first)

    def _desk_method(self, stage):
        return {
            "plan_calculate": ("action_calculate", self.env._("Calculate")),
            "plan_submit": ("action_open_plan", self.env._("Submit the Purchase Plan")),
            "plan_review": ("action_open_approval", self.env._("Decide")),
            "plan_hand_over": ("action_hand_over", self.env._("Hand to Purchasing")),
        }[stage]

    def action_open_plan(self):
        """Open the plan, where its next step is done."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "purchase.plan": [
            *(name for name in STAGE_COLUMNS if name != "partner_id"),
            "amount",
            "currency_id",
        ],
    }

    stage = fields.Selection(
        selection_add=[
            ("plan_calculate", "Purchase Plan to Calculate"),
            ("plan_submit", "Purchase Plan to Submit"),
            ("plan_review", "Purchase Plan in Approval"),
            ("plan_hand_over", "Purchase Plan to Hand Over"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "purchase.plan"]

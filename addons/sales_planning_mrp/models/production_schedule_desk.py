from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

from .production_notice import DISPATCH


class ProductionSchedule(models.Model):
    """Schedules stand on the desk until they are decided (F11, P4)."""

    _name = "production.schedule"
    _inherit = ["production.schedule", "order.desk.stage"]

    _desk_kind = 51
    _desk_stages = {
        "schedule_draft": ("production", DISPATCH),
        "schedule_review": ("approval", "approver"),
    }
    _desk_columns = {"partner_id": "NULL::integer"}

    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("stage", "date_from")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        stages = {"draft": "schedule_draft", "review": "schedule_review"}
        return stages.get(self.stage, False)

    def _desk_worry(self):
        """From the moment on that it is made for."""
        return self.date_from

    def _desk_method(self, stage):
        return {
            "schedule_draft": ("action_open_schedule", self.env._("Finish the Schedule")),
            "schedule_review": ("action_open_approval", self.env._("Decide")),
        }[stage]

    def action_open_schedule(self):
        """Open the schedule, where its next step is done."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "production.schedule": [name for name in STAGE_COLUMNS if name != "partner_id"],
    }

    stage = fields.Selection(
        selection_add=[
            ("schedule_draft", "Production Schedule to Finish"),
            ("schedule_review", "Production Schedule in Approval"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "production.schedule"]

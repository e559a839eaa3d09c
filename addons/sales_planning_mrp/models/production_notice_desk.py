from datetime import datetime, time

from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

from .production_notice import DISPATCH, STATISTICS

DESK_STAGES = {
    "draft": "notice_draft",
    "review": "notice_review",
    "statistics": "notice_statistics",
    "dispatch": "notice_dispatch",
}


class ProductionNotice(models.Model):
    """Production notices stand on the desk until they are scheduled (F11, P3)."""

    _name = "production.notice"
    _inherit = ["production.notice", "order.desk.stage"]

    _desk_kind = 50
    _desk_stages = {
        "notice_draft": ("sales", "salesperson"),
        "notice_review": ("approval", "approver"),
        "notice_statistics": ("production", STATISTICS),
        "notice_dispatch": ("production", DISPATCH),
    }
    _desk_columns = {
        "partner_id": "NULL::integer",
        "promised_date": "d.date_needed::timestamp + interval '12 hours'",
    }

    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("stage", "date_needed")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return DESK_STAGES.get(self.stage, False)

    def _desk_worry(self):
        """Midday of the day the goods are needed by."""
        return self.date_needed and datetime.combine(self.date_needed, time(12))

    def _desk_method(self, stage):
        return {
            "notice_draft": ("action_open_notice", self.env._("Hand Over to Production")),
            "notice_review": ("action_open_approval", self.env._("Decide")),
            "notice_statistics": ("action_open_notice", self.env._("Verify the Quantities")),
            "notice_dispatch": ("action_schedule_notice", self.env._("Schedule")),
        }[stage]

    def action_open_notice(self):
        """Open the notice, where its next step is done."""
        return self._desk_open_document()

    def action_schedule_notice(self):
        """Open the draft schedule of each company with its notices in it (production dispatch, P4).

        :return: window action
        """
        self._flow_check_role(DISPATCH)
        self._check_state("dispatch")
        schedules = self.env["production.schedule"]
        for company, notices in self.grouped("company_id").items():
            schedule = schedules._draft_of(company)
            schedule._add_notices(notices)
            schedules |= schedule
        return schedules._get_records_action(name=self.env._("Production Schedule"))


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "production.notice": [
            *(name for name in STAGE_COLUMNS if name != "partner_id"),
            "date_needed",
        ],
    }

    stage = fields.Selection(
        selection_add=[
            ("notice_draft", "Production Notice to Hand Over"),
            ("notice_review", "Production Notice in Review"),
            ("notice_statistics", "Production Notice to Verify"),
            ("notice_dispatch", "Production Notice to Schedule"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "production.notice"]

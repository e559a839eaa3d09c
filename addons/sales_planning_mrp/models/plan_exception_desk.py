from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

from .purchase_plan import DISPATCH, PRODUCTION_VP


class PlanException(models.Model):
    """Exceptions stand on the desk until somebody says what is done (F11, P6)."""

    _name = "plan.exception"
    _inherit = ["plan.exception", "order.desk.stage"]

    _desk_kind = 53
    _desk_stages = {
        "exception_handle": ("production", DISPATCH),
        "exception_decide": ("production", PRODUCTION_VP),
    }
    _desk_columns = {
        "promised_date": "d.promised_date::timestamp + interval '12 hours'",
        "expected_date": "d.expected_date::timestamp + interval '12 hours'",
    }

    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "in_danger", "promised_date", "planned_date")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        if self.state != "open":
            return False
        return "exception_decide" if self.in_danger else "exception_handle"

    def _desk_worry(self):
        """From the promise in danger, else from the planned day on."""
        day = self.promised_date or self.planned_date
        return day and self.company_id._approval_midnight(day)

    def _desk_method(self, stage):
        return {
            "exception_handle": ("action_open_exception", self.env._("Handle the Exception")),
            "exception_decide": ("action_open_exception", self.env._("Save the Promise")),
        }[stage]

    def action_open_exception(self):
        """Open the exception, where is said what is done."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"plan.exception": [*STAGE_COLUMNS, "promised_date", "expected_date"]}

    stage = fields.Selection(
        selection_add=[
            ("exception_handle", "Exception to Handle"),
            ("exception_decide", "Promise in Danger"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "plan.exception"]

from datetime import datetime, time

from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import row_index, stage_index, worry_index


class StockingRequestDesk(models.Model):
    """The next step of a stocking request, as the desk shows and does it (F11, S2)."""

    _inherit = "stocking.request"

    _desk_kind = 1
    _desk_stage_field = "stage"
    _desk_stages = {
        "draft": ("sales", "salesperson"),
        "assistant": ("assistant", "sales_assistant"),
        "review": ("approval", "approver"),
        "supply": ("assistant", "sales_assistant"),
        "ordered": ("purchase", "purchasing"),
    }
    _desk_columns = {
        "promised_date": "d.promised_date",
        "expected_date": "d.expected_date",
        "since": "d.stage_since",
        "amount_total": "d.amount",
        "currency_id": "d.currency_id",
    }

    currency_id = fields.Many2one(store=True)
    promised_date = fields.Datetime(
        compute="_compute_promised_date",
        store=True,
        string="Needed By (Time)",
        help="Midday of the day the goods are needed by, in UTC: that day nearly everywhere.",
    )
    desk_open = fields.Boolean(
        compute="_compute_desk_open", store=True, help="Whether the request stands on the desk."
    )
    desk_worry_date = fields.Datetime(
        compute="_compute_desk_worry_date",
        store=True,
        help="Since when, or from when on, somebody has to worry: the day the goods are needed "
        "by, or the moment it was found out that they are expected later.",
    )

    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind, _desk_stage_field)

    @api.depends("date_needed")
    def _compute_promised_date(self):
        for request in self:
            day = request.date_needed
            request.promised_date = day and datetime.combine(day, time(12))

    @api.depends("stage")
    def _compute_desk_open(self):
        for request in self:
            request.desk_open = request.stage not in ("done", "cancelled")

    @api.depends("desk_open", "promised_date", "expected_date")
    def _compute_desk_worry_date(self):
        now = fields.Datetime.now()
        for request in self:
            needed, before = request.promised_date, request._origin.desk_worry_date
            if not request.desk_open or not needed:
                request.desk_worry_date = False
            elif not request.expected_date or request.expected_date <= needed:
                request.desk_worry_date = needed
            else:
                # found out now, unless it was before
                request.desk_worry_date = min(filter(None, (needed, before, now)))

    @api.depends("stage")
    def _compute_desk_user_id(self):
        return super()._compute_desk_user_id()

    def _desk_method(self, stage):
        return {
            "draft": ("action_send", self.env._("Hand to the Assistant")),
            "assistant": ("action_submit", self.env._("Submit for Approval")),
            "review": ("action_open_approval", self.env._("Decide")),
            "supply": ("action_supply", self.env._("Order the Goods")),
            "ordered": ("action_purchasing_step", self.env._("Ask Vendors")),
        }[stage]

    def action_purchasing_step(self):
        """Purchasing asks the vendors for what is missing, or opens what was asked (S3)."""
        shortages = self._shortages()
        if waiting := shortages.filtered(lambda shortage: shortage.state == "open"):
            return waiting.action_order_and_open()
        return shortages.purchase_order_id._get_records_action(name=self.env._("Purchases"))

from datetime import timedelta

from odoo import api, fields, models

from .desk_rows import row_index, stage_index, worry_index
from .sale_order_stage import CLOSED_STAGES

# news the assistant has not passed on for as long is a worry of its own
NEWS_WITHIN = timedelta(days=1)


class SaleOrder(models.Model):
    """What the desk reads of an order, stored so that the oldest worry is found by an index (F11)."""

    _inherit = "sale.order"

    _desk_kind = 0
    _desk_stage_field = "flow_stage"
    # what is missing in a quotation, and what there is to start, is asked of the order
    _desk_document_stages = frozenset({"quotation", "start"})
    _desk_columns = {
        "promised_date": "d.flow_promised_date",
        "expected_date": "d.flow_expected_date",
        "since": "d.flow_stage_since",
        "amount_total": "d.amount_total",
        "currency_id": "d.currency_id",
    }
    _lateness_fields = ("desk_worry_date", "flow_promised_date", "flow_expected_date")

    flow_promised_date = fields.Datetime(
        compute="_compute_flow_dates",
        store=True,
        string="Promised Date",
        help="When all of the order is promised to be there: the last promise made, else the "
        "delivery date agreed.",
    )
    flow_expected_date = fields.Datetime(
        compute="_compute_flow_dates",
        store=True,
        string="Expected Date",
        help="When the last of the goods leaves by the documents as they stand.",
    )
    desk_open = fields.Boolean(
        compute="_compute_desk_open", store=True, help="Whether the order stands on the desk."
    )
    desk_worry_date = fields.Datetime(
        compute="_compute_desk_worry_date",
        store=True,
        help="Since when, or from when on, somebody has to worry about the order: the promised "
        "date, the moment it was found out that the goods are expected later, or a day after news "
        "came that was not passed on.",
    )
    # the pages of the desk, as the arms of sale.desk read them
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind, _desk_stage_field)

    @api.depends(
        "order_flow", "commitment_date", "order_line.promised_date", "order_line.planned_date"
    )
    def _compute_flow_dates(self):
        self.flow_promised_date = self.flow_expected_date = False
        for order in self.filtered(lambda order: order._is_in_flow()):
            lines = order.order_line.filtered(lambda line: line._needs_delivery())
            promised = [*filter(None, lines.mapped("promised_date"))]
            order.flow_promised_date = max(promised, default=order.commitment_date)
            expected = [*filter(None, lines.mapped("planned_date"))]
            order.flow_expected_date = max(expected, default=False)

    @api.depends("flow_stage")
    def _compute_desk_open(self):
        for order in self:
            order.desk_open = bool(order.flow_stage) and order.flow_stage not in CLOSED_STAGES

    @api.depends(
        "desk_open",
        "flow_stage",
        "flow_stage_since",
        "state",
        "flow_promised_date",
        "order_line.worry_date",
    )
    def _compute_desk_worry_date(self):
        self.desk_worry_date = False
        for order in self.filtered("desk_open"):
            worries = order.order_line.mapped("worry_date")
            if order.flow_stage == "feedback":
                worries.append(order.flow_stage_since + NEWS_WITHIN)
            elif order.state != "sale":
                worries.append(order.flow_promised_date)
            order.desk_worry_date = min(filter(None, worries), default=False)

    @api.depends("flow_stage")
    def _compute_desk_user_id(self):
        return super()._compute_desk_user_id()

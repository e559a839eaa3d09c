from datetime import datetime, time

from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

DESK_STAGES = {
    "draft": "buying_draft",
    "review": "buying_review",
    "order": "buying_order",
    "quotation": "buying_quotation",
}


class StockingPurchaseRequest(models.Model):
    """Purchase requests stand on the desk until a vendor has the order (F11, S6)."""

    _name = "stocking.purchase.request"
    _inherit = ["stocking.purchase.request", "order.desk.stage"]

    _desk_kind = 30
    _desk_stages = {
        "buying_draft": ("sales", "salesperson"),
        "buying_review": ("approval", "approver"),
        "buying_order": ("purchase", "purchasing"),
        "buying_quotation": ("purchase", "purchasing"),
    }
    _desk_columns = {
        "partner_id": "NULL::integer",
        "promised_date": "d.date_needed::timestamp + interval '12 hours'",
        "amount_total": "d.amount",
        "currency_id": "d.currency_id",
    }

    currency_id = fields.Many2one(store=True)

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
            "buying_draft": ("action_approval_submit", self.env._("Submit for Approval")),
            "buying_review": ("action_open_approval", self.env._("Decide")),
            "buying_order": ("action_ask_vendors", self.env._("Ask Vendors")),
            "buying_quotation": ("action_compare", self.env._("Compare Quotations")),
        }[stage]


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "stocking.purchase.request": [
            *(name for name in STAGE_COLUMNS if name != "partner_id"),
            "date_needed",
            "amount",
            "currency_id",
        ],
    }

    stage = fields.Selection(
        selection_add=[
            ("buying_draft", "Purchase Request to Submit"),
            ("buying_review", "Purchase Request in Approval"),
            ("buying_order", "Purchase Request to Order"),
            ("buying_quotation", "Quotations to Compare"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "stocking.purchase.request"]

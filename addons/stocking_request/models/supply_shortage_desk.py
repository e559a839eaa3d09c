from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

DESK_STAGES = {"open": "missing_order", "rfq": "missing_confirm"}


class SupplyShortage(models.Model):
    """Missing goods stand on the desk with purchasing until they are ordered (F11, S4)."""

    _name = "supply.shortage"
    _inherit = ["supply.shortage", "order.desk.stage"]

    _desk_kind = 31
    _desk_stages = {
        "missing_order": ("purchase", "purchasing"),
        "missing_confirm": ("purchase", "purchasing"),
    }
    _desk_columns = {
        "user_id": "d.reported_by_id",
        "promised_date": "d.date_needed",
        "expected_date": "d.expected_date",
    }

    name = fields.Char(
        compute="_compute_name",
        store=True,
        string="Goods",
        help="What is missing, in the language of the company.",
    )
    partner_id = fields.Many2one(
        "res.partner", compute="_compute_partner_id", store=True, string="Customer"
    )
    user_id = fields.Many2one(related="reported_by_id", string="Reporter")

    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("product_id", "quantity", "product_uom_id", "company_id")
    def _compute_name(self):
        for lang, shortages in self.grouped(lambda row: row.company_id.partner_id.lang).items():
            for shortage in shortages.with_context(lang=lang):
                shortage.name = shortage._goods_text()

    @api.depends("sale_order_id.partner_id", "request_id.partner_id")
    def _compute_partner_id(self):
        for shortage in self:
            shortage.partner_id = (
                shortage.sale_order_id.partner_id or shortage.request_id.partner_id
            )

    @api.depends("state", "date_needed")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return DESK_STAGES.get(self.state, False)

    def _desk_entered(self):
        return self.state == "open" and not self._origin.desk_stage and self.reported_at

    def _desk_worry(self):
        return self.date_needed

    def _desk_method(self, stage):
        return {
            "missing_order": ("action_order_and_open", self.env._("Ask Vendor")),
            "missing_confirm": (
                "action_open_purchase_order",
                self.env._("Confirm the Purchase"),
            ),
        }[stage]


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "supply.shortage": [
            *(name for name in STAGE_COLUMNS if name != "user_id"),
            "reported_by_id",
            "date_needed",
            "expected_date",
        ],
    }

    stage = fields.Selection(
        selection_add=[
            ("missing_order", "Shortage to Order"),
            ("missing_confirm", "Shortage: Purchase to Confirm"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "supply.shortage"]

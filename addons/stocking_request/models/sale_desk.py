from odoo import api, fields, models

from .sale_order import SUPPLY_STAGES

REQUEST_STAGES = [
    ("draft", "Stocking Request to Hand In"),
    ("assistant", "Stocking Request to Submit"),
    ("supply", "Goods to Order"),
    ("ordered", "Ordered, Under Way"),
]


class SaleDesk(models.Model):
    """Stocking requests stand on the desk beside the orders (D9: all orders, sale and stocking)."""

    _inherit = "sale.desk"
    _depends = {
        "stocking.request": [
            "name",
            "partner_id",
            "company_id",
            "user_id",
            "stage",
            "stage_since",
            "promised_date",
            "expected_date",
            "desk_open",
            "desk_user_id",
            "desk_worry_date",
            "amount",
            "currency_id",
        ],
    }

    stage = fields.Selection(selection_add=[*SUPPLY_STAGES, *REQUEST_STAGES])

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "stocking.request"]

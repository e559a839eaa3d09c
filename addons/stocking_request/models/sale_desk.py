from odoo import api, fields, models
from odoo.tools import SQL

from .sale_order import SUPPLY_STAGES
from .stocking_request_desk import STAGE_OWNERS, STAGE_TEAMS

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
    def _desk_queries(self):
        return [
            *super()._desk_queries(),
            SQL(
                """SELECT r.id::bigint * 8 + %(kind)s AS id, 'stocking.request' AS res_model, r.id AS res_id,
                      r.name, r.partner_id, r.company_id, r.user_id, r.stage,
                      %(teams)s AS waits_for, %(roles)s AS owner_role,
                      r.desk_user_id AS assigned_id, r.promised_date, r.expected_date,
                      r.stage_since AS since, r.desk_worry_date AS worry_date,
                      r.desk_open AS is_open, r.amount AS amount_total, r.currency_id
                 FROM stocking_request r""",
                kind=SQL(str(self.env["stocking.request"]._desk_kind())),
                teams=self._case("r.stage", STAGE_TEAMS),
                roles=self._case("r.stage", STAGE_OWNERS),
            ),
        ]

    @api.model
    def _desk_stage_roles(self):
        return {**super()._desk_stage_roles(), "stocking.request": STAGE_OWNERS}

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .sale_order import SUPPLY_STAGES
from .stocking_request_desk import STAGE_OWNERS

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
            "date_needed",
            "expected_date",
            "amount",
        ],
    }

    stage = fields.Selection(selection_add=[*SUPPLY_STAGES, *REQUEST_STAGES])

    @api.model
    def _desk_queries(self):
        roles = SQL(" ").join(
            SQL("WHEN %s THEN %s", stage, role) for stage, role in STAGE_OWNERS.items()
        )
        return [
            *super()._desk_queries(),
            SQL(
                """SELECT r.id::bigint * 8 + %(kind)s AS id, 'stocking.request' AS res_model, r.id AS res_id,
                      r.name, r.partner_id, r.company_id, r.user_id, r.stage,
                      CASE r.stage %(roles)s END AS owner_role,
                      r.date_needed::timestamp AS promised_date, r.expected_date,
                      r.stage_since AS since,
                      COALESCE(r.date_needed < (now() AT TIME ZONE 'UTC')::date
                               OR r.expected_date::date > r.date_needed, FALSE) AS is_late,
                      r.amount AS amount_total, c.currency_id
                 FROM stocking_request r JOIN res_company c ON c.id = r.company_id
                WHERE r.stage NOT IN ('done', 'cancelled')""",
                kind=self.env["stocking.request"]._desk_kind(),
                roles=roles,
            ),
        ]

    @api.model
    def _domain_mine(self):
        slots = self.env["approval.request.slot"].sudo()
        asked = slots._search(slots._domain_mine() & Domain("res_model", "=", "stocking.request"))
        return super()._domain_mine() | (
            Domain("owner_role", "=", "approver")
            & Domain("res_model", "=", "stocking.request")
            & Domain("res_id", "in", asked.subselect("res_id"))
        )

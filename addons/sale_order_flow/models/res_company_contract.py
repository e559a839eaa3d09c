from odoo import fields, models


class ResCompany(models.Model):
    """From which total on goods leave only under a signed contract (F9)."""

    _inherit = "res.company"

    contract_needed_amount = fields.Monetary(
        string="Signed Contract Needed From",
        currency_field="currency_id",
        help="Orders from this total on, in the currency of the company, get a delivery notice only "
        "under a signed contract. Zero: no order needs one.",
    )

    _contract_needed_amount_positive = models.Constraint(
        "CHECK (contract_needed_amount >= 0)",
        "The total from which on a signed contract is needed cannot be negative.",
    )

from odoo import fields, models


class ResCompany(models.Model):
    """What a customer has to sign before an order is confirmed (F8) or goods leave (F9)."""

    _inherit = "res.company"

    contract_needed_amount = fields.Monetary(
        string="Signed Contract Needed From",
        currency_field="currency_id",
        help="Orders from this total on, in the currency of the company, get a delivery notice only "
        "under a signed contract. Zero: no order needs one.",
    )

    letter_evidence_needed = fields.Boolean(
        string="Confirmation by the Customer Needed",
        help="Orders that ask for the customer's signature are confirmed only when the customer signed "
        "in the portal, or when the salesperson recorded the confirmation with evidence.",
    )

    _contract_needed_amount_positive = models.Constraint(
        "CHECK (contract_needed_amount >= 0)",
        "The total from which on a signed contract is needed cannot be negative.",
    )

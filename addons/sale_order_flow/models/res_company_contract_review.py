from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

CONTRACT_REVIEW_AMOUNT = 200000.0


class ResCompany(models.Model):
    """Which orders the departments review side by side, and the chain for them (F3)."""

    _inherit = "res.company"

    contract_review_amount = fields.Monetary(
        string="Contract Review From",
        currency_field="currency_id",
        help="Orders from this total on, in the currency of the company, are reviewed by finance, "
        "purchasing and production before the sales manager decides. Zero: no order is, whatever "
        "its total.",
    )

    _contract_review_amount_positive = models.Constraint(
        "CHECK (contract_review_amount >= 0)",
        "The total from which on contracts are reviewed cannot be negative.",
    )

    def _set_up_contract_review(self):
        """One chain: three departments side by side, then whoever decides on this order anyway.

        It comes before the other chains, whose deciders it repeats as steps with conditions: a
        special order that needs a contract review gets both.
        """
        if not self.order_flow_enabled:
            self.contract_review_amount = self.contract_review_amount or CONTRACT_REVIEW_AMOUNT
        special = {"domain": "[('special_level', '=', 'president')]"}
        self._rulebook_chain(
            "sale.order",
            _lt("Contract review"),
            [
                (
                    _lt("Finance reviews the contract"),
                    "opinion",
                    {
                        "role": "finance",
                        "checklist": [
                            _lt("Price, tax rate and total are right"),
                            _lt("Payment terms and dates can be accepted"),
                            _lt("Credit and overdue invoices of the customer were looked at"),
                        ],
                    },
                ),
                (
                    _lt("Purchasing reviews the contract"),
                    "opinion",
                    {
                        "role": "purchasing",
                        "parallel": True,
                        "checklist": [
                            _lt("Materials and bought parts can be had in time"),
                            _lt("Their prices fit the price of the order"),
                        ],
                    },
                ),
                (
                    _lt("Production reviews the contract"),
                    "opinion",
                    {
                        "role": "vp_production",
                        "parallel": True,
                        "checklist": [
                            _lt("Specification and quality requirements can be met"),
                            _lt("Capacity allows the delivery date"),
                        ],
                    },
                ),
                (_lt("VP Marketing's opinion"), "opinion", {"role": "vp_marketing", **special}),
                (
                    _lt("Finance director's opinion"),
                    "opinion",
                    {"role": "finance_director", **special},
                ),
                (_lt("President decides"), "decide", {"role": "president", **special}),
                (
                    _lt("Department head decides"),
                    "decide",
                    {"role": "department_head", "domain": "[('special_level', '=', 'head')]"},
                ),
                (
                    _lt("Sales manager decides"),
                    "decide",
                    {
                        "role": "sales_manager",
                        "domain": "[('special_level', 'not in', ('head', 'president'))]",
                    },
                ),
            ],
            sequence=5,
            domain="[('needs_contract_review', '=', True)]",
            operation="confirm",
        )

from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """What a company looks at before purchase orders are confirmed, and who decides (S6)."""

    _inherit = "res.company"

    purchase_review_amount = fields.Monetary(
        string="Purchases Over",
        help="Purchase orders over this total are decided by somebody else than purchasing. Zero: no.",
    )
    purchase_review_unplanned = fields.Boolean(
        string="Unplanned Purchases",
        help="Purchase orders that buy more than requests, shortages and replenishment asked for.",
    )
    purchase_review_price = fields.Boolean(
        string="Dearer Purchases",
        help="Prices above the last one, the pricelist of the vendor or the approved estimate.",
    )
    purchase_price_tolerance = fields.Float(
        string="Tolerated Price Rise (%)",
        digits=(16, 2),
        help="How far a price may be above the last one, the pricelist or the estimate.",
    )

    _purchase_review_range = models.Constraint(
        "CHECK (purchase_review_amount >= 0 AND purchase_price_tolerance >= 0)",
        "The amount and the tolerated price rise of purchases cannot be negative.",
    )

    def _reviews_purchases(self):
        """Whether anything about purchase orders is looked at."""
        self.ensure_one()
        return bool(
            self.purchase_review_amount
            or self.purchase_review_unplanned
            or self.purchase_review_price
        )

    def _set_up_rulebook(self):
        """S6: requests go through department, finance and, if high, the general manager."""
        result = super()._set_up_rulebook()
        known = (
            self.env["approval.chain"]
            .with_context(active_test=False)
            .search_count([("company_id", "=", self.id), ("model", "=", "purchase.order")], limit=1)
        )
        self._rulebook_chain(
            "stocking.purchase.request",
            _lt("Purchase request"),
            [
                (_lt("Department manager: is it needed"), "decide", {"approver": "manager"}),
                (_lt("Finance decides"), "decide", "finance"),
                (
                    _lt("General manager, over the limit of finance"),
                    "decide",
                    {"role": "general_manager", "limit_step": 1},
                ),
            ],
            operation="approve",
        )
        self._rulebook_chain(
            "purchase.order",
            _lt("Purchase out of the ordinary"),
            [
                (_lt("Finance director decides"), "decide", "finance_director"),
                (
                    _lt("General manager, over the limit of the finance director"),
                    "decide",
                    {"role": "general_manager", "limit_step": 0},
                ),
            ],
            domain="[('needs_review', '=', True)]",
            operation="confirm",
        )
        if not known:
            self.write(
                {
                    "purchase_review_amount": self.purchase_review_amount or 100000,
                    "purchase_review_unplanned": True,
                    "purchase_review_price": True,
                    "purchase_price_tolerance": self.purchase_price_tolerance or 5.0,
                }
            )
        return result

from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """How far purchases are planned and watched, and who approves the plan (P5, P6)."""

    _inherit = "res.company"

    plan_horizon_days = fields.Integer(
        string="Purchase Plan Horizon (Days)",
        default=90,
        help="A new purchase plan covers what is needed within so many days.",
    )
    plan_shortage_days = fields.Integer(
        string="Watch Shortages Ahead (Days)",
        default=3,
        help="Productions that begin within so many days without all their components are told as "
        "exceptions.",
    )

    _plan_days_positive = models.Constraint(
        "CHECK (plan_horizon_days > 0 AND plan_shortage_days >= 0)",
        "Plans look ahead: at least one day for purchases, and not backwards for shortages.",
    )

    def _set_up_rulebook(self):
        """P5: the purchase plan is approved by the VP of production."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "purchase.plan",
            _lt("Purchase plan"),
            [(_lt("VP of production approves"), "decide", "vp_production")],
            operation="purchase_plan",
        )
        return result

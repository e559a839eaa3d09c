from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """What a company asks of dealers, and who decides on marketing work (P8)."""

    _inherit = "res.company"

    dealer_points = fields.Integer(
        string="Points of a Dealer",
        default=60,
        help="A candidate becomes a dealer with at least so many points of 100.",
    )

    _dealer_points = models.Constraint(
        "CHECK (dealer_points BETWEEN 0 AND 100)", "Points of a dealer lie between 0 and 100."
    )

    def _set_up_rulebook(self):
        """D15: marketing work goes up to the leader who may decide its budget."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "marketing.work",
            _lt("Marketing work"),
            [
                (_lt("Sales manager: is it needed"), "decide", "sales_manager"),
                (_lt("VP marketing decides"), "decide", "vp_marketing"),
                (
                    _lt("General manager, over the limit of the VP"),
                    "decide",
                    {"role": "general_manager", "limit_step": 1},
                ),
                (
                    _lt("President, over the limit of the general manager"),
                    "decide",
                    {"role": "president", "limit_step": 2},
                ),
            ],
            operation="marketing",
            repeat_policy="consecutive",
        )
        return result


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dealer_points = fields.Integer(related="company_id.dealer_points", readonly=False)

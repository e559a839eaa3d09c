from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """How far a company looks ahead when it plans what it makes, and who decides (P3, P4)."""

    _inherit = "res.company"

    production_horizon_months = fields.Integer(
        string="Months Planned Ahead",
        default=1,
        help="How many months of the released forecast the order round-up counts as demand, "
        "the current one included. Zero: orders alone.",
    )

    _production_horizon = models.Constraint(
        "CHECK (production_horizon_months BETWEEN 0 AND 24)",
        "Between 0 and 24 months can be planned ahead.",
    )

    def _check_production_planned(self):
        """:raise UserError: where a company does not plan"""
        for company in self.sudo():
            if not company.planning_enabled:
                raise UserError(
                    self.env._(
                        "%s does not plan its sales and production. Switch on “Sales Planning” in the "
                        "settings of the order flow first.",
                        company.name,
                    )
                )

    def _set_up_rulebook(self):
        """D11: notices are reviewed by the head of sales, schedules decided by the VP production."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "production.notice",
            _lt("Production notice"),
            [(_lt("Sales manager reviews"), "decide", "sales_manager")],
            operation="notice",
        )
        self._rulebook_chain(
            "production.schedule",
            _lt("Production schedule"),
            [(_lt("VP Production decides"), "decide", "vp_production")],
            operation="schedule",
        )
        return result


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    production_horizon_months = fields.Integer(
        related="company_id.production_horizon_months", readonly=False
    )

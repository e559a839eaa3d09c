from odoo import fields, models


class ResCompany(models.Model):
    """How far a forecast may be off before the planner is asked to look at it (P2)."""

    _inherit = "res.company"

    planning_forecast_error = fields.Float(
        string="Error of the Forecast (%)",
        default=30.0,
        digits=(16, 1),
        help="When a month is over and its forecast was off by more than this (WAPE), the planner is "
        "asked to look at it.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    planning_forecast_error = fields.Float(
        related="company_id.planning_forecast_error", readonly=False
    )

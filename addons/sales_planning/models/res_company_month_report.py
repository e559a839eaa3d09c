from odoo import fields, models


class ResCompany(models.Model):
    """When and by whom the monthly report is made (P10)."""

    _inherit = "res.company"

    month_report_day = fields.Integer(
        string="Monthly Report From Day",
        default=3,
        help="From this day on the draft of the month that is over is made. Zero: by hand.",
    )
    month_report_user_id = fields.Many2one(
        "res.users",
        string="Monthly Report By",
        domain="[('share', '=', False)]",
        help="Who writes and issues it.",
    )

    _month_report_day_range = models.Constraint(
        "CHECK (month_report_day BETWEEN 0 AND 28)", "The day lies between 0 and 28."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    month_report_day = fields.Integer(related="company_id.month_report_day", readonly=False)
    month_report_user_id = fields.Many2one(
        related="company_id.month_report_user_id", readonly=False
    )

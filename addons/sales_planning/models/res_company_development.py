from odoo import fields, models


class ResCompany(models.Model):
    """What a company asks of those who develop its customers (P9)."""

    _inherit = "res.company"

    development_report_needed = fields.Boolean(
        string="Visits Need a Report",
        default=True,
        help="A visit, demonstration or negotiation can be marked as done only with what was agreed "
        "and the next step.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    development_report_needed = fields.Boolean(
        related="company_id.development_report_needed", readonly=False
    )

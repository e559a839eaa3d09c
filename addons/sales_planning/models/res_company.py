from odoo import fields, models


class ResCompany(models.Model):
    """Whether and how a company plans its sales (P1-P12)."""

    _inherit = "res.company"

    planning_enabled = fields.Boolean(
        string="Sales Planning",
        help="Sales plans, reviews of performance and marketing work are approved by their chains.",
    )

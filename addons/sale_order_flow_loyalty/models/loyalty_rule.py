from odoo import models


class LoyaltyRule(models.Model):
    """Whom a promotion is for, and from which amount on, is approved with it."""

    _name = "loyalty.rule"
    _inherit = ["loyalty.rule", "loyalty.terms"]

from odoo import models


class LoyaltyReward(models.Model):
    """What a promotion gives is approved with it."""

    _name = "loyalty.reward"
    _inherit = ["loyalty.reward", "loyalty.terms"]

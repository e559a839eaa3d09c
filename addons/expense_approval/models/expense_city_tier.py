from odoo import fields, models


class ExpenseCityTier(models.Model):
    """Cities where things cost about the same (城市级别, E5)."""

    _name = "expense.city.tier"
    _description = "City Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The most expensive tier comes first.")
    active = fields.Boolean(default=True)

from odoo import fields, models


class ExpenseCity(models.Model):
    """Where money was spent; its tier and country say which standard holds (E5)."""

    _name = "expense.city"
    _description = "City for Expense Standards"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    tier_id = fields.Many2one("expense.city.tier", index="btree_not_null", ondelete="restrict")
    country_id = fields.Many2one("res.country", required=True, ondelete="restrict")
    active = fields.Boolean(default=True)

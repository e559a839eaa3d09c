from odoo import fields, models


class ExpenseGrade(models.Model):
    """A level of employees for which the same standards hold (职级, E5)."""

    _name = "expense.grade"
    _description = "Grade for Expense Standards"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The highest grade comes first.")
    active = fields.Boolean(default=True)

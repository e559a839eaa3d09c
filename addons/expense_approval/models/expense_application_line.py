from odoo import fields, models


class ExpenseApplicationLine(models.Model):
    """How much is expected for one category."""

    _name = "expense.application.line"
    _description = "Estimate of an Expense Application"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "application_id, sequence, id"
    _check_company_auto = True

    _approval_parent = "application_id"
    _stamped = frozenset({"company_id"})

    application_id = fields.Many2one(
        "expense.application", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="application_id.company_id", store=True)
    currency_id = fields.Many2one(related="application_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Category",
        required=True,
        check_company=True,
        domain=[("can_be_expensed", "=", True)],
        ondelete="restrict",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(string="Estimate", required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The estimate for a category must be more than zero."
    )

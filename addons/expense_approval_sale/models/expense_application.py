from odoo import fields, models


class ExpenseApplication(models.Model):
    """Money may be asked for to serve the order of a customer (E1)."""

    _inherit = "expense.application"

    _purpose_fields = frozenset({"analytic_distribution", "sale_order_id"})

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        index="btree_not_null",
        check_company=True,
        domain=[("state", "=", "sale")],
        tracking=True,
        help="Expenses that are reinvoiced go to this order.",
    )

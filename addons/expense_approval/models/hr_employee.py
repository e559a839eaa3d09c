from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    expense_grade_id = fields.Many2one(
        "expense.grade",
        groups="hr.group_hr_user",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Which expense standards hold for the employee.",
    )

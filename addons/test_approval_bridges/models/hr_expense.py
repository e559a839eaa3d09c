from odoo import fields, models


class HrExpense(models.Model):
    """An expense of a claim is approved with the claim; any other as in plain Odoo."""

    _name = "hr.expense"
    _inherit = ["hr.expense", "approval.line.mixin"]

    _approval_parent = "claim_id"

    claim_id = fields.Many2one("test.approval.claim", index="btree_not_null", copy=False)

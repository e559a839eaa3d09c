from odoo import api, fields, models


class HrExpense(models.Model):
    """An expense of a claim is approved with the claim; any other as in plain Odoo."""

    _name = "hr.expense"
    _inherit = ["hr.expense", "approval.line.mixin"]

    _approval_parent = "claim_id"

    claim_id = fields.Many2one(
        "reimbursement.claim",
        string="Claim",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="set null",
    )
    application_id = fields.Many2one(
        "expense.application",
        string="Application",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="The application under which the money was spent.",
    )
    payable_amount = fields.Monetary(
        string="Payable",
        currency_field="company_currency_id",
        compute="_compute_payable_amount",
        store=True,
        help="What is reimbursed: the amount claimed, or what finance sanctioned of it.",
    )

    @api.depends("total_amount")
    def _compute_payable_amount(self):
        for expense in self:
            expense.payable_amount = expense.total_amount

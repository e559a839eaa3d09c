from odoo import api, fields, models


class ReimbursementSanction(models.TransientModel):
    """Asks finance what is sanctioned of an expense, and why; the expense itself checks who may."""

    _name = "reimbursement.sanction"
    _description = "Lower What Is Reimbursed of an Expense"

    expense_id = fields.Many2one("hr.expense", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="expense_id.currency_id")
    claimed = fields.Monetary(related="expense_id.total_amount_currency", string="Claimed")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, string="Sanctioned"
    )
    reason = fields.Char(help="The claimant reads it.")

    @api.depends("expense_id")
    def _compute_amount(self):
        for wizard in self:
            expense = wizard.expense_id
            wizard.amount = (
                expense.sanctioned_amount_currency
                if expense.is_lowered
                else expense.total_amount_currency
            )

    def action_sanction(self):
        """Lower the expense to what was entered.

        :return: True
        """
        self.ensure_one()
        return self.expense_id.action_sanction(self.amount, self.reason)

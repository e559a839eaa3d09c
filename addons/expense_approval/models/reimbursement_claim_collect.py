from odoo import Command, models
from odoo.exceptions import UserError


class ReimbursementClaimCollect(models.Model):
    """A claim is filled with one press: at the phone nobody picks receipt after receipt (E1)."""

    _inherit = "reimbursement.claim"

    def action_add_expenses(self):
        """Add all draft expenses of the employee that are on no claim yet.

        :raise UserError: when there are none, or the claim was submitted
        :return: True
        """
        self.ensure_one()
        expenses = self.env["hr.expense"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "draft"),
                ("claim_id", "=", False),
            ]
        )
        if not expenses:
            raise UserError(
                self.env._(
                    "%(employee)s has no expenses that are on no claim yet. Photograph the receipts under "
                    "My Expenses, then add them to %(claim)s.",
                    employee=self.employee_id.sudo().name,
                    claim=self.name,
                )
            )
        self.write({"expense_ids": [Command.link(expense.id) for expense in expenses]})
        return True

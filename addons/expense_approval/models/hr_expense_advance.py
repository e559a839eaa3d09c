from odoo import api, models


class HrExpense(models.Model):
    _inherit = "hr.expense"

    @api.depends("account_move_id.amount_residual", "claim_id.allocation_ids.state")
    def _compute_state(self):
        """Where an advance covers a part only, the rest is still owed (E9).

        Odoo calls an expense paid as soon as a part of its entry is.
        """
        result = super()._compute_state()
        for expense in self:
            move = expense.account_move_id
            if (
                expense.state == "paid"
                and move.payment_state == "partial"
                and expense.payment_mode == "own_account"
                and "offset" in expense.claim_id.allocation_ids.mapped("state")
            ):
                expense.state = "posted"
        return result

from odoo import models
from odoo.exceptions import UserError


class HrExpenseEntry(models.Model):
    """What accounting makes of the expenses of claims: one entry for each claim, once (E7)."""

    _inherit = "hr.expense"

    def _prepare_receipts_vals(self):
        """One receipt for each claim, with everything the claimant is owed for it."""
        self._check_whole_claims()
        loose = self.filtered(lambda expense: not expense.claim_id)
        receipts = super(HrExpenseEntry, loose)._prepare_receipts_vals() if loose else []
        for claim, expenses in (self - loose).grouped("claim_id").items():
            for vals in super(HrExpenseEntry, expenses)._prepare_receipts_vals():
                receipts.append({**vals, "ref": f"{claim.name} {claim.purpose}"})
        return receipts

    def _check_whole_claims(self):
        for claim in self.claim_id:
            owed = claim.expense_ids.filtered(
                lambda expense: (
                    expense.payment_mode == "own_account" and not expense.account_move_id
                )
            )
            if owed - self:
                raise UserError(
                    self.env._(
                        "The expenses of %s are posted together: post the claim instead.",
                        claim.name,
                    )
                )

    def _prepare_move_lines_vals(self):
        vals = super()._prepare_move_lines_vals()
        if self.is_lowered:
            vals.update(quantity=1, price_unit=self.sanctioned_amount)
        return vals

    def _standing_entries(self):
        """Posted entries of these expenses that nobody took back.

        Odoo forgets the entry of an expense as soon as its reversal is drafted, while it is owed still;
        the lines remember.

        :return: ``{expense: entries}``, superuser records
        """
        lines_sudo = (
            self.env["account.move.line"]
            .sudo()
            .search([("expense_id", "in", self.ids), ("parent_state", "=", "posted")])
        )
        moves_sudo = lines_sudo.move_id | self.sudo().account_move_id
        standing = {}
        for move in moves_sudo.filtered(lambda move: move._owes_expenses()):
            for expense in move._expenses_of() & self.sudo():
                standing[expense] = standing.get(expense, moves_sudo.browse()) | move
        return standing

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Entries of claims: what was sanctioned is owed, once, and to the claimant (E7)."""

    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.sudo().expense_ids.claim_id._tell_paid()
        return result

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted.filtered(lambda move: move._owes_expenses())._check_claimed()
        return posted

    # ------------------------------------------------------------------ what is owed

    def _expenses_of(self):
        """The expenses an entry is made of, also where Odoo forgot that it is theirs."""
        return self.expense_ids | self.line_ids.expense_id

    def _owes_expenses(self):
        """Whether this may be the posted entry of expenses, and stands.

        Payments of what is owed, and what takes an entry back, name the expenses on their lines as well.
        """
        if self.state != "posted" or self.reversed_entry_id:
            return False
        if self.origin_payment_id:
            expenses = self.sudo()._expenses_of()
            return "company_account" in expenses.mapped(
                "payment_mode"
            ) and "posted" not in self.reversal_move_ids.mapped("state")
        return self.move_type in ("in_receipt", "in_invoice") and self.payment_state != "reversed"

    def _check_claimed(self):
        """Refuse entries of claims that somebody raised, turned to another payee, or made once more."""
        moves_sudo = self.sudo()  # whoever posts need not see claims
        claimed = moves_sudo._expenses_of().filtered("claim_id")
        if not claimed:
            return
        for expense, entries in claimed._standing_entries().items():
            if len(entries) > 1:
                raise UserError(
                    self.env._(
                        "%(expense)s of %(claim)s is posted already as %(entry)s. Post the reversal of "
                        "that entry first, or cancel the new one.",
                        expense=expense.name,
                        claim=expense.claim_id.name,
                        entry=(entries - moves_sudo or entries)[0].display_name,
                    )
                )
        for move in moves_sudo.filtered(lambda move: not move.origin_payment_id):
            if expenses := move._expenses_of() & claimed:
                move._check_owed(expenses)

    def _check_owed(self, expenses):
        """Refuse a receipt over more than was sanctioned, or for somebody else than the claimant."""
        claim = expenses.claim_id[:1]
        sanctioned = sum(expenses.mapped("payable_amount"))
        currency = self.company_currency_id
        owed = -self.amount_total_signed
        if currency.compare_amounts(owed, sanctioned) > 0:
            raise UserError(
                self.env._(
                    "%(claim)s was sanctioned over %(sanctioned)s; its entry cannot be posted over "
                    "%(amount)s. Reset the lines of the entry to what was sanctioned.",
                    claim=claim.name,
                    sanctioned=currency.format(sanctioned),
                    amount=currency.format(owed),
                )
            )
        payee = expenses.employee_id.work_contact_id
        if self.partner_id != payee:
            raise UserError(
                self.env._(
                    "%(claim)s is reimbursed to %(payee)s: its entry cannot be posted for %(partner)s.",
                    claim=claim.name,
                    payee=payee.name,
                    partner=self.partner_id.name,
                )
            )

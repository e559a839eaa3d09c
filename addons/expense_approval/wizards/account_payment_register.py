from odoo import models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import touch_rows


class AccountPaymentRegister(models.TransientModel):
    """What is owed for a claim is paid once, and no more than is owed (E7)."""

    _inherit = "account.payment.register"

    def _create_payments(self):
        self._check_claims_owed()
        return super()._create_payments()

    def _check_claims_owed(self):
        """Refuse what was paid since this window was opened, or more than is owed.

        :raise UserError: naming claim or entry
        """
        lines_sudo = self.sudo().line_ids
        lines_sudo = lines_sudo.filtered(lambda line: line.move_id.expense_ids.claim_id)
        if not lines_sudo:
            return
        # of two payments at the same time the second finds what the first one left
        touch_rows(lines_sudo.move_id.expense_ids.claim_id)
        lines_sudo.invalidate_recordset(["amount_residual", "reconciled"])
        if paid := lines_sudo.filtered("reconciled"):
            raise UserError(
                self.env._(
                    "%(claim)s is paid already: nothing is owed of %(entry)s. Close this window.",
                    claim=paid[0].move_id.expense_ids.claim_id[:1].name,
                    entry=paid[0].move_id.display_name,
                )
            )
        if not self.can_edit_wizard:
            return
        owed = self.company_currency_id._convert(
            abs(sum(self.sudo().line_ids.mapped("amount_residual"))),
            self.currency_id,
            self.company_id,
            self.payment_date,
        )
        if self.currency_id.compare_amounts(self.amount, owed) > 0:
            raise UserError(
                self.env._(
                    "%(owed)s is owed for %(claim)s; a payment of %(amount)s is too much.",
                    owed=self.currency_id.format(owed),
                    claim=", ".join(lines_sudo.move_id.expense_ids.claim_id.mapped("name")),
                    amount=self.currency_id.format(self.amount),
                )
            )

from odoo import Command, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import touch_rows


class AccountMove(models.Model):
    """Advances are set off when a claim is posted, and open again when that is taken back (E9)."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._reconcile_paid_back()
        posted.filtered(lambda move: move.move_type == "in_receipt")._offset_advances()
        return posted

    def button_draft(self):
        self._release_advances()
        return super().button_draft()

    def button_cancel(self):
        self._release_advances()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if cancel:
            self._release_advances()
        return super()._reverse_moves(default_values_list=default_values_list, cancel=cancel)

    # ------------------------------------------------------------------ paid back

    def _reconcile_paid_back(self):
        """What the employee paid back settles the payment of the advance."""
        back = self.origin_payment_id.filtered(
            lambda payment: payment.advance_id and payment.payment_type == "inbound"
        )
        for payment in back:
            lines = payment._advance_lines() + payment.advance_id.sudo()._open_lines()
            lines.filtered(lambda line: not line.reconciled).reconcile()

    # ------------------------------------------------------------------ offset

    def _offset_advances(self):
        """Set off what the posted claims planned, at most what each still owes.

        Each receipt is one claim as a whole.
        """
        receipts_sudo = self.sudo()  # advances and claims have rules of their own
        touch_rows(receipts_sudo.expense_ids.claim_id.allocation_ids.advance_id)
        for receipt in receipts_sudo:
            for allocation in receipt.expense_ids.claim_id.allocation_ids.sorted("id"):
                if allocation.state != "offset":
                    allocation._offset(receipt, receipt.amount_residual)

    def _release_advances(self):
        """Take the offsets of these receipts back, and keep payments that were offset."""
        if not self:
            return
        rows = self.env["expense.advance.allocation"].sudo()
        payments = self.origin_payment_id.filtered(
            lambda payment: payment.advance_id and payment.payment_type == "outbound"
        )
        if payments and (
            used := rows.search(
                [("advance_id", "in", payments.advance_id.ids), ("state", "=", "offset")], limit=1
            )
        ):
            raise UserError(
                self.env._(
                    "Advance %(advance)s was offset in claim %(claim)s. Take the entry of that claim back "
                    "first, then the payment.",
                    advance=used.advance_id.name,
                    claim=used.claim_id.name,
                )
            )
        receipts = self.filtered(lambda move: move.move_type == "in_receipt")
        if receipts:
            offset = rows.search([("receipt_id", "in", receipts.ids), ("state", "=", "offset")])
            offset.move_id._reverse_moves(
                [{"date": move.date, "ref": move.ref} for move in offset.move_id], cancel=True
            )

    def _employee_debt_line(self):
        """The line that says what a receipt owes the employee."""
        return self.line_ids.filtered(lambda line: line.display_type == "payment_term")[:1]

    def _prepare_offset_vals(self, allocation, amount, balance):
        """Values of the entry that sets an advance off against this receipt.

        :param amount: in the currency of the advance
        :param balance: the same in company currency
        """
        company = self.company_id
        debt = self._employee_debt_line()
        name = self.env._(
            "Advance %(advance)s offset in %(claim)s",
            advance=allocation.advance_id.name,
            claim=allocation.claim_id.name,
        )
        sides = (
            (debt.account_id, company.currency_id, balance, balance),
            (company.advance_account_id, allocation.currency_id, -amount, -balance),
        )
        return {
            "move_type": "entry",
            "date": self.date,
            "ref": name,
            "journal_id": company._advance_journal().id,
            "company_id": company.id,
            "line_ids": [
                Command.create(
                    {
                        "name": name,
                        "account_id": account.id,
                        "partner_id": self.partner_id.id,
                        "currency_id": currency.id,
                        "amount_currency": in_currency,
                        "balance": in_company,
                    }
                )
                for account, currency, in_currency, in_company in sides
            ],
        }

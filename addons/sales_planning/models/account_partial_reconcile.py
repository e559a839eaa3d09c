from odoo import models


class AccountPartialReconcile(models.Model):
    """What of a settled invoice is money: what is written off or credited is none (P7)."""

    _inherit = "account.partial.reconcile"

    def _money(self):
        """What was paid of invoices.

        A payment or bank statement line that writes a difference off counts to the part that came in.

        :return: ``{partial: amount in the currency of the invoice}``; zero where no money was paid
        """
        parts = {source: source._money_part() for source in self.credit_move_id.move_id}
        return {
            partial: partial.debit_amount_currency * parts[partial.credit_move_id.move_id]
            for partial in self
        }

    def _credited(self):
        """What was settled of invoices by credit notes.

        :return: ``{partial: amount in the currency of the invoice}``
        """
        return {
            partial: partial.debit_amount_currency
            if partial.credit_move_id.move_id.move_type == "out_refund"
            else 0.0
            for partial in self
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    def _money_part(self):
        """How much of what an entry settles is money, from 0 to 1."""
        self.ensure_one()
        paid_by = self.origin_payment_id or self.statement_line_id
        if not paid_by:
            return 0.0
        received = sum(paid_by._seek_for_lines()[0].mapped("balance"))
        receivables = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        settled = -sum(receivables.mapped("balance"))
        return min(max(received / settled, 0.0), 1.0) if settled > 0 else 0.0

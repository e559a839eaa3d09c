from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    order_allocation_ids = fields.One2many(
        "sale.payment.allocation",
        "statement_line_id",
        groups="sale_order_flow.group_flow_user",
    )

    def _counts_for_orders(self):
        """Those of the bank statement lines that are money received and stand in the books."""
        return self.filtered(lambda line: line.amount > 0 and line.move_id._stands_for_orders())

    def _payments_matched(self):
        """Payments these lines were matched with: the same money, seen from the other side."""
        items = self.move_id.line_ids
        partials = items.matched_debit_ids.debit_move_id | items.matched_credit_ids.credit_move_id
        return partials.move_id.origin_payment_id | self.payment_ids

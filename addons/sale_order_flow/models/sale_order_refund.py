from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain


class SalePaymentAllocation(models.Model):
    """Money paid back to the customer counts no more (F10, DESIGN 15).

    Where it was matched with the payment it comes from, it lowers that payment; where it was
    matched with a credit note of an order, it lowers what counts for the order. What is matched with
    nothing yet is taken off what no order was given, and then off the newest rows of the customer.
    """

    _inherit = "sale.payment.allocation"

    @api.model
    def _money_left(self, siblings, sources):
        """What is left of payments and bank statement lines for orders.

        :param siblings: all rows of these sources, the oldest first
        :param sources: those that count
        :return: ``{payment or statement line: amount in its currency}``
        """
        # read for all at once
        (siblings.payment_id.move_id | siblings.statement_line_id.move_id)._money_out()
        left = {source: max(source.amount - source._paid_back(), 0.0) for source in sources}
        loose = self._loose_refunds(siblings)
        for row in self._newest_given(siblings) if loose else ():
            source, company = row._source(), row._source().company_id
            key = source.partner_id.commercial_partner_id, company
            currency = company.currency_id
            given = source.currency_id._convert(row.amount, currency, company, source.date)
            taken = min(given, loose.get(key, 0.0))
            if taken <= 0:
                continue
            loose[key] -= taken
            if source in left:
                lost = currency._convert(taken, source.currency_id, company, source.date)
                left[source] = max(min(left[source], source._given_to_orders()) - lost, 0.0)
        return left

    @api.model
    def _newest_given(self, siblings):
        """Every row of the customers of ``siblings`` that still counts, the newest first."""
        rows = self.sudo().search(
            Domain("order_id.partner_id", "child_of", siblings.mapped("partner_id").ids)
            & Domain("application_id.state", "!=", "cancelled"),
            order="id desc",
        )
        standing = {*rows.payment_id._counts_for_orders()}
        standing |= {*rows.statement_line_id._counts_for_orders()}
        return rows.filtered(lambda row: row._source() in standing)

    @api.model
    def _loose_refunds(self, siblings):
        """Money paid back that is matched with nothing, less what no order was given.

        :return: ``{(customer, company): amount in the currency of the company}``
        """
        partners = siblings.mapped("partner_id")
        Payment = self.env["account.payment"].sudo()
        refunds = Payment.search(
            Domain("partner_id", "child_of", partners.ids)
            & Domain("payment_type", "=", "outbound")
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", ("in_process", "paid"))
        )
        loose = defaultdict(float)
        for refund in refunds:
            key = refund.partner_id.commercial_partner_id, refund.company_id
            loose[key] += refund._loose_amount()
        if not any(loose.values()):
            return {}
        received = Payment.search(
            Domain("partner_id", "child_of", partners.ids)
            & Domain("payment_type", "=", "inbound")
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", ("in_process", "paid"))
        )._counts_for_orders()
        for payment in received:
            key = payment.partner_id.commercial_partner_id, payment.company_id
            if loose.get(key):
                free = payment.amount - payment._paid_back() - payment._given_to_orders()
                loose[key] -= max(
                    payment.currency_id._convert(
                        free, payment.company_id.currency_id, payment.company_id, payment.date
                    ),
                    0.0,
                )
        return loose

    @api.model
    def _verified_amounts(self, orders):
        """What counts for each order, less what was paid back on its credit notes."""
        amounts = super()._verified_amounts(orders)
        paid = orders.sudo().filtered(lambda order: amounts.get(order.id))
        paid.order_line.invoice_lines.move_id.mapped("move_type")  # for all at once
        for order in paid:
            amounts[order.id] -= order._paid_back_on_credit_notes()
        return amounts


class AccountMove(models.Model):
    _inherit = "account.move"

    def _money_out(self):
        """Matches of the items of these entries with money that went out to the customer.

        :return: list of ``(account.partial.reconcile, item of these entries, date)``
        """
        items = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        found = []
        for partial in items.matched_debit_ids:
            other = partial.debit_move_id.move_id
            payment, line = other.origin_payment_id, other.statement_line_id
            if (payment and payment.payment_type == "outbound") or (line and line.amount < 0):
                found.append((partial, partial.credit_move_id, other.date))
        return found

    def _paid_for_others(self, order):
        """What of the money of these entries paid invoices of other orders than ``order``."""
        return sum(
            amount
            for invoice, amount in self._matched_with_invoices()
            if (orders := invoice.line_ids.sale_line_ids.order_id) and order not in orders
        )

    def _matched_with_invoices(self):
        """What of the money of these entries paid invoices of customers.

        :return: list of ``(account.move, amount in the currency of the money)``
        """
        items = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return [
            (partial.debit_move_id.move_id, partial.credit_amount_currency)
            for partial in items.matched_debit_ids
            if partial.debit_move_id.move_id.move_type == "out_invoice"
        ]


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _orders_invoiced(self):
        """Orders whose invoices the payment paid."""
        self.ensure_one()
        invoices = self.sudo().invoice_ids.browse()
        for invoice, _amount in self.sudo().move_id._matched_with_invoices():
            invoices |= invoice
        if not self.sudo().move_id:
            invoices = self.sudo().invoice_ids
        return invoices.line_ids.sale_line_ids.order_id

    def _paid_for_others(self, order):
        """What of the payment paid invoices of other orders alone, in its currency."""
        self.ensure_one()
        return self.sudo().move_id._paid_for_others(order)

    def _paid_back(self):
        """What of the payment went back to the customer directly, in its currency."""
        self.ensure_one()
        return sum(
            partial.credit_amount_currency
            for partial, _item, _date in self.sudo().move_id._money_out()
        )

    def _given_to_orders(self):
        self.ensure_one()
        return sum(self.sudo().order_allocation_ids.mapped("amount"))

    def _loose_amount(self):
        """What of money paid out is matched with nothing, in the currency of the company."""
        self.ensure_one()
        refund = self.sudo()
        if not refund.move_id:
            # an entry is made with the bank statement; the documents it pays are known before
            return (
                0.0
                if refund.invoice_ids
                else refund.currency_id._convert(
                    refund.amount, refund.company_id.currency_id, refund.company_id, refund.date
                )
            )
        if not refund.move_id._stands_for_orders():
            return 0.0
        items = refund.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return sum(items.mapped("amount_residual"))

    # ------------------------------------------------------------------ what has to be told

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments._tell_orders()
        return payments

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "amount", "partner_id", "invoice_ids"}.isdisjoint(vals):
            self._tell_orders()
        return result

    def _tell_orders(self):
        """Money that went out changes what other payments of the customer count for orders."""
        if not self.env["res.company"]._order_flow_company_ids():
            return
        out = self.filtered(
            lambda payment: payment.payment_type == "outbound" and payment.partner_id
        )
        if out:
            self.env["sale.order"]._flow_money_changed(out.partner_id)


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _given_to_orders(self):
        self.ensure_one()
        return sum(self.sudo().order_allocation_ids.mapped("amount"))

    def _paid_for_others(self, order):
        """What of the money received paid invoices of other orders alone, in its currency."""
        self.ensure_one()
        return self.sudo().move_id._paid_for_others(order)

    def _paid_back(self):
        """What of the money received went back to the customer directly, in its currency."""
        self.ensure_one()
        return sum(
            partial.credit_amount_currency
            for partial, _item, _date in self.sudo().move_id._money_out()
        )


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._tell_orders()
        return partials

    def unlink(self):
        partners = self._partners_matched()
        result = super().unlink()
        if partners:
            self.env["sale.order"]._flow_money_changed(partners)
        return result

    def _partners_matched(self):
        if not self.env["res.company"]._order_flow_company_ids():
            return self.env["res.partner"]
        return (
            self.sudo()
            .credit_move_id.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            .partner_id
        )

    def _tell_orders(self):
        if partners := self._partners_matched():
            self.env["sale.order"]._flow_money_changed(partners)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _flow_money_changed(self, partners):
        """Derive the stages of open orders of customers anew whose money moved."""
        customers = partners.sudo().commercial_partner_id
        self.sudo().search(
            Domain("partner_id", "child_of", customers.ids)
            & Domain("desk_open", "=", True)
            & Domain("state", "=", "sale")
        )._flow_changed()

    def _paid_back_on_credit_notes(self):
        """What was paid back on credit notes of the order, in its currency."""
        self.ensure_one()
        notes = self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )
        paid_back = sum(
            item.currency_id._convert(
                partial.credit_amount_currency, self.currency_id, self.company_id, date
            )
            for partial, item, date in notes._money_out()
        )
        waiting = (
            self.env["account.payment"]
            .sudo()
            .search(
                Domain("invoice_ids", "in", notes.ids)
                & Domain("payment_type", "=", "outbound")
                & Domain("state", "in", ("in_process", "paid"))
                & Domain("move_id", "=", False)
            )
            if notes
            else ()
        )
        return paid_back + sum(
            payment.currency_id._convert(
                payment.amount, self.currency_id, self.company_id, payment.date
            )
            for payment in waiting
        )

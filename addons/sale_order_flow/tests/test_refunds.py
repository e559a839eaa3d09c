from odoo import Command
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestRefunds(OrderFlowCase):
    """F10: what is paid back to the customer, or paid on a down payment, counts as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # payments with an entry of their own, so that they can be matched before the bank has them
        outstanding = cls.env["account.account"].create(
            {
                "name": "Outstanding",
                "code": "109901",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        lines = cls.bank.inbound_payment_method_line_ids | cls.bank.outbound_payment_method_line_ids
        lines.payment_account_id = outstanding

    def pay_back(self, amount, **values):
        return self.make_payment(amount, payment_type="outbound", **values)

    def match(self, *documents):
        items = self.env["account.move.line"]
        for document in documents:
            move = document if document._name == "account.move" else document.move_id
            items |= move.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
        items.reconcile()

    def verified(self, order):
        return self.env["sale.payment.allocation"]._verified_amounts(order).get(order.id, 0.0)

    def test_money_paid_back_out_of_a_payment_closes_the_gate(self):
        """F10: matched with the payment it came from; taken back, the gate opens again."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        self.assertEqual(order.flow_stage, "notice")
        refund = self.pay_back(150)
        self.match(payment, refund)
        self.assertEqual(self.verified(order), 250)
        self.assertEqual(order.flow_stage, "apply")
        with self.assertRefused("needed before delivery"):
            self.make_notice(order)
        refund.move_id.line_ids.remove_move_reconcile()
        self.as_user(refund, self.finance).action_draft()
        self.assertEqual(self.verified(order), 400)
        self.assertEqual(order.flow_stage, "notice")

    def test_money_paid_back_closes_the_gate_before_anybody_matched_it(self):
        """F10: at first it comes from what no order was given, then from the newest rows."""
        first, second = self.make_confirmed(), self.make_confirmed()
        self.make_verified(first)
        self.make_verified(second)
        self.make_payment(100)
        self.pay_back(100)
        self.assertEqual((self.verified(first), self.verified(second)), (400, 400))
        self.pay_back(50)
        self.assertEqual((self.verified(first), self.verified(second)), (400, 350))
        self.assertEqual(second.flow_stage, "apply")
        self.assertEqual(first.flow_stage, "notice")

    def test_money_paid_back_to_another_customer_changes_nothing(self):
        """F10: each customer's own money."""
        order = self.make_confirmed()
        self.make_verified(order)
        self.pay_back(400, partner=self.other_customer)
        self.assertEqual(self.verified(order), 400)

    def test_money_paid_back_on_a_credit_note_lowers_its_order(self):
        """F10, F16: the order of the credit note, and no other."""
        order, other = self.make_confirmed(), self.make_confirmed()
        payment = self.make_verified(order)
        self.make_verified(other)
        self.make_notice(order)
        self.ship(self.pickings(order))
        invoice = order.sudo()._create_invoices()
        invoice.invoice_date = order.date_order.date()
        invoice.action_post()
        self.match(invoice, payment)
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        note.action_post()
        self.match(note, self.pay_back(400))
        self.assertEqual(self.verified(order), 0)
        self.assertEqual(self.verified(other), 400)

    def test_money_paid_back_in_another_currency(self):
        """F10, X4: in the currency of the payment it is matched with."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
                "name": "2020-01-01",
            }
        )
        order = self.make_confirmed()
        application = self.make_application(order)
        payment = self.make_payment(50, currency_id=euro.id)
        self.allocate(application, payment, 50)
        self.as_user(application, self.finance).action_verify()
        self.assertEqual(self.verified(order), 400)
        self.match(payment, self.pay_back(10, currency_id=euro.id))
        self.assertEqual(self.verified(order), 320)

    def test_a_down_payment_invoice_paid_by_the_customer_counts(self):
        """F10: the payment of Odoo's down payment invoice is found first, and given to its order."""
        order = self.make_confirmed()
        older = self.make_payment(400)
        invoice = self.make_down_payment(order, 40)
        payment = self.pay_invoice(invoice)
        application = self.make_application(order)
        self.as_user(application, self.finance).action_propose_payments()
        rows = application.allocation_ids
        self.assertEqual(rows[0].payment_id, payment)
        self.assertEqual(rows.mapped("amount"), [160, 240])
        self.assertEqual(rows[1].payment_id, older)
        self.as_user(application, self.finance).action_verify()
        self.assertEqual(self.verified(order), 400)

    def test_money_for_another_order_is_not_given_to_this_one(self):
        """F10: what paid the invoice of an order belongs to that order."""
        order, other = self.make_confirmed(), self.make_confirmed()
        payment = self.pay_invoice(self.make_down_payment(other, 100))
        application = self.make_application(order)
        with self.assertRefused("no payment that is posted"):
            self.as_user(application, self.finance).action_propose_payments()
        with self.assertRefused("paid invoices of other orders"):
            self.allocate(application, payment, 400)

    def make_down_payment(self, order, percent):
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        invoice = wizard.create(
            {"advance_payment_method": "percentage", "amount": percent}
        )._create_invoices(order.with_env(self.env))
        invoice.invoice_date = order.date_order.date()
        invoice.action_post()
        return invoice

    def pay_invoice(self, invoice):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": self.bank.id})
            ._create_payments()
        )

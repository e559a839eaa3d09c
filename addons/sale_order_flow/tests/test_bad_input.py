from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestBadInput(OrderFlowCase):
    """F10, X6: what makes no sense is refused with a sentence, and nothing is half-done."""

    def verifying(self, order=None):
        """An application handed in, as finance sees it."""
        return self.as_user(self.make_application(order or self.make_confirmed()), self.finance)

    def with_voucher(self, raw=b"paid", **values):
        application = self.make_application(self.make_confirmed(), submit=False)
        application.write(
            {"voucher_ids": [Command.create({"name": "slip.txt", "raw": raw})], **values}
        )
        return application

    # ------------------------------------------------------------------ quantities

    def test_notices_of_less_than_nothing_are_refused(self):
        """F10: negative quantities to ship."""
        order = self.make_confirmed()
        self.make_verified(order)
        notice = self.make_notice(order, issue=False)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation) as caught,
            self.env.cr.savepoint(),
        ):
            notice.line_ids.quantity = -1
            notice.flush_recordset()
        self.assertIn("cannot be negative", notice.line_ids._sql_error_to_message(caught.exception))
        self.assertEqual(notice.line_ids.quantity, 4)

    def test_amounts_of_nothing_are_refused(self):
        """F10: a payment gives an order more than nothing."""
        application = self.verifying()
        payment = self.make_payment(400)
        for amount in (0, -5):
            with (
                self.subTest(amount),
                mute_logger("odoo.sql_db"),
                self.assertRefused("", psycopg2.errors.CheckViolation),
            ):
                self.allocate(application, payment, amount)
        self.assertFalse(application.allocation_ids)

    # ------------------------------------------------------------------ dates

    def test_goods_are_not_wanted_yesterday(self):
        """F10: the assistant plans by it."""
        application = self.with_voucher()
        today = self.company._approval_today()
        application.wanted_date = today - timedelta(days=1)
        with self.assertRefused("is past"):
            application.action_submit()
        self.assertEqual(application.state, "draft")
        application.wanted_date = today
        application.action_submit()

    def test_late_orders_are_applied_for_as_soon_as_may_be(self):
        """F10: the promised date passed before the customer paid."""
        order = self.make_confirmed(commitment_date=fields.Datetime.now() - timedelta(days=5))
        application = self.make_application(order)
        self.assertEqual(application.wanted_date, self.company._approval_today())

    # ------------------------------------------------------------------ the same voucher twice

    def test_a_file_is_handed_in_once(self):
        """F10: the slip of another order, whoever made the application."""
        first = self.with_voucher()
        second = self.with_voucher()
        first.action_submit()
        with self.assertRefused(f"slip.txt was handed in with {first.name} already"):
            second.action_submit()
        self.assertEqual(second.state, "draft")
        other = self.make_confirmed(user=self.sales2)
        theirs = self.make_application(other, self.sales2, submit=False)
        theirs.voucher_ids = [Command.create({"name": "copy.txt", "raw": b"paid"})]
        with self.assertRefused(f"copy.txt was handed in with {first.name} already"):
            theirs.action_submit()

    def test_a_number_is_handed_in_once(self):
        """F10: however it is written."""
        first = self.with_voucher(b"first", voucher_number="cmb 2026-0012")
        self.assertEqual(first.voucher_number, "CMB2026-0012")
        first.action_submit()
        second = self.with_voucher(b"second", voucher_number=" CMB2026-0012 ")
        with self.assertRefused("already"):
            second.action_submit()
        second.voucher_number = "CMB2026-0013"
        second.action_submit()
        with self.assertRefused("CMB2026-0012 was handed in"):
            second.voucher_number = "cmb2026-0012"

    def test_a_file_is_not_exchanged_for_one_handed_in_before(self):
        """F10: after submission as before."""
        self.with_voucher().action_submit()
        second = self.with_voucher(b"own")
        second.action_submit()
        with self.assertRefused("already"):
            second.voucher_ids = [Command.create({"name": "slip.txt", "raw": b"paid"})]

    def test_the_same_file_twice_on_one_application(self):
        """F10: one of them is a mistake."""
        application = self.with_voucher()
        application.voucher_ids = [Command.create({"name": "again.txt", "raw": b"paid"})]
        with self.assertRefused("attached twice"):
            application.action_submit()

    def test_one_payment_for_several_orders(self):
        """F10: said by the salesperson, seen by finance; the money still counts once."""
        first, second = self.with_voucher(), self.with_voucher(is_shared_voucher=True)
        first.action_submit()
        second.action_submit()
        finance = self.as_user(second, self.finance)
        self.assertEqual(finance.same_voucher_ids, first)
        payment = self.make_payment(600)
        self.allocate(first, payment, 400)
        self.as_user(first, self.finance).action_verify()
        with self.assertRefused("would be given to orders", ValidationError):
            self.allocate(second, payment, 400)

    def test_a_returned_voucher_may_be_handed_in_for_the_right_order(self):
        """F10: the wrong order was paid for by nobody."""
        first, second = self.with_voucher(), self.with_voucher()
        first.action_submit()
        finance = self.as_user(first, self.finance)
        finance.finance_note = "For the other order."
        finance.action_return()
        second.action_submit()
        with self.assertRefused(f"handed in with {second.name}"):
            first.action_submit()

    def test_other_companies_have_their_own_vouchers(self):
        """F10, X4: numbers and files are compared within the company."""
        first = self.with_voucher(voucher_number="A1")
        first.action_submit()
        second = self.with_voucher(voucher_number="A1")
        self.env.cr.execute(
            "UPDATE sale_delivery_application SET company_id = %s WHERE id = %s",
            [self.env.ref("base.main_company").id, first.id],
        )
        self.env.invalidate_all()
        second.action_submit()
        self.assertEqual(second.state, "submitted")

    # ------------------------------------------------------------------ twice

    def test_a_second_click_says_that_it_was_done(self):
        """X6: every button of the path pressed twice; the second time nothing happens."""
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused(exception=UserError):
            order.action_approval_submit()
        self.assertEqual(len(self.request_of(order)), 1)
        self.decide(order, self.salesmgr)
        with self.assertRefused(exception=UserError):
            self.decide(order, self.salesmgr)
        application = self.make_application(order)
        with self.assertRefused("handed in already"):
            application.action_submit()
        finance = self.as_user(application, self.finance)
        self.make_payment(400)
        finance.action_propose_payments()
        finance.action_verify()
        with self.assertRefused("nothing to verify"):
            finance.action_verify()
        self.assertEqual(len(finance.allocation_ids), 1)
        notice = self.make_notice(order)
        with self.assertRefused("was issued already"):
            notice.action_issue()
        self.assertEqual(sum(self.moves(order).mapped("product_uom_qty")), 4)

    def test_payments_are_proposed_once(self):
        """F10: a second click on it finds nothing more to give."""
        application = self.verifying()
        self.make_payment(1000)
        application.action_propose_payments()
        with self.assertRefused():
            application.action_propose_payments()
        self.assertEqual(sum(application.allocation_ids.mapped("amount")), 400)

    # ------------------------------------------------------------------ cancelled meanwhile

    def test_an_order_cancelled_while_finance_verifies(self):
        """F10: the application is over, and the money found for it free again."""
        order = self.make_confirmed()
        application = self.verifying(order)
        payment = self.make_payment(400)
        self.allocate(application, payment, 400)
        order._action_cancel()
        self.assertEqual(application.state, "cancelled")
        self.assertEqual(payment.order_allocatable_amount, 400)
        with self.assertRefused("nothing to verify"):
            application.action_verify()
        with self.assertRefused("nothing to verify"):
            application.action_propose_payments()
        other = self.verifying()
        self.allocate(other, payment, 400)
        other.action_verify()

    def test_an_order_cancelled_after_the_verification(self):
        """F10: finance takes the payment back for another order."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        order._action_cancel()
        application = self.as_user(order.delivery_application_ids, self.finance)
        self.assertEqual(application.state, "verified")
        application.action_reopen()
        with self.assertRefused(f"{order.name} was cancelled"):
            application.action_verify()
        application.finance_note = "The order was cancelled."
        application.action_return()
        self.assertEqual(application.state, "cancelled")
        self.assertEqual(payment.order_allocatable_amount, 400)

    def test_an_application_given_up_frees_its_payments(self):
        """F10: given up by the salesperson while finance had found the money."""
        application = self.make_application(self.make_confirmed())
        payment = self.make_payment(400)
        self.allocate(application, payment, 400)
        application.action_cancel()
        self.assertEqual(application.state, "cancelled")
        self.assertFalse(application.allocation_ids)
        self.assertEqual(payment.order_allocatable_amount, 400)

    def test_a_cancelled_order_gets_no_notice(self):
        """F10: cancelled while the assistant prepares it."""
        order = self.make_confirmed()
        self.make_verified(order)
        notice = self.make_notice(order, issue=False)
        order._action_cancel()
        with self.assertRefused():
            notice.action_issue()
        self.assertFalse(self.moves(order))

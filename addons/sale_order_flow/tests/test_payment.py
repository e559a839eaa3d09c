from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestPayment(OrderFlowCase):
    """F10: the voucher comes from the salesperson, finance verifies it against real payments."""

    def payment_gate(self, order):
        order.invalidate_recordset()
        return next(gate["state"] for gate in order.release_checklist if gate["code"] == "payment")

    # ------------------------------------------------------------------ applying

    def test_application_needs_a_voucher(self):
        """F10: without proof of payment finance has nothing to look for."""
        application = self.make_application(self.make_confirmed(), submit=False)
        with self.assertRefused("Payment Vouchers is empty"):
            application.action_submit()
        self.assertEqual(application.state, "draft")

    def test_finance_reads_the_voucher_the_salesperson_uploaded(self):
        """F10: it belongs to the application, not to whoever uploaded it."""
        application = self.make_application(self.make_confirmed())
        slip = self.as_user(application, self.finance).voucher_ids
        self.assertEqual(slip.raw, f"paid {application.name}".encode())

    def test_only_the_salesperson_of_a_confirmed_order_applies(self):
        """F10, F21: neither another salesperson nor the warehouse; no quotation, no other order."""
        order = self.make_confirmed()
        for user in (self.sales2, self.warehouse, self.finance):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.make_application(order, user)
        with self.assertRefused("is not confirmed"):
            self.make_application(self.make_order())

    def test_salespeople_do_not_see_the_applications_of_others(self):
        """F21: assistants and finance see all."""
        application = self.make_application(self.make_confirmed())
        found = self.as_user(application, self.sales2).search([("id", "=", application.id)])
        self.assertFalse(found)
        for user in (self.assistant, self.finance):
            self.assertTrue(self.as_user(application, user).search([("id", "=", application.id)]))

    # ------------------------------------------------------------------ verifying

    def test_verified_payment_opens_the_gate(self):
        """F10: the whole amount, from one real payment."""
        order = self.make_confirmed()
        self.make_verified(order)
        self.assertEqual(self.payment_gate(order), "done")
        self.assertEqual(order.flow_stage, "notice")

    def test_verification_without_enough_real_payment_is_refused(self):
        """F10: not on the voucher's word, and not for a part."""
        order = self.make_confirmed()
        application = self.as_user(self.make_application(order), self.finance)
        with self.assertRefused("is not covered by payments"):
            application.action_verify()
        self.allocate(application, self.make_payment(399), 399)
        with self.assertRefused("is not covered by payments"):
            application.action_verify()
        self.allocate(application, self.make_payment(1), 1)
        application.action_verify()
        self.assertEqual(application.verified_by_id, self.finance)

    def test_share_of_the_total_is_configurable(self):
        """F10: thirty percent down is enough where the company says so."""
        self.company.release_payment_percent = 30
        order = self.make_confirmed()
        application = self.as_user(self.make_application(order), self.finance)
        self.allocate(application, self.make_payment(120), 120)
        application.action_verify()
        self.assertEqual(self.payment_gate(order), "done")
        self.company.release_payment_percent = 50
        self.assertEqual(self.payment_gate(order), "closed")
        self.assertEqual(order.flow_stage, "apply")

    def test_proposal_takes_the_oldest_payments_of_the_customer(self):
        """F10: only what is left of them, and no more than is needed."""
        order = self.make_confirmed()
        second = self.make_payment(300, date="2026-02-01")
        first = self.make_payment(200, date="2026-01-01")
        self.make_payment(900, self.other_customer, date="2025-01-01")
        application = self.as_user(self.make_application(order), self.finance)
        application.action_propose_payments()
        rows = application.allocation_ids.sorted("id")
        self.assertEqual(rows.payment_id, first | second)
        self.assertEqual(rows.mapped("amount"), [200, 200])
        application.action_verify()

    def test_proposal_without_payment_says_what_to_do(self):
        """X6: register the payment first."""
        application = self.as_user(self.make_application(self.make_confirmed()), self.finance)
        with self.assertRefused("Register the payment in accounting first"):
            application.action_propose_payments()

    def test_draft_payment_does_not_count(self):
        """F10: only what is posted is real."""
        draft = self.as_user(self.env["account.payment"], self.finance).create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": 400,
                "partner_id": self.customer.id,
                "journal_id": self.bank.id,
            }
        )
        application = self.make_application(self.make_confirmed())
        with self.assertRefused("is no payment received and posted", ValidationError):
            self.allocate(application, draft, 400)

    def test_payment_sent_to_the_customer_does_not_count(self):
        """F10: a refund is no payment."""
        refund = self.make_payment(400, payment_type="outbound")
        application = self.make_application(self.make_confirmed())
        with self.assertRefused("is no payment received", ValidationError):
            self.allocate(application, refund, 400)

    def test_payment_of_another_customer_is_refused(self):
        """F10: whoever paid, paid for his own orders."""
        application = self.make_application(self.make_confirmed())
        with self.assertRefused("was not paid by Customer", ValidationError):
            self.allocate(application, self.make_payment(400, self.other_customer), 400)

    def test_payment_of_the_customers_contact_counts(self):
        """F10: one company, whichever of its people paid."""
        application = self.make_application(self.make_confirmed())
        self.allocate(application, self.make_payment(400, self.contact), 400)
        self.as_user(application, self.finance).action_verify()

    def test_payment_is_not_given_to_orders_beyond_its_amount(self):
        """F10: across orders, when created and when changed."""
        payment = self.make_payment(600)
        first, second = (
            self.make_application(self.make_confirmed()),
            self.make_application(self.make_confirmed()),
        )
        self.allocate(first, payment, 400)
        with self.assertRefused("would be given to orders", ValidationError):
            self.allocate(second, payment, 201)
        row = self.allocate(second, payment, 200)
        with self.assertRefused("would be given to orders", ValidationError):
            row.amount = 201
        with self.assertRefused("", Exception):
            self.allocate(second, payment, -5)

    def test_foreign_payment_counts_at_the_rate_of_its_date(self):
        """F10, X4: 56 USD were 400 CNY when they came, and 560 later."""
        usd = self.env.ref("base.USD")
        usd.active = True
        for date, rate in (("2026-01-01", 0.14), ("2026-06-01", 0.10)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": usd.id,
                    "company_id": self.company.id,
                    "name": date,
                    "rate": rate,
                }
            )
        goods = self.make_product("Motor", 100.0, company_id=self.company.id)
        order = self.make_confirmed({goods: 4})
        application = self.as_user(self.make_application(order), self.finance)
        early = self.make_payment(56, currency_id=usd.id, date="2026-01-15")
        row = self.allocate(application, early, 56)
        self.assertEqual(row.counted_amount, 400)
        row.unlink()
        late = self.make_payment(56, currency_id=usd.id, date="2026-06-15")
        self.assertEqual(self.allocate(application, late, 56).counted_amount, 560)

    def test_proposal_of_a_foreign_payment_is_enough_to_verify(self):
        """F10, X4, X6: rounding between currencies leaves no cent that nobody can pay."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.1379,
            }
        )
        order = self.make_confirmed(
            {self.make_product("Seal", 33.33, company_id=self.company.id): 4}
        )
        application = self.as_user(self.make_application(order), self.finance)
        self.make_payment(50, currency_id=usd.id, date="2026-01-15")
        application.action_propose_payments()
        application.action_verify()
        self.assertEqual(self.payment_gate(order), "done")

    def test_returned_application_comes_back_with_the_reason(self):
        """F10: the salesperson corrects it and submits again."""
        application = self.make_application(self.make_confirmed())
        finance = self.as_user(application, self.finance)
        with self.assertRefused("Finance's Remark"):
            finance.action_return()
        finance.finance_note = "The slip is from last year."
        finance.action_return()
        self.assertEqual(application.order_id.flow_stage, "apply")
        application.action_submit()
        self.assertEqual(application.state, "submitted")

    # ------------------------------------------------------------------ money that goes away again

    def test_cancelled_payment_closes_the_gate_again(self):
        """F10: no notice can be issued, and what is noticed cannot leave."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        self.make_notice(order, {self.pump: 2})
        payment.action_draft()
        self.assertEqual(self.payment_gate(order), "closed")
        self.assertEqual(order.flow_stage, "apply")
        payment.action_cancel()
        with self.assertRefused("is verified by finance"):
            self.make_notice(order)
        with self.assertRefused("is verified by finance"):
            self.ship(self.pickings(order))

    def test_reversed_payment_closes_the_gate_again(self):
        """F10: an entry that was reversed is no money."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        self.env["account.move.reversal"].with_context(
            active_model="account.move",
            active_ids=payment.move_id.ids,
        ).create({"journal_id": payment.journal_id.id}).refund_moves()
        payment.move_id.reversal_move_ids.filtered(lambda move: move.state == "draft").action_post()
        self.assertEqual(self.payment_gate(order), "closed")
        with self.assertRefused("is verified by finance"):
            self.make_notice(order)

    def test_lowered_payment_closes_the_gate_again(self):
        """F10: reset to draft, changed, posted anew: it is worth what it is now."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        payment.action_draft()
        payment.amount = 100
        payment.action_post()
        self.assertEqual(self.payment_gate(order), "closed")

    def test_second_payment_can_replace_the_one_that_bounced(self):
        """F10, X6: the way on after a payment was cancelled."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        payment.action_draft()
        payment.action_cancel()
        application = self.as_user(self.make_application(order), self.finance)
        self.make_payment(400)
        application.action_propose_payments()
        application.action_verify()
        self.assertEqual(order.flow_stage, "notice")

    # ------------------------------------------------------------------ who may

    def test_nobody_but_finance_allocates_or_verifies(self):
        """F10, A21: neither salesperson nor assistant nor sales manager nor finance director."""
        order = self.make_confirmed()
        payment = self.make_payment(400)
        application = self.make_application(order)
        for user in (self.sales, self.assistant, self.salesmgr, self.cfo, self.warehouse):
            mine = self.as_user(application, user)
            with self.subTest(user.login):
                with self.assertRefused("", AccessError):
                    self.allocate(application, payment, 400, user)
                for action in ("action_verify", "action_propose_payments", "action_return"):
                    with self.assertRefused("", AccessError):
                        getattr(mine, action)()
        self.assertFalse(application.allocation_ids)

    def test_nobody_verifies_the_own_application_or_the_own_order(self):
        """A21: not even somebody in finance who sells."""
        self.finance.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        order = self.make_confirmed(user=self.assistant, user_id=self.finance.id)
        payment = self.make_payment(400)
        own = self.make_application(order, self.finance)
        with self.assertRefused("", AccessError):
            own.action_verify()
        with self.assertRefused("", UserError):
            self.allocate(own, payment, 400)
        foreign = self.make_confirmed(user=self.assistant, user_id=self.finance.id)
        application = self.make_application(foreign, self.assistant)
        with self.assertRefused("", AccessError):
            self.as_user(application, self.finance).action_verify()

    def test_verified_rows_are_locked(self):
        """F10: neither changed nor deleted nor moved to another order."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        row = self.as_user(payment.order_allocation_ids, self.finance)
        with self.assertRefused("is not being verified"):
            row.amount = 1
        with self.assertRefused("is not being verified"):
            row.unlink()
        other = self.make_application(self.make_confirmed())
        with self.assertRefused("is not being verified"):
            row.application_id = other

    def test_finance_can_take_its_verification_back_before_the_notice(self):
        """F10: afterwards the notice has to be cancelled first."""
        order = self.make_confirmed()
        self.make_verified(order)
        application = self.as_user(order.delivery_application_ids, self.finance)
        application.action_reopen()
        self.assertEqual(self.payment_gate(order), "waiting")
        application.action_verify()
        self.make_notice(order)
        with self.assertRefused("Cancel the notice first"):
            application.action_reopen()

    def test_bank_statement_line_counts_like_a_payment(self):
        """F10: money seen on the bank's statement, once."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": fields.Date.today(),
                "payment_ref": "Huaxin",
                "amount": 400,
                "partner_id": self.customer.id,
            }
        )
        application = self.make_application(self.make_confirmed())
        rows = self.as_user(self.env["sale.payment.allocation"], self.finance)
        row = {"application_id": application.id, "statement_line_id": line.id}
        with self.assertRefused("would be given to orders", ValidationError):
            rows.create({**row, "amount": 401})
        rows.create({**row, "amount": 400})
        self.as_user(application, self.finance).action_verify()
        self.assertEqual(self.payment_gate(application.order_id), "done")

    def test_allocations_of_an_application_can_be_entered_in_its_form(self):
        """F10: as the form of finance writes them."""
        payment, application = self.make_payment(400), self.make_application(self.make_confirmed())
        finance = self.as_user(application, self.finance)
        finance.write(
            {"allocation_ids": [Command.create({"payment_id": payment.id, "amount": 400})]}
        )
        finance.action_verify()
        self.assertEqual(application.state, "verified")

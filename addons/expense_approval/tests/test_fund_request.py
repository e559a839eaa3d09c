from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .fund_common import FundCase


@tagged("post_install", "-at_install")
class TestFundRequest(FundCase):
    """E11: money raised, used, invested and distributed, as approved."""

    # ------------------------------------------------------------------ chain

    def test_operating_use_within_the_limit_ends_with_the_general_manager(self):
        """E11: 100,000.00."""
        request = self.make_request()
        self.submit(request)
        self.assertEqual(self.waits_for(request), ["Finance director: is it sound"])
        self.decide(request, self.director)
        self.assertEqual(self.waits_for(request), ["General manager decides"])
        self.decide(request, self.boss)
        self.assertEqual(request.stage, "approved")

    def test_operating_use_over_the_limit_goes_to_the_president(self):
        """E11: 100,000.01."""
        request = self.make_request(100000.01)
        self.submit(request)
        self.decide(request, self.director)
        self.decide(request, self.boss)
        self.assertEqual(
            self.waits_for(request),
            ["President: operating use over the limit of the general manager"],
        )

    def test_other_kinds_always_go_to_the_president(self):
        """E11: raising, investment and distribution bind the company."""
        for kind in ("raising", "investment", "distribution"):
            request = self.make_request(10, kind=kind)
            self.submit(request)
            self.decide(request, self.director)
            self.decide(request, self.boss)
            self.assertEqual(
                self.waits_for(request),
                ["President: raising, investment and distribution of profit"],
                kind,
            )
            self.decide(request, self.president)
            self.assertEqual(request.state, "approved", kind)

    def test_nobody_approves_the_own_request(self):
        """E11: the finance director asks, and cannot answer."""
        second = self.make_user("deputy")
        self.hold("finance_director", second)
        request = self.make_request(user=self.director)
        self.submit(request)
        with self.assertRefused():
            self.decide(request, self.director)
        self.decide(request, second)

    def test_plan_is_locked_while_in_approval_and_after(self):
        """E11: what was approved is what is carried out."""
        request = self.make_request()
        self.submit(request)
        with self.assertRefused():
            request.instalment_ids[0].amount = 70000
        self.decide(request, self.director)
        self.decide(request, self.boss)
        with self.assertRefused():
            request.instalment_ids[0].due_date = self.days(100)
        with self.assertRefused():
            request.partner_id = self.claimant.partner_id

    # ------------------------------------------------------------------ bad input

    @mute_logger("odoo.sql_db")
    def test_zero_and_negative_amounts_are_refused(self):
        """E11: bad input."""
        for amount in (0, -5):
            with self.assertRefused("amount_positive", IntegrityError):
                self.make_request(amount)

    def test_instalments_that_do_not_sum_up_are_refused(self):
        """E11: less, more and none."""
        for amounts, total in (((10, 20), 31), ((10, 20), 29), ((), 30)):
            request = self.make_request(30, amount=total)
            request.instalment_ids = [
                Command.clear(),
                *(
                    Command.create({"due_date": self.days(1), "amount": amount})
                    for amount in amounts
                ),
            ]
            with self.assertRefused("Correct the instalments"):
                self.submit(request)

    def test_currency_without_rate_is_refused(self):
        """E11: bad input."""
        self.dollar.rate_ids.unlink()
        with self.assertRefused("no exchange rate of USD"):
            self.submit(self.make_request(currency_id=self.dollar.id))

    # ------------------------------------------------------------------ payments

    def test_instalment_is_paid_by_a_payment_that_finance_completes(self):
        """E11: plan against actual, instalment by instalment."""
        request = self.make_request()
        self.approve(request)
        first, second = request.instalment_ids
        payment = self.pay_instalment(first)
        self.assertEqual(
            (payment.payment_type, payment.partner_id, payment.amount),
            ("outbound", self.lender, 60000),
        )
        self.assertEqual((first.actual_amount, first.difference), (60000, 0))
        self.assertEqual((second.actual_amount, second.difference), (0, -40000))
        self.assertEqual((request.stage, request.open_amount), ("partly", 40000))
        self.pay_instalment(second)
        self.assertEqual((request.stage, request.open_amount), ("done", 0))

    def test_raised_funds_are_received(self):
        """E11: the other direction, on the account the accountant chooses."""
        request = self.make_request(kind="raising")
        self.approve(request)
        loan = self.env["account.account"].search(
            [
                ("company_ids", "in", self.company.id),
                ("account_type", "=", "liability_non_current"),
            ],
            limit=1,
        )
        payment = self.pay_instalment(request.instalment_ids[0], account_id=loan.id)
        self.assertEqual(payment.payment_type, "inbound")
        credit = payment.move_id.line_ids.filtered(lambda line: line.balance < 0)
        self.assertEqual((credit.account_id, credit.balance), (loan, -60000))

    def test_part_and_too_much(self):
        """E11: less than planned is a difference, more than planned is refused."""
        request = self.make_request()
        self.approve(request)
        first, second = request.instalment_ids
        self.pay_instalment(first, amount=50000)
        self.assertEqual(first.difference, -10000)
        with self.assertRefused("too much", ValidationError):
            self.pay_instalment(first, amount=10000.01)
        self.pay_instalment(first)
        self.pay_instalment(second)
        self.assertEqual((first.difference, second.difference, request.stage), (0, 0, "done"))

    def test_nothing_moves_before_approval_or_after_closing(self):
        """E11: doors."""
        request = self.make_request()
        with self.assertRefused("only for approved", ValidationError):
            self.pay_instalment(request.instalment_ids[0])
        self.approve(request)
        self.as_user(request, self.finance).action_close()
        with self.assertRefused("only for approved", ValidationError):
            self.pay_instalment(request.instalment_ids[0])

    def test_payment_that_says_otherwise_is_refused(self):
        """E11: currency, partner and direction are those approved."""
        request = self.make_request()
        self.approve(request)
        payments = self.as_user(self.env["account.payment"], self.finance)
        values = {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "journal_id": self.bank.id,
            "amount": 100,
            "fund_instalment_id": request.instalment_ids[0].id,
            "partner_id": self.lender.id,
        }
        payments.create(values)
        with self.assertRefused("carried out in it", ValidationError):
            payments.create({**values, "currency_id": self.dollar.id})
        for change in ({"partner_id": self.boss.partner_id.id}, {"payment_type": "inbound"}):
            with self.assertRefused("says otherwise", ValidationError):
                payments.create({**values, **change})

    def test_reversal_opens_the_instalment_again(self):
        """E11: plan against what really moved."""
        request = self.make_request()
        self.approve(request)
        payment = self.pay_instalment(request.instalment_ids[0])
        payment.action_draft()
        self.assertEqual((request.actual_amount, request.stage), (0, "approved"))
        payment.action_post()
        self.as_user(payment, self.env.user).move_id._reverse_moves(cancel=True)
        self.assertEqual((request.actual_amount, request.stage), (0, "approved"))

    def test_overdue_instalments_are_found(self):
        """E11: approved, past its day, less than planned."""
        late, draft = self.make_request(date=self.days(-5)), self.make_request(date=self.days(-5))
        late.instalment_ids[0].due_date = self.days(-1)
        draft.instalment_ids[0].due_date = self.days(-1)
        self.approve(late)
        instalments = self.as_user(self.env["fund.request.instalment"], self.finance)
        found = instalments.search(
            [("is_overdue", "=", True), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found, late.instalment_ids[0])
        self.assertTrue(found.is_overdue)
        self.pay_instalment(found)
        self.assertFalse(found.is_overdue)
        self.assertFalse(
            instalments.search([("is_overdue", "=", True), ("company_id", "=", self.company.id)])
        )

    # ------------------------------------------------------------------ rights

    def test_own_asked_and_finance_see_a_request(self):
        """E11: rights."""
        request = self.make_request()
        with self.assertRefused(exception=AccessError):
            self.as_user(request, self.director).read(["amount"])
        self.submit(request)
        for user in (self.claimant, self.manager, self.director, self.finance):
            seen = self.as_user(request, user).instalment_ids.mapped("amount")
            self.assertEqual(seen, [60000, 40000])
        for user in (self.colleague, self.president):
            with self.assertRefused(exception=AccessError):
                self.as_user(request, user).read(["amount"])

    def test_only_finance_makes_payments_and_closes(self):
        """E11: neither who asked nor who approved."""
        request = self.make_request()
        self.approve(request)
        for user in (self.claimant, self.director, self.boss):
            with self.assertRefused(exception=AccessError):
                self.as_user(request.instalment_ids[0], user).action_pay()
            with self.assertRefused(exception=AccessError):
                self.as_user(request, user).action_close()

    def test_finance_does_not_change_what_was_asked_for(self):
        """E11: rights."""
        request = self.make_request()
        with self.assertRefused(exception=AccessError):
            self.as_user(request, self.finance).amount = 5
        with self.assertRefused(exception=AccessError):
            self.as_user(request.instalment_ids, self.finance).unlink()
        self.assertEqual(request.date, fields.Date.context_today(request))

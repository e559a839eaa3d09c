from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.commission_tier import effective_rate
from .performance_case import MARCH, PerformanceCase

APRIL = date(2026, 4, 1)
TIERS = [[0, 1], [80, 2], [100, 3]]


@tagged("post_install", "-at_install")
class TestCommission(PerformanceCase):
    """P7: commission, worked out by hand."""

    def amounts(self, review):
        return sorted(review.commission_line_ids.mapped("amount"))

    def test_a_tier_applies_to_its_part_or_to_everything(self):
        """P7: 120 % is 80 at 1 %, 20 at 2 % and 20 at 3 %: 1.80 of 120, which is 1.5 %."""
        self.assertAlmostEqual(effective_rate(TIERS, "marginal", 120), 1.5)
        self.assertEqual(effective_rate(TIERS, "whole", 120), 3)
        self.assertEqual(effective_rate(TIERS, "whole", 80), 2)
        self.assertEqual(effective_rate(TIERS, "whole", 79.99), 1)
        self.assertAlmostEqual(effective_rate(TIERS, "marginal", 80), 1)
        self.assertAlmostEqual(effective_rate(TIERS, "marginal", 90), (80 + 20) / 90)
        for mode in ("whole", "marginal"):
            self.assertEqual(effective_rate(TIERS, mode, 0), 1)
            self.assertEqual(effective_rate(TIERS, mode, -5), 1)
            self.assertEqual(effective_rate([[50, 4]], mode, 40), 0)
            self.assertEqual(effective_rate([], mode, 100), 0)
        # nothing is earned below the first tier, by its part
        self.assertAlmostEqual(effective_rate([[50, 4]], "marginal", 100), 2)

    def test_what_is_unpaid_does_not_count_and_is_made_up_for_when_it_is_paid(self):
        """P7: of 1,200 invoiced, 700 are paid in March and 500 in April."""
        self.targets[self.sales] = 1000
        invoice = self.make_invoice(self.make_sale(1200))
        self.pay(invoice, 700, date(2026, 3, 20))
        self.pay(invoice, 500, date(2026, 4, 2))
        march, april = self.make_review(), self.make_review(day=APRIL)
        self.assertEqual((march.sales_amount, march.attainment), (1200, 120))
        self.assertAlmostEqual(march.commission_rate, 1.5)
        self.assertEqual((march.commission_base, march.commission_amount), (700, 10.5))
        self.assertEqual((april.sales_amount, april.attainment), (0, 0))
        self.assertEqual((april.commission_base, april.commission_amount), (500, 5.0))
        self.assertEqual(march.commission_line_ids.move_id, invoice)
        self.assertEqual(march.commission_line_ids.kind, "payment")

    def test_the_tier_reached_may_apply_to_everything(self):
        """P7: 3 % of 700 is 21."""
        self.scheme.tier_mode = "whole"
        self.targets[self.sales] = 1000
        self.pay(self.make_invoice(self.make_sale(1200)), 700)
        self.assertEqual(self.make_review().commission_amount, 21)

    def test_credit_is_shared_and_taxes_earn_nothing(self):
        """P7: 1,000 untaxed, shared 70 to 30, half of the taxed total paid."""
        order = self.make_sale(1000, tax=True)
        order.credit_share_ids = [
            Command.create({"user_id": self.sales.id, "percent": 70}),
            Command.create({"user_id": self.sales2.id, "percent": 30}),
        ]
        self.assertGreater(order.amount_total, 1000)
        invoice = self.make_invoice(order)
        self.pay(invoice, invoice.amount_total / 2)
        first, second = self.make_review(), self.make_review(self.sales2)
        self.assertEqual((first.sales_amount, second.sales_amount), (700, 300))
        self.assertEqual((first.commission_base, second.commission_base), (350, 150))
        self.assertEqual((first.commission_amount, second.commission_amount), (3.5, 1.5))
        self.assertEqual(first.commission_line_ids.percent, 70)
        self.assertEqual(first.commission_line_ids.collected, 500)

    def test_an_invoice_of_two_salespeople_is_divided_by_their_orders(self):
        """P7: 300 and 100 on one invoice, 200 of it paid: 150 and 50."""
        orders = self.make_sale(300) | self.make_sale(100, user=self.sales2)
        invoice = self.make_invoice(orders)
        self.assertEqual(len(invoice), 1)
        self.pay(invoice, 200)
        self.assertEqual(self.make_review().commission_base, 150)
        self.assertEqual(self.make_review(self.sales2).commission_base, 50)

    def test_a_return_is_deducted_in_the_period_of_its_credit_note(self):
        """P7: 1,000 paid and approved in March; 400 come back in April."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.pay(invoice, 1000)
        march = self.make_approved(self.make_review())
        self.assertEqual(march.commission_amount, 10)
        self.credit(invoice, 400, date(2026, 4, 10))
        april = self.make_review(day=APRIL)
        self.assertEqual((april.commission_base, april.commission_amount), (-400, -4))
        self.assertEqual(april.commission_line_ids.kind, "refund")
        self.assertEqual(march.commission_amount, 10)

    def test_a_credit_note_set_off_against_an_unpaid_invoice_is_deducted_once(self):
        """P7: 1,000 invoiced, 400 credited and set off, 600 paid: 600 of money came in."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.set_off(invoice, self.credit(invoice, 400))
        review = self.make_review()
        self.assertEqual(review.commission_base, 0)
        self.pay(invoice, 600)
        review.action_compute()
        self.assertEqual(review.commission_base, 600)
        self.assertEqual(sorted(review.commission_line_ids.mapped("base")), [-400, 400, 600])

    def test_amounts_add_up_to_the_rounded_whole(self):
        """P7: three times 10.33 at 1 % are 0.31, not three times 0.10."""
        for _number in range(3):
            self.pay(self.make_invoice(self.make_sale(10.33)), 10.33)
        review = self.make_review()
        self.assertAlmostEqual(review.commission_amount, 0.31)
        self.assertEqual(self.amounts(review), [0.10, 0.10, 0.11])

    def test_a_payment_entered_late_is_made_up_for_once(self):
        """P7: dated March, entered when March was approved: it is April's, and not May's again."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.pay(invoice, 600)
        self.make_approved(self.make_review())
        self.pay(invoice, 400, date(2026, 3, 31))
        april = self.make_approved(self.make_review(day=APRIL))
        self.assertEqual(april.commission_base, 400)
        self.assertFalse(self.make_review(day=date(2026, 5, 1)).commission_line_ids)

    def test_a_payment_undone_after_approval_is_taken_back_at_its_rate(self):
        """P7: at 1.5 % in March; April's rate is another."""
        self.targets[self.sales] = 1000
        invoice = self.make_invoice(self.make_sale(1200))
        payment = self.pay(invoice, 700)
        march = self.make_approved(self.make_review())
        self.assertEqual(march.commission_amount, 10.5)
        payment.action_draft()
        payment.action_cancel()
        april = self.make_review(day=APRIL)
        self.assertEqual((april.commission_amount, april.commission_base), (-10.5, 0))
        self.assertEqual(april.commission_line_ids.kind, "reversal")
        self.make_approved(april)
        self.assertFalse(self.make_review(day=date(2026, 5, 1)).commission_line_ids)

    def test_nothing_is_paid_by_two_schemes(self):
        """P7: the quarter pays what the months did not."""
        self.pay(self.make_invoice(self.make_sale(1000)), 1000)
        self.make_approved(self.make_review())
        self.pay(
            self.make_invoice(self.make_sale(500, date(2026, 2, 3)), date(2026, 2, 3)),
            500,
            date(2026, 2, 3),
        )
        quarter = self.scheme.copy({"period": "quarter", "name": "Quarterly"})
        self.assertEqual(self.make_review(scheme=quarter).commission_base, 500)

    def test_a_write_off_is_no_money(self):
        """P7: an invoice written off is closed, and earns nothing."""
        invoice = self.make_invoice(self.make_sale(1000))
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        loss = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", self.company.id)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company._advance_journal().id
                if hasattr(self.company, "_advance_journal")
                else self.env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1)
                .id,
                "date": MARCH,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "credit": 1000,
                            "partner_id": self.customer.id,
                        }
                    ),
                    Command.create({"account_id": loss.id, "debit": 1000}),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self.make_review().commission_line_ids)

    def test_amounts_of_other_currencies_count_in_the_currency_of_the_company(self):
        """P7: 100 of a currency worth 2 are 200, and a half of them paid is 100."""
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "x",
                "rate_ids": [
                    Command.create(
                        {"name": "2020-01-01", "rate": 0.5, "company_id": self.company.id}
                    )
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "XTS", "currency_id": currency.id, "company_id": self.company.id}
        )
        order = self.make_sale(100, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        self.pay(self.make_invoice(order), 50)
        review = self.make_review()
        self.assertEqual((review.sales_amount, review.commission_base), (200, 100))

    def test_every_amount_opens_what_it_comes_from(self):
        """P7: the invoice, and the payment."""
        invoice = self.make_invoice(self.make_sale(1000))
        payment = self.pay(invoice, 1000)
        line = self.make_review().commission_line_ids
        self.assertEqual(line.action_open_source()["res_id"], invoice.id)
        opened = line.action_open_payment()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("account.payment", payment.id))

    def test_nobody_enters_commission(self):
        """P7, A10: nor changes or deletes it, the manager included."""
        self.pay(self.make_invoice(self.make_sale(1000)), 1000)
        review = self.make_review()
        line = self.as_user(review.commission_line_ids, self.planner)
        for user in (self.planner, self.manager, self.sales):
            mine = self.as_user(line, user)
            for door in (
                lambda mine=mine: mine.write({"amount": 99}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create({"review_id": review.id, "kind": "payment"}),
                lambda user=user: self.as_user(review, user).write({"commission_amount": 99}),
                lambda user=user: self.as_user(review, user).write(
                    {"commission_line_ids": [Command.clear()]}
                ),
            ):
                with self.assertRefused(exception=AccessError):
                    door()


@tagged("post_install", "-at_install")
class TestCreditShares(PerformanceCase):
    """P7: whose an order is."""

    def shares(self, *pairs):
        return [
            Command.clear(),
            *(Command.create({"user_id": user.id, "percent": percent}) for user, percent in pairs),
        ]

    def test_shares_make_up_100_and_are_entered_together(self):
        """P7: on the order, not one by one."""
        order = self.make_sale(100)
        with self.assertRefused("make up 90", ValidationError):
            order.credit_share_ids = self.shares((self.sales, 60), (self.sales2, 30))
        order.credit_share_ids = self.shares((self.sales, 60), (self.sales2, 40))
        share = order.credit_share_ids[0]
        for door in (
            lambda: share.write({"percent": 50}),
            share.unlink,
            lambda: share.create({"order_id": order.id, "user_id": self.salesmgr.id, "percent": 5}),
        ):
            with self.assertRefused("Change them on the document"):
                door()
        order.credit_share_ids = [
            Command.update(order.credit_share_ids[0].id, {"percent": 10}),
            Command.update(order.credit_share_ids[1].id, {"percent": 90}),
        ]
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=IntegrityError):
            order.credit_share_ids = self.shares((self.sales, 60), (self.sales, 40))

    def test_people_of_other_companies_have_no_share(self):
        """P7: nor customers."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "test_stranger",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        with self.assertRefused("is no employee"):
            self.make_sale(100).credit_share_ids = self.shares((stranger, 100))

    def test_shares_of_a_confirmed_order_are_changed_by_sales_managers_and_said_in_its_chatter(
        self,
    ):
        """P7: the salesperson shares out a quotation."""
        draft = self.as_user(self.env["sale.order"], self.sales).create(
            {"partner_id": self.customer.id, "user_id": self.sales.id}
        )
        draft.credit_share_ids = self.shares((self.sales, 50), (self.sales2, 50))
        order = self.as_user(self.make_sale(100), self.sales)
        with self.assertRefused("its credit shares are changed by", AccessError):
            order.credit_share_ids = self.shares((self.sales, 50), (self.sales2, 50))
        self.as_user(order, self.salesmgr).credit_share_ids = self.shares(
            (self.sales, 50), (self.sales2, 50)
        )
        self.assertIn("50 %", order.sudo().message_ids[0].body)

    def test_shares_stay_once_commission_was_approved_by_them(self):
        """P7: and whoever sold it keeps the order when it is handed on."""
        order = self.make_sale(1000)
        self.pay(self.make_invoice(order), 1000)
        review = self.make_review()
        self.as_user(order, self.salesmgr).credit_share_ids = self.shares((self.sales, 100))
        self.as_user(order, self.salesmgr).credit_share_ids = [Command.clear()]
        self.make_approved(review)
        self.assertEqual(order.credit_share_ids.user_id, self.sales)
        with self.assertRefused("commission rests on its credit shares"):
            self.as_user(order, self.salesmgr).credit_share_ids = self.shares((self.sales2, 100))

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .performance_case import MARCH, PerformanceCase


@tagged("post_install", "-at_install")
class TestCommissionOnce(PerformanceCase):
    """P7: what came in is divided once, whoever's review is submitted or approved."""

    def total(self, *reviews):
        return sum(review.commission_base for review in reviews)

    def quarterly(self):
        return self.scheme.copy({"period": "quarter", "name": "Quarterly"})

    def test_an_order_handed_on_while_a_review_is_submitted_is_paid_once(self):
        """P7: to whom it was submitted for, who keeps it once that was approved."""
        order = self.make_sale(1000)
        self.pay(self.make_invoice(order), 1000)
        review = self.make_review()
        self.make_submitted(review)
        order.user_id = self.sales2
        second = self.make_review(self.sales2)
        self.assertEqual((review.commission_base, second.commission_base), (1000, 0))
        self.as_user(review, self.vp).action_approve()
        self.assertEqual(order.credit_share_ids.user_id, self.sales)
        second.action_compute()
        self.assertFalse(second.commission_line_ids)

    def test_figures_that_are_out_of_date_are_not_submitted(self):
        """P7: handed on before that, it is the second person's."""
        order = self.make_sale(1000)
        self.pay(self.make_invoice(order), 1000)
        first = self.make_review()
        self.assertEqual(first.commission_base, 1000)
        mine = self.hand_in(first)
        order.user_id = self.sales2
        second = self.make_review(self.sales2)
        for line in mine.line_ids.filtered(lambda line: not line.has_figure):
            line.write({"manager_points": 80, "manager_remark": "By what I saw."})
        self.line(mine, "collection").write({"manager_points": 80, "manager_remark": "So."})
        mine.action_submit()
        self.make_submitted(second)
        self.assertEqual((first.commission_base, second.commission_base), (0, 1000))

    def test_whoever_hands_an_order_on_while_it_is_submitted_waits(self):
        """P7: at the row of the order."""
        order = self.make_sale(1000)
        self.pay(self.make_invoice(order), 1000)
        mine = self.hand_in(self.make_review())
        self.line(mine, "attainment").write({"manager_points": 80, "manager_remark": "So."})
        before = self.row_of(order)
        mine.action_submit()
        self.assertNotEqual(self.row_of(order), before)

    def test_shares_stay_while_a_review_is_submitted(self):
        """P7: they are changed before, or when it was taken back."""
        order = self.make_sale(1000)
        self.pay(self.make_invoice(order), 1000)
        review = self.make_review()
        mine = self.make_submitted(review)
        shares = [
            Command.create({"user_id": self.sales.id, "percent": 50}),
            Command.create({"user_id": self.sales2.id, "percent": 50}),
        ]
        with self.assertRefused(f"rests on its credit shares in {review.name}"):
            self.as_user(order, self.salesmgr).credit_share_ids = shares
        # nor when the order is cancelled meanwhile
        order._action_cancel()
        with self.assertRefused(f"rests on its credit shares in {review.name}"):
            self.as_user(order, self.salesmgr).credit_share_ids = shares
        mine.action_take_back()
        self.as_user(order, self.salesmgr).credit_share_ids = shares
        mine.action_compute()
        second = self.make_review(self.sales2)
        self.assertEqual((review.commission_base, second.commission_base), (500, 500))

    def test_two_schemes_share_no_payment_while_one_is_submitted(self):
        """P7: by the engine's door too, and when one is taken back and worked out anew."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.pay(invoice, 600)
        month = self.make_review()
        mine = self.make_submitted(month)
        quarter = self.make_review(scheme=self.quarterly())
        self.assertEqual((month.commission_base, quarter.commission_base), (600, 0))
        self.pay(invoice, 400)
        quarter.action_compute()
        mine.action_take_back()
        mine.action_compute()
        self.assertEqual((month.commission_base, quarter.commission_base), (600, 400))

    def test_a_payment_undone_while_a_review_is_submitted_is_not_approved(self):
        """P7: entered again it would be paid twice."""
        invoice = self.make_invoice(self.make_sale(1000))
        payment = self.pay(invoice, 1000)
        review = self.make_review()
        mine = self.make_submitted(review)
        payment.action_draft()
        payment.action_cancel()
        with self.assertRefused(f"of {invoice.name} was undone"):
            self.as_user(review, self.vp).action_approve()
        mine.action_take_back()
        self.line(mine, "collection").write({"manager_points": 0, "manager_remark": "Undone."})
        mine.action_submit()
        self.as_user(review, self.vp).action_approve()
        self.assertEqual((review.state, review.commission_base), ("approved", 0))

    def test_cancelling_gives_the_sales_free(self):
        """P7: to another scheme, to another person, and to other shares."""
        order = self.make_sale(1000)
        self.pay(self.make_invoice(order), 1000)
        review = self.make_review()
        mine = self.make_submitted(review)
        quarter = self.make_review(scheme=self.quarterly())
        self.assertFalse(quarter.commission_line_ids)
        mine.action_cancel("Wrong scheme.")
        self.assertFalse(review.commission_line_ids)
        self.assertEqual((review.commission_base, review.commission_total), (0, 0))
        quarter.action_compute()
        self.assertEqual(quarter.commission_base, 1000)
        quarter.action_cancel("Wrong person.")
        self.assertFalse(order.credit_share_ids)
        order.user_id = self.sales2
        self.assertEqual(self.make_review(self.sales2).commission_base, 1000)

    def test_a_cancelled_review_in_a_chain_asks_nobody_any_more(self):
        """P7: and frees its sales as well."""
        self.env["approval.chain"].create(
            {
                "name": "Reviews",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("performance.review"),
                "operation": "review",
                "step_ids": [
                    Command.create({"name": "VP", "approver": "user", "user_ids": self.vp.ids})
                ],
            }
        )
        self.pay(self.make_invoice(self.make_sale(1000)), 1000)
        review = self.make_review()
        mine = self.make_submitted(review)
        self.assertEqual(mine.approval_state, "pending")
        mine.action_cancel("Wrong scheme.")
        self.assertFalse(review.commission_line_ids)
        self.assertNotEqual(mine.approval_state, "pending")
        self.assertEqual(self.make_review().commission_base, 1000)


@tagged("post_install", "-at_install")
class TestSharesOfOthers(PerformanceCase):
    """P7: with the own order one changes the shares of no other one."""

    def make_quotation(self, user, *pairs):
        return self.as_user(self.env["sale.order"], user).create(
            {
                "partner_id": self.customer.id,
                "user_id": user.id,
                "credit_share_ids": [
                    Command.create({"user_id": person.id, "percent": percent})
                    for person, percent in pairs
                ],
            }
        )

    def test_the_shares_of_another_order_are_changed_by_no_command(self):
        """P7: changed, taken, given or deleted."""
        mine = self.make_quotation(self.sales, (self.sales, 50), (self.sales2, 50))
        foreign = self.make_quotation(self.sales2, (self.assistant, 100))
        confirmed = self.make_sale(100, user=self.sales2)
        self.as_user(confirmed, self.salesmgr).credit_share_ids = [
            Command.create({"user_id": self.assistant.id, "percent": 100})
        ]
        half = mine.credit_share_ids[0]
        for other in (foreign, confirmed):
            share = other.credit_share_ids
            for commands in (
                [Command.update(share.id, {"user_id": self.sales.id})],
                [Command.delete(share.id)],
                [Command.clear(), Command.link(share.id)],
                [Command.set(share.ids)],
                [Command.update(half.id, {"order_id": other.id, "user_id": self.salesmgr.id})],
            ):
                with (
                    self.subTest(order=other.name, commands=commands),
                    self.assertRefused("of another document", AccessError),
                ):
                    mine.credit_share_ids = commands
        with self.assertRefused("of another document"):
            self.as_user(self.env["sale.order"], self.sales).create(
                {
                    "partner_id": self.customer.id,
                    "credit_share_ids": [Command.link(foreign.credit_share_ids.id)],
                }
            )
        self.assertEqual(foreign.credit_share_ids.user_id, self.assistant)
        self.assertEqual(confirmed.credit_share_ids.user_id, self.assistant)

    def test_several_orders_are_shared_out_together(self):
        """P7: what is entered for each stays with it."""
        orders = self.make_sale(100) | self.make_sale(200)
        self.as_user(orders, self.salesmgr).write(
            {"credit_share_ids": [Command.create({"user_id": self.sales2.id, "percent": 100})]}
        )
        self.assertEqual(
            [order.credit_share_ids.user_id for order in orders], [self.sales2, self.sales2]
        )


@tagged("post_install", "-at_install")
class TestMadeUpFor(PerformanceCase):
    """P7: what is entered late is made up for once, by the next review."""

    def test_what_came_in_while_a_review_was_submitted_is_made_up_for(self):
        """P7: dated March, entered after its submission and before its approval."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.pay(invoice, 600)
        march = self.make_review()
        self.make_submitted(march)
        self.pay(invoice, 400, date(2026, 3, 31))
        april = self.make_review(day=date(2026, 4, 1))
        self.assertEqual(
            (april.commission_base, april.commission_line_ids.date), (400, MARCH.replace(day=31))
        )
        self.make_submitted(april)
        self.as_user(march, self.vp).action_approve()
        self.as_user(april, self.vp).action_approve()
        may = self.make_review(day=date(2026, 5, 1))
        self.assertFalse(may.commission_line_ids)

    def test_another_order_of_an_invoice_that_was_counted_is_made_up_for(self):
        """P7: of 400 paid, 300 were the person's in March; the other order was handed on to them."""
        orders = self.make_sale(300) | self.make_sale(100, user=self.sales2)
        self.pay(self.make_invoice(orders), 400)
        march = self.make_approved(self.make_review())
        self.assertEqual(march.commission_base, 300)
        orders[1].user_id = self.sales
        april = self.make_review(day=date(2026, 4, 1))
        self.assertEqual(
            (april.commission_base, april.commission_line_ids.order_id), (100, orders[1])
        )

    def test_a_credit_note_entered_late_is_deducted_late(self):
        """P7: dated March, entered when March was approved."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.pay(invoice, 1000)
        self.make_approved(self.make_review())
        self.credit(invoice, 100, date(2026, 3, 31))
        april = self.make_review(day=date(2026, 4, 1))
        self.assertEqual(april.commission_base, -100)
        self.make_approved(april)
        self.assertFalse(self.make_review(day=date(2026, 5, 1)).commission_line_ids)

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .change_case import ChangeCase


@tagged("post_install", "-at_install")
class TestChangeRequest(ChangeCase):
    """F18, A9: a confirmed order is changed and cancelled by an approved request, and in no other way."""

    def test_a_lower_quantity_is_decided_and_reaches_the_warehouse(self):
        """F18: order, transfer and total follow; the order is as the request left it."""
        order = self.make_noticed({self.pump: 4})
        request = self.make_change(order, {self.pump: 3})
        self.assertEqual((request.amount_before, request.amount_after), (400, 300))
        request.action_approval_submit()
        self.assertEqual((request.state, order.order_line.product_uom_qty), ("draft", 4))
        self.decide_change(request)
        self.assertEqual((request.state, request.done_by_id), ("done", self.sales))
        self.assertEqual((order.order_line.product_uom_qty, order.amount_total), (3, 300))
        moves = self.moves(order)
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 3)
        self.assertEqual((request.amount_before, request.amount_after), (400, 300))
        self.assertEqual((request.line_ids.quantity_now, request.line_ids.amount_change), (4, -100))

    def test_product_price_and_date_are_changed_together(self):
        """F18: a product more, one taken off, a higher price, a later day."""
        order = self.make_confirmed({self.pump: 4, self.hose: 2})
        day = order.commitment_date + timedelta(days=5)
        request = self.make_change(
            order, {self.hose: 0}, {self.pump: 110}, {self.training: 1}, new_date=day
        )
        self.assertEqual(request.amount_after, 4 * 110 + 30)
        self.carry_out(request)
        self.assertEqual((request.state, order.amount_total), ("done", 470))
        self.assertEqual(order.commitment_date, day)
        hose = order.order_line.filtered(lambda line: line.product_id == self.hose)
        self.assertEqual(hose.product_uom_qty, 0)

    def test_what_a_request_changed_cannot_be_changed_directly(self):
        """A9, A10: neither before nor after, nor back, by nobody and through no door."""
        order = self.make_confirmed({self.pump: 4})
        request = self.make_change(order, {self.pump: 3})
        request.action_approval_submit()
        line = order.order_line
        for user in (self.sales, self.salesmgr, self.env.ref("base.user_admin")):
            with self.subTest(user.login), self.assertRefused("cannot be changed any more"):
                self.as_user(line, user).product_uom_qty = 3
        self.decide_change(request)
        self.env.flush_all()
        for quantity in (2, 4, 5):
            with self.subTest(quantity), self.assertRefused("cannot be changed any more"):
                self.as_user(line, self.salesmgr).product_uom_qty = quantity
        with self.assertRefused("cannot be changed any more"):
            order.write({"order_line": [Command.create({"product_id": self.hose.id})]})
        self.assertEqual(line.product_uom_qty, 3)

    def test_a_second_change_follows_the_first(self):
        """F18: up and down again, to values that an earlier request had left."""
        order = self.make_confirmed({self.pump: 4})
        for quantity in (6, 4, 6):
            request = self.carry_out(self.make_change(order, {self.pump: quantity}))
            self.assertEqual(request.state, "done")
            self.assertEqual(order.order_line.product_uom_qty, quantity)

    def test_a_lower_price_goes_to_the_president(self):
        """F18, F5: a cheaper price is a special approval, on a confirmed order too."""
        order = self.make_confirmed({self.pump: 4})
        request = self.make_change(order, prices={self.pump: 80})
        self.assertTrue(request.lowers_price)
        request.action_approval_submit()
        with self.assertRefused():
            self.decide_change(request, self.salesmgr)
        self.decide_change(request, self.vp, verb="opinion")
        self.decide_change(request, self.cfo, verb="opinion")
        self.assertEqual(order.amount_total, 400)
        self.decide_change(request, self.president)
        self.assertEqual(order.amount_total, 320)

    def test_less_than_was_shipped_or_invoiced_is_refused(self):
        """F18: what left or was invoiced stands."""
        order = self.make_confirmed({self.pump: 4})
        self.make_verified(order)
        self.make_notice(order)
        self.ship(self.pickings(order), quantity=3)
        request = self.make_change(order, {self.pump: 2})
        with self.assertRefused("were shipped or invoiced"):
            request.action_approval_submit()
        request.line_ids.quantity = 3
        self.carry_out(request)
        self.assertEqual(order.order_line.product_uom_qty, 3)

    def test_a_line_shipped_wholly_is_not_touched(self):
        """F18: not its quantity, nor its price; another line of the order may be."""
        order = self.make_noticed({self.pump: 2, self.hose: 5}, noticed={self.pump: 2})
        self.ship(self.pickings(order))
        for change in ({"quantities": {self.pump: 3}}, {"prices": {self.pump: 120}}):
            with self.subTest(change), self.assertRefused("shipped completely"):
                self.make_change(order, **change).action_approval_submit()
        self.carry_out(self.make_change(order, {self.hose: 6}))
        hose = order.order_line.filtered(lambda line: line.product_id == self.hose)
        self.assertEqual(hose.product_uom_qty, 6)

    def test_nonsense_is_refused_in_a_sentence(self):
        """F18: nothing changed, a negative quantity, a day gone by, a line of another order."""
        order, other = self.make_confirmed(), self.make_confirmed()
        with self.assertRefused("nothing that differs"):
            self.make_change(order).action_approval_submit()
        with self.assertRefused("Enter what is wanted in all"):
            self.make_change(order, {self.pump: -1}).action_approval_submit()
        past = order.date_order - timedelta(days=3)
        with self.assertRefused("is over already"):
            self.make_change(order, new_date=past).action_approval_submit()
        request = self.make_change(order)
        with self.assertRefused("no line of"):
            request.line_ids = [
                Command.clear(),
                Command.create({"order_line_id": other.order_line.id, "quantity": 1}),
            ]

    def test_an_order_is_cancelled_by_request_alone(self):
        """F18: no button and no write cancels it; finance is heard, the manager decides."""
        order = self.make_noticed()
        for door in (
            lambda: order.action_cancel(),
            lambda: order.write({"state": "cancel"}),
            lambda: self.as_user(order, self.env.ref("base.user_admin")).write({"state": "draft"}),
        ):
            with self.assertRefused("Change or Cancel"):
                door()
        request = self.make_cancellation(order)
        request.action_approval_submit()
        self.decide_change(request, self.finance, verb="opinion")
        self.decide_change(request, self.salesmgr)
        self.assertEqual((request.state, order.state), ("done", "cancel"))
        self.assertEqual(order.delivery_notice_ids.state, "cancelled")
        self.assertFalse(self.moves(order))

    def test_a_cancellation_decided_once_cancels_once(self):
        """F18: confirmed again, the order needs another request."""
        order = self.make_confirmed()
        request = self.make_cancellation(order)
        request.action_approval_submit()
        self.decide_change(request, self.finance, verb="opinion")
        self.decide_change(request, self.salesmgr)
        order.action_draft()
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        with self.assertRefused("Change or Cancel"):
            order.action_cancel()

    def test_an_order_of_which_goods_left_is_not_cancelled(self):
        """F18: it is lowered to what left, or the goods come back."""
        order = self.make_noticed({self.pump: 4})
        self.ship(self.pickings(order), quantity=1)
        with self.assertRefused("Ask for a return"):
            self.make_cancellation(order).action_approval_submit()

    def test_cancelled_and_archived_orders_are_not_changed(self):
        """F18: a sentence at once, not after the approval."""
        quotation = self.make_order()
        with self.assertRefused("nothing to change by request"):
            quotation.action_request_change()
        with self.assertRefused("nothing to change by request"):
            self.make_cancellation(quotation)
        order = self.make_confirmed()
        order.sudo()._stamp({"flow_stage": "archived"})
        with self.assertRefused("settled and archived"):
            self.make_cancellation(order)

    def test_who_may_ask(self):
        """F18: the salesperson, the assistant, the manager; nobody else, and nobody for others."""
        order = self.make_confirmed()
        for user in (self.sales, self.assistant, self.salesmgr):
            with self.subTest(user.login):
                self.assertTrue(self.make_cancellation(order, user).id)
        for user in (self.sales2, self.finance, self.warehouse, self.purchasing):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.make_cancellation(order, user)
        request = self.make_change(order, {self.pump: 3})
        with self.assertRefused("", AccessError):
            self.as_user(request, self.finance).reason = "Cheaper."
        with self.assertRefused("", AccessError):
            self.as_user(request.line_ids, self.finance).quantity = 1
        with self.assertRefused("", AccessError):
            request.write({"state": "done"})

    def test_one_change_of_an_order_at_a_time(self):
        """F18: the second waits; what it saw before the first was carried out is not written."""
        order = self.make_confirmed({self.pump: 4})
        first, second = (self.make_change(order, {self.pump: quantity}) for quantity in (3, 5))
        first.action_approval_submit()
        with self.assertRefused("changes"):
            second.action_approval_submit()
        self.decide_change(first)
        self.assertEqual((second.line_ids.quantity_now, second.amount_before), (3, 300))
        self.assertEqual(second.amount_after, 500)
        self.carry_out(second)
        self.assertEqual(order.order_line.product_uom_qty, 5)

    def test_nothing_is_carried_out_unapproved(self):
        """A10, F18: not by the button, not refused, not while it waits."""
        order = self.make_confirmed()
        request = self.make_change(order, {self.pump: 3})
        with self.assertRefused("needs approval"):
            request.action_apply()
        request.action_approval_submit()
        with self.assertRefused("is in approval"):
            request.action_apply()
        self.decide_change(request, verb="refuse")
        with self.assertRefused("needs approval"):
            request.action_apply()
        self.assertEqual(order.order_line.product_uom_qty, 4)
        request.action_cancel()
        with self.assertRefused("stands as it is"):
            request.action_apply()

    def test_it_is_locked_while_it_is_decided(self):
        """A9: neither lines nor reason move meanwhile."""
        request = self.make_change(self.make_confirmed(), {self.pump: 3})
        request.action_approval_submit()
        with self.assertRefused("is in approval"):
            request.line_ids.quantity = 1
        with self.assertRefused("is in approval"):
            request.reason = "Another one."

    def test_a_locked_order_is_changed_and_stays_locked(self):
        """F18: Odoo's lock is against hands, not against decisions."""
        order = self.make_confirmed()
        self.as_user(order, self.salesmgr).action_lock()
        self.carry_out(self.make_change(order, {self.pump: 3}))
        self.assertEqual((order.locked, order.order_line.product_uom_qty), (True, 3))

    def test_a_change_that_fails_stays_approved_and_can_be_repeated(self):
        """F18, A15: goods left between decision and execution are reported, nothing is half done."""
        order = self.make_noticed({self.pump: 4})
        request = self.make_change(order, {self.pump: 3})
        request.action_approval_submit()
        self.ship(self.pickings(order))
        self.decide_change(request)
        self.assertEqual((request.state, request.approval_state), ("draft", "approved"))
        # in the language of the company, whoever reads it
        self.assertIn(self.pump.name, request.sudo().approval_request_id.failure)
        self.assertEqual(order.order_line.product_uom_qty, 4)
        self.assertEqual(request.desk_stage, "change_apply")

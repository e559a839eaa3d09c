from odoo.exceptions import AccessError
from odoo.tests import tagged

from .desk_case import DeskRows
from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnRequest(DeskRows, ReturnCase):
    """F17: request, approval, goods back, looked at, and then money or other goods."""

    def test_a_return_goes_from_request_to_credit_note(self):
        """F17: the whole way, each part by whose turn it is, by the desk."""
        order = self.make_shipped({self.pump: 4})
        request = self.make_return(order, {self.pump: 1})
        self.assertEqual((request.amount, request.outside_policy), (100, False))
        self.assertOnDesk(
            request, "return_ask", "sales", "Ask for the Return", [self.sales], [self.sales2]
        )
        request.action_approval_submit()
        self.assertOnDesk(
            request, "return_decide", "approval", "Decide", [self.salesmgr], [self.sales]
        )
        self.decide_change(request)
        self.assertEqual((request.state, request.progress), ("approved", "receiving"))
        self.assertOnDesk(
            request, "return_receive", "stock", "Take the Goods Back", [self.warehouse]
        )
        self.take_back(request)
        self.assertEqual((request.progress, order.order_line.qty_delivered), ("inspecting", 3))
        self.assertFalse(request.refund_ids)
        self.assertOnDesk(
            request, "return_inspect", "stock", "Inspect", [self.inspector], [self.warehouse]
        )
        self.inspect(request)
        note = request.sudo().refund_ids
        self.assertEqual(
            (note.move_type, note.state, note.amount_total), ("out_refund", "draft", 100)
        )
        self.assertOnDesk(
            request, "return_credit", "finance", "Post the Credit Note", [self.finance]
        )
        self.as_user(note, self.finance).action_post()
        self.assertEqual(request.progress, "done")
        self.assertOffDesk(request)
        self.assertEqual((order.order_line.qty_invoiced, order.order_line.qty_delivered), (3, 3))

    def test_what_was_credited_is_neither_sent_nor_invoiced_again(self):
        """F17, F16: the order is as closed as before, whatever its invoicing policy."""
        for policy in ("delivery", "order"):
            with self.subTest(policy):
                self.pump.invoice_policy = policy
                order = self.make_shipped({self.pump: 4})
                before = order.flow_stage
                request = self.accept(self.make_return(order, {self.pump: 1}))
                self.take_back(request)
                self.inspect(request)
                note = request.sudo().refund_ids
                self.assertEqual(note.amount_total, 100)
                self.as_user(note, self.finance).action_post()
                self.assertEqual(order.order_line._unnoticed_quantities(), {order.order_line.id: 0})
                self.assertEqual(order.order_line.qty_to_invoice, 0)
                self.assertEqual(order.flow_stage, before)

    def test_an_exchange_is_noticed_and_shipped_once_more(self):
        """F17: the order's line brings the replacement, with a delivery notice like any other."""
        order = self.make_shipped({self.pump: 4})
        request = self.accept(self.make_return(order, {self.pump: 1}, kind="exchange"))
        self.take_back(request)
        self.inspect(request)
        self.assertEqual((request.progress, order.flow_stage), ("replacing", "notice"))
        self.assertFalse(request.sudo().refund_ids)
        self.make_notice(order)
        self.ship(self.pickings(order).filtered(lambda row: row.state != "done"))
        self.assertEqual((request.progress, order.order_line.qty_delivered), ("done", 4))

    def test_an_exchange_without_stock_says_so_and_waits_for_the_goods(self):
        """F17: approvers read it; after the notice the order waits for the goods to be provided."""
        rare = self.make_product("Rare", 10, stock=2)
        order = self.make_shipped({rare: 2})
        request = self.make_return(
            order, {rare: 1}, kind="exchange", condition="defective", freight_payer="company"
        )
        self.assertIn("waits until the goods are provided", request.stock_note)
        request.action_approval_submit()
        notes = request.sudo().approval_request_id.sheet["notes"]
        self.assertTrue(any("waits until" in note["text"] for note in notes))
        self.decide_change(request)
        self.take_back(request)
        self.inspect(request, accepted=0, disposal="scrap")
        self.make_notice(order)
        self.assertEqual((request.progress, order.flow_stage), ("replacing", "supplying"))

    def test_more_than_was_shipped_does_not_come_back(self):
        """F17: nor what came back already, nor what another request asks for."""
        order = self.make_noticed({self.pump: 4})
        self.ship(self.pickings(order), quantity=3)
        with self.assertRefused("only 3.0 were shipped"):
            self.make_return(order, {self.pump: 4}).action_approval_submit()
        first = self.make_return(order, {self.pump: 2})
        first.action_approval_submit()
        second = self.make_return(order, {self.pump: 2})
        with self.assertRefused("only 1.0 were shipped"):
            second.action_approval_submit()
        self.decide_change(first)
        second.invalidate_recordset()
        with self.assertRefused("only 1.0 were shipped"):
            second.action_approval_submit()
        self.take_back(first)
        self.inspect(first)
        second.invalidate_recordset()
        second.line_ids.quantity = 1
        self.accept(second)
        self.assertEqual(second.progress, "receiving")

    def test_nothing_or_less_than_nothing_does_not_come_back(self):
        """F17: a sentence each; an order of which nothing left has no return at all."""
        order = self.make_confirmed()
        with self.assertRefused("nothing can come back"):
            order.action_request_return()
        with self.assertRefused("only 0.0 were shipped"):
            self.make_return(order, {self.pump: 1}).action_approval_submit()
        shipped = self.make_shipped()
        with self.assertRefused("at least one quantity"):
            self.make_return(shipped, {self.pump: 0}).action_approval_submit()
        with self.assertRefused("below zero"):
            self.make_return(shipped, {self.pump: -1}).action_approval_submit()

    def test_what_quality_rejects_is_not_credited_unless_it_was_our_fault(self):
        """F17: used goods are not paid for; defective ones are, though they are scrapped."""
        for condition, credited in (("unused", 100), ("defective", 200)):
            with self.subTest(condition):
                order = self.make_shipped({self.pump: 4})
                request = self.accept(self.make_return(order, {self.pump: 2}, condition=condition))
                self.take_back(request)
                self.inspect(request, accepted=1, disposal="scrap")
                self.assertEqual(request.sudo().refund_ids.amount_total, credited)

    def test_what_was_not_invoiced_is_not_credited(self):
        """F17: nothing to pay back, so it is done."""
        order = self.make_shipped({self.pump: 4}, invoice=False)
        request = self.accept(self.make_return(order, {self.pump: 1}))
        self.take_back(request)
        self.inspect(request)
        self.assertEqual((request.progress, len(request.sudo().refund_ids)), ("done", 0))

    def test_the_warehouse_takes_nothing_back_unasked(self):
        """F17, A10: neither by the wizard nor by tying a transfer to a request by hand."""
        order = self.make_shipped({self.pump: 4})
        wizard = self.as_user(self.env["stock.return.picking"], self.warehouse).create(
            {"picking_id": self.pickings(order).id}
        )
        wizard.product_return_moves.quantity = 1
        back = self.as_user(
            self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]),
            self.warehouse,
        )
        with self.assertRefused("no approved return request"):
            self.ship(back)
        request = self.make_return(order, {self.pump: 1})
        with self.assertRefused("nobody does it by hand", AccessError):
            back.move_ids.return_line_id = request.line_ids.id
        self.company.return_needs_request = False
        self.ship(back)
        self.assertEqual(order.order_line.qty_delivered, 3)

    def test_half_of_it_comes_back_first(self):
        """F17: the rest is still expected, and everything is credited together."""
        order = self.make_shipped({self.pump: 4})
        request = self.accept(self.make_return(order, {self.pump: 2}))
        pickings = self.as_user(request.sudo().picking_ids, self.warehouse)
        pickings.move_ids.write({"quantity": 1, "picked": True})
        pickings.with_context(skip_backorder=True).button_validate()
        self.inspect(request)
        self.assertEqual((len(request.sudo().picking_ids), request.progress), (2, "receiving"))
        self.assertFalse(request.sudo().refund_ids)
        self.take_back(request)
        self.inspect(request)
        self.assertEqual(request.sudo().refund_ids.amount_total, 200)

    def test_a_return_is_given_up_until_goods_came_back(self):
        """F17: its transfer is cancelled with it."""
        order = self.make_shipped({self.pump: 4})
        request = self.accept(self.make_return(order, {self.pump: 1}))
        request.action_cancel()
        self.assertEqual(request.sudo().picking_ids.state, "cancel")
        self.assertEqual(request.progress, "cancelled")
        other = self.accept(self.make_return(order, {self.pump: 1}))
        self.take_back(other)
        with self.assertRefused("cannot be given up"):
            other.action_cancel()

    def test_who_may_ask_and_what_is_locked(self):
        """F17, A9, A10: not others' customers, not while it is decided, not by the state field."""
        order = self.make_shipped()
        for user in (self.sales2, self.finance, self.purchasing, self.warehouse):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.make_return(order, {self.pump: 1}, user)
        request = self.make_return(order, {self.pump: 1})
        with self.assertRefused("needs approval"):
            request.action_accept()
        with self.assertRefused("", AccessError):
            request.write({"state": "approved"})
        request.action_approval_submit()
        with self.assertRefused("is in approval"):
            request.line_ids.quantity = 2
        self.decide_change(request)
        with self.assertRefused("stands as it is"):
            request.line_ids.quantity = 2
        with self.assertRefused("stands as it is"):
            request.action_accept()

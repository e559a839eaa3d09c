from odoo import Command
from odoo.exceptions import AccessError

from .order_flow_case import OrderFlowCase


class TestNoticeAndRelease(OrderFlowCase):
    def test_without_verified_payment_no_notice(self):
        """F10: finance first."""
        order = self.make_confirmed()
        with self.assertRefused("verified by finance"):
            self.make_notice(order)

    def test_only_the_assistant_issues(self):
        """F10: by role, whatever the rights."""
        order = self.make_confirmed()
        self.make_verified(order)
        for user in (self.sales, self.finance, self.warehouse, self.salesmgr):
            with self.subTest(user=user.login), self.assertRefused(exception=AccessError):
                self.as_user(order, user).action_prepare_delivery_notice()
        draft = self.make_notice(order, issue=False)
        for user in (self.sales, self.finance, self.warehouse, self.salesmgr):
            with self.subTest(user=user.login), self.assertRefused(exception=AccessError):
                self.as_user(draft, user).action_issue()

    def test_a_notice_proposes_everything_open(self):
        """F10: default quantities, one draft at a time."""
        order = self.make_confirmed({self.pump: 4, self.hose: 10})
        self.make_verified(order)
        draft = self.make_notice(order, issue=False)
        self.assertEqual(draft.line_ids.mapped("quantity"), [4, 10])
        self.assertEqual(self.make_notice(order, issue=False), draft)

    def test_no_more_than_ordered_is_noticed(self):
        """F10: quantities of the order."""
        order = self.make_confirmed()
        self.make_verified(order)
        with self.assertRefused("only 4.0 are ordered"):
            self.make_notice(order, {self.pump: 5})
        self.make_notice(order, {self.pump: 3})
        with self.assertRefused("only 1.0 are ordered"):
            self.make_notice(order, {self.pump: 2})

    def test_an_empty_notice_is_not_issued(self):
        """F10: a notice says something."""
        order = self.make_confirmed()
        self.make_verified(order)
        with self.assertRefused("no quantity to ship"):
            self.make_notice(order, {self.pump: 0})

    def test_the_noticed_goods_leave(self):
        """F10: the way it should go."""
        order = self.make_noticed()
        self.ship(self.pickings(order))
        self.assertEqual(order.flow_stage, "feedback")
        self.tell(order)
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.assertEqual(order.delivery_notice_ids.progress, "shipped")
        self.assertEqual(order.flow_stage, "done")

    def test_no_more_than_noticed_leaves(self):
        """F10: up to the noticed quantity per order line."""
        order = self.make_confirmed()
        self.make_verified(order)
        self.make_notice(order, {self.pump: 3})
        with self.assertRefused("delivery notices allow 3.0"):
            self.ship(self.pickings(order), quantity=4)
        self.ship(self.pickings(order), quantity=3)
        self.tell(order)
        self.assertEqual(order.flow_stage, "notice")

    def test_part_of_a_notice_may_leave(self):
        """F10: the rest stays noticed in a backorder."""
        order = self.make_noticed()
        self.ship(self.pickings(order), quantity=1)
        notice = order.delivery_notice_ids
        self.assertEqual((notice.progress, notice.line_ids.shipped_quantity), ("partial", 1))
        self.tell(order)
        self.assertEqual(order.flow_stage, "ship")
        self.ship(self.pickings(order).filtered(lambda picking: picking.state != "done"))
        self.assertEqual(notice.progress, "shipped")

    def test_returned_goods_need_a_notice_to_leave_again(self):
        """F10, F17: a return comes in freely; what leaves again is noticed again."""
        order = self.make_noticed()
        picking = self.pickings(order)
        self.ship(picking)
        self.tell(order)
        wizard = (
            self.as_user(self.env["stock.return.picking"], self.warehouse)
            .with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        back = self.as_user(
            self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]),
            self.warehouse,
        )
        self.ship(back)
        self.assertEqual(back.state, "done")
        self.assertEqual(order.order_line._unnoticed_quantities(), {order.order_line.id: 2})
        self.assertEqual(order.flow_stage, "notice")
        self.make_notice(order)
        again = self.pickings(order).filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        self.assertEqual(sum(again.move_ids.mapped("product_uom_qty")), 2)
        self.ship(again)
        self.tell(order)
        self.assertEqual(order.flow_stage, "done")

    def test_an_issued_notice_stands(self):
        """F10: nobody raises its quantity afterwards."""
        order = self.make_noticed()
        notice = self.as_user(order.delivery_notice_ids, self.assistant)
        with self.assertRefused("was issued"):
            notice.line_ids.quantity = 9
        with self.assertRefused("was issued"):
            notice.line_ids = [
                Command.create({"order_line_id": order.order_line.id, "quantity": 9})
            ]
        with self.assertRefused("was issued"):
            notice.unlink()

    def test_a_shipped_notice_cannot_be_cancelled(self):
        """F10: what left, left."""
        order = self.make_noticed()
        self.ship(self.pickings(order), quantity=1)
        with self.assertRefused("cannot be cancelled"):
            self.as_user(order.delivery_notice_ids, self.assistant).action_cancel()

    def test_goods_of_another_order_are_not_noticed(self):
        """F10: per order line."""
        order, other = self.make_confirmed(), self.make_confirmed()
        self.make_verified(order)
        with self.assertRefused("is no goods of"):
            self.as_user(order, self.assistant)._issue_delivery_notice({other.order_line: 1})

    def test_the_checklist_says_why_and_who(self):
        """DESIGN: done, waiting, closed; the reason and whoever can open it."""
        order = self.make_confirmed()
        marks = {gate["code"]: gate for gate in order.release_checklist}
        self.assertEqual(
            {code: gate["state"] for code, gate in marks.items()},
            {"approval": "done", "payment": "closed", "notice": "closed", "stock": "closed"},
        )
        self.assertIn(self.sales.name, marks["payment"]["owner"])
        self.assertIn(self.assistant.name, marks["notice"]["owner"])
        self.make_verified(order)
        self.make_notice(order)
        order.invalidate_recordset(["release_checklist"])
        self.assertEqual({gate["state"] for gate in order.release_checklist}, {"done"})
        self.assertEqual(self.pickings(order).release_checklist, order.release_checklist)

    def test_the_transfer_says_why_it_cannot_leave(self):
        """F10: before the button is pressed."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        self.make_notice(order)
        picking = self.pickings(order)
        self.assertFalse(picking.release_reasons)
        self.as_user(payment, self.finance).action_draft()
        picking.invalidate_recordset(["release_reasons"])
        self.assertIn("verified by finance", picking.release_reasons)

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestHolds(OrderFlowCase):
    """DESIGN 14: an order stopped by hand, with a reason, until the same office lets it go on."""

    def hold(self, order, user, reason="The customer asks us to wait."):
        return self.as_user(order, user).action_hold(reason)

    def test_nothing_starts_or_leaves_on_hold(self):
        """F10, F11: paid and noticed as it may be."""
        order = self.make_noticed()
        self.hold(order, self.finance)
        picking = self.pickings(order)
        with self.assertRefused("is on hold: The customer asks us to wait."):
            self.ship(picking)
        self.assertIn("is on hold", picking.release_reasons)
        picking.move_ids.picked = True
        with self.assertRefused("is on hold"):
            picking.move_ids.write({"state": "done"})
            self.env.cr.flush()
        self.as_user(order, self.finance).action_lift_hold("They called back.")
        self.ship(picking)
        self.assertEqual(picking.state, "done")

    def test_no_notice_is_issued_on_hold(self):
        """F10: and nothing is launched."""
        order = self.make_confirmed()
        self.make_verified(order)
        self.hold(order, self.assistant)
        with self.assertRefused("is on hold"):
            self.make_notice(order)
        self.assertFalse(self.moves(order))

    def test_who_may_stop_an_order(self):
        """F21: finance, assistant, managers; not salesperson or warehouse."""
        order = self.make_confirmed()
        for user in (self.sales, self.warehouse):
            with self.subTest(user=user.login), self.assertRefused("", AccessError):
                self.hold(order, user)
        for user in (self.finance, self.assistant, self.salesmgr, self.head):
            self.hold(order, user)
        self.assertEqual(len(order.hold_ids), 4)

    def test_a_hold_is_lifted_by_its_office(self):
        """A21: what finance stopped, sales does not let go on."""
        order = self.make_confirmed()
        self.hold(order, self.finance)
        for user in (self.assistant, self.salesmgr, self.sales):
            with self.subTest(user=user.login), self.assertRefused("is lifted by", AccessError):
                self.as_user(order, user).action_lift_hold("We want to ship.")
        self.hold(order, self.assistant)
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        self.assertTrue(order.is_on_hold)
        self.as_user(order, self.assistant).action_lift_hold("Dates agreed.")
        self.assertFalse(order.is_on_hold)

    def test_holds_say_why(self):
        """DESIGN 14: placed and lifted with a reason, on the record."""
        order = self.make_confirmed()
        for nothing in ("", "  ", None):
            with self.subTest(nothing), self.assertRefused("Write the reason"):
                self.hold(order, self.finance, nothing)
        with self.assertRefused("is not on hold"):
            self.as_user(order, self.finance).action_lift_hold("Nothing there.")
        self.hold(order, self.finance)
        with self.assertRefused("Write the reason"):
            self.as_user(order, self.finance).action_lift_hold(" ")
        mark = {gate["code"]: gate for gate in order.release_checklist}["hold"]
        self.assertEqual(mark["state"], "closed")
        self.assertIn("The customer asks us to wait.", mark["reason"])
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        hold = order.hold_ids
        self.assertEqual((hold.lifted_by_id, hold.lift_reason), (self.finance, "Paid."))
        self.assertNotIn("hold", {gate["code"] for gate in order.release_checklist})

    def test_holds_are_not_entered_by_hand(self):
        """A10: nor closed, nor deleted, by anybody."""
        order = self.make_confirmed()
        self.hold(order, self.finance)
        holds = order.hold_ids.with_user(self.env.ref("base.user_admin"))
        with self.assertRefused("", AccessError):
            holds.lifted_at = "2026-01-01"
        with self.assertRefused("", AccessError):
            holds.unlink()
        with self.assertRefused("", AccessError):
            holds.create({"order_id": order.id, "reason": "x"})
        with self.assertRefused("", AccessError):
            order.is_on_hold = False

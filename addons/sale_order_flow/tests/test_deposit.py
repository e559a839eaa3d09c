from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestDeposit(NonStandardCase):
    """F7: thirty percent in real money before production or purchase starts."""

    def test_nothing_starts_before_the_deposit(self):
        """F7: the assistant is refused with what is missing; the stage says who is to do what."""
        order = self.make_signed()
        self.assertEqual(order.flow_stage, "deposit")
        with self.assertRefused("of the deposit of"):
            self.start(order)
        self.assertFalse(self.moves(order))

    def test_the_deposit_opens_the_start_and_nothing_else(self):
        """F7, F10: goods are made, and leave only when everything is paid and noticed."""
        order = self.make_signed()
        self.pay_deposit(order)
        self.assertEqual(order.flow_stage, "start")
        self.start(order)
        self.assertEqual(self.moves(order).product_uom_qty, 2)
        self.assertEqual(order.production_started_by_id, self.assistant)
        self.assertEqual(order.flow_stage, "apply")
        picking = self.pickings(order)
        self.env["stock.quant"]._update_available_quantity(
            self.machine, self.warehouse_place.lot_stock_id, 2
        )
        picking.action_assign()
        with self.assertRefused("needed before delivery"):
            self.ship(picking)

    def test_the_whole_way_of_a_non_standard_order(self):
        """F7, F10: deposit, start, the rest of the money, notice, shipment; nothing twice."""
        order = self.make_signed()
        self.pay_deposit(order)
        self.start(order)
        application = self.make_application(order)
        rest = order.amount_total - order._deposit_required()
        self.allocate(application, self.make_payment(rest), rest)
        self.as_user(application, self.finance).action_verify()
        self.make_notice(order)
        self.assertEqual(sum(self.moves(order).mapped("product_uom_qty")), 2)
        self.env["stock.quant"]._update_available_quantity(
            self.machine, self.warehouse_place.lot_stock_id, 2
        )
        self.pickings(order).action_assign()
        self.ship(self.pickings(order))
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_less_than_the_deposit_is_not_verified(self):
        """F7: finance is told what is missing."""
        order = self.make_signed()
        with self.assertRefused("is not covered by payments"):
            self.pay_deposit(order, order._deposit_required() - 1)
        self.assertEqual(order.flow_stage, "deposit")

    def test_a_reversed_deposit_closes_the_start_again(self):
        """F7: for what has not started; what was started goes on."""
        order, begun = self.make_signed(), self.make_signed()
        payment, other = self.pay_deposit(order), self.pay_deposit(begun)
        self.start(begun)
        for row in (payment, other):
            self.as_user(row, self.finance).action_draft()
        self.assertEqual(order.flow_stage, "deposit")
        with self.assertRefused("of the deposit of"):
            self.start(order)
        self.assertFalse(self.moves(order))
        self.assertTrue(self.moves(begun))
        marks = {gate["code"]: gate["state"] for gate in begun.release_checklist}
        self.assertEqual(marks["deposit"], "closed")

    def test_relaunching_starts_nothing(self):
        """F7, A10: no context, no scheduler, no superuser."""
        order = self.make_signed()
        for lines in (order.order_line, order.order_line.sudo()):
            lines._action_launch_stock_rule()
            lines.with_context(skip_gates=True, import_file=True)._action_launch_stock_rule(
                previous_product_uom_qty={lines.id: 0.0}
            )
        with self.assertRefused("", AccessError):
            order.order_line.started_quantity = 2
        with self.assertRefused("", AccessError):
            order.with_user(self.env.ref("base.user_admin")).production_started_at = "2026-01-01"
        self.assertFalse(self.moves(order))

    def test_the_deposit_is_raised_and_not_lowered(self):
        """F7: per order upwards only, and not after approval."""
        order = self.make_machine_order()
        self.assertEqual(order.deposit_percent, 30)
        order.deposit_percent = 50
        self.assertEqual(order._deposit_required(), order.amount_total / 2)
        for wrong in (20, 101, -1):
            with self.subTest(wrong), self.assertRefused("but not set to", ValidationError):
                order.deposit_percent = wrong
        self.find_feasible(order)
        order.action_approval_submit("confirm")
        with self.assertRefused("cannot be changed while the order is in approval"):
            order.deposit_percent = 30

    def test_standard_orders_need_none(self):
        """F7: unless it was agreed."""
        order = self.make_confirmed()
        self.assertFalse(order.deposit_percent)
        self.assertEqual(order.flow_stage, "apply")
        agreed = self.make_order()
        agreed.deposit_percent = 10
        agreed.action_approval_submit("confirm")
        self.decide(agreed, self.salesmgr)
        self.assertEqual(agreed.flow_stage, "deposit")

    def test_only_the_assistant_starts(self):
        """F11: nobody else, paid or not."""
        order = self.make_signed()
        self.pay_deposit(order)
        for user in (self.sales, self.finance, self.production, self.warehouse):
            with self.subTest(user=user.login), self.assertRefused("", AccessError):
                self.start(order, user)

    def test_an_order_cancelled_and_taken_up_again_starts_anew(self):
        """F7, A10: what was started before does not start by itself."""
        order = self.make_signed()
        payment = self.pay_deposit(order)
        self.start(order)
        self.as_user(order, self.salesmgr)._action_cancel()
        self.assertFalse(order.production_started_at)
        self.assertFalse(order.order_line.started_quantity)
        self.assertTrue(payment)

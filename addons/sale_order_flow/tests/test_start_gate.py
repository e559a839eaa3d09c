from odoo import Command
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestStartGate(OrderFlowCase):
    """F11: nothing starts before the assistant starts it."""

    def test_confirmation_launches_nothing(self):
        """F11: no transfer, no reservation."""
        order = self.make_confirmed()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.moves(order))
        self.assertFalse(order.picking_ids)
        self.assertEqual(self.pump.with_company(self.company).outgoing_qty, 0)

    def test_payment_launches_nothing(self):
        """F11: verified payment opens the gate, the assistant walks through it."""
        order = self.make_confirmed()
        self.make_verified(order)
        self.assertFalse(self.moves(order))

    def test_delivery_notice_starts_the_supply(self):
        """F10, F11: the transfer carries what was noticed; who started it is recorded."""
        order = self.make_noticed({self.pump: 4, self.hose: 3}, {self.pump: 2})
        picking = self.pickings(order)
        self.assertEqual(picking.move_ids.mapped("product_id"), self.pump)
        self.assertEqual(picking.move_ids.product_uom_qty, 2)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(order.supply_started_by_id, self.assistant)
        self.make_notice(order)
        quantities = {move.product_id: 0 for move in self.moves(order)}
        for move in self.moves(order):
            quantities[move.product_id] += move.product_uom_qty
        self.assertEqual(quantities, {self.pump: 4, self.hose: 3})

    def test_launching_by_hand_starts_nothing(self):
        """F11, A10: relaunched by a salesperson, a scheduler or a button of another addon."""
        order = self.make_confirmed()
        order.order_line._action_launch_stock_rule()
        order.order_line.with_context(import_file=True)._action_launch_stock_rule(
            previous_product_uom_qty={order.order_line.id: 0.0},
        )
        self.assertFalse(self.moves(order))

    def test_lines_cannot_be_added_to_a_confirmed_order(self):
        """A9, F11: a later line would be goods nobody approved."""
        order = self.make_confirmed()
        with self.assertRefused("cannot be changed any more"):
            order.order_line = [Command.create({"product_id": self.hose.id, "product_uom_qty": 1})]
        with self.assertRefused("cannot be changed any more"):
            order.order_line.product_uom_qty = 50

    def test_later_line_of_an_order_without_chain_waits_for_the_notice(self):
        """F11: where no approval is needed the start gate holds by itself."""
        self.env["approval.chain"].search([("company_id", "=", self.company.id)]).active = False
        order = self.make_order()
        order.action_confirm()
        order.order_line = [Command.create({"product_id": self.hose.id, "product_uom_qty": 1})]
        order.order_line[0].product_uom_qty = 9
        self.assertFalse(self.moves(order))

    def test_order_locked_on_confirmation_is_supplied_by_its_notice(self):
        """F11: the setting that locks confirmed orders changes nothing."""
        self.env.ref("base.group_user").implied_ids |= self.env.ref("sale.group_auto_done_setting")
        order = self.make_confirmed()
        self.make_verified(order)
        self.assertTrue(order.locked)
        self.assertFalse(self.moves(order))
        self.make_notice(order)
        self.assertTrue(order.locked)
        self.assertEqual(self.moves(order).product_uom_qty, 4)

    def test_goods_made_or_bought_to_order_are_not_launched(self):
        """F11: make-to-order pulls nothing before the notice."""
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        self.pump.route_ids |= mto
        order = self.make_confirmed()
        self.assertFalse(self.moves(order))
        self.assertFalse(self.env["stock.move"].search([("origin", "like", order.name)]))

    def test_order_created_as_confirmed_launches_nothing(self):
        """F11, A10: by import or by another addon, without chains."""
        self.env["approval.chain"].search([("company_id", "=", self.company.id)]).active = False
        order = self.make_order(state="sale")
        self.assertTrue(order.order_flow)
        self.assertFalse(self.moves(order))
        draft = self.make_order()
        draft.write({"state": "sale"})
        self.assertTrue(draft.order_flow)
        self.assertFalse(self.moves(draft))

    def test_orders_confirmed_before_the_flow_was_switched_on_are_untouched(self):
        """X1: they go on as they were, also when somebody writes their state again."""
        self.env["approval.chain"].search([("company_id", "=", self.company.id)]).active = False
        self.company.order_flow_enabled = False
        order = self.make_order()
        order.action_confirm()
        self.assertEqual(self.moves(order).product_uom_qty, 4)
        self.company.order_flow_enabled = True
        order.write({"state": "sale"})
        self.assertFalse(order.order_flow)
        self.assertFalse(order.flow_stage)
        order.order_line.product_uom_qty = 7
        self.ship(self.pickings(order))
        self.assertEqual(order.order_line.qty_delivered, 7)

    def test_orders_of_other_companies_launch_as_ever(self):
        """X4: the flow is switched on company by company."""
        other = self.env["res.company"].create({"name": "Plain Ltd"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "warehouse_id": warehouse.id,
                    "order_line": [
                        Command.create({"product_id": self.hose.id, "product_uom_qty": 2})
                    ],
                }
            )
        )
        order.action_confirm()
        self.assertEqual(self.moves(order).product_uom_qty, 2)

    def test_cancelled_order_keeps_no_notice(self):
        """F11: confirmed again, it starts and ships nothing on the notice of before."""
        # with batch transfers, Odoo cancels the transfers of an order for people with stock rights
        self.sales.group_ids |= self.env.ref("stock.group_stock_user")
        order = self.make_noticed()
        order._action_cancel()
        self.assertEqual(order.flow_stage, "cancelled")
        order.action_draft()
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.moves(order))
        self.assertNotEqual(order.flow_stage, "ship")

from odoo import fields
from odoo.tests import tagged

from odoo.addons.stocking_request.tests.paying import PaidOrders

from .test_production_supply import ProductionCase


@tagged("post_install", "-at_install")
class TestProductionLines(PaidOrders, ProductionCase):
    """D9: the paid and the unpaid line with production, each step by the desk and its owner."""

    def walk_production(self, order):
        """Production makes the goods, the news is told, the warehouse ships."""
        self.assertEqual(self.desk_row(order, self.production).stage, "production")
        opened = self.desk_next(order, self.production)
        production = self.env["mrp.production"].browse(opened["res_id"])
        self.produce(production)
        self.assertEqual(order.shortage_ids.state, "arrived")
        if self.desk_row(order, self.assistant).stage == "feedback":
            self.desk_next(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "ship")
        self.as_user(order.picking_ids, self.warehouse).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 10)

    def test_unpaid_order_is_shipped_with_what_production_makes(self):
        """D9 2, S1, S2, S3: four in stock, six are made."""
        order = self.make_confirmed_order(self.make_made(stock=4)).with_env(self.env)
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.env["stocking.request"].browse(action["res_id"])
        self.as_user(request, self.sales).purpose = "The customer's line stands still."
        self.desk_next(request, self.sales)
        self.approve_stocking(request)
        proposal = self.desk_next(request, self.assistant)
        supply = self.as_user(
            self.env["stocking.supply"].browse(proposal["res_id"]), self.assistant
        )
        self.assertEqual((supply.line_ids.from_stock, supply.line_ids.from_production), (4, 6))
        supply.action_order()
        self.walk_production(order)
        self.assertEqual(request.stage, "done")

    def test_paid_order_is_shipped_with_what_production_makes(self):
        """D9 1, S4: reported by the warehouse, made because nobody sells it."""
        order = self.make_confirmed_order(self.make_made(stock=4)).with_env(self.env)
        self.pay(order)
        self.as_user(order, self.assistant)._issue_delivery_notice({order.order_line: 10})
        self.as_user(order.picking_ids, self.warehouse).action_report_shortage()
        self.assertEqual(self.desk_row(order, self.purchasing).stage, "shortage")
        self.desk_next(order, self.purchasing)
        self.assertEqual(order.shortage_ids.source, "production")
        self.walk_production(order)

    def test_nothing_is_made_for_an_order_on_hold(self):
        """F7, DESIGN 14: the production waits."""
        order = self.make_confirmed_order(self.make_made(stock=4)).with_env(self.env)
        self.pay(order)
        self.as_user(order, self.assistant)._issue_delivery_notice({order.order_line: 10})
        self.as_user(order.picking_ids, self.warehouse).action_report_shortage()
        self.as_user(order.shortage_ids, self.purchasing).action_order()
        self.as_user(order, self.finance).action_hold("Overdue invoices.")
        production = self.as_user(order.shortage_ids.production_id, self.production)
        with self.assertRefused("is on hold"):
            production.action_confirm()
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        production.action_confirm()
        self.assertEqual(production.state, "confirmed")
        self.assertTrue(order.shortage_ids.expected_date > fields.Datetime.now())

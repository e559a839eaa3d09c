from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestUnpaidPath(StockingCase):
    """S1, S2, S3, F11: a confirmed order that ships before it is paid, by the president's decision."""

    def test_unpaid_order_is_walked_to_shipment_by_desk_actions_alone(self):
        """S2, S3, F11: every person does the own step from the desk, and nobody else's."""
        product = self.make_product(stock=4)
        order = self.make_confirmed_order(product)
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.env["stocking.request"].browse(action["res_id"])
        self.as_user(request, self.sales).purpose = "The customer's line stands still."
        self.desk_next(request, self.sales)
        self.assertEqual(self.desk_row(order, self.assistant).stage, "stocking")
        self.desk_next(request, self.assistant)
        for user, verb in (
            (self.vp, "opinion"),
            (self.cfo, "opinion"),
            (self.president, "approve"),
        ):
            opened = self.desk_next(request, user)
            approval = self.as_user(self.env[opened["res_model"]].browse(opened["res_id"]), user)
            approval.action_decide(verb, "A good customer.")
        proposal = self.desk_next(request, self.assistant)
        supply = self.as_user(
            self.env["stocking.supply"].browse(proposal["res_id"]), self.assistant
        )
        self.assertEqual((supply.line_ids.from_stock, supply.line_ids.from_purchase), (4, 6))
        supply.action_order()
        self.assertEqual(self.desk_row(order, self.purchasing).stage, "shortage")
        self.desk_next(order, self.purchasing)
        purchase = order.shortage_ids.purchase_order_id
        self.assertEqual((purchase.state, purchase.order_line.product_qty), ("draft", 6))
        self.desk_next(order, self.purchasing)
        self.as_user(purchase, self.purchasing).button_confirm()
        self.assertEqual(self.desk_row(order, self.assistant).stage, "feedback")
        self.desk_next(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "arrival")
        self.desk_next(order, self.warehouse)
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        # the arrival is news as well
        self.assertEqual(self.desk_row(order, self.assistant).stage, "feedback")
        self.desk_next(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "ship")
        self.desk_next(order, self.warehouse)
        self.as_user(order.picking_ids, self.warehouse).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.assertEqual(request.stage, "done")

    def test_nothing_ships_before_the_president_has_decided(self):
        """S2: opinions alone open no gate."""
        order = self.make_confirmed_order(self.make_product(stock=10))
        request = self.stocking_for(order)
        self.as_user(request, self.assistant).action_submit()
        approval = self.request_of(request)
        self.as_user(approval, self.vp).action_decide("opinion", "Fine.")
        self.assertFalse(order.picking_ids)
        with self.assertRefused():
            self.as_user(order, self.assistant)._issue_delivery_notice({order.order_line: 10})
        with self.assertRefused("is “In Approval”"):
            self.as_user(request, self.assistant).action_supply()

    def test_only_the_approved_quantity_ships_unpaid(self):
        """S2, F10: the decision covers what was asked for, not the whole order."""
        order = self.make_confirmed_order(self.make_product(stock=10))
        request = self.stocking_for(order)
        request.line_ids.quantity = 3
        self.approve_stocking(request)
        with self.assertRefused():
            self.as_user(order, self.assistant)._issue_delivery_notice({order.order_line: 10})
        self.order_goods(request)
        self.assertEqual(order.delivery_notice_ids.line_ids.quantity, 3)

    def test_refused_request_leaves_the_order_as_it_was(self):
        """S2: the president says no; the order waits for its payment."""
        order = self.make_confirmed_order(self.make_product(stock=10))
        request = self.stocking_for(order)
        self.as_user(request, self.assistant).action_submit()
        approval = self.request_of(request)
        self.as_user(approval, self.vp).action_decide("opinion", "Risky.")
        self.as_user(approval, self.cfo).action_decide("opinion", "Overdue invoices.")
        self.as_user(approval, self.president).action_decide("refuse", "They pay first.")
        self.assertEqual((request.state, request.stage), ("sent", "assistant"))
        self.assertFalse(order.picking_ids)

    def test_quantities_changed_after_the_decision_are_refused(self):
        """S2, A9: what the president approved is what is ordered."""
        order = self.make_confirmed_order(self.make_product(stock=10))
        request = self.stocking_for(order)
        self.approve_stocking(request)
        with self.assertRefused("cannot be changed any more"):
            self.as_user(request, self.sales).line_ids.quantity = 100
        with self.assertRefused():
            self.as_user(request, self.sales).write({"state": "draft", "line_ids": [(5, 0, 0)]})

    def stocking_for(self, order):
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.as_user(self.env["stocking.request"].browse(action["res_id"]), self.sales)
        request.purpose = "The customer's line stands still."
        request.action_send()
        return request

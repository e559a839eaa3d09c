from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestUnpaidPath(StockingCase):
    """S1, S2, S3, F11: a confirmed order that ships before it is paid, by the president's decision."""

    def press(self, document, user):
        """Press the button of the row, which is this person's turn and nobody else's.

        :return: the document that it opens, as the user sees it
        """
        people = (
            "sales", "sales2", "salesmgr", "vp", "cfo", "president",
            "assistant", "finance", "warehouse", "purchasing",
        )  # fmt: skip
        turns = [login for login in people if self.desk_row(document, getattr(self, login)).is_mine]
        self.assertEqual([getattr(self, login) for login in turns], [user], document.display_name)
        action = self.desk_next(document, user)
        if isinstance(action, dict) and action.get("res_id"):
            return self.as_user(self.env[action["res_model"]].browse(action["res_id"]), user)
        return action

    def test_unpaid_order_is_walked_to_shipment_by_desk_actions_alone(self):
        """D9 2, S2, S3, F11: from the quotation, every step by the button of a row of the desk."""
        order = self.make_quotation(self.make_product(stock=4))
        self.press(order, self.sales)
        self.press(order, self.salesmgr).action_decide("approve", "Fine.")
        self.assertEqual(order.flow_stage, "apply")
        # the row itself opens the order, where the salesperson asks to ship it unpaid
        opened = self.desk_row(order, self.sales).action_open()
        action = self.as_user(
            self.env[opened["res_model"]].browse(opened["res_id"]), self.sales
        ).action_make_stocking_request()
        request = self.as_user(self.env["stocking.request"].browse(action["res_id"]), self.sales)
        request.purpose = "The customer's line stands still."
        self.press(request, self.sales)
        self.assertEqual(self.desk_row(order, self.assistant).stage, "stocking")
        self.press(request, self.assistant)
        for user, verb in (
            (self.vp, "opinion"),
            (self.cfo, "opinion"),
            (self.president, "approve"),
        ):
            self.press(request, user).action_decide(verb, "A good customer.")
        supply = self.press(request, self.assistant)
        self.assertEqual((supply.line_ids.from_stock, supply.line_ids.from_purchase), (4, 6))
        supply.action_order()
        # the request for quotation was made with the order of the assistant
        self.assertEqual(self.desk_row(order, self.purchasing).stage, "purchase")
        purchase = self.as_user(
            order.with_env(self.env).shortage_ids.purchase_order_id, self.purchasing
        )
        self.assertEqual((purchase.state, purchase.order_line.product_qty), ("draft", 6))
        self.press(order, self.purchasing).button_confirm()
        self.assertEqual(self.desk_row(order, self.assistant).stage, "feedback")
        self.press(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "arrival")
        self.press(order, self.warehouse).button_validate()
        # the arrival is news as well
        self.assertEqual(self.desk_row(order, self.assistant).stage, "feedback")
        self.press(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "ship")
        self.press(order, self.warehouse).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.press(order, self.assistant)
        self.assertEqual((order.flow_stage, request.stage), ("done", "done"))
        for document in (order, request):
            self.assertFalse(self.desk_row(document, self.assistant))

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

from odoo import fields
from odoo.tests import tagged

from .common import StockingCase
from .paying import PaidOrders


@tagged("post_install", "-at_install")
class TestPaidPathShortage(PaidOrders, StockingCase):
    """S4, S5: the warehouse reports what a delivery notice lacks; purchasing answers with a date."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product(stock=4)
        self.order = self.make_confirmed_order(self.product)
        self.pay(self.order)
        self.as_user(self.order, self.assistant)._issue_delivery_notice({self.order.order_line: 10})

    def test_reported_shortage_becomes_a_quotation_and_its_date_comes_back(self):
        """S4, S5: what is missing is what is not reserved; the purchase date reaches the order."""
        picking = self.as_user(self.order.picking_ids, self.warehouse)
        picking.action_report_shortage()
        self.assertEqual((self.order.shortage_ids.quantity, self.order.flow_stage), (6, "shortage"))
        self.as_user(self.order.shortage_ids, self.purchasing).action_order()
        line = self.order.shortage_ids.purchase_line_id
        when = fields.Datetime.add(fields.Datetime.now(), days=20).replace(microsecond=0)
        self.as_user(line, self.purchasing).date_planned = when
        self.assertEqual(self.order.shortage_ids.expected_date, when)
        self.assertEqual(self.as_user(self.order, self.assistant).supply_date, when)
        self.assertEqual(self.as_user(picking, self.warehouse).shortage_ids.expected_date, when)

    def test_confirmed_and_moved_dates_are_passed_on_by_the_assistant(self):
        """S5, F12: every arrival date, and every change of it, reaches salesperson and customer."""
        self.as_user(self.order.picking_ids, self.warehouse).action_report_shortage()
        self.as_user(self.order.shortage_ids, self.purchasing).action_order()
        purchase = self.as_user(self.order.shortage_ids.purchase_order_id, self.purchasing)
        self.assertFalse(self.order.feedback_ids)
        purchase.button_confirm()
        self.assertEqual(self.order.feedback_ids.kind, "date")
        self.assertEqual(self.order.flow_stage, "feedback")
        with self.assertRefused("Sales Assistant"):
            self.as_user(self.order, self.warehouse).action_pass_on_news()
        self.as_user(self.order, self.assistant).action_pass_on_news()
        self.assertEqual(self.order.flow_stage, "arrival")
        purchase.order_line.date_planned = "2031-05-06 08:00:00"
        self.assertEqual(self.order.flow_stage, "feedback")
        self.as_user(self.order, self.assistant).action_pass_on_news()
        told = self.order.message_ids.filtered(lambda message: "2031" in (message.body or ""))
        self.assertIn(self.sales.partner_id, told.partner_ids)
        self.assertIn(self.customer.child_ids, told.partner_ids)

    def test_nothing_is_bought_for_an_order_on_hold(self):
        """F7, DESIGN 14: the request for quotation waits, whoever confirms it."""
        self.as_user(self.order.picking_ids, self.warehouse).action_report_shortage()
        self.as_user(self.order.shortage_ids, self.purchasing).action_order()
        purchase = self.as_user(self.order.shortage_ids.purchase_order_id, self.purchasing)
        self.as_user(self.order, self.finance).action_hold("Overdue invoices.")
        for order in (purchase, purchase.sudo()):
            with self.assertRefused("is on hold"):
                order.button_confirm()
            with self.assertRefused("is on hold"):
                order.write({"state": "purchase"})
        self.as_user(self.order, self.finance).action_lift_hold("Paid.")
        purchase.button_confirm()
        self.assertEqual(purchase.state, "purchase")

    def test_the_arrival_of_missing_goods_is_passed_on(self):
        """F12, S5: every arrival goes through the assistant, and counts no more as expected."""
        self.as_user(self.order.picking_ids, self.warehouse).action_report_shortage()
        self.as_user(self.order.shortage_ids, self.purchasing).action_order()
        purchase = self.as_user(self.order.shortage_ids.purchase_order_id, self.purchasing)
        purchase.order_line.date_planned = "2031-05-06 08:00:00"
        purchase.button_confirm()
        self.assertEqual(str(self.order.flow_expected_date), "2031-05-06 08:00:00")
        self.assertTrue(self.order.is_late)
        self.as_user(self.order, self.assistant).action_pass_on_news()
        receipt = purchase.picking_ids
        self.as_user(receipt, self.warehouse).button_validate()
        self.assertEqual(self.order.feedback_ids[-1].kind, "arrived")
        self.assertEqual(self.order.feedback_ids[-1].document_name, receipt.name)
        self.assertEqual(self.order.flow_stage, "feedback")
        self.assertNotEqual(str(self.order.flow_expected_date), "2031-05-06 08:00:00")
        self.as_user(self.order, self.assistant).action_pass_on_news()
        self.assertEqual(self.order.flow_stage, "ship")

    def test_shortage_is_reported_once(self):
        """S4: a second report of the same goods is refused."""
        picking = self.as_user(self.order.picking_ids, self.warehouse)
        picking.action_report_shortage()
        with self.assertRefused("nothing is missing"):
            picking.action_report_shortage()

    def test_only_the_warehouse_reports_and_only_purchasing_orders(self):
        """S4: each by the own role."""
        for user in (self.assistant, self.purchasing):
            with self.assertRefused("reported by the warehouse"):
                self.as_user(self.order.picking_ids, user).action_report_shortage()
        self.as_user(self.order.picking_ids, self.warehouse).action_report_shortage()
        for user in (self.assistant, self.warehouse):
            with self.assertRefused("Only purchasing orders"):
                self.as_user(self.order.shortage_ids, user).action_order()

    def test_what_is_there_ships_while_the_rest_is_on_order(self):
        """S4: partial delivery, then the rest on arrival."""
        picking = self.as_user(self.order.picking_ids, self.warehouse)
        picking.action_report_shortage()
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.order.order_line.qty_delivered, 4)
        self.as_user(self.order.shortage_ids, self.purchasing).action_order()
        purchase = self.as_user(self.order.shortage_ids.purchase_order_id, self.purchasing)
        purchase.button_confirm()
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        rest = self.order.picking_ids.filtered(lambda picking: picking.state == "assigned")
        self.as_user(rest, self.warehouse).button_validate()
        self.assertEqual(self.order.order_line.qty_delivered, 10)

    def test_paid_order_is_walked_to_shipment_by_desk_actions_alone(self):
        """D9 1, S4, S5, F11: reported, bought, told, received, shipped, each by the own role."""
        order = self.order.with_env(self.env)
        self.as_user(order.picking_ids, self.warehouse).action_report_shortage()
        self.assertEqual(self.desk_row(order, self.purchasing).stage, "shortage")
        self.desk_next(order, self.purchasing)
        self.assertEqual(self.desk_row(order, self.purchasing).stage, "purchase")
        self.desk_next(order, self.purchasing)
        purchase = self.as_user(order.shortage_ids.purchase_order_id, self.purchasing)
        purchase.button_confirm()
        self.desk_next(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "arrival")
        self.desk_next(order, self.warehouse)
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        self.desk_next(order, self.assistant)
        self.assertEqual(self.desk_row(order, self.warehouse).stage, "ship")
        self.as_user(order.picking_ids, self.warehouse).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.desk_next(order, self.assistant)
        self.assertEqual(order.flow_stage, "done")

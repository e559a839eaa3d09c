import psycopg2

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestStockingPlan(StockingCase):
    """S1, S3: goods stocked without an order."""

    def test_goods_in_stock_are_put_aside_and_missing_ones_go_to_purchasing(self):
        """S3: a real transfer and a real request for quotation, split per line."""
        product = self.make_product(stock=2)
        request = self.make_stocking_request(
            line_ids=[
                Command.create({"product_id": product.id, "quantity": 5}),
            ]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        there, missing = request.allocation_ids.move_ids.sorted("product_uom_qty")
        self.assertEqual((there.product_uom_qty, there.state), (2, "assigned"))
        self.assertEqual((missing.product_uom_qty, missing.state), (3, "waiting"))
        self.assertEqual(there.picking_id, missing.picking_id)
        shortage = request.allocation_ids.shortage_id
        self.assertEqual((shortage.quantity, shortage.state), (3, "rfq"))
        self.assertEqual(shortage.purchase_order_id.partner_id, self.vendor)
        self.assertEqual(shortage.purchase_order_id.user_id, self.purchasing)
        self.assertEqual(request.stage, "ordered")
        self.assertTrue(request.expected_date)

    def test_goods_put_aside_are_not_free_for_others(self):
        """S3: held stock does not stand in the stock that other orders reserve."""
        product = self.make_product(stock=5)
        request = self.make_stocking_request(
            line_ids=[
                Command.create({"product_id": product.id, "quantity": 5}),
            ]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        self.put_aside(request)
        self.assertEqual(request.stage, "done")
        self.env.invalidate_all()
        free = product.with_context(location=self.location.id).free_qty
        self.assertEqual(free, 0)

    def test_split_can_be_changed_but_not_beyond_what_was_approved(self):
        """S3: no quantity is ordered twice."""
        request = self.make_stocking_request(
            line_ids=[
                Command.create({"product_id": self.make_product(stock=5).id, "quantity": 5}),
            ]
        )
        self.approve_stocking(request)
        with self.assertRefused("would be ordered"):
            self.order_goods(request, from_stock=5, from_purchase=1)
        with self.assertRefused("must not be negative"):
            self.order_goods(request, from_stock=-1, from_purchase=6)
        self.order_goods(request, from_stock=1, from_purchase=2)
        self.assertEqual(request.line_ids.remaining_quantity, 2)
        self.assertEqual(request.stage, "supply")

    def test_two_proposals_do_not_order_the_same_quantity(self):
        """S3: the second assistant is told that it was ordered meanwhile."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        first = self.as_user(request, self.assistant).action_supply()
        second = self.as_user(request, self.assistant).action_supply()
        supplies = self.as_user(self.env["stocking.supply"], self.assistant)
        supplies.browse(first["res_id"]).action_order()
        with self.assertRefused("remain"):
            supplies.browse(second["res_id"]).action_order()

    def test_remainder_is_short_closed_by_the_assistant(self):
        """S3: what is no longer needed is given up line by line."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        self.order_goods(request, from_stock=0, from_purchase=2)
        with self.assertRefused("Sales Assistant"):
            self.as_user(request, self.sales).line_ids.action_short_close()
        with self.assertRefused("Sales Assistant"):
            self.as_user(request, self.sales).line_ids.write({"short_closed": 3})
        self.as_user(request, self.assistant).line_ids.action_short_close()
        self.assertEqual((request.line_ids.short_closed, request.stage), (3, "ordered"))

    def test_nothing_can_be_added_by_short_closing_below_zero(self):
        """S3, A9: more than was approved is not ordered by way of a negative remainder."""
        line = {"product_id": self.make_product().id, "quantity": 5, "short_closed": -100}
        for short_closed in (-100, 6):
            with (
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.make_stocking_request(
                    line_ids=[Command.create({**line, "short_closed": short_closed})]
                )

    def test_product_without_vendor_is_named_when_it_is_ordered(self):
        """S3, X6: what to do stands in the message; nothing is ordered."""
        request = self.make_stocking_request(
            line_ids=[
                Command.create(
                    {"product_id": self.make_product("Orphan", vendor=False).id, "quantity": 1}
                ),
            ]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        shortage = request.allocation_ids.shortage_id
        with self.assertRefused("Orphan has no vendor"):
            self.as_user(shortage, self.purchasing).action_order()
        self.assertEqual(shortage.state, "open")
        # with a vendor it goes on, and what arrives is for this request alone
        shortage.product_id.with_env(self.env).seller_ids = [
            Command.create({"partner_id": self.vendor.id})
        ]
        self.as_user(shortage, self.purchasing).action_order()
        self.assertEqual(shortage.purchase_line_id.move_dest_ids, request.allocation_ids.move_ids)

    def test_shortages_of_one_vendor_join_one_request_for_quotation(self):
        """S3: merged per vendor."""
        request = self.make_stocking_request(
            line_ids=[
                Command.create({"product_id": self.make_product(name).id, "quantity": 1})
                for name in ("Pump", "Valve", "Hose")
            ]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        orders = request.allocation_ids.shortage_id.purchase_order_id
        self.assertEqual(len(orders), 1)
        self.assertEqual(len(orders.order_line), 3)

    def test_cancelled_purchase_brings_the_shortage_back_to_purchasing(self):
        """S5: nothing is lost when a vendor falls out."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        self.order_goods(request)
        shortage = self.as_user(request.allocation_ids.shortage_id, self.purchasing)
        shortage.purchase_order_id.button_cancel()
        self.assertEqual(shortage.state, "open")
        shortage.action_order()
        self.assertEqual(shortage.state, "rfq")

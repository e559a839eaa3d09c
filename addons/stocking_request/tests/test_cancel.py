from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestCancel(StockingCase):
    """S3: cancelling and taking back release what is not done, and only that."""

    def ordered(self, quantity=5, stock=2):
        self.product = self.make_product(stock=stock)
        request = self.make_stocking_request(
            line_ids=[Command.create({"product_id": self.product.id, "quantity": quantity})]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        return request.with_env(self.env)

    def free(self):
        self.env.invalidate_all()
        return self.product.with_context(location=self.location.id).free_qty

    def test_cancelling_releases_transfers_and_quotations(self):
        """S3: reserved goods are free again, nobody is asked any more."""
        request = self.ordered()
        purchase = request.allocation_ids.shortage_id.purchase_order_id
        moves = request.allocation_ids.move_ids
        self.assertEqual(self.free(), 0)
        self.as_user(request, self.assistant).action_cancel()
        self.assertEqual(request.stage, "cancelled")
        self.assertEqual(set(moves.mapped("state")), {"cancel"})
        self.assertEqual(purchase.state, "cancel")
        self.assertFalse(request.allocation_ids)
        self.assertEqual(self.free(), 2)
        self.assertIn(purchase.name, str(request.message_ids.mapped("body")))

    def test_other_lines_of_the_quotation_stay(self):
        """S3: another request of the same vendor goes on."""
        request, other = self.ordered(), self.ordered()
        purchase = request.allocation_ids.shortage_id.purchase_order_id
        self.assertEqual(purchase, other.allocation_ids.shortage_id.purchase_order_id)
        self.as_user(request, self.assistant).action_cancel()
        self.assertEqual(purchase.state, "draft")
        self.assertEqual(purchase.order_line, other.allocation_ids.shortage_id.purchase_line_id)

    def test_what_the_vendor_has_is_left_to_the_buyer(self):
        """S3: the buyer learns that nobody needs it; it would come into the free stock."""
        request = self.ordered()
        purchase = request.allocation_ids.shortage_id.purchase_order_id
        self.as_user(purchase, self.purchasing).button_confirm()
        self.as_user(request, self.assistant).action_cancel()
        self.assertEqual(purchase.state, "purchase")
        self.assertEqual(purchase.activity_ids.user_id, self.purchasing)
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        self.assertEqual(self.free(), 5)

    def test_held_goods_go_back_into_the_free_stock(self):
        """S3: with a real transfer of the warehouse."""
        request = self.ordered(quantity=2)
        self.put_aside(request)
        self.assertEqual(request.stage, "done")
        self.as_user(request, self.assistant).action_cancel()
        back = request.allocation_ids.move_ids.filtered(lambda move: move.state == "assigned")
        self.assertEqual((back.quantity, back.location_dest_id), (2, self.location))
        self.as_user(back.picking_id, self.warehouse).button_validate()
        self.assertEqual(self.free(), 2)

    def test_an_order_whose_goods_have_partly_left_keeps_what_has_left(self):
        """S3: the notice is cut to what was shipped; quotation and shortage are gone."""
        product = self.make_product(stock=4)
        order = self.make_confirmed_order(product).with_env(self.env)
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.as_user(self.env["stocking.request"].browse(action["res_id"]), self.sales)
        request.purpose = "The customer's line stands still."
        request.action_send()
        self.approve_stocking(request)
        self.order_goods(request)
        purchase = order.shortage_ids.purchase_order_id
        delivery = self.as_user(order.picking_ids, self.warehouse)
        delivery.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.as_user(request, self.assistant).action_cancel()
        self.assertEqual(order.delivery_notice_ids.line_ids.quantity, 4)
        self.assertEqual(purchase.state, "cancel")
        self.assertFalse(order.shortage_ids)
        waiting = order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        self.assertFalse(waiting)
        self.assertFalse(
            order.picking_ids.filtered(lambda picking: picking.picking_type_code == "incoming")
        )

    def test_a_cancelled_notice_is_to_be_ordered_again(self):
        """S3: with it go the shortage and the quotation that were made for it."""
        order = self.make_confirmed_order(self.make_product(stock=4)).with_env(self.env)
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.as_user(self.env["stocking.request"].browse(action["res_id"]), self.sales)
        request.purpose = "The customer's line stands still."
        request.action_send()
        self.approve_stocking(request)
        self.order_goods(request)
        purchase = order.shortage_ids.purchase_order_id
        self.as_user(order.delivery_notice_ids, self.assistant).action_cancel()
        self.assertEqual((purchase.state, request.stage), ("cancel", "supply"))
        self.assertEqual(request.line_ids.remaining_quantity, 10)
        self.order_goods(request)
        self.assertEqual(request.stage, "ordered")

    def test_one_row_is_taken_back_and_ordered_another_way(self):
        """S3: its quantity stands under To Order again."""
        request = self.ordered()
        row = request.allocation_ids.filtered(lambda row: row.source == "purchase")
        purchase = row.shortage_id.purchase_order_id
        with self.assertRefused("Sales Assistant", AccessError):
            self.as_user(row, self.sales).action_release()
        self.as_user(row, self.assistant).action_release()
        self.assertEqual((purchase.state, request.stage), ("cancel", "supply"))
        self.assertEqual(request.line_ids.remaining_quantity, 3)
        self.assertEqual(request.allocation_ids.source, "warehouse")

    def test_goods_put_aside_are_not_taken_back_row_by_row(self):
        """S3, X6."""
        request = self.ordered(quantity=2)
        self.put_aside(request)
        with self.assertRefused("was put aside already"):
            self.as_user(request.allocation_ids, self.assistant).action_release()

    def test_only_the_assistant_cancels_what_was_ordered(self):
        """S3, A10: the applicant asks; before anything was ordered the applicant cancels alone."""
        request = self.ordered()
        with self.assertRefused("Sales Assistant", AccessError):
            self.as_user(request, self.sales).action_cancel()
        self.assertEqual(request.stage, "ordered")
        other = self.make_stocking_request()
        self.as_user(other, self.sales).action_cancel()
        with self.assertRefused("is cancelled already"):
            self.as_user(other, self.sales).action_cancel()

    def test_a_cancelled_request_is_asked_again_as_a_draft_only_untouched(self):
        """S1, S3: what was provided stays on record."""
        request = self.ordered(quantity=2)
        self.put_aside(request)
        self.as_user(request, self.assistant).action_cancel()
        with self.assertRefused("copy it and ask again"):
            self.as_user(request, self.sales).action_draft()

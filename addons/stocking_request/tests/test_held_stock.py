from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockingCase


class HeldStockCase(StockingCase):
    """Five pieces of a product, put aside for requests and released for orders."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product(stock=5)

    def plan(self, quantity=5, **values):
        request = self.make_stocking_request(
            line_ids=[Command.create({"product_id": self.product.id, "quantity": quantity})],
            **values,
        )
        self.approve_stocking(request)
        self.order_goods(request)
        return request

    def other_customer(self):
        return self.customer.copy(
            {"name": "Other Customer", "child_ids": [Command.create({"name": "Other Contact"})]}
        )

    def release(self, quantity=5, customer=None):
        """An unpaid order over the product whose shipment the president allows."""
        mine, self.customer = self.customer, customer or self.customer
        order = self.make_confirmed_order(self.product, quantity)
        self.customer = mine
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.as_user(self.env["stocking.request"].browse(action["res_id"]), self.sales)
        request.purpose = "The customer's line stands still."
        request.action_send()
        self.approve_stocking(request)
        self.as_user(order, self.assistant)._issue_delivery_notice({order.order_line: quantity})
        return order

    def leaving(self, order):
        return order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")


@tagged("post_install", "-at_install")
class TestHeldStock(HeldStockCase):
    """S3, S4: what was put aside is really reserved, and leaves first with the order it was for."""

    def test_another_order_cannot_take_what_is_reserved_to_be_put_aside(self):
        """S4: already before the warehouse has moved it."""
        request = self.plan(partner_id=self.customer.id)
        self.assertEqual(request.allocation_ids.move_ids.state, "assigned")
        order = self.release(customer=self.other_customer())
        self.assertEqual(self.leaving(order).quantity, 0)
        self.assertEqual(request.allocation_ids.move_ids.quantity, 5)

    def test_another_order_cannot_take_what_is_put_aside(self):
        """S4: the held stock is no stock of other orders, nor free for another request."""
        request = self.plan(partner_id=self.customer.id)
        self.put_aside(request)
        self.assertEqual(request.allocation_ids.held_quantity, 5)
        order = self.release(customer=self.other_customer())
        self.assertEqual(self.leaving(order).quantity, 0)
        other = self.make_stocking_request(
            line_ids=[Command.create({"product_id": self.product.id, "quantity": 1})]
        )
        line = self.as_user(other.line_ids, self.assistant)
        self.assertEqual((line.on_hand_quantity, line.free_quantity), (0, 0))

    def test_the_released_order_takes_what_was_put_aside_for_its_customer_first(self):
        """S4: from the held stock, although there is free stock as well."""
        request = self.plan(quantity=3, partner_id=self.customer.id)
        self.put_aside(request)
        order = self.release(quantity=4)
        held = request.warehouse_id.held_location_id
        moves = self.leaving(order)
        from_held = moves.filtered(lambda move: move.location_id == held)
        self.assertEqual((from_held.quantity, from_held.state), (3, "assigned"))
        self.assertEqual((moves - from_held).quantity, 1)
        self.as_user(order.picking_ids, self.warehouse).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.assertEqual(request.allocation_ids.held_quantity, 0)
        self.assertEqual(self.product.with_context(location=held.id).qty_available, 0)

    def test_the_released_order_takes_what_was_about_to_be_put_aside(self):
        """S4: the transfer into the held stock shrinks by what leaves directly."""
        request = self.plan(quantity=5, partner_id=self.customer.id)
        order = self.release(quantity=2)
        moves = request.allocation_ids.move_ids
        aside = moves.filtered(lambda move: not move.sale_line_id)
        self.assertEqual((aside.product_uom_qty, aside.quantity), (3, 3))
        self.assertEqual(self.leaving(order).quantity, 2)
        self.as_user(order.picking_ids, self.warehouse).button_validate()
        self.assertFalse(request.allocation_ids.done)
        self.put_aside(request)
        self.assertTrue(request.allocation_ids.done)
        self.assertEqual(request.allocation_ids.held_quantity, 3)

    def test_a_second_release_does_not_take_the_same_goods(self):
        """S4: each held piece leaves once."""
        request = self.plan(quantity=3, partner_id=self.customer.id)
        self.put_aside(request)
        self.release(quantity=2)
        second = self.release(quantity=5)
        held = request.warehouse_id.held_location_id
        from_held = self.leaving(second).filtered(lambda move: move.location_id == held)
        self.assertEqual(from_held.quantity, 1)

    def test_goods_of_a_cancelled_notice_are_held_again(self):
        """S4: the notice is taken back, the goods stand aside as before."""
        request = self.plan(quantity=3, partner_id=self.customer.id)
        self.put_aside(request)
        order = self.release(quantity=3)
        self.assertEqual(request.allocation_ids.held_quantity, 0)
        notice = order.delivery_notice_ids.filtered(lambda notice: notice.state == "issued")
        self.as_user(notice, self.assistant).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(request.allocation_ids.held_quantity, 3)
        open_moves = self.leaving(order).filtered(lambda move: move.state != "done")
        self.assertFalse(sum(open_moves.mapped("product_uom_qty")))
        again = self.release(quantity=3)
        held = request.warehouse_id.held_location_id
        self.assertEqual(self.leaving(again).location_id, held)

    def test_stock_of_a_department_serves_the_orders_of_its_people(self):
        """S4: a plan for nobody in particular is not for other departments."""
        departments = self.env["hr.department"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Service", "Sales")]
        )
        self.sales.with_company(self.company).employee_id.department_id = departments[1]
        request = self.plan(user=self.sales2, department_id=departments[0].id)
        self.put_aside(request)
        self.assertEqual(self.leaving(self.release(quantity=1)).quantity, 0)
        request = self.plan_again(departments[1])
        order = self.release(quantity=2)
        self.assertEqual(self.leaving(order).location_id, request.warehouse_id.held_location_id)

    def plan_again(self, department):
        self.env["stock.quant"]._update_available_quantity(self.product, self.location, 2)
        request = self.plan(quantity=2, user=self.sales2, department_id=department.id)
        self.put_aside(request)
        return request

    def test_what_is_bought_for_a_request_is_reserved_on_arrival(self):
        """S4: another order that waits longer does not get it, nor what was bought for an order."""
        waiting = self.release(quantity=9, customer=self.other_customer())
        request = self.plan(quantity=4, partner_id=self.customer.id)
        purchase = request.allocation_ids.shortage_id.purchase_order_id
        self.as_user(purchase, self.purchasing).button_confirm()
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        self.assertEqual(sum(self.leaving(waiting).mapped("quantity")), 5)
        aside = request.allocation_ids.move_ids
        self.assertEqual((aside.state, aside.quantity), ("assigned", 4))
        self.put_aside(request)
        self.assertEqual((request.stage, request.allocation_ids.held_quantity), ("done", 4))

    def test_what_is_bought_for_an_unpaid_order_goes_to_this_order(self):
        """S3, S4: an older order for the same goods waits on."""
        older = self.release(quantity=9, customer=self.other_customer())
        order = self.make_confirmed_order(self.product, 4)
        action = self.as_user(order, self.sales).action_make_stocking_request()
        request = self.as_user(self.env["stocking.request"].browse(action["res_id"]), self.sales)
        request.purpose = "The customer's line stands still."
        request.action_send()
        self.approve_stocking(request)
        self.order_goods(request)
        purchase = order.shortage_ids.purchase_order_id
        self.as_user(purchase, self.purchasing).button_confirm()
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        self.assertEqual(self.leaving(order).quantity, 4)
        self.assertEqual(sum(self.leaving(older).mapped("quantity")), 5)

    def test_more_received_than_ordered_is_free_stock(self):
        """S3, X6: the request gets what was approved, the rest is there for everybody."""
        request = self.plan(quantity=8, partner_id=self.customer.id)
        purchase = request.allocation_ids.shortage_id.purchase_order_id
        self.as_user(purchase, self.purchasing).button_confirm()
        receipt = self.as_user(purchase.picking_ids, self.warehouse)
        self.assertEqual(receipt.move_ids.product_uom_qty, 3)
        receipt.move_ids.quantity = 7
        receipt.button_validate()
        self.put_aside(request)
        self.assertEqual(sum(request.allocation_ids.mapped("held_quantity")), 8)
        self.assertEqual(self.product.with_context(location=self.location.id).free_qty, 4)

    def test_it_holds_in_a_warehouse_of_several_steps(self):
        """S4: received in two steps, picked before it is shipped."""
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        warehouse.write({"reception_steps": "two_steps", "delivery_steps": "pick_ship"})
        request = self.plan(quantity=7, partner_id=self.customer.id)
        purchase = request.allocation_ids.shortage_id.purchase_order_id
        self.as_user(purchase, self.purchasing).button_confirm()
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        missing = request.allocation_ids.filtered(lambda row: row.source == "purchase").move_ids
        self.assertEqual(missing.quantity, 0)
        storing = purchase.picking_ids.move_ids.move_dest_ids.picking_id
        self.as_user(storing, self.warehouse).button_validate()
        self.assertEqual(missing.quantity, 2)
        self.put_aside(request)
        order = self.release(quantity=7)
        held = request.warehouse_id.held_location_id
        picked = self.leaving(order)
        self.assertEqual((picked.location_id, sum(picked.mapped("quantity"))), (held, 7))
        self.as_user(picked.picking_id, self.warehouse).button_validate()
        shipping = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
        self.as_user(shipping, self.warehouse).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 7)

    def test_nobody_ties_transfers_to_a_request_by_hand(self):
        """S3, A10: neither by write nor create; a copy of the transfer is an ordinary one."""
        request = self.plan()
        move = self.as_user(request.allocation_ids.move_ids, self.warehouse)
        row = request.allocation_ids
        with self.assertRefused("cannot be entered", AccessError):
            move.stocking_allocation_id = False
        other = self.make_product("Other", stock=5)
        values = {
            "product_id": other.id,
            "product_uom_qty": 5,
            "location_id": self.location.id,
            "location_dest_id": move.location_dest_id.id,
        }
        with self.assertRefused("cannot be entered", AccessError):
            move.create({**values, "stocking_allocation_id": row.id})
        copied = move.picking_id.copy()
        self.assertEqual(copied.move_ids.product_id, self.product)
        self.assertFalse(copied.move_ids.stocking_allocation_id)

    def test_what_is_shipped_in_part_stays_for_its_request(self):
        """S3: the warehouse splits the transfer with its own rights; both parts are of the request."""
        request = self.plan()
        move = self.as_user(request.allocation_ids.move_ids, self.warehouse)
        move.write({"quantity": 2, "picked": True})
        move.picking_id.with_context(skip_backorder=True).button_validate()
        self.assertEqual(
            sorted(request.allocation_ids.move_ids.mapped("product_uom_qty")), [2.0, 3.0]
        )

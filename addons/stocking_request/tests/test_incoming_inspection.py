from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.inspection_case import make_inspector

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestIncomingInspection(StockingCase):
    """S10: received goods are inspected before they can be used or shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inspector = make_inspector(cls.env, cls.company)
        cls.bearing = cls.make_product("Bearing")
        # scrapping them is worth no decision
        cls.bearing.with_company(cls.company).standard_price = 1
        cls.point = cls.env["goods.inspection.point"].create(
            {
                "name": "Dimensions",
                "direction": "incoming",
                "company_id": cls.company.id,
                "product_ids": [Command.set(cls.bearing.ids)],
            }
        )

    def receive(self, quantity=10, product=None, lots=(), **values):
        """A purchase order of the vendor, confirmed and received."""
        product = product or self.bearing
        order = self.as_user(self.env["purchase.order"], self.purchasing).create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_qty": quantity, "price_unit": 5}
                    )
                ],
                **values,
            }
        )
        order.button_confirm()
        self.validate(order.sudo().picking_ids, lots)
        return order.sudo().picking_ids[:1]

    def validate(self, picking, lots=()):
        picking = self.as_user(picking, self.warehouse)
        for move in picking.move_ids:
            if lots:
                move.move_line_ids.unlink()
                move.move_line_ids = [
                    Command.create(
                        {"lot_name": lot, "quantity": quantity, "product_id": move.product_id.id}
                    )
                    for lot, quantity in lots
                ]
            else:
                move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def inspections(self, receipt, user=None):
        rows = self.env["goods.inspection"].search([("picking_id", "=", receipt.id)], order="id")
        return self.as_user(rows, user or self.inspector)

    def decide(self, inspection, accepted, disposal=False, passed="yes"):
        inspection.result_ids.passed = passed
        inspection.write({"accepted_quantity": accepted, "disposal": disposal, "remark": "Seen."})
        inspection.action_record()

    def in_stock(self, product=None):
        product = product or self.bearing
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", self.location.id)]
        )
        return sum(quants.mapped("quantity"))

    def test_received_goods_wait_for_their_inspection(self):
        """S10, D3 四: they are in the house, and not in the stock."""
        receipt = self.receive()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self.in_stock(), 0)
        inspection = self.inspections(receipt)
        self.assertEqual((inspection.quantity, inspection.partner_id), (10, self.vendor))
        self.decide(inspection, 10)
        self.assertEqual(inspection.state, "accepted")
        self.assertEqual(self.in_stock(), 10)
        store = inspection.sudo().move_ids
        self.assertEqual((store.state, store.picking_id.state), ("done", "done"))
        self.assertEqual(store.picking_id.picking_type_id.sequence_code, "QI")

    def test_goods_without_points_go_to_the_stock_at_once(self):
        """S10: points are the switch."""
        screw = self.make_product("Screw")
        receipt = self.receive(product=screw)
        self.assertFalse(self.inspections(receipt))
        self.assertEqual(self.in_stock(screw), 10)

    def test_points_for_a_vendor_ask_for_the_goods_of_this_vendor_alone(self):
        """S10: flagged products or suppliers."""
        other = self.env["res.partner"].create({"name": "Reliable"})
        self.point.write({"product_ids": False, "vendor_ids": [Command.set(other.ids)]})
        self.assertFalse(self.inspections(self.receive()))
        branch = self.env["res.partner"].create({"name": "Branch", "parent_id": other.id})
        other.is_company = True
        self.assertTrue(self.inspections(self.receive(partner_id=branch.id)))

    def test_rejected_goods_go_back_to_the_vendor(self):
        """S10: by Odoo's return, which the warehouse sends off; the rest is in the stock."""
        receipt = self.receive()
        inspection = self.inspections(receipt)
        self.decide(inspection, 7, "return", passed="no")
        self.assertEqual(self.in_stock(), 7)
        back = inspection.sudo().return_picking_id
        self.assertEqual((back.state, back.move_ids.product_uom_qty), ("assigned", 3))
        self.validate(back)
        self.assertEqual(back.state, "done")
        self.assertEqual(receipt.purchase_id.order_line.qty_received, 7)
        places = self.env["stock.location"]._inspection_location_ids()
        left = self.env["stock.quant"].search(
            [("product_id", "=", self.bearing.id), ("location_id", "in", list(places))]
        )
        self.assertFalse(sum(left.mapped("quantity")))

    def test_rejected_goods_are_scrapped(self):
        """S10: or to scrap; nothing is left to take to the stock."""
        receipt = self.receive()
        inspection = self.inspections(receipt)
        self.decide(inspection, 0, "scrap", passed="no")
        self.assertEqual(inspection.state, "rejected")
        self.assertEqual(inspection.sudo().scrap_ids.scrap_qty, 10)
        self.assertEqual(self.in_stock(), 0)
        open_moves = self.env["stock.move"].search(
            [("product_id", "=", self.bearing.id), ("state", "not in", ("done", "cancel"))]
        )
        self.assertFalse(open_moves)

    def test_scrapping_of_value_is_decided_on_first(self):
        """S8, S10: the scrap order is prepared; the goods stay where they are until then."""
        self.bearing.with_company(self.company).standard_price = 1000
        inspection = self.inspections(self.receive())
        self.decide(inspection, 0, "scrap", passed="no")
        scrap = self.as_user(inspection.sudo().scrap_ids, self.warehouse)
        self.assertEqual(scrap.state, "draft")
        with self.assertRefused("needs approval"):
            scrap.action_validate()
        self.assertIn("prepared", inspection.message_ids[0].body)

    def test_reworked_goods_are_inspected_again(self):
        """S10: sorted or mended by the vendor, and inspected again where they are."""
        receipt = self.receive()
        first = self.inspections(receipt)
        self.decide(first, 6, "rework", passed="no")
        self.assertEqual(self.in_stock(), 6)
        again = self.inspections(receipt) - first
        self.assertEqual((again.quantity, again.state), (4, "todo"))
        self.decide(again, 4)
        self.assertEqual(self.in_stock(), 10)

    def test_each_lot_is_inspected_by_itself(self):
        """S10: one lot is good, the other goes back."""
        self.bearing.tracking = "lot"
        receipt = self.receive(lots=[("L1", 6), ("L2", 4)])
        good, bad = self.inspections(receipt)
        self.assertEqual((good.lot_id.name, bad.lot_id.name), ("L1", "L2"))
        self.decide(bad, 0, "return", passed="no")
        self.decide(good, 6)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.bearing.id), ("location_id", "child_of", self.location.id)]
        )
        self.assertEqual([(q.lot_id.name, q.quantity) for q in quants], [("L1", 6)])
        self.assertEqual(bad.sudo().return_picking_id.move_line_ids.lot_id.name, "L2")

    def test_nobody_takes_goods_out_before_they_were_decided_on(self):
        """S10, A10: not by the prepared transfer, not by another one, not by scrap."""
        receipt = self.receive()
        store = receipt.move_ids.move_dest_ids.picking_id
        with self.assertRefused("waits for its inspection"):
            self.validate(store)
        place = receipt.move_ids.location_dest_id
        taken = self.as_user(self.env["stock.picking"], self.warehouse).create(
            {
                "picking_type_id": store.picking_type_id.id,
                "location_id": place.id,
                "location_dest_id": self.location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.bearing.id,
                            "product_uom_qty": 10,
                            "location_id": place.id,
                            "location_dest_id": self.location.id,
                        }
                    )
                ],
            }
        )
        taken.action_confirm()
        with self.assertRefused("waits for its inspection"):
            self.validate(taken)
        scrap = self.as_user(self.env["stock.scrap"], self.warehouse).create(
            {"product_id": self.bearing.id, "scrap_qty": 1, "location_id": place.id}
        )
        with self.assertRefused("waits for its inspection"):
            scrap.action_validate()

    def test_a_done_receipt_does_not_move_its_goods_on(self):
        """S10, A10: neither by editing its lines nor by adding one; Odoo would move the stock."""
        receipt = self.receive()
        line = self.as_user(receipt.move_ids.move_line_ids, self.warehouse)
        for values in ({"location_dest_id": self.location.id}, {"quantity": 25}):
            with self.subTest(values=values), self.assertRefused("for inspection"):
                line.write(values)
        for place, target in (
            (line.location_dest_id, self.location),
            (line.location_id, line.location_dest_id),
        ):
            with self.subTest(place=place.name), self.assertRefused("for inspection"):
                line.create(
                    {
                        "move_id": receipt.move_ids.id,
                        "picking_id": receipt.id,
                        "product_id": self.bearing.id,
                        "quantity": 5,
                        "location_id": place.id,
                        "location_dest_id": target.id,
                    }
                )
        self.assertEqual(self.in_stock(), 0)

    def test_no_more_leaves_than_was_accepted(self):
        """S10: a decided inspection does not let other goods out."""
        receipt = self.receive()
        inspection = self.inspections(receipt)
        self.decide(inspection, 4, "rework", passed="no")
        store = receipt.move_ids.move_dest_ids.filtered(lambda move: move.state != "done")
        self.as_user(store, self.warehouse).goods_inspection_id = inspection.id
        with self.assertRefused("4.0 were decided on"):
            self.validate(store.picking_id)

    def test_goods_that_an_order_waits_for_reach_it_after_the_inspection(self):
        """S10: what waits for the goods stays linked, and is reserved when they are accepted."""
        route = self.env.ref("stock.route_warehouse0_mto")
        route.active = True
        self.bearing.route_ids = [
            Command.link(route.id),
            Command.link(self.env.ref("purchase_stock.route_warehouse0_buy").id),
        ]
        warehouse = self.location.warehouse_id
        waiting = self.env["stock.move"].create(
            {
                "product_id": self.bearing.id,
                "product_uom_qty": 10,
                "location_id": self.location.id,
                "location_dest_id": self.env.ref("stock.stock_location_inter_company").id,
                "procure_method": "make_to_order",
                "picking_type_id": warehouse.int_type_id.id,
                "warehouse_id": warehouse.id,
            }
        )
        waiting._action_confirm()
        purchase = self.as_user(waiting.created_purchase_line_ids.order_id, self.purchasing)
        purchase.button_confirm()
        self.validate(purchase.sudo().picking_ids)
        self.assertEqual(waiting.state, "waiting")
        self.decide(self.inspections(purchase.sudo().picking_ids[:1]), 10)
        self.assertEqual((waiting.state, waiting.quantity), ("assigned", 10))

    def test_only_the_quality_role_decides(self):
        """S10"""
        receipt = self.receive()
        for user in (self.warehouse, self.purchasing, self.assistant):
            with self.assertRefused(exception=AccessError):
                self.inspections(receipt, user).action_record()

    def test_return_to_vendor_is_for_received_goods(self):
        """S10, X6: the disposal is refused where there is no vendor."""
        receipt = self.receive()
        inspection = self.inspections(receipt)
        with self.assertRefused(exception=AccessError):
            inspection.write({"receipt_move_id": False})

    def test_the_vendor_is_scored_by_what_was_accepted(self):
        """S10: supplier score, with the inspections behind it."""
        self.assertEqual(self.as_user(self.vendor, self.purchasing).inspected_share, -1)
        self.decide(self.inspections(self.receive()), 10)
        self.decide(self.inspections(self.receive()), 5, "scrap", passed="no")
        vendor = self.as_user(self.vendor, self.purchasing)
        vendor.invalidate_recordset()
        self.assertEqual(vendor.inspected_share, 75)
        self.assertEqual(vendor.goods_inspection_count, 2)
        opened = vendor.action_open_vendor_inspections()
        self.assertEqual(self.env["goods.inspection"].search_count(opened["domain"]), 2)

from odoo import Command
from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestSupply(StockingCase):
    """S3: what is proposed for each line, and what carrying it out makes."""

    def request(self, *lines, **values):
        request = self.make_stocking_request(
            line_ids=[
                Command.create({"product_id": product.id, "quantity": quantity})
                for product, quantity in lines
            ],
            **values,
        )
        self.approve_stocking(request)
        return request

    def proposal(self, request):
        action = self.as_user(request, self.assistant).action_supply()
        return self.as_user(self.env["stocking.supply"].browse(action["res_id"]), self.assistant)

    def test_each_line_shows_what_is_there_reserved_free_and_incoming(self):
        """S3: of the warehouse asked, in the unit of the line."""
        product = self.make_product(stock=24)
        self.request((product, 10))
        first = self.request((product, 6))
        self.order_goods(first)
        dozen = self.env.ref("uom.product_uom_dozen")
        request = self.make_stocking_request(
            line_ids=[
                Command.create(
                    {"product_id": product.id, "quantity": 1, "product_uom_id": dozen.id}
                )
            ]
        )
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "company_id": self.company.id,
                "picking_type_id": request.warehouse_id.in_type_id.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": 12})],
            }
        )
        purchase.button_confirm()
        self.env.invalidate_all()
        line = self.as_user(request.line_ids, self.assistant)
        self.assertEqual(
            (
                line.on_hand_quantity,
                line.reserved_quantity,
                line.free_quantity,
                line.incoming_quantity,
            ),
            (2, 0.5, 1.5, 1),
        )

    def test_two_lines_of_one_product_share_what_is_free(self):
        """S3: nothing is promised twice in one proposal."""
        product = self.make_product(stock=5)
        supply = self.proposal(self.request((product, 4), (product, 4)))
        self.assertEqual(supply.line_ids.mapped("from_stock"), [4, 1])
        self.assertEqual(supply.line_ids.mapped("from_purchase"), [0, 3])

    def test_vendor_and_lead_time_are_proposed(self):
        """S3: the vendor by Odoo's price lists, the day by the vendor's lead time."""
        cheap = self.env["res.partner"].create({"name": "Cheap Vendor"})
        product = self.make_product()
        product.seller_ids = [
            Command.create(
                {"partner_id": cheap.id, "price": 40, "min_qty": 100, "delay": 30, "sequence": 0}
            )
        ]
        few, many = (self.proposal(self.request((product, n))).line_ids for n in (5, 200))
        self.assertEqual((few.vendor_id, many.vendor_id), (self.vendor, cheap))
        days = (many.expected_date - few.expected_date).days
        self.assertIn(days, (24, 25))

    def test_the_assistant_chooses_another_vendor(self):
        """S3: changed per line; each vendor is asked once."""
        other = self.env["res.partner"].create({"name": "Other Vendor"})
        products = [self.make_product(name) for name in ("Pump", "Valve", "Hose")]
        request = self.request(*((product, 2) for product in products))
        supply = self.proposal(request)
        supply.line_ids[1].vendor_id = other
        supply.action_order()
        orders = request.allocation_ids.shortage_id.purchase_order_id
        self.assertEqual(
            {order.partner_id: order.order_line.product_id for order in orders},
            {self.vendor: products[0] | products[2], other: products[1]},
        )

    def test_a_product_nobody_sells_is_left_to_purchasing(self):
        """S3, X6: proposed with a remark, ordered as a shortage that waits for a vendor."""
        request = self.request((self.make_product("Orphan", vendor=False), 1))
        supply = self.proposal(request)
        self.assertIn("No vendor sells it", supply.line_ids.remark)
        supply.action_order()
        self.assertEqual(request.allocation_ids.shortage_id.state, "open")
        self.assertEqual(request.stage, "ordered")

    def test_goods_without_stock_and_made_to_order_wait_for_their_own_purchase(self):
        """S3, X6: MTO without a vendor makes no silent transfer that never gets goods."""
        product = self.make_product("Orphan", vendor=False)
        route = (
            self.env["stock.warehouse"]
            .browse(self.make_stocking_request().warehouse_id.id)
            .mto_pull_id.route_id
        )
        route.active = True
        product.route_ids = [Command.link(route.id)]
        request = self.request((product, 2))
        self.order_goods(request)
        move = request.allocation_ids.move_ids
        self.assertEqual(
            (move.state, request.allocation_ids.shortage_id.state), ("waiting", "open")
        )
        with self.assertRefused("Orphan has no vendor: add one on the Purchase tab"):
            self.as_user(request.allocation_ids.shortage_id, self.purchasing).action_order()

    def test_a_partial_order_leaves_the_rest_to_be_ordered(self):
        """S3: twice, each with rows of its own; then the rest is short-closed."""
        product = self.make_product(stock=10)
        request = self.request((product, 10))
        self.order_goods(request, from_stock=4)
        self.order_goods(request, from_stock=3)
        self.assertEqual(request.allocation_ids.mapped("quantity"), [4, 3])
        self.as_user(request, self.assistant).line_ids.action_short_close()
        self.assertEqual(request.stage, "ordered")
        self.put_aside(request)
        self.assertEqual((request.stage, request.line_ids.short_closed), ("done", 3))

    def test_half_of_it_put_aside_is_not_done(self):
        """S3: the rest of a transfer counts for the same row."""
        request = self.request((self.make_product(stock=5), 5))
        self.order_goods(request)
        transfer = self.as_user(request.allocation_ids.move_ids.picking_id, self.warehouse)
        transfer.move_ids.quantity = 2
        transfer.with_context(skip_backorder=True).button_validate()
        row = request.allocation_ids
        self.assertEqual((row.done, row.held_quantity, len(row.move_ids)), (False, 2, 2))
        self.put_aside(request)
        self.assertEqual((row.done, row.held_quantity, request.stage), (True, 5, "done"))

    def test_a_proposal_of_many_lines_takes_few_queries(self):
        """S3: what a line costs is read for all of them at once."""
        few, many = (
            self.request(*((self.make_product(f"P{n}", stock=n % 3), 5) for n in range(number)))
            for number in (3, 30)
        )
        counts = []
        for request in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.proposal(request)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2] - counts[1], 5)

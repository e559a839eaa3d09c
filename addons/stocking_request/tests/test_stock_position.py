from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestStockPosition(StockingCase):
    """S7, S9: what there is, what is asked for, and what should be stocked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"stock_cover_days": 0, "stock_slow_days": 90})

    def position(self, product, user=None):
        self.env.flush_all()
        rows = self.env["stock.position"].search([("product_id", "=", product.id)])
        return self.as_user(rows, user or self.assistant)

    def ship(self, product, quantity, days_ago):
        """Goods used by production: they leave the stock without an order."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": self.location.id,
                "location_dest_id": product.with_company(self.company).property_stock_production.id,
                "quantity": quantity,
                "picked": True,
            }
        )
        move._action_confirm()
        move._action_done()
        date = fields.Datetime.now() - timedelta(days=days_ago)
        move.move_line_ids.date = date
        return move

    def orderpoint(self, product, minimum):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "location_id": self.location.id,
                "warehouse_id": self.location.warehouse_id.id,
                "product_min_qty": minimum,
                "product_max_qty": minimum,
                "company_id": self.company.id,
            }
        )

    def test_goods_below_the_minimum_are_suggested(self):
        """S7"""
        product = self.make_product(stock=4)
        self.orderpoint(product, 10)
        row = self.position(product)
        self.assertEqual((row.on_hand, row.minimum, row.alert), (4, 10, "minimum"))
        self.assertEqual(row.suggested_quantity, 6)

    def test_open_orders_count_whole_and_in_the_unit_of_the_product(self):
        """S7: what is ordered in dozens is missing in pieces."""
        product = self.make_product(stock=4)
        self.make_confirmed_order(
            product, 1, product_uom_id=self.env.ref("uom.product_uom_dozen").id
        )
        row = self.position(product)
        self.assertEqual((row.demand, row.alert), (12, "shortage"))
        self.assertEqual(row.suggested_quantity, 8)

    def test_what_arrives_is_not_suggested_again(self):
        """S7"""
        product = self.make_product()
        self.make_confirmed_order(product, 5)
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": 5})],
            }
        )
        purchase.button_confirm()
        row = self.position(product)
        self.assertEqual((row.incoming, row.suggested_quantity, row.alert), (5, 0, "fine"))

    def test_past_sales_are_covered_as_many_days_as_the_company_wants(self):
        """S7: ninety in ninety days, thirty days to be covered, twenty left."""
        product = self.make_product(stock=110)
        self.ship(product, 90, days_ago=10)
        self.assertEqual(self.position(product).suggested_quantity, 0)
        self.company.stock_cover_days = 30
        row = self.position(product)
        row.invalidate_recordset()
        self.assertEqual((row.on_hand, row.sold_recently), (20, 90))
        self.assertEqual((row.suggested_quantity, row.alert), (10, "cover"))
        self.assertEqual(row.days_of_cover, 20)

    def test_stock_that_does_not_move_is_told(self):
        """S7, S9: shipped last 100 days ago, slow after 90."""
        product = self.make_product(stock=10)
        self.ship(product, 2, days_ago=100)
        row = self.position(product)
        self.assertEqual(row.alert, "slow")
        self.assertEqual((row.sold_recently, row.sold_year), (0, 2))
        self.company.stock_slow_days = 120
        row.invalidate_recordset()
        self.assertEqual(row.alert, "fine")

    def test_value_and_turnover_come_from_cost_and_shipments(self):
        """S9: ten at sixty; two of them shipped in the year for every ten there are."""
        product = self.make_product(stock=12)
        self.ship(product, 2, days_ago=5)
        row = self.position(product)
        self.assertEqual(row.value, 10 * product.with_company(self.company).standard_price)
        self.assertAlmostEqual(row.turnover, 0.2)

    def test_every_figure_opens_its_documents(self):
        """S9"""
        product = self.make_product(stock=12)
        self.ship(product, 2, days_ago=5)
        order = self.make_confirmed_order(product, 3)
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": product.id, "product_qty": 5})],
            }
        )
        purchase.button_confirm()
        row = self.position(product)

        def opened(action):
            return self.env[action["res_model"]].search(action["domain"])

        self.assertEqual(sum(opened(row.action_open_on_hand()).mapped("quantity")), row.on_hand)
        self.assertEqual(opened(row.action_open_incoming()), purchase.picking_ids.move_ids)
        self.assertEqual(opened(row.action_open_demand()), order.order_line)
        shipped = opened(row.action_open_shipped())
        self.assertEqual(sum(shipped.mapped("quantity_product_uom")), row.sold_year)

    def test_suggestions_become_a_request_in_one_click(self):
        """S7: one draft a warehouse, with the lines that need something."""
        few, enough = self.make_product("Few"), self.make_product("Enough", stock=50)
        self.make_confirmed_order(few, 5)
        rows = self.position(few) | self.position(enough)
        action = rows.action_request_stock()
        request = self.env["stocking.request"].browse(action["res_id"])
        self.assertEqual(request.user_id, self.assistant)
        self.assertEqual((request.state, request.reason), ("draft", "plan"))
        self.assertEqual(
            request.line_ids.mapped(lambda line: (line.product_id, line.quantity)), [(few, 5)]
        )
        with self.assertRefused("there is enough"):
            self.position(enough).action_request_stock()

    def test_services_and_archived_products_are_left_out(self):
        """S7, X6"""
        service = self.make_product("Service")
        service.write({"type": "service", "is_storable": False})
        self.make_confirmed_order(service, 5)
        archived = self.make_product("Archived", stock=3)
        archived.active = False
        self.assertFalse(self.position(service))
        self.assertFalse(self.position(archived))

    def test_assistants_are_told_once_a_day_where_the_company_wants_it(self):
        """S7: one message, not one a product."""
        for name in ("A", "B"):
            self.make_confirmed_order(self.make_product(name), 5)
        self.env.flush_all()
        told = self.env["mail.message"]

        def run():
            before = told.search([])
            self.env["stock.position"]._cron_tell_assistants()
            return (told.search([]) - before).filtered(
                lambda message: self.assistant.partner_id in message.notified_partner_ids
            )

        self.company.stock_alerts = False
        self.assertFalse(run())
        self.company.stock_alerts = True
        self.assertEqual(len(run()), 1)

    def test_salespeople_do_not_see_the_value_of_the_stock(self):
        """S9: it is for supply and stock managers."""
        product = self.make_product(stock=4)
        with self.assertRefused(exception=AccessError):
            self.position(product, self.sales).read(["value"])

    def test_other_companies_are_not_seen(self):
        """S9, X4"""
        product = self.make_product(stock=4)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.assistant.copy(
            {"login": "stranger", "company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        rows = self.env["stock.position"].with_user(stranger)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([("product_id", "=", product.id)]))

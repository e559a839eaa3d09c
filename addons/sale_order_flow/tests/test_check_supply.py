from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .check_case import CheckCase


@tagged("post_install", "-at_install")
class TestCheckSupply(CheckCase):
    """F4: whether the goods are there when they are promised."""

    # ------------------------------------------------------------------ availability (F4)

    def test_more_than_the_forecast_is_found_over_all_lines_of_the_order(self):
        """F4: 50 in stock; 30 and 21 are one too many."""
        line = {"product_id": self.pump.id}
        order = self.make_order(
            order_line=[
                Command.create({**line, "product_uom_qty": 30}),
                Command.create({**line, "product_uom_qty": 20}),
            ]
        )
        self.assertEqual(self.result(order, "availability")["state"], "ok")
        order.order_line[1].product_uom_qty = 21
        check = self.result(order, "availability")
        self.assertEqual(check["state"], "note")
        self.assertIn("51.00 Units ordered, 50.00 forecast", check["reason"])

    def test_other_units_are_converted_before_they_are_compared(self):
        """F4: five dozen are more than fifty."""
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order(
            order_line=[
                Command.create(
                    {
                        "product_id": self.pump.id,
                        "product_uom_qty": 5,
                        "product_uom_id": dozen.id,
                    }
                )
            ]
        )
        self.assertIn("60.00 Units", self.result(order, "availability")["reason"])

    def test_what_arrives_before_the_promised_date_counts(self):
        """F4: a receipt of the eve helps, one of the day after does not."""
        order = self.make_order({self.pump: 60})
        receipt = self.env["stock.move"].create(
            {
                "product_id": self.pump.id,
                "product_uom_qty": 10,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse_place.lot_stock_id.id,
                "company_id": self.company.id,
                "date": order.commitment_date - timedelta(days=1),
            }
        )
        receipt._action_confirm()
        self.assertEqual(self.result(order, "availability")["state"], "ok")
        receipt.date = order.commitment_date + timedelta(days=1)
        self.assertEqual(self.result(order, "availability")["state"], "note")

    def test_what_confirmed_orders_wait_for_is_not_promised_twice(self):
        """F4, F11: nothing is reserved before the assistant starts it, and yet it is spoken for."""
        self.make_confirmed({self.pump: 45})
        check = self.result(self.make_order({self.pump: 6}), "availability")
        self.assertIn("5.00 forecast", check["reason"])
        self.assertEqual(
            self.result(self.make_order({self.pump: 5}), "availability")["state"], "ok"
        )

    def test_what_was_started_is_counted_once(self):
        """F4: after the notice the transfer stands for it."""
        self.make_noticed({self.pump: 45})
        self.assertEqual(
            self.result(self.make_order({self.pump: 5}), "availability")["state"], "ok"
        )
        check = self.result(self.make_order({self.pump: 6}), "availability")
        self.assertIn("5.00 forecast", check["reason"])

    def test_services_and_what_is_bought_for_the_order_are_not_in_stock(self):
        """F4: no shortage of what never is in stock."""
        bought = self.make_product("Special", 10)
        route = self.warehouse_place.mto_pull_id.route_id
        route.active = True
        bought.route_ids = route
        order = self.make_order({self.training: 100, bought: 7})
        self.assertEqual(self.result(order, "availability")["state"], "ok")
        self.assertEqual(
            self.result(self.make_order({self.make_product("Empty", 10): 7}), "availability")[
                "state"
            ],
            "note",
        )

    def test_order_without_a_warehouse_is_checked_all_the_same(self):
        """X6: the stock says nothing then."""
        order = self.make_order({self.pump: 1000})
        order.order_line.warehouse_id = False
        self.assertEqual(self.result(order, "availability")["state"], "ok")

    # ------------------------------------------------------------------ lead time (F4)

    @freeze_time("2026-03-10 04:00:00")
    def test_promise_earlier_than_the_product_allows_is_found(self):
        """F4: ten days from the tenth are the twentieth, and the line cannot say otherwise."""
        self.pump.sale_delay = 10
        order = self.make_order(commitment_date=datetime(2026, 3, 20, 4))
        self.assertEqual(self.result(order, "lead_time")["state"], "ok")
        order.commitment_date = datetime(2026, 3, 19, 4)
        order.order_line.customer_lead = 0
        check = self.result(order, "lead_time")
        self.assertEqual(check["state"], "note")
        self.assertIn("Pump", check["reason"])
        self.assertIn(format_date(order.env, date(2026, 3, 20)), check["reason"])

    @freeze_time("2026-03-10 20:00:00")
    def test_promises_are_days_of_the_company(self):
        """F4, X4: at 20:00 in London it is the eleventh in Shanghai."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.registry.clear_all_caches()
        order = self.make_order(commitment_date=datetime(2026, 3, 10, 14))
        self.assertIn("is past", self.result(order, "lead_time")["reason"])
        order.commitment_date = datetime(2026, 3, 10, 17)
        self.assertEqual(self.result(order, "lead_time")["state"], "ok")

    @freeze_time("2026-03-10 04:00:00")
    def test_every_order_needs_the_days_of_the_company(self):
        """F4: two days at least."""
        order = self.make_order(commitment_date=datetime(2026, 3, 11, 4))
        self.assertEqual(self.result(order, "lead_time")["state"], "ok")
        self.decide_policy("lead_time", "head", limit=2)
        self.assertEqual(self.result(order, "lead_time")["state"], "head")

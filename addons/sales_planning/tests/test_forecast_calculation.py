from datetime import datetime
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..models import sales_forecast_calculation
from .forecast_case import ForecastCase


@tagged("post_install", "-at_install")
class TestForecastCalculation(ForecastCase):
    """P2: from past sales and open opportunities to lines."""

    def test_past_sales_become_a_forecast(self):
        """P2: three months are averaged, and the line says that they are too few."""
        self.make_history(self.pump, [3, 4, 8])
        forecast = self.make_calculated(horizon=3)
        lines = self.lines(forecast, self.pump)
        self.assertEqual(forecast.state, "calculated")
        self.assertEqual(
            lines.mapped("month"), [self.month + relativedelta(months=n) for n in range(3)]
        )
        self.assertEqual(lines.mapped("final_quantity"), [5.0, 5.0, 5.0])
        self.assertEqual(set(lines.mapped("method")), {"average"})
        self.assertTrue(lines[0].too_few)
        self.assertIn("there are 3", lines[0].note)
        # sold at 100 each
        self.assertAlmostEqual(lines[0].unit_price, 100)
        self.assertAlmostEqual(lines[0].amount, 500)
        self.assertEqual(forecast.too_few_count, 1)
        self.assertAlmostEqual(forecast.amount, 1500)

    def test_only_confirmed_orders_of_the_company_count(self):
        """P2, X4: neither quotations nor cancelled orders nor other companies."""
        self.make_history(self.pump, [6])
        self.sell(self.months_ago(1), {self.pump: 50}).sudo()._action_cancel()
        quotation = self.make_order({self.pump: 70})
        quotation.sudo().date_order = datetime.combine(self.months_ago(1), datetime.min.time())
        sold = self.env["sales.forecast"]._sold(
            self.company, "product", self.months_ago(2), self.month
        )
        self.assertEqual(
            {key: rows for key, rows in sold.items() if key == self.pump.id},
            {self.pump.id: {self.months_ago(1): (6.0, 600.0)}},
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(
            self.env["sales.forecast"]._sold(other, "product", self.months_ago(2), self.month)
        )

    def test_a_month_begins_where_the_company_works(self):
        """P2, X4: 20:00 in London on the last day is the first of the month in Shanghai."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        month = self.months_ago(2)
        last = month - relativedelta(days=1)
        order = self.sell(month, {self.pump: 5})
        order.sudo().date_order = datetime.combine(last, datetime.min.time()).replace(hour=20)
        sold = self.env["sales.forecast"]._sold(
            self.company, "product", self.months_ago(5), self.month
        )
        self.assertEqual([*sold[self.pump.id]], [month])

    def test_dozens_are_counted_in_units(self):
        """P2: in the unit of the product."""
        order = self.make_order({self.pump: 1})
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.action_confirm()
        order.sudo().date_order = datetime.combine(self.months_ago(1), datetime.min.time())
        forecast = self.make_calculated(horizon=1)
        self.assertAlmostEqual(self.lines(forecast, self.pump).final_quantity, 12)

    def test_products_of_a_category_are_forecast_together(self):
        """P2."""
        self.make_history(self.pump, [4])
        self.make_history(self.hose, [6])
        (self.pump | self.hose).categ_id = self.env["product.category"].create({"name": "Water"})
        forecast = self.make_calculated(level="category", horizon=2)
        self.assertEqual(forecast.line_ids.categ_id, self.pump.categ_id)
        self.assertFalse(forecast.line_ids.product_id)
        self.assertEqual(forecast.line_ids.mapped("final_quantity"), [10.0, 10.0])

    def test_a_new_product_has_lines_to_be_overridden(self):
        """P2: at its sales price."""
        forecast = self.make_calculated(product_ids=[Command.set(self.hose.ids)], horizon=2)
        lines = self.lines(forecast, self.hose)
        self.assertEqual(lines.mapped("final_quantity"), [0.0, 0.0])
        self.assertEqual(lines[0].method, "zero")
        self.assertIn("Nothing was sold", lines[0].note)
        self.assertAlmostEqual(lines[0].unit_price, 10)

    def test_the_month_that_runs_is_no_history(self):
        """P2: a forecast of next month does not take half a month for a bad one."""
        self.make_history(self.pump, [6, 6, 6, 6])
        forecast = self.make_calculated(month=self.month + relativedelta(months=1), horizon=2)
        lines = self.lines(forecast, self.pump)
        self.assertEqual(lines[0].month, self.month + relativedelta(months=1))
        self.assertEqual(lines.mapped("final_quantity"), [6.0, 6.0])

    def test_an_earlier_month_of_issue_does_not_know_what_came_later(self):
        """P2."""
        self.make_history(self.pump, [4, 4, 4, 99, 99])
        forecast = self.make_calculated(month=self.months_ago(2), horizon=2)
        self.assertEqual(self.lines(forecast, self.pump).mapped("final_quantity"), [4.0, 4.0])

    def test_the_festival_lowers_a_month_in_china(self):
        """P2: sales of a working day are forecast, where the company is Chinese."""
        self.company.country_id = self.env.ref("base.cn")
        self.make_history(self.pump, [6])
        forecast = self.make_calculated()
        lines = self.lines(forecast, self.pump)
        days = forecast._work_days([self.months_ago(1), *lines.mapped("month")])
        self.assertGreater(len(set(days)), 1)
        for line, count in zip(lines, days[1:], strict=True):
            self.assertAlmostEqual(line.quantity, 6 * count / days[0], places=2)

    # ------------------------------------------------------------------ opportunities

    def make_lead(self, probability=50, months=1, **values):
        return self.as_user(self.env["crm.lead"], self.sales).create(
            {
                "name": "Waterworks",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.sales.id,
                "expected_revenue": 4000,
                "probability": probability,
                "date_deadline": self.month + relativedelta(months=months, days=9),
                **values,
            }
        )

    def test_open_opportunities_are_weighted_and_shown_by_month(self):
        """P2: neither lost ones nor those without a closing date to come."""
        Lead = self.env["crm.lead"]
        Lead.search([("company_id", "in", (self.company.id, False))]).active = False
        self.make_lead(50)
        self.make_lead(25)
        self.make_lead(90).action_set_lost()
        self.make_lead(90, months=-1)
        self.make_lead(90, date_deadline=False)
        forecast = self.make_calculated(horizon=3)
        self.assertEqual(
            forecast.month_ids.sorted("month").mapped("opportunity_amount"), [0.0, 3000.0, 0.0]
        )
        self.assertEqual(forecast.amount, 0.0)

    def test_a_planner_of_two_companies_calculates_in_the_one_of_the_forecast(self):
        """P2, X4: opportunities of no company are worth what they are there."""
        Lead = self.env["crm.lead"]
        Lead.search([("company_id", "in", (self.company.id, False))]).active = False
        self.make_lead(50).sudo().write({"company_id": False, "team_id": False})
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "T",
                "rate_ids": [Command.create({"name": "2020-01-01", "company_rate": 7})],
            }
        )
        other = self.env["res.company"].create({"name": "Other", "currency_id": currency.id})
        self.planner.company_ids |= other
        forecast = self.make_forecast(horizon=3)
        forecast.with_context(allowed_company_ids=[other.id, self.company.id]).action_calculate()
        self.assertEqual(
            forecast.month_ids.sorted("month").mapped("opportunity_amount"), [0.0, 2000.0, 0.0]
        )

    def test_what_is_quoted_is_expected_but_never_added(self):
        """P2: the greater of past sales and the weighted newest quotation."""
        self.make_history(self.pump, [10, 10, 10])
        lead = self.make_lead(50)
        self.make_order({self.pump: 900}, opportunity_id=lead.id)
        self.make_order({self.pump: 30}, opportunity_id=lead.id)
        forecast = self.make_calculated(horizon=3)
        lines = self.lines(forecast, self.pump)
        self.assertEqual(lines.mapped("opportunity_quantity"), [0.0, 15.0, 0.0])
        self.assertAlmostEqual(lines[1].opportunity_amount, 1500)
        self.assertEqual(lines.mapped("quantity"), [10.0, 10.0, 10.0])
        self.assertEqual(lines.mapped("final_quantity"), [10.0, 15.0, 10.0])
        plain = self.make_calculated(horizon=3, use_opportunities=False)
        self.assertEqual(self.lines(plain, self.pump).mapped("final_quantity"), [10.0] * 3)

    def test_what_was_ordered_is_no_open_opportunity(self):
        """P2: it is among the sales."""
        self.env["crm.lead"].search([("company_id", "=", self.company.id)]).active = False
        lead = self.make_lead(50)
        self.make_order({self.pump: 3}, opportunity_id=lead.id).action_confirm()
        lead.probability = 50
        forecast = self.make_calculated(horizon=3)
        self.assertEqual(forecast.month_ids.mapped("opportunity_amount"), [0.0] * 3)

    # ------------------------------------------------------------------ many series

    def test_many_products_are_calculated_in_the_background(self):
        """P2: part by part; nobody changes it meanwhile; the planner is told."""
        self.make_history(self.pump, [4])
        self.make_history(self.hose, [6])
        with patch.object(sales_forecast_calculation, "PART", 1):
            forecast = self.make_forecast(horizon=2)
            forecast.action_calculate()
            self.assertTrue(forecast.pending)
            self.assertFalse(forecast.line_ids)
            with self.assertRefused("is being calculated"):
                forecast.action_calculate()
        with self.enter_registry_test_mode():
            self.env.ref("sales_planning.cron_forecast_calculate").method_direct_trigger()
        forecast.invalidate_recordset()
        self.assertEqual((forecast.state, forecast.pending), ("calculated", False))
        self.assertEqual(forecast.done_count, forecast.series_count)
        self.assertEqual(forecast.line_ids.product_id, self.pump | self.hose)
        self.assertEqual(forecast.activity_ids.user_id, self.planner)

    def test_history_of_all_products_is_one_query(self):
        """P2."""
        self.make_history(self.pump, [4, 5])
        Forecast = self.env["sales.forecast"]
        self.env.flush_all()
        self.company._approval_tz()
        with self.assertQueryCount(1):
            Forecast._sold(self.company, "product", self.months_ago(36), self.month)

    # ------------------------------------------------------------------ rights and switches

    def test_only_planners_calculate(self):
        """P2: salespeople read."""
        self.make_history(self.pump, [4])
        forecast = self.make_calculated()
        mine = self.as_user(forecast, self.sales)
        self.assertTrue(mine.line_ids.mapped("final_quantity"))
        for action in ("action_calculate", "action_release", "action_back_to_draft"):
            with self.assertRefused(exception=AccessError):
                getattr(mine, action)()
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["sales.forecast"], self.sales).create({"month": self.month})
        with self.assertRefused(exception=AccessError):
            self.as_user(forecast, self.outsider).read(["state"])

    def test_nothing_is_calculated_while_planning_is_off(self):
        """P2."""
        forecast = self.make_forecast()
        self.company.planning_enabled = False
        with self.assertRefused("Sales planning is off"):
            forecast.action_calculate()
        with self.assertRefused("Sales planning is off"):
            self.make_forecast()

    def test_another_company_reads_nothing(self):
        """X4."""
        self.make_history(self.pump, [4])
        forecast = self.make_calculated()
        other = self.env["res.company"].create({"name": "Other", "planning_enabled": True})
        self.planner.write({"company_ids": [Command.link(other.id)]})
        elsewhere = self.env["sales.forecast.line"].with_user(self.planner)
        elsewhere = elsewhere.with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search([("forecast_id", "=", forecast.id)]))

    def test_states_and_lines_are_set_by_actions_only(self):
        """P2: at no door."""
        self.make_history(self.pump, [4])
        forecast = self.make_calculated()
        with self.assertRefused("Status", AccessError):
            forecast.write({"state": "released"})
        with self.assertRefused("Computed", AccessError):
            forecast.line_ids[:1].write({"quantity": 5})
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["sales.forecast.line"], self.planner).create(
                {"forecast_id": forecast.id, "month": self.month, "product_id": self.hose.id}
            )
        with self.assertRefused(exception=AccessError):
            forecast.line_ids[:1].unlink()
        with self.assertRefused("Draft"):
            forecast.horizon = 6

    def test_months_are_counted_from_the_first_day_and_within_reason(self):
        """X6."""
        forecast = self.make_forecast(month=self.month.replace(day=17))
        self.assertEqual(forecast.month, self.month)
        with self.assertRefused("Months to Forecast", ValidationError):
            forecast.horizon = 25

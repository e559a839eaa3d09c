from odoo.exceptions import AccessError
from odoo.tests import tagged

from .forecast_case import ForecastCase


@tagged("post_install", "-at_install")
class TestForecastAccuracy(ForecastCase):
    """P2: what was released is compared with what was sold."""

    def make_past(self):
        """Released three months ago: 10 pumps a month; sold were 8, 10 and 12, and 20 hoses once."""
        for age in (6, 5, 4):
            self.sell(self.months_ago(age), {self.pump: 10})
        forecast = self.make_calculated(month=self.months_ago(3), horizon=6)
        forecast.action_release()
        self.sell(self.months_ago(3), {self.pump: 8, self.hose: 20})
        self.sell(self.months_ago(2), {self.pump: 10})
        self.sell(self.months_ago(1), {self.pump: 12})
        return forecast

    def rows(self, forecast):
        return {
            (row.product_id, row.lag): (row.expected_quantity, row.sold_quantity)
            for row in forecast.accuracy_ids
        }

    def test_months_that_are_over_are_measured(self):
        """P2: one and three months ahead; what sold unexpectedly is an error, too."""
        forecast = self.make_past()
        forecast.action_measure()
        self.assertEqual(
            self.rows(forecast),
            {
                (self.pump, "1"): (10.0, 8.0),
                (self.hose, "1"): (0.0, 20.0),
                (self.pump, "3"): (10.0, 12.0),
            },
        )
        # off by 2 pumps of 100 and 20 hoses of 10, of 8 x 100 + 20 x 10 sold
        self.assertAlmostEqual(forecast.wape, 100 * (200 + 200) / 1000)
        self.assertAlmostEqual(forecast.bias, 100 * (200 - 200) / 1000)
        three = forecast.accuracy_ids.filtered(lambda row: row.lag == "3")
        # shown, and stored, with one decimal
        self.assertAlmostEqual(three.wape, 100 * 2 / 12, delta=0.05)
        self.assertAlmostEqual(three.bias, -100 * 2 / 12, delta=0.05)
        bodies = " ".join(forecast.message_ids.mapped("body"))
        self.assertIn("off by 40.0 % (WAPE)", bodies)

    def test_wape_of_many_rows_is_no_average(self):
        """P2: in pivots and graphs."""
        forecast = self.make_past()
        forecast.action_measure()
        ((wape, bias),) = forecast.accuracy_ids._read_group(
            [("forecast_id", "=", forecast.id)], [], ["wape:avg", "bias:avg"]
        )
        # 200 + 200 + 200 of 800 + 200 + 1200
        self.assertAlmostEqual(wape, 100 * 600 / 2200)
        self.assertAlmostEqual(bias, 100 * (200 - 200 - 200) / 2200)

    def test_what_was_not_sold_at_all_is_off_by_all_of_it(self):
        """P2: of one product, and of all together; nothing expected and nothing sold is no error."""
        for age in (6, 5, 4):
            self.sell(self.months_ago(age), {self.pump: 10})
        forecast = self.make_calculated(month=self.months_ago(3), horizon=1)
        forecast.action_release()
        forecast.action_measure()
        self.assertEqual(self.rows(forecast), {(self.pump, "1"): (10.0, 0.0)})
        row = forecast.accuracy_ids
        self.assertEqual((row.wape, row.bias, row.absolute_value), (100.0, 100.0, 1000.0))
        self.assertEqual((forecast.wape, forecast.bias), (100.0, 100.0))
        self.env["sales.forecast.accuracy"]._record(
            [
                {
                    "forecast_id": forecast.id,
                    "month": self.months_ago(3),
                    "lag": "1",
                    "product_id": self.hose.id,
                    "unit_price": 10,
                }
            ]
        )
        nothing = forecast.accuracy_ids - row
        self.assertEqual((nothing.wape, nothing.bias), (0.0, 0.0))
        ((wape, bias),) = row._read_group([("id", "=", nothing.id)], [], ["wape:avg", "bias:avg"])
        self.assertEqual((wape, bias), (0.0, 0.0))

    def test_what_is_archived_was_sold_all_the_same(self):
        """P2: it counts for last year and for the error, and is not forecast any more."""
        forecast = self.make_past()
        self.sell(self.months_ago(12), {self.hose: 30, self.pump: 1})
        self.hose.active = False
        forecast.action_measure()
        self.assertEqual(self.rows(forecast)[self.hose, "1"], (0.0, 20.0))
        following = self.make_calculated(horizon=2)
        self.assertEqual(following.line_ids.product_id, self.pump)
        first = following.month_ids.sorted("month")[0]
        self.assertEqual(first.last_year_amount, 30 * 10 + 1 * 100)

    def test_the_products_of_an_error_are_for_planners(self):
        """P2: salespeople see how good a forecast was, and not what others sold."""
        forecast = self.make_past()
        forecast.action_measure()
        self.env.invalidate_all()
        theirs = self.as_user(forecast, self.sales)
        self.assertTrue(theirs.measured)
        self.assertAlmostEqual(theirs.wape, 40.0)
        accuracy = self.as_user(self.env["sales.forecast.accuracy"], self.sales)
        self.assertFalse(accuracy.search([]))
        with self.assertRefused(exception=AccessError):
            self.as_user(forecast.accuracy_ids, self.sales).read(["sold_quantity"])

    def test_it_is_measured_monthly_and_the_planner_asked_to_look(self):
        """P2: once; with a limit of the company."""
        forecast = self.make_past()
        cron = self.env.ref("sales_planning.cron_forecast_measure")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        forecast.invalidate_recordset()
        self.assertEqual(len(forecast.accuracy_ids), 3)
        self.assertEqual(forecast.activity_ids.user_id, self.planner)
        messages = forecast.message_ids
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        forecast.invalidate_recordset()
        self.assertEqual(forecast.message_ids, messages)
        self.assertEqual(len(forecast.activity_ids), 1)

    def test_small_errors_ask_nobody(self):
        """P2."""
        self.company.planning_forecast_error = 45
        forecast = self.make_past()
        with self.enter_registry_test_mode():
            self.env.ref("sales_planning.cron_forecast_measure").method_direct_trigger()
        forecast.invalidate_recordset()
        self.assertEqual(len(forecast.accuracy_ids), 3)
        self.assertFalse(forecast.activity_ids)

    def test_what_came_late_is_measured_again(self):
        """P2: on demand."""
        forecast = self.make_past()
        forecast.action_measure()
        self.sell(self.months_ago(3), {self.pump: 2})
        forecast.action_measure()
        self.assertEqual(self.rows(forecast)[self.pump, "1"], (10.0, 10.0))

    def test_months_to_come_are_not_measured(self):
        """P2."""
        self.make_history(self.pump, [4])
        forecast = self.make_calculated()
        with self.assertRefused("Released"):
            forecast.action_measure()
        forecast.action_release()
        with self.assertRefused("none of its months is over"):
            forecast.action_measure()

    def test_a_forecast_that_is_measured_stays(self):
        """P2: its first month is over."""
        forecast = self.make_past()
        with self.assertRefused("its first month is over"):
            forecast.action_reopen()

    def test_nobody_writes_errors(self):
        """P2: neither planners nor salespeople."""
        forecast = self.make_past()
        forecast.action_measure()
        for user in (self.planner, self.sales):
            with self.assertRefused(exception=AccessError):
                self.as_user(forecast.accuracy_ids, user).write({"sold_quantity": 10})

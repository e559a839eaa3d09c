from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .forecast_case import ForecastCase


@tagged("post_install", "-at_install")
class TestForecastOverride(ForecastCase):
    """P2: the planner overrides with a reason, and releases."""

    def setUp(self):
        super().setUp()
        self.make_history(self.pump, [10, 10, 10])
        self.forecast = self.make_calculated(horizon=3)
        self.line = self.lines(self.forecast, self.pump)[0]

    def test_an_override_needs_a_reason(self):
        """P2: and is logged with it."""
        with self.assertRefused("say in Reason", ValidationError):
            self.line.override_quantity = 25
        self.line.write({"override_quantity": 25, "override_reason": "A tender was won."})
        self.assertTrue(self.line.is_overridden)
        self.assertEqual((self.line.quantity, self.line.final_quantity), (10.0, 25.0))
        self.assertAlmostEqual(self.line.amount, 2500)
        log = self.forecast.message_ids[0]
        self.assertEqual(log.author_id, self.planner.partner_id)
        self.assertIn("10.00 → 25.00 A tender was won.", log.body)
        self.assertEqual(self.forecast.override_count, 1)

    def test_nothing_may_be_expected_and_an_override_taken_back(self):
        """P2: zero is a quantity."""
        self.line.write({"override_quantity": 0, "override_reason": "Phased out."})
        self.assertEqual(self.line.final_quantity, 0.0)
        self.line.is_overridden = False
        self.assertEqual((self.line.final_quantity, self.line.override_reason), (10.0, False))
        with self.assertRefused("zero or more", ValidationError):
            self.line.write({"override_quantity": -1, "override_reason": "Returns."})

    def test_calculating_again_keeps_overrides(self):
        """P2."""
        self.line.write({"override_quantity": 25, "override_reason": "A tender was won."})
        self.sell(self.months_ago(1), {self.pump: 30})
        self.forecast.action_calculate()
        lines = self.lines(self.forecast, self.pump)
        self.assertEqual(lines.mapped("final_quantity"), [25.0, 20.0, 20.0])
        self.assertEqual(lines[0].quantity, 20.0)

    def test_an_override_stays_where_it_was_entered(self):
        """P2: what is said of a product is not said of its category, nor the other way."""
        said = {"override_quantity": 25, "override_reason": "A tender was won."}
        self.pump.categ_id = self.env["product.category"].create({"name": "Pumps"})
        self.forecast.action_calculate()
        self.lines(self.forecast, self.pump)[0].write(said)
        self.forecast.action_back_to_draft()
        self.forecast.level = "category"
        self.forecast.action_calculate()
        of_category = self.forecast.line_ids
        self.assertEqual(of_category.categ_id, self.pump.categ_id)
        self.assertFalse(of_category.product_id or any(of_category.mapped("is_overridden")))
        of_category.sorted("month")[0].write({**said, "override_quantity": 70})
        self.forecast.action_calculate()
        self.assertEqual(self.forecast.line_ids.sorted("month")[0].final_quantity, 70.0)
        self.forecast.action_back_to_draft()
        self.forecast.level = "product"
        self.forecast.action_calculate()
        self.assertEqual(self.forecast.line_ids.product_id, self.pump)
        self.assertFalse(any(self.forecast.line_ids.mapped("is_overridden")))

    def test_a_month_given_by_the_context_is_its_first_day(self):
        """P2: of a forecast without one in its values."""
        forecasts = self.as_user(self.env["sales.forecast"], self.planner)
        day = self.month + relativedelta(days=16)
        forecast = forecasts.with_context(default_month=str(day)).create({})
        self.assertEqual(forecast.month, self.month)

    def test_salespeople_see_what_they_sold_themselves(self):
        """P2, X4: and what is expected; what others sold is for planners."""
        theirs = self.sell(self.months_ago(1), {self.hose: 7})
        theirs.user_id = self.sales2
        self.forecast.action_release()
        self.env.flush_all()
        report = self.env["sales.forecast.report"]
        for user, sold in (
            (self.sales, self.pump),
            (self.sales2, self.hose),
            (self.planner, self.pump | self.hose),
        ):
            with self.subTest(user.login):
                rows = self.as_user(report, user).search(
                    [("forecast_id", "in", (False, self.forecast.id))]
                )
                self.assertEqual(rows.filtered(lambda row: row.kind == "sold").product_id, sold)
                expected = rows.filtered(lambda row: row.kind == "expected")
                self.assertEqual(expected.product_id, self.pump)

    def test_a_released_forecast_is_not_changed(self):
        """P2: until it is reopened."""
        self.forecast.action_release()
        self.assertEqual(
            (self.forecast.state, self.forecast.released_by_id), ("released", self.planner)
        )
        with self.assertRefused("before the release"):
            self.line.write({"override_quantity": 25, "override_reason": "Too late."})
        with self.assertRefused("Released"):
            self.forecast.action_calculate()
        with self.assertRefused("Archive it", UserError):
            self.forecast.unlink()
        self.forecast.action_reopen()
        self.line.write({"override_quantity": 25, "override_reason": "In time."})
        self.assertEqual(self.line.final_quantity, 25.0)

    def test_one_forecast_of_a_month_is_released(self):
        """P2: by product and by category beside each other."""
        self.forecast.action_release()
        second = self.make_calculated(horizon=3)
        with self.assertRefused("another forecast of this month was released"):
            second.action_release()
        self.make_calculated(level="category").action_release()
        self.forecast.action_reopen()
        second.action_release()
        self.assertEqual(second.state, "released")

    def test_salespeople_override_nothing(self):
        """P2."""
        with self.assertRefused(exception=AccessError):
            self.as_user(self.line, self.sales).write(
                {"override_quantity": 25, "override_reason": "I hope so."}
            )

    def test_others_plan_by_what_was_released(self):
        """P2, P3: the newest month of issue says what counts."""
        end = self.month + relativedelta(months=2, days=20)
        Forecast = self.env["sales.forecast"]
        ask = (self.company, self.pump.ids, self.month, end)
        self.assertEqual(Forecast._expected(*ask), {})
        self.line.write({"override_quantity": 25, "override_reason": "A tender was won."})
        self.forecast.action_release()
        months = [self.month + relativedelta(months=number) for number in range(3)]
        place = [(self.pump.id, month) for month in months]
        self.assertEqual(Forecast._expected(*ask), {place[0]: 25.0, place[1]: 10.0, place[2]: 10.0})
        self.sell(self.months_ago(1), {self.pump: 30})
        later = self.make_calculated(month=months[1], horizon=2)
        later.action_release()
        self.assertEqual(Forecast._expected(*ask), {place[0]: 25.0, place[1]: 20.0, place[2]: 20.0})
        self.assertEqual(Forecast._expected(self.company, self.hose.ids, self.month, end), {})

    def test_sold_and_expected_stand_in_one_chart(self):
        """P2: each month of the past and of the future once."""
        self.forecast.action_release()
        Report = self.as_user(self.env["sales.forecast.report"], self.sales)
        rows = Report._read_group(
            [("product_id", "=", self.pump.id), ("current", "=", True)],
            ["kind", "month:month"],
            ["quantity:sum", "amount:sum"],
        )
        self.assertEqual(
            sorted(rows),
            sorted(
                [
                    *(("sold", self.months_ago(age), 10.0, 1000.0) for age in (3, 2, 1)),
                    *(
                        ("expected", self.month + relativedelta(months=n), 10.0, 1000.0)
                        for n in range(3)
                    ),
                ]
            ),
        )

from odoo.tests import BaseCase, tagged

from odoo.addons.sales_planning import forecasting

YEAR = [14, 8, 18, 20, 24, 28, 30, 29, 25, 22, 20, 17]


@tagged("post_install", "-at_install")
class TestForecastMethods(BaseCase):
    """P2: series whose answer follows from reasoning."""

    def test_a_year_that_repeats_is_forecast_without_error(self):
        answer = forecasting.forecast(YEAR * 3, 12)
        self.assertEqual(answer.method, "seasonal_naive")
        self.assertEqual(answer.quantities, YEAR)
        self.assertEqual((answer.wape, answer.bias), (0.0, 0.0))
        self.assertFalse(answer.too_few)

    def test_a_season_may_begin_in_any_month(self):
        """The first month forecast is the one after the last sold."""
        answer = forecasting.forecast((YEAR * 3)[:31], 5)
        self.assertEqual(answer.quantities, YEAR[7:])

    def test_thirteen_months_suffice_for_a_season(self):
        """The thirteenth repeats the first, and nothing else does."""
        answer = forecasting.forecast([*YEAR, YEAR[0]], 2)
        self.assertEqual(answer.method, "seasonal_naive")
        self.assertEqual(answer.quantities, YEAR[1:3])
        self.assertTrue(forecasting.forecast(YEAR, 2).too_few)

    def test_what_is_always_the_same_stays_so_by_the_simplest_method(self):
        """Every method is without error: a tie."""
        answer = forecasting.forecast([7] * 36, 6)
        self.assertEqual(answer.method, "moving_average")
        self.assertEqual(answer.quantities, [7.0] * 6)
        self.assertEqual(answer.wape, 0.0)

    def test_a_trend_goes_on(self):
        """Ten more each month: the average of three months lags by 20, a year before by 120."""
        series = [10 * number for number in range(1, 37)]
        answer = forecasting.forecast(series, 3)
        self.assertIn(answer.method, ("trend", "trend_season"))
        self.assertAlmostEqual(answer.errors["moving_average"], 6 * 20)
        self.assertAlmostEqual(answer.errors["seasonal_naive"], 6 * 120)
        for number, quantity in enumerate(answer.quantities, 37):
            self.assertAlmostEqual(quantity, 10 * number, delta=2)

    def test_a_trend_with_a_season_needs_both(self):
        """A year before is too low by 12 x 2 each month."""
        series = [100 + 2 * number + 3 * YEAR[number % 12] for number in range(48)]
        answer = forecasting.forecast(series, 12)
        self.assertEqual(answer.method, "trend_season")
        self.assertAlmostEqual(answer.errors["seasonal_naive"], 6 * 24)
        for number, quantity in enumerate(answer.quantities, 48):
            wanted = 100 + 2 * number + 3 * YEAR[number % 12]
            self.assertAlmostEqual(quantity, wanted, delta=0.03 * wanted)

    def test_three_months_are_averaged(self):
        answer = forecasting.forecast([3, 4, 8], 2)
        self.assertEqual((answer.method, answer.months), ("average", 3))
        self.assertEqual(answer.quantities, [5.0, 5.0])
        self.assertIsNone(answer.wape)
        self.assertTrue(answer.too_few)

    def test_five_months_are_averaged_over_the_last_three(self):
        answer = forecasting.forecast([100, 1, 2, 3, 7], 1)
        self.assertEqual(answer.method, "moving_average")
        self.assertEqual(answer.quantities, [4.0])
        # tried on the last two: (100 + 1 + 2) / 3 instead of 3, then (1 + 2 + 3) / 3 instead of 7
        self.assertEqual(answer.tried_months, 2)
        self.assertAlmostEqual(answer.wape, (103 / 3 - 3 + 5) / 10)
        self.assertAlmostEqual(answer.bias, (103 / 3 - 3 - 5) / 10)

    def test_nothing_sold_is_nothing_expected(self):
        for series in ([], [0] * 36):
            answer = forecasting.forecast(series, 3)
            self.assertEqual((answer.method, answer.months), ("zero", 0))
            self.assertEqual(answer.quantities, [0.0] * 3)

    def test_months_before_the_first_sale_are_not_history(self):
        answer = forecasting.forecast([0] * 33 + [3, 4, 8], 1)
        self.assertEqual((answer.method, answer.months), ("average", 3))

    def test_what_is_rarely_sold_is_averaged_over_a_year(self):
        """One in every four months: a quarter of one each month."""
        answer = forecasting.forecast([4, 0, 0, 0] * 6, 2)
        self.assertTrue(answer.intermittent)
        self.assertEqual(answer.method, "moving_average")
        self.assertEqual(answer.quantities, [1.0, 1.0])

    def test_returns_never_make_a_forecast_negative(self):
        answer = forecasting.forecast([9, -30, 6, -12, 3, 6, -1], 4)
        self.assertGreaterEqual(min(answer.quantities), 0)
        falling = forecasting.forecast([100 - 10 * number for number in range(10)], 12)
        self.assertGreaterEqual(min(falling.quantities), 0)

    def test_half_the_working_days_sell_half(self):
        """Two a working day, always: a month of eleven days with a festival sells 22."""
        days = [22, 20, 11, 22, 21, 23, 22, 20]
        answer = forecasting.forecast([2 * day for day in days], 3, [*days, 11, 22, 20])
        self.assertEqual(answer.wape, 0.0)
        self.assertEqual(answer.quantities, [22.0, 44.0, 40.0])

    def test_the_spring_festival_moves_between_months(self):
        """2025 its days lay in January and February, 2026 only in February."""
        self.assertLess(
            forecasting.work_days("CN", 2025, 1), forecasting.work_days("CN", 2026, 1) + 1
        )
        self.assertLess(forecasting.work_days("CN", 2026, 2), forecasting.work_days("CN", 2025, 2))
        # 28 days, 8 of a weekend, 9 days of the festival of which 4 at weekends, 2 worked instead
        self.assertEqual(forecasting.work_days("CN", 2026, 2), 28 - 8 - 6 + 2)
        self.assertIsNone(forecasting.work_days("DE", 2026, 2))
        self.assertIsNone(forecasting.work_days("", 2026, 2))

    def test_the_same_series_has_always_the_same_forecast(self):
        series = [100 + 7 * number % 31 + 3 * YEAR[number % 12] for number in range(36)]
        self.assertEqual(forecasting.forecast(series, 12), forecasting.forecast(series, 12))

    def test_errors_are_measured_by_what_was_sold(self):
        """Off by 2 and 4 of 20; 2 too few together."""
        wape, bias = forecasting.measure([8, 10 + 4 - 0], [10, 10])
        self.assertAlmostEqual(wape, 6 / 20)
        self.assertAlmostEqual(bias, 2 / 20)
        self.assertEqual(forecasting.measure([3], [0]), (None, None))

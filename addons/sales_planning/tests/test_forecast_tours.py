from odoo.tests import HttpCase, tagged

from .forecast_case import ForecastCase


class ForecastTours(HttpCase, ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.planner | cls.sales).lang = "zh_CN"

    def walk(self, tour, path, user):
        self.env.flush_all()
        self.start_tour(path, tour, login=user.login)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestForecastTours(ForecastTours):
    """P2: in the browser."""

    browser_size = "1366x768"

    def test_the_planner_makes_overrides_and_releases_a_forecast(self):
        """P2: from nothing to released."""
        self.make_history(self.pump, [10, 10, 10])
        self.walk("forecast_planner", "/odoo/sales-forecasts", self.planner)
        forecast = self.env["sales.forecast"].search([("user_id", "=", self.planner.id)])
        self.assertEqual(forecast.state, "released")
        overridden = forecast.line_ids.filtered("is_overridden")
        self.assertEqual(
            (overridden.final_quantity, overridden.override_reason), (25.0, "中标一个项目")
        )

    def test_every_view_opens_for_a_salesperson(self):
        """P2, X6: who reads only."""
        self.make_history(self.pump, [10, 10, 10])
        self.make_calculated().action_release()
        self.walk("forecast_views", "/odoo", self.sales)


@tagged("post_install", "-at_install")
class TestForecastPhoneTours(ForecastTours):
    """P2: at the phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_salesperson_reads_what_is_expected(self):
        """P2."""
        self.make_history(self.pump, [10, 10, 10])
        self.make_calculated(horizon=2).action_release()
        self.walk("forecast_phone", "/odoo/expected-sales", self.sales)

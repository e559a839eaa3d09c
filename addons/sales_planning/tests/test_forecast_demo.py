from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestForecastDemo(TransactionCase):
    """X5: forecasts in every state, made by the planner of three years of sales."""

    def demo(self, name):
        return self.env.ref(f"sales_planning.demo_{name}")

    def test_a_forecast_stands_in_every_state(self):
        """P2, X5."""
        for name in ("draft", "calculated", "released"):
            self.assertEqual(self.demo(f"forecast_{name}").state, name)
        released = self.demo("forecast_released")
        self.assertEqual(set(released.accuracy_ids.mapped("lag")), {"1", "3"})

    def test_the_kinds_of_sales_have_their_methods(self):
        """P2: with a season, rarely, newly, never sold."""
        lines = self.demo("forecast_calculated").line_ids
        methods = {
            name: line
            for line in lines
            for name in ("season", "rare", "new", "unsold")
            if line.product_id == self.demo(f"product_{name}")
        }
        self.assertIn(methods["season"].method, ("seasonal_naive", "trend_season"))
        self.assertTrue(methods["rare"].intermittent)
        self.assertTrue(methods["new"].too_few)
        self.assertEqual(methods["unsold"].method, "zero")
        self.assertTrue(lines.filtered("is_overridden"))
        self.assertTrue(lines.filtered("opportunity_quantity"))

    def test_loading_again_changes_nothing(self):
        """X1, X5."""
        before = self.env["sales.forecast"].search_count([])
        self.env["sale.order.flow.demo"]._load_forecast()
        self.assertEqual(self.env["sales.forecast"].search_count([]), before)

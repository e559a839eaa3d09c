from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from .planning_case import PlanningCase


class ForecastCase(PlanningCase):
    """A company whose sales of the last months are known; nothing else was ever sold in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.forecast"].with_context(active_test=False).search(
            [("company_id", "=", cls.company.id), ("state", "=", "released")]
        )._stamp({"state": "calculated"})
        # sales are entered as they were before the order flow
        cls.company.order_flow_enabled = False
        cls.env["approval.chain"].search([("model", "=", "sale.order")]).active = False
        cls.month = cls.today.replace(day=1)
        # months are compared by working days only where a test says so
        cls.company.country_id = cls.env.ref("base.de")
        # whatever the demo company sold, these are the test's own
        cls.env["product.product"].search(
            [("id", "not in", (cls.pump + cls.hose).ids)]
        ).sale_ok = False

    def months_ago(self, months):
        return self.month - relativedelta(months=months)

    def sell(self, month, quantities, day=15, hour=4, **values):
        """A confirmed order of that month, as old ones are: from before the order flow."""
        order = self.make_order(quantities, **values)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        order.sudo().date_order = datetime.combine(month.replace(day=day), time(hour))
        return order

    def make_history(self, product, quantities):
        """What was sold in the last months, the newest last."""
        months = [self.months_ago(age) for age in range(len(quantities), 0, -1)]
        for month, quantity in zip(months, quantities, strict=True):
            if quantity:
                self.sell(month, {product: quantity})

    def make_forecast(self, user=None, **values):
        return self.as_user(self.env["sales.forecast"], user or self.planner).create(
            {"month": self.month, **values}
        )

    def make_calculated(self, **values):
        forecast = self.make_forecast(**values)
        forecast.action_calculate()
        return forecast

    def lines(self, forecast, product=None):
        return forecast.line_ids.filtered(
            lambda line: not product or line.product_id == product
        ).sorted("month")

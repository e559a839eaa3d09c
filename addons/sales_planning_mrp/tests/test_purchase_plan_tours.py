from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .purchase_plan_case import PurchasePlanCase


@tagged("post_install", "-at_install")
class TestPurchasePlanTours(HttpCase, PurchasePlanCase):
    """P5, P6: planner, VP of production and purchaser in the browser, in Chinese."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.dispatch | cls.vp_production | cls.buyer).lang = "zh_CN"
        cls.part = cls.make_part("Tour Part", {"price": 5, "delay": 2}, list_price=20)

    def walk(self, tour, path, user):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", tour, login=user.login)
        self.env.invalidate_all()

    def test_from_the_plan_to_the_order(self):
        """P5: calculated, approved, handed over and ordered, each by whose turn it is."""
        self.promise({self.part: 3}, self.monday)
        plan = self.make_plan(calculate=False)
        path = f"purchase-plans/{plan.id}"
        self.walk("purchase_plan_calculate", path, self.dispatch)
        self.only(plan, self.part)
        self.walk("purchase_plan_approve", path, self.vp_production)
        self.assertEqual(plan.approved_by_id, self.vp_production)
        self.walk("purchase_plan_hand_over", path, self.dispatch)
        self.walk("purchase_plan_order", "purchase-plan-lines", self.buyer)
        self.assertEqual(self.lines_of(plan, self.part).step, "ordered")
        purchase = self.lines_of(plan, self.part).sudo().purchase_line_ids
        purchase.date_planned = self.noon(self.monday + timedelta(days=2))
        self.env["plan.exception"]._watch(self.company)
        late = self.env["plan.exception"].search([("key", "=", f"purchase:{purchase.id}")])
        self.walk("plan_progress_open", "plan-progress", self.vp_production)
        self.walk("plan_exception_handle", f"plan-exceptions/{late.id}", self.vp_production)
        self.assertEqual((late.state, late.decision), ("handled", "改空运，后天到货。"))

    def test_every_view_opens(self):
        """X6: for the planner."""
        self.promise({self.part: 3}, self.monday)
        self.make_plan()
        for path in ("purchase-plans", "purchase-plan-lines", "plan-progress", "plan-exceptions"):
            with self.subTest(path):
                tour = f"planning_views_{path.replace('-', '_')}"
                self.walk(tour, path, self.dispatch)

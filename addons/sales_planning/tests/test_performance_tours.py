from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .performance_case import PerformanceCase


class PerformanceTours(HttpCase, PerformanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.sales, cls.manager, cls.vp, cls.planner):
            user.lang = "zh_CN"
        cls.scheme.criterion_ids = [
            Command.clear(),
            Command.create({"name": "巡游达成", "kind": "attainment", "percent": 60}),
            Command.create({"name": "巡游态度", "kind": "manual", "percent": 40}),
        ]

    def walk(self, tour, record, user):
        self.env.flush_all()
        self.start_tour(f"/odoo/{record._name}/{record.id}", tour, login=user.login)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPerformanceTours(PerformanceTours):
    """P7, P11: a review in the browser, each step by whose turn it is."""

    browser_size = "1366x768"

    def test_assessed_scored_and_approved(self):
        """P7: 60 % of 100 points and 40 % of 70 are 88."""
        self.env["approval.chain"].create(
            {
                "name": "Reviews",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("performance.review"),
                "operation": "review",
                "step_ids": [
                    Command.create({"name": "VP", "approver": "user", "user_ids": self.vp.ids})
                ],
            }
        )
        self.targets[self.sales] = 1000
        self.pay(self.make_invoice(self.make_sale(1000)), 1000)
        review = self.make_review()
        review.action_start()
        self.walk("performance_self", review, self.sales)
        line = self.line(review, "manual")
        self.assertEqual((line.self_points, line.self_remark), (95, "本月无投诉。"))
        self.walk("performance_score", review, self.manager)
        self.assertEqual((review.state, review.score), ("submitted", 88))
        self.walk("performance_approve", review, self.vp)
        self.assertEqual((review.state, review.commission_total), ("approved", 12))

    def test_an_owner_works_on_an_improvement(self):
        """P11: from the activity to done."""
        action = self.as_user(self.env["improvement.action"], self.manager).create(
            {
                "name": "巡游培训",
                "owner_id": self.sales.id,
                "due_date": self.today + timedelta(days=9),
            }
        )
        self.walk("improvement_work", action, self.sales)
        self.assertEqual((action.state, action.result), ("done", "周一已培训全组。"))

    def test_every_view_opens(self):
        """X6: for the planner."""
        self.env.flush_all()
        self.start_tour("/odoo", "performance_views", login=self.planner.login)

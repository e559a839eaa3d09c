from odoo.tests import HttpCase, tagged

from .marketing_case import MarketingCase


class MarketingTours(HttpCase, MarketingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.planner, cls.sales, cls.sales2, cls.salesmgr, cls.vp):
            user.lang = "zh_CN"

    def walk(self, tour, user, record=None, path=None):
        self.env.flush_all()
        path = path or f"/odoo/{record._name}/{record.id}"
        self.start_tour(path, tour, login=user.login)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestMarketingTours(MarketingTours):
    """P8, P9: marketing work and visits in the browser, each by whose work it is."""

    browser_size = "1366x768"

    def test_advertising_is_planned(self):
        """P8: by the planner, from an empty page."""
        self.walk("marketing_plan", self.planner, path="/odoo/marketing-work")
        work = self.env["marketing.work"].search([("title", "=", "巡游推广")])
        self.assertEqual((work.state, work.budget, work.user_id), ("draft", 800, self.planner))

    def test_advertising_is_approved_and_run(self):
        """P8: submitted by the planner, approved by sales manager and VP, run to its result."""
        self.make_chain()
        work = self.make_work(self.planner)
        self.walk("marketing_submit", self.planner, work)
        self.decide_work(work, self.salesmgr)
        self.walk("marketing_approve", self.vp, work)
        self.walk("marketing_run", self.planner, work)
        self.assertEqual(work.state, "done")
        self.assertIn("32", work.result)

    def test_a_salesperson_reports_a_visit(self):
        """P9: with what was agreed."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "user_id": self.sales.id,
                "company_id": self.company.id,
            }
        )
        visit = self.as_user(lead, self.sales).activity_schedule(
            "sales_planning.activity_type_visit", user_id=self.sales.id
        )
        self.walk("development_visit", self.sales, lead)
        self.assertEqual((visit.active, visit.feedback), (False, "客户认可方案，下周报价。"))

    def test_every_view_opens(self):
        """X6: for planner and salesperson."""
        for user in (self.planner, self.sales):
            self.walk("marketing_views", user, path="/odoo")

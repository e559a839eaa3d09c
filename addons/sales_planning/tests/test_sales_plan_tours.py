from datetime import datetime

from odoo import Command
from odoo.tests import HttpCase, tagged

from .plan_case import PlanCase


class SalesPlanTours(HttpCase, PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = "巡游公司"
        cls.team.name = "巡游大客户"
        cls.sales.name = "巡游销售"
        (cls.planner | cls.sales).lang = "zh_CN"


@tagged("post_install", "-at_install")
class TestSalesPlanTours(SalesPlanTours):
    """P1: the grid in the browser."""

    browser_size = "1366x768"

    def test_a_planner_types_pastes_and_submits(self):
        """P1: with the keyboard; the president decides on it."""
        chain = self.env["approval.chain"].create(
            {
                "name": "Plans",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("sales.plan"),
                "operation": "plan",
                "step_ids": [
                    Command.create(
                        {"name": "President", "approver": "user", "user_ids": self.president.ids}
                    )
                ],
            }
        )
        self.assertTrue(chain.active)
        plan = self.make_plan()
        team, rest = self.divide(plan, plan.target_ids, "team", self.team)
        self.env.flush_all()
        self.start_tour(f"/odoo/sales.plan/{plan.id}", "sales_plan_type", login=self.planner.login)
        self.env.invalidate_all()
        self.assertEqual(plan.approval_state, "pending")
        self.assertEqual((plan.amount_total, team.amount_total, rest.amount_total), (500, 300, 200))

    def test_a_salesperson_opens_the_own_targets(self):
        """P1: and the orders behind last year's figure; not those of the company."""
        order = self.make_confirmed({self.pump: 2})
        self.env["sale.order"].browse(order.id).write(
            {"date_order": datetime(self.year - 1, 1, 10, 4), "team_id": self.team.id}
        )
        self.make_plan_in_force()
        self.env.flush_all()
        self.start_tour("/odoo/sales-plans", "sales_plan_own", login=self.sales.login)

    def test_every_view_opens(self):
        """X6: for the planner."""
        self.make_plan_in_force()
        self.env.flush_all()
        self.start_tour("/odoo", "sales_plan_views", login=self.planner.login)


@tagged("post_install", "-at_install")
class TestSalesPlanPhoneTours(SalesPlanTours):
    """P1: the grid at the phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_planner_corrects_a_figure(self):
        """P1: by a tap."""
        plan = self.make_plan()
        self.env.flush_all()
        self.start_tour(f"/odoo/sales.plan/{plan.id}", "sales_plan_phone", login=self.planner.login)
        self.env.invalidate_all()
        self.assertEqual(plan.amount_total, 70)

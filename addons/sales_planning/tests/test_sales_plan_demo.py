from odoo.tests import tagged

from .planning_case import PlanningCase


@tagged("post_install", "-at_install")
class TestSalesPlanDemo(PlanningCase):
    """P1: the demo company shows plans in their states, as its people made them."""

    def test_plans_stand_in_their_states(self):
        """P1: in force, revised, in approval, planned, given up; what is decided on agrees."""
        plans = self.env["sales.plan"].search([("company_id", "=", self.company.id)])
        self.assertGreaterEqual(
            {(plan.state, plan.approval_state) for plan in plans},
            {
                ("approved", "executed"),
                ("draft", False),
                ("draft", "pending"),
                ("cancelled", False),
            },
        )
        in_force = plans.filtered(lambda plan: plan.state == "approved")
        self.assertFalse(in_force._sum_problems())
        targets = in_force._person_target(
            self.sales | self.sales2, in_force.date_from, in_force.date_to
        )
        self.assertTrue(all(amount > 0 for amount, _quantity in targets.values()))

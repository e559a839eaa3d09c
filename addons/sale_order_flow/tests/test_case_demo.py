from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestCaseDemo(OrderFlowCase):
    """X5: cases in every stage, of every kind, made by the people of the demo company."""

    def demo_cases(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "sale_order_flow"), ("name", "=like", "demo_case_%")]
        )
        return self.env["order.case"].browse(data.mapped("res_id"))

    def test_a_case_stands_in_every_stage_and_customers_have_answered(self):
        """F19, F22, X5: happy and unhappy, with the follow-up."""
        cases = self.demo_cases()
        self.assertEqual(
            set(cases.mapped("state")), {"new", "progress", "waiting", "done", "cancelled"}
        )
        self.assertEqual(set(cases.mapped("kind")), {"complaint", "technical", "advertising"})
        self.assertLessEqual({"pending", "executed"}, set(cases.mapped("approval_state")))
        answered = cases.satisfaction_ids.filtered("answered_at")
        self.assertEqual(sorted(answered.mapped("score")), [1, 5])
        self.assertEqual(answered.follow_up_id.source, "survey")

    def test_loading_again_changes_nothing(self):
        """X5: the demo data may be loaded twice."""
        before = self.env["order.case"].search_count([])
        self.env["sale.order.flow.demo"].with_context(
            allowed_company_ids=self.company.ids
        )._load_cases()
        self.assertEqual(self.env["order.case"].search_count([]), before)

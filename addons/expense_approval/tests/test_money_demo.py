from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMoneyDemo(TransactionCase):
    """X5: advances, budgets and fund requests of the demo company, made by its people."""

    def of_demo_company(self, model):
        company = self.env.ref("approval_chain.demo_company")
        return self.env[model].search([("company_id", "=", company.id)])

    def test_advances_stand_in_every_stage(self):
        """X5, E9: from the draft to the settled one."""
        stages = set(self.of_demo_company("expense.advance").mapped("stage"))
        self.assertLessEqual(
            {"draft", "submitted", "returned", "approved", "paid", "partly", "settled"}, stages
        )
        self.assertTrue(self.env.ref("expense_approval.demo_advance_overdue").is_overdue)
        offset = self.env.ref("expense_approval.demo_advance_offset")
        self.assertEqual((offset.offset_amount, offset.open_amount), (1640, 360))

    def test_fund_requests_and_budgets_show_figures(self):
        """X5, E10, E11: a plan half carried out, a budget of which something is spent."""
        self.assertLessEqual(
            {"draft", "submitted", "returned", "approved", "partly", "done"},
            set(self.of_demo_company("fund.request").mapped("stage")),
        )
        budget = self.env.ref("expense_approval.demo_budget_sales")
        self.assertTrue(budget.spent > 0 and budget.pending > 0 and budget.committed > 0)
        self.assertEqual(
            budget.free, budget.amount - budget.spent - budget.pending - budget.committed
        )

from odoo import Command, fields
from odoo.tests import tagged

from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestMoneyTours(TourCase):
    """E5, E8-E11: what each person does at the desk, in the demo company and in Chinese."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        admin = self.env.ref("base.user_admin")
        admin.write(
            {
                "company_ids": [Command.link(self.company.id)],
                "company_id": self.company.id,
                "lang": "zh_CN",
            }
        )

    def newest(self, model):
        return self.env[model].search(
            [("company_id", "=", self.company.id)], order="id desc", limit=1
        )

    def test_administrator_makes_a_standard(self):
        """E5: in the list of the standards."""
        category = self.env.ref("expense_approval.demo_product_other").copy({"name": "巡演类别"})
        self.walk("expense_approval_standard", "admin")
        standard = self.newest("expense.standard")
        self.assertEqual((standard.product_id, standard.amount), (category, 260))

    def test_claimant_types_an_invoice_and_a_duplicate_is_refused(self):
        """E8: the number that another claim holds is refused, the corrected one is registered."""
        expense = self.claim.expense_ids[:1].copy({"name": "巡演发票费用"})
        self.walk("expense_approval_invoice", "sales")
        self.assertEqual(expense.tax_invoice_ids.mapped("number"), ["26112000000099990009"])

    def test_advance_is_asked_for_approved_paid_and_offset(self):
        """E9: by four people, one after the other."""
        self.walk("expense_approval_advance_ask", "sales")
        advance = self.newest("expense.advance")
        self.assertEqual((advance.amount, advance.stage), (600, "submitted"))
        self.walk("expense_approval_advance_approve", "salesmgr")
        self.walk("expense_approval_advance_approve", "finance")
        self.assertEqual(advance.stage, "approved")
        self.walk("expense_approval_advance_pay", "finance")
        self.assertEqual((advance.stage, advance.open_amount), ("paid", 600))
        others = self.env["expense.advance"].search(
            [("user_id", "=", advance.user_id.id), ("id", "!=", advance.id)]
        )
        self.assertTrue(others)
        self.walk("expense_approval_advance_offset", "sales")
        self.assertEqual(self.claim.to_pay_amount, 0)
        self.assertEqual(sum(self.claim.allocation_ids.mapped("amount")), 36)

    def test_budget_is_entered_and_its_figures_open_their_documents(self):
        """E10: from the list to the claim that spends it, and from the analysis to its lines."""
        self.walk("expense_approval_budget", "admin")
        budget = self.newest("expense.budget")
        self.assertEqual((budget.amount, budget.date_to), (5000, fields.Date.to_date("2031-12-31")))
        self.walk("expense_approval_budget_report", "finance")

    def test_an_instalment_of_a_fund_request_is_paid(self):
        """E11: finance prepares the payment, the accountant posts it."""
        request = self.env.ref("expense_approval.demo_fund_approved")
        self.walk("expense_approval_fund", "finance")
        self.assertEqual((request.stage, request.actual_amount), ("partly", 45000))

from odoo import Command, fields
from odoo.tests import HttpCase, tagged


class TourCase(HttpCase):
    """A claim of the demo salesperson, walked in the browser in Chinese."""

    def setUp(self):
        super().setUp()
        self.company = self.env.ref("approval_chain.demo_company")
        sales = self.env.ref("approval_chain.demo_user_sales")
        env = self.env(user=sales, context={"allowed_company_ids": self.company.ids})
        expenses = env["hr.expense"].create(
            [
                {
                    "name": name,
                    "product_id": self.env.ref("expense_approval.demo_product_travel").id,
                    "employee_id": self.env.ref("approval_chain.demo_employee_sales").id,
                    "date": fields.Date.today(),
                    "total_amount_currency": amount,
                }
                for name, amount in (("打车", 30), ("地铁", 6))
            ]
        )
        self.claim = env["reimbursement.claim"].create(
            {"purpose": "巡演报销", "expense_ids": [Command.set(expenses.ids)]}
        )

    def walk(self, tour, login):
        self.start_tour("/odoo", tour, login=login)
        self.env.invalidate_all()

    def decide(self, login, verb, **answer):
        request = self.claim.sudo().approval_request_id
        request = request.with_user(self.env.ref(f"approval_chain.demo_user_{login}"))
        request.action_decide(verb, "同意。", **answer)


@tagged("post_install", "-at_install")
class TestPhoneTour(TourCase):
    """E1: the claimant at the phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_claimant_photographs_and_claims_at_the_phone(self):
        """E1: a picture becomes an expense, open expenses a claim, the claim is submitted."""
        claims = self.env["reimbursement.claim"].search([])
        self.walk("expense_approval_capture", "sales")
        self.walk("expense_approval_group", "sales")
        claim = self.env["reimbursement.claim"].search([]) - claims
        self.assertEqual((claim.purpose, claim.state), ("巡演手机报销", "submitted"))
        receipt = claim.expense_ids.filtered(lambda expense: expense.name == "巡演票据")
        self.assertEqual((receipt.total_amount_currency, receipt.nb_attachment), (128, 1))

    def test_claimant_submits_at_the_phone(self):
        """E1: from the own claims, with a thumb."""
        self.walk("expense_approval_claimant", "sales")
        self.assertEqual(self.claim.state, "submitted")

    def test_claimant_is_told_to_bring_the_originals(self):
        """E4, D15 17: what to do now, and to whom."""
        self.claim.action_approval_submit()
        self.decide("salesmgr", "approve")
        self.decide("head", "approve")
        self.walk("expense_approval_bring_originals", "sales")
        self.assertFalse(self.claim.originals_received_at)


@tagged("post_install", "-at_install")
class TestDeskTours(TourCase):
    """E2, E5, E7: manager and finance at the desk."""

    browser_size = "1366x768"

    def test_manager_returns_with_a_marked_line(self):
        """E2, D15 14."""
        self.claim.action_approval_submit()
        self.walk("expense_approval_manager", "salesmgr")
        self.assertEqual(self.claim.state, "returned")
        self.assertEqual(self.claim.expense_ids.filtered("correction").correction, "发票为 20 元。")

    def test_finance_receives_lowers_and_posts(self):
        """E4, E5, E7, D15 18-22."""
        self.claim.action_approval_submit()
        self.decide("salesmgr", "approve")
        self.decide("head", "approve")
        self.walk("expense_approval_finance", "finance")
        self.assertTrue(self.claim.originals_received_at)
        self.assertIn(True, self.claim.expense_ids.mapped("is_lowered"))
        steps = self.claim.sudo().approval_request_id.step_ids
        open_step = steps.filtered(lambda step: step.state == "open")
        self.decide("finance", "approve", checked=[row["name"] for row in open_step.checklist])
        self.walk("expense_approval_pay", "finance")
        self.assertEqual(self.claim.stage, "paid")

    def test_finance_returns_what_it_re_checks_with_a_marked_line(self):
        """E5, D15 19: it is with the claimant, made again from the start."""
        self.claim.action_approval_submit()
        self.decide("salesmgr", "approve")
        self.decide("head", "approve")
        self.decide("finance", "handle")
        self.walk("expense_approval_finance_returns", "finance")
        self.assertEqual(self.claim.state, "returned")
        marked = self.claim.expense_ids.filtered("correction")
        self.assertEqual(marked.correction, "缺少行程单。")

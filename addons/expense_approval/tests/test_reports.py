from ast import literal_eval

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ExpenseCase

REPORTS = (
    "action_claim_analysis",
    "action_expense_analysis",
    "action_expense_waiting",
    "action_over_standard",
    "action_advance_balance",
    "action_budget_report",
    "action_fund_plan",
)


@tagged("post_install", "-at_install")
class TestReports(ExpenseCase):
    """Reports of finance: each figure is summed from documents that can be opened."""

    def of_finance(self, model):
        return self.as_user(self.env[model], self.finance)

    def test_finance_sees_what_was_claimed_by_category(self):
        """E5: by category, department, person and month; expenses without a claim are no claim."""
        claim = self.make_claim(
            expenses=self.make_expense(100) | self.make_expense(30, product=self.dinner)
        )
        self.approve_to(claim, "finance")
        self.as_user(claim.expense_ids[:1], self.finance).action_sanction(80, "No receipt for 20.")
        self.make_expense(7)
        action = self.env.ref("expense_approval.action_expense_analysis")
        rows = self.of_finance("hr.expense")._read_group(
            [*literal_eval(action.domain), ("company_id", "=", self.company.id)],
            ["product_id"],
            ["total_amount:sum", "payable_amount:sum"],
        )
        sums = {product: tuple(amounts) for product, *amounts in rows}
        self.assertEqual(sums, {self.travel: (100, 80), self.dinner: (30, 30)})

    def test_finance_sees_where_claims_wait_and_opens_them(self):
        """A14: by step, open and answered; the row opens the claim."""
        claim = self.make_claim(100)
        self.submit(claim)
        self.decide(claim, self.manager)
        self.env.flush_all()
        rows = self.of_finance("approval.statistics").search(
            [("res_model", "=", "reimbursement.claim"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(rows.person_id, self.manager | self.leader)
        self.assertEqual(rows.filtered("is_open").person_id, self.leader)
        action = rows[:1].action_open_expense_document()
        self.assertEqual((action["res_model"], action["res_id"]), (claim._name, claim.id))

    def test_waiting_times_of_other_documents_stay_with_administrators(self):
        """A14: finance reads those of reimbursement only, a claimant none, an administrator all."""
        ours, other = self.make_claim(100), self.make_claim(200)
        self.submit(ours)
        self.submit(other)
        request, foreign = self.request_of(ours), self.request_of(other)
        self.env.flush_all()
        # a request of a kind that no addon at hand brings along
        self.env.cr.execute(
            "UPDATE approval_request SET res_model = 'another.document' WHERE id = %s", [foreign.id]
        )
        self.env.invalidate_all()
        both = [("request_id", "in", (request | foreign).ids)]
        rows = self.of_finance("approval.statistics").search(both)
        self.assertEqual(rows.mapped("res_model"), ["reimbursement.claim"])
        with self.assertRaises(AccessError):
            self.as_user(self.env["approval.statistics"], self.claimant).search(both)
        self.finance.group_ids += self.env.ref("approval_chain.group_approval_manager")
        rows = self.of_finance("approval.statistics").search(both)
        self.assertEqual(set(rows.mapped("res_model")), {"reimbursement.claim", "another.document"})

    def test_every_report_has_help_and_views_finance_can_load(self):
        """Reports: pivot or graph first, list to open documents, a help for the empty page."""
        for name in REPORTS:
            action = self.env.ref(f"expense_approval.{name}")
            modes = action.view_mode.split(",")
            self.assertIn(modes[0], ("pivot", "graph"), name)
            self.assertIn("list", modes, name)
            self.assertTrue(action.help, name)
            views = [(view, mode) for view, mode in action.views] + [(False, "search")]
            loaded = self.of_finance(action.res_model).get_views(views)["views"]
            self.assertLessEqual(set(modes), set(loaded), name)

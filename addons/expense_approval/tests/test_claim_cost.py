from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimCost(ExpenseCase):
    """Cost: a claim is approved by little more than what Odoo needs for its expenses."""

    def count(self, do):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        do()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_approving_fifty_expenses_costs_no_more_than_half_as_much_again_as_in_odoo(self):
        """X3: the last click, which carries the claim out, against Odoo approving the same fifty."""
        approver = self.make_user("approver", groups="hr_expense.group_hr_expense_manager")
        loose = self.env["hr.expense"].union(*(self.make_expense(10 + n) for n in range(50)))
        self.as_user(loose, self.claimant).action_submit()
        plain = self.count(self.as_user(loose, approver)._do_approve)
        claim = self.make_claim(*range(70, 120))
        self.company.claim_without_application = "allow"
        self.approve_to(claim, "finance")
        checks = self.checks_of(claim)
        request = self.as_user(self.request_of(claim), self.finance)
        ours = self.count(lambda: request.action_decide("approve", "Seen.", checks))
        self.assertEqual(set(claim.expense_ids.mapped("state")), {"approved"})
        self.assertLessEqual(ours, 1.5 * plain, f"{ours} queries, Odoo {plain}")

    def test_checks_cost_the_same_for_one_expense_and_for_fifty(self):
        """X3: no query for each expense."""
        few, many = self.make_claim(10), self.make_claim(*range(20, 70))
        few._claim_findings()
        self.assertEqual(
            self.count(lambda: few._claim_findings()), self.count(lambda: many._claim_findings())
        )

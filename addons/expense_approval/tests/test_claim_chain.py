from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimChain(ExpenseCase):
    """D15 13-22: one test for each numbered step."""

    def test_step_13_claim_is_submitted_to_the_department_manager(self):
        """D15 13: the first to be asked is the manager of the department."""
        claim = self.make_claim(100, 200)
        self.submit(claim)
        self.assertEqual(self.waits_for(claim), ["Department manager: is it true"])
        self.assertEqual((claim.state, claim.amount), ("submitted", 300))
        self.assertEqual(
            self.as_user(self.request_of(claim), self.manager).slot_ids.filtered("is_mine").step_name,
            "Department manager: is it true",
        )

    def test_step_22_claim_within_the_limit_is_reimbursed(self):
        """D15 20, 22: the general manager is not asked."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "boss")
        self.assertEqual(claim.state, "approved")
        self.assertEqual(set(claim.expense_ids.mapped("state")), {"approved"})

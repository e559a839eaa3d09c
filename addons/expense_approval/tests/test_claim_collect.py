from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimCollect(ExpenseCase):
    """E1: receipts photographed before are put on a claim with one press."""

    def test_all_open_expenses_of_the_employee_join_the_claim(self):
        """E1: not those of others, not those on another claim."""
        elsewhere = self.make_claim(10)
        other = self.make_expense(20, user=self.colleague)
        mine = self.make_expense(30) | self.make_expense(40)
        claim = self.make_claim(50)
        had = claim.expense_ids
        self.as_user(claim, self.claimant).action_add_expenses()
        self.assertEqual(claim.expense_ids, had | mine)
        self.assertEqual(claim.amount, 120)
        self.assertFalse(other.claim_id)
        self.assertEqual(len(elsewhere.expense_ids), 1)

    def test_nothing_to_add_is_said(self):
        """E1: in a sentence that tells where receipts are photographed."""
        claim = self.make_claim(50)
        with self.assertRefused("has no expenses that are on no claim yet"):
            self.as_user(claim, self.claimant).action_add_expenses()

    def test_a_submitted_claim_takes_no_more(self):
        """E1: what was approved stays what it is."""
        claim = self.make_claim(50)
        self.submit(claim)
        self.make_expense(30)
        with self.assertRefused(claim.name):
            self.as_user(claim, self.claimant).action_add_expenses()

    def test_others_do_not_fill_the_claim(self):
        """E1: whoever decides adds nothing."""
        claim = self.make_claim(50)
        expense = self.make_expense(30)
        with self.assertRefused():
            self.as_user(claim, self.manager).action_add_expenses()
        self.assertFalse(expense.claim_id)

from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimOriginals(ExpenseCase):
    """E4, D15 17-18: the originals are brought to finance, which records that it holds them."""

    def form_of(self, claim, user):
        """What the form tells a user: whether originals are wanted, of whom, and whose turn it is."""
        self.env.invalidate_all()
        values = self.as_user(claim, user).read(["originals_wanted", "is_own", "may_return"])[0]
        return values["originals_wanted"], values["is_own"], values["may_return"]

    def wanted(self, user):
        self.env.flush_all()
        return self.as_user(self.env["reimbursement.claim"], user).search(
            [("originals_wanted", "=", True)]
        )

    def test_claimant_and_finance_are_told_what_to_do(self):
        """D15 17: nothing before the leaders approved, then both know, nothing afterwards."""
        claim = self.make_claim(100)
        self.submit(claim)
        self.assertEqual(self.form_of(claim, self.claimant), (False, True, False))
        self.decide(claim, self.manager)
        self.decide(claim, self.leader)
        self.assertEqual(self.form_of(claim, self.claimant), (True, True, False))
        self.assertEqual(self.form_of(claim, self.finance), (True, False, True))
        self.assertEqual(self.form_of(claim, self.manager), (True, False, False))
        self.as_user(claim, self.finance).action_receive_originals()
        self.assertEqual(self.form_of(claim, self.claimant), (False, True, False))

    def test_finance_records_several_at_once(self):
        """D15 18: from the list; who and when is kept with each claim."""
        claims = self.make_claim(100) | self.make_claim(200)
        for claim in claims:
            self.approve_to(claim, "originals")
        self.assertEqual(self.wanted(self.finance), claims)
        self.as_user(claims, self.finance).action_receive_originals()
        self.assertEqual(claims.originals_received_by_id, self.finance)
        self.assertNotIn(False, claims.mapped("originals_received_at"))
        self.assertFalse(self.wanted(self.finance))

    def test_claimant_cannot_record_the_own_originals(self):
        """E4: only whoever is asked."""
        claim = self.make_claim(100)
        self.approve_to(claim, "originals")
        with self.assertRefused():
            self.as_user(claim, self.claimant).action_receive_originals()
        self.assertFalse(claim.originals_received_at)
        self.assertIn(claim, self.wanted(self.claimant))

    def test_originals_that_are_not_asked_for_are_refused(self):
        """E4: in a sentence, and nothing is recorded of the others."""
        ready, early = self.make_claim(100), self.make_claim(200)
        self.approve_to(ready, "originals")
        self.approve_to(early, "leader")
        with self.assertRefused(f"{early.name} is “In Approval”"):
            self.as_user(ready | early, self.finance).action_receive_originals()
        self.assertFalse(ready.originals_received_at)
        self.assertEqual(self.wanted(self.finance), ready)

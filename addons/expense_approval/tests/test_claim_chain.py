from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimChain(ExpenseCase):
    """D15 13-22: one test for each numbered step of the rulebook."""

    def is_asked(self, claim, user):
        slots = self.as_user(self.env["approval.request.slot"], user)
        mine = [("is_mine", "=", True), ("res_model", "=", claim._name), ("res_id", "=", claim.id)]
        return bool(slots.search_count(mine))

    def assertOpenAgain(self, claim):
        """The claimant has the claim back and may correct it."""
        self.assertEqual(claim.state, "returned")
        self.assertEqual(set(claim.expense_ids.mapped("state")), {"draft"})
        self.as_user(claim.expense_ids[0], self.claimant).total_amount_currency = 90
        self.assertEqual(claim.expense_ids[0].total_amount, 90)

    def test_step_13_claim_goes_to_the_department_manager_with_its_applications(self):
        """D15 13, E1: with the application that was approved before."""
        application = self.make_application()
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        self.assertEqual(application.state, "approved")
        claim = self.make_claim(100, 200, application_ids=application.ids)
        self.submit(claim)
        self.assertEqual(self.waits_for(claim), ["Department manager: is it true"])
        self.assertTrue(self.is_asked(claim, self.manager))
        self.assertFalse(self.is_asked(claim, self.leader))
        self.assertEqual((claim.state, claim.amount), ("submitted", 300))
        self.assertEqual(set(claim.expense_ids.mapped("state")), {"submitted"})
        shown = self.as_user(claim, self.manager).application_ids
        self.assertEqual((shown, shown.amount), (application, 800))

    def test_step_14_manager_returns_what_is_not_true_to_be_made_again(self):
        """D15 14, E2: with the line marked; corrected, it starts anew at the manager."""
        claim = self.make_claim(100, 200)
        self.submit(claim)
        first = claim.expense_ids[0]
        self.as_user(claim, self.manager).action_return(
            "That trip was 90.", {first.id: "The ticket says 90."}
        )
        seen = self.as_user(claim.expense_ids, self.claimant).filtered("correction")
        self.assertEqual((seen, seen.correction), (first, "The ticket says 90."))
        self.assertOpenAgain(claim)
        self.submit(claim)
        self.assertEqual(self.waits_for(claim), ["Department manager: is it true"])
        self.assertFalse(first.correction)

    def test_step_15_approved_by_the_manager_it_goes_to_the_supervising_leader(self):
        """D15 15, E2."""
        claim = self.make_claim(100)
        self.approve_to(claim, "leader")
        self.assertEqual(self.waits_for(claim), ["Supervising leader: is it reasonable"])
        self.assertTrue(self.is_asked(claim, self.leader))
        self.assertFalse(self.is_asked(claim, self.manager))

    def test_step_16_leader_returns_what_is_not_reasonable(self):
        """D15 16, E3: and both are asked again."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "leader")
        self.as_user(claim, self.leader).action_return("Take the train.")
        self.assertOpenAgain(claim)
        self.submit(claim)
        self.assertTrue(self.is_asked(claim, self.manager))

    def test_step_17_approved_by_the_leader_the_claimant_has_it_to_hand_in(self):
        """D15 17: the claimant sees that the originals are wanted, and by whom."""
        claim = self.make_claim(100)
        self.approve_to(claim, "originals")
        self.assertEqual(self.waits_for(claim), ["Finance receives the originals"])
        seen = self.as_user(claim, self.claimant)
        self.assertTrue(seen.originals_wanted)
        self.assertIn("Finance", seen.waits_for)
        self.assertFalse(seen.originals_received_at)

    def test_step_18_finance_records_that_the_originals_arrived(self):
        """D15 18, E4: when and by whom, kept on the claim; nothing is decided by it."""
        claim = self.make_claim(100)
        self.approve_to(claim, "originals")
        with self.assertRefused("not waiting for you"):
            self.decide(claim, self.claimant, "handle")
        self.decide(claim, self.finance, "handle", "Three receipts.")
        self.assertTrue(claim.originals_received_at)
        self.assertEqual(claim.originals_received_by_id, self.finance)
        self.assertFalse(claim.originals_wanted)
        self.assertEqual((claim.state, self.waits_for(claim)), ("submitted", ["Finance re-checks"]))

    def test_step_19_finance_re_checks_with_a_checklist(self):
        """D15 19, E5: documents, standards, arithmetic; all ticked, or it does not go on."""
        claim = self.make_claim(100)
        self.approve_to(claim, "finance")
        self.assertEqual(len(self.checks_of(claim)), 3)
        with self.assertRefused("checklist"):
            self.decide(claim, self.finance, checked=self.checks_of(claim)[:2])
        self.decide(claim, self.finance)
        self.assertEqual(claim.state, "approved")

    def test_step_19_finance_returns_for_refilling_with_marked_lines(self):
        """D15 19, E5: straight to the claimant, originals and all."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "finance")
        second = claim.expense_ids[1]
        self.as_user(claim, self.finance).action_return(
            "Added up wrong.", {str(second.id): "The receipt says 20."}
        )
        self.assertEqual(second.correction, "The receipt says 20.")
        self.assertFalse(claim.originals_received_at)
        self.assertOpenAgain(claim)

    def test_step_20_within_the_limit_of_the_leader_it_is_reimbursed_directly(self):
        """D15 20, E6: exactly the limit is within."""
        claim = self.make_claim(3000, 2000)
        self.approve_to(claim, "boss")
        self.assertEqual(claim.state, "approved")
        self.assertEqual(self.request_of(claim).state, "executed")

    def test_step_20_over_the_limit_of_the_leader_the_general_manager_is_asked(self):
        """D15 20, E6."""
        claim = self.make_claim(3000, 2000.01)
        self.approve_to(claim, "boss")
        self.assertEqual(self.waits_for(claim), ["General manager, over the limit of the leader"])
        self.assertEqual(claim.state, "submitted")

    def test_step_20_what_finance_lowered_is_what_is_compared(self):
        """D15 20, E5: the amount that is reimbursed counts."""
        claim = self.make_claim(3000, 2500)
        self.approve_to(claim, "finance")
        self.as_user(claim.expense_ids[0], self.finance).action_sanction(2500, "Economy class.")
        self.decide(claim, self.finance)
        self.assertEqual((claim.state, claim.payable_amount), ("approved", 5000))

    def test_step_21_general_manager_decides(self):
        """D15 21."""
        claim = self.make_claim(6000)
        self.approve_to(claim, "boss")
        self.decide(claim, self.boss)
        self.assertEqual(claim.state, "approved")

    def test_step_21_refused_by_the_general_manager_it_goes_back_through_finance(self):
        """D15 21, E6: finance has the originals and hands them back; then it is made anew."""
        for verb in ("refuse", "return"):
            with self.subTest(verb=verb):
                claim = self.make_claim(6000)
                self.approve_to(claim, "boss")
                self.decide(claim, self.boss, verb, "Not this year.")
                self.assertEqual((claim.state, claim.stage), ("hand_back", "hand_back"))
                for change in (
                    lambda claim=claim: self.submit(claim),
                    lambda claim=claim: self.as_user(claim, self.claimant).action_cancel(),
                    lambda claim=claim: self.as_user(claim.expense_ids, self.claimant).write(
                        {"name": "Bus"}
                    ),
                    lambda claim=claim: self.as_user(claim.expense_ids, self.claimant).unlink(),
                    lambda claim=claim: self.as_user(claim, self.manager).action_return("Mine."),
                ):
                    with self.assertRefused():
                        change()
                self.as_user(claim, self.finance).action_return(
                    "Come and see us.", {claim.expense_ids.id: "Too much."}
                )
                self.assertEqual(claim.expense_ids.correction, "Too much.")
                self.assertOpenAgain(claim)
                self.submit(claim)
                self.assertTrue(self.is_asked(claim, self.manager))

    def test_step_21_general_manager_may_ask_finance_again(self):
        """D15 21: back to the re-check, from where finance returns it."""
        claim = self.make_claim(6000)
        self.approve_to(claim, "boss")
        recheck = self.request_of(claim).step_ids.filtered(lambda step: "re-checks" in step.name)
        self.decide(claim, self.boss, "return", "Look again.", to_step_id=recheck.id)
        self.assertEqual(self.waits_for(claim), ["Finance re-checks"])
        self.as_user(claim, self.finance).action_return("The general manager says no.")
        self.assertOpenAgain(claim)

    def test_step_22_finance_reimburses_what_was_approved(self):
        """D15 22, E7: the expenses are approved, posted together and paid."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "boss")
        self.assertEqual(set(claim.expense_ids.mapped("state")), {"approved"})
        self.assertEqual(claim.stage, "approved")
        self.post(claim)
        move = claim.expense_ids.account_move_id
        self.assertEqual((len(move), move.state, move.amount_total), (1, "posted", 300))
        self.assertEqual(claim.stage, "posted")
        self.pay(claim)
        self.assertEqual(claim.stage, "paid")

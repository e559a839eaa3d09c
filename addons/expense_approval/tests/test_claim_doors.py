from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DAY, ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimDoors(ExpenseCase):
    """A10, E1-E7: Odoo's own approval of an expense is driven by its claim, at every door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = cls.make_user(
            "approver",
            groups="hr_expense.group_hr_expense_manager,account.group_account_manager,"
            "expense_approval.group_expense_manager",
        )

    def ways_to_approve(self, expense):
        """Everything that makes an expense approved in plain Odoo, as an expense manager."""
        expense = self.as_user(expense, self.approver)
        duplicates = self.as_user(self.env["hr.expense.approve.duplicate"], self.approver)
        return {
            "submit": expense.action_submit,
            "approve": expense.action_approve,
            "do approve": lambda: expense._do_approve(check=False),
            "as superuser": lambda: expense.sudo()._do_approve(),
            "write": lambda: expense.write({"approval_state": "approved"}),
            "write submitted": lambda: expense.write({"approval_state": "submitted"}),
            "write state": lambda: expense.write({"state": "approved"}),
            "duplicates": lambda: duplicates.create(
                {"expense_ids": [Command.set(expense.ids)]}
            ).action_approve(),
            "import": lambda: self.load(expense, "approval_state", "Approved"),
        }

    def load(self, expense, name, value):
        result = expense.load([".id", name], [[str(expense.id), value]])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])

    def assertShut(self, expense, ways, states):
        for name, way in ways.items():
            with self.subTest(way=name):
                # some ways are refused, others do nothing; what counts is what is left
                with suppress(UserError), self.env.cr.savepoint():
                    way()
                    self.env.cr.flush()
                self.env.invalidate_all()
                self.assertIn(expense.state, states)
                self.assertFalse(expense.account_move_id)

    def test_nothing_but_the_claim_approves_its_expenses(self):
        """A10: in draft, and in approval."""
        claim = self.make_claim(100)
        self.assertShut(claim.expense_ids, self.ways_to_approve(claim.expense_ids), {"draft"})
        self.submit(claim)
        self.assertShut(claim.expense_ids, self.ways_to_approve(claim.expense_ids), {"submitted"})

    def test_every_way_to_approve_works_without_a_claim(self):
        """A1: the doors above are doors: plain Odoo opens them."""
        for number, name in enumerate(self.ways_to_approve(self.make_expense())):
            with self.subTest(way=name):
                expense = self.make_expense(200 + number)
                if name == "duplicates":
                    self.as_user(expense, self.approver).write({"approval_state": "submitted"})
                self.ways_to_approve(expense)[name]()
                self.assertIn(expense.state, ("submitted", "approved"))

    def test_an_approved_expense_is_refused_and_reset_with_its_claim_only(self):
        """A10: taking back is the claim's, too."""
        claim = self.make_claim(100)
        for states, until in (({"submitted"}, "leader"), ({"approved"}, None)):
            if until:
                self.approve_to(claim, until)
            else:
                self.decide(claim, self.leader)
                self.decide(claim, self.finance, "handle")
                self.decide(claim, self.finance)
            expense = self.as_user(claim.expense_ids, self.approver)
            self.assertShut(
                claim.expense_ids,
                {
                    "reset": expense.action_reset,
                    "refuse": lambda expense=expense: expense._do_refuse("No."),
                    "write": lambda expense=expense: expense.write({"approval_state": False}),
                },
                states,
            )

    def test_what_was_claimed_is_locked_for_everybody(self):
        """E5, A9: in approval and afterwards; finance, too, changes nothing."""
        claim = self.make_claim(100)
        self.submit(claim)
        changes = [
            {"total_amount_currency": 1},
            {"total_amount": 1},
            {"name": "Another"},
            {"date": "2026-03-11"},
            {"product_id": self.dinner.id},
            {"quantity": 2},
            {"payment_mode": "company_account"},
            {"description": "No note."},
            {"claim_id": False},
        ]
        for stage in ("submitted", "approved"):
            if stage == "approved":
                self.decide(claim, self.manager)
                self.decide(claim, self.leader)
                self.decide(claim, self.finance, "handle")
                self.decide(claim, self.finance)
            for user in (self.claimant, self.finance, self.approver):
                for vals in changes:
                    with self.subTest(user=user.name, vals=vals, stage=stage):
                        with self.assertRefused():
                            self.as_user(claim.expense_ids, user).write(vals)
                with self.assertRefused():
                    self.as_user(claim.expense_ids, user).unlink()
                with self.assertRefused():
                    self.as_user(claim, user).write({"expense_ids": [Command.clear()]})
                with self.assertRefused():
                    self.as_user(claim, user).unlink()

    def test_finance_codes_the_entry_of_a_claimed_expense(self):
        """E5, E7: account and tax are the accountant's, not the claimant's."""
        claim = self.make_claim(100)
        self.approve_to(claim, "finance")
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        self.as_user(claim.expense_ids, self.approver).account_id = account
        self.assertEqual(claim.expense_ids.account_id, account)

    def test_stamped_fields_are_entered_by_nobody(self):
        """A10: states, receipt of originals and sanctioned amounts come from the buttons."""
        claim = self.make_claim(100)
        expense = claim.expense_ids
        for user in (self.claimant, self.finance, self.approver):
            for record, vals in (
                (claim, {"state": "approved"}),
                (claim, {"originals_received_at": f"{DAY} 10:00:00"}),
                (expense, {"is_lowered": True, "sanctioned_amount": 500}),
                (expense, {"sanctioned_amount": 500}),
                (expense, {"correction": "No."}),
            ):
                with self.subTest(user=user.name, vals=vals):
                    with self.assertRefused("cannot be entered by hand", AccessError):
                        self.as_user(record, user).write(vals)
        claims = self.as_user(self.env["reimbursement.claim"], self.claimant)
        with self.assertRefused("cannot be entered by hand", AccessError):
            claims.create({"purpose": "Trip", "state": "approved"})
        made = claims.with_context(default_state="approved").create({"purpose": "Trip"})
        self.assertEqual(made.state, "draft")
        with self.assertRefused("cannot be entered by hand", AccessError):
            claim.copy({"state": "approved"})
        with self.assertRefused("cannot be entered by hand", AccessError):
            self.make_expense(is_lowered=True)

    def test_rows_written_below_the_methods_are_judged_at_the_end(self):
        """A10, A15: by whichever code, and not one expense of a claim alone."""
        claim = self.make_claim(100, 200)
        self.submit(claim)
        first = claim.expense_ids[0]
        for write in ("_write", "_write_multi"):
            vals = {"approval_state": "approved", "state": "approved"}
            with self.subTest(write=write), self.assertRefused(claim.name):
                getattr(first, write)(vals if write == "_write" else [vals])
                self.env.cr.flush()
        self.decide(claim, self.manager)
        self.decide(claim, self.leader)
        self.decide(claim, self.finance, "handle")
        self.decide(claim, self.finance)
        with self.assertRefused(claim.name):
            first._write({"approval_state": None, "state": "draft"})
            self.env.cr.flush()
        with self.assertRefused(claim.name):
            first._write({"total_amount": 1})
            self.env.cr.flush()

    def test_an_entry_before_the_decision_is_refused(self):
        """A10: linking a journal entry would make the expense posted."""
        claim = self.make_claim(100)
        self.submit(claim)
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "general")], limit=1
        )
        entry = self.as_user(self.env["account.move"], self.approver).create(
            {"journal_id": journal.id}
        )
        expense = self.as_user(claim.expense_ids, self.approver)
        for link in (
            lambda: expense.write({"account_move_id": entry.id}),
            lambda: entry.write({"expense_ids": [Command.link(expense.id)]}),
            lambda: expense._write({"account_move_id": entry.id}),
        ):
            with self.assertRefused(claim.name):
                link()
                self.env.cr.flush()

    # ------------------------------------------------------------------ in and out of claims

    def test_an_expense_is_never_on_two_claims(self):
        """E1: it leaves one before it joins another."""
        claim = self.make_claim(100)
        expense = claim.expense_ids
        with self.assertRefused("already. Remove it there first"):
            self.make_claim(expenses=expense)
        other = self.make_claim(50)
        with self.assertRefused("already. Remove it there first"):
            self.as_user(expense, self.claimant).claim_id = other
        self.as_user(claim, self.claimant).expense_ids = [Command.unlink(expense.id)]
        self.as_user(other, self.claimant).expense_ids = [Command.link(expense.id)]
        self.assertEqual((claim.amount, other.amount), (0, 150))

    def test_other_peoples_expenses_are_not_claimed(self):
        """E1: as claimant, and as superuser."""
        foreign = self.make_expense(user=self.colleague)
        with self.assertRefused():
            self.make_claim(expenses=foreign)
        claim = self.make_claim(100)
        with self.assertRefused("groups the expenses of Claimant", ValidationError):
            self.as_user(foreign, self.env.user).claim_id = claim
        with self.assertRefused(exception=AccessError):
            self.as_user(foreign, self.colleague).claim_id = claim
        with self.assertRefused("groups the expenses of Claimant", ValidationError):
            claim.expense_ids.employee_id = self.employee_of(self.colleague)

    def test_an_expense_that_was_submitted_by_itself_does_not_slip_in(self):
        """A10: approved outside, paid inside."""
        claim = self.make_claim(100)
        for state in ("submitted", "approved"):
            expense = self.as_user(self.make_expense(), self.approver)
            expense.approval_state = state
            with self.subTest(state=state), self.assertRefused():
                self.as_user(claim, self.approver).expense_ids = [Command.link(expense.id)]
            with self.subTest(state=state), self.assertRefused():
                expense.claim_id = claim

    def test_nothing_joins_a_claim_that_is_submitted(self):
        """A9, A10: by no door."""
        claim = self.make_claim(100)
        self.submit(claim)
        loose = self.make_expense()
        for join in (
            lambda: self.as_user(claim, self.claimant).write(
                {"expense_ids": [Command.link(loose.id)]}
            ),
            lambda: self.as_user(loose, self.claimant).write({"claim_id": claim.id}),
            lambda: self.make_expense(claim_id=claim.id),
            lambda: loose.write({"claim_id": claim.id}),
        ):
            with self.assertRefused():
                join()

    def test_parts_of_a_split_expense_stay_on_the_claim(self):
        """E1: split before submission; locked afterwards."""
        claim = self.make_claim(100)
        wizard = self.split_wizard(claim.expense_ids)
        wizard.action_split_expense()
        self.assertEqual((len(claim.expense_ids), claim.amount), (2, 100))
        claim = self.make_claim(100)
        wizard = self.split_wizard(claim.expense_ids)
        self.submit(claim)
        with self.assertRefused():
            wizard.sudo().action_split_expense()
        self.assertEqual(len(claim.expense_ids), 1)

    def split_wizard(self, expense):
        action = self.as_user(expense, self.claimant).action_split_wizard()
        return self.as_user(self.env[action["res_model"]].browse(action["res_id"]), self.claimant)

    def test_a_copy_of_an_expense_is_on_no_claim(self):
        """A10: and a copy of a claim has no expenses, number or state of the first."""
        claim = self.make_claim(100)
        self.approve_to(claim, "boss")
        copy = self.as_user(claim, self.claimant).copy()
        self.assertEqual((copy.state, copy.expense_ids.ids), ("draft", []))
        self.assertNotEqual(copy.name, claim.name)
        twin = self.as_user(claim.expense_ids, self.claimant).copy()
        self.assertEqual((twin.state, twin.claim_id.ids), ("draft", []))

    def test_cancelling_frees_the_expenses(self):
        """E1: in approval, too; the approval is cancelled with it."""
        claim = self.make_claim(100)
        expense = claim.expense_ids
        self.submit(claim)
        self.as_user(claim, self.claimant).action_cancel()
        self.assertEqual((claim.state, claim.approval_state), ("cancelled", "cancelled"))
        self.assertEqual((expense.state, expense.claim_id.ids), ("draft", []))
        self.assertEqual(self.make_claim(expenses=expense).amount, 100)

    def test_withdrawn_it_is_open_again(self):
        """A5, E1."""
        claim = self.make_claim(100)
        self.submit(claim)
        self.as_user(self.request_of(claim), self.claimant).action_withdraw("Forgot a receipt.")
        self.assertEqual((claim.state, claim.expense_ids.state), ("draft", "draft"))

    def test_after_posting_nothing_is_withdrawn(self):
        """E7: neither the claim nor its expenses."""
        claim = self.make_claim(100)
        self.approve_to(claim, "boss")
        self.post(claim)
        for undo in (
            lambda: self.as_user(self.request_of(claim), self.claimant).action_withdraw("No."),
            lambda: self.as_user(claim, self.claimant).action_cancel(),
            lambda: self.as_user(claim, self.finance).action_reopen("Mistake."),
            lambda: self.as_user(claim.expense_ids, self.approver).action_reset(),
        ):
            with self.assertRefused():
                undo()
        self.assertEqual(claim.stage, "posted")

    # ------------------------------------------------------------------ the company's choice

    def test_the_company_may_demand_claims(self):
        """E1: then nothing is submitted by itself, and what was submitted before goes on."""
        before = self.make_expense(70)
        self.as_user(before, self.approver).approval_state = "submitted"
        self.company.expense_needs_claim = True
        expense = self.make_expense()
        self.assertShut(expense, self.ways_to_approve(expense), {"draft"})
        with self.assertRefused("reimbursed by claims"):
            self.as_user(expense, self.claimant).action_submit()
        self.as_user(before, self.approver).action_approve()
        self.assertEqual(before.state, "approved")
        claim = self.make_claim(expenses=expense)
        self.approve_to(claim, "boss")
        self.assertEqual(expense.state, "approved")

    def test_sums_that_limits_are_compared_with_are_not_written(self):
        """E6, A10: a claimant who writes a smaller amount would pass the general manager by."""
        claim = self.make_claim(9000)
        for values in ({"amount": 1}, {"payable_amount": 1}, {"stage": "paid"}):
            with self.subTest(values), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(claim, self.claimant).write(values)
        expense = self.as_user(claim.expense_ids, self.claimant)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            expense.write({"payable_amount": 1})
        self.assertEqual((claim.amount, claim.payable_amount), (9000, 9000))

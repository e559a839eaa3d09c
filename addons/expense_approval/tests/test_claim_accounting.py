from odoo import Command
from odoo.tests import tagged

from .common import DAY, ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimAccounting(ExpenseCase):
    """E5, E7: what finance sanctions is what is posted and paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.make_user(
            "accountant", groups="account.group_account_user,account.group_account_manager"
        )

    def entry_of(self, claim):
        """The entry as an accountant finds it."""
        return self.as_user(claim.expense_ids.account_move_id, self.accountant)

    def reverse(self, claim):
        self.entry_of(claim)._reverse_moves([{"invoice_date": DAY}], cancel=True)

    # ------------------------------------------------------------------ sanctioned amounts

    def lower(self, expense, amount, reason="Over the standard.", user=None):
        self.as_user(expense, user or self.finance).action_sanction(amount, reason)

    def test_finance_lowers_a_line_with_a_reason_the_claimant_sees(self):
        """E5: what was claimed stays as it was written."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "finance")
        expense = claim.expense_ids.filtered(lambda row: row.total_amount == 200)
        with self.assertRefused("Please write why"):
            self.lower(expense, 150, " ")
        self.lower(expense, 150)
        seen = self.as_user(expense, self.claimant)
        self.assertEqual(
            (seen.total_amount, seen.payable_amount, seen.sanction_reason),
            (200, 150, "Over the standard."),
        )
        self.assertEqual((claim.amount, claim.payable_amount), (300, 250))
        told = claim.message_ids.filtered(lambda message: "Over the standard." in message.body)
        self.assertIn(self.claimant.partner_id, told.notified_partner_ids)
        self.decide(claim, self.finance)
        self.post(claim)
        move = claim.expense_ids.account_move_id
        self.assertEqual(move.amount_total, 250)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [100, 150])

    def test_finance_never_raises_and_takes_a_lowering_back(self):
        """E5: from zero to what was claimed."""
        claim = self.make_claim(100)
        self.approve_to(claim, "finance")
        for amount in (100.01, -1):
            with self.assertRefused("anything from zero"):
                self.lower(claim.expense_ids, amount)
        self.lower(claim.expense_ids, 0)
        self.assertEqual(claim.payable_amount, 0)
        self.lower(claim.expense_ids, 100)
        self.assertEqual((claim.payable_amount, claim.expense_ids.is_lowered), (100, False))

    def test_only_finance_lowers_and_only_when_it_is_asked(self):
        """E5, A4: nobody else, not before, not after."""
        claim = self.make_claim(6000)
        self.approve_to(claim, "leader")
        for user in (self.claimant, self.manager, self.leader, self.finance):
            with self.subTest(user=user.name), self.assertRefused():
                self.lower(claim.expense_ids, 10, user=user)
        self.decide(claim, self.leader)
        self.decide(claim, self.finance, "handle")
        self.decide(claim, self.finance)
        for user in (self.finance, self.boss):
            with self.subTest(user=user.name), self.assertRefused():
                self.lower(claim.expense_ids, 10, user=user)

    def test_lowered_in_the_currency_of_the_receipt(self):
        """E5: company currency follows at the rate of the receipt."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "name": DAY, "rate": 0.125, "company_id": self.company.id}
        )
        claim = self.make_claim(expenses=self.make_expense(100, currency_id=usd.id))
        self.assertEqual(claim.amount, 800)
        self.approve_to(claim, "finance")
        self.lower(claim.expense_ids, 75)
        self.assertEqual(claim.expense_ids.sanctioned_amount_currency, 75)
        self.assertEqual(claim.payable_amount, 600)
        self.decide(claim, self.finance)
        self.post(claim)
        move = claim.expense_ids.account_move_id
        self.assertEqual((move.amount_total, move.currency_id), (600, self.currency))

    def test_made_again_it_is_checked_again(self):
        """E5: a returned claim begins with what the claimant claims."""
        claim = self.make_claim(100)
        self.approve_to(claim, "finance")
        self.lower(claim.expense_ids, 50)
        self.as_user(claim, self.finance).action_return("No receipt.")
        self.submit(claim)
        self.assertEqual((claim.payable_amount, claim.expense_ids.is_lowered), (100, False))

    def test_what_the_company_paid_is_not_lowered(self):
        """E5: the bank has it already."""
        claim = self.make_claim(expenses=self.make_expense(80, payment_mode="company_account"))
        self.approve_to(claim, "finance")
        with self.assertRefused("paid by the company"):
            self.lower(claim.expense_ids, 50)

    # ------------------------------------------------------------------ entries and payment

    def test_own_and_company_paid_expenses_are_posted_together(self):
        """E7: one receipt for what is owed, one payment for each that the company paid."""
        expenses = self.make_expense(100) | self.make_expense(30)
        expenses |= self.make_expense(80, payment_mode="company_account")
        claim = self.make_claim(expenses=expenses)
        self.approve_to(claim, "boss")
        self.post(claim)
        own = expenses[:2].account_move_id
        self.assertEqual((len(own), own.move_type, own.amount_total), (1, "in_receipt", 130))
        self.assertIn(claim.name, own.ref)
        self.assertEqual(own.partner_id, self.claimant.partner_id)
        payment = expenses[2].account_move_id.origin_payment_id
        self.assertEqual((payment.amount, payment.state), (80, "in_process"))
        self.assertEqual(claim.stage, "posted")
        self.pay(claim)
        self.assertEqual(claim.stage, "paid")

    def test_several_claims_are_posted_and_paid_at_once(self):
        """E7: one entry for each claim, also of one person."""
        claims = self.make_claim(100) | self.make_claim(50)
        other = self.make_claim(70, user=self.colleague)
        for claim in claims | other:
            self.approve_to(claim, "boss")
        self.post(claims | other)
        moves = (claims | other).expense_ids.account_move_id
        self.assertEqual(sorted(moves.mapped("amount_total")), [50, 70, 100])
        self.pay(claims | other)
        self.assertEqual(set((claims | other).mapped("stage")), {"paid"})

    def test_part_of_a_claim_is_not_posted(self):
        """E7: nor through Odoo's own wizard."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "boss")
        accountant = self.accountant
        expense = self.as_user(claim.expense_ids[0], accountant)
        with self.assertRefused("posted together"):
            action = expense.action_post()
            wizards = self.as_user(self.env[action["res_model"]], accountant)
            wizard = wizards.with_context(**action["context"]).browse(action["res_id"])
            wizard.action_post_entry()
        with self.assertRefused("posted together"):
            self.as_user(claim.expense_ids[0], self.finance)._post_without_wizard()

    def test_only_finance_posts_and_pays(self):
        """E7."""
        claim = self.make_claim(100)
        self.approve_to(claim, "boss")
        for user in (self.claimant, self.manager, self.leader, self.boss):
            for act in ("action_post", "action_pay"):
                with self.subTest(user=user.name, act=act), self.assertRefused():
                    getattr(self.as_user(claim, user), act)()
            with self.subTest(user=user.name), self.assertRefused():
                self.as_user(claim, user).action_reopen("Mine.")

    def test_nothing_is_posted_before_the_chain_has_decided(self):
        """E6, E7."""
        claim = self.make_claim(6000)
        self.approve_to(claim, "boss")
        with self.assertRefused("there is nothing to post"):
            self.as_user(claim, self.finance).action_post()
        with self.assertRefused():
            self.as_user(claim.expense_ids, self.finance).action_post()

    def test_claimant_is_told_once_when_it_is_paid(self):
        """E7: in the chatter, also when it is unpaid and paid again."""
        claim = self.make_claim(100)
        self.approve_to(claim, "boss")
        self.post(claim)
        self.assertFalse(self.told(claim))
        self.pay(claim)
        self.assertEqual(len(self.told(claim)), 1)
        move = self.entry_of(claim)
        move.line_ids.remove_move_reconcile()
        self.assertEqual(claim.stage, "posted")
        self.pay(claim)
        self.assertEqual((claim.stage, len(self.told(claim))), ("paid", 1))

    def told(self, claim):
        found = claim.message_ids.filtered(lambda message: "is paid:" in message.body)
        return found.filtered(lambda row: self.claimant.partner_id in row.notified_partner_ids)

    def test_reversal_of_the_entry_opens_the_claim_again(self):
        """E7: to be posted anew, or to be made anew."""
        claim = self.make_claim(100)
        self.approve_to(claim, "boss")
        self.post(claim)
        self.reverse(claim)
        self.assertEqual((claim.stage, claim.expense_ids.state), ("approved", "approved"))
        self.post(claim)
        self.assertEqual(claim.stage, "posted")
        self.reverse(claim)
        with self.assertRefused("Please write why"):
            self.as_user(claim, self.finance).action_reopen(" ")
        self.as_user(claim, self.finance).action_reopen("The wrong trip.")
        self.assertEqual((claim.state, claim.expense_ids.state), ("returned", "draft"))
        self.approve_to(claim, "boss")
        self.assertEqual(claim.stage, "approved")

    def test_a_cancelled_or_deleted_entry_leaves_the_claim_to_be_posted(self):
        """E7: Odoo would call the expense paid."""
        for undo in ("button_cancel", "unlink"):
            with self.subTest(undo=undo):
                claim = self.make_claim(100)
                self.approve_to(claim, "boss")
                self.post(claim)
                move = self.entry_of(claim)
                move.button_draft()
                self.assertEqual(claim.stage, "posted")
                getattr(move, undo)()
                self.assertEqual(claim.stage, "approved")

    def test_receipts_are_kept_with_the_entry(self):
        """E7, E8: each with the entry of its own claim."""
        claims = self.make_claim(100) | self.make_claim(50)
        for claim in claims:
            claim.expense_ids.attachment_ids = [
                Command.create(
                    {"name": f"{claim.name}.txt", "raw": b"paid", "res_model": "hr.expense"}
                )
            ]
            self.approve_to(claim, "boss")
        self.assertEqual(claims.mapped("receipt_count"), [1, 1])
        self.post(claims)
        for claim in claims:
            files = claim.expense_ids.account_move_id.attachment_ids
            self.assertEqual(files.mapped("name"), [f"{claim.name}.txt"])

    def test_nothing_is_owed_to_an_employee_without_a_contact(self):
        """E7: the payment would go to nobody."""
        claim = self.make_claim(100, 200)
        self.approve_to(claim, "boss")
        self.employee_of(self.claimant).work_contact_id = False
        with self.assertRefused("has no contact"):
            self.post(claim)
        self.assertFalse(claim.expense_ids.account_move_id)

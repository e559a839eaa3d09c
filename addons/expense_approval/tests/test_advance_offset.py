from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .money_common import MoneyCase


@tagged("post_install", "-at_install")
class TestAdvanceOffset(MoneyCase):
    """E9: advances set off against claims, by rows and by entries."""

    def test_claim_of_more_than_the_advance_pays_the_rest_only(self):
        """E9: 1,500 spent, 1,000 in advance, 500 paid."""
        advance, claim = self.make_paid(1000), self.make_claim(1500)
        self.offset(claim, (advance, 1000))
        self.assertEqual(
            (advance.planned_amount, advance.available_amount, claim.to_pay_amount), (1000, 0, 500)
        )
        self.post_claim(claim)
        self.assertEqual((advance.stage, advance.open_amount), ("settled", 0))
        self.assertEqual(self.receipt_of(claim).amount_residual, 500)
        self.assertEqual((claim.stage, claim.expense_ids.state), ("posted", "posted"))
        self.pay(claim)
        self.assertEqual(self.receipt_of(claim).amount_residual, 0)
        self.assertEqual(claim.stage, "paid")
        paid = self.env["account.payment"].search(
            [("partner_id", "=", self.claimant.partner_id.id), ("advance_id", "=", False)]
        )
        self.assertEqual(paid.amount, 500)

    def test_claim_equal_to_the_advance_is_paid_by_it(self):
        """E9: nothing more moves."""
        advance, claim = self.make_paid(1000), self.make_claim(1000)
        self.as_user(claim, self.claimant).action_offset_advances()
        self.assertEqual(claim.allocation_ids.amount, 1000)
        self.post_claim(claim)
        self.assertEqual((advance.stage, claim.stage), ("settled", "paid"))

    def test_advance_of_more_than_the_claim_stays_open_over_the_rest(self):
        """E9: over several claims, and the rest is paid back."""
        advance = self.make_paid(1000)
        for amount, left in ((300, 700), (500, 200)):
            claim = self.make_claim(amount)
            self.as_user(claim, self.claimant).action_offset_advances()
            self.assertEqual(claim.allocation_ids.amount, amount)
            self.post_claim(claim)
            self.assertEqual((advance.stage, advance.open_amount), ("partly", left))
        self.wizard(advance, "action_pay_back").action_create_payment()
        self.assertEqual(
            (advance.stage, advance.offset_amount, advance.returned_amount), ("settled", 800, 200)
        )

    def test_offset_entry_is_reconciled_with_payment_and_receipt(self):
        """E9: the books say the same as the rows."""
        advance, claim = self.make_paid(1000), self.make_claim(400)
        self.offset(claim, (advance, 400))
        self.post_claim(claim)
        entry = claim.with_user(self.finance).allocation_ids.move_id
        self.assertEqual(entry.state, "posted")
        debit, credit = entry.line_ids.sorted("balance", reverse=True)
        self.assertEqual((debit.balance, debit.account_id.account_type), (400, "liability_payable"))
        self.assertEqual(credit.account_id, self.company.advance_account_id)
        self.assertTrue(debit.reconciled and credit.reconciled)
        self.assertEqual(entry.line_ids.partner_id, self.claimant.partner_id)

    def test_several_claims_cannot_use_more_than_is_open(self):
        """E9: a claim in draft reserves what it uses."""
        advance = self.make_paid(1000)
        self.offset(self.make_claim(700), (advance, 700))
        with self.assertRefused("Only", ValidationError):
            self.offset(self.make_claim(700), (advance, 301))
        self.offset(self.make_claim(700), (advance, 300))

    def test_more_than_the_claim_owes_is_not_offset(self):
        """E9: what the company paid itself is not owed to the employee."""
        advance = self.make_paid(1000)
        with self.assertRefused("Offset less", ValidationError):
            self.offset(self.make_claim(100), (advance, 101))
        company_paid = self.make_expense(500, payment_mode="company_account")
        with self.assertRefused("Offset less", ValidationError):
            self.offset(self.make_claim(expenses=company_paid), (advance, 1))

    def test_expense_taken_out_of_the_claim_is_noticed_at_submission(self):
        """E9: the claim owes less than it offsets."""
        advance, claim = self.make_paid(1000), self.make_claim(300, 400)
        self.offset(claim, (advance, 700))
        claim.write({"expense_ids": [(3, claim.expense_ids[0].id)]})
        with self.assertRefused("Offset less"):
            self.submit(claim)

    def test_advance_of_a_colleague_is_not_offset(self):
        """E9: everybody settles the own."""
        advance = self.make_paid(1000, user=self.colleague)
        claim = self.make_claim(500)
        with self.assertRefused("cannot be offset in claim", ValidationError):
            self.offset(claim, (advance, 100), user=self.env.user)

    def test_unpaid_advance_is_not_offset(self):
        """E9: approved is not paid."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        with self.assertRefused("Only", ValidationError):
            self.offset(self.make_claim(500), (advance, 100))

    def test_claim_in_approval_keeps_its_offsets(self):
        """E9: the claimant no more, finance still."""
        advance, claim = self.make_paid(1000), self.make_claim(500)
        self.offset(claim, (advance, 100))
        self.submit(claim)
        with self.assertRefused("cannot be changed any more"):
            self.as_user(claim.allocation_ids, self.claimant).amount = 50
        with self.assertRefused():
            self.as_user(claim.allocation_ids, self.claimant).unlink()
        rows = self.as_user(self.env["expense.advance.allocation"], self.finance)
        rows.create({"claim_id": claim.id, "advance_id": advance.id, "amount": 400})
        self.assertEqual(claim.to_pay_amount, 0)
        with self.assertRefused(exception=AccessError):
            self.as_user(claim.allocation_ids, self.colleague).read(["amount"])
        with self.assertRefused(exception=AccessError):
            self.as_user(claim.allocation_ids, self.finance).write({"move_id": False})

    def test_sanctioned_amount_below_the_offset_frees_the_rest(self):
        """E9: finance lowers the claim, the advance stays open over the difference."""
        advance, claim = self.make_paid(1000), self.make_claim(800)
        self.offset(claim, (advance, 800))
        self.approve_to(claim, "finance")
        expense = self.as_user(claim.expense_ids, self.finance)
        expense.action_sanction(600, "Without the minibar.")
        self.decide(claim, self.finance)
        self.post(claim)
        self.assertEqual(
            (advance.open_amount, advance.available_amount, claim.stage), (400, 400, "paid")
        )

    def test_cancelled_claim_releases_the_advance(self):
        """E9: nothing stays reserved."""
        advance, claim = self.make_paid(1000), self.make_claim(500)
        self.offset(claim, (advance, 500))
        claim.action_cancel()
        self.assertEqual((claim.allocation_ids.state, advance.available_amount), ("void", 1000))

    def test_reversed_claim_opens_the_advance_and_offsets_again(self):
        """E9: the entry of the offset goes with that of the claim."""
        advance, claim = self.make_paid(1000), self.make_claim(500)
        self.offset(claim, (advance, 500))
        self.post_claim(claim)
        receipt = self.as_user(self.receipt_of(claim), self.env.user)
        receipt._reverse_moves([{"invoice_date": self.today}], cancel=True)
        self.assertEqual(
            (advance.stage, advance.open_amount, claim.allocation_ids.state),
            ("paid", 1000, "planned"),
        )
        self.post(claim)
        self.assertEqual((advance.open_amount, claim.stage), (500, "paid"))

    def test_receipt_set_back_to_draft_and_posted_offsets_once(self):
        """E9: one entry, not two."""
        advance, claim = self.make_paid(1000), self.make_claim(500)
        self.offset(claim, (advance, 500))
        self.post_claim(claim)
        receipt = self.as_user(self.receipt_of(claim), self.finance)
        receipt.button_draft()
        self.assertEqual(advance.open_amount, 1000)
        receipt.action_post()
        self.assertEqual((advance.open_amount, receipt.amount_residual), (500, 0))

    def test_payment_of_an_offset_advance_is_kept(self):
        """E9: first the claim is taken back, then the payment."""
        advance, claim = self.make_paid(1000), self.make_claim(500)
        self.offset(claim, (advance, 500))
        self.post_claim(claim)
        payment = self.as_user(advance.with_user(self.finance).payment_ids, self.finance)
        with self.assertRefused(claim.name, UserError):
            payment.action_draft()
        with self.assertRefused(claim.name, UserError):
            payment.move_id._reverse_moves(cancel=True)

    def test_advance_in_dollars_is_offset_at_the_rate_of_the_posting(self):
        """E9: paid 100 USD at 7, of which 50 USD are offset in a claim of 1,000 CNY."""
        self.dollar.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.dollar.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 1 / 7,
            }
        )
        advance = self.make_paid(100, currency_id=self.dollar.id)
        self.assertEqual((advance.open_amount, advance.open_company_amount), (100, 700))
        claim = self.make_claim(1000)
        self.offset(claim, (advance, 50))
        self.assertEqual(claim.to_pay_amount, 650)
        self.post_claim(claim)
        self.assertEqual(self.receipt_of(claim).amount_residual, 650)
        self.assertEqual((advance.open_amount, advance.open_company_amount), (50, 350))

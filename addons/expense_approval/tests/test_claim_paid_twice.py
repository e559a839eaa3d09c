from odoo import Command
from odoo.tests import tagged

from .attack_case import AttackCase
from .common import DAY


@tagged("post_install", "-at_install")
class TestPaidTwice(AttackCase):
    """E7: no claim is owed or paid more than it was approved over, whatever accounting is asked for."""

    def test_a_second_window_does_not_post_a_claim_again(self):
        """E7: two tabs, both opened before either was confirmed."""
        claim = self.approved_claim(100)
        first, second = self.post_wizard(claim.expense_ids), self.post_wizard(claim.expense_ids)
        first.action_post_entry()
        with self.assertRefused("is posted already as"):
            second.action_post_entry()
        self.assertEqual(self.owed_for(claim), 100)

    def test_a_claim_whose_entry_was_taken_off_is_not_posted_again(self):
        """E7: Odoo lets accountants unlink the entry; it is owed still."""
        attacks = {
            "write": lambda expense, entry, other: expense.write({"account_move_id": False}),
            "another": lambda expense, entry, other: expense.write({"account_move_id": other.id}),
            "clear": lambda expense, entry, other: entry.write({"expense_ids": [Command.clear()]}),
            "unlink": lambda expense, entry, other: entry.write(
                {"expense_ids": [Command.unlink(expense.id)]}
            ),
            "set": lambda expense, entry, other: entry.write({"expense_ids": [Command.set([])]}),
            "steal": lambda expense, entry, other: other.write(
                {"expense_ids": [Command.link(expense.id)]}
            ),
            "import": lambda expense, entry, other: expense.load(
                [".id", "account_move_id/.id"], [[str(expense.id), str(other.id)]]
            ),
        }
        opened = set()
        for name, attack in attacks.items():
            claim = self.approved_claim(100)
            self.post(claim)
            entry = self.as_user(claim.expense_ids.account_move_id, self.accountant)
            other = self.as_user(self.env["account.move"], self.accountant).create(
                {"move_type": "in_receipt", "partner_id": entry.partner_id.id}
            )
            expense = self.as_user(claim.expense_ids, self.accountant)
            self.tried(lambda do=attack, rows=(expense, entry, other): do(*rows))
            if claim.stage == "approved":
                opened.add(name)
            with self.subTest(attack=name):
                self.tried(lambda claim=claim: self.post(claim, self.accountant))
                self.tried(lambda expense=expense: self.post_wizard(expense).action_post_entry())
                self.assertEqual(self.owed_for(claim), 100)
                self.assertFalse(
                    self.tried(
                        lambda claim=claim: self.as_user(claim, self.finance).action_reopen("X")
                    )
                )
        # or nothing was tried
        self.assertIn("write", opened)

    def test_an_entry_that_was_taken_off_and_reset_is_not_posted_beside_the_next(self):
        """E7: one of the two stays a draft."""
        claim = self.approved_claim(100)
        self.post(claim)
        first = self.as_user(claim.expense_ids.account_move_id, self.accountant)
        first.button_draft()
        self.as_user(claim.expense_ids, self.accountant).account_move_id = False
        self.post(claim)
        with self.assertRefused("is posted already as"):
            first.action_post()
        self.assertEqual(self.owed_for(claim), 100)

    def test_a_draft_reversal_does_not_open_the_claim_while_the_entry_stands(self):
        """E7: as long as the first entry is owed, nothing is posted once more."""
        claim = self.approved_claim(100)
        self.post(claim)
        move = self.as_user(claim.expense_ids.account_move_id, self.accountant)
        self.tried(lambda: move._reverse_moves([{"invoice_date": DAY}]))
        wizard = self.as_user(self.env["account.move.reversal"], self.accountant).with_context(
            active_model="account.move", active_ids=move.ids
        )
        self.tried(
            lambda: wizard.create({"journal_id": move.journal_id.id, "date": DAY}).refund_moves()
        )
        with self.assertRefused("is posted already as"):
            self.post(claim, self.accountant)
        self.assertEqual(self.owed_for(claim), 100)
        # the window only drafts it
        move.reversal_move_ids.sorted("id")[:1].action_post()
        self.post(claim, self.accountant)
        self.assertEqual((claim.stage, self.owed_for(claim)), ("posted", 100))

    def test_a_reversal_opens_the_claim_for_one_more_entry(self):
        """E7: what is taken back as a whole may be posted anew."""
        claim = self.approved_claim(100)
        self.post(claim)
        move = self.as_user(claim.expense_ids.account_move_id, self.accountant)
        move._reverse_moves([{"invoice_date": DAY}], cancel=True)
        self.assertEqual((claim.stage, self.owed_for(claim)), ("approved", 0))
        self.post(claim)
        self.assertEqual((claim.stage, self.owed_for(claim)), ("posted", 100))

    def test_the_entry_of_a_claim_is_not_raised(self):
        """E5, E7: back to draft, a larger sum, and posted again."""
        claim = self.approved_claim(100)
        self.post(claim)
        move = self.as_user(claim.expense_ids.account_move_id, self.accountant)
        line = move.invoice_line_ids[:1]
        product = line.product_id

        def raised():
            move.button_draft()
            move.write({"invoice_line_ids": [Command.update(line.id, {"price_unit": 900})]})
            move.action_post()

        def one_more_line():
            move.button_draft()
            move.write(
                {
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "More", "product_id": product.id, "price_unit": 900}
                        )
                    ]
                }
            )
            move.action_post()

        def in_another_currency():
            usd.active = True
            move.button_draft()
            move.currency_id = usd
            move.invoice_line_ids.price_unit = 90
            move.action_post()

        usd = self.env.ref("base.USD")
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "name": DAY, "rate": 0.125, "company_id": self.company.id}
        )
        for attack in (raised, one_more_line, in_another_currency):
            with self.subTest(attack=attack.__name__):
                with self.assertRefused("cannot be posted over"):
                    attack()
                self.env.invalidate_all()
                self.assertLessEqual(self.owed_for(claim), 100)

    def test_the_entry_of_a_claim_pays_nobody_else(self):
        """E7: the claimant's money does not go to whoever posts."""
        claim = self.approved_claim(100)
        self.post(claim)
        move = self.as_user(claim.expense_ids.account_move_id, self.accountant)

        def turned():
            move.button_draft()
            move.partner_id = self.accountant.partner_id
            move.action_post()

        with self.assertRefused("is reimbursed to Claimant"):
            turned()

    def test_more_than_is_owed_is_not_paid(self):
        """E7: the window of payments asks for the sum; it cannot be raised there."""
        claim = self.approved_claim(100)
        self.post(claim)
        action = self.as_user(claim, self.accountant).action_pay()
        wizards = self.as_user(self.env[action["res_model"]], self.accountant)
        wizard = wizards.with_context(**action["context"]).create({"amount": 900})
        with self.assertRefused("is too much"):
            wizard.action_create_payments()

    def test_a_paid_claim_is_not_paid_again(self):
        """E7: neither from the claim, nor from its expense or entry."""
        claim = self.approved_claim(100)
        self.post(claim)
        move = self.as_user(claim.expense_ids.account_move_id, self.accountant)
        registers = self.as_user(self.env["account.payment.register"], self.accountant)
        second = registers.with_context(active_model="account.move", active_ids=move.ids).create({})
        self.pay(claim)
        self.assertEqual(claim.stage, "paid")
        before = self.env["account.payment"].search_count([])
        with self.assertRefused("is paid already"):
            second.action_create_payments()
        for attack in (
            lambda: self.pay(claim),
            lambda: claim.expense_ids.with_user(self.accountant).action_pay(),
            second.action_create_payments,
            lambda: self.post(claim, self.accountant),
            lambda: self.post_wizard(claim.expense_ids).action_post_entry(),
        ):
            self.tried(attack)
        self.assertEqual(self.env["account.payment"].search_count([]), before)
        self.assertEqual(self.owed_for(claim), 100)

    def test_what_the_company_paid_is_not_owed_to_anybody(self):
        """E7: a company's payment is booked once and never as a debt to the claimant."""
        expense = self.make_expense(100, payment_mode="company_account")
        claim = self.approved_claim(expenses=expense)
        self.tried(lambda: self.post_wizard(claim.expense_ids).action_post_entry())
        self.assertEqual(self.owed_for(claim), 0)
        self.post(claim)
        self.tried(lambda: self.post(claim))
        self.tried(lambda: self.post_wizard(claim.expense_ids).action_post_entry())
        payments = self.env["account.payment"].search([("memo", "=", expense.name)])
        self.assertEqual((len(payments), self.owed_for(claim)), (1, 0))

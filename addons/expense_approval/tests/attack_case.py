from contextlib import suppress

from odoo.exceptions import UserError

from .common import ExpenseCase


class AttackCase(ExpenseCase):
    """What people with their own rights try over RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_without_application = "allow"
        # everything that finance and accounting could ever be given
        cls.accountant = cls.make_user(
            "accountant",
            groups="hr_expense.group_hr_expense_manager,account.group_account_manager,"
            "expense_approval.group_expense_finance",
        )

    def approved_claim(self, *amounts, **values):
        claim = self.make_claim(*amounts, **values)
        self.approve_to(claim, "boss")
        self.assertEqual(claim.stage, "approved")
        return claim

    def receipts_of(self, claim):
        """What the company owes or paid for the claim, whatever it is linked with."""
        return self.env["account.move"].search(
            [("move_type", "=", "in_receipt"), ("ref", "=like", f"{claim.name} %")]
        )

    def owed_for(self, claim):
        posted = self.receipts_of(claim).filtered(
            lambda move: move.state == "posted" and move.payment_state != "reversed"
        )
        return sum(posted.mapped("amount_total"))

    def tried(self, attack):
        """Whether an attack was let through; what is refused leaves nothing."""
        with suppress(UserError), self.env.cr.savepoint():
            attack()
            self.env.cr.flush()
            return True
        self.env.invalidate_all()
        return False

    def post_wizard(self, expenses, user=None):
        wizards = self.as_user(self.env["hr.expense.post.wizard"], user or self.accountant)
        context = {"active_ids": expenses.ids, "company_paid_move_ids": []}
        return wizards.with_context(**context).create({})

from odoo import Command, fields

from .common import ExpenseCase


class MoneyCase(ExpenseCase):
    """Advances and fund requests: what finance needs to pay them."""

    finance_limit = 3000.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._approval_today()
        cls.env["approval.limit"].create(
            {
                "user_id": cls.finance.id,
                "company_id": cls.company.id,
                "amount": cls.finance_limit,
            }
        )
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True

    def days(self, number):
        """The day so many days after today where the company works."""
        return fields.Date.add(self.today, days=number)

    def make_advance(self, amount=1000.0, user=None, **values):
        user = user or self.claimant
        return self.as_user(self.env["expense.advance"], user).create(
            {
                "purpose": "Deposit for the stand",
                "employee_id": self.employee_of(user).id,
                "company_id": self.company.id,
                "amount": amount,
                "needed_by": self.today,
                "settle_by": self.days(30),
                **values,
            }
        )

    def make_paid(self, amount=1000.0, user=None, **values):
        """An advance that was approved and paid."""
        advance = self.make_advance(amount, user=user, **values)
        self.approve_advance(advance)
        self.wizard(advance, "action_pay").action_create_payment()
        return advance

    def approve_advance(self, advance):
        self.submit(advance)
        self.decide(advance, self.manager)
        self.decide(advance, self.finance)
        if advance.state == "submitted":
            self.decide(advance, self.boss)

    def wizard(self, document, method, user=None, **values):
        """The form of the payment that finance opens from a document."""
        action = getattr(self.as_user(document, user or self.finance), method)()
        wizard = self.as_user(self.env[action["res_model"]], user or self.finance)
        wizard = wizard.browse(action["res_id"])
        if values:
            wizard.write(values)
        return wizard

    def offset(self, claim, *pairs, user=None):
        """Offset ``(advance, amount)`` in the claim."""
        self.as_user(claim, user or claim.user_id).write(
            {
                "allocation_ids": [
                    Command.create({"advance_id": advance.id, "amount": amount})
                    for advance, amount in pairs
                ]
            }
        )

    def post_claim(self, claim):
        """From draft to the posted entry, by everybody whose turn it is."""
        self.approve_to(claim, "boss")
        if claim.state == "submitted":
            self.decide(claim, self.boss)
        self.post(claim)

    def receipt_of(self, claim):
        return claim.expense_ids.account_move_id

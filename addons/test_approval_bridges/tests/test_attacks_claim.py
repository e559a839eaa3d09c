from odoo import Command
from odoo.tests import tagged

from . import attack_table


@tagged("post_install", "-at_install")
class TestAttackClaim(attack_table.AttackTable):
    """hr.expense: approved with the claim it belongs to; the attacker is an expense manager."""

    model, code = "reimbursement.claim", "reimburse"
    groups = ("hr_expense.group_hr_expense_manager", "account.group_account_invoice")
    dead = {"is_cancelled": True}  # noqa: RUF012
    lines, tampered_line = "expense_ids", {"total_amount_currency": 1.0}
    # the state of a new expense is computed, whatever is given
    harmless = (
        ("create", 2),
        ("defaults", 2),
        ("copy", 2),
        ("message_new", 2),
        ("message_process", 2),
    )

    @classmethod
    def set_up_ground(cls):
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Sales", "user_id": cls.sales.id, "company_id": cls.company.id}
        )
        cls.travel, cls.dinner = cls.env["product.product"].create(
            [
                {"name": name, "can_be_expensed": True, "type": "service", "standard_price": 0}
                for name in ("Travel", "Dinner")
            ]
        )
        journal = cls.env["account.journal"].create(
            {"name": "Entries", "code": "ATTE", "type": "general"}
        )
        cls.move = cls.env["account.move"].create({"journal_id": journal.id})

    @classmethod
    def values(cls):
        return {
            "name": "November",
            "company_id": cls.company.id,
            "expense_ids": [
                Command.create(cls.expense_of(cls.travel, 100)),
                Command.create(cls.expense_of(cls.dinner, 50)),
            ],
        }

    @classmethod
    def expense_of(cls, product, amount):
        return {
            "name": product.name,
            "product_id": product.id,
            "employee_id": cls.employee.id,
            "company_id": cls.company.id,
            "date": "2026-11-02",
            "total_amount_currency": amount,
        }

    def line_values(self, document):
        return self.expense_of(self.travel, 999)

    def ways(self, document):
        expenses = document.expense_ids
        return [
            (expenses, {"approval_state": "approved"}),
            (expenses[0], {"approval_state": "approved"}),
            (expenses, {"state": "approved"}),
            (expenses, {"account_move_id": self.move.id}),
        ]

    def methods(self, document):
        expenses = document.expense_ids
        return [
            expenses.action_submit,
            expenses[0].action_approve,
            expenses.sudo()._do_approve,
            lambda: self.approve_as_duplicates(expenses),
            lambda: self.as_user(self.move, self.sales).write(
                {"expense_ids": [Command.link(expenses[0].id)]}
            ),
        ]

    def approve_as_duplicates(self, expenses):
        expenses.write({"approval_state": "submitted"})
        wizards = self.of_requester("hr.expense.approve.duplicate")
        wizards.create({"expense_ids": [Command.set(expenses.ids)]}).action_approve()

    def undo(self, document):
        document.expense_ids.action_reset()

    # ------------------------------------------------------------------ in and out of a claim

    def expense(self, **values):
        expenses = self.of_requester("hr.expense")
        return expenses.create({**self.expense_of(self.travel, 70), **values})

    def test_expense_without_a_claim_is_as_in_plain_odoo(self):
        """A1: nothing is asked of those who do not group their expenses."""
        expense = self.expense()
        expense._do_approve()
        self.env.cr.flush()
        self.assertEqual(expense.state, "approved")
        self.expense().account_move_id = self.move
        self.env.cr.flush()

    def test_approved_expense_does_not_slip_into_a_claim(self):
        """A10: approved outside, paid inside."""
        claim, expense = self.document, self.expense()
        expense._do_approve()
        with self.assert_shut(claim):
            expense.claim_id = claim
        with self.assert_shut(claim):
            claim.expense_ids = [Command.link(expense.id)]
        with self.assert_shut():
            self.make(expense_ids=[Command.link(expense.id)])

    def test_one_expense_is_not_taken_back_and_approved_again(self):
        """A15: the claim was approved as a whole, and is taken back as a whole."""
        claim = self.document
        self.approve(claim)
        first = claim.expense_ids[0]
        with self.assertRefused("cannot be changed any more"):
            first.action_reset()
        # which sentence comes first depends on what else is installed; both name the claim
        with self.assertRefused("November "):
            first._write({"approval_state": None, "state": "draft"})
            self.env.cr.flush()
        claim.expense_ids.action_reset()
        self.env.cr.flush()
        self.assertFalse(self.is_executed(claim))

    def test_approved_claim_goes_on_to_accounting(self):
        """A15: entries for what was approved are no second execution."""
        claim = self.document
        self.approve(claim)
        claim.expense_ids.account_move_id = self.move
        self.env.cr.flush()
        self.assertEqual(claim.approval_state, "executed")

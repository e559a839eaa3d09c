from contextlib import contextmanager

from odoo import Command
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.expense_approval.models.reimbursement_claim import SETTLED

from . import attack_table


@tagged("post_install", "-at_install")
class TestAttackClaim(attack_table.AttackTable):
    """hr.expense: approved with the claim it belongs to; the attacker is an expense manager.

    A claim keeps the doors of its expenses shut even where no chain applies. What the doors would let
    through is therefore tried on the same expenses without their claim.
    """

    model, code = "reimbursement.claim", "reimburse"
    groups = ("hr_expense.group_hr_expense_manager", "account.group_account_invoice")
    lines, tampered_line = "expense_ids", {"total_amount_currency": 1.0}
    # the state of a new expense is computed, whatever is given
    harmless = (
        ("create", 2),
        ("defaults", 2),
        ("copy", 2),
        ("message_new", 2),
        ("message_process", 2),
    )
    # an expense leaves one claim before it joins another
    unknown_changes = ("take the line to another document",)

    @classmethod
    def set_up_ground(cls):
        cls.claimed = True
        cls.company.reimbursement_enabled = True
        cls.company.claim_without_application = "allow"
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
            "purpose": "November",
            "employee_id": cls.employee.id,
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

    # ------------------------------------------------------------------ without a claim

    @contextmanager
    def without_chain(self):
        with super().without_chain():
            self.loose = self.document.expense_ids
            self.document.expense_ids = [Command.clear()]
            self.claimed = False
            self.env.cr.flush()
            try:
                yield
            finally:
                self.claimed = True

    def expenses_of(self, document):
        return document.expense_ids if self.claimed else self.loose

    def is_executed(self, document):
        if self.claimed:
            return super().is_executed(document)
        own = self.env["hr.expense"].search([("employee_id", "=", self.employee.id)])
        return bool(own.filtered_domain(Domain(SETTLED)))

    def belonging(self, document, records):
        return super().belonging(document, records) if self.claimed else {}

    # ------------------------------------------------------------------ ways

    def ways(self, document):
        expenses = self.expenses_of(document)
        return [
            (expenses, {"approval_state": "approved"}),
            (expenses[0], {"approval_state": "approved"}),
            (expenses, {"state": "approved"}),
            (expenses, {"account_move_id": self.move.id}),
        ]

    def methods(self, document):
        expenses = self.expenses_of(document)
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
        finance = self.env.ref("expense_approval.group_expense_finance")
        self.sales2.group_ids = [Command.link(finance.id)]
        self.as_user(document, self.sales2).action_reopen("Not yet.")

    # ------------------------------------------------------------------ tighter than the engine asks

    # the claim refuses before anything is written, so there is nothing to find at the commit; what
    # remains of caught refusals is tried by the tests of code that goes on
    test_refusal_that_was_caught_is_not_committed = None

    def test_change_after_approval_voids_it(self):
        """A9: a claim that is approved stays as it was approved; what is written below voids it."""
        document = self.document
        self.approve_without_executing(document)
        request = self.request_of(document)
        for what in self.changes(document):
            with self.subTest(change=what), self.rolled_back():
                if what.startswith("below the cache"):
                    self.changes(document)[what]()
                    self.env.cr.flush()
                    self.assertEqual(request.state, "void")
                else:
                    with self.assertRefused(document.name):
                        self.changes(document)[what]()
                    self.assertEqual(request.state, "approved")

    def test_other_values_stay_free(self):
        """A9: what says nothing of what was decided can be written while it is pending."""
        document = self.document
        request = self.submit(document)
        document.note = "The receipts are in the blue envelope."
        self.env.cr.flush()
        self.assertEqual(request.state, "pending")

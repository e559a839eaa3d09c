from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from .money_common import MoneyCase


@tagged("post_install", "-at_install")
class TestAdvance(MoneyCase):
    """E9: asked for, approved, paid, settled, reminded of."""

    # ------------------------------------------------------------------ chain

    def test_advance_goes_to_the_manager_and_to_finance(self):
        """E9: up to the limit of finance the general manager is not asked."""
        advance = self.make_advance(3000)
        self.assertEqual(advance.stage, "draft")
        self.submit(advance)
        self.assertEqual(self.waits_for(advance), ["Department manager: is it needed"])
        self.assertEqual(advance.stage, "submitted")
        self.decide(advance, self.manager)
        self.assertEqual(self.waits_for(advance), ["Finance decides"])
        self.decide(advance, self.finance)
        self.assertEqual((advance.state, advance.stage), ("approved", "approved"))

    def test_general_manager_decides_over_the_limit_of_finance(self):
        """E9: 3,000.01 is over the limit of finance."""
        advance = self.make_advance(3000.01)
        self.submit(advance)
        self.decide(advance, self.manager)
        self.decide(advance, self.finance)
        self.assertEqual(self.waits_for(advance), ["General manager, over the limit of finance"])
        self.decide(advance, self.boss)
        self.assertEqual(advance.stage, "approved")

    def test_nobody_approves_the_own_advance(self):
        """E9: for the manager of the department, that of the department above is asked."""
        above = self.department.create(
            {
                "name": "Marketing",
                "company_id": self.company.id,
                "manager_id": self.employee_of(self.leader).id,
            }
        )
        self.department.parent_id = above
        advance = self.make_advance(100, user=self.manager)
        self.submit(advance)
        with self.assertRefused():
            self.decide(advance, self.manager)
        self.decide(advance, self.leader)
        self.assertEqual(self.waits_for(advance), ["Finance decides"])

    def test_finance_does_not_approve_the_own_advance(self):
        """E9: somebody else of finance does."""
        self.employee_of(self.finance).department_id = self.department
        other = self.make_user("second", groups="expense_approval.group_expense_finance")
        self.hold("finance", other)
        advance = self.make_advance(100, user=self.finance)
        self.submit(advance)
        self.decide(advance, self.manager)
        with self.assertRefused():
            self.decide(advance, self.finance)
        self.decide(advance, other)
        self.assertEqual(self.waits_for(advance), ["General manager, over the limit of finance"])

    def test_amount_is_locked_while_in_approval_and_after(self):
        """E9: what was asked for is what is paid."""
        advance = self.make_advance(1000)
        self.submit(advance)
        with self.assertRefused():
            advance.amount = 2000
        self.decide(advance, self.manager)
        self.decide(advance, self.finance)
        with self.assertRefused():
            advance.amount = 2000
        with self.assertRefused(exception=AccessError):
            advance.state = "draft"

    # ------------------------------------------------------------------ bad input

    @mute_logger("odoo.sql_db")
    def test_zero_and_negative_amounts_are_refused(self):
        """E9: bad input."""
        for amount in (0, -5):
            with self.assertRefused("amount_positive", IntegrityError):
                self.make_advance(amount)

    @mute_logger("odoo.sql_db")
    def test_settlement_before_it_is_needed_is_refused(self):
        """E9: bad input."""
        with self.assertRefused("settled_after_needed", IntegrityError):
            self.make_advance(settle_by=self.days(-1))

    def test_currency_without_rate_is_refused(self):
        """E9: nobody compares dollars at 1.0."""
        self.dollar.rate_ids.unlink()
        advance = self.make_advance(currency_id=self.dollar.id)
        with self.assertRefused("no exchange rate of USD"):
            self.submit(advance)

    def test_employee_without_contact_is_told_to_get_one(self):
        """E9: there is nobody to pay to."""
        advance = self.make_advance()
        self.employee_of(self.claimant).work_contact_id = False
        with self.assertRefused("has no work contact"):
            self.submit(advance)

    def test_archived_employee_gets_no_advance(self):
        """E9: whoever left gets nothing in advance."""
        advance = self.make_advance()
        self.employee_of(self.claimant).active = False
        with self.assertRefused("archived"):
            self.submit(advance)

    def test_finance_submits_for_an_employee_who_cannot_log_in(self):
        """E9: an employee without a user."""
        worker = self.env["hr.employee"].create(
            {
                "name": "Worker",
                "company_id": self.company.id,
                "department_id": self.department.id,
                "work_contact_id": self.env["res.partner"].create({"name": "Worker"}).id,
            }
        )
        other = self.make_user("second", groups="expense_approval.group_expense_finance")
        self.hold("finance", other)
        advance = self.make_advance(user=self.finance, employee_id=worker.id)
        self.submit(advance, user=self.finance)
        self.assertEqual(self.waits_for(advance), ["Department manager: is it needed"])

    def test_application_of_somebody_else_is_refused(self):
        """E9: an advance is for the own application."""
        application = self.make_application(user=self.colleague)
        advance = self.make_advance()
        self.as_user(advance, self.env.user).application_id = application
        with self.assertRefused("Choose one of your own"):
            self.submit(advance)

    def test_application_that_is_not_approved_is_refused(self):
        """E9: and for an approved one."""
        advance = self.make_advance(application_id=self.make_application().id)
        with self.assertRefused("Only an approved one"):
            self.submit(advance)

    # ------------------------------------------------------------------ payment

    def test_set_up_takes_the_account_of_the_chinese_chart(self):
        """E9: 1221 其他应收款, open items told."""
        account = self.company.advance_account_id
        self.assertTrue(account.with_company(self.company).code.startswith("1221"))
        self.assertTrue(account.reconcile)

    def test_finance_pays_by_a_real_payment(self):
        """E9: to the contact of the employee, on the account of advances."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        wizard = self.wizard(advance, "action_pay")
        self.assertEqual((wizard.amount, wizard.currency_id), (1000, self.currency))
        wizard.action_create_payment()
        payment = advance.with_user(self.finance).payment_ids
        self.assertEqual(payment.partner_id, self.claimant.partner_id)
        self.assertEqual(payment.destination_account_id, self.company.advance_account_id)
        line = payment.move_id.line_ids.filtered("debit")
        self.assertEqual(
            (line.account_id, line.balance, line.partner_id),
            (self.company.advance_account_id, 1000, self.claimant.partner_id),
        )
        self.assertEqual((advance.stage, advance.open_amount), ("paid", 1000))

    def test_nothing_is_paid_before_approval(self):
        """E9: neither by the button nor by a payment made by hand."""
        advance = self.make_advance(1000)
        with self.assertRefused("only an approved advance is paid", ValidationError):
            self.wizard(advance, "action_pay").action_create_payment()

    def test_more_than_approved_is_not_paid(self):
        """E9: in one payment or in two."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        with self.assertRefused("too much", ValidationError):
            self.wizard(advance, "action_pay", amount=1000.01).action_create_payment()
        self.wizard(advance, "action_pay", amount=600).action_create_payment()
        with self.assertRefused("too much", ValidationError):
            self.wizard(advance, "action_pay", amount=401).action_create_payment()
        self.wizard(advance, "action_pay").action_create_payment()
        self.assertEqual(advance.paid_amount, 1000)

    def test_payment_in_another_currency_or_to_somebody_else_is_refused(self):
        """E9: the payment is what was approved."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        payments = self.as_user(self.env["account.payment"], self.finance)
        values = {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "journal_id": self.bank.id,
            "amount": 100,
            "advance_id": advance.id,
            "partner_id": self.claimant.partner_id.id,
        }
        with self.assertRefused("is paid in it", ValidationError):
            payments.create({**values, "currency_id": self.dollar.id})
        with self.assertRefused("to nobody else", ValidationError):
            payments.create({**values, "partner_id": self.colleague.partner_id.id})

    def test_without_an_account_finance_is_told_what_to_set(self):
        """E9: a company without a Chinese chart."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        self.company.advance_account_id = False
        with self.assertRefused("Choose the account for advances"):
            self.wizard(advance, "action_pay").action_create_payment()

    def test_account_that_cannot_be_reconciled_is_refused(self):
        """E9: what is open could not be told."""
        account = self.company.advance_account_id
        other = account.search(
            [
                ("company_ids", "in", self.company.id),
                ("reconcile", "=", False),
                ("account_type", "=", "asset_current"),
            ],
            limit=1,
        )
        with self.assertRefused("Allow reconciliation", ValidationError):
            self.company.advance_account_id = other

    def test_reversal_of_the_payment_opens_the_advance_again(self):
        """E9: it is approved and not paid."""
        advance = self.make_paid(1000)
        payment = advance.with_user(self.finance).payment_ids
        self.as_user(payment, self.env.user).move_id._reverse_moves(cancel=True)
        self.assertEqual((advance.stage, advance.open_amount), ("approved", 0))
        self.wizard(advance, "action_pay").action_create_payment()
        self.assertEqual((advance.stage, advance.open_amount), ("paid", 1000))

    def test_payment_set_back_to_draft_opens_the_advance_again(self):
        """E9: the same by the button of the payment."""
        advance = self.make_paid(1000)
        self.as_user(advance.with_user(self.finance).payment_ids, self.finance).action_draft()
        self.assertEqual((advance.stage, advance.paid_amount), ("approved", 0))

    # ------------------------------------------------------------------ paid back

    def test_rest_is_paid_back_by_a_real_receipt(self):
        """E9: in parts, never more than is open."""
        advance = self.make_paid(1000)
        self.wizard(advance, "action_pay_back", amount=300).action_create_payment()
        self.assertEqual(
            (advance.stage, advance.open_amount, advance.returned_amount), ("partly", 700, 300)
        )
        with self.assertRefused("too much to take back", ValidationError):
            self.wizard(advance, "action_pay_back", amount=701).action_create_payment()
        self.wizard(advance, "action_pay_back").action_create_payment()
        self.assertEqual((advance.stage, advance.open_amount), ("settled", 0))
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.company.advance_account_id.id)]
        )
        self.assertEqual(set(lines.mapped("reconciled")), {True})

    # ------------------------------------------------------------------ closing

    def test_advance_that_is_not_needed_is_closed(self):
        """E9: by the employee, before it is paid."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        advance.action_close()
        self.assertEqual(advance.stage, "closed")
        with self.assertRefused("only an approved advance is paid", ValidationError):
            self.wizard(advance, "action_pay").action_create_payment()

    def test_paid_advance_is_not_closed(self):
        """E9: as long as money is open."""
        advance = self.make_paid(1000)
        with self.assertRefused("cannot be closed"):
            advance.action_close()
        with self.assertRefused("cannot be cancelled"):
            advance.action_cancel()

    # ------------------------------------------------------------------ overdue

    def make_overdue(self, amount=1000.0, **values):
        advance = self.make_paid(amount, **values)
        later = self.days(31)
        companies = type(self.company)
        self.startPatcher(patch.object(companies, "_approval_today", lambda company: later))
        advance.invalidate_recordset(["is_overdue"])
        return advance

    def test_overdue_is_found_by_the_filter(self):
        """E9: paid, open, past its day."""
        advance, other = self.make_paid(10), self.make_paid(20, settle_by=self.days(60))
        self.assertFalse(advance.is_overdue)
        overdue = self.make_overdue()
        found = self.env["expense.advance"].search(
            [("is_overdue", "=", True), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found, overdue + advance)
        self.assertFalse(other.is_overdue)

    def test_no_new_advance_over_the_limit_while_one_is_overdue(self):
        """E9: the message says which."""
        self.company.advance_overdue_limit = 200
        overdue = self.make_overdue()
        advance = self.make_advance(200.01, settle_by=self.days(60))
        with self.assertRefused(overdue.name):
            self.submit(advance)
        self.submit(self.make_advance(200, settle_by=self.days(60)))
        self.submit(self.make_advance(5000, user=self.colleague, settle_by=self.days(60)))
        self.wizard(overdue, "action_pay_back").action_create_payment()
        self.submit(advance)

    def test_reminder_goes_out_once_in_a_period(self):
        """E9: one message for all that is overdue, again after seven days."""
        second = self.make_paid(500)
        first = self.make_overdue()
        first.env.flush_all()
        cron, both = self.env["expense.advance"], first + second
        to_remind = Domain("company_id", "=", self.company.id) & Domain(
            "employee_id", "in", both.employee_id.ids
        )
        told = Domain("res_id", "in", both.ids) & Domain("model", "=", "expense.advance")
        told &= Domain("message_type", "=", "user_notification")
        self.assertEqual(cron.search(to_remind & cron._to_remind_domain()), both)
        for _run in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "expense_approval.cron_remind_overdue_advances"
                ).method_direct_trigger()
            message = self.env["mail.message"].search(told)
            self.assertEqual(len(message), 1)
        self.assertEqual(message.notified_partner_ids, self.claimant.partner_id)
        self.assertIn(first.name, message.body)
        self.assertIn(second.name, message.body)
        self.assertEqual(set(both.mapped("reminded_on")), {self.days(31)})
        week = self.days(38)
        with patch.object(type(self.company), "_approval_today", lambda company: week):
            self.assertEqual(cron.search(to_remind & cron._to_remind_domain()), both)

    # ------------------------------------------------------------------ rights

    def test_own_managed_finance_and_nobody_else_see_an_advance(self):
        """E9: rights."""
        advance = self.make_advance(1000)
        outsider = self.make_user("outsider")
        seen = {
            user: bool(
                self.as_user(self.env["expense.advance"], user).search([("id", "=", advance.id)])
            )
            for user in (self.claimant, self.manager, self.leader, self.finance)
        }
        self.assertEqual(set(seen.values()), {True})
        for user in (self.colleague, outsider):
            with self.assertRefused(exception=AccessError):
                self.as_user(advance, user).read(["amount"])

    def test_nobody_changes_what_somebody_else_asks_for(self):
        """E9: not even finance or the manager."""
        advance = self.make_advance(1000)
        for user in (self.manager, self.finance, self.colleague):
            with self.assertRefused(exception=AccessError):
                self.as_user(advance, user).write({"amount": 5})

    def test_only_finance_pays(self):
        """E9: the claimant and the manager have no way to pay."""
        advance = self.make_advance(1000)
        self.approve_advance(advance)
        for user in (self.claimant, self.manager):
            with self.assertRefused(exception=AccessError):
                self.as_user(advance, user).action_pay()
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env["expense.payment.wizard"], user).create(
                    {"advance_id": advance.id, "direction": "outbound", "amount": 1}
                )

    def test_another_company_sees_nothing(self):
        """E9: companies."""
        advance = self.make_advance(1000)
        other = self.env["res.company"].create({"name": "Other"})
        user = self.make_user("other", groups="expense_approval.group_expense_finance")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRefused(exception=AccessError):
            self.as_user(advance, user).read(["amount"])

    def test_without_the_switch_there_are_no_advances(self):
        """E9: nothing changes until somebody switches it on."""
        self.company.reimbursement_enabled = False
        with self.assertRefused("not switched on", UserError):
            self.make_advance()

from odoo import Command
from odoo.tests import tagged

from .common import DAY, ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimFindings(ExpenseCase):
    """E1, E5: what the checks find, and what comes of it; bad input."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_without_application = "allow"

    def codes(self, claim):
        return {finding.code for finding in claim._claim_findings()[claim.id]}

    def approved_application(self, **values):
        application = self.make_application(**values)
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        # approved before it was spent
        application._stamp({"approved_on": "2026-03-01"})
        return application

    # ------------------------------------------------------------------ bad input

    def test_a_claim_without_expenses_is_not_submitted(self):
        """E1."""
        claim = self.make_claim(expenses=self.env["hr.expense"])
        with self.assertRefused("has no expenses yet"):
            self.submit(claim)

    def test_zero_and_negative_amounts_are_not_submitted(self):
        """E5: each named in a sentence, all at once."""
        claim = self.make_claim(100, 0, -50)
        with self.assertRefused("only amounts above zero"):
            self.submit(claim)
        self.assertEqual(
            [row.code for row in claim._claim_findings()[claim.id]], ["amount", "amount"]
        )

    def test_an_expense_without_category_is_not_submitted(self):
        """E5: as those made from a mail are."""
        claim = self.make_claim(expenses=self.make_expense(product_id=False))
        with self.assertRefused("has no category"):
            self.submit(claim)

    def test_foreign_currency_without_a_rate_is_not_submitted(self):
        """E7: unless the total was entered as the bank converted it."""
        sek = self.env.ref("base.SEK")
        sek.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", sek.id)]).unlink()
        claim = self.make_claim(expenses=self.make_expense(100, currency_id=sek.id))
        with self.assertRefused("no rate is known"):
            self.submit(claim)
        self.as_user(claim.expense_ids, self.claimant).total_amount = 68
        self.submit(claim)
        self.assertEqual(claim.amount, 68)

    def test_amounts_are_converted_at_the_day_of_the_receipt(self):
        """E7: not at that of the claim."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": usd.id, "name": day, "rate": rate, "company_id": self.company.id}
                for day, rate in ((DAY, 0.125), ("2026-03-11", 0.1))
            ]
        )
        claim = self.make_claim(expenses=self.make_expense(100, currency_id=usd.id))
        self.assertEqual(claim.amount, 800)

    def test_a_second_claim_of_the_same_expense_is_noticed(self):
        """E5: same category, day and amount as one claimed before."""
        first = self.make_claim(100)
        self.assertFalse(self.codes(first))
        self.submit(first)
        second = self.make_claim(100)
        self.assertEqual(self.codes(second), {"duplicate"})
        self.submit(second)
        notes = self.request_of(second).sheet["notes"]
        self.assertIn(first.name, notes[0]["text"])

    # ------------------------------------------------------------------ applications

    def test_difference_between_estimate_and_actual_is_shown_by_category(self):
        """E1."""
        application = self.approved_application()
        expenses = self.make_expense(900) | self.make_expense(40, product=self.dinner)
        claim = self.make_claim(expenses=expenses, application_ids=application.ids)
        self.assertEqual(
            [
                (row["category"], row["estimated"], row["claimed"], row["difference"])
                for row in claim._category_totals()
            ],
            [("Dinner", 0, 40, 40), ("Travel", 800, 900, 100)],
        )
        self.assertIn("application_amount", self.codes(claim))
        self.assertIn("Dinner", self.as_user(claim, self.claimant).comparison)

    def test_open_amount_of_an_application_is_what_was_not_claimed(self):
        """E1: claimed from submission on; nothing is open once it is closed."""
        application = self.approved_application()
        claim = self.make_claim(300, application_ids=application.ids)
        self.assertEqual(application.open_amount, 800)
        self.submit(claim)
        self.assertEqual((application.claimed_amount, application.open_amount), (300, 500))
        self.as_user(self.request_of(claim), self.claimant).action_withdraw("Later.")
        self.assertEqual(application.open_amount, 800)
        self.as_user(application, self.claimant).action_close()
        self.assertEqual((application.state, application.open_amount), ("closed", 0))

    def test_only_own_approved_applications_are_attached(self):
        """E1: not another's, not one that is under way or closed."""
        pending = self.make_application()
        closed = self.approved_application()
        self.as_user(closed, self.claimant).action_close()
        foreign = self.make_application(user=self.colleague)
        for application, code in (
            (pending, "application_state"),
            (closed, "application_state"),
            (foreign, "application_owner"),
        ):
            claim = self.make_claim(100)
            self.as_user(claim, self.env.user).application_ids = application
            self.assertIn(code, self.codes(claim))
            with self.assertRefused():
                self.submit(claim)

    def test_spent_before_approval_or_after_it_expired_is_found(self):
        """E1: the dates are compared."""
        self.company.claim_without_application = "warn"
        application = self.approved_application()
        for day, found in (
            ("2026-02-28", {"application_date"}),
            ("2026-03-01", set()),
            ("2026-03-31", set()),
            ("2026-04-01", {"application_date"}),
        ):
            with self.subTest(day=day):
                expense = self.make_expense(100, date=day)
                claim = self.make_claim(expenses=expense, application_ids=application.ids)
                self.assertEqual(self.codes(claim), found)

    def test_without_an_application_the_company_decides(self):
        """E1: allowed, shown, an extra step, or refused."""
        for policy, waits in (
            ("allow", False),
            ("warn", False),
            ("step", "General manager, where the rules ask for an extra step"),
        ):
            with self.subTest(policy=policy):
                self.company.claim_without_application = policy
                claim = self.make_claim(100)
                self.approve_to(claim, "boss")
                self.assertEqual(claim.state, "submitted" if waits else "approved")
                self.assertEqual(self.waits_for(claim), [waits] if waits else [])
                notes = self.request_of(claim).sheet["notes"]
                self.assertEqual(bool(notes), policy != "allow")
        self.company.claim_without_application = "stop"
        with self.assertRefused("without an approved application"):
            self.submit(self.make_claim(100))

    def test_an_application_is_made_into_a_claim(self):
        """E1: the draft expenses of the period come along."""
        application = self.approved_application()
        inside = self.make_expense(50)
        self.make_expense(60, date="2026-04-02")
        action = self.as_user(application, self.claimant).action_make_claim()
        claim = self.env["reimbursement.claim"].browse(action["res_id"])
        self.assertEqual((claim.expense_ids, claim.application_ids), (inside, application))
        self.assertEqual(inside.application_id, application)

    def test_chosen_expenses_become_a_claim(self):
        """E1: from Odoo's own list of expenses."""
        expenses = self.make_expense(10) | self.make_expense(20)
        action = self.as_user(expenses, self.claimant).action_create_claim()
        claim = self.env["reimbursement.claim"].browse(action["res_id"])
        self.assertEqual((claim.amount, claim.user_id), (30, self.claimant))
        with self.assertRefused("in draft only"):
            self.as_user(expenses, self.claimant).action_create_claim()

    def test_an_application_needs_an_estimate_and_no_more_advance_than_that(self):
        """E1, E9."""
        application = self.make_application(line_ids=[])
        with self.assertRefused("has no estimate yet"):
            self.submit(application)
        application = self.make_application(advance_amount=801)
        with self.assertRefused("The advance wanted"):
            self.submit(application)

    def test_an_application_is_locked_once_approved_and_copied_open(self):
        """E1, A9."""
        application = self.approved_application()
        for vals in ({"date_to": "2026-05-01"}, {"line_ids": [Command.clear()]}):
            with self.assertRefused():
                self.as_user(application, self.claimant).write(vals)
        with self.assertRefused("cannot be cancelled"):
            self.as_user(application, self.claimant).action_cancel()
        copy = self.as_user(application, self.claimant).copy()
        self.assertEqual((copy.state, copy.amount, copy.approved_on), ("draft", 800, False))

    # ------------------------------------------------------------------ people

    def test_a_department_without_manager_is_named(self):
        """A11: who can help is said."""
        self.department.manager_id = False
        with self.assertRefused("No department above Claimant has a manager"):
            self.submit(self.make_claim(100))

    def test_a_manager_is_decided_on_by_those_above(self):
        """E2, E3: nobody decides on the own claim."""
        claim = self.make_claim(100, user=self.manager)
        with self.assertRefused("has a manager"):
            self.submit(claim)
        above = self.env["hr.department"].create(
            {
                "name": "Center",
                "company_id": self.company.id,
                "manager_id": self.employee_of(self.leader).id,
            }
        )
        self.department.parent_id = above
        self.submit(claim)
        with self.assertRefused():
            self.decide(claim, self.manager)
        self.decide(claim, self.leader)
        self.decide(claim, self.boss)
        self.assertEqual(self.waits_for(claim), ["Finance receives the originals"])

    def test_a_manager_without_leader_is_named(self):
        """A11, E3."""
        self.employee_of(self.manager).parent_id = False
        with self.assertRefused("has no leader who can log in"):
            self.submit(self.make_claim(100))

    def test_an_archived_employee_is_named(self):
        """E1."""
        claim = self.make_claim(100)
        self.employee_of(self.claimant).active = False
        with self.assertRefused("who is archived"):
            self.submit(claim)

    def test_finance_claims_for_an_employee_who_cannot_log_in(self):
        """E1: and the others of finance check it."""
        employee = self.env["hr.employee"].create(
            {
                "name": "Driver",
                "company_id": self.company.id,
                "department_id": self.department.id,
                "parent_id": self.employee_of(self.manager).id,
            }
        )
        second = self.make_user("second", groups="expense_approval.group_expense_finance")
        self.hold("finance", second)
        self.env["hr.expense"].create(
            {
                "name": "Fuel",
                "product_id": self.travel.id,
                "employee_id": employee.id,
                "date": DAY,
                "total_amount_currency": 80,
                "company_id": self.company.id,
            }
        )
        claims = self.as_user(self.env["reimbursement.claim"], self.finance)
        claim = claims.create({"purpose": "Fuel", "employee_id": employee.id})
        expense = self.env["hr.expense"].search([("employee_id", "=", employee.id)])
        expense.claim_id = claim
        self.submit(claim, self.finance)
        self.decide(claim, self.manager)
        self.decide(claim, self.leader)
        with self.assertRefused():
            self.decide(claim, self.finance, "handle")
        self.decide(claim, second, "handle")
        self.decide(claim, second)
        self.assertEqual(claim.state, "approved")

    def test_nobody_submits_for_somebody_who_can_log_in(self):
        """E2: who asks must not be chosen by who decides."""
        claim = self.make_claim(100)
        with self.assertRefused("has to submit it personally"):
            self.as_user(claim, self.env.ref("base.user_admin")).sudo().action_approval_submit()

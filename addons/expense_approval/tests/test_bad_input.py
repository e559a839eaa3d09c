from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from .common import DAY
from .money_common import MoneyCase


@tagged("post_install", "-at_install")
class TestBadInput(MoneyCase):
    """E1-E11: whatever is wrong is told in a sentence that names the document and what to do.

    What is told of invoices, standards and budgets stands with those.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_without_application = "allow"

    def approved_application(self, **values):
        application = self.make_application(**values)
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        application._stamp({"approved_on": "2026-03-01"})
        return application

    def assertTold(self, *texts):
        """The block must be refused with a message that has all these texts, and leave nothing."""
        case = self

        class Told:
            def __enter__(self):
                self.context = case.assertRefused()
                self.caught = None
                return self.context.__enter__()

            def __exit__(self, kind, error, trace):
                done = self.context.__exit__(kind, error, trace)
                for text in texts:
                    case.assertIn(text, str(error))
                return done

        return Told()

    def message_of(self, error):
        """What the server answers for a check of the database that failed."""
        table = error.diag.table_name
        model = next(row for row in self.env.registry.values() if row._table == table)
        return self.env[model._name]._sql_error_to_message(error)

    def day(self, text):
        return format_date(self.env, text)

    # ------------------------------------------------------------------ amounts

    @mute_logger("odoo.sql_db")
    def test_zero_and_negative_amounts_are_told_of_every_document(self):
        """E1, E9-E11: in the words of the database's check, as the web client shows them."""
        lines = {"line_ids": [Command.create({"product_id": self.travel.id, "amount": 0})]}
        less = {"line_ids": [Command.create({"product_id": self.travel.id, "amount": -1})]}
        partner = self.boss.partner_id.id
        fund = {"purpose": "x", "partner_id": partner, "company_id": self.company.id}
        funds = self.as_user(self.env["fund.request"], self.claimant)
        row = Command.create({"due_date": self.today, "amount": 0})
        budget = {
            "company_id": self.company.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "amount": -1,
        }
        for make, sentence in (
            (lambda: self.make_application(**lines), "The estimate for a category must be more"),
            (lambda: self.make_application(**less), "The estimate for a category must be more"),
            (lambda: self.make_application(advance_amount=-1), "The advance wanted cannot be"),
            (lambda: self.make_advance(0), "The amount of an advance must be more than zero"),
            (lambda: self.make_advance(-5), "The amount of an advance must be more than zero"),
            (lambda: funds.create({**fund, "amount": 0}), "The amount of a fund request must be"),
            (lambda: funds.create({**fund, "amount": -1}), "The amount of a fund request must be"),
            (
                lambda: funds.create({**fund, "amount": 1, "instalment_ids": [row]}),
                "The amount of an instalment must be more than zero",
            ),
            (
                lambda: self.env["expense.budget"].create(budget),
                "The amount of a budget cannot be negative",
            ),
        ):
            with self.subTest(sentence=sentence):
                with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
                    make()
                    self.env.flush_all()
                message = self.message_of(caught.exception)
                self.assertIn(sentence, message)

    def test_zero_and_negative_expenses_are_named_one_by_one(self):
        """E5: a claim tells all of them at once."""
        rows = [
            self.make_expense(amount, name=name)
            for name, amount in (("Train", 100), ("Nothing", 0), ("Refund", -50))
        ]
        claim = self.make_claim(expenses=self.env["hr.expense"].union(*rows))
        with self.assertTold("Nothing amounts to", "Refund amounts to", "50.00", "above zero"):
            self.submit(claim)

    def test_currency_without_a_rate_names_currency_and_day(self):
        """E7, E9: and who can help."""
        sek = self.env.ref("base.SEK")
        sek.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", sek.id)]).unlink()
        expense = self.make_expense(100, name="Ferry", currency_id=sek.id)
        with self.assertTold("Ferry is in SEK", self.day(DAY), "ask finance to enter the rate"):
            self.submit(self.make_claim(expenses=expense))
        with self.assertTold("no exchange rate of SEK", self.company.name, "Ask finance"):
            self.submit(self.make_advance(currency_id=sek.id))

    # ------------------------------------------------------------------ whose it is

    def test_an_expense_of_another_person_is_named(self):
        """E1: whoever could write both."""
        foreign = self.make_expense(user=self.colleague, name="Taxi of the colleague")
        claim = self.make_claim(100)
        with self.assertTold("Taxi of the colleague belongs to Colleague", claim.name, "Claimant"):
            self.as_user(foreign, self.env.user).claim_id = claim
        # who may not read it learns nothing of it
        with self.assertRefused(exception=AccessError):
            self.make_claim(expenses=foreign)

    def test_an_expense_on_two_claims_names_the_first(self):
        """E1: by the expense and by the claim."""
        claim = self.make_claim(expenses=self.make_expense(name="Train"))
        with self.assertTold(f"Train is on {claim.name} already", "Remove it there first"):
            self.make_claim(expenses=claim.expense_ids)

    def test_an_application_that_is_not_the_own_or_not_open_is_named(self):
        """E1: another's, one under way, a closed one; the sentence says which and why."""
        foreign = self.make_application(user=self.colleague)
        pending, closed = self.make_application(), self.approved_application()
        self.as_user(closed, self.claimant).action_close()
        for application, *texts in (
            (foreign, "is an application of Colleague", "the own applications of Claimant"),
            (pending, "is “Draft”", "only approved applications"),
            (closed, "is “Closed”", "only approved applications"),
        ):
            claim = self.make_claim(100)
            self.as_user(claim, self.env.user).application_ids = application
            with self.subTest(texts=texts), self.assertTold(application.name, *texts):
                self.submit(claim)

    def test_an_expired_application_names_both_days(self):
        """E1: spent the day after it was valid, or the day before it was approved."""
        self.company.claim_without_application = "stop"
        application = self.approved_application()
        for day, *texts in (
            ("2026-04-01", self.day("2026-04-01"), "was valid until", self.day("2026-03-31")),
            ("2026-02-28", self.day("2026-02-28"), "before", self.day("2026-03-01")),
        ):
            expense = self.make_expense(100, name="Train", date=day)
            claim = self.make_claim(expenses=expense, application_ids=application.ids)
            with self.subTest(day=day), self.assertTold("Train", application.name, *texts):
                self.submit(claim)

    # ------------------------------------------------------------------ too late

    def test_a_posted_claim_is_neither_withdrawn_nor_reopened(self):
        """E7: every way says that it is too late, and how it is undone."""
        claim = self.make_claim(100)
        self.approve_to(claim, "boss")
        self.post(claim)
        with self.assertTold(claim.name, "cannot be cancelled any more"):
            self.as_user(claim, self.claimant).action_cancel()
        with self.assertTold(claim.name, "“To Pay”", "Reverse the journal entry"):
            self.as_user(claim, self.finance).action_reopen("Mistake.")
        with self.assertTold(claim.name, "“Executed”", "cannot be changed in this way any more"):
            self.as_user(self.request_of(claim), self.claimant).action_withdraw("No.")
        with self.assertTold(claim.expense_ids.name, claim.name):
            self.as_user(claim.expense_ids, self.claimant).total_amount_currency = 1
        self.assertEqual((claim.stage, claim.amount), ("posted", 100))

    # ------------------------------------------------------------------ people

    def test_a_department_without_manager_is_told_for_every_document(self):
        """A11: whose department it is."""
        self.department.manager_id = False
        for document in (self.make_claim(100), self.make_application(), self.make_advance()):
            with self.subTest(document=document._name):
                with self.assertTold("No department above Claimant has a manager"):
                    self.submit(document)

    def test_who_is_manager_and_leader_of_all_is_told_that_nobody_is_above(self):
        """A11, E2, E3: leader, manager and claimant are one person; nothing decides itself."""
        head = self.employee_of(self.boss)
        head.department_id = self.department
        self.department.manager_id = head
        for document in (
            self.make_claim(100, user=self.boss),
            self.make_application(user=self.boss),
        ):
            with self.subTest(document=document._name):
                with self.assertTold("No department above Boss has a manager"):
                    self.submit(document)
                self.assertEqual(document.state, "draft")

    def test_manager_and_leader_in_one_person_decides_once(self):
        """A11, E2, E3: the second step of the same person in a row is not asked again."""
        self.employee_of(self.leader).parent_id = False
        self.department.manager_id = self.employee_of(self.leader)
        with self.assertTold("has no leader who can log in"):
            self.submit(self.make_claim(100))
        self.employee_of(self.leader).parent_id = self.employee_of(self.boss)
        claim = self.make_claim(100)
        self.submit(claim)
        self.decide(claim, self.leader)
        self.assertEqual(self.waits_for(claim), ["Supervising leader: is it reasonable"])
        with self.assertRefused():
            self.decide(claim, self.leader)
        self.decide(claim, self.boss)
        self.assertEqual(self.waits_for(claim), ["Finance receives the originals"])

    def test_an_archived_employee_is_named_for_every_document(self):
        """E1, E9: before submission."""
        documents = (self.make_claim(100), self.make_application(), self.make_advance())
        self.employee_of(self.claimant).active = False
        for document in documents:
            with self.subTest(document=document._name):
                with self.assertTold("Claimant, who is archived", document.name):
                    self.submit(document)

    def test_who_leaves_after_submission_is_still_reimbursed(self):
        """E1, E7: the money was spent for the company; user and employee are archived meanwhile."""
        claim = self.make_claim(100)
        self.approve_to(claim, "finance")
        self.employee_of(self.claimant).active = False
        self.claimant.active = False
        self.decide(claim, self.finance)
        # nobody acts in the name of who has left: finance carries out what the chain decided
        self.assertEqual((claim.state, self.request_of(claim).state), ("submitted", "approved"))
        for user in (self.manager, self.leader, self.boss):
            self.assertFalse(self.as_user(claim, user).may_carry_out)
            with self.assertTold(claim.name, "Only finance"):
                self.as_user(claim, user).action_carry_out()
        self.assertTrue(self.as_user(claim, self.finance).may_carry_out)
        self.as_user(claim, self.finance).action_carry_out()
        self.assertFalse(self.as_user(claim, self.finance).may_carry_out)
        self.assertEqual(claim.state, "approved")
        self.post(claim)
        self.pay(claim)
        self.assertEqual(claim.stage, "paid")

    def test_finance_carries_out_nothing_that_was_not_decided(self):
        """E6, A15: not in draft, not in approval, not twice; whatever document it is."""
        for document in (self.make_claim(100), self.make_application(), self.make_advance()):
            own = self.as_user(document, self.finance)
            with self.subTest(document=document._name):
                for submit in (False, True):
                    if submit:
                        self.submit(document)
                    self.assertFalse(own.may_carry_out)
                    with self.assertTold(document.name, "is not approved and waiting"):
                        own.action_carry_out()
        advance = self.make_advance()
        self.approve_advance(advance)
        with self.assertTold(advance.name, "is not approved and waiting"):
            self.as_user(advance, self.finance).action_carry_out()

    def test_finance_asks_and_claims_for_an_employee_who_cannot_log_in(self):
        """E1: no one else does, whatever document it is."""
        driver = self.env["hr.employee"].create(
            {
                "name": "Driver",
                "company_id": self.company.id,
                "department_id": self.department.id,
                "parent_id": self.employee_of(self.manager).id,
            }
        )
        application = self.make_application(user=self.finance, employee_id=driver.id)
        self.assertFalse(application.user_id)
        for user in (self.claimant, self.manager):
            with self.assertRefused(exception=AccessError):
                self.make_application(user=user, employee_id=driver.id)
            with self.assertRefused(exception=AccessError):
                self.submit(application, user)
        self.submit(application, self.finance)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        self.assertEqual(application.state, "approved")

    # ------------------------------------------------------------------ days

    @mute_logger("odoo.sql_db")
    def test_periods_that_end_before_they_begin_are_told(self):
        """E1, E9: trips, and the day of settlement."""
        before = self.today - timedelta(days=1)
        for make, sentence in (
            (
                lambda: self.make_application(date_from="2026-03-02", date_to="2026-03-01"),
                "The period of an application ends after it begins",
            ),
            (
                lambda: self.make_advance(settle_by=before),
                "An advance is settled on the day it is needed, or later",
            ),
        ):
            with self.subTest(sentence=sentence):
                with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
                    make()
                    self.env.flush_all()
                message = self.message_of(caught.exception)
                self.assertIn(sentence, message)

from psycopg2 import IntegrityError
from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import DAY, ExpenseCase


@tagged("post_install", "-at_install")
class StandardCase(ExpenseCase):
    """Hotels by grade and city; :attr:`senior` is the grade of the claimant, others have none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hotel = cls.env["product.product"].create(
            {
                "name": "Hotel",
                "can_be_expensed": True,
                "type": "service",
                "standard_price": 0,
                "supplier_taxes_id": [Command.clear()],
            }
        )
        cls.senior = cls.env["expense.grade"].create({"name": "Senior"})
        cls.employee_of(cls.claimant).expense_grade_id = cls.senior
        cls.beijing = cls.env.ref("expense_approval.city_beijing")
        cls.chengdu = cls.env.ref("expense_approval.city_chengdu")
        cls.tier_1 = cls.env.ref("expense_approval.tier_1")
        cls.company.write(
            {
                "claim_without_application": "allow",
                "over_standard_policy": "step",
            }
        )

    @classmethod
    def make_standard(cls, amount, **values):
        return cls.env["expense.standard"].create(
            {
                "company_id": cls.company.id,
                "product_id": cls.hotel.id,
                "amount": amount,
                "unit": "night",
                **values,
            }
        )

    def make_hotel(self, amount, user=None, **values):
        values.setdefault("city_id", self.beijing.id)
        return self.make_expense(
            amount, user=user, product=self.hotel, **{"name": "Hotel", **values}
        )

    def findings(self, claim):
        return {
            (finding.code, finding.severity): finding.message
            for finding in claim._claim_findings()[claim.id]
        }


@tagged("post_install", "-at_install")
class TestStandardMatching(StandardCase):
    def test_most_specific_standard_holds(self):
        """E5: grade before city tier before country before the general one."""
        general = self.make_standard(100)
        country = self.make_standard(200, country_id=self.env.ref("base.cn").id)
        tier = self.make_standard(300, tier_id=self.tier_1.id)
        grade = self.make_standard(400, grade_id=self.senior.id)
        both = self.make_standard(500, grade_id=self.senior.id, tier_id=self.tier_1.id)
        abroad = self.env["expense.city"].create(
            {"name": "Paris", "country_id": self.env.ref("base.fr").id}
        )
        cases = [
            (self.claimant, self.beijing, both),
            (self.claimant, self.chengdu, grade),
            (self.colleague, self.beijing, tier),
            (self.colleague, self.chengdu, country),
            (self.colleague, abroad, general),
        ]
        for user, city, expected in cases:
            with self.subTest(user=user.login, city=city.name):
                expense = self.make_hotel(450, user=user, city_id=city.id)
                self.assertEqual(expense.standard_id, expected)
                self.assertEqual(expense.standard_amount, expected.amount)

    def test_standard_holds_from_its_first_to_its_last_day(self):
        """E5: valid from and to, both days included."""
        self.make_standard(300, date_to="2026-02-28")
        new = self.make_standard(350, date_from="2026-03-01", date_to="2026-03-31")
        days = ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"]
        amounts = [self.make_hotel(400, date=day).standard_amount for day in days]
        self.assertEqual(amounts, [300, 350, 350, 0])
        self.assertFalse(self.make_hotel(400, date="2026-04-01").standard_id)
        self.assertEqual(self.make_hotel(400, date="2026-03-15").standard_id, new)

    def test_overlapping_duplicates_are_refused_by_the_database(self):
        """E5: also of two administrators at once; gaps, other grades and archived ones are free."""
        self.make_standard(300, date_from="2026-01-01", date_to="2026-06-30")
        for dates in (
            {"date_from": "2026-06-30"},
            {"date_to": "2026-01-01"},
            {},
            {"date_from": "2026-03-01", "date_to": "2026-03-02"},
        ):
            with (
                self.subTest(dates=dates),
                self.assertRaises(ExclusionViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.make_standard(310, **dates)
        self.make_standard(310, date_from="2026-07-01")
        self.make_standard(310, grade_id=self.senior.id)
        self.make_standard(310, active=False)

    def test_standard_of_another_company_does_not_hold(self):
        """E5: per company; a branch follows the company above it until it has its own."""
        other = self.make_company("Moonrise")
        self.make_standard(10, company_id=other.id)
        expense = self.make_hotel(400)
        self.assertFalse(expense.standard_id)
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        above = self.make_standard(300)
        own = self.env["expense.standard"].new(
            {"company_id": branch.id, "product_id": self.hotel.id}
        )
        self.assertGreater(own._precedence(), above._precedence())
        self.assertEqual(expense.standard_id, above)

    def test_nights_and_persons_multiply(self):
        """E5: 2 nights for 2 persons."""
        self.make_standard(300)
        expense = self.make_hotel(1500, unit_count=2, person_count=2)
        self.assertEqual((expense.standard_amount, expense.excess_amount), (1200, 300))

    def test_per_unit_counts_the_quantity_of_categories_with_a_price(self):
        """E5: kilometres."""
        self.hotel.standard_price = 2
        self.make_standard(1.5, unit="unit")
        expense = self.make_hotel(1)
        expense.quantity = 100
        self.assertEqual(expense.total_amount, 200)
        self.assertEqual((expense.standard_amount, expense.excess_amount), (150, 50))

    def test_what_is_spent_on_one_day_shares_one_standard(self):
        """E5: splitting a receipt does not double the standard; submitted claims count."""
        self.make_standard(300)
        claim = self.make_claim(expenses=self.make_hotel(200) | self.make_hotel(250))
        self.assertEqual(sorted(claim.expense_ids.mapped("excess_amount")), [0, 150])
        claim.expense_ids.over_standard_reason = "The trade fair"
        self.submit(claim)
        again = self.make_hotel(50)
        self.assertEqual((again.standard_amount, again.excess_amount), (300, 50))
        self.assertEqual(self.make_hotel(50, date="2026-03-11").excess_amount, 0)
        self.assertEqual(self.make_hotel(50, user=self.colleague).excess_amount, 0)

    def test_what_one_claim_has_of_a_category_shares_a_standard_per_claim(self):
        """E5: whatever the days."""
        self.make_standard(300, unit="claim")
        expenses = self.make_hotel(200) | self.make_hotel(250, date="2026-03-12")
        self.assertEqual(expenses.mapped("excess_amount"), [0, 0])
        claim = self.make_claim(expenses=expenses)
        self.assertEqual(expenses.mapped("excess_amount"), [0, 150])
        self.assertTrue(claim.over_standard)
        self.assertEqual(claim.excess_amount, 150)

    def test_standard_in_foreign_currency_at_the_rate_of_the_receipts_day(self):
        """E5: 50 USD a night; 7.0 on the day, 8.0 later."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", usd.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": usd.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": 1 / rate,
                }
                for day, rate in (("2026-03-01", 7.0), ("2026-03-20", 8.0))
            ]
        )
        self.make_standard(50, currency_id=usd.id)
        early, late, before = (
            self.make_hotel(500, date=day) for day in (DAY, "2026-03-25", "2026-02-01")
        )
        self.assertEqual((early.standard_amount, early.excess_amount), (350, 150))
        self.assertEqual((late.standard_amount, late.excess_amount), (400, 100))
        self.assertEqual((before.standard_id.amount, before.excess_amount), (50, 0))
        self.assertIn(("standard_rate", "warn"), self.findings(self.make_claim(expenses=before)))
        receipt = self.make_hotel(60, currency_id=usd.id, date="2026-03-12")
        self.assertEqual((receipt.standard_amount, receipt.excess_amount), (350, 70))

    def test_drafts_follow_the_standards_and_submitted_ones_keep_theirs(self):
        """E5: what was decided stays."""
        standard = self.make_standard(300)
        submitted = self.make_hotel(400, over_standard_reason="Fair")
        self.submit(self.make_claim(expenses=submitted))
        draft = self.make_hotel(400, date="2026-03-12")
        standard.amount = 380
        self.assertEqual((submitted.excess_amount, draft.excess_amount), (100, 20))
        self.employee_of(self.claimant).expense_grade_id = False
        self.make_standard(390, tier_id=self.tier_1.id)
        self.assertEqual((submitted.excess_amount, draft.excess_amount), (100, 10))

    def test_many_lines_cost_as_many_queries_as_few(self):
        """E5: a claim of 40 lines is compared with as many queries as one of 4."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.make_standard(300)
        self.make_standard(50, grade_id=self.senior.id, currency_id=usd.id)
        counts = []
        for number in (4, 40):
            expenses = self.env["hr.expense"].union(
                *(
                    self.make_hotel(400, date=f"2026-03-{day % 28 + 1:02}", name=f"Hotel {day}")
                    for day in range(number)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            judged = expenses._judgements()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(judged), number)
        self.assertLessEqual(counts[1], counts[0])

    def test_claimant_sees_standard_and_excess_while_typing(self):
        """E5: live on the form."""
        self.make_standard(300)
        expenses = self.as_user(self.env["hr.expense"], self.claimant)
        with Form(expenses) as form:
            form.name = "Hotel"
            form.product_id = self.as_user(self.hotel, self.claimant)
            self.assertTrue(form.has_standards)
            form.total_amount_currency = 700
            form.date = DAY
            form.city_id = self.as_user(self.beijing, self.claimant)
            self.assertEqual((form.standard_amount, form.excess_amount), (300, 400))
            form.unit_count = 2
            self.assertEqual((form.standard_amount, form.excess_amount), (600, 100))
            form.over_standard_reason = "The trade fair"
        self.assertEqual(form.record.excess_amount, 100)


@tagged("post_install", "-at_install")
class TestStandardPolicies(StandardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_standard(300)

    def test_over_standard_needs_a_reason_and_the_extra_step(self):
        """E5: the general manager is asked although the amount is within the leader's limit."""
        expense = self.make_hotel(450)
        claim = self.make_claim(expenses=expense)
        self.assertIn(("over_standard_reason", "stop"), self.findings(claim))
        with self.assertRefused("Hotel is"):
            self.submit(claim)
        expense.over_standard_reason = "The trade fair"
        found = self.findings(claim)
        self.assertIn("The trade fair", found["over_standard", "step"])
        self.approve_to(claim, "boss")
        self.assertEqual(
            self.waits_for(claim), ["General manager, where the rules ask for an extra step"]
        )
        self.assertEqual(claim.payable_amount, 450)

    def test_within_the_standard_nothing_is_asked(self):
        """E5: exactly the standard is within it."""
        claim = self.make_claim(expenses=self.make_hotel(300))
        self.assertEqual(self.findings(claim), {})
        self.approve_to(claim, "boss")
        self.assertEqual((claim.state, claim.over_standard), ("approved", False))

    def test_company_may_cut_to_the_standard(self):
        """E5: the sanctioned amount is the standard, with a reason the claimant reads."""
        self.company.over_standard_policy = "cut"
        expense = self.make_hotel(450)
        claim = self.make_claim(expenses=expense)
        self.assertIn(("over_standard", "warn"), self.findings(claim))
        self.submit(claim)
        self.assertEqual((claim.amount, claim.payable_amount), (450, 300))
        self.assertTrue(expense.is_lowered)
        self.assertIn("Hotel", expense.sanction_reason)
        self.assertFalse(expense.sanctioned_by_id)
        self.as_user(self.request_of(claim), self.claimant).action_withdraw("Too much.")
        expense.total_amount_currency = 280
        self.submit(claim)
        self.assertEqual((claim.payable_amount, expense.is_lowered), (280, False))

    def test_finance_does_not_sanction_more_than_a_cut_leaves(self):
        """E5: less is possible, more is not."""
        self.company.over_standard_policy = "cut"
        expense = self.make_hotel(450)
        claim = self.make_claim(expenses=expense)
        self.approve_to(claim, "finance")
        line = self.as_user(expense, self.finance)
        with self.assertRefused("at most"):
            line.action_sanction(450)
        with self.assertRefused("at most"):
            line.action_sanction(301, "Kind")
        line.action_sanction(250, "Breakfast is not reimbursed")
        self.assertEqual(claim.payable_amount, 250)

    def test_a_cut_keeps_the_share_in_foreign_currency(self):
        """E5: 90 USD at 5.0 with a standard of 300: 60 USD are sanctioned."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", usd.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": "2026-03-01",
                "rate": 0.2,
            }
        )
        self.company.over_standard_policy = "cut"
        expense = self.make_hotel(90, currency_id=usd.id)
        self.assertEqual((expense.total_amount, expense.excess_amount), (450, 150))
        self.submit(self.make_claim(expenses=expense))
        self.assertEqual((expense.sanctioned_amount, expense.sanctioned_amount_currency), (300, 60))

    def test_what_the_company_paid_is_not_cut(self):
        """E5: it needs a reason and the extra step instead."""
        self.company.over_standard_policy = "cut"
        expense = self.make_hotel(450, payment_mode="company_account")
        claim = self.make_claim(expenses=expense)
        self.assertIn(("over_standard_reason", "stop"), self.findings(claim))
        expense.over_standard_reason = "Booked by the company"
        self.assertIn(("over_standard", "step"), self.findings(claim))
        self.submit(claim)
        self.assertFalse(expense.is_lowered)
        self.assertTrue(claim.needs_extra_step)

    def test_company_may_refuse_or_only_show(self):
        """E5: the other two policies."""
        claim = self.make_claim(expenses=self.make_hotel(450))
        self.company.over_standard_policy = "stop"
        with self.assertRefused("not reimbursed here"):
            self.submit(claim)
        self.company.over_standard_policy = "warn"
        self.assertIn(("over_standard", "warn"), self.findings(claim))
        self.submit(claim)
        self.assertEqual((claim.state, claim.needs_extra_step), ("submitted", False))

    def test_city_is_asked_for_where_the_standard_depends_on_it(self):
        """E5: without it, no standard would hold."""
        self.env["expense.standard"].search([("product_id", "=", self.hotel.id)]).unlink()
        self.make_standard(300, tier_id=self.tier_1.id)
        expense = self.make_hotel(450, city_id=False)
        claim = self.make_claim(expenses=expense)
        self.assertIn("enter where Hotel was spent", self.findings(claim)["standard_city", "stop"])
        expense.city_id = self.chengdu
        self.assertEqual(self.findings(claim), {})

    def test_finance_sees_what_is_over_by_person_and_month(self):
        """E5: the report."""
        claim = self.make_claim(expenses=self.make_hotel(450, over_standard_reason="Fair"))
        self.submit(claim)
        rows = self.as_user(self.env["hr.expense"], self.finance)._read_group(
            [("excess_amount", ">", 0), ("company_id", "=", self.company.id)],
            ["employee_id", "department_id", "product_id", "date:month"],
            ["excess_amount:sum"],
        )
        self.assertEqual([row[-1] for row in rows], [150])
        self.assertEqual(rows[0][0], self.employee_of(self.claimant))


@tagged("post_install", "-at_install")
class TestStandardRights(StandardCase):
    def test_only_managers_of_the_rules_write_standards(self):
        """E5: claimants and finance read them; finance adds cities."""
        standard = self.make_standard(300)
        for user in (self.claimant, self.finance):
            with self.subTest(user=user.login):
                self.assertEqual(self.as_user(standard, user).amount, 300)
                with self.assertRefused(exception=AccessError):
                    self.as_user(standard, user).amount = 900
                with self.assertRefused(exception=AccessError):
                    self.as_user(self.senior, user).name = "Everybody"
        with self.assertRefused(exception=AccessError):
            self.as_user(self.beijing, self.claimant).tier_id = False
        self.as_user(self.beijing, self.finance).tier_id = self.tier_1

    def test_grade_is_known_to_the_personnel_department_alone(self):
        """E5: the standard counts without showing the grade."""
        self.make_standard(300, grade_id=self.senior.id)
        expense = self.make_hotel(450)
        self.assertEqual(expense.excess_amount, 150)
        employee = self.as_user(self.employee_of(self.claimant), self.claimant)
        with self.assertRefused(exception=AccessError):
            employee.read(["expense_grade_id"])
        with self.assertRefused(exception=AccessError):
            employee.expense_grade_id = False

    def test_what_was_compared_is_entered_by_nobody_and_locked_once_submitted(self):
        """E5: neither the result nor what it rests on."""
        self.make_standard(300)
        expense = self.make_hotel(450, over_standard_reason="Fair")
        for name, value in (("excess_amount", 0), ("standard_amount", 900), ("standard_id", False)):
            with self.subTest(name=name), self.assertRefused(exception=AccessError):
                self.as_user(expense, self.claimant).write({name: value})
        claim = self.make_claim(expenses=expense)
        with self.assertRefused(exception=AccessError):
            self.as_user(claim, self.claimant).write({"over_standard": False})
        self.submit(claim)
        for name, value in (
            ("city_id", self.chengdu.id),
            ("unit_count", 2),
            ("person_count", 2),
            ("over_standard_reason", "Another"),
        ):
            with self.subTest(name=name), self.assertRefused("cannot be changed"):
                self.env["hr.expense"].browse(expense.id).write({name: value})

    def test_counts_below_one_are_refused(self):
        """E5: zero nights for minus one persons."""
        for values in ({"unit_count": 0}, {"unit_count": -1}, {"person_count": 0}):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.make_hotel(100, **values)

    def test_without_standards_nothing_is_asked_or_cut(self):
        """E5: installed, nothing changes."""
        self.company.over_standard_policy = "cut"
        claim = self.make_claim(1000, 2000)
        self.assertEqual(self.findings(claim), {})
        self.submit(claim)
        self.assertEqual(claim.payable_amount, 3000)
        self.assertFalse(claim.expense_ids[0].has_standards)

    def test_standard_of_drafts_only_can_be_deleted(self):
        """E5: they are compared with what is left."""
        general = self.make_standard(300)
        special = self.make_standard(400, tier_id=self.tier_1.id)
        draft = self.make_hotel(450)
        self.assertEqual(draft.standard_id, special)
        special.unlink()
        self.assertEqual((draft.standard_id, draft.excess_amount), (general, 150))

    def test_used_standard_is_archived_not_deleted(self):
        """E5: what a claim was compared with stays readable."""
        standard = self.make_standard(300)
        self.make_claim(expenses=self.make_hotel(450))
        self.submit(self.make_claim(expenses=self.make_hotel(200)))
        with self.assertRefused("archive it"):
            standard.unlink()
        standard.active = False
        self.assertFalse(self.make_hotel(450, date="2026-03-13").standard_id)

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .money_common import MoneyCase


@tagged("post_install", "-at_install")
class TestDecisionCard(MoneyCase):
    """A22: what somebody who decides needs to judge what an employee asks money for."""

    def card(self, document, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.request_of(document), user).decision_card

    def facts(self, document, user):
        card = self.card(document, user)
        return {fact["label"]: fact for group in card for fact in group["facts"]}

    def submitted(self, *amounts, **values):
        claim = self.make_claim(*amounts, **values)
        self.submit(claim)
        return claim

    def budget(self, amount, **values):
        return self.env["expense.budget"].create(
            {
                "company_id": self.company.id,
                "department_id": self.department.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "amount": amount,
                **values,
            }
        )

    # ------------------------------------------------------------------ claims

    def test_card_tells_what_the_employee_claimed_this_year(self):
        """A22: submitted and approved claims of the year, not drafts, not this one, not others'."""
        self.submitted(100, date="2026-02-01")
        self.submitted(40, date="2026-03-01")
        self.make_claim(7, date="2026-03-02")
        self.submitted(900, date="2025-12-31")
        self.submitted(600, user=self.colleague, date="2026-03-01")
        fact = self.facts(self.submitted(5, date="2026-03-20"), self.manager)["Claims this year"]
        self.assertIn("2, claimed ", fact["value"])
        self.assertIn("140.00", fact["value"])
        self.assertEqual(fact["tone"], "")

    def test_first_claim_of_the_year_says_so(self):
        """A22: no history is told as such."""
        fact = self.facts(self.submitted(5), self.manager)["Claims this year"]
        self.assertEqual(fact["value"], "None")

    def test_lowered_claims_stand_out(self):
        """A22: what finance lowered before is told with both sums."""
        lowered = self.make_claim(100, date="2026-03-01")
        self.approve_to(lowered, "finance")
        self.as_user(lowered.expense_ids, self.finance).action_sanction(80, "No receipt for 20.")
        claim = self.submitted(5, date="2026-03-20")
        fact = self.facts(claim, self.manager)["Claims this year"]
        self.assertRegex(fact["value"], r"claimed \D+100\.00, sanctioned \D+80\.00")
        self.assertEqual(fact["tone"], "warning")
        [group] = [group for group in self.card(claim, self.manager) if group.get("table")]
        [row] = group["table"]["rows"]
        self.assertEqual(row[1]["tone"], "warning")
        self.assertEqual(row[2]["value"], "In Approval")

    def test_last_three_claims_are_shown(self):
        """A22: the youngest first."""
        for day in (1, 2, 3, 4):
            self.submitted(day, date=f"2026-03-0{day}", purpose=f"Trip {day}")
        claim = self.submitted(5, date="2026-03-20", purpose="This one")
        [group] = [group for group in self.card(claim, self.manager) if group.get("table")]
        shown = [row[0]["value"].split(" · ")[0] for row in group["table"]["rows"]]
        self.assertEqual(shown, ["Trip 4", "Trip 3", "Trip 2"])

    def test_what_went_over_the_standards_is_summed_up(self):
        """A22, E5: expenses of the year on submitted claims."""
        self.env["expense.standard"].create(
            {
                "company_id": self.company.id,
                "product_id": self.dinner.id,
                "unit": "day",
                "amount": 100,
                "currency_id": self.currency.id,
            }
        )
        reason = {"product": self.dinner, "over_standard_reason": "Six guests"}
        for day in ("2026-02-01", "2026-02-02"):
            self.submitted(expenses=self.make_expense(130, date=day, **reason))
        fact = self.facts(self.submitted(5), self.manager)["Over the standard this year"]
        self.assertIn("expenses: 2", fact["value"])
        self.assertIn("60.00", fact["value"])
        self.assertEqual(fact["tone"], "warning")

    def test_open_and_overdue_advances_are_told(self):
        """A22, E9: what the employee still has; overdue ones stand out."""
        claim = self.submitted(5)
        self.assertEqual(self.facts(claim, self.manager)["Open advances"]["value"], "None")
        self.make_paid(500, settle_by=self.days(60))
        late, later = self.make_paid(300), self.days(31)
        companies = type(self.company)
        self.startPatcher(patch.object(companies, "_approval_today", lambda company: later))
        fact = self.facts(claim, self.manager)["Open advances"]
        self.assertIn("800.00", fact["value"])
        self.assertIn("300.00 overdue", fact["value"])
        self.assertEqual(fact["tone"], "danger")
        self.wizard(late, "action_pay_back").action_create_payment()
        fact = self.facts(claim, self.manager)["Open advances"]
        self.assertIn("500.00", fact["value"])
        self.assertEqual(fact["tone"], "")

    def test_budget_left_is_told(self):
        """A22, E10: of the budgets the expenses fall under, and of no other."""
        self.budget(1000)
        self.budget(20, product_id=self.travel.id)
        self.budget(50, product_id=self.dinner.id)
        facts = self.facts(self.submitted(100), self.manager)
        self.assertIn("900.00", facts["Sales"]["value"])
        self.assertEqual(facts["Sales"]["tone"], "good")
        self.assertEqual(facts["Sales · Travel"]["tone"], "danger")
        self.assertNotIn("Sales · Dinner", facts)

    def test_findings_are_told_with_their_weight(self):
        """A22, E1: what the checks find now; none is told as well."""
        self.company.claim_without_application = "step"
        claim = self.submitted(100)
        fact = self.facts(claim, self.manager)["Taxi"]
        self.assertIn("without an approved application", fact["value"])
        self.assertEqual(fact["tone"], "danger")
        self.company.claim_without_application = "allow"
        self.assertEqual(self.facts(claim, self.manager)["Checks"]["tone"], "good")

    def test_purpose_is_shown_and_part_of_what_is_approved(self):
        """A22, A10: those who decide read what it is for, and it cannot be said otherwise meanwhile."""
        claim = self.submitted(100)
        shown = {row["name"]: row["value"] for row in self.request_of(claim).sheet["fields"]}
        self.assertEqual(shown["purpose"], "Visit to a customer")
        with self.assertRefused("is in approval"):
            self.as_user(claim, self.claimant).purpose = "Something else"
        self.assertEqual(claim.purpose, "Visit to a customer")

    def test_claimant_reads_no_card(self):
        """A22: it is for those who decide."""
        self.assertFalse(self.card(self.submitted(5), self.claimant))

    def test_card_costs_the_same_for_one_claim_and_for_many(self):
        """A22, X3: the queries depend neither on the history nor on the expenses."""
        self.budget(1000)
        self.company.claim_without_application = "allow"
        few = self.submitted(1)
        counts = [self.count(few)]
        for amount in range(10, 16):
            self.submitted(amount)
        self.make_paid(500)
        self.make_paid(300)
        many = self.submitted(*range(20, 40))
        counts.append(self.count(many))
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def count(self, document):
        request = self.as_user(self.request_of(document), self.manager)
        self.assertTrue(request.decision_card)  # afterwards the caches of the registry are filled
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(request.decision_card)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------------ other documents

    def test_application_and_advance_tell_the_same_of_the_employee(self):
        """A22, E1, E9: claims, standards and advances; the application its budgets as well."""
        self.budget(1000)
        self.submitted(100, date="2026-03-01")
        application = self.make_application(date="2026-03-05")
        self.submit(application)
        facts = self.facts(application, self.manager)
        self.assertIn("100.00", facts["Claims this year"]["value"])
        self.assertIn("100.00", facts["Sales"]["value"])
        advance = self.make_advance(200, date="2026-03-05")
        self.submit(advance)
        facts = self.facts(advance, self.manager)
        self.assertIn("100.00", facts["Claims this year"]["value"])
        self.assertEqual(facts["Open advances"]["value"], "None")

    def test_fund_request_tells_what_was_approved_before(self):
        """A22, E11: of the same kind, and with the same counterparty."""
        self.hold("finance_director", self.leader)
        self.hold("president", self.boss)
        first = self.fund(300)
        self.submit(first)
        self.decide(first, self.leader)
        while first.state == "submitted":
            self.decide(first, self.boss)
        second = self.fund(50, kind="operating")
        self.submit(second)
        facts = self.facts(second, self.leader)
        self.assertEqual(facts["Operating Use approved this year"]["value"], "None")
        self.assertIn("300.00", facts[f"With {self.boss.partner_id.name} this year"]["value"])

    def fund(self, amount, kind="investment"):
        return self.as_user(self.env["fund.request"], self.claimant).create(
            {
                "purpose": "Machine",
                "kind": kind,
                "employee_id": self.employee_of(self.claimant).id,
                "company_id": self.company.id,
                "partner_id": self.boss.partner_id.id,
                "amount": amount,
                "date": self.today,
                "instalment_ids": [
                    Command.create({"due_date": self.days(30), "amount": amount}),
                ],
            }
        )

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ExpenseCase


class BudgetCase(ExpenseCase):
    """A budget of 1,000.00 of the department for March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls.make_user("keeper", groups="expense_approval.group_expense_manager")
        cls.company.claim_without_application = "allow"

    def make_budget(self, amount=1000.0, **values):
        return self.as_user(self.env["expense.budget"], self.keeper).create(
            {
                "company_id": self.company.id,
                "department_id": self.department.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "amount": amount,
                "policy": "stop",
                **values,
            }
        )

    def figures(self, budget):
        budget.invalidate_recordset()
        return (budget.committed, budget.pending, budget.spent, budget.free)

    def approve_application(self, application):
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)


@tagged("post_install", "-at_install")
class TestBudget(BudgetCase):
    """E10: budget, committed, in approval, spent, free."""

    # ------------------------------------------------------------------ figures

    def test_money_goes_from_in_approval_to_committed_to_spent(self):
        """E10: an application of 800, of which a claim spends 300."""
        budget = self.make_budget()
        application = self.make_application()
        self.assertEqual(self.figures(budget), (0, 0, 0, 1000))
        self.submit(application)
        self.assertEqual(self.figures(budget), (0, 800, 0, 200))
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        self.assertEqual(self.figures(budget), (800, 0, 0, 200))
        claim = self.make_claim(300, application_ids=[Command.set(application.ids)])
        self.assertEqual(self.figures(budget), (800, 0, 0, 200))
        self.submit(claim)
        self.assertEqual(self.figures(budget), (500, 300, 0, 200))
        self.decide(claim, self.manager)
        self.decide(claim, self.leader)
        self.decide(claim, self.finance, "handle")
        self.decide(claim, self.finance)
        self.assertEqual(self.figures(budget), (500, 0, 300, 200))
        application.action_close()
        self.assertEqual(self.figures(budget), (0, 0, 300, 700))

    def test_returned_claim_uses_nothing(self):
        """E10: what was refused is free again."""
        budget, claim = self.make_budget(), self.make_claim(400)
        self.submit(claim)
        self.assertEqual(self.figures(budget), (0, 400, 0, 600))
        self.as_user(claim, self.manager).action_return("Too dear.")
        self.assertEqual(self.figures(budget), (0, 0, 0, 1000))

    def test_budget_is_of_its_department_category_and_period(self):
        """E10: departments below are included, others are not."""
        below = self.department.create(
            {"name": "East", "company_id": self.company.id, "parent_id": self.department.id}
        )
        self.employee_of(self.colleague).department_id = below
        department = self.make_budget()
        travel = self.make_budget(product_id=self.travel.id)
        company = self.make_budget(department_id=False)
        april = self.make_budget(date_from="2026-04-01", date_to="2026-04-30")
        goods = self.env["product.category"].create({"name": "On the way"})
        (self.travel + self.dinner).categ_id = goods.create(
            {"name": "Trips", "parent_id": goods.id}
        )
        kind = self.make_budget(department_id=False, categ_id=goods.id)
        self.submit(self.make_claim(100, user=self.colleague))
        self.submit(self.make_claim(expenses=self.make_expense(50, product=self.dinner)))
        service = self.department.create(
            {
                "name": "Service",
                "company_id": self.company.id,
                "manager_id": self.employee_of(self.manager).id,
            }
        )
        self.submit(self.make_claim(10, user=self.make_user("repairer", department=service)))
        pending = [self.figures(budget)[1] for budget in (department, travel, company, april, kind)]
        self.assertEqual(pending, [150, 100, 160, 0, 160])

    def test_budget_of_a_department_covers_all_those_below(self):
        """E10: two levels down, also when the budget of the lower one has enough left."""
        make = self.env["hr.department"].create
        middle = make(
            {"name": "East", "company_id": self.company.id, "parent_id": self.department.id}
        )
        lowest = make(
            {
                "name": "East 2",
                "company_id": self.company.id,
                "parent_id": middle.id,
                "manager_id": self.employee_of(self.manager).id,
            }
        )
        self.employee_of(self.colleague).department_id = lowest
        top, own = self.make_budget(500), self.make_budget(5000, department_id=lowest.id)
        self.submit(self.make_claim(400, user=self.colleague))
        self.assertEqual((self.figures(top)[3], self.figures(own)[3]), (100, 4600))
        with self.assertRefused(f"budget “{top.name}”"):
            self.submit(self.make_claim(101))
        with self.assertRefused(f"budget “{top.name}”"):
            self.submit(self.make_claim(101, user=self.colleague))
        self.submit(self.make_claim(100))
        # a department moved elsewhere takes what it used along
        lowest.parent_id = False
        self.assertEqual(self.figures(top)[3], 400)

    def test_lowered_expense_uses_what_was_sanctioned(self):
        """E10: finance sanctions 250 of 400."""
        budget, claim = self.make_budget(), self.make_claim(400)
        self.approve_to(claim, "finance")
        self.as_user(claim.expense_ids, self.finance).action_sanction(250, "Without wine.")
        self.assertEqual(self.figures(budget), (0, 250, 0, 750))

    def test_every_figure_opens_the_documents_that_sum_to_it(self):
        """E10: by the buttons of the budget."""
        budget = self.make_budget()
        self.submit(self.make_claim(100, 50))
        self.approve_application(self.make_application())
        for figure, amount in (("committed", 800), ("pending", 150), ("spent", 0)):
            shown = budget.with_context(budget_figure=figure)
            action = shown.action_open_used()
            lines = self.as_user(self.env[action["res_model"]], self.keeper).search(
                action["domain"]
            )
            self.assertEqual(sum(lines.mapped(figure)), amount)
        line = lines.search([("budget_id", "=", budget.id), ("kind", "=", "pending")], limit=1)
        self.assertEqual(line.action_open_document()["res_model"], "reimbursement.claim")

    def test_analysis_has_all_measures_and_free_is_what_is_left(self):
        """E10: pivot and graph sum up what the form shows."""
        budget = self.make_budget()
        self.submit(self.make_claim(100))
        self.approve_application(self.make_application())
        names = ("budget", "committed", "pending", "spent", "free")
        report = self.as_user(self.env["expense.budget.report"], self.finance)
        [row] = report.formatted_read_group(
            [("budget_id", "=", budget.id)], ["budget_id"], [f"{name}:sum" for name in names]
        )
        self.assertEqual([row[f"{name}:sum"] for name in names], [1000.0, 800.0, 100.0, 0.0, 100.0])

    # ------------------------------------------------------------------ policies

    def test_claim_over_the_budget_is_refused(self):
        """E10: stop; the message names the budget and how much it is over."""
        budget = self.make_budget()
        self.submit(self.make_claim(600))
        claim = self.make_claim(400.01)
        with self.assertRefused(budget.name):
            self.submit(claim)
        self.submit(self.make_claim(400))

    def test_claim_over_the_budget_is_shown_to_those_who_decide(self):
        """E10: warn, as the company says."""
        budget = self.make_budget(policy=False)
        claim = self.make_claim(1200)
        self.submit(claim)
        [note] = [
            note for note in self.request_of(claim).sheet["notes"] if budget.name in note["text"]
        ]
        self.assertEqual(note["level"], "warning")
        self.assertIn("200", note["text"])
        self.assertFalse(claim.needs_extra_step)

    def test_claim_over_the_budget_takes_the_extra_step(self):
        """E10: the general manager is asked although the limit is kept."""
        self.make_budget(policy="step")
        claim = self.make_claim(1200)
        self.approve_to(claim, "boss")
        self.assertEqual(
            self.waits_for(claim), ["General manager, where the rules ask for an extra step"]
        )

    def test_application_over_the_budget_takes_the_extra_step(self):
        """E10: and one within does not."""
        self.make_budget(1500, policy="step")
        within, over = self.make_application(), self.make_application()
        self.approve_application(within)
        self.assertEqual(within.state, "approved")
        self.assertTrue(over.over_budget)
        self.approve_application(over)
        self.assertEqual(self.waits_for(over), ["General manager, where a budget is exceeded"])
        self.decide(over, self.boss)
        self.assertEqual(over.state, "approved")

    def test_application_over_the_budget_is_refused_or_shown(self):
        """E10: stop and warn for applications."""
        budget = self.make_budget(700)
        application = self.make_application()
        with self.assertRefused(budget.name):
            self.submit(application)
        budget.policy = "warn"
        self.submit(application)
        notes = self.request_of(application).sheet["notes"]
        self.assertIn(budget.name, " ".join(note["text"] for note in notes))

    def test_claim_under_an_application_does_not_ask_twice(self):
        """E10: what was committed is there for its claim, and no more than that."""
        budget = self.make_budget()
        application = self.make_application()
        self.approve_application(application)
        self.submit(self.make_claim(200))
        self.assertEqual(self.figures(budget)[-1], 0)
        under = {"application_ids": [Command.set(application.ids)]}
        self.submit(self.make_claim(500, **under))
        over = self.make_claim(301, **under)
        with self.assertRefused(budget.name):
            self.submit(over)

    def test_two_claims_submitted_together_are_served_one_after_the_other(self):
        """E10: the second is over what the first leaves."""
        budget = self.make_budget(policy="step")
        claims = self.make_claim(600) + self.make_claim(500)
        self.as_user(claims, self.claimant).action_approval_submit()
        self.assertEqual(claims.mapped("needs_extra_step"), [False, True])
        budget.policy = "stop"
        budget.amount = 2000
        more = self.make_claim(601) + self.make_claim(300)
        with self.assertRefused(more[1].name):
            self.as_user(more, self.claimant).action_approval_submit()

    def test_expenses_without_a_claim_are_spent_too(self):
        """E10: as plain Odoo approves them."""
        budget = self.make_budget()
        expense = self.make_expense(70)
        expense.action_submit()
        approver = self.make_user("approver", groups="hr_expense.group_hr_expense_manager")
        self.as_user(expense, approver)._do_approve()
        self.assertEqual(self.figures(budget), (0, 0, 70, 930))

    # ------------------------------------------------------------------ bad input

    @mute_logger("odoo.sql_db")
    def test_impossible_budgets_are_refused(self):
        """E10: negative, ending before it begins, for two kinds of categories."""
        goods = self.env["product.category"].create({"name": "On the way"})
        for values, name in (
            ({"amount": -1}, "amount_positive"),
            ({"date_to": "2026-02-01"}, "period"),
            ({"product_id": self.travel.id, "categ_id": goods.id}, "one_category"),
        ):
            with self.assertRefused(name, IntegrityError):
                self.make_budget(**values)

    def test_same_money_is_not_planned_twice(self):
        """E10: two budgets for the same in the same days."""
        self.make_budget()
        with self.assertRefused("already", ValidationError):
            self.make_budget(date_from="2026-03-31", date_to="2026-04-30")
        self.make_budget(product_id=self.travel.id)

    # ------------------------------------------------------------------ rights

    def test_budget_is_seen_by_the_manager_and_finance_and_kept_by_few(self):
        """E10: rights."""
        budget = self.make_budget()
        for user in (self.manager, self.finance, self.keeper):
            self.assertEqual(self.as_user(budget, user).free, 1000)
        for user in (self.claimant, self.leader):
            with self.assertRefused(exception=AccessError):
                self.as_user(budget, user).read(["amount"])
        for user in (self.manager, self.finance):
            with self.assertRefused(exception=AccessError):
                self.as_user(budget, user).amount = 5
        lines = self.as_user(self.env["expense.budget.report"], self.colleague).search_count([])
        self.assertEqual(lines, 0)

    def test_budgets_are_seen_down_the_whole_tree_and_not_beside_it(self):
        """E10: by the head of a department, with their analysis; below, no one looks up."""
        make = self.env["hr.department"].create
        heads = [self.make_user(name) for name in ("top", "middle", "low", "beside")]
        departments, above = [], self.department
        for head in heads[1:3]:
            above = make(
                {
                    "name": head.name,
                    "company_id": self.company.id,
                    "parent_id": above.id,
                    "manager_id": self.employee_of(head).id,
                }
            )
            departments.append(above)
        self.department.manager_id = self.employee_of(heads[0])
        make(
            {
                "name": "Beside",
                "company_id": self.company.id,
                "manager_id": self.employee_of(heads[3]).id,
            }
        )
        budgets = [
            self.make_budget(department_id=department.id)
            for department in (self.department, *departments)
        ]
        company = self.make_budget(department_id=False)
        for head, number in zip(heads, (3, 2, 1, 0), strict=True):
            with self.subTest(head=head.name):
                seen = self.as_user(self.env["expense.budget"], head).search([])
                expected = budgets[3 - number :] if number else []
                self.assertEqual(set(seen.ids), {budget.id for budget in expected})
                lines = self.as_user(self.env["expense.budget.report"], head).search([])
                self.assertEqual(lines.budget_id, seen)
                with self.assertRefused(exception=AccessError):
                    self.as_user(company, head).read(["amount"])
                self.assertEqual(
                    [
                        self.as_user(budget, head).has_access("read")
                        for budget in (*budgets, company)
                    ],
                    [budget in expected for budget in (*budgets, company)],
                )

    def test_budgets_of_another_company_do_not_count(self):
        """E10: companies."""
        other = self.make_company("Other")
        self.keeper.company_ids = [Command.link(other.id)]
        self.make_budget(1, company_id=other.id, department_id=False)
        self.submit(self.make_claim(500))

    # ------------------------------------------------------------------ cost

    def test_checks_cost_the_same_for_ten_claims_and_for_twenty(self):
        """E10, X3: no query for each claim or budget."""
        for number in range(1, 13):
            self.make_budget(
                date_from=f"2026-{number:02}-01",
                date_to=f"2026-{number:02}-28",
            )
        self.make_budget(1, department_id=False)
        many = self.env["reimbursement.claim"].union(*(self.make_claim(10 + n) for n in range(20)))

        def count(claims):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(claims._budget_findings()), len(claims))
            return self.env.cr.sql_log_count - before

        count(many)  # what is read once and kept
        few, all_of_them = count(many[:10]), count(many)
        self.assertEqual(few, all_of_them)
        self.assertLess(all_of_them, 20)

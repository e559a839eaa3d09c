from odoo import Command
from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimAnalytic(ExpenseCase):
    """E1, E5, E7: what an expense is charged to is known before anybody decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_without_application = "allow"
        cls.project, cls.region = cls.env["account.analytic.plan"].create(
            [{"name": "Projects of sales"}, {"name": "Regions"}]
        )
        cls.show, cls.fair, cls.south = cls.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": cls.company.id}
                for name, plan in (
                    ("Show", cls.project),
                    ("Fair", cls.project),
                    ("South", cls.region),
                )
            ]
        )
        cls.coder = cls.make_user(
            "coder", groups="hr_expense.group_hr_expense_user,account.group_account_manager"
        )

    def demand(self, plan, domain="expense", **values):
        """The plan is mandatory for documents of this kind."""
        self.env["account.analytic.applicability"].create(
            {
                "analytic_plan_id": plan.id,
                "business_domain": domain,
                "applicability": "mandatory",
                "company_id": self.company.id,
                **values,
            }
        )

    def approved_application(self, **values):
        application = self.make_application(**values)
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        application._stamp({"approved_on": "2026-03-01"})
        return application

    # ------------------------------------------------------------------ mandatory plans

    def test_a_line_without_a_mandatory_plan_is_named_at_submission(self):
        """E5, E7: not first when finance posts it; the other line is right."""
        self.demand(self.project)
        right = self.make_expense(10, name="Train", analytic_distribution={self.show.id: 100})
        missing = self.make_expense(20, name="Hotel")
        claim = self.make_claim(expenses=right | missing)
        with self.assertRefused("Hotel is charged to nothing of “Projects of sales”"):
            self.submit(claim)
        messages = [row.message for row in claim._claim_findings()[claim.id]]
        self.assertFalse([text for text in messages if text.startswith("Train")])
        self.as_user(missing, self.claimant).analytic_distribution = {self.fair.id: 100}
        self.submit(claim)

    def test_a_part_is_not_enough(self):
        """E5: 60 % of a mandatory plan; the sentence says how much."""
        self.demand(self.project)
        expense = self.make_expense(10, analytic_distribution={self.show.id: 60})
        claim = self.make_claim(expenses=expense)
        with self.assertRefused("60"):
            self.submit(claim)
        self.as_user(expense, self.claimant).analytic_distribution = {
            self.show.id: 60,
            f"{self.fair.id},{self.south.id}": 40,
        }
        self.submit(claim)

    def test_what_the_entry_will_need_is_needed_now(self):
        """E7: a receipt of what is owed is a bill to Odoo, what the company paid is not."""
        self.demand(self.project, "bill")
        with self.assertRefused("Projects of sales"):
            self.submit(self.make_claim(10))
        paid = self.make_expense(10, payment_mode="company_account")
        self.submit(self.make_claim(expenses=paid))
        self.demand(self.region, "general")
        with self.assertRefused("Regions"):
            self.submit(self.make_claim(expenses=paid.copy()))

    def test_a_plan_is_demanded_where_it_applies_only(self):
        """E5: of one category of products, of one company."""
        other = self.env["product.category"].create({"name": "Other"})
        self.demand(self.project, product_categ_id=other.id)
        self.demand(self.region, company_id=self.make_company("Elsewhere").id)
        self.submit(self.make_claim(10))
        self.travel.categ_id = other
        with self.assertRefused("Projects of sales"):
            self.submit(self.make_claim(10))

    def test_a_claim_that_passed_is_posted_as_it_was_submitted(self):
        """E7: the check of the entry finds nothing left to say."""
        self.demand(self.project)
        self.demand(self.project, "bill")
        expense = self.make_expense(10, analytic_distribution={self.show.id: 100})
        claim = self.make_claim(expenses=expense)
        self.approve_to(claim, "boss")
        self.post(claim.with_context(validate_analytic=True))
        lines = claim.expense_ids.account_move_id.line_ids
        charged = lines.filtered("analytic_distribution")
        self.assertEqual(charged.mapped("analytic_distribution"), [{str(self.show.id): 100}])
        self.assertFalse(any(lines.mapped("has_invalid_analytics")))

    def test_mandatory_plans_cost_the_same_for_two_lines_and_for_forty(self):
        """X3: no query for each line."""
        self.demand(self.project)

        def count(number):
            claim = self.make_claim(*range(1, number + 1))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            findings = claim._claim_findings()[claim.id]
            self.assertEqual(len([row for row in findings if row.code == "analytic"]), number)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(40), count(2))

    # ------------------------------------------------------------------ what an application says

    def test_expenses_are_charged_to_what_their_application_is_for(self):
        """E1: whether they join the claim before or after the application does."""
        application = self.approved_application(analytic_distribution={self.show.id: 100})
        claim = self.make_claim(10, application_ids=application.ids)
        self.assertEqual(claim.expense_ids.analytic_distribution, {str(self.show.id): 100})
        later = self.make_claim(20)
        self.assertFalse(later.expense_ids.analytic_distribution)
        self.as_user(later, self.claimant).application_ids = application
        self.assertEqual(later.expense_ids.analytic_distribution, {str(self.show.id): 100})
        joined = self.make_expense(30)
        self.as_user(joined, self.claimant).claim_id = claim
        self.assertEqual(joined.analytic_distribution, {str(self.show.id): 100})

    def test_other_plans_of_an_expense_are_kept(self):
        """E1: the application says the project, Odoo's models the region."""
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.travel.id,
                "company_id": self.company.id,
                "analytic_distribution": {self.south.id: 100},
            }
        )
        application = self.approved_application(analytic_distribution={self.show.id: 100})
        expense = self.make_expense(10)
        self.assertEqual(expense.analytic_distribution, {str(self.south.id): 100})
        self.make_claim(expenses=expense, application_ids=application.ids)
        self.assertEqual(
            expense.analytic_distribution, {str(self.south.id): 100, str(self.show.id): 100}
        )

    def test_what_the_claimant_chose_gives_way_to_the_application_of_the_same_plan(self):
        """E1: the fair was approved, not the show."""
        application = self.approved_application(analytic_distribution={self.fair.id: 100})
        expense = self.make_expense(10, analytic_distribution={self.show.id: 100})
        self.make_claim(expenses=expense, application_ids=application.ids)
        self.assertEqual(expense.analytic_distribution, {str(self.fair.id): 100})

    def test_whoever_may_in_odoo_charges_it_otherwise_after_submission(self):
        """E7: and it stays so, whatever else is coded; the claimant does not."""
        application = self.approved_application(analytic_distribution={self.show.id: 100})
        claim = self.make_claim(10, application_ids=application.ids)
        expense = claim.expense_ids
        self.approve_to(claim, "finance")
        with self.assertRefused():
            self.as_user(expense, self.claimant).analytic_distribution = {self.fair.id: 100}
        coded = self.as_user(expense, self.coder)
        coded.analytic_distribution = {self.fair.id: 100}
        coded.account_id = self.env["account.account"].search(
            [
                ("account_type", "=", "expense"),
                ("company_ids", "in", self.company.ids),
                ("id", "!=", expense.account_id.id),
            ],
            limit=1,
        )
        self.assertEqual(expense.analytic_distribution, {str(self.fair.id): 100})
        self.decide(claim, self.finance)
        self.post(claim)
        line = expense.account_move_id.line_ids.filtered("analytic_distribution")
        self.assertEqual(line.analytic_distribution, {str(self.fair.id): 100})

    def test_what_an_approved_application_is_for_stays(self):
        """E1, A9: the show was approved; another project is another application."""
        application = self.approved_application(analytic_distribution={self.show.id: 100})
        with self.assertRefused("is for"):
            self.as_user(application, self.claimant).analytic_distribution = {self.fair.id: 100}
        draft = self.make_application(analytic_distribution={self.show.id: 100})
        self.as_user(draft, self.claimant).analytic_distribution = {self.fair.id: 100}
        self.submit(draft)
        with self.assertRefused("is for"):
            self.as_user(draft, self.claimant).write({"analytic_distribution": False})
        copy = self.as_user(application, self.claimant).copy()
        self.assertEqual(copy.analytic_distribution, {str(self.show.id): 100})

    def test_an_application_that_charges_nothing_changes_nothing(self):
        """E1: what the expense says stays."""
        application = self.approved_application()
        expense = self.make_expense(10, analytic_distribution={self.show.id: 100})
        self.make_claim(expenses=expense, application_ids=[Command.link(application.id)])
        self.assertEqual(expense.analytic_distribution, {str(self.show.id): 100})

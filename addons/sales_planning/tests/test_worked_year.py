from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..forecasting import forecast, measure
from .performance_case import PerformanceCase
from .plan_case import PlanCase

LAST = 2032
SOLD = {
    "sales": {3: 20000, 6: 30000, 9: 10000},
    "sales2": {3: 10000, 6: 10000, 9: 20000},
}


@tagged("post_install", "-at_install")
class TestWorkedYear(PerformanceCase, PlanCase):
    """P1, P7: the worked year of the manual (docs/sales-planning.md), figure by figure.

    Nothing is put in place of the plan here: the review reads the targets that are in force.
    """

    def setUp(self):
        # the targets of people are those of the plan, and not what a test says
        super(PerformanceCase, self).setUp()
        for login, months in SOLD.items():
            for month, amount in months.items():
                self.make_sale(amount, date(LAST, month, 10), getattr(self, login))
        self.env.flush_all()
        self.year = LAST + 1

    def planned(self):
        """The plan of the year: last year's months and 5 %, split by last year's shares."""
        with freeze_time("2033-01-10 04:00:00"):
            plan = self.make_plan()
            team, _others = self.divide(plan, plan.target_ids, "team", self.team)
            mine, other, rest = self.divide(plan, team, "person", self.sales | self.sales2)
            plan.action_split("growth")
        return plan, team, mine, other, rest

    def some(self, row):
        """The months of a row in which something is planned."""
        return {month: amount for month, amount in self.amounts(row).items() if amount}

    def test_the_plan_grows_and_is_split_by_the_shares_of_last_year(self):
        """P1: 100,000 were sold; 105,000 are planned, 63,000 and 42,000 of them by person."""
        plan, team, mine, other, rest = self.planned()
        company = {3: 31500, 6: 42000, 9: 31500}
        self.assertEqual(self.some(plan._root()), company)
        self.assertEqual(self.some(team), company)
        self.assertEqual(self.some(mine), {3: 21000, 6: 31500, 9: 10500})
        self.assertEqual(self.some(other), {3: 10500, 6: 10500, 9: 21000})
        self.assertEqual(self.some(rest), {})
        self.assertEqual(
            (plan.amount_total, mine.amount_total, other.amount_total), (105000, 63000, 42000)
        )

    def test_a_revision_is_split_to_the_cent(self):
        """P1: 40,000 in September are 13,333.33 and 26,666.67; what is over stays."""
        plan, _team, _mine, _other, _rest = self.planned()
        with freeze_time("2033-04-05 04:00:00"):
            plan.action_approve()
            revision = plan.browse(plan.action_revise()["res_id"])
            root = revision._root()
            self.enter(revision, root, {9: 40000})
            revision.plan_grid_split(root.id, "share", "rows")
            people = revision.target_ids.filtered("user_id").sorted(lambda row: row.user_id.id)
            september = {row.user_id: self.some(row)[9] for row in people}
            self.assertEqual(september, {self.sales: 13333.33, self.sales2: 26666.67})
            self.assertEqual([self.some(row)[3] for row in people], [21000, 10500])
            revision.action_approve()
        self.assertEqual((plan.state, revision.state), ("replaced", "approved"))
        self.assertEqual(revision.amount_total, 113500)

    def test_the_review_of_june(self):
        """P7: 28,350 of 31,500 sold are 90 %; half of it is paid; 76 points and 157.50."""
        plan, *_rows = self.planned()
        with freeze_time("2033-06-01 04:00:00"):
            plan.action_approve()
            invoice = self.make_invoice(self.make_sale(28350, date(2033, 6, 7)), date(2033, 6, 15))
            self.pay(invoice, 14175, date(2033, 6, 25))
        with freeze_time("2033-07-04 04:00:00"):
            self.scheme.date_to = False
            review = self.make_review(day=date(2033, 6, 1))
            attainment, collection = (
                self.line(review, "attainment"),
                self.line(review, "collection"),
            )
            self.assertEqual((attainment.actual, attainment.target), (28350, 31500))
            self.assertEqual((attainment.figure, collection.figure), (90, 50))
            self.assertEqual((review.commission_base, review.commission_amount), (14175, 157.5))
            self.make_submitted(review)
            self.assertEqual(review.score, 76)

    def test_the_forecast_knows_the_working_days_of_the_spring_festival(self):
        """P2: ten a working day; 16 working days let expect 160, and 22 let expect 220."""
        days = [21.0] * 24
        found = forecast([210.0] * 24, 2, [*days, 16.0, 22.0])
        self.assertEqual([round(quantity) for quantity in found.quantities], [160, 220])
        self.assertEqual(measure([100.0], [80.0]), (0.25, 0.25))

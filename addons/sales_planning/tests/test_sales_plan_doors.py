from contextlib import contextmanager

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .plan_case import PlanCase

NOT_A_NUMBER, ENDLESS = float("nan"), float("inf")


@tagged("post_install", "-at_install")
class TestSalesPlanDoors(PlanCase):
    """P1: what comes by RPC, import or the context of the caller, and not by the buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Sister Ltd", "planning_enabled": True})

    @contextmanager
    def assertBarred(self):
        """The database refuses the block."""
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=IntegrityError):
            yield

    def make_plan_of_the_sister(self):
        """A plan that is being made in a company in which the planner does not work."""
        self.planner.company_ids |= self.sister
        plans = self.as_user(self.env["sales.plan"], self.planner)
        plan = plans.with_context(allowed_company_ids=self.sister.ids).create(
            {"year": self.year, "company_id": self.sister.id}
        )
        self.planner.company_ids -= self.sister
        self.env.invalidate_all()
        return plan

    # ------------------------------------------------------------------ the plan

    def test_only_what_is_over_is_put_aside(self):
        """P1: whatever stands for "no" in the call; nor is a plan made out of sight."""
        plan = self.make_plan()
        for value in (False, 0, None, ""):
            with self.subTest(value), self.assertRefused("this is done while"):
                plan.write({"active": value})
        plan.action_cancel("Merged")
        with self.assertRefused("this is done while"):
            self.make_plan(active=False)
        plans = self.as_user(self.env["sales.plan"], self.planner)
        with self.assertRefused("this is done while"):
            plans.with_context(default_active=False).create({"year": self.year})
        plan.active = False
        self.assertTrue(plan.copy().active)

    def test_the_year_that_is_checked_is_the_year_that_is_planned(self):
        """P1: zero is no year, and the default takes its place nowhere."""
        for year in (0, False):
            with self.subTest(year), self.assertRefused("no year that can be planned"):
                self.make_plan(year=year)
        self.assertEqual(self.make_plan(year=str(self.year)).year, self.year)

    def test_the_company_that_is_checked_is_the_company_that_plans(self):
        """P1: also when the context of the caller names it."""
        self.sister.planning_enabled = False
        self.planner.company_ids |= self.sister
        plans = self.as_user(self.env["sales.plan"], self.planner).with_context(
            allowed_company_ids=(self.company | self.sister).ids,
            default_company_id=self.sister.id,
        )
        with self.assertRefused("Sister Ltd does not plan its sales"):
            plans.create({"year": self.year})

    def test_growth_is_a_percentage(self):
        """P1: neither endless nor no number at all, on the plan and in the grid."""
        plan = self.make_plan()
        for growth in (1e300, 10001, -100):
            with self.subTest(growth), self.assertBarred():
                plan.growth_percent = growth
                self.env.flush_all()
            plan.invalidate_recordset()
        for growth in (NOT_A_NUMBER, ENDLESS, -ENDLESS, 1e300, 10001, True, "5", None):
            for call in (
                lambda growth=growth: plan.plan_grid_grow(plan.target_ids.id, growth),
                lambda growth=growth: plan.action_split("growth", growth or 10001),
            ):
                with self.subTest(growth), self.assertRefused("Growth: enter a percentage"):
                    call()

    def test_a_split_knows_its_ways(self):
        """P1: what is not known is refused, and not taken for another."""
        plan = self.make_plan()
        root = plan.target_ids
        self.divide(plan, root, "team", self.team)
        self.enter(plan, root, {1: 120})
        for call in (
            lambda: plan.action_split("twice"),
            lambda: plan.plan_grid_split(root.id, "twice", "months"),
            lambda: plan.plan_grid_split(root.id, "even", "weeks"),
            lambda: plan.plan_grid_split(root.id, "growth", "months"),
        ):
            with self.assertRefused("Choose how"):
                call()
        self.assertEqual(self.amounts(root)[1], 120)

    # ------------------------------------------------------------------ rows and figures

    def test_figures_of_any_size_are_judged(self):
        """P1: a number of four hundred digits is too large, and no fault of the program."""
        plan = self.make_plan()
        with self.assertRefused("is too large"):
            self.enter(plan, plan.target_ids, {1: 10**400})
        with self.assertRefused("is negative"):
            self.enter(plan, plan.target_ids, {1: -ENDLESS})

    def test_a_category_is_divided_by_those_below_it(self):
        """P1: by itself or by another one its targets would count twice, or sell nothing."""
        machines, spares = self.env["product.category"].create(
            [{"name": "Machines"}, {"name": "Spare Parts"}]
        )
        pumps = self.env["product.category"].create({"name": "Pumps", "parent_id": machines.id})
        plan = self.make_plan()
        row, rest = self.divide(plan, plan.target_ids, "category", machines)
        for wrong in (machines, spares):
            with self.subTest(wrong.name), self.assertRefused("is not part of Machines"):
                plan.plan_grid_add(row.id, "category", wrong.ids)
        person = self.divide(plan, row, "person", self.sales)[0]
        with self.assertRefused("is not part of Machines"):
            plan.plan_grid_add(person.id, "category", machines.ids)
        self.assertTrue(self.divide(plan, person, "category", pumps)[0])
        # all others are everything but machines
        for wrong in (machines, pumps):
            with self.subTest(wrong.name), self.assertRefused("Machines has a row of its own"):
                plan.plan_grid_add(rest.id, "category", wrong.ids)
        self.assertTrue(self.divide(plan, rest, "category", spares)[0])

    def test_what_rows_are_about_stays_while_a_plan_speaks_of_it(self):
        """P1: a plan in force does not lose the name of a row."""
        industry = self.env["res.partner.industry"].create({"name": "Mining"})
        category = self.env["product.category"].create({"name": "Machines"})
        plan = self.make_plan()
        team, _rest = self.divide(plan, plan.target_ids, "team", self.team)
        segment, _rest = self.divide(plan, team, "segment", industry)
        self.divide(plan, segment, "category", category)
        self.env.flush_all()
        for value in (self.team, industry, category):
            with self.subTest(value), self.assertBarred():
                value.unlink()

    def test_nothing_is_named_that_the_planner_may_not_read(self):
        """P1, X4: teams of other companies have no name in a refusal, and ids are ids."""
        team = self.env["crm.team"].create({"name": "Secret Team", "company_id": self.sister.id})
        plan = self.make_plan()
        root = plan.target_ids
        for ids in (team.ids, [team.id, self.team.id], [10**9]):
            with self.subTest(ids), self.assertRaises(UserError) as refused:
                plan.plan_grid_add(root.id, "team", ids)
            self.assertNotIn("Secret", str(refused.exception))
            self.assertIn("Choose from the list", str(refused.exception))
        for ids in (["1"], [True], None, "all", []):
            with self.subTest(ids):
                plan.plan_grid_add(root.id, "team", ids)
        self.assertEqual(plan.target_ids, root)
        plan.plan_grid_add(root.id, "team", self.team.ids * 2)
        self.assertEqual(len(root.child_ids), 2, "twice is once")

    # ------------------------------------------------------------------ the budget

    def test_budgets_are_amounts(self):
        """P1: of the size of amounts."""
        plan = self.make_plan()
        for amount in (1e300, -1):
            with self.subTest(amount), self.assertBarred():
                plan.budget_ids = [Command.create({"kind": "travel", "amount": amount})]
                self.env.flush_all()
            plan.invalidate_recordset()

    def test_budgets_of_other_companies_are_out_of_reach(self):
        """P1, X4: whatever company the call says the line is of."""
        theirs = self.make_plan_of_the_sister()
        plan = self.make_plan()
        line = self.as_user(self.env["sales.plan.budget"], self.planner).create(
            {"plan_id": plan.id, "kind": "travel", "amount": 5}
        )
        theirs = self.as_user(theirs, self.planner)
        for number, call in enumerate(
            (
                lambda: line.create(
                    {"plan_id": theirs.id, "amount": 1, "company_id": self.company.id}
                ),
                lambda: line.create({"plan_id": theirs.id, "amount": 1}),
                lambda: line.write({"plan_id": theirs.id}),
                lambda: line.write({"company_id": self.sister.id}),
            )
        ):
            self.env.invalidate_all()
            with self.subTest(number), self.assertRefused(exception=AccessError):
                call()
        self.assertEqual((line.plan_id, line.company_id), (plan, self.company))

    # ------------------------------------------------------------------ who reads what

    def test_what_a_colleague_sells_in_the_team_is_not_read(self):
        """P1: of a team its members read the whole, not the part of one of them."""
        plan = self.make_plan()
        other = self.divide(plan, plan.target_ids, "person", self.sales2)[0]
        self.divide(plan, other, "team", self.team)
        self.enter(plan, plan._root(), {1: 10})
        plan.plan_grid_split(plan._root().id, "even", "rows")
        plan.action_approve()
        rows = self.as_user(self.env["sales.plan.target"], self.sales)
        self.assertFalse(rows.search([("plan_id", "=", plan.id)]))
        self.assertEqual(
            len(self.as_user(rows, self.sales2).search([("plan_id", "=", plan.id)])), 3
        )

    def test_leaders_see_their_people_where_the_company_shows_them(self):
        """P1, X4: not in another company that does not."""
        self.company.own_customers_only = False
        self.sister.own_customers_only = True
        self.make_plan_in_force()
        leader = self.sales2
        self.team.user_id = leader
        leader.company_ids |= self.sister
        rows = self.as_user(self.env["sales.plan.target"], leader).with_context(
            allowed_company_ids=(self.company | self.sister).ids
        )
        self.assertFalse(rows.search([("user_id", "=", self.sales.id), ("year", "=", self.year)]))
        self.company.own_customers_only = True
        self.assertTrue(rows.search([("user_id", "=", self.sales.id), ("year", "=", self.year)]))

    def test_whoever_leaves_a_team_does_not_read_its_targets_any_more(self):
        """P1: from that moment on; and whoever joins it reads them."""
        self.make_plan_in_force()
        rows = self.as_user(self.env["sales.plan.target"], self.sales)
        domain = [("dimension", "=", "team"), ("year", "=", self.year)]
        self.assertEqual(rows.search(domain).team_id, self.team)
        member = self.team.crm_team_member_ids.filtered(lambda one: one.user_id == self.sales)
        member.active = False
        self.assertFalse(rows.search(domain))
        member.active = True
        self.assertTrue(rows.search(domain))

    def test_a_form_works_out_nothing_of_plans_that_are_not_read(self):
        """P1, X4: a line of another company, named in a form, tells neither targets nor budget."""
        theirs = self.make_plan_of_the_sister()
        everything = self.env["sales.plan"].browse(theirs.id)
        everything.plan_grid_save(
            [
                {
                    "target_id": everything.target_ids.id,
                    "month": f"{self.year}-01-01",
                    "amount": 777,
                    "quantity": 7,
                }
            ]
        )
        everything.budget_ids = [Command.create({"kind": "travel", "amount": 555})]
        target, line = everything.target_ids, everything.budget_ids
        plan = self.make_plan()
        self.assertEqual((everything.amount_total, everything.budget_total), (777, 555))
        for record in (plan, plan.browse()):
            for name, id_ in (("target_ids", target.id), ("budget_ids", line.id)):
                self.env.invalidate_all()
                try:
                    told = record.onchange(
                        {"year": self.year, name: [Command.link(id_)]},
                        [name],
                        {
                            name: {"fields": {}},
                            "amount_total": {},
                            "quantity_total": {},
                            "budget_total": {},
                        },
                    )
                except AccessError:
                    continue
                told["value"].pop(name, None)
                self.assertFalse(any(told["value"].values()), (name, told))
        everything.strategy = "Secret"
        lines = self.as_user(self.env["sales.plan.budget"], self.planner)
        for changed in ([], ["plan_id"]):
            self.env.invalidate_all()
            try:
                told = lines.onchange(
                    {"plan_id": theirs.id, "amount": 1},
                    changed,
                    {"plan_id": {"fields": {"strategy": {}, "name": {}}}, "company_id": {}},
                )
            except AccessError:
                continue
            self.assertNotIn("Secret", str(told))
            self.assertNotIn("SP/", str(told))

    def test_totals_of_a_plan_follow_its_rows_and_lines(self):
        """P1: when they come, change and go."""
        plan = self.make_plan()
        self.enter(plan, plan.target_ids, {1: 10, 2: 20}, quantity=1)
        plan.budget_ids = [
            Command.create({"kind": "travel", "amount": 5}),
            Command.create({"kind": "other", "amount": 7}),
        ]
        self.assertEqual((plan.amount_total, plan.quantity_total, plan.budget_total), (30, 2, 12))
        self.enter(plan, plan.target_ids, {1: 0})
        plan.budget_ids[0].amount = 6
        plan.budget_ids[1].unlink()
        self.assertEqual((plan.amount_total, plan.quantity_total, plan.budget_total), (20, 2, 6))

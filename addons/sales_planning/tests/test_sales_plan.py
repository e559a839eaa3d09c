from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .plan_case import PlanCase


@tagged("post_install", "-at_install")
class TestSalesPlan(PlanCase):
    """P1: the sales plan, from the first row to the revision."""

    # ------------------------------------------------------------------ making it

    def test_a_plan_begins_with_the_row_of_its_company(self):
        """P1: its months are those of its year; growth is 5 %."""
        plan = self.make_plan()
        self.assertEqual(plan.state, "draft")
        self.assertEqual(plan.growth_percent, 5)
        self.assertEqual(plan.target_ids.mapped("dimension"), ["company"])
        self.assertEqual(
            (plan.date_from, plan.date_to), (date(self.year, 1, 1), date(self.year, 12, 31))
        )
        self.assertEqual(plan.target_ids.display_name, self.company.name)

    def test_a_company_that_does_not_plan_makes_no_plan(self):
        """P1: nothing acts while it is switched off."""
        self.company.planning_enabled = False
        with self.assertRefused("does not plan its sales"):
            self.make_plan()

    def test_plans_of_one_year_do_not_overlap(self):
        """P1: neither beside a planned one nor beside one in force; another company is free."""
        plan = self.make_plan()
        with self.assertRefused("already: revise it, or give it up"):
            self.make_plan()
        plan.action_cancel("Too early")
        plan = self.make_plan_in_force()
        with self.assertRefused("already: revise it, or give it up"):
            self.make_plan()
        with self.assertRefused():
            plan.copy()

    def test_years_that_are_over_are_not_planned(self):
        """P1: nor years that are none."""
        for year, text in (
            (self.today.year - 1, "is over"),
            (12, "no year that can be planned"),
            (99999, "no year that can be planned"),
        ):
            with self.assertRefused(text):
                self.make_plan(year=year)

    def test_salespeople_neither_make_nor_change_plans(self):
        """P1: by no door."""
        with self.assertRefused(exception=AccessError):
            self.make_plan(self.sales)
        plan = self.make_plan_in_force()
        for call in (
            lambda mine: mine.write({"growth_percent": 1}),
            lambda mine: mine.action_revise(),
            lambda mine: mine.action_cancel("No"),
            lambda mine: mine.action_approve(),
            lambda mine: mine.plan_grid_save([]),
            lambda mine: mine.plan_grid_add(plan.target_ids[0].id, "team", []),
            lambda mine: mine.plan_grid_remove(plan.target_ids[0].id),
            lambda mine: mine.plan_grid_grow(plan.target_ids[0].id, 5),
            lambda mine: mine.plan_sheet_import(""),
            lambda mine: mine.action_split("even"),
        ):
            with self.assertRefused(exception=AccessError):
                call(self.as_user(plan, self.sales))

    def test_states_are_stamped_and_rows_are_written_by_the_grid_alone(self):
        """P1: not even planners write rows and figures by RPC."""
        plan = self.make_plan()
        for vals in ({"state": "approved"}, {"revision": 7}, {"previous_id": plan.id}):
            with self.assertRefused(exception=AccessError):
                plan.write(vals)
        with self.assertRefused("keeps its year"):
            plan.year = self.year + 1
        target = self.as_user(plan.target_ids, self.planner)
        with self.assertRefused(exception=AccessError):
            target.write({"sequence": 1})
        with self.assertRefused(exception=AccessError):
            target.create({"plan_id": plan.id, "dimension": "company"})
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["sales.plan.cell"], self.planner).create(
                {"plan_id": plan.id, "target_id": target.id, "month": self.month(1)}
            )
        with self.assertRefused(exception=AccessError):
            plan.write({"target_ids": [Command.create({"dimension": "company"})]})

    # ------------------------------------------------------------------ rows

    def test_rows_below_partition_the_row_above(self):
        """P1: one dimension, everything else in one row, and no dimension twice on a way."""
        plan = self.make_plan()
        root = plan.target_ids
        team, rest = self.divide(plan, root, "team", self.team)
        self.assertTrue(rest.is_rest)
        self.assertEqual(rest.display_name, "Other Teams")
        plan.plan_grid_add(root.id, "team", self.team.ids)
        self.assertEqual(len(root.child_ids), 2, "twice is once")
        with self.assertRefused("divided by Sales Team already"):
            plan.plan_grid_add(root.id, "person", self.sales.ids)
        person = self.divide(plan, team, "person", self.sales)[0]
        self.assertEqual((person.team_id, person.user_id), (self.team, self.sales))
        with self.assertRefused("part of a division by Sales Team"):
            plan.plan_grid_add(person.id, "team", self.team.ids)
        with self.assertRefused("no such row"):
            plan.plan_grid_add(-1, "team", self.team.ids)

    def test_categories_side_by_side_are_not_part_of_one_another(self):
        """P1: else sales would be planned twice."""
        machines = self.env["product.category"].create({"name": "Machines"})
        pumps = self.env["product.category"].create({"name": "Pumps", "parent_id": machines.id})
        plan = self.make_plan()
        with self.assertRefused("is part of"):
            plan.plan_grid_add(plan.target_ids.id, "category", (machines | pumps).ids)
        row = self.divide(plan, plan.target_ids, "category", machines)[0]
        below = self.divide(plan, row, "category", pumps)[0]
        self.assertEqual(below.categ_id, pumps)

    def test_people_of_other_companies_and_archived_ones_get_no_rows(self):
        """P1: nor do teams of others."""
        plan = self.make_plan()
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "test_stranger",
                "company_id": self.env.ref("base.main_company").id,
                "company_ids": [Command.set(self.env.ref("base.main_company").ids)],
            }
        )
        self.sales2.active = False
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        team = self.env["crm.team"].create({"name": "Theirs", "company_id": other.id})
        root = plan.target_ids
        with self.assertRefused("does not work for"):
            plan.plan_grid_add(root.id, "person", stranger.ids)
        with self.assertRefused("archived"):
            plan.plan_grid_add(root.id, "person", self.sales2.ids)
        self.planner.company_ids |= other
        plan = plan.with_context(allowed_company_ids=(self.company | other).ids)
        with self.assertRefused("team of another company"):
            plan.plan_grid_add(root.id, "team", team.ids)

    def test_rows_leave_with_those_below_them(self):
        """P1: the row of all others goes with the last; that of the company stays."""
        plan = self.make_plan()
        root = plan.target_ids
        team, rest = self.divide(plan, root, "team", self.team)
        self.divide(plan, team, "person", self.sales)
        with self.assertRefused("stays while there are rows beside it"):
            plan.plan_grid_remove(rest.id)
        with self.assertRefused("it is the plan"):
            plan.plan_grid_remove(root.id)
        plan.plan_grid_remove(team.id)
        self.assertEqual(plan.target_ids, root)

    # ------------------------------------------------------------------ figures

    def test_the_grid_reads_and_writes_in_one_call_each(self):
        """P1: sums follow, figures that are left out stay."""
        plan = self.make_plan()
        root = plan.target_ids
        self.enter(plan, root, {1: 100.004, 2: 50}, quantity=3)
        self.enter(plan, root, {1: 120})
        grid = plan.plan_grid_load()
        self.assertEqual(grid["rows"][0]["cells"][0][:2], [120, 3])
        self.assertEqual(grid["rows"][0]["cells"][1][:2], [50, 3])
        self.assertEqual((plan.amount_total, plan.quantity_total), (170, 6))
        self.assertTrue(grid["editable"])
        self.assertEqual(len(grid["months"]), 12)

    def test_what_is_no_target_is_refused_naming_row_and_month(self):
        """P1: and nothing of the block is written."""
        plan = self.make_plan()
        root = plan.target_ids
        good = {"target_id": root.id, "month": f"{self.year}-01-01", "amount": 5}
        for change, text in (
            ({"amount": -1}, f"{self.company.name}, {self.year}-01: -1 is negative"),
            ({"amount": "many"}, "“many” is no number"),
            ({"amount": True}, "is no number"),
            ({"quantity": float("nan")}, "is too large"),
            ({"amount": 1e15}, "is too large"),
            ({"month": f"{self.year}-01-02"}, "is no month of"),
            ({"month": f"{self.year + 1}-01-01"}, "is no month of"),
            ({"target_id": -1}, "no such row"),
        ):
            with self.subTest(change), self.assertRefused(text):
                plan.plan_grid_save([good, {**good, **change}])
        self.assertFalse(root.cell_ids)

    def test_sums_that_do_not_agree_are_not_submitted(self):
        """P1: row and month are named, and what is missing."""
        plan = self.make_plan()
        root = plan.target_ids
        with self.assertRefused("has no targets"):
            plan.action_approve()
        team, rest = self.divide(plan, root, "team", self.team)
        self.enter(plan, root, {3: 100}, quantity=4)
        self.enter(plan, team, {3: 60}, quantity=4)
        with self.assertRefused(f"{self.company.name}, {self.year}-03: the rows below sum to"):
            plan.action_approve()
        self.enter(plan, rest, {3: 40}, quantity=1)
        with self.assertRefused("the quantities below sum to 5.0 instead of 4.0"):
            plan.action_approve()
        self.enter(plan, rest, {3: 40}, quantity=0)
        plan.action_approve()
        self.assertEqual(plan.state, "approved")
        self.assertEqual(plan.approved_by_id, self.planner)

    def test_people_who_left_have_no_targets_in_force(self):
        """P1: the person is named."""
        plan = self.make_plan()
        person, _rest = self.divide(plan, plan.target_ids, "person", self.sales2)
        for row in (plan.target_ids - person, person):
            self.enter(plan, row.filtered(lambda one: not one.is_rest), {1: 10})
        self.sales2.active = False
        with self.assertRefused(f"{self.sales2.name} has left the company"):
            plan.action_approve()

    def test_figures_in_force_stand_still(self):
        """P1: by no door, not even for code that runs as superuser."""
        plan = self.make_plan_in_force()
        root = plan.target_ids.filtered(lambda row: not row.parent_id)
        with self.assertRefused("press “Revise”"):
            self.enter(plan, root, {1: 5})
        with self.assertRefused("press “Revise”"):
            plan.growth_percent = 9
        with self.assertRefused("press “Revise”"):
            plan.budget_ids = [Command.create({"kind": "travel", "amount": 5})]
        with self.assertRefused("press “Revise”"):
            plan.unlink()
        superuser = root.with_user(self.env.ref("base.user_root"))
        with self.assertRefused("press “Revise”"):
            superuser.cell_ids.write({"amount": 1})
        with self.assertRefused("press “Revise”"):
            superuser.cell_ids.unlink()

    # ------------------------------------------------------------------ approval

    def test_a_plan_goes_through_its_chain(self):
        """P1, A1: figures stand still while it is decided, and it is in force after the last one."""
        self.company.action_set_up_rulebook()
        chains = self.env["approval.chain"].with_context(active_test=False)
        chain = chains.search([("model", "=", "sales.plan"), ("company_id", "=", self.company.id)])
        chain.active = True
        self.assertEqual(len(chain), 1)
        self.assertEqual(
            chain.step_ids.sorted("sequence").role_id.mapped("code"),
            ["sales_manager", "vp_marketing", "general_manager", "president"],
        )
        self.env["approval.role.holder"].create(
            {
                "role_id": self.env.ref("approval_chain.role_general_manager").id,
                "user_id": self.cfo.id,
                "company_id": self.company.id,
            }
        )
        plan = self.make_plan()
        root = plan.target_ids
        with self.assertRefused("has no targets"):
            plan.action_approval_submit("plan")
        self.enter(plan, root, {1: 100})
        with self.assertRefused():
            plan.action_approve()
        plan.action_approval_submit("plan")
        with self.assertRefused("withdraw it"):
            self.enter(plan, root, {1: 90})
        with self.assertRefused():
            plan.growth_percent = 50
        self.assertFalse(plan.plan_grid_load()["editable"])
        for user in (self.salesmgr, self.vp, self.cfo, self.president):
            self.assertEqual(plan.state, "draft")
            request = self.env["approval.request"].search(
                [("res_model", "=", "sales.plan"), ("res_id", "=", plan.id)]
            )
            self.as_user(request, user).action_decide("approve", "Good.")
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.approval_state), ("approved", "executed"))

    def test_whoever_has_targets_is_told_in_their_language(self):
        """P1: when they come into force; nobody is told of none."""
        (self.planner | self.sales2).lang = "en_US"
        self.sales.lang = "zh_CN"
        plan = self.make_plan()
        root = plan.target_ids
        mine, other, _none, _rest = self.divide(
            plan, root, "person", self.sales | self.sales2 | self.planner
        )
        for row, amount in ((root, 100), (mine, 60), (other, 40)):
            self.enter(plan, row, {1: amount})
        plan.action_approve()
        told = self.env["mail.message"].search(
            [
                ("model", "=", "sales.plan"),
                ("res_id", "=", plan.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(
            {message.subject: message.partner_ids for message in told},
            {
                f"您{self.year}年度的目标": self.sales.partner_id,
                f"Your targets for {self.year}": self.sales2.partner_id,
            },
        )

    # ------------------------------------------------------------------ revisions

    def test_a_revision_replaces_the_plan_when_it_is_approved(self):
        """P1: one at a time, with the same rows and figures; the old one stays readable."""
        plan = self.make_plan_in_force()
        new = plan.browse(plan.action_revise()["res_id"])
        self.assertEqual((new.revision, new.previous_id, new.state), (2, plan, "draft"))
        self.assertEqual(
            sorted(new.target_ids.mapped("key")), sorted(plan.target_ids.mapped("key"))
        )
        self.assertEqual(new.amount_total, 200)
        with self.assertRefused("revises"):
            plan.action_revise()
        for row in new.target_ids.filtered(lambda row: not row.is_rest):
            if row.user_id != self.sales2:
                before = self.amounts(row)[2]
                self.enter(new, row, {2: before + 10})
        new.action_approve()
        self.assertEqual((new.state, plan.state), ("approved", "replaced"))
        self.assertEqual(self.amounts(plan._root())[2], 100)
        comparison = self.as_user(self.env["sales.plan.comparison"], self.planner).search(
            [("plan_id", "=", new.id), ("depth", "=", 0)]
        )
        self.assertEqual(
            {
                line.month.month: (line.old_amount, line.new_amount, line.amount_difference)
                for line in comparison
            },
            {1: (100, 100, 0), 2: (100, 110, 10)},
        )

    def test_rows_of_one_revision_alone_are_compared_with_nothing(self):
        """P1: taken out and put in."""
        plan = self.make_plan_in_force()
        new = plan.browse(plan.action_revise()["res_id"])
        gone = new.target_ids.filtered(lambda row: row.user_id == self.sales2)
        new.plan_grid_remove(gone.id)
        lines = self.as_user(self.env["sales.plan.comparison"], self.planner).search(
            [("plan_id", "=", new.id), ("target_id.user_id", "=", self.sales2.id)]
        )
        self.assertEqual(lines.mapped("new_amount"), [0, 0])
        self.assertEqual(lines.mapped("old_amount"), [40, 40])

    def test_a_revision_leaves_months_that_are_over(self):
        """P1: they were what was decided then."""
        plan = self.make_plan_in_force()
        new = plan.browse(plan.action_revise()["res_id"])
        root = new._root()
        with patch.object(type(self.company), "_approval_today", lambda company: self.month(2)):
            with self.assertRefused("the month is over"):
                self.enter(new, root, {1: 1})
            with self.assertRefused("targets in months that are over"):
                new.plan_grid_remove(root.child_ids[0].id)
            self.enter(new, root, {2: 77})
            new.action_split("even")
            self.assertEqual(self.amounts(root)[1], 100)
            self.assertEqual(round(sum(self.amounts(root).values()), 2), 177)

    def test_a_plan_is_given_up_with_a_reason(self):
        """P1: and makes room for another; archiving is for what is over."""
        plan = self.make_plan()
        with self.assertRefused("Write why"):
            plan.action_cancel(" ")
        with self.assertRefused("this is done while"):
            plan.active = False
        plan.action_cancel("Merged")
        plan.active = False
        self.assertTrue(self.make_plan())

    # ------------------------------------------------------------------ who reads what

    def test_salespeople_read_their_own_targets_and_the_sums_of_their_team(self):
        """P1: once they are in force."""
        plan = self.make_plan()
        mine = self.as_user(self.env["sales.plan"], self.sales)
        person = self.divide(plan, plan.target_ids, "person", self.sales)[0]
        self.assertFalse(mine.search([("id", "=", plan.id)]))
        self.assertFalse(self.as_user(person, self.sales).search([("id", "=", person.id)]))
        plan.action_cancel("Start again")
        plan = self.make_plan_in_force()
        seen = mine.search([("id", "=", plan.id)]).plan_grid_load()
        self.assertEqual(
            [(row["label"], row["cells"][0][0]) for row in seen["rows"]],
            [("Key Accounts", 100), (self.sales.name, 60)],
        )
        self.assertFalse(seen["editable"])
        with self.assertRefused(exception=AccessError):
            self.as_user(plan, self.sales).read(["amount_total"])
        with self.assertRefused(exception=AccessError):
            self.as_user(plan, self.outsider).read(["name"])
        self.assertEqual(
            set(
                self.as_user(self.env["sales.plan.cell"], self.sales)
                .search([("plan_id", "=", plan.id)])
                .mapped("amount")
            ),
            {100, 60},
        )
        with self.assertRefused("no such row"):
            self.as_user(plan, self.sales).plan_grid_open(plan._root().id, [])

    def test_what_a_person_sells_by_category_is_read_by_that_person(self):
        """P1: rows below the own row are own rows; those of colleagues are not."""
        category = self.env["product.category"].create({"name": "Machines"})
        plan = self.make_plan()
        mine, other, _rest = self.divide(plan, plan.target_ids, "person", self.sales | self.sales2)
        self.divide(plan, mine, "category", category)
        self.divide(plan, other, "category", category)
        self.enter(plan, plan._root(), {1: 10})
        plan.plan_grid_split(plan._root().id, "even", "rows")
        plan.action_approve()
        rows = self.as_user(plan.target_ids, self.sales).search([("plan_id", "=", plan.id)])
        self.assertEqual(rows.user_id, self.sales)
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows.filtered("categ_id").mapped("amount_total"), [5])

    def test_other_companies_neither_read_nor_count(self):
        """P1, X4: targets stay in their company."""
        plan = self.make_plan_in_force()
        other = self.env["res.company"].create({"name": "Sister Ltd", "planning_enabled": True})
        self.planner.company_ids |= other
        there = plan.with_context(allowed_company_ids=other.ids)
        self.assertFalse(there.search([("id", "=", plan.id)]))
        self.assertTrue(there.create({"year": self.year, "company_id": other.id}))
        self.assertEqual(
            plan._person_target(self.sales, plan.date_from, plan.date_to, other),
            {self.sales: (0.0, 0.0)},
        )

    def test_targets_of_people_count_what_is_in_force(self):
        """P1, P7: by period; nothing for people without targets."""
        plan = self.make_plan_in_force()
        people = self.sales | self.sales2 | self.planner
        self.assertEqual(
            plan._person_target(people, self.month(1), self.month(1)),
            {self.sales: (60, 0), self.sales2: (40, 0), self.planner: (0, 0)},
        )
        targets = plan._approved_targets(self.company, plan.date_from, plan.date_to)
        self.assertEqual(targets["company", self.company.id], (200, 0))
        self.assertEqual(targets["team", self.team.id], (200, 0))
        new = plan.browse(plan.action_revise()["res_id"])
        self.enter(new, new._root(), {5: 1000})
        self.assertEqual(
            plan._approved_targets(self.company, plan.date_from, plan.date_to), targets
        )

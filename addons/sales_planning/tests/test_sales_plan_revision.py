from datetime import datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .plan_case import PlanCase


@tagged("post_install", "-at_install")
class TestSalesPlanRevision(PlanCase):
    """P1: revisions, the months that are over in them, and both side by side."""

    def revise(self, plan):
        return plan.browse(plan.action_revise()["res_id"])

    def today_is(self, number):
        """It is the first day of this month of the planned year where the company works."""
        return patch.object(
            type(self.company), "_approval_today", lambda _company: self.month(number)
        )

    def make_undivided(self, amounts):
        plan = self.make_plan()
        self.enter(plan, plan.target_ids, amounts)
        plan.action_approve()
        return plan

    def change_january(self, plan):
        """10 more in January for one salesperson, and for all rows above."""
        for row in plan.target_ids.filtered(lambda row: not row.is_rest):
            if row.user_id != self.sales2:
                self.enter(plan, row, {1: self.amounts(row)[1] + 10})

    # ------------------------------------------------------------------ document numbers

    def test_a_document_number_is_given_once(self):
        """P1: whatever was given up keeps its own."""
        first = self.make_plan()
        first.action_cancel("Too early")
        plan = self.make_plan_in_force()
        second = self.revise(plan)
        second.action_cancel("Not now")
        second.active = False
        third = self.revise(plan)
        self.assertEqual(
            (first | plan | second | third).mapped("name"),
            [f"SP/{self.year}/{number}" for number in (1, 2, 3, 4)],
        )
        self.assertEqual(third.previous_id, plan)

    def test_a_company_that_stopped_planning_revises_and_approves_nothing(self):
        """P1: nothing acts while it is switched off."""
        plan = self.make_plan_in_force()
        revision = self.revise(plan)
        self.company.planning_enabled = False
        with self.assertRefused("does not plan its sales"):
            revision.action_approve()
        revision.action_cancel("Switched off")
        with self.assertRefused("does not plan its sales"):
            plan.action_revise()

    # ------------------------------------------------------------------ months that are over

    def test_a_division_leaves_months_that_are_over_with_all_others(self):
        """P1: what was not divided then is not lost in the statistics."""
        plan = self.make_undivided({1: 100, 2: 100})
        new = self.revise(plan)
        with self.today_is(2):
            mine, rest = self.divide(new, new.target_ids, "person", self.sales)
            self.assertEqual((self.amounts(mine)[1], self.amounts(rest)[1]), (0, 100))
            self.enter(new, mine, {2: 100})
            new.action_approve()
        report = self.as_user(self.env["sales.plan.report"], self.planner)
        [[january]] = report._read_group(
            [("month", "=", self.month(1)), ("company_id", "=", self.company.id)],
            [],
            ["plan_amount:sum"],
        )
        self.assertEqual(january, 100)

    def test_a_division_of_the_revision_is_undone(self):
        """P1: what all others kept is in the row above; what somebody had stays."""
        plan = self.make_undivided({1: 100})
        new = self.revise(plan)
        with self.today_is(2):
            mine, _rest = self.divide(new, new.target_ids, "person", self.sales)
            new.plan_grid_remove(mine.id)
            self.assertEqual(new.target_ids, new._root())
        divided = self.revise_with_a_person(plan, new)
        with self.today_is(2):
            row = divided.target_ids.filtered("user_id")
            with self.assertRefused("targets in months that are over"):
                divided.plan_grid_remove(row.id)

    def revise_with_a_person(self, plan, begun):
        """A revision of the plan whose January is that of a salesperson."""
        begun.action_cancel("Start again")
        middle = self.revise(plan)
        mine, _rest = self.divide(middle, middle.target_ids, "person", self.sales)
        self.enter(middle, mine, {1: 100})
        middle.action_approve()
        return self.revise(middle)

    def test_a_month_that_ended_meanwhile_is_as_it_was(self):
        """P1: a revision that is approved too late does not change it; it can be put back."""
        new = self.revise(self.make_plan_in_force())
        self.change_january(new)
        mine = new.target_ids.filtered(lambda row: row.user_id == self.sales)
        with self.today_is(2):
            with self.assertRefused(f"{self.sales.name}, {self.year}-01: the month is over"):
                new.action_approve()
            grid = new.plan_grid_load()
            self.assertFalse(grid["months"][0]["closed"], "it can be typed into")
            with self.assertRefused("the month is over"):
                self.enter(new, mine, {1: 65})
            self.enter(new, mine, {1: 60})
            for row in (new._root(), mine.parent_id):
                self.enter(new, row, {1: 100})
            self.assertTrue(new.plan_grid_load()["months"][0]["closed"])
            new.action_approve()
        self.assertEqual(new.state, "approved")

    def test_a_row_that_was_taken_out_before_the_month_ended_is_put_back(self):
        """P1: with what it had."""
        new = self.revise(self.make_plan_in_force())
        row = new.target_ids.filtered(lambda row: row.user_id == self.sales)
        team = row.parent_id
        new.plan_grid_remove(row.id)
        with self.today_is(2):
            with self.assertRefused(f"“{self.sales.name}” has targets in months that are over"):
                new.action_approve()
            new.plan_grid_add(team.id, "person", self.sales.ids)
            row = team.child_ids.filtered(lambda row: row.user_id == self.sales)
            self.assertEqual(self.amounts(row)[1], 60)
            self.enter(new, row, {2: 60})
            new.action_approve()

    def test_salespeople_read_the_months_that_are_over(self):
        """P1: of a revision in force, as they were and closed to nobody who only reads."""
        new = self.revise(self.make_plan_in_force())
        new.action_approve()
        with self.today_is(2):
            grid = self.as_user(new, self.sales).plan_grid_load()
        self.assertEqual([row["cells"][0][0] for row in grid["rows"]], [100, 60])
        self.assertTrue(grid["months"][0]["closed"])
        self.assertFalse(grid["editable"])

    def test_sums_agree_in_months_that_are_over_too(self):
        """P1: a month that ended meanwhile hides nothing."""
        new = self.revise(self.make_plan_in_force())
        self.enter(new, new._root(), {1: 1})
        with self.today_is(2), self.assertRefused(f"{self.year}-01"):
            new.action_approve()

    def test_targets_of_somebody_who_left_stay_in_months_that_are_over(self):
        """P1: the later ones go to somebody else, and the revision comes into force."""
        new = self.revise(self.make_plan_in_force())
        mine, theirs = (
            new.target_ids.filtered(lambda row, user=user: row.user_id == user)
            for user in (self.sales, self.sales2)
        )
        self.sales2.active = False
        with self.today_is(2):
            with self.assertRefused("has left the company"):
                new.action_approve()
            self.enter(new, theirs, {2: 0})
            self.enter(new, mine, {2: 100})
            new.action_approve()
        self.assertEqual(new.state, "approved")
        self.assertEqual(self.amounts(theirs)[1], 40)

    def test_what_was_submitted_in_time_is_decided_later(self):
        """P1: the month was open when the planner handed it in."""
        self.env["approval.chain"].create(
            {
                "name": "Plans",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("sales.plan"),
                "operation": "plan",
                "domain": "[('previous_id', '!=', False)]",
                "step_ids": [
                    Command.create(
                        {"name": "President", "approver": "user", "user_ids": self.president.ids}
                    )
                ],
            }
        )
        new = self.revise(self.make_plan_in_force())
        self.change_january(new)
        new.action_approval_submit("plan")
        request = self.env["sales.plan"].browse(new.id).approval_request_id
        request.flush_recordset()
        self.env.cr.execute(
            "UPDATE approval_request SET submitted_at = %s WHERE id = %s",
            [datetime(self.year, 1, 20), request.id],
        )
        request.invalidate_recordset()
        with self.today_is(2):
            self.as_user(request, self.president).action_decide("approve", "Good.")
        new.invalidate_recordset()
        self.assertEqual((new.state, new.approval_state), ("approved", "executed"))

    # ------------------------------------------------------------------ side by side

    def test_a_row_that_is_divided_now_counts_once_on_each_side(self):
        """P1: what is not divided sums to the plan, before and now."""
        plan = self.make_undivided({1: 100})
        new = self.revise(plan)
        mine, rest = self.divide(new, new.target_ids, "person", self.sales)
        self.enter(new, mine, {1: 70})
        self.enter(new, rest, {1: 30})
        new.action_approve()
        back = self.revise(new)
        back.plan_grid_remove(back.target_ids.filtered("user_id").id)
        comparison = self.as_user(self.env["sales.plan.comparison"], self.planner)
        for revision in (new, back):
            [[before, now]] = comparison._read_group(
                [("plan_id", "=", revision.id), ("is_leaf", "=", True)],
                [],
                ["old_amount:sum", "new_amount:sum"],
            )
            self.assertEqual((before, now), (100, 100), revision.name)
        lines = comparison.search([("plan_id", "in", (new | back).ids)])
        self.assertEqual(len(set(lines.ids)), len(lines))

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sale_order_flow.tests.shipping_case import make_person

from .planning_case import PlanningCase


class DevelopmentCase(PlanningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.development_report_needed = True
        cls.env["development.goal"].search([]).active = False
        cls.month = cls.today.replace(day=1)
        cls.lead = cls.make_lead(cls.sales)

    @classmethod
    def make_lead(cls, user, **values):
        return cls.env["crm.lead"].create(
            {
                "name": f"Pumps for {user.login}",
                "user_id": user.id,
                "company_id": cls.company.id,
                **values,
            }
        )

    def plan(self, kind, user=None, lead=None):
        """An activity of a kind, planned by the person on a lead of theirs."""
        user = user or self.sales
        lead = self.as_user(lead or self.lead, user)
        return lead.activity_schedule(
            f"sales_planning.activity_type_{kind}", user_id=user.id, summary=f"A {kind}"
        )

    def make_goal(self, user=None, month=None, **values):
        return self.as_user(self.env["development.goal"], self.planner).create(
            {
                "user_id": (user or self.sales).id,
                "month": month or self.month,
                "visits": 4,
                "leads": 3,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestDevelopment(DevelopmentCase):
    """P9: leads, visits, demonstrations, negotiations and new customers against the plan."""

    def test_a_visit_is_done_with_what_was_agreed(self):
        """P9: by no door without, where the company wants it."""
        visit = self.plan("visit")
        with self.assertRefused("next step"):
            visit.action_done()
        with self.assertRefused("next step"):
            visit.action_feedback(feedback="  ")
        with self.assertRefused("next step"):
            visit.active = False
        visit.action_feedback(feedback="They want an offer by Friday.")
        self.assertEqual((visit.active, visit.date_done), (False, self.today))
        self.assertEqual(visit.feedback, "They want an offer by Friday.")
        self.company.development_report_needed = False
        self.plan("visit").action_done()

    def test_what_was_done_is_counted_by_the_server(self):
        """P9, D5 3: each kind for who did it, on the day of the company."""
        before = self.counts(self.sales | self.sales2)
        for kind in ("visit", "visit", "demo", "negotiation"):
            self.plan(kind).action_feedback(feedback="Agreed.")
        self.plan("visit")
        lead = self.make_lead(self.sales2)
        self.plan("demo", self.sales2, lead).action_feedback(feedback="Agreed.")
        after = self.counts(self.sales | self.sales2)
        self.assertEqual(
            {
                user: {kind: after[user][kind] - before[user][kind] for kind in after[user]}
                for user in after
            },
            {
                self.sales: {"visit": 2, "demo": 1, "negotiation": 1},
                self.sales2: {"visit": 0, "demo": 1, "negotiation": 0},
            },
        )

    def counts(self, users):
        goals = self.as_user(self.env["development.goal"], self.planner)
        return goals._activity_counts(users, self.today, self.today)

    def test_a_morning_visit_counts_on_its_own_day(self):
        """P9: at seven in Shanghai it is still yesterday by UTC."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time(datetime(2026, 4, 30, 23, 0)):
            visit = self.plan("visit")
            visit.action_feedback(feedback="Agreed.")
            self.assertEqual(str(visit.date_done), "2026-05-01")

    def test_what_was_counted_is_not_rewritten(self):
        """P9: neither by its person nor as something that was never planned."""
        visit = self.plan("visit")
        with self.assertRefused(exception=AccessError):
            visit.date_done = self.today - timedelta(days=40)
        visit.action_feedback(feedback="Agreed.")
        kind = self.env.ref("sales_planning.activity_type_demo")
        for values in (
            {"date_done": self.today - timedelta(days=40)},
            {"user_id": self.sales2.id},
            {"activity_type_id": kind.id},
            {"feedback": "Something else."},
            {"active": True},
        ):
            with self.subTest(values), self.assertRefused(exception=AccessError):
                visit.write(values)
        with self.assertRefused(exception=AccessError):
            visit.unlink()
        with self.assertRefused(exception=AccessError):
            visit.copy({"active": False})

    def test_no_visit_is_backdated(self):
        """P9, F10: neither with a day entered beforehand, nor along with marking it as done."""
        past = self.today - timedelta(days=40)
        visit = self.plan("visit")
        planned = {
            "res_model_id": visit.res_model_id.id,
            "res_id": visit.res_id,
            "activity_type_id": visit.activity_type_id.id,
            "user_id": self.sales.id,
        }
        self.assertFalse(visit.create({**planned, "date_done": past}).date_done)
        self.assertFalse(visit.with_context(default_date_done=past).create(planned).date_done)
        for values in (
            {"active": False, "date_done": past, "feedback": "Agreed."},
            {"date_done": self.today},
        ):
            with self.subTest(values), self.assertRefused("not entered by hand", AccessError):
                visit.write(values)
        visit.write({"active": False, "feedback": "Agreed."})
        self.assertEqual(visit.date_done, self.today)

    def test_nothing_becomes_a_visit_after_it_was_done(self):
        """P9, F10: a to-do of last month, and one that carries a day already."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        visit = self.env.ref("sales_planning.activity_type_visit")
        past = self.today - timedelta(days=40)
        lead = self.as_user(self.lead, self.sales)
        done = lead.activity_schedule(activity_type_id=todo.id, user_id=self.sales.id)
        done.write({"active": False, "date_done": past, "feedback": "Agreed."})
        dated = lead.activity_schedule(activity_type_id=todo.id, user_id=self.sales.id)
        dated.write({"date_done": past, "feedback": "Agreed."})
        for values in (
            {"activity_type_id": visit.id},
            {"activity_type_id": visit.id, "active": False},
        ):
            for activity in done | dated:
                with self.subTest(values), self.assertRefused(exception=AccessError):
                    activity.write(values)

        bare = lead.activity_schedule(activity_type_id=todo.id, user_id=self.sales.id)
        with self.assertRefused("next step"):
            bare.write({"activity_type_id": visit.id, "active": False})

    def test_everybody_reports_their_own_visits(self):
        """P9: nobody is given work they did not do, nor robbed of a report of their own."""
        shared = self.make_lead(self.planner)
        visit = self.as_user(shared, self.planner).activity_schedule(
            "sales_planning.activity_type_visit", user_id=self.sales2.id
        )
        for act in (
            lambda: visit.action_feedback(feedback="Agreed."),
            lambda: visit.write({"active": False, "feedback": "Agreed."}),
            lambda: visit.write({"active": False, "feedback": "Agreed.", "user_id": self.sales.id}),
        ):
            with self.assertRefused("assign it to yourself", AccessError):
                act()
        mine = self.plan("visit")
        with self.assertRefused("assign it to yourself", AccessError):
            mine.write({"active": False, "feedback": "Agreed.", "user_id": self.sales2.id})
        self.as_user(visit, self.sales2).action_feedback(feedback="Agreed.")
        self.assertEqual((visit.user_id, visit.date_done), (self.sales2, self.today))
        taken = self.as_user(shared, self.planner).activity_schedule(
            "sales_planning.activity_type_visit", user_id=self.sales2.id
        )
        taken.user_id = self.planner
        taken.action_feedback(feedback="I went there myself.")
        self.assertFalse(taken.active)

    def test_no_other_company_is_a_way_round(self):
        """P9: people choose by themselves in which of their companies they work."""
        idle = self.env["res.company"].create({"name": "Idle Ltd"})
        self.sales.company_ids |= idle
        self.sales.company_id = idle
        visit = self.plan("visit")
        with self.assertRefused(exception=AccessError):
            visit.write({"active": False, "date_done": self.today - timedelta(days=40)})
        # where nothing is planned nobody asks for a report
        visit.action_done()
        self.assertFalse(visit.active)

    def test_a_visited_customer_is_archived_and_not_deleted(self):
        """P9: with a lead or a contact its visits would go."""
        groups = ("sales_team.group_sale_manager", "base.group_partner_manager")
        keeper = make_person(self.env, self.company, "keeper", groups=groups)
        lead, other = self.make_lead(self.sales), self.make_lead(self.sales)
        self.plan("visit", lead=lead).action_feedback(feedback="Agreed.")
        self.plan("visit", lead=other)
        partner = self.env["res.partner"].create({"name": "Visited"})
        visit = self.as_user(partner, self.sales).activity_schedule(
            "sales_planning.activity_type_visit", user_id=self.sales.id
        )
        visit.action_feedback(feedback="Agreed.")
        for document in (self.as_user(lead, keeper), self.as_user(partner, keeper)):
            with self.assertRefused("archive it instead"):
                document.unlink()
            document.active = False
        self.as_user(other, keeper).unlink()

    def test_merged_leads_keep_their_visits(self):
        """P9: the lead that goes does not take them along."""
        other = self.make_lead(self.sales, type="opportunity")
        self.lead.type = "opportunity"
        visits = self.plan("visit") | self.plan("demo", lead=other)
        visits.action_feedback(feedback="Agreed.")
        head = (self.lead | other).merge_opportunity()
        self.assertEqual(set(visits.exists().mapped("res_id")), {head.id})
        self.assertEqual(len(visits.exists()), 2)

    def test_planned_and_actual_stand_side_by_side(self):
        """P9: and every figure opens what it counts."""
        goal = self.make_goal(customers=2)
        leads, visits, customers = goal.leads_done, goal.visits_done, goal.customers_done
        lead = self.make_lead(self.sales)
        self.plan("visit").action_feedback(feedback="Agreed.")
        order = self.make_confirmed()
        self.make_confirmed()
        goal.invalidate_recordset()
        self.assertEqual(
            (goal.leads_done - leads, goal.visits_done - visits, goal.customers_done - customers),
            (1, 1, 1),
        )
        rows = self.as_user(self.env["development.report"], self.sales).search(
            goal.action_view_done()["domain"]
        )
        self.assertEqual(len(rows.filtered(lambda row: row.kind == "lead")), goal.leads_done)
        self.assertIn(lead, rows.lead_id)
        self.assertIn(order, rows.order_id)
        opened = rows.filtered(lambda row: row.kind == "visit")[0].action_open()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("crm.lead", self.lead.id))

    def test_goals_are_entered_by_planners(self):
        """P9: once a person and month, none below zero."""
        goal = self.make_goal(month=self.month + timedelta(days=9))
        self.assertEqual(goal.month, self.month)
        with self.assertRefused(exception=AccessError):
            self.as_user(goal, self.sales).visits = 1
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["development.goal"], self.sales).create(
                {"user_id": self.sales.id, "month": self.month}
            )
        quiet = mute_logger("odoo.sql_db")
        with quiet, self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.make_goal()
        with quiet, self.assertRaises(CheckViolation), self.env.cr.savepoint():
            goal.write({"visits": -1})
            goal.flush_recordset()

    def test_a_month_given_by_the_context_is_its_first_day(self):
        """P9: there is one goal a month, by whatever way the month is given."""
        goals = self.as_user(self.env["development.goal"], self.planner)
        goal = goals.with_context(default_month="2026-05-17").create({"user_id": self.sales.id})
        self.assertEqual(str(goal.month), "2026-05-01")

    def test_goals_go_on_from_month_to_month(self):
        """P9: whoever has one there keeps it."""
        goals = self.make_goal() | self.make_goal(self.sales2)
        following = self.month + relativedelta(months=1)
        kept = self.make_goal(self.sales2, following, visits=9)
        action = goals.action_copy_next()
        copies = self.env["development.goal"].search(action["domain"])
        self.assertEqual(
            {(goal.user_id, goal.month, goal.visits) for goal in copies},
            {(self.sales, following, 4), (self.sales2, following, 9)},
        )
        self.assertIn(kept, copies)
        with self.assertRefused(exception=AccessError):
            self.as_user(goals[0], self.sales).action_copy_next()

    def test_nobody_sees_the_work_of_others(self):
        """P9: but planners; neither in the report nor in the goals, and outsiders nothing."""
        goals = self.make_goal() | self.make_goal(self.sales2)
        other = self.make_lead(self.sales2)
        report = self.env["development.report"]
        mine = self.as_user(report, self.sales).search([])
        self.assertEqual(mine.user_id, self.sales)
        self.assertNotIn(other, mine.lead_id)
        self.assertIn(other, self.as_user(report, self.planner).search([]).lead_id)
        self.assertEqual(
            self.as_user(self.env["development.goal"], self.sales).search(
                [("id", "in", goals.ids)]
            ),
            goals[0],
        )
        groups = self.as_user(report, self.sales).formatted_read_group(
            [], ["user_id"], ["actual:sum"]
        )
        self.assertEqual([group["user_id"][0] for group in groups], self.sales.ids)
        for model in ("development.report", "development.goal"):
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env[model], self.outsider).search([])

    def test_another_company_sees_nothing(self):
        """X4."""
        goal = self.make_goal()
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.planner.company_ids |= other
        there = goal.with_context(allowed_company_ids=other.ids)
        self.assertFalse(there.search([("id", "=", goal.id)]))
        self.assertFalse(there.env["development.report"].search([("goal_id", "=", goal.id)]))

    def test_companies_that_do_not_plan_are_asked_for_nothing(self):
        """DESIGN 1: nothing changes until someone switches it on."""
        self.company.planning_enabled = False
        self.plan("visit").action_done()
        with self.assertRefused("Sales Planning"):
            self.make_goal()

    def test_a_goal_does_not_move_to_a_company_that_does_not_plan(self):
        """DESIGN 1."""
        goal = self.make_goal(self.planner)
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.planner.company_ids |= other
        both = goal.with_context(allowed_company_ids=(self.company | other).ids)
        with self.assertRefused("Sales Planning"):
            both.company_id = other

    def test_goals_of_many_people_are_counted_at_once(self):
        """X3."""
        goals = self.make_goal() | self.make_goal(self.sales2) | self.make_goal(self.salesmgr)
        names = ["leads_done", "visits_done", "customers_done"]
        goals.read(names)
        goals.invalidate_recordset()
        with self.assertQueryCount(2):
            goals.read(names)

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .marketing_case import FILE, MarketingCase


@tagged("post_install", "-at_install")
class TestMarketingWork(MarketingCase):
    """P8: plan, budget, approval, execution, cost, result."""

    def test_advertising_is_planned_run_and_done(self):
        """P8: by the salesperson responsible; its steps by their people."""
        work = self.make_work()
        self.assertTrue(work.name.startswith("MW/"))
        self.assertEqual(work.budget, 1000)
        work.action_release()
        self.assertEqual(work.state, "approved")
        self.assertTrue(work.campaign_id and work.sudo().account_id)
        work.action_start()
        step = work.step_ids
        self.assertEqual(step.sudo().activity_id.user_id, self.sales2)
        self.assertEqual(step.sudo().activity_id.date_deadline, step.date_due)
        with self.assertRefused("open steps"):
            work.action_done()
        self.as_user(step, self.sales2).action_done()
        self.assertFalse(step.sudo().activity_id.active)
        with self.assertRefused("Result"):
            work.action_done()
        work.result = "<p>Sixty leads.</p>"
        work.action_done()
        self.assertEqual(work.state, "done")
        with self.assertRefused("Done"):
            work.result = "<p>A hundred leads.</p>"

    def test_a_plan_is_complete_before_it_is_released(self):
        """P8: every lack is named."""
        work = self.make_work(
            date_start=False, goal=False, plan=False, budget_ids=False, step_ids=False
        )
        for word in ("from when to when", "Goal", "Plan", "Budget", "Execution Steps"):
            with self.assertRefused(word):
                work.action_release()
        with self.assertRefused("who does it"):
            self.make_work(step_ids=[Command.create({"name": "Somebody"})]).action_release()
        with self.assertRefused("before the work begins"):
            early = {"name": "x", "user_id": self.sales.id}
            early["date_due"] = self.today - timedelta(days=1)
            self.make_work(step_ids=[Command.create(early)]).action_release()

    def test_budget_and_dates_make_sense(self):
        """P8: no negative budget, no reversed dates."""
        quiet = mute_logger("odoo.sql_db")
        work = self.make_work()
        with quiet, self.assertRaises(CheckViolation), self.env.cr.savepoint():
            work.budget_ids[0].amount = -1
            work.flush_model()
            work.budget_ids.flush_model()
        with quiet, self.assertRaises(CheckViolation), self.env.cr.savepoint():
            work.date_end = work.date_start - timedelta(days=1)
            work.flush_model()

    def test_nothing_runs_without_release(self):
        """P8: and what is released is not changed."""
        work = self.make_work()
        with self.assertRefused("Draft"):
            work.action_start()
        with self.assertRefused("Draft"):
            work.action_done()
        with self.assertRefused(exception=AccessError):
            work.state = "running"
        work.action_release()
        for values in (
            {"goal": "Less."},
            {"kind": "survey"},
            {"date_end": self.today + timedelta(days=90)},
            {"budget_ids": [Command.create({"kind": "gifts", "amount": 5})]},
        ):
            with self.subTest(values), self.assertRefused("Approved"):
                work.write(values)
        with self.assertRefused("Approved"):
            work.budget_ids[0].amount = 5
        with self.assertRefused("Approved"):
            self.as_user(self.env["marketing.work.budget"], self.sales).create(
                {"work_id": work.id, "amount": 5}
            )
        with self.assertRefused("Cancel it"):
            work.unlink()

    def test_the_chain_decides_by_amount(self):
        """P8, A: sales manager and VP, above the limit the president; then it is released."""
        self.make_chain()
        work = self.make_work()
        with self.assertRefused():
            work.action_release()
        work.action_approval_submit("marketing")
        with self.assertRefused():
            work.plan = "<p>Something else.</p>"
        self.decide_work(work, self.salesmgr)
        self.assertEqual(work.state, "draft")
        self.decide_work(work, self.vp)
        self.assertEqual(work.state, "approved")
        dear = self.make_work(budget_ids=[Command.create({"kind": "media", "amount": 6000})])
        dear.action_approval_submit("marketing")
        self.decide_work(dear, self.salesmgr)
        self.decide_work(dear, self.vp)
        self.assertEqual(dear.state, "draft")
        self.decide_work(dear, self.president)
        self.assertEqual(dear.state, "approved")

    def test_an_incomplete_plan_is_not_submitted(self):
        """P8."""
        self.make_chain()
        with self.assertRefused("Goal"):
            self.make_work(goal=False).action_approval_submit("marketing")

    def test_a_higher_budget_goes_through_the_chain_again(self):
        """P8: and the work goes on afterwards."""
        self.make_chain()
        work = self.make_work()
        work.action_approval_submit("marketing")
        self.decide_work(work, self.salesmgr)
        self.decide_work(work, self.vp)
        work.action_start()
        campaign, account = work.campaign_id, work.sudo().account_id
        work.action_replan()
        self.assertEqual(work.state, "draft")
        work.budget_ids[0].amount = 900
        with self.assertRefused():
            work.action_release()
        work.action_approval_submit("marketing")
        self.decide_work(work, self.salesmgr)
        self.decide_work(work, self.vp)
        self.assertEqual((work.state, work.budget), ("running", 1300))
        self.assertEqual((work.campaign_id, work.sudo().account_id), (campaign, account))

    def test_a_request_sent_back_can_be_changed(self):
        """P8, A7."""
        self.make_chain()
        work = self.make_work()
        work.action_approval_submit("marketing")
        self.decide_work(work, self.salesmgr, "return", "Less media, please.")
        work.budget_ids[0].amount = 100
        work.action_approval_submit("marketing")
        self.assertEqual(work.approval_state, "pending")

    def test_leads_and_orders_are_counted_by_their_source(self):
        """P8: as far as the reader may see them; every number opens what it counts."""
        work = self.make_running()
        campaign = {"campaign_id": work.campaign_id.id, "company_id": self.company.id}
        leads = self.env["crm.lead"].create(
            [
                {"name": "A", "type": "lead", "user_id": self.sales.id, **campaign},
                {"name": "B", "type": "opportunity", "user_id": self.sales.id, **campaign},
                {"name": "C", "type": "opportunity", "user_id": self.sales2.id, **campaign},
            ]
        )
        leads[1].action_set_lost()
        order = self.make_confirmed(campaign_id=work.campaign_id.id)
        self.make_order(campaign_id=work.campaign_id.id)
        self.assertEqual((work.lead_count, work.opportunity_count), (2, 1))
        self.assertEqual((work.order_count, work.order_amount), (1, 400))
        action = work.action_view_leads()
        found = self.as_user(self.env["crm.lead"], self.sales).with_context(**action["context"])
        self.assertEqual(found.search(action["domain"]), leads[:2])
        orders = self.as_user(self.env["sale.order"], self.sales)
        self.assertEqual(orders.search(work.action_view_orders()["domain"]), order)
        whole = self.as_user(work, self.planner)
        self.assertEqual((whole.lead_count, whole.opportunity_count), (3, 2))
        with self.assertRaises(AccessError):
            work.read(["cost_per_lead"])

    def book(self, work, amount, **values):
        return self.env["account.analytic.line"].create(
            {
                "name": "Bill",
                "account_id": work.sudo().account_id.id,
                "amount": -amount,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_costs_stand_beside_the_budget(self):
        """P8: whoever is responsible is warned once when it is exceeded, and again after a raise."""
        work = self.make_running()
        self.book(work, 900)
        self.book(work, -500)
        self.assertEqual((work.cost, work.budget_left, work.is_over_budget), (900, 100, False))
        whole = self.as_user(work, self.planner)
        lead = {"name": "A", "user_id": self.sales.id, "campaign_id": work.campaign_id.id}
        self.env["crm.lead"].create([lead, lead, lead])
        self.assertEqual(whole.cost_per_lead, 300)
        self.assertEqual(self.warnings(work), 0)
        line = self.book(work, 100)
        self.assertEqual(self.warnings(work), 0)
        line.amount = -101
        self.book(work, 50)
        self.assertEqual(self.warnings(work), 1)
        work.invalidate_recordset()
        self.assertTrue(work.is_over_budget)
        work.action_replan()
        work.budget_ids[0].amount = 700
        work.action_release()
        self.book(work, 50)
        self.assertEqual(self.warnings(work), 2)

    def test_what_vendors_credit_lowers_the_cost(self):
        """P8: a refund of a bill does; what customers pay or are credited is no cost at all."""
        work = self.make_running()
        accounts = {
            kind: self.env["account.account"].search(
                [("account_type", "=", kind), ("company_ids", "in", self.company.ids)], limit=1
            )
            for kind in ("expense", "income")
        }
        for move_type, kind, amount in (
            ("in_invoice", "expense", 900),
            ("in_refund", "expense", 200),
            ("out_invoice", "income", 5000),
            ("out_refund", "income", 100),
        ):
            move = self.env["account.move"].create(
                {
                    "move_type": move_type,
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Poster",
                                "account_id": accounts[kind].id,
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                                "analytic_distribution": {str(work.sudo().account_id.id): 100},
                            }
                        )
                    ],
                }
            )
            move.action_post()
        work.invalidate_recordset()
        self.assertEqual((work.cost, work.budget_left), (700, 300))
        lines = self.env["account.analytic.line"].search(work.action_view_costs()["domain"])
        self.assertEqual(sum(lines.mapped("amount")), -work.cost)

    def warnings(self, work):
        return self.env["mail.activity"].search_count(
            [
                ("res_model", "=", "marketing.work"),
                ("res_id", "=", work.id),
                ("summary", "=", "Over budget"),
                ("user_id", "=", work.user_id.id),
            ]
        )

    def test_late_steps_are_marked(self):
        """P8: by the day of the company; only of work that runs."""
        work = self.make_work(date_start=self.today - timedelta(days=9))
        work.step_ids.date_due = self.today - timedelta(days=1)
        self.assertFalse(work.step_ids.is_late)
        work.action_release()
        work.action_start()
        work.step_ids.invalidate_recordset()
        self.assertTrue(work.step_ids.is_late)
        steps = self.as_user(self.env["marketing.work.step"], self.sales2)
        self.assertIn(work.step_ids, steps.search([("is_late", "=", True)]))
        self.assertNotIn(work.step_ids, steps.search([("is_late", "=", False)]))
        work.step_ids.date_due = self.today
        self.assertNotIn(work.step_ids, steps.search([("is_late", "=", True)]))

    def test_a_step_given_to_another_person_moves_its_activity(self):
        """P8."""
        work = self.make_running()
        work.step_ids.user_id = self.salesmgr
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "marketing.work"), ("res_id", "=", work.id)]
        )
        self.assertEqual(activities.user_id, self.salesmgr)
        with self.assertRefused("who does it"):
            work.step_ids.user_id = False

    def test_everybody_does_their_own_part(self):
        """P8: others neither lead the work nor finish steps; outsiders do not even read it."""
        work = self.make_running(member_ids=[Command.set(self.sales2.ids)])
        member = self.as_user(work, self.sales2)
        member.read(["title", "budget", "cost"])
        for act in (
            member.action_done,
            member.action_replan,
            lambda: member.action_cancel("No."),
            lambda: member.write({"result": "<p>Mine.</p>"}),
            lambda: member.step_ids.write({"name": "Less"}),
        ):
            with self.assertRefused(exception=AccessError):
                act()
        other = self.make_running(self.planner)
        with self.assertRefused(exception=AccessError):
            self.as_user(other, self.sales).read(["title"])
        self.as_user(other, self.salesmgr).read(["title"])
        with self.assertRefused(exception=AccessError):
            self.as_user(work, self.outsider).read(["title"])
        with self.assertRefused(exception=AccessError):
            self.make_work(user_id=self.sales2.id)
        with self.assertRefused(exception=AccessError):
            work.user_id = self.sales2
        self.as_user(work, self.planner).user_id = self.sales2

    def test_it_is_given_up_with_a_reason(self):
        """P8: nobody is asked any more."""
        work = self.make_running()
        with self.assertRefused("why"):
            work.action_cancel(" ")
        work.action_cancel("The fair does not take place.")
        self.assertEqual(work.state, "cancelled")
        self.assertFalse(work.step_ids.sudo().activity_id)
        with self.assertRefused("Cancelled"):
            self.as_user(work.step_ids, self.sales2).action_done()

    def test_companies_that_do_not_plan_have_none(self):
        """DESIGN 1."""
        self.company.planning_enabled = False
        with self.assertRefused("Sales Planning"):
            self.make_work()

    def test_another_company_sees_nothing(self):
        """X4."""
        work = self.make_work()
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.planner.company_ids |= other
        there = self.as_user(work, self.planner).with_context(allowed_company_ids=other.ids)
        self.assertFalse(there.search([("id", "=", work.id)]))
        self.assertFalse(there.env["marketing.work.step"].search([("work_id", "=", work.id)]))

    def test_a_copy_begins_anew(self):
        """P8: with its budget, without campaign, result or approval."""
        work = self.make_running()
        copy = work.copy()
        self.assertEqual((copy.state, copy.budget), ("draft", 1000))
        self.assertFalse(copy.campaign_id or copy.sudo().account_id or copy.started_at)
        self.assertNotEqual(copy.name, work.name)


@tagged("post_install", "-at_install")
class TestKinds(MarketingCase):
    """P8: what is particular to network development, surveys and advertising."""

    def make_candidate(self, work, **values):
        return self.as_user(self.env["marketing.candidate"], self.sales).create(
            {
                "work_id": work.id,
                "name": "North Pumps",
                "region_id": self.north.id,
                "contact": "The Buyer",
                **values,
            }
        )

    def test_a_candidate_becomes_a_dealer(self):
        """P8: visited, assessed by points, agreed; and its region is covered."""
        self.company.dealer_points = 60
        work = self.make_running(
            kind="network", region_ids=[Command.set((self.north | self.south).ids)]
        )
        candidate = self.make_candidate(work)
        with self.assertRefused("seen and agreed"):
            candidate.action_visited()
        with self.assertRefused("Contacted"):
            candidate.action_agree()
        candidate.note = "A good place."
        candidate.action_visited()
        self.assertEqual(candidate.visited_on, self.today)
        with self.assertRefused("points"):
            candidate.action_assess()
        candidate.write({"points_market": 20, "points_money": 20, "points_sales": 19})
        candidate.action_assess()
        with self.assertRefused("59"):
            candidate.action_agree()
        candidate.points_service = 1
        self.assertEqual(work.coverage, 0)
        candidate.action_agree()
        dealer = candidate.sudo().partner_id
        self.assertEqual((dealer.name, dealer.state_id), ("North Pumps", self.north))
        self.assertIn(self.env.ref("sales_planning.partner_category_dealer"), dealer.category_id)
        self.assertEqual(
            (work.coverage, work.covered_region_ids, work.open_region_ids),
            (50, self.north, self.south),
        )
        with self.assertRefused("Agreed"):
            candidate.points_money = 1

    def test_a_candidate_is_refused_with_a_reason(self):
        """P8: and people of other work do not decide on it."""
        work = self.make_running(kind="network")
        candidate = self.make_candidate(work)
        with self.assertRefused(exception=AccessError):
            self.as_user(candidate, self.sales2).action_refuse("No.")
        with self.assertRefused("why"):
            candidate.action_refuse("")
        with self.assertRefused("by hand", AccessError):
            candidate.state = "agreed"
        candidate.action_refuse("No premises.")
        self.assertEqual(candidate.state, "refused")
        with self.assertRefused("Refused"):
            candidate.note = "Premises after all."

    def test_candidates_belong_to_work_that_runs(self):
        """P8."""
        with self.assertRefused("Draft"):
            self.make_candidate(self.make_work(kind="network"))

    def test_a_survey_runs_with_its_questionnaire(self):
        """P8: answers are counted, findings entered before it is done."""
        work = self.make_work(kind="survey")
        work.action_release()
        with self.assertRefused("Questionnaire"):
            work.action_start()
        survey = self.as_user(self.env["survey.survey"], self.planner).create(
            {
                "title": "What do you pump?",
                "question_and_page_ids": [
                    Command.create({"title": "What?", "question_type": "char_box"})
                ],
            }
        )
        planner = self.as_user(work, self.planner)
        planner.survey_id = survey
        work.action_start()
        self.assertEqual(planner.action_invite()["res_model"], "survey.invite")
        answers = self.env["survey.user_input"].create(
            [
                {"survey_id": survey.id, "state": state, "test_entry": test}
                for state, test in (("new", False), ("done", False), ("done", True))
            ]
        )
        self.assertEqual((work.invited_count, work.answered_count), (2, 1))
        found = self.as_user(answers, self.planner).search(planner.action_view_answers()["domain"])
        self.assertEqual(found, answers[:2])
        self.finish_steps(work)
        work.result = "<p>Answered.</p>"
        with self.assertRefused("Findings"):
            work.action_done()
        work.findings = "<p>Water, mostly.</p>"
        work.action_done()
        self.assertEqual(work.state, "done")

    def make_placement(self, work, **values):
        return self.as_user(self.env["marketing.placement"], self.sales).create(
            {
                "work_id": work.id,
                "name": "Station",
                "medium": "outdoor",
                "date_from": self.today,
                "date_to": self.today + timedelta(days=9),
                "amount": 600,
                **values,
            }
        )

    def test_media_is_booked_within_the_budget_and_proved(self):
        """P8: more only after a raise; done only with proof."""
        work = self.make_running()
        placement = self.make_placement(work)
        with self.assertRefused("budget"):
            self.make_placement(work, amount=401)
        with self.assertRefused("budget"):
            placement.amount = 1001
        quiet = mute_logger("odoo.sql_db")
        with quiet, self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.make_placement(work, amount=1, date_to=self.today - timedelta(days=1))
        self.finish_steps(work)
        work.result = "<p>Seen.</p>"
        with self.assertRefused("proof"):
            work.action_done()
        placement.proof = FILE
        work.action_done()
        with self.assertRefused("Done"):
            placement.amount = 1

    def test_a_plan_places_no_more_than_its_budget(self):
        """P8."""
        work = self.make_work()
        self.make_placement(work, amount=1001)
        with self.assertRefused("placements"):
            work.action_release()

    def make_material(self, work):
        return self.as_user(self.env["marketing.material"], work.env.user).create(
            {"work_id": work.id, "name": "Poster", "file": FILE, "file_name": "poster.txt"}
        )

    def test_material_is_signed_off_version_by_version(self):
        """P8, D15: by the VP; a file that was handed in changes only as a new version."""
        work = self.make_running()
        material = self.make_material(work)
        material.action_hand_in()
        self.assertIn(self.vp, material.sudo().activity_ids.user_id)
        with self.assertRefused():
            material.file = FILE[:-4]
        for user in (self.sales, self.salesmgr):
            with self.assertRefused(exception=AccessError):
                self.as_user(material, user).action_sign_off()
        with self.assertRefused("changed"):
            self.as_user(material, self.vp).action_send_back("")
        self.as_user(material, self.vp).action_send_back("Bigger, please.")
        self.finish_steps(work)
        work.result = "<p>Seen.</p>"
        with self.assertRefused("signed off"):
            work.action_done()
        material.action_revise()
        self.assertEqual((material.version, material.state), (2, "draft"))
        self.assertIn("poster.txt", material.sudo().message_ids.attachment_ids.mapped("name"))
        material.file = FILE[:-4]
        material.action_hand_in()
        self.as_user(material, self.vp).action_sign_off()
        self.assertEqual((material.state, material.signed_by_id), ("approved", self.vp))
        self.assertFalse(material.sudo().activity_ids)
        work.action_done()

    def test_nobody_signs_off_their_own_material(self):
        """P8, A9."""
        work = self.make_running(self.vp)
        material = self.make_material(work)
        material.action_hand_in()
        self.assertFalse(material.may_sign)
        with self.assertRefused("somebody else"):
            material.action_sign_off()
        with self.assertRefused(exception=AccessError):
            material.state = "approved"

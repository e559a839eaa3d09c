from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.test_approval_chain.tests.common import ApprovalCase

# 2026-06-15 is a Monday; the company works 9-12 and 13-18 in Shanghai (UTC+8)
MONDAY_10 = "2026-06-15 02:00:00"
OVERDUE = "odoo.addons.approval_chain.models.approval_batch_mixin"


class OverdueCase(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.lang = "en_US"
        hours = [("morning", 9, 12), ("afternoon", 13, 18)]
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Works from nine to six",
                "company_id": cls.company.id,
                "tz": "Asia/Shanghai",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": period,
                            "dayofweek": str(day),
                            "day_period": period,
                            "hour_from": begin,
                            "hour_to": end,
                        },
                    )
                    for day in range(5)
                    for period, begin, end in hours
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        # Tuesday is a holiday of the company, Wednesday one of another company
        cls.holiday("2026-06-16", cls.company)
        cls.holiday("2026-06-17", cls.env["res.company"].create({"name": "Elsewhere"}))

    @classmethod
    def holiday(cls, day, company):
        leave = cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": False,
                "date_from": f"{day} 00:00:00",
                "date_to": f"{day} 15:59:59",
            }
        )
        leave.flush_recordset()
        leave.company_id = company

    def submitted(self, action, at=MONDAY_10, hours=8, **step):
        """An order whose first step, the sales manager's, has a time limit."""
        self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "role",
                    "role_id": self.role["sales_manager"].id,
                    "time_limit": hours,
                    "overdue_action": action,
                    **step,
                }
            ]
        )
        with freeze_time(at):
            return self.submit_order()

    def submit_order(self, **values):
        order = self.make_order(**values)
        order.action_approval_submit()
        return order

    def run_cron(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("approval_chain.cron_approval_overdue").method_direct_trigger()

    def verbs(self, document):
        return self.request_of(document).log_ids.sorted("seq").mapped("verb")

    def open_people(self, document):
        slots = self.request_of(document).slot_ids.filtered(lambda slot: slot.state == "open")
        return self.env["res.users"].union(*(slot._people() for slot in slots))


class TestOverdue(OverdueCase):
    def test_due_dates_count_working_hours_and_the_holidays_of_the_company(self):
        """A8: 8 hours from Monday 10:00 leave Tuesday out, and end on Wednesday at 10:00."""
        order = self.submitted("remind")
        step = self.request_of(order).step_ids
        self.assertEqual(step.due_at, datetime(2026, 6, 17, 2, 0))

    def test_due_dates_follow_the_clock_of_the_company_not_of_the_user(self):
        """A8: submitted on Friday at 17:30 in Shanghai, one hour ends on Monday at 9:30."""
        self.sales.tz = "America/New_York"
        order = self.submitted("remind", at="2026-06-12 09:30:00", hours=1)
        self.assertEqual(self.request_of(order).step_ids.due_at, datetime(2026, 6, 15, 1, 30))

    def test_many_documents_share_the_reckoning_of_one_due_date(self):
        """A8: 20 documents submitted together do not reckon 20 times."""
        self.submitted("remind")
        chain = self.env["approval.chain"].search([("name", "=", "Test chain")])
        counts = []
        for hours in (8, 0, 8, 0):
            chain.step_ids.time_limit = hours
            orders = self.as_user(self.env["test.approval.order"], self.sales)
            for _n in range(20):
                orders |= self.make_order()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.action_approval_submit()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[2] - counts[3], 12)

    def test_what_is_not_due_yet_is_left_alone(self):
        """A8"""
        order = self.submitted("refuse")
        self.run_cron("2026-06-17 01:59:00")
        self.assertEqual(self.request_of(order).state, "pending")
        self.assertEqual(self.verbs(order), ["submit"])

    def test_reminders_come_once_a_working_day(self):
        """A8: Wednesday twice, then Thursday; never on a weekend."""
        order = self.submitted("remind")
        self.run_cron("2026-06-17 02:01:00")
        self.run_cron("2026-06-17 08:00:00")
        self.assertEqual(self.verbs(order), ["submit", "remind"])
        self.run_cron("2026-06-18 01:00:00")
        self.assertEqual(self.verbs(order).count("remind"), 2)
        self.run_cron("2026-06-19 01:00:00")
        self.run_cron("2026-06-20 05:00:00")
        self.run_cron("2026-06-21 05:00:00")
        self.assertEqual(self.verbs(order).count("remind"), 3)

    def test_the_manager_is_asked_as_well_once_and_either_answer_counts(self):
        """A8: escalation: the department head beside the sales manager."""
        order = self.submitted("escalate")
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.open_people(order), self.salesmgr | self.head)
        self.run_cron("2026-06-18 02:01:00")
        self.assertEqual(self.verbs(order), ["submit", "escalate", "remind"])
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_where_all_answer_the_manager_asked_beside_replaces_the_one_who_is_late(self):
        """A8: in a step everybody answers, the head answers for the sales manager alone."""
        order = self.submitted(
            "escalate",
            approver="user",
            role_id=False,
            user_ids=[(6, 0, (self.salesmgr | self.cfo).ids)],
            mode="all",
        )
        self.decide(order, self.cfo)
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.open_people(order), self.salesmgr | self.head)
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")
        late = self.request_of(order).slot_ids.filtered(lambda slot: slot.user_id == self.salesmgr)
        self.assertEqual((late.state, late.verdict), ("closed", False))

    def test_what_is_handed_on_has_its_time_limit_anew_and_climbs_again(self):
        """A8: sales manager, then head, then VP, each with eight working hours."""
        order = self.submitted("hand_on")
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.open_people(order), self.head)
        step = self.request_of(order).step_ids
        self.assertEqual(step.due_at, datetime(2026, 6, 18, 2, 1))
        with self.assertRefused("not waiting for you"):
            self.decide(order, self.salesmgr)
        self.run_cron("2026-06-18 02:02:00")
        self.assertEqual(self.open_people(order), self.vp)
        self.assertEqual(self.verbs(order), ["submit", "hand_on", "hand_on"])

    def test_with_nobody_above_those_asked_are_reminded_and_the_managers_told(self):
        """A8: there is nobody above the president."""
        order = self.submitted("hand_on", role_id=self.role["president"].id)
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.open_people(order), self.president)
        entry = self.request_of(order).log_ids.sorted("seq")[-1]
        self.assertEqual(entry.verb, "remind")
        self.assertIn("nobody above", entry.opinion)
        self.assertIn('"managers":true', entry.canonical)

    def test_the_requester_is_never_the_manager_asked(self):
        """A8, A11: the head asks, the sales manager is late: the VP is asked, not the head."""
        self.submitted("hand_on")
        with freeze_time(MONDAY_10):
            order = self.submit_order(user=self.head)
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.open_people(order), self.vp)

    def test_managers_who_left_are_passed_over(self):
        """A8"""
        order = self.submitted("hand_on")
        self.head.action_archive()
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.open_people(order), self.vp)

    def test_manager_who_answered_in_the_step_already_is_not_asked_again(self):
        """A8, A4: the one answer counts for both; nobody is left, so the chain goes on."""
        order = self.submitted(
            "hand_on",
            approver="user",
            role_id=False,
            user_ids=[(6, 0, (self.salesmgr | self.head).ids)],
            mode="all",
        )
        with freeze_time(MONDAY_10):
            self.decide(order, self.head)
        self.assertEqual(self.open_people(order), self.salesmgr)
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual((order.state, self.request_of(order).state), ("done", "executed"))

    def test_automatic_approval_executes_and_says_who_decided(self):
        """A8: decided by OdooBot, and listed."""
        order = self.submitted("approve")
        self.run_cron("2026-06-17 02:01:00")
        request = self.request_of(order)
        self.assertEqual((request.state, order.state), ("executed", "done"))
        self.assertTrue(request.is_auto)
        slot = request.slot_ids
        self.assertTrue(slot.is_auto)
        self.assertEqual(slot.decided_by_id, self.env.ref("base.user_root"))
        self.assertIn("approved automatically", slot.opinion)
        entry = request.log_ids.filtered(lambda row: row.verb == "approve")
        self.assertIn('"auto":true', entry.canonical)

    def test_a_step_all_must_answer_is_approved_for_each_of_them(self):
        """A8: in order, one after the other."""
        order = self.submitted(
            "approve",
            approver="user",
            role_id=False,
            user_ids=[(6, 0, (self.salesmgr | self.cfo).ids)],
            mode="order",
        )
        self.run_cron("2026-06-17 02:01:00")
        request = self.request_of(order)
        self.assertEqual(request.state, "executed")
        self.assertEqual(request.slot_ids.mapped("is_auto"), [True, True])

    def test_opinions_are_closed_without_one_and_never_invented(self):
        """A8: the chain goes on to the decision."""
        self.make_chain(
            [
                {
                    "kind": "opinion",
                    "approver": "role",
                    "role_id": self.role["vp_marketing"].id,
                    "time_limit": 8,
                    "overdue_action": "approve",
                },
                ("decide", "president"),
            ]
        )
        with freeze_time(MONDAY_10):
            order = self.submit_order()
        self.run_cron("2026-06-17 02:01:00")
        first, second = self.request_of(order).step_ids
        self.assertEqual((first.state, second.state), ("skipped", "open"))
        self.assertFalse(first.slot_ids.verdict)

    def test_work_is_never_taken_for_done(self):
        """A8: handling is reminded of, whatever the chain says."""
        self.make_chain(
            [
                {
                    "kind": "handle",
                    "approver": "role",
                    "role_id": self.role["finance"].id,
                    "time_limit": 8,
                    "overdue_action": "approve",
                },
                ("decide", "president"),
            ]
        )
        with freeze_time(MONDAY_10):
            order = self.submit_order()
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.request_of(order).step_ids[0].state, "open")
        self.assertEqual(self.verbs(order), ["submit", "remind"])

    def test_nobody_approves_the_own_request_by_waiting(self):
        """A8, A11: the requester alone is asked, and the chain allows it: time decides nothing."""
        self.submitted("approve")
        self.env["approval.chain"].search([("name", "=", "Test chain")]).self_policy = "allow"
        with freeze_time(MONDAY_10):
            order = self.submit_order(user=self.salesmgr)
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.request_of(order).state, "pending")
        self.assertEqual(self.verbs(order), ["submit", "remind"])

    def test_adding_an_approver_does_not_stop_the_clock(self):
        """A7, A8: whoever is asked before has the same time, and is reminded."""
        order = self.submitted("approve")
        with freeze_time("2026-06-15 03:00:00"):
            self.as_user(self.request_of(order), self.salesmgr).action_add_approvers(
                "before", self.cfo.ids
            )
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.verbs(order), ["submit", "add_approver"])
        self.run_cron("2026-06-17 03:01:00")
        self.assertEqual(self.verbs(order), ["submit", "add_approver", "remind"])
        self.assertEqual(self.open_people(order), self.cfo)

    def test_a_checklist_is_not_ticked_by_the_clock(self):
        """A8, A6: what must be checked is reminded of."""
        order = self.submitted(
            "approve", checklist_ids=[(0, 0, {"name": "Price checked", "required": True})]
        )
        self.run_cron("2026-06-17 02:01:00")
        self.assertEqual(self.request_of(order).state, "pending")

    @mute_logger(OVERDUE)
    def test_one_request_that_fails_does_not_stop_the_others(self):
        """A8: the log of the first cannot be written; it is looked at again an hour later."""
        broken = self.submitted("refuse")
        with freeze_time(MONDAY_10):
            orders = [self.submit_order() for _n in range(3)]
        request = self.request_of(broken)
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO approval_log (request_id, seq, verb, actor_ref, at, canonical, previous_hash,"
            " hash) SELECT request_id, seq + 1, verb, actor_ref, at, canonical, previous_hash, hash"
            " FROM approval_log WHERE request_id = %s",
            [request.id],
        )
        with freeze_time("2026-06-17 02:01:00"), self.enter_registry_test_mode():
            self.env.ref("approval_chain.cron_approval_overdue").method_direct_trigger()
        self.assertEqual(
            [self.request_of(order).state for order in orders], ["refused", "refused", "refused"]
        )
        self.assertEqual(request.state, "pending")
        self.assertEqual(request.step_ids.look_at, datetime(2026, 6, 17, 3, 1))

    def test_the_search_for_what_is_overdue_uses_its_index(self):
        """A8: the partial index on the due date of open steps."""
        step = self.env["approval.request.step"]
        query = step._search(step._domain_overdue(datetime(2026, 6, 17)))
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(query.select()).decode())
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("approval_request_step_due", plan)


class TestReopen(OverdueCase):
    def setUp(self):
        super().setUp()
        self.order = self.submitted("refuse")
        self.run_cron("2026-06-17 02:01:00")
        self.request = self.request_of(self.order)

    def reopen(self, user, opinion="I was travelling."):
        with freeze_time("2026-06-18 02:00:00"):
            self.as_user(self.request, user).action_reopen(opinion)

    def test_an_automatic_refusal_says_so(self):
        """A8"""
        self.assertEqual(self.request.state, "refused")
        self.assertTrue(self.request.is_auto)
        self.assertIn("refused automatically", self.request.slot_ids.opinion)

    def test_what_is_recorded_is_in_the_language_of_the_requester(self):
        """A8: the scheduler has none of its own."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.sales.lang = "zh_CN"
        order = self.submitted("refuse")
        self.run_cron("2026-06-17 02:01:00")
        opinion = self.request_of(order).slot_ids.opinion
        self.assertIn("自动拒绝", opinion)
        self.assertIn("2026-06-17 10:00", opinion)

    def test_who_was_asked_can_reopen_it_and_decide(self):
        """A8: the time limit begins anew, and what happened stays readable."""
        self.reopen(self.salesmgr)
        self.assertEqual((self.request.state, self.request.is_auto), ("pending", False))
        self.assertEqual(self.request.step_ids.due_at, datetime(2026, 6, 19, 2, 0))
        self.decide(self.order, self.salesmgr)
        self.assertEqual((self.request.state, self.order.state), ("executed", "done"))
        self.assertEqual(self.verbs(self.order)[:4], ["submit", "refuse", "reopen", "approve"])
        self.assertFalse(self.env["approval.log"]._find_tampering(self.request))

    def test_an_approval_administrator_can_reopen_it(self):
        """A8"""
        self.reopen(self.env.ref("base.user_admin"))
        self.assertEqual(self.request.state, "pending")

    def offered(self, user):
        actions = self.as_user(self.request, user).panel["actions"]
        return "reopen" in [action["name"] for action in actions]

    def test_reopening_is_offered_to_whoever_may_reopen(self):
        """A8: whoever was asked gets the button, and administrators; nobody else."""
        admin = self.env.ref("base.user_admin")
        self.assertTrue(self.offered(self.salesmgr) and self.offered(admin))
        self.assertFalse(self.offered(self.sales) or self.offered(self.cfo))
        self.reopen(self.salesmgr)
        self.assertFalse(self.offered(self.salesmgr) or self.offered(admin))

    def test_an_administrator_is_not_offered_to_reopen_the_own_request(self):
        """A8, A11: the button would refuse."""
        self.sales.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        self.assertFalse(self.offered(self.sales))

    def test_reopening_is_not_offered_for_a_document_changed_since(self):
        """A8: the button would refuse."""
        self.order.partner_name = "Somebody else"
        self.assertFalse(self.offered(self.salesmgr))

    def test_neither_requester_nor_strangers_can_reopen_it(self):
        """A8, A11"""
        for user in (self.sales, self.cfo):
            with self.assertRefused(exception=AccessError):
                self.reopen(user)

    def test_a_reason_is_needed(self):
        """A8"""
        with self.assertRefused("why"):
            self.reopen(self.salesmgr, " ")

    def test_a_document_changed_since_is_submitted_again_instead(self):
        """A8"""
        self.order.partner_name = "Somebody else"
        with self.assertRefused("changed since"):
            self.reopen(self.salesmgr)

    def test_a_document_with_another_request_is_not_reopened(self):
        """A8"""
        self.order.action_approval_submit()
        with self.assertRefused("under way"):
            self.reopen(self.salesmgr)

    def test_what_a_person_refused_stays_refused(self):
        """A8"""
        order = self.submit_order()
        self.decide(order, self.salesmgr, "refuse")
        with self.assertRefused("not refused by a time limit"):
            self.as_user(self.request_of(order), self.salesmgr).action_reopen("Sorry.")


class TestAfterApprovals(OverdueCase):
    def test_an_emergency_that_is_not_approved_afterwards_is_reminded_of_every_working_day(self):
        """A19: those asked and the approval administrators, until it is decided."""
        self.make_chain([("decide", "sales_manager")], allow_break_glass=True)
        self.sales.group_ids |= self.env.ref("approval_chain.group_break_glass")
        with freeze_time(MONDAY_10):
            order = self.make_order()
            order.action_approval_break_glass("finish", "The customer's line stands still.")
        after = self.request_of(order)
        self.assertEqual(after.due_at, datetime(2026, 6, 18, 4, 0))
        self.run_cron("2026-06-18 04:01:00")
        self.run_cron("2026-06-18 08:00:00")
        self.assertEqual(self.verbs(order), ["submit", "remind"])
        self.run_cron("2026-06-19 04:01:00")
        self.run_cron("2026-06-20 04:01:00")
        self.assertEqual(self.verbs(order), ["submit", "remind", "remind"])
        entry = after.log_ids.sorted("seq")[-1]
        self.assertIn('"managers":true', entry.canonical)
        self.decide(order, self.salesmgr)
        self.run_cron("2026-06-22 04:01:00")
        self.assertEqual(self.verbs(order)[-1], "confirm")

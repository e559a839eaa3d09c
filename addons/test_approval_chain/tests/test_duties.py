from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError

from .reporting_case import ReportingCase

CONFLICT = "approval.duty.conflict"


class TestDuties(ReportingCase):
    """A21: who holds duties that should be apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # only what these tests do is looked at
        cls.env["approval.chain"].search([("company_id", "=", cls.company.id)]).action_archive()
        cls.chain = cls.make_chain([("decide", "sales_manager"), ("decide", "president")])

    def found(self, kind, user=None):
        """What the report shows the administrator of one kind, found anew."""
        report = self.as_user(self.env[CONFLICT], user or self.manager)
        action = report.action_open()
        self.assertEqual(action["res_model"], CONFLICT)
        return report.search(
            [("kind", "=", kind), "|", ("chain_id", "in", [False, *self.chain.ids]),
             ("chain_id.company_id", "=", self.company.id)]
        )  # fmt: skip

    def evidence(self, row):
        action = row.action_open_evidence()
        requests = self.as_user(self.env[action["res_model"]], self.manager)
        return requests.search(action["domain"])

    def two_steps(self, user=None, first=None, second=None):
        order = self.submit(user)
        self.decide(order, first or self.salesmgr)
        self.decide(order, second or self.president)
        return order

    # ------------------------------------------------------------------ facts

    def test_who_asked_and_decided_for_the_same_kind_is_found_with_the_requests(self):
        """A21: the sales manager asked once and decided twice; the salesman only asked."""
        self.hold(self.head, "sales_manager")
        self.two_steps()
        self.two_steps()
        own = self.two_steps(self.salesmgr, first=self.head)
        row = self.found("asks_and_decides")
        self.assertEqual(row.user_id, self.salesmgr)
        self.assertEqual(row.evidence_count, 3)
        self.assertIn("1 times and decided on it 2", row.sentence)
        found = self.evidence(row)
        self.assertEqual(len(found), 3)
        self.assertIn(self.request_of(own), found)

    def test_only_the_period_counts(self):
        """A21: what was asked before is no evidence."""
        self.hold(self.head, "sales_manager")
        with self.at("2026-01-05 02:00:00"):
            self.two_steps()
            self.two_steps(self.salesmgr, first=self.head)
            self.assertEqual(self.found("asks_and_decides").user_id, self.salesmgr)
        with self.at("2026-06-05 02:00:00"):
            self.assertFalse(self.found("asks_and_decides"))

    def test_who_decided_all_steps_alone_is_found(self):
        """A21: not when two people decided, nor before it was executed."""
        self.two_steps()
        self.assertFalse(self.found("decided_alone"))
        self.hold(self.salesmgr, "president")
        order = self.submit()
        self.decide(order, self.salesmgr)
        self.assertFalse(self.found("decided_alone"))
        self.decide(order, self.salesmgr)
        row = self.found("decided_alone")
        self.assertEqual((row.user_id, row.evidence_count), (self.salesmgr, 1))
        self.assertEqual(self.evidence(row), self.request_of(order))

    def test_a_repeated_decision_counts_as_alone_too(self):
        """A21, A11: the chain let him decide once for both steps."""
        self.chain.repeat_policy = "anywhere"
        self.hold(self.salesmgr, "president")
        order = self.submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(self.evidence(self.found("decided_alone")), self.request_of(order))

    def test_who_approved_the_own_emergency_release_is_found(self):
        """A21, A19: in an older database, where a chain could let them."""
        self.hold(self.head, "sales_manager")
        order = self.release(self.salesmgr)
        self.decide(order, self.head)
        self.assertFalse(self.found("own_after"))
        # the engine lets nobody do this any more
        slot = self.request_of(order).slot_ids.filtered("decided_by_id")
        slot.flush_recordset()
        self.env.cr.execute(
            "UPDATE approval_request_slot SET decided_by_id = %s WHERE id = %s",
            [self.salesmgr.id, slot.id],
        )
        self.env.invalidate_all()
        row = self.found("own_after")
        self.assertEqual((row.user_id, row.evidence_count), (self.salesmgr, 1))
        self.assertEqual(self.evidence(row), self.request_of(order))

    # ------------------------------------------------------------------ possibilities

    def test_who_may_decide_what_they_ask_is_found_before_it_happens(self):
        """A21: each holder of a role that decides; none where the chain forbids it."""
        self.assertFalse(self.found("may_decide_own"))
        self.chain.self_policy = "allow"
        rows = self.found("may_decide_own")
        self.assertEqual(rows.user_id, self.salesmgr | self.president)
        self.assertEqual(set(rows.mapped("evidence_count")), {0})
        action = rows[0].action_open_evidence()
        self.assertEqual((action["res_model"], action["res_id"]), ("approval.chain", self.chain.id))
        order = self.submit(self.salesmgr)
        self.decide(order, self.salesmgr)
        row = self.found("may_decide_own").filtered(lambda r: r.user_id == self.salesmgr)
        self.assertEqual(row.evidence_count, 1)
        self.assertEqual(self.evidence(row), self.request_of(order))

    def test_who_holds_two_roles_of_one_chain_is_found(self):
        """A21: not across chains, and an opinion binds nobody."""
        self.make_chain([("decide", "vp_marketing"), ("opinion", "president")], sequence=90)
        self.hold(self.vp, "sales_manager")
        self.hold(self.vp, "finance_director")
        self.assertFalse(self.found("two_roles"))
        self.hold(self.salesmgr, "president")
        row = self.found("two_roles")
        self.assertEqual((row.user_id, row.chain_id), (self.salesmgr, self.chain))
        self.assertIn(self.role["president"].name, row.roles)
        self.assertIn(self.role["sales_manager"].name, row.roles)
        self.assertEqual(row.evidence_count, 0)
        self.two_steps(first=self.salesmgr, second=self.salesmgr)
        self.assertEqual(self.found("two_roles").evidence_count, 1)

    def test_delegations_that_join_two_roles_of_one_chain_are_found(self):
        """A21: the sales manager stands in for the president; one for other documents does not."""
        self.delegate(self.president, self.vp)
        kinds = self.env["approval.kind"].search([("model", "=", "test.approval.shipment")])
        narrow = self.delegate(self.president, self.salesmgr, model_ids=[Command.set(kinds.ids)])
        self.assertFalse(self.found("joined"))
        self.as_user(narrow, self.president).action_archive()
        self.delegate(self.president, self.salesmgr)
        row = self.found("joined")
        self.assertEqual((row.user_id, row.other_ids), (self.salesmgr, self.president))
        self.assertEqual(row.evidence_count, 0)
        order = self.two_steps(second=self.salesmgr)
        self.assertEqual(self.request_of(order).state, "executed")
        row = self.found("joined")
        self.assertEqual(row.evidence_count, 1)
        self.assertEqual(self.evidence(row), self.request_of(order))

    def test_standing_in_for_two_people_joins_their_roles(self):
        """A21: neither role is the own."""
        self.delegate(self.president, self.vp)
        self.delegate(self.salesmgr, self.vp)
        row = self.found("joined")
        self.assertEqual((row.user_id, row.other_ids), (self.vp, self.president | self.salesmgr))

    # ------------------------------------------------------------------ accepting

    def test_what_was_accepted_is_left_out_until_it_ends(self):
        """A21: by the filter of the list, with reason, date and person kept."""
        self.hold(self.salesmgr, "president")
        row = self.found("two_roles")
        today = self.company._approval_today()
        form = self.as_user(self.env["approval.duty.accept"], self.manager).create(
            {"conflict_id": row.id, "reason": "Until a successor is found.", "date_to": today}
        )
        form.action_accept()
        row = self.found("two_roles")
        exception = row.exception_id
        self.assertEqual(exception.reason, "Until a successor is found.")
        self.assertEqual(exception.accepted_by_id, self.manager)
        self.assertEqual(exception.user_ids, self.salesmgr)
        self.assertEqual((exception.accepted_on, exception.date_to), (today, today))
        self.assertTrue(exception.is_current)
        with self.at(f"{today + timedelta(days=2)} 02:00:00"):
            self.assertFalse(self.found("two_roles").exception_id, "it has expired")
        exception.action_end()
        self.assertFalse(self.found("two_roles").exception_id)
        self.assertEqual(exception.ended_by_id, self.manager)
        self.assertTrue(self.found("two_roles"))

    def test_another_person_is_another_conflict(self):
        """A21: what was accepted of one holder is not accepted of the next."""
        self.hold(self.salesmgr, "president")
        until = self.company._approval_today() + timedelta(days=30)
        self.found("two_roles").action_accept("He is new.", until)
        self.hold(self.vp, "president")
        self.hold(self.vp, "sales_manager")
        accepted = {row.user_id: bool(row.exception_id) for row in self.found("two_roles")}
        self.assertEqual(accepted, {self.salesmgr: True, self.vp: False})

    def test_accepting_needs_a_reason_a_near_day_and_somebody_else(self):
        """A21"""
        self.hold(self.salesmgr, "president")
        row = self.found("two_roles")
        today = self.company._approval_today()
        with self.assertRefused("why"):
            row.action_accept("  ", today)
        for day in (today - timedelta(days=1), today + timedelta(days=400), False):
            with self.assertRefused("between today and"):
                row.action_accept("Small team.", day)
        self.salesmgr.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        own = self.found("two_roles", self.salesmgr)
        with self.assertRefused("concerns yourself", AccessError):
            own.action_accept("I may.", today)

    def test_nobody_writes_findings_or_exceptions_by_hand(self):
        """A21: administrators neither."""
        self.hold(self.salesmgr, "president")
        row = self.found("two_roles")
        with self.assertRefused(exception=AccessError):
            row.user_id = self.vp
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env[CONFLICT], self.manager).create(
                {"kind": "two_roles", "key": "x", "sentence": "x", "company_id": self.company.id}
            )
        row.action_accept("Small team.", self.company._approval_today())
        for values in ({"reason": "Another."}, {"date_to": "2030-01-01"}):
            with self.assertRefused(exception=AccessError):
                row.exception_id.write(values)
        with self.assertRefused(exception=AccessError):
            row.exception_id.unlink()

    def test_only_administrators_of_the_company_end_an_exception(self):
        """A21: neither whom it concerns nor somebody elsewhere."""
        self.hold(self.salesmgr, "president")
        row = self.found("two_roles")
        row.action_accept("Small team.", self.company._approval_today())
        exception = row.exception_id
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.cfo.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        self.cfo.write({"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id})
        for user, company in ((self.salesmgr, self.company), (self.cfo, elsewhere)):
            seen = exception.with_user(user).with_context(allowed_company_ids=company.ids)
            with self.assertRefused(exception=AccessError):
                seen.action_end()
        self.assertFalse(exception.ended_on)

    # ------------------------------------------------------------------ rights

    def test_only_administrators_see_the_report_and_each_the_own(self):
        """A21: neither those found nor another administrator read these rows."""
        self.hold(self.salesmgr, "president")
        row = self.found("two_roles")
        for user in (self.sales, self.salesmgr, self.president):
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env[CONFLICT], user).action_open()
            with self.assertRefused(exception=AccessError):
                self.as_user(row, user).action_open_evidence()
            with self.assertRefused(exception=AccessError):
                self.as_user(row, user).action_accept("Fine.", self.company._approval_today())
        self.cfo.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        with self.assertRefused(exception=AccessError):
            self.as_user(row, self.cfo).action_open_evidence()

    def test_another_company_is_not_looked_at(self):
        """A21"""
        self.hold(self.salesmgr, "president")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        report = self.env[CONFLICT].with_user(self.manager)
        report = report.with_context(allowed_company_ids=other.ids)
        report.action_open()
        self.assertFalse(report.search([]))

    def test_the_queries_do_not_grow_with_the_requests(self):
        """A21: ten times the requests, as many queries."""
        self.two_steps()
        counts = []
        for number in (0, 9):
            for _n in range(number):
                self.two_steps()
            self.env.flush_all()
            self.env.invalidate_all()
            report = self.as_user(self.env[CONFLICT], self.manager)
            report.action_open()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report.action_open()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

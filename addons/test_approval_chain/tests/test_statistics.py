from datetime import datetime

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError

from .reporting_case import ReportingCase

STATS, CYCLES = "approval.statistics", "approval.request.statistics"


class TestStatistics(ReportingCase):
    """A14: where requests wait, and how long they take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls.make_chain([("decide", "sales_manager"), ("decide", "president")])

    def two_steps(self, first="2026-03-02 04:00:00", second="2026-03-02 10:30:00"):
        """Submitted on Monday at 02:00, answered by the sales manager and by the president."""
        with self.at("2026-03-02 02:00:00"):
            order = self.submit()
        with self.at(first):
            self.decide(order, self.salesmgr)
        with self.at(second):
            self.decide(order, self.president)
        return order

    def test_every_answered_place_tells_who_answered_and_how_many_hours_it_waited(self):
        """A14: the sales manager took two hours, the president six and a half."""
        order = self.two_steps()
        rows = self.rows(STATS).sorted("id")
        self.assertEqual(rows.mapped("person_id"), self.salesmgr | self.president)
        self.assertEqual(rows.mapped("waiting_hours"), [2.0, 6.5])
        self.assertEqual(rows.mapped("step_name"), ["Step 1", "Step 2"])
        self.assertEqual(rows.chain_step_id, self.chain.step_ids)
        self.assertEqual(rows.role_id, self.role["sales_manager"] | self.role["president"])
        self.assertEqual(set(rows.mapped("kind_name")), {"Test Order"})
        self.assertEqual(rows.requester_id, self.sales)
        self.assertEqual(rows[0].opened_at, datetime(2026, 3, 2, 2, 0))
        self.assertEqual(rows[0].decided_at, datetime(2026, 3, 2, 4, 0))
        self.assertEqual(rows.request_id, self.request_of(order))
        self.assertEqual(set(rows.mapped("verdict")), {"approve"})
        self.assertFalse(any(rows.mapped("is_open")))
        department = self.env.ref("approval_chain.demo_employee_sales").department_id
        self.assertEqual(rows.department_id, department)

    def test_open_places_wait_until_now_and_later_steps_do_not_wait_yet(self):
        """A14: five hours after the submission the sales manager waits five hours."""
        with self.at("2026-03-02 02:00:00"):
            self.submit()
        with self.at("2026-03-02 07:00:00"):
            row = self.rows(STATS, [("is_open", "=", True)])
            self.assertEqual(row.waiting_hours, 5.0)
            self.assertEqual(row.role_id, self.role["sales_manager"])
            self.assertFalse(row.decided_at)
        self.env.invalidate_all()
        with self.at("2026-03-03 02:00:00"):
            self.assertEqual(self.rows(STATS).waiting_hours, 24.0)

    def test_groups_average_and_take_the_longest_and_never_add_hours_or_amounts(self):
        """A14: grouped by role as the pivot asks for it."""
        self.two_steps()
        self.two_steps(first="2026-03-02 08:00:00", second="2026-03-02 09:00:00")
        report = self.as_user(self.env[STATS], self.manager)
        groups = report.formatted_read_group(
            [("res_model", "=", "test.approval.order")],
            ["role_id", "kind_name"],
            ["waiting_hours:avg", "longest_hours:max", "__count"],
        )
        found = {
            group["role_id"][0]: (
                group["waiting_hours:avg"],
                group["longest_hours:max"],
                group["__count"],
                group["kind_name"],
            )
            for group in groups
        }
        self.assertEqual(
            found,
            {
                self.role["sales_manager"].id: (4.0, 6.0, 2, "Test Order"),
                self.role["president"].id: (3.75, 6.5, 2, "Test Order"),
            },
        )
        fields = report.fields_get(["waiting_hours", "longest_hours", "amount"])
        self.assertEqual(fields["waiting_hours"]["aggregator"], "avg")
        self.assertEqual(fields["longest_hours"]["aggregator"], "max")
        self.assertNotIn("aggregator", fields["amount"], "currencies are not added up")

    def test_every_group_by_of_the_search_view_can_be_asked_for(self):
        """A14"""
        self.two_steps()
        for model, names in (
            (STATS, ("step_name", "chain_step_id", "role_id", "person_id", "kind_name", "chain_id",
                     "department_id", "verdict", "opened_at:month", "company_id", "state")),
            (CYCLES, ("kind_name", "chain_id", "requester_id", "department_id", "state",
                      "submitted_at:month")),
        ):  # fmt: skip
            for name in names:
                groups = self.as_user(self.env[model], self.manager).formatted_read_group(
                    [("res_model", "=", "test.approval.order")], [name], ["__count"]
                )
                self.assertTrue(groups and all(group[name] for group in groups), name)

    def test_stand_ins_refusals_and_returns_are_told_apart(self):
        """A14: by filters; the person is who answered."""
        with self.at("2026-03-02 02:00:00"):
            self.delegate(self.salesmgr, self.vp)
            order = self.submit()
            self.decide(order, self.vp)
            self.decide(order, self.president, "refuse")
            other = self.submit()
            self.decide(other, self.salesmgr, "return")
        stood_in = self.rows(STATS, [("is_delegated", "=", True)])
        self.assertEqual((stood_in.person_id, stood_in.on_behalf_of_id), (self.vp, self.salesmgr))
        self.assertEqual(self.rows(STATS, [("verdict", "=", "refuse")]).person_id, self.president)
        self.assertEqual(self.rows(STATS, [("verdict", "=", "return")]).person_id, self.salesmgr)
        cycles = self.rows(CYCLES)
        self.assertEqual(sum(cycles.mapped("refused_count")), 1)
        self.assertEqual(sum(cycles.mapped("returned_count")), 1)

    def test_answers_by_a_time_limit_are_marked_and_overdue_ones_too(self):
        """A14: nobody's answer is counted as somebody's."""
        self.chain.step_ids[0].write({"time_limit": 1, "overdue_action": "approve"})
        with self.at("2026-03-02 02:00:00"):
            self.submit()
        with self.at("2026-03-06 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("approval_chain.cron_approval_overdue").method_direct_trigger()
        row = self.rows(STATS, [("is_auto", "=", True)])
        self.assertFalse(row.person_id)
        self.assertTrue(row.is_overdue)
        self.assertEqual(row.waiting_hours, 96.0)

    def test_what_was_decided_once_is_not_waited_for_again(self):
        """A14: somebody who decides once for two steps waited once."""
        self.chain.repeat_policy = "anywhere"
        self.hold(self.salesmgr, "president")
        with self.at("2026-03-02 02:00:00"):
            order = self.submit()
        with self.at("2026-03-02 03:00:00"):
            self.decide(order, self.salesmgr)
        self.assertEqual(self.request_of(order).state, "executed")
        self.assertEqual(self.rows(STATS).mapped("waiting_hours"), [1.0])

    def test_decisions_taken_over_by_the_next_round_count_once(self):
        """A14: returned by the president, submitted again straight back to him."""
        self.chain.resubmit_policy = "straight"
        with self.at("2026-03-02 02:00:00"):
            order = self.submit()
        with self.at("2026-03-02 03:00:00"):
            self.decide(order, self.salesmgr)
        with self.at("2026-03-02 04:00:00"):
            self.decide(order, self.president, "return")
        with self.at("2026-03-02 05:00:00"):
            self.as_user(order, self.sales).action_approval_submit()
        with self.at("2026-03-02 07:00:00"):
            self.decide(order, self.president)
        rows = self.rows(STATS)
        by_person = {
            person: sorted(rows.filtered(lambda row, p=person: row.person_id == p).mapped(
                "waiting_hours")) for person in rows.person_id
        }  # fmt: skip
        self.assertEqual(by_person, {self.salesmgr: [1.0], self.president: [1.0, 2.0]})
        self.assertEqual(sorted(self.rows(CYCLES).mapped("round")), [1, 2])

    def test_cycle_time_runs_from_the_submission_to_decision_and_execution(self):
        """A14: what is still in approval has no cycle time and counts in no average."""
        self.two_steps()
        with self.at("2026-03-02 02:00:00"):
            self.submit(waits=True)
            refused = self.submit()
        with self.at("2026-03-02 03:30:00"):
            self.decide(refused, self.salesmgr, "refuse")
        by_state = self.rows(CYCLES).grouped("state")
        self.assertEqual(by_state["executed"].decision_hours, 8.5)
        self.assertEqual(by_state["executed"].execution_hours, 8.5)
        self.assertEqual(by_state["refused"].decision_hours, 1.5)
        self.assertFalse(by_state["pending"].decided_at)
        [group] = self.as_user(self.env[CYCLES], self.manager).formatted_read_group(
            [("res_model", "=", "test.approval.order")],
            [],
            ["decision_hours:avg", "longest_decision_hours:max", "execution_hours:avg", "__count"],
        )
        self.assertEqual(group["decision_hours:avg"], 5.0)
        self.assertEqual(group["longest_decision_hours:max"], 8.5)
        self.assertEqual(group["execution_hours:avg"], 8.5)
        self.assertEqual(group["__count"], 3)

    def test_rows_open_their_request(self):
        """A14"""
        order = self.two_steps()
        for model in (STATS, CYCLES):
            action = self.rows(model)[0].action_open_request()
            self.assertEqual(action["res_id"], self.request_of(order).id)

    def test_only_administrators_read_the_figures(self):
        """A14: neither the requester nor those who decided."""
        self.two_steps()
        row = self.rows(STATS)[0]
        for user in (self.sales, self.salesmgr, self.president):
            for model in (STATS, CYCLES):
                with self.assertRefused(exception=AccessError):
                    self.rows(model, user=user)
            with self.assertRefused(exception=AccessError):
                self.as_user(row, user).action_open_request()

    def test_an_administrator_of_another_company_reads_nothing(self):
        """A14: a company sees its own."""
        self.two_steps()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for model in (STATS, CYCLES):
            report = self.env[model].with_user(self.manager)
            self.assertFalse(report.with_context(allowed_company_ids=other.ids).search([]))


class TestReportingViews(ReportingCase):
    """A14, A21: what the web client asks for, with the rights of an administrator."""

    def test_every_report_loads_its_views_and_its_list(self):
        """A14, A21: columns, graphs and pivots as they stand in the views."""
        steps = [("decide", "sales_manager"), ("decide", "president")]
        self.make_chain(steps, allow_break_glass=True)
        self.hold(self.salesmgr, "president")
        self.release()
        self.as_user(self.env["approval.duty.conflict"], self.manager).action_open()
        for name in ("statistics", "request_statistics", "duty", "override"):
            action = self.env.ref(f"approval_chain.action_approval_{name}")
            model = self.as_user(self.env[action.res_model], self.manager)
            modes = action.view_mode.split(",")
            views = model.get_views([(False, mode) for mode in [*modes, "search"]])["views"]
            tree = etree.fromstring(views["list"]["arch"])
            spec = {
                node.get("name"): {"fields": {"display_name": {}}}
                if model._fields[node.get("name")].relational
                else {}
                for node in tree.iter("field")
            }
            found = model.web_search_read([], spec)
            self.assertTrue(found["length"], name)
            for mode in {"graph", "pivot"} & set(modes):
                nodes = list(etree.fromstring(views[mode]["arch"]).iter("field"))
                groups = [
                    node.get("name") + (f":{node.get('interval')}" if node.get("interval") else "")
                    for node in nodes
                    if node.get("type") != "measure"
                ]
                measures = [
                    f"{node.get('name')}:{model._fields[node.get('name')].aggregator}"
                    for node in nodes
                    if node.get("type") == "measure"
                ]
                self.assertTrue(
                    model.formatted_read_group([], groups, [*measures, "__count"]), (name, mode)
                )

    def test_kinds_of_documents_are_called_as_in_the_language_of_the_reader(self):
        """A14: in the figures, too."""
        self.env["res.lang"]._activate_lang("zh_CN")
        model = self.env["ir.model"]._get("test.approval.order")
        model.with_context(lang="zh_CN").name = "测试订单"
        self.make_chain([("decide", "sales_manager")])
        self.submit()
        report = self.as_user(self.env[STATS], self.manager)
        domain = [("res_model", "=", "test.approval.order")]
        for lang, name in (("en_US", "Test Order"), ("zh_CN", "测试订单")):
            rows = report.with_context(lang=lang).search(domain)
            self.assertEqual(rows.mapped("kind_name"), [name])
            self.env.invalidate_all()

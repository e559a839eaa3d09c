import json
from datetime import timedelta
from hashlib import sha256

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .supervision_case import SupervisionCase


@tagged("post_install", "-at_install")
class TestSupervision(SupervisionCase):
    """F23: orders are checked, findings corrected and verified, rewards and penalties approved."""

    # ------------------------------------------------------------------ which orders

    def test_every_order_that_meets_the_conditions_is_checked_once(self):
        """F23: rule-based; quotations, small and earlier orders are not, and nothing twice."""
        large = self.make_confirmed({self.pump: 20})
        small = self.make_confirmed({self.pump: 2})
        quotation = self.make_order({self.pump: 20})
        self.rule.date_from = self.company._approval_today()
        self.rule._check_every()
        checked = self.rule.check_ids.order_id
        self.assertIn(large, checked)
        self.assertFalse((small | quotation) & checked)
        count = len(self.rule.check_ids)
        self.rule._check_every()
        self.assertEqual(len(self.rule.check_ids), count)
        self.rule.date_from = self.company._approval_today() + timedelta(days=2)
        later = self.make_confirmed({self.pump: 20})
        self.rule._check_every()
        self.assertNotIn(later, self.rule.check_ids.order_id)

    def test_the_checker_gets_it_on_the_list_with_a_deadline(self):
        """F23: supervision, or the leader of the team, but never the salesperson of the order."""
        order = self.make_confirmed({self.pump: 20})
        check = self.check(order)
        self.assertEqual(check.checker_id, self.supervisor)
        self.assertEqual(check.activity_ids.user_id, self.supervisor)
        self.assertGreater(check.deadline, self.company._approval_today())
        leaders = self.make_rule("By the leader", checker="team_leader")
        team = self.env["crm.team"].create(
            {"name": "Team", "user_id": self.salesmgr.id, "company_id": self.company.id}
        )
        order.team_id = team
        self.assertEqual(self.check(order, leaders).checker_id, self.salesmgr)
        team.user_id = self.sales
        own = self.make_rule("By the leader too", checker="team_leader")
        self.assertEqual(self.check(order, own).checker_id, self.supervisor)

    def test_the_lot_falls_on_so_many_orders_a_month_and_can_be_drawn_again(self):
        """F23: random, once a month, in each team where asked; the draw can be proved."""
        orders = self.env["sale.order"].browse()
        for _number in range(4):
            orders += self.make_confirmed()
        rule = self.make_rule("Sample", kind="random", sample_size=2)
        today = self.company._approval_today()
        draw = rule._draw_month(today)
        population = [i for ids in json.loads(draw.population).values() for i in ids]
        self.assertLessEqual(set(orders.ids), set(population))
        self.assertEqual(len(draw.check_ids), 2)
        # worked out as the documentation says, without the code that drew it
        order = sorted(population, key=lambda i: sha256(f"{draw.seed}:{i}".encode()).digest())
        self.assertEqual(set(draw.check_ids.order_id.ids), set(order[:2]))
        self.assertFalse(rule._draw_month(today))
        draw = self.as_user(draw, self.supervisor)
        self.assertEqual(draw.action_prove()["params"]["type"], "success")
        with self.assertRefused(exception=AccessError):
            self.as_user(draw, self.supervisor).write({"seed": "mine"})
        draw.sudo()._stamp({"population": json.dumps({"0": population[1:]})})
        with self.assertRefused("not those the lot fell on"):
            draw.action_prove()

    def test_conditions_that_cannot_be_read_are_refused(self):
        """F23, X6: with the name of the rule."""
        for domain in ('[("nothing", "=", 1)]', "[(", "__import__('os')"):
            with self.subTest(domain), self.assertRaises(ValidationError) as caught:
                self.make_rule("Wrong", domain=domain)
            self.assertIn("Wrong", str(caught.exception))

    # ------------------------------------------------------------------ checking

    def test_what_does_not_hold_becomes_a_finding_with_a_deadline(self):
        """F23: for the salesperson, or for whom the checker names."""
        finding = self.find(self.make_confirmed({self.pump: 20}))
        self.assertEqual(
            (finding.state, finding.responsible_id, finding.severity, finding.kind_id),
            ("open", self.sales, "major", self.kind),
        )
        self.assertIn("Nobody called.", finding.description)
        self.assertEqual(finding.activity_ids.user_id, self.sales)
        self.assertEqual(finding.activity_ids.date_deadline, finding.deadline)
        other = self.find(self.make_confirmed({self.pump: 20}), responsible_id=self.assistant.id)
        self.assertEqual(other.responsible_id, self.assistant)

    def test_a_check_is_complete_and_recorded_once(self):
        """F23, X6: unanswered, unexplained, and twice."""
        check = self.check(self.make_confirmed({self.pump: 20}))
        with self.assertRefused("“Data complete” is not answered"):
            check.action_record()
        check.action_all_hold()
        check.answer_ids[1].verdict = "no"
        with self.assertRefused("say what you found"):
            check.action_record()
        check.answer_ids[1].verdict = "na"
        check.action_record()
        self.assertEqual((check.state, check.checked_by_id), ("passed", self.supervisor))
        self.assertFalse(check.finding_ids)
        self.assertFalse(check.activity_ids)
        with self.assertRefused("was recorded"):
            check.action_record()
        with self.assertRefused("was recorded"):
            check.answer_ids[0].verdict = "no"
        with self.assertRefused(exception=AccessError):
            check.write({"state": "todo"})

    def test_nobody_else_checks_and_nobody_their_own_order(self):
        """F23, A10, A11: the answers of the salesperson count for nothing."""
        order = self.make_confirmed({self.pump: 20})
        check = self.check(order)
        for user in (self.sales, self.sales2, self.finance, self.warehouse):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.as_user(check, user).action_all_hold()
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.as_user(check, user).action_record()
        order.user_id = self.supervisor
        with self.assertRefused("never by the salesperson", AccessError):
            check.action_record()

    def test_the_salesperson_sees_a_check_when_it_is_done(self):
        """F23: not before, and not those of others."""
        order = self.make_confirmed({self.pump: 20})
        check = self.check(order)
        Check = self.env["supervision.check"]
        self.assertFalse(self.as_user(Check, self.sales).search([("id", "=", check.id)]))
        check.action_all_hold()
        check.action_record()
        self.assertTrue(self.as_user(Check, self.sales).search([("id", "=", check.id)]))
        self.assertFalse(self.as_user(Check, self.sales2).search([("id", "=", check.id)]))

    # ------------------------------------------------------------------ correcting

    def test_a_finding_is_corrected_by_one_and_verified_by_another(self):
        """F23: cause and correction written down, looked at by supervision."""
        finding = self.find(self.make_confirmed({self.pump: 20}))
        own = self.as_user(finding, self.sales)
        with self.assertRefused("write down the cause"):
            own.action_correct()
        with self.assertRefused("this is done while it is"):
            finding.action_verify()
        self.correct(finding)
        self.assertEqual(finding.state, "corrected")
        self.assertEqual(finding.activity_ids.user_id, self.supervisor)
        with self.assertRefused(exception=AccessError):
            own.action_verify()
        finding.action_reopen("The customer says nobody called.")
        self.assertEqual(finding.state, "open")
        self.assertIn(self.sales.partner_id, finding.message_ids[0].notified_partner_ids)
        self.correct(finding)
        finding.action_verify()
        self.assertEqual((finding.state, finding.verified_by_id), ("verified", self.supervisor))
        self.assertFalse(finding.activity_ids)

    def test_what_was_found_is_not_changed_by_the_one_it_is_about(self):
        """F23, A10: neither by write nor by deleting, nor by a supervisor about themselves."""
        finding = self.find(self.make_confirmed({self.pump: 20}))
        own = self.as_user(finding, self.sales)
        for values in (
            {"severity": "minor"},
            {"responsible_id": self.sales2.id},
            {"deadline": finding.deadline + timedelta(days=30)},
            {"description": "Nothing"},
        ):
            with self.subTest(values), self.assertRefused(exception=AccessError):
                own.write(values)
        with self.assertRefused(exception=AccessError):
            own.write({"state": "verified"})
        with self.assertRefused(exception=AccessError):
            own.unlink()
        finding.write({"responsible_id": self.supervisor.id})
        with self.assertRefused("about yourself", AccessError):
            finding.write({"severity": "minor"})
        with self.assertRefused("about yourself", AccessError):
            finding.action_withdraw("It is me.")

    def test_a_repeated_finding_shows_how_often_it_came_up(self):
        """F23: of the same person and kind within twelve months; withdrawn ones do not count."""
        first = self.find(self.make_confirmed({self.pump: 20}))
        self.assertEqual(first.earlier_count, 0)
        second = self.find(self.make_confirmed({self.pump: 20}))
        self.assertEqual(second.earlier_count, 1)
        first.action_withdraw("Somebody else had called.")
        third = self.find(self.make_confirmed({self.pump: 20}))
        self.assertEqual(third.earlier_count, 1)
        old = self.find(self.make_confirmed({self.pump: 20}))
        old.sudo()._stamp({"found_on": old.found_on - timedelta(days=400)})
        self.assertEqual(self.find(self.make_confirmed({self.pump: 20})).earlier_count, 2)

    def test_an_overdue_finding_goes_to_the_manager_once(self):
        """F23: with who and until when."""
        manager = self.env["hr.employee"].search([("user_id", "=", self.salesmgr.id)], limit=1)
        employee = self.env["hr.employee"].search(
            [("user_id", "=", self.sales.id), ("company_id", "=", self.company.id)]
        ) or self.env["hr.employee"].create(
            {"name": "Sales", "user_id": self.sales.id, "company_id": self.company.id}
        )
        employee.parent_id = manager
        finding = self.find(self.make_confirmed({self.pump: 20}))
        self.assertFalse(finding.is_overdue)
        finding.deadline = self.company._approval_today() - timedelta(days=1)
        self.assertTrue(finding.is_overdue)
        Finding = self.as_user(self.env["supervision.finding"], self.supervisor)
        self.assertIn(finding, Finding.search([("is_overdue", "=", True)]))
        before = len(finding.message_ids)
        cron = self.env.ref("sale_order_flow.cron_supervision_escalate")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(len(finding.message_ids), before + 1)
        self.assertIn(manager.user_id.partner_id, finding.message_ids[0].notified_partner_ids)

    def test_each_finding_is_late_by_the_day_of_its_own_company(self):
        """F23, X4: whichever company whoever looks works in; it is the 6th in China, the 5th in America."""
        other = self.env["res.company"].create({"name": "Sister"})
        self.sales.company_ids += other
        findings = self.env["supervision.finding"].sudo()
        for company, zone in ((self.company, "Asia/Shanghai"), (other, "America/New_York")):
            company.resource_calendar_id = self.env["resource.calendar"].create(
                {"name": zone, "tz": zone, "company_id": company.id}
            )
            findings += findings.with_company(company).create(
                {
                    "kind_id": self.kind.id,
                    "description": "Not told.",
                    "responsible_id": self.sales.id,
                    "deadline": "2026-03-05",
                }
            )
        with freeze_time("2026-03-05 18:00:00"):
            findings.invalidate_recordset(["is_overdue"])
            self.assertEqual(findings.mapped("is_overdue"), [True, False])
            for company in self.company | other:
                Finding = findings.with_company(company)
                found = Finding.search([("id", "in", findings.ids), ("is_overdue", "=", True)])
                self.assertEqual(found, findings[0], company.name)
                found = Finding.search([("id", "in", findings.ids), ("is_overdue", "=", False)])
                self.assertEqual(found, findings[1], company.name)

    # ------------------------------------------------------------------ rewards and penalties

    def test_a_penalty_is_proposed_and_approved_by_the_chain(self):
        """F23: by the president; the person is told, nobody changes it afterwards."""
        self.company.action_set_up_rulebook()
        finding = self.find(self.make_confirmed({self.pump: 20}))
        action = finding.action_propose()
        Measure = self.as_user(self.env["supervision.measure"], self.supervisor)
        measure = Measure.with_context(**action["context"]).create(
            {"amount": 200, "reason": "Twice in a month.", "company_id": self.company.id}
        )
        self.assertEqual((measure.user_id, measure.finding_ids), (self.sales, finding))
        self.assertFalse(self.as_user(Measure, self.sales).search([("id", "=", measure.id)]))
        with self.assertRefused():
            measure.action_approve()
        measure.action_approval_submit()
        request = self.env["approval.request"].search(
            [("res_model", "=", measure._name), ("res_id", "=", measure.id)]
        )
        self.as_user(request, self.president).action_decide("approve", "Agreed.")
        self.assertEqual((measure.state, bool(measure.decided_on)), ("approved", True))
        self.assertTrue(self.as_user(Measure, self.sales).search([("id", "=", measure.id)]))
        with self.assertRefused("stays"):
            measure.write({"amount": 1})
        with self.assertRefused("stays"):
            measure.action_cancel()

    def test_proposals_that_make_no_sense_are_refused(self):
        """F23, A11, X6: a reward for oneself, the finding of another, a negative amount."""
        self.company.action_set_up_rulebook()
        finding = self.find(self.make_confirmed({self.pump: 20}))
        Measure = self.as_user(self.env["supervision.measure"], self.supervisor)
        values = {"reason": "Because.", "company_id": self.company.id}
        reward = Measure.create({**values, "kind": "reward", "user_id": self.supervisor.id})
        with self.assertRefused("for themselves"):
            reward.action_approval_submit()
        other = Measure.create(
            {**values, "user_id": self.sales2.id, "finding_ids": [Command.set(finding.ids)]}
        )
        with self.assertRefused("about another person"):
            other.action_approval_submit()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            Measure.create({**values, "user_id": self.sales.id, "amount": -5})
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["supervision.measure"], self.sales).create(
                {**values, "kind": "reward", "user_id": self.sales2.id}
            )

    def test_the_monthly_report_counts_what_happened(self):
        """F23: checks, findings by kind and person, rewards and penalties, as a PDF page."""
        finding = self.find(self.make_confirmed({self.pump: 20}))
        again = self.find(self.make_confirmed({self.pump: 20}))
        wizard = self.as_user(self.env["supervision.month"], self.supervisor).create(
            {"month": self.company._approval_today(), "company_id": self.company.id}
        )
        figures = wizard._figures()
        self.assertIn(finding, figures["findings"])
        # each finding is counted, not each person once
        self.assertLessEqual(finding | again, dict(figures["by_person"])[self.sales])
        counts = [len(findings) for _person, findings in figures["by_person"]]
        self.assertEqual(sum(counts), len(figures["findings"]))
        self.assertEqual(counts, sorted(counts, reverse=True))
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "sale_order_flow.report_supervision", wizard.ids
        )
        self.assertIn(finding.name, html.decode())

    def test_the_daily_run_makes_checks_and_draws(self):
        """F23: by itself, for every rule that is not archived."""
        order = self.make_confirmed({self.pump: 20})
        sample = self.make_rule("Sample", kind="random", date_from="2020-01-01")
        last_month = self.company._approval_today() - relativedelta(months=1)
        order.date_order = self.company._approval_midnight(last_month)
        self.rule.date_from = "2020-01-01"
        cron = self.env.ref("sale_order_flow.cron_supervision_draw")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertIn(order, self.rule.check_ids.order_id)
        self.assertEqual(len(sample.draw_ids), 1)
        self.assertTrue(sample.draw_ids.check_ids)

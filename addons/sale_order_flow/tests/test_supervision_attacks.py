from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .supervision_case import SupervisionCase


@tagged("post_install", "-at_install")
class TestSupervisionAttacks(SupervisionCase):
    """F23, A10, A11, X6: what was found and decided is changed by nobody it suits."""

    # ------------------------------------------------------------------ checks

    def test_a_rule_asks_something(self):
        """F23, X6: an order is not in order because nothing was looked at."""
        with self.assertRaises(ValidationError):
            self.env["supervision.rule"].create({"name": "Empty", "company_id": self.company.id})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.rule.question_ids.unlink()

    def test_a_question_that_was_asked_stays(self):
        """F23, X6: in words, not as an error of the database."""
        self.check(self.make_confirmed({self.pump: 20}))
        with self.assertRefused("was asked in checks"):
            self.rule.question_ids[0].unlink()
        with self.assertRefused("was asked in checks"):
            self.rule.write({"question_ids": [Command.delete(self.rule.question_ids[0].id)]})

    def test_a_rule_that_was_used_keeps_its_kind_and_company(self):
        """F23: else its lot would fall on orders that it checked, and its checks change company."""
        self.check(self.make_confirmed({self.pump: 20}))
        other = self.env["res.company"].create({"name": "Sister"})
        for values in ({"kind": "random"}, {"company_id": other.id}):
            with self.subTest(values), self.assertRefused("was used for checks"):
                self.rule.write(values)
        self.rule.write({"kind": "every", "name": "As before"})

    def test_a_check_is_given_up_with_a_reason(self):
        """F23: an order drawn by lot does not disappear in silence."""
        check = self.check(self.make_confirmed({self.pump: 20}))
        with self.assertRefused("Say why"):
            check.action_cancel(" ")
        with self.assertRefused(exception=AccessError):
            self.as_user(check, self.salesmgr).action_cancel("Not needed.")
        check.action_cancel("The order was a test.")
        self.assertEqual(check.state, "cancelled")
        self.assertIn("The order was a test.", check.message_ids[0].body)
        self.assertFalse(check.activity_ids)

    def test_who_corrects_is_an_employee_of_the_company(self):
        """F23, X4: neither a customer of the portal nor somebody who cannot see the company."""
        check = self.check(self.make_confirmed({self.pump: 20}))
        portal = new_test_user(self.env, "test_portal_person", "base.group_portal")
        other = self.env["res.company"].create({"name": "Sister"})
        elsewhere = new_test_user(
            self.env,
            "test_elsewhere",
            "base.group_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for person in portal | elsewhere:
            with self.subTest(person.login), self.assertRefused("cannot correct"):
                check.answer_ids[0].responsible_id = person
        finding = self.find(self.make_confirmed({self.pump: 20}))
        for person in portal | elsewhere:
            with self.subTest(person.login), self.assertRefused("cannot correct"):
                finding.responsible_id = person

    def test_answers_are_not_exchanged_by_commands(self):
        """F23: neither added, taken from another check, moved nor deleted; nor after recording."""
        one = self.check(self.make_confirmed({self.pump: 20}))
        two = self.check(self.make_confirmed({self.pump: 20}))
        commands = (
            Command.create({"name": "Mine", "verdict": "yes"}),
            Command.link(two.answer_ids[0].id),
            Command.delete(one.answer_ids[0].id),
            Command.unlink(one.answer_ids[0].id),
            Command.clear(),
            Command.set(two.answer_ids.ids),
            Command.update(one.answer_ids[0].id, {"name": "Easy question"}),
            Command.update(one.answer_ids[0].id, {"question_id": two.answer_ids[1].question_id.id}),
        )
        for command in commands:
            with self.subTest(command), self.assertRefused():
                one.write({"answer_ids": [command]})
        one.action_all_hold()
        one.action_record()
        with self.assertRefused("was recorded"):
            two.write({"answer_ids": [Command.update(one.answer_ids[0].id, {"verdict": "no"})]})
        with self.assertRefused("was recorded"):
            one.remark = "Later thought."

    def test_checks_and_findings_are_not_copied_imported_or_deleted(self):
        """F23, A10: only the rules make checks; everything stays."""
        check = self.check(self.make_confirmed({self.pump: 20}))
        finding = self.find(self.make_confirmed({self.pump: 20}))
        for records in (check, finding, finding.check_id.answer_ids):
            with self.subTest(records._name), self.assertRefused():
                records.unlink()
        with self.assertRefused():
            check.copy()
        with self.assertRefused():
            self.as_user(self.env["supervision.check"], self.supervisor).create({})
        loaded = self.as_user(self.env["supervision.finding"], self.supervisor).load(
            ["kind_id/.id", "description", "responsible_id/.id", "deadline", "state"],
            [[str(self.kind.id), "Text", str(self.sales.id), "2030-01-01", "Verified"]],
        )
        self.assertFalse(loaded["ids"])
        self.assertTrue(loaded["messages"])

    def test_the_group_without_the_role_changes_nothing(self):
        """F23, A10: the group shows, the role acts; in each company its own."""
        helper = new_test_user(
            self.env,
            "test_group_only",
            "base.group_user,sale_order_flow.group_flow_supervision",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        check = self.check(self.make_confirmed({self.pump: 20}))
        finding = self.find(self.make_confirmed({self.pump: 20}))
        measure = self.propose(self.sales)
        values = {"reason": "Because.", "user_id": self.sales.id, "company_id": self.company.id}
        doors = (
            lambda: self.as_user(check, helper).action_all_hold(),
            lambda: self.as_user(check, helper).action_cancel("No."),
            lambda: self.as_user(self.rule, helper).action_apply(),
            lambda: self.as_user(finding, helper).write({"severity": "minor"}),
            lambda: self.as_user(finding, helper).action_withdraw("No."),
            lambda: self.as_user(self.env["supervision.measure"], helper).create(values),
            lambda: self.as_user(measure, helper).write({"amount": 9}),
            lambda: self.as_user(measure, helper).action_cancel(),
            lambda: self.as_user(measure, helper).unlink(),
        )
        for number, door in enumerate(doors):
            with self.subTest(number), self.assertRefused(exception=AccessError):
                door()

    # ------------------------------------------------------------------ findings

    def test_a_finding_that_is_done_stands(self):
        """F23: verified or withdrawn, what was found is not written anew, not even by supervision."""
        verified = self.find(self.make_confirmed({self.pump: 20}))
        self.correct(verified)
        verified.action_verify()
        withdrawn = self.find(self.make_confirmed({self.pump: 20}))
        withdrawn.action_withdraw("A mistake.")
        for finding in verified | withdrawn:
            for values in (
                {"severity": "critical"},
                {"responsible_id": self.sales2.id},
                {"description": "Something else."},
                {"cause": "Other", "severity": "minor"},
                {"deadline": finding.deadline + timedelta(days=1)},
            ):
                with self.subTest(finding.state, **values), self.assertRefused("stands"):
                    finding.write(values)

    def test_whoever_sold_the_order_does_not_judge_what_was_found_in_it(self):
        """F23, A11: a supervisor who sells, of a finding that the assistant corrects."""
        seller = self.make_supervisor("test_selling_supervisor")
        order = self.make_confirmed({self.pump: 20})
        order.sudo().user_id = seller
        finding = self.find(order, responsible_id=self.assistant.id)
        self.correct(finding, self.assistant)
        own = self.as_user(finding, seller)
        for door in (
            own.action_verify,
            lambda: own.action_reopen("Not yet."),
            lambda: own.action_withdraw("It is nothing."),
            lambda: own.write({"severity": "minor"}),
        ):
            with self.assertRefused("an order of yours", AccessError):
                door()
        finding.action_verify()
        self.assertEqual(finding.state, "verified")

    def test_another_person_responsible_is_asked_and_the_first_no_more(self):
        """F23: the to-do and the count of earlier findings follow."""
        self.find(self.make_confirmed({self.pump: 20}), responsible_id=self.assistant.id)
        finding = self.find(self.make_confirmed({self.pump: 20}))
        self.assertEqual(finding.earlier_count, 0)
        finding.responsible_id = self.assistant
        self.assertEqual(finding.activity_ids.user_id, self.assistant)
        self.assertEqual(finding.earlier_count, 1)
        finding.sudo()._stamp({"escalated_at": "2026-01-01"})
        later = finding.deadline + timedelta(days=4)
        finding.deadline = later
        self.assertFalse(finding.escalated_at)
        self.assertEqual(finding.activity_ids.date_deadline, later)

    def test_what_it_rests_on_is_not_moved_under_a_proposal(self):
        """F23, A10: a proposal names its findings; a finding takes no proposal, by no door."""
        finding = self.find(self.make_confirmed({self.pump: 20}))
        other = self.find(self.make_confirmed({self.pump: 20}))
        measure = self.propose(self.sales, finding)
        for command in (Command.link(measure.id), Command.unlink(measure.id), Command.clear()):
            with self.subTest(command), self.assertRefused():
                other.write({"measure_ids": [command]})
            with self.subTest(command), self.assertRefused():
                finding.write({"measure_ids": [command]})
        self.assertEqual(measure.finding_ids, finding)

    # ------------------------------------------------------------------ rewards and penalties

    def test_a_proposal_that_is_being_decided_stays_as_it_is(self):
        """F23, A10: what the president reads is what was submitted."""
        self.company.action_set_up_rulebook()
        finding = self.find(self.make_confirmed({self.pump: 20}))
        measure = self.propose(self.sales, finding)
        measure.action_approval_submit()
        for values in (
            {"amount": 5000},
            {"user_id": self.sales2.id},
            {"kind": "reward"},
            {"reason": "Other."},
            {"finding_ids": [Command.clear()]},
        ):
            try:
                with self.env.cr.savepoint():
                    measure.write(values)
            except UserError:
                continue
            # changed, it is no longer before the president
            with self.subTest(values):
                self.assertNotEqual(measure.approval_state, "pending")
            measure.action_approval_submit()
        self.assertEqual(measure.state, "draft")

    def test_a_president_whose_term_is_over_reads_no_proposals(self):
        """F23, X3: without anybody changing a role on that day."""
        measure = self.propose(self.sales)
        term = self.env["approval.role.holder"].search(
            [("user_id", "=", self.president.id), ("role_id.code", "=", "president")]
        )
        term.date_to = self.company._approval_today()
        mine = self.as_user(measure.browse(), self.president)
        self.assertIn(measure, mine.search([]))
        with freeze_time(term.date_to + timedelta(days=2)):
            self.env.invalidate_all()
            self.assertNotIn(measure, mine.search([]))

    def test_a_proposal_is_about_an_employee_of_the_company(self):
        """F23, X4: and nobody approves a reward of their own, with a chain or without."""
        portal = new_test_user(self.env, "test_portal_person", "base.group_portal")
        with self.assertRefused("is no employee"):
            self.propose(portal)
        self.env["approval.chain"].search([("model", "=", "supervision.measure")]).active = False
        reward = self.propose(self.president, kind="reward")
        with self.assertRefused("for themselves"):
            self.as_user(reward, self.president).action_approve()
        fine = self.propose(self.sales)
        with self.assertRefused(exception=AccessError):
            fine.action_approve()

    def test_a_proposal_rests_on_findings_of_its_company(self):
        """F23, X4: those of a sister company are not its reasons."""
        other = self.env["res.company"].create({"name": "Sister"})
        self.sales.company_ids += other
        foreign = (
            self.env["supervision.finding"]
            .sudo()
            .with_company(other)
            .create(
                {
                    "kind_id": self.kind.id,
                    "description": "Elsewhere.",
                    "responsible_id": self.sales.id,
                    "deadline": other._approval_today() + timedelta(days=5),
                }
            )
        )
        Measure = self.env["supervision.measure"]
        values = {"user_id": self.sales.id, "reason": "Twice.", "company_id": self.company.id}
        with self.assertRefused():
            Measure.sudo().create({**values, "finding_ids": [Command.set(foreign.ids)]})
        measure = self.propose(self.sales)
        with self.assertRefused():
            measure.sudo().finding_ids = foreign

    def test_without_a_chain_the_same_proposals_are_refused(self):
        """F23, A11: a reward for whoever proposed it, and the finding of another person."""
        self.env["approval.chain"].search([("model", "=", "supervision.measure")]).active = False
        finding = self.find(self.make_confirmed({self.pump: 20}))
        reward = self.propose(self.supervisor, kind="reward")
        with self.assertRefused("for themselves"):
            self.as_user(reward, self.president).action_approve()
        other = self.propose(self.sales2, finding)
        with self.assertRefused("about another person"):
            self.as_user(other, self.president).action_approve()
        self.assertEqual((reward | other).mapped("state"), ["draft", "draft"])

    def test_measures_are_neither_stamped_nor_deleted_once_decided(self):
        """F23, A10: state, number and day come from the decision."""
        self.env["approval.chain"].search([("model", "=", "supervision.measure")]).active = False
        measure = self.propose(self.sales)
        for values in ({"state": "approved"}, {"decided_on": "2026-01-01"}, {"name": "RP/1"}):
            with self.subTest(values), self.assertRefused(exception=AccessError):
                measure.write(values)
        self.as_user(measure, self.president).action_approve()
        self.assertEqual(measure.state, "approved")
        with self.assertRefused("stays"):
            measure.unlink()
        copy = measure.copy()
        self.assertEqual(
            (copy.state, copy.decided_on, bool(copy.finding_ids)), ("draft", False, False)
        )
        self.assertNotEqual(copy.name, measure.name)

    # ------------------------------------------------------------------ what it costs

    def test_a_rule_that_cannot_be_read_any_more_does_not_stop_the_others(self):
        """F23: its conditions name a field of an addon that was removed."""
        order = self.make_confirmed({self.pump: 20})
        broken = self.make_rule("Broken", sequence=1)
        self.rule.sequence = 2
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE supervision_rule SET domain = %s WHERE id = %s",
            ('[("gone", "=", 1)]', broken.id),
        )
        self.env.invalidate_all()
        with (
            mute_logger("odoo.addons.sale_order_flow.models.supervision_rule"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("sale_order_flow.cron_supervision_draw").method_direct_trigger()
        self.assertIn(order, self.rule.check_ids.order_id)
        self.assertFalse(broken.check_ids)

    def orders(self, count):
        return self.env["sale.order"].create(
            [self.order_values({self.pump: 20}, user_id=self.sales.id) for _n in range(count)]
        )

    def test_checks_for_many_orders_cost_few_queries_each(self):
        """F23: the daily run puts up to two hundred orders on lists."""
        rule = self.make_rule("Many")
        few, many = self.orders(10), self.orders(60)
        Check = self.env["supervision.check"]
        Check._make(rule, few[:5])
        self.env.flush_all()
        self.env.invalidate_all()

        def cost(orders):
            before = self.cr.sql_log_count
            Check._make(rule, orders)
            self.env.flush_all()
            cost = self.cr.sql_log_count - before
            self.env.invalidate_all()
            return cost

        small, large = cost(few[5:]), cost(many)
        # the number of each is one of its own
        self.assertLessEqual((large - small) / 55, 3)

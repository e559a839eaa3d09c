from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestStandingIn(RuntimeCase):
    """A7: deciding for somebody away, on real requests."""

    def order_for(self, *steps, **values):
        self.make_chain(list(steps) or [self.people(self.vp), ("decide", "president")], **values)
        return self.submitted()

    def refused(self, order, user, verb="approve"):
        with self.assertRefused(exception=AccessError):
            self.decide(order, user, verb)

    def test_decision_names_both_in_place_panel_and_log(self):
        """A7, A12: “assistant for vp”."""
        self.delegate(self.vp, self.assistant)
        order = self.order_for()
        self.decide(order, self.assistant, opinion="As agreed.")
        slot = self.step_of(order, "Step 1").slot_ids
        self.assertEqual(
            (slot.decided_by_id, slot.on_behalf_of_id, slot.verdict),
            (self.assistant, self.vp, "approve"),
        )
        [facts] = self.facts(order, "approve")
        self.assertEqual((facts["actor"], facts["on_behalf_of"]), (self.assistant.id, self.vp.id))
        [shown] = self.panel(order, self.sales)["steps"][0]["slots"]
        self.assertEqual(
            (shown["decided_by"]["name"], shown["on_behalf_of"]["name"]), ("袁琴", "赵敏")
        )
        self.assertEqual(self.open_for(order), ["president"])

    def test_place_of_a_role_is_answered_for_its_holder(self):
        """A7, A2: and whoever holds the role himself answers for himself."""
        self.delegate(self.president, self.assistant)
        order = self.order_for(("decide", "president"))
        self.decide(order, self.assistant)
        self.assertEqual(self.request_of(order).slot_ids.on_behalf_of_id, self.president)
        self.holder("president", self.assistant)
        order = self.submitted()
        self.decide(order, self.assistant)
        self.assertFalse(self.request_of(order).slot_ids.on_behalf_of_id)

    def test_person_away_may_still_decide(self):
        """A7: whoever comes first."""
        self.delegate(self.vp, self.assistant)
        order = self.order_for()
        self.decide(order, self.vp)
        self.assertFalse(self.step_of(order, "Step 1").slot_ids.on_behalf_of_id)
        with self.assertRefused("is not waiting for you"):
            self.decide(order, self.assistant)

    def test_own_place_comes_before_that_of_the_person_stood_in_for(self):
        """A7, A4: 会签: first as oneself, then for the other."""
        self.delegate(self.vp, self.assistant)
        order = self.order_for(self.people(self.vp, self.assistant, mode="all"))
        self.decide(order, self.assistant)
        slots = self.request_of(order).slot_ids
        done = slots.filtered(lambda slot: slot.state == "done")
        self.assertEqual((done.user_id, done.on_behalf_of_id.ids), (self.assistant, []))
        self.decide(order, self.assistant)
        self.assertEqual(order.state, "done")
        self.assertEqual(slots.on_behalf_of_id, self.vp)

    def test_delegation_that_ended_yesterday_or_begins_tomorrow_gives_nothing(self):
        """A7: both days included, no others."""
        today, day = self.company._approval_today(), timedelta(days=1)
        order = self.order_for()
        self.delegate(self.vp, self.assistant, date_from=today - 9 * day, date_to=today - day)
        self.refused(order, self.assistant)
        self.delegate(self.vp, self.head, date_from=today + day)
        self.refused(order, self.head)
        self.delegate(self.vp, self.cfo, date_to=today)
        self.decide(order, self.cfo)

    def test_delegation_for_other_kinds_or_companies_gives_nothing(self):
        """A7: and bulk decisions refuse it as well."""
        shipments = self.env["approval.kind"].search([("model", "=", "test.approval.shipment")])
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        (self.vp | self.head).company_ids |= elsewhere
        order = self.order_for()
        self.delegate(self.vp, self.assistant, model_ids=[Command.set(shipments.ids)])
        self.delegate(self.vp, self.head, company_id=elsewhere.id)
        for user in (self.assistant, self.head):
            self.refused(order, user)
            with self.assertRefused(exception=AccessError):
                self.as_user(self.request_of(order).slot_ids, user).action_bulk_decide("approve")

    def test_stand_in_is_never_for_the_requester_nor_on_the_own_request(self):
        """A7, A11: the two ways of deciding for oneself."""
        self.delegate(self.vp, self.sales)
        order = self.order_for()
        with self.assertRefused("cannot decide on it"):
            self.decide(order, self.sales)
        self.assertFalse(self.as_user(self.request_of(order).slot_ids, self.sales)[0].is_mine)
        [result] = (
            self.as_user(self.request_of(order).slot_ids, self.sales)
            .filtered(lambda slot: slot.state == "open")
            .action_bulk_decide("approve")
        )
        self.assertFalse(result["ok"])
        self.holder("president", self.sales)
        self.delegate(self.sales, self.assistant)
        self.decide(order, self.vp)
        self.refused(order, self.assistant)

    def test_stand_in_is_not_passed_on(self):
        """A7: vp -> assistant -> head."""
        self.delegate(self.vp, self.assistant)
        self.delegate(self.assistant, self.head)
        order = self.order_for()
        self.refused(order, self.head)
        self.decide(order, self.assistant)

    def test_stand_in_hands_over_adds_and_proposes_in_the_name_of_the_person(self):
        """A7, A12, A18: every move says for whom."""
        self.delegate(self.vp, self.assistant)
        order = self.order_for()
        self.asking(order, self.assistant).action_add_approvers("before", self.head.ids)
        self.assertEqual(self.facts(order, "add_approver")[0]["on_behalf_of"], self.vp.id)
        self.decide(order, self.head)
        self.asking(order, self.assistant).action_propose(
            [{"field": "partner_name", "value": "Other"}], "The name is wrong."
        )
        self.assertEqual(self.facts(order, "propose")[0]["on_behalf_of"], self.vp.id)
        self.asking(order, self.sales).action_decline_terms()
        self.asking(order, self.assistant).action_hand_over(self.cfo.id)
        [facts] = self.facts(order, "hand_over")
        self.assertEqual((facts["actor"], facts["on_behalf_of"]), (self.assistant.id, self.vp.id))
        self.assertEqual(self.open_for(order), ["cfo"])
        self.assertEqual(self.step_of(order, "Step 1").slot_ids[-1].handed_from_id, self.vp)

    def test_deciding_for_somebody_is_not_deciding_oneself(self):
        """A7, A11: neither of the two is taken to have decided the next step already."""
        self.delegate(self.vp, self.assistant)
        for asked in (self.vp, self.assistant):
            order = self.order_for(
                self.people(self.vp), self.people(asked), repeat_policy="anywhere", sequence=1
            )
            self.decide(order, self.assistant)
            self.assertEqual(order.state, "draft")
            self.decide(order, asked)
            self.assertEqual(order.state, "done")
            self.request_of(order).chain_id.active = False

    def test_stand_in_of_an_administrator_is_no_administrator(self):
        """A7: approvals are delegated, not rights."""
        self.vp.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        self.vp.group_ids |= self.env.ref("approval_chain.group_break_glass")
        self.delegate(self.vp, self.assistant)
        order = self.order_for()
        request = self.asking(order, self.assistant)
        with self.assertRefused("Only an approval administrator", AccessError):
            request.action_replace(request.slot_ids[0].id, self.head.id, "x")
        with self.assertRefused(exception=AccessError):
            request.action_withdraw("x")
        with self.assertRefused("Emergency release", AccessError):
            self.as_user(order, self.assistant).action_approval_break_glass("finish", "x")

    def test_bulk_decisions_name_the_person_of_each_place(self):
        """A7, A13: one for oneself, one for the person away, in one call."""
        self.delegate(self.vp, self.assistant)
        first = self.order_for(self.people(self.vp))
        self.env["approval.chain"].search([("model", "=", first._name)]).active = False
        second = self.order_for(self.people(self.assistant))
        slots = self.request_of(first).slot_ids | self.request_of(second).slot_ids
        results = self.as_user(slots, self.assistant).action_bulk_decide("approve", "Fine.")
        self.assertEqual([row["ok"] for row in results], [True, True])
        self.assertEqual(self.request_of(first).slot_ids.on_behalf_of_id, self.vp)
        self.assertFalse(self.request_of(second).slot_ids.on_behalf_of_id)
        self.assertEqual(self.facts(first, "approve")[0]["on_behalf_of"], self.vp.id)
        self.assertNotIn("on_behalf_of", self.facts(second, "approve")[0])

    def test_person_who_decided_for_somebody_reads_it_after_the_delegation_ended(self):
        """A7: what one decided stays readable; the rest does not."""
        delegation = self.delegate(self.vp, self.assistant)
        order = self.order_for()
        self.decide(order, self.assistant)
        other = self.submitted()
        delegation.action_archive()
        self.assertEqual(self.asking(order, self.assistant).document_name, "T1")
        with self.assertRefused(exception=AccessError):
            self.asking(other, self.assistant).read(["sheet"])

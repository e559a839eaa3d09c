from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestReturn(RuntimeCase):
    """A5: back to an earlier step, back to the requester, and submitted again."""

    def chain3(self, **values):
        return self.make_chain(
            [
                ("opinion", "vp_marketing"),
                ("decide", "department_head"),
                ("decide", "finance_director"),
                ("decide", "president"),
            ],
            **values,
        )

    def at_president(self, **values):
        self.chain3(**values)
        order = self.submitted()
        self.decide(order, self.vp, "opinion", "First view.")
        self.decide(order, self.head)
        self.decide(order, self.cfo)
        return order

    def send_back(self, order, user, to, opinion="Look again."):
        self.asking(order, user).action_decide("return", opinion, to_step_id=to.id)

    # ------------------------------------------------------------------ to an earlier step

    def test_request_goes_back_to_an_earlier_step_and_all_after_it_is_asked_again(self):
        """A5: what was answered before that step stays."""
        order = self.at_president()
        self.send_back(order, self.president, self.step_of(order, "Step 2"))
        self.assertEqual(order.approval_state, "pending")
        self.assertEqual(self.states(order), ["done", "open", "waiting", "waiting"])
        self.assertEqual(self.open_for(order), ["head"])
        with self.assertRefused("is not waiting for you"):
            self.decide(order, self.cfo)
        self.decide(order, self.head)
        self.decide(order, self.cfo)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_superseded_answers_stay_readable_and_do_not_count(self):
        """A5: in the panel, in the places and in the log."""
        order = self.at_president()
        self.send_back(order, self.president, self.step_of(order, "Step 2"))
        old = self.step_of(order, "Step 2").slot_ids.filtered("superseded")
        self.assertEqual((old.verdict, old.decided_by_id), ("approve", self.head))
        step = self.panel(order, self.sales)["steps"][3]
        self.assertEqual(
            [(slot["superseded"], slot["verdict"], slot["opinion"]) for slot in step["slots"]],
            [(True, "return", "Look again."), (False, False, "")],
        )
        [facts] = self.facts(order, "send_back")
        self.assertEqual((facts["to_step"], facts["opinion"]), ("Step 2", "Look again."))

    def test_to_the_very_first_step_and_twice(self):
        """A5: an opinion is asked for again, too; a second time is no different."""
        order = self.at_president()
        for _time in range(2):
            self.send_back(order, self.president, self.step_of(order, "Step 1"))
            self.assertEqual(self.open_for(order), ["vp"])
            self.decide(order, self.vp, "opinion", "Another view.")
            self.decide(order, self.head)
            self.decide(order, self.cfo)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")
        self.assertEqual(len(self.step_of(order, "Step 1").slot_ids), 3)

    def test_only_earlier_steps_of_the_same_request_that_were_answered_can_be_chosen(self):
        """A5: not the own, a later, a skipped, a foreign or an unknown one."""
        other = self.at_president()
        foreign = self.step_of(other, "Step 1")
        self.env["approval.chain"].search([("model", "=", other._name)]).active = False
        self.make_chain(
            [
                {**self.people(self.vp), "domain": "[('amount', '>', 1000)]"},
                self.people(self.head),
                self.people(self.cfo),
                self.people(self.president),
            ]
        )
        order = self.submitted()
        self.decide(order, self.head)
        for wrong in (
            self.step_of(order, "Step 1"),
            self.step_of(order, "Step 3"),
            self.step_of(order, "Step 4"),
            foreign,
            foreign.browse(2**30),
        ):
            with self.assertRefused("can only be sent back to an earlier step"):
                self.send_back(order, self.cfo, wrong)
        for wrong in ("abc", True, [foreign.id], {"id": 1}):
            with self.assertRefused("can only be sent back to an earlier step"):
                self.asking(order, self.cfo).action_decide("return", "No.", to_step_id=wrong)

    def test_sending_back_needs_a_reason_and_the_turn(self):
        """A5: and a kind of step that may return."""
        order = self.at_president()
        first = self.step_of(order, "Step 1")
        with self.assertRefused("write your opinion"):
            self.send_back(order, self.president, first, " ")
        with self.assertRefused("is not waiting for you"):
            self.send_back(order, self.head, first)
        with self.assertRefused(exception=AccessError):
            self.send_back(order, self.assistant, first)
        with self.assertRefused("is not waiting for you"):
            self.send_back(order, self.sales, first)

    def test_limits_are_judged_again_on_the_second_pass(self):
        """A5, A3: another person may decide this time, with another limit."""
        self.limit(self.head, 1000)
        self.limit(self.salesmgr, 1)
        chain = self.make_chain(
            [
                self.people(self.head, self.salesmgr, name="First"),
                self.people(self.cfo, name="Over"),
                self.people(self.president, name="Last"),
            ]
        )
        chain.step_ids[1].limit_step_id = chain.step_ids[0]
        order = self.submitted()
        self.decide(order, self.head)
        self.assertEqual(self.states(order), ["done", "skipped", "open"])
        self.send_back(order, self.president, self.step_of(order, "First"))
        self.decide(order, self.salesmgr)
        self.assertEqual(self.states(order), ["done", "open", "waiting"])
        self.assertFalse(self.step_of(order, "Over").note)
        self.decide(order, self.cfo)
        self.send_back(order, self.president, self.step_of(order, "First"))
        self.decide(order, self.head)
        self.assertEqual(self.states(order), ["done", "skipped", "open"])
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_step_left_out_by_its_conditions_stays_out_on_the_second_pass(self):
        """A5, A1: also one that depends on a limit: nobody was ever named there."""
        chain = self.make_chain(
            [
                self.people(self.head, name="First"),
                {**self.people(self.cfo, name="Over"), "domain": "[('amount', '>', 1000)]"},
                self.people(self.president, name="Last"),
            ]
        )
        chain.step_ids[1].limit_step_id = chain.step_ids[0]
        order = self.submitted()
        self.decide(order, self.head)
        self.send_back(order, self.president, self.step_of(order, "First"))
        self.decide(order, self.head)
        self.assertEqual(self.states(order), ["done", "skipped", "open"])

    def test_parallel_steps_are_asked_again_where_they_follow_and_kept_where_they_do_not(self):
        """A5, A4: a step beside the one that is asked again did not follow it."""
        self.make_chain(
            [
                self.people(self.head, name="First"),
                self.people(self.vp, name="Marketing"),
                self.people(self.cfo, name="Finance", parallel=True),
                self.people(self.president, name="Last"),
            ]
        )
        order = self.submitted()
        self.decide(order, self.head)
        self.decide(order, self.cfo)
        self.send_back(order, self.vp, self.step_of(order, "First"))
        self.assertEqual(self.states(order), ["open", "waiting", "waiting", "waiting"])
        for user in (self.head, self.vp, self.cfo):
            self.decide(order, user)
        self.send_back(order, self.president, self.step_of(order, "Finance"))
        self.assertEqual(self.states(order), ["done", "done", "open", "waiting"])
        self.decide(order, self.cfo)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_step_beside_the_own_cannot_be_chosen(self):
        """A5, A4: it is not an earlier one."""
        self.make_chain([self.people(self.vp, name="M"), self.people(self.cfo, parallel=True)])
        order = self.submitted()
        self.decide(order, self.vp)
        with self.assertRefused("an earlier step"):
            self.send_back(order, self.cfo, self.step_of(order, "M"))

    def test_all_in_a_step_are_asked_again_after_it_was_sent_back(self):
        """A5, A4: 会签, with one who had handed over and one who stood in."""
        self.make_chain(
            [self.people(self.vp, self.cfo, mode="all", name="First"), self.people(self.president)]
        )
        order = self.submitted()
        self.asking(order, self.vp).action_hand_over(self.assistant.id, "On leave.")
        self.decide(order, self.assistant)
        self.decide(order, self.cfo)
        self.send_back(order, self.president, self.step_of(order, "First"))
        self.assertEqual(self.open_for(order), ["assistant", "cfo"])
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "draft")
        self.decide(order, self.assistant)
        self.assertEqual(self.open_for(order), ["president"])

    def test_who_decided_before_is_passed_only_on_what_stands(self):
        """A5, A11: an answer that was sent back decides nothing for later steps."""
        self.make_chain(
            [
                self.people(self.vp, self.head, name="First"),
                self.people(self.cfo, name="Middle"),
                self.people(self.vp, name="Last"),
            ],
            repeat_policy="anywhere",
        )
        order = self.submitted()
        self.decide(order, self.vp)
        self.send_back(order, self.cfo, self.step_of(order, "First"))
        self.decide(order, self.head)
        self.decide(order, self.cfo)
        self.assertEqual(self.open_for(order), ["vp"])

    def test_step_sent_back_to_is_really_asked(self):
        """A5, A11: “decides once” does not answer what was sent back to be looked at again."""
        self.make_chain(
            [
                self.people(self.vp, name="First"),
                self.people(self.vp, name="Second"),
                self.people(self.president, name="Third"),
                self.people(self.vp, name="Last"),
            ],
            repeat_policy="anywhere",
        )
        order = self.submitted()
        self.decide(order, self.vp)
        self.assertEqual(self.open_for(order), ["president"])
        self.send_back(order, self.president, self.step_of(order, "Second"))
        self.assertEqual(self.states(order), ["done", "open", "waiting", "waiting"])
        self.decide(order, self.vp)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ to the requester, and again

    def test_resubmission_goes_straight_back_if_nothing_decided_was_changed(self):
        """A5: who decided before keeps the answer; the round says so."""
        order = self.at_president(resubmit_policy="straight")
        self.decide(order, self.president, "return", "The drawing is missing.")
        order.note = "Drawing attached."
        order.action_approval_submit()
        request = self.request_of(order)
        self.assertEqual((request.round, len(self.all_requests(order))), (2, 2))
        self.assertEqual(self.states(order), ["done", "done", "done", "open"])
        self.assertEqual(self.open_for(order), ["president"])
        self.assertIn("nothing was changed since", request.step_ids[0].note)
        answered = request.slot_ids.filtered(lambda slot: slot.state == "done")
        self.assertEqual(
            [(slot.decided_by_id, slot.verdict) for slot in answered.sorted("step_id")],
            [(self.vp, "opinion"), (self.head, "approve"), (self.cfo, "approve")],
        )
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_resubmission_starts_again_if_a_decided_value_was_changed(self):
        """A5, A9."""
        order = self.at_president(resubmit_policy="straight")
        self.decide(order, self.president, "return", "Too cheap.")
        order.line_ids[0].price = 110
        order.action_approval_submit()
        self.assertEqual(self.open_for(order), ["vp"])

    def test_resubmission_starts_again_where_the_chain_says_so_or_was_edited(self):
        """A5, A1: another version asks other things."""
        order = self.at_president()
        self.decide(order, self.president, "return", "Sign it.")
        order.action_approval_submit()
        self.assertEqual(self.open_for(order), ["vp"])
        self.env["approval.chain"].search([("model", "=", order._name)]).active = False
        order = self.at_president(resubmit_policy="straight")
        self.decide(order, self.president, "return", "Sign it.")
        chain = self.request_of(order).chain_id
        chain.step_ids[0].opinion_policy = "always"
        order.action_approval_submit()
        self.assertEqual(self.open_for(order), ["vp"])

    def test_resubmission_by_somebody_else_starts_again(self):
        """A5, A11: another requester, other people to leave out."""
        order = self.at_president(resubmit_policy="straight")
        self.decide(order, self.president, "return", "Sign it.")
        self.as_user(order, self.sales2).action_approval_submit()
        self.assertEqual(self.open_for(order), ["vp"])

    def test_refused_or_withdrawn_requests_are_not_taken_up_again(self):
        """A5: only what was returned."""
        for verb in ("refuse", "withdraw"):
            order = self.at_president(resubmit_policy="straight")
            if verb == "refuse":
                self.decide(order, self.president, "refuse", "No.")
            else:
                self.asking(order, self.sales).action_withdraw()
            order.action_approval_submit()
            self.assertEqual(self.open_for(order), ["vp"], verb)
            self.env["approval.chain"].search([("model", "=", order._name)]).active = False

    def test_straight_back_after_a_step_had_been_sent_back_first(self):
        """A5: the round goes on at the step that returned it last, with the answers that stood."""
        order = self.at_president(resubmit_policy="straight")
        self.send_back(order, self.president, self.step_of(order, "Step 2"))
        self.decide(order, self.head, opinion="Second look.")
        self.decide(order, self.cfo, "return", "Sign it.")
        order.action_approval_submit()
        self.assertEqual(self.states(order), ["done", "done", "open", "waiting"])
        answered = self.step_of(order, "Step 2").slot_ids.filtered(lambda row: row.verdict)
        self.assertEqual(answered.opinion, "Second look.")

    def test_step_taken_over_can_be_sent_back_to(self):
        """A5: in the next round, too; and then all are asked."""
        order = self.at_president(resubmit_policy="straight")
        self.decide(order, self.president, "return", "Sign it.")
        order.action_approval_submit()
        self.send_back(order, self.president, self.step_of(order, "Step 2"))
        self.assertEqual(self.open_for(order), ["head"])
        self.assertFalse(self.step_of(order, "Step 2").note)
        for user in (self.head, self.cfo, self.president):
            self.decide(order, user)
        self.assertEqual(order.state, "done")

    def test_returned_by_an_added_approver_goes_straight_back_to_the_step_after_which_it_stood(
        self,
    ):
        """A5, A7: people added in the last round are not of the chain; its step asks again."""
        order = self.at_president(resubmit_policy="straight")
        self.asking(order, self.president).action_add_approvers("before", self.assistant.ids)
        self.decide(order, self.assistant, "return", "Sign it.")
        order.action_approval_submit()
        self.assertEqual(self.states(order), ["done", "done", "done", "open"])
        self.assertEqual(self.open_for(order), ["president"])

    # ------------------------------------------------------------------ withdrawn

    def test_withdrawn_after_approval_with_everything_kept(self):
        """A5: possible as long as nothing was executed."""
        self.make_chain([self.people(self.vp)])
        order = self.submitted(waits=True)
        self.decide(order, self.vp)
        for user in (self.vp, self.president):
            with self.assertRefused(exception=AccessError):
                self.asking(order, user).action_withdraw("Mine.")
        self.asking(order, self.sales).action_withdraw("Not yet.")
        self.assertEqual((order.state, order.approval_state), ("draft", "withdrawn"))
        [facts] = self.facts(order, "withdraw")
        self.assertEqual((facts["state"], facts["opinion"]), ("approved", "Not yet."))

    def test_executed_request_cannot_be_withdrawn(self):
        """A5."""
        self.make_chain([self.people(self.vp)])
        order = self.submitted()
        self.decide(order, self.vp)
        with self.assertRefused("cannot be changed"):
            self.asking(order, self.sales).action_withdraw()

    def test_administrator_withdraws_only_with_a_reason(self):
        """A5: a document is not locked for ever by somebody who left."""
        self.make_chain([self.people(self.vp)])
        order = self.submitted()
        self.assistant.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        with self.assertRefused("Only 林晓", AccessError):
            self.asking(order, self.assistant).action_withdraw(" ")
        self.asking(order, self.assistant).action_withdraw("林晓 has left.")
        self.assertEqual(order.approval_state, "withdrawn")

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestModes(RuntimeCase):
    """A4: how many answers a step needs, in which order, and what stands beside it."""

    # ------------------------------------------------------------------ in order

    def test_people_in_order_are_asked_one_after_the_other(self):
        """A4: 依次: the second is not asked before the first has answered."""
        self.make_chain([self.people(self.cfo, self.vp, self.head, mode="order")])
        order = self.submitted()
        # the order of a many2many is that of the people: what counts is that it holds
        first, second, third = self.request_of(order).slot_ids.sorted("sequence").user_id
        self.assertEqual(self.open_for(order), [first.login])
        with self.assertRefused(exception=AccessError):
            self.decide(order, second)
        self.decide(order, first)
        self.assertEqual(self.open_for(order), [second.login])
        with self.assertRefused(exception=AccessError):
            self.decide(order, third)
        self.decide(order, second)
        self.assertEqual(order.state, "draft")
        self.decide(order, third)
        self.assertEqual(order.state, "done")

    def test_refusal_in_order_asks_nobody_after_it(self):
        """A4: 依次: the first refusal ends it."""
        self.make_chain([self.people(self.cfo, self.vp, mode="order")])
        order = self.submitted()
        first, second = self.request_of(order).slot_ids.sorted("sequence").user_id
        self.decide(order, first, "refuse", "No.")
        self.assertEqual(order.approval_state, "refused")
        with self.assertRefused("cannot be changed"):
            self.decide(order, second)
        self.assertEqual(self.open_for(order), [])

    def test_holders_of_a_role_in_order(self):
        """A4, A2: a role place becomes one for each who holds it when its turn comes."""
        self.holder("president", self.vp)
        self.make_chain(
            [
                ("opinion", "finance_director"),
                {"approver": "role", "role_id": self.role["president"].id, "mode": "order"},
            ]
        )
        order = self.submitted()
        self.holder("president", self.head)
        self.decide(order, self.cfo, "opinion")
        asked = self.step_of(order, "Step 2").slot_ids.sorted("sequence")
        self.assertEqual(asked.user_id, self.president | self.vp | self.head)
        self.assertEqual(asked.mapped("state"), ["open", "waiting", "waiting"])
        for slot in asked:
            self.decide(order, slot.user_id)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ n of m

    def three(self, quorum, **values):
        self.make_chain(
            [self.people(self.vp, self.cfo, self.head, mode="quorum", quorum=quorum, **values)]
        )
        return self.submitted()

    def test_two_of_three_are_enough_and_the_third_is_not_asked_any_more(self):
        """A4: n of m."""
        order = self.three(2)
        self.assertEqual(len(self.open_for(order)), 3)
        self.decide(order, self.vp)
        self.assertEqual(order.state, "draft")
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")
        states = {slot.user_id: slot.state for slot in self.request_of(order).slot_ids}
        self.assertEqual(states, {self.vp: "done", self.head: "done", self.cfo: "closed"})

    def test_dissent_does_not_close_as_long_as_enough_can_still_approve(self):
        """A4: one of three against it, two for it."""
        order = self.three(2)
        self.decide(order, self.vp, "refuse", "Too cheap.")
        self.assertEqual(order.approval_state, "pending")
        self.assertEqual(self.open_for(order), ["cfo", "head"])
        with self.assertRefused("is not waiting for you"):
            self.decide(order, self.vp)
        [dissent] = self.facts(order, "dissent")
        self.assertEqual((dissent["opinion"], dissent["actor"]), ("Too cheap.", self.vp.id))
        self.decide(order, self.cfo)
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_dissent_closes_once_the_number_cannot_be_reached(self):
        """A4: two of three against it."""
        order = self.three(2)
        self.decide(order, self.vp, "refuse", "No.")
        self.decide(order, self.cfo, "refuse", "No, too.")
        self.assertEqual(order.approval_state, "refused")
        self.assertEqual(self.open_for(order), [])
        self.assertEqual(len(self.facts(order, "refuse")), 1)

    def test_number_above_the_people_asked_means_all_of_them(self):
        """A4: five of three is three of three, and one dissent ends it."""
        order = self.three(5)
        for user in (self.vp, self.cfo, self.head):
            self.assertEqual(order.state, "draft")
            self.decide(order, user)
        self.assertEqual(order.state, "done")
        order = self.submitted()
        self.decide(order, self.vp, "refuse", "No.")
        self.assertEqual(order.approval_state, "refused")

    def test_return_by_one_of_m_goes_back_at_once(self):
        """A4, A5: returning is no dissent: something is wrong with the document."""
        order = self.three(2)
        self.decide(order, self.vp, "return", "The date is missing.")
        self.assertEqual(order.approval_state, "returned")

    def test_handed_over_place_counts_once_among_m(self):
        """A4, A7: handing over neither adds nor removes one."""
        order = self.three(3)
        self.asking(order, self.vp).action_hand_over(self.assistant.id, "Please.")
        self.decide(order, self.assistant)
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "draft")
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ side by side

    def parallel(self, **values):
        self.make_chain(
            [
                ("decide", "department_head"),
                self.people(self.vp, name="Marketing"),
                self.people(self.cfo, name="Finance", parallel=True, **values),
                ("decide", "president"),
            ]
        )
        order = self.submitted()
        self.decide(order, self.head)
        return order

    def test_parallel_steps_are_open_together_and_the_chain_goes_on_when_both_are_done(self):
        """A4: several departments at once, in any order."""
        order = self.parallel()
        self.assertEqual(self.states(order), ["done", "open", "open", "waiting"])
        self.decide(order, self.cfo)
        self.assertEqual(self.states(order), ["done", "open", "done", "waiting"])
        with self.assertRefused(exception=AccessError):
            self.decide(order, self.president)
        self.decide(order, self.vp)
        self.assertEqual(self.states(order), ["done", "done", "done", "open"])
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_one_refusal_closes_all_parallel_steps(self):
        """A4: the other department is not asked any more."""
        order = self.parallel()
        self.decide(order, self.cfo, "refuse", "No money.")
        self.assertEqual(order.approval_state, "refused")
        self.assertEqual(self.states(order), ["done", "closed", "closed", "closed"])
        self.assertEqual(self.step_of(order, "Finance").slot_ids.verdict, "refuse")
        with self.assertRefused("cannot be changed"):
            self.decide(order, self.vp)

    def test_kinds_may_differ_between_parallel_steps(self):
        """A4: an opinion beside a decision; each takes its own answers."""
        order = self.parallel(kind="opinion")
        with self.assertRefused("does not take this answer"):
            self.decide(order, self.cfo, "refuse")
        with self.assertRefused("does not take this answer"):
            self.decide(order, self.vp, "opinion")
        self.decide(order, self.vp)
        self.assertEqual(self.states(order)[2:], ["open", "waiting"])
        self.decide(order, self.cfo, "opinion", "Rather not.")
        self.assertEqual(self.states(order)[2:], ["done", "open"])

    def test_person_asked_in_two_parallel_steps_answers_each_with_its_own_answer(self):
        """A4: the answer given finds the place that takes it, whichever was opened first."""
        self.make_chain(
            [
                self.people(self.vp, name="Opinion", kind="opinion"),
                self.people(self.vp, name="Decision", parallel=True),
            ]
        )
        order = self.submitted()
        self.decide(order, self.vp, "approve")
        self.assertEqual(self.states(order), ["open", "done"])
        self.decide(order, self.vp, "opinion", "Fine.")
        self.assertEqual(order.state, "done")

    def test_two_places_of_one_request_are_answered_one_by_one(self):
        """A4, A13: in bulk, the second place of a request says so and stays."""
        self.make_chain([self.people(self.vp), self.people(self.vp, parallel=True)])
        order = self.submitted()
        slots = self.as_user(self.request_of(order).slot_ids, self.vp)
        results = slots.action_bulk_decide("approve")
        self.assertEqual([row["ok"] for row in results], [True, False])
        self.assertIn("asks you twice", results[1]["message"])
        self.assertEqual(order.state, "draft")
        self.assertEqual([row["ok"] for row in slots[1].action_bulk_decide("approve")], [True])
        self.assertEqual(order.state, "done")

    def test_step_beside_one_that_is_skipped_is_asked_all_the_same(self):
        """A1, A4: the conditions of one step do not count for the other."""
        self.make_chain(
            [
                {**self.people(self.vp), "domain": "[('amount', '>', 1000)]"},
                self.people(self.cfo, parallel=True),
            ]
        )
        order = self.submitted()
        self.assertEqual(self.states(order), ["skipped", "open"])
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")

    def test_step_cannot_depend_on_the_decision_of_one_beside_it(self):
        """A3, A4: what is asked at the same time has not been decided yet."""
        chain = self.make_chain([self.people(self.vp), self.people(self.cfo, parallel=True)])
        with self.assertRefused("an earlier step", ValidationError):
            chain.step_ids[1].limit_step_id = chain.step_ids[0]

    # ------------------------------------------------------------------ what an answer needs

    def test_required_lines_of_a_checklist_have_to_be_ticked(self):
        """A4: what was ticked is kept with the answer and logged."""
        self.make_chain(
            [
                self.people(
                    self.vp,
                    checklist_ids=[
                        (0, 0, {"name": "Credit checked"}),
                        (0, 0, {"name": "Stock checked", "required": False}),
                    ],
                )
            ]
        )
        order = self.submitted()
        request = self.asking(order, self.vp)
        for checked in (None, [], ["Stock checked"]):
            with self.assertRefused("Credit checked"):
                request.action_decide("approve", checked=checked)
        with self.assertRefused("no line of the checklist"):
            request.action_decide("approve", checked=["Credit checked", "Weather checked"])
        for checked in ("Credit checked", {"Credit checked": 1}, [["Credit checked"]], 5):
            with self.assertRefused():
                request.action_decide("approve", checked=checked)
        [result] = request.slot_ids.action_bulk_decide("approve")
        self.assertIn("has a checklist", result["message"])
        request.action_decide("approve", checked=["Credit checked"])
        self.assertEqual(request.slot_ids.checked, ["Credit checked"])
        self.assertEqual(self.facts(order, "approve")[0]["checked"], ["Credit checked"])
        self.assertEqual(order.state, "done")

    def test_refusing_needs_no_ticks(self):
        """A4: who refuses has not checked everything."""
        self.make_chain([self.people(self.vp, checklist_ids=[(0, 0, {"name": "Checked"})])])
        order = self.submitted()
        self.decide(order, self.vp, "refuse", "No.")
        self.assertEqual(order.approval_state, "refused")

    def test_opinion_is_needed_always_where_the_step_says_so(self):
        """A6: approving in silence is not enough there."""
        self.make_chain([self.people(self.vp, opinion_policy="always")])
        order = self.submitted()
        with self.assertRefused("write your opinion"):
            self.decide(order, self.vp, opinion=" ")
        [result] = self.as_user(self.request_of(order).slot_ids, self.vp).action_bulk_decide(
            "approve", ""
        )
        self.assertIn("write your opinion", result["message"])
        self.decide(order, self.vp, opinion="Good price.")
        self.assertEqual(order.state, "done")

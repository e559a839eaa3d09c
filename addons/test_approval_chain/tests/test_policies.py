from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestPolicies(RuntimeCase):
    """A3, A9, A11: what a chain says of limits, of changes, and of people found twice or not at all."""

    # ------------------------------------------------------------------ nobody to ask (A11)

    def nobody_is(self, code):
        self.env["approval.role.holder"].search(
            [("role_id", "=", self.role[code].id), ("company_id", "=", self.company.id)]
        ).unlink()

    def test_step_with_nobody_is_passed_where_the_chain_says_so(self):
        """A11: skipped, with the reason on the step."""
        self.nobody_is("president")
        self.make_chain([("decide", "department_head"), ("decide", "president")],
                        empty_policy="skip")  # fmt: skip
        order = self.submitted()
        step = self.step_of(order, "Step 2")
        self.assertEqual((step.state, step.note), ("skipped", "There is nobody to ask."))
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_fallback_role_is_asked_where_a_step_has_nobody(self):
        """A11: the place is that of the fallback role, and nobody else answers it."""
        self.nobody_is("president")
        self.make_chain(
            [("decide", "president")],
            empty_policy="fallback",
            fallback_role_id=self.role["finance_director"].id,
        )
        order = self.submitted()
        self.assertEqual(self.request_of(order).slot_ids.role_id.code, "finance_director")
        self.assertEqual(self.open_for(order), ["cfo"])
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")

    def test_fallback_role_that_only_the_requester_holds_helps_nobody(self):
        """A11: the submission is refused rather than stuck."""
        self.nobody_is("president")
        self.make_chain(
            [("decide", "president")],
            empty_policy="fallback",
            fallback_role_id=self.role["finance_director"].id,
        )
        with self.assertRefused("Nobody holds the role"):
            self.submitted(self.cfo)

    def test_fallback_role_held_for_one_department_only_is_not_asked_in_vain(self):
        """A11, A2: whoever holds it for a department cannot answer the place of the role at large."""
        self.nobody_is("president")
        self.nobody_is("finance_director")
        self.holder("finance_director", self.cfo).department_id = self.env.ref(
            "approval_chain.demo_department_finance"
        )
        self.make_chain(
            [("decide", "president")],
            empty_policy="fallback",
            fallback_role_id=self.role["finance_director"].id,
        )
        with self.assertRefused("Nobody holds the role"):
            self.submitted()

    def test_fallback_policy_needs_a_role(self):
        """A11: a chain that says “fallback” says who that is."""
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.make_chain([("decide", "president")], empty_policy="fallback")
        self.assertIn("fallback_named", str(caught.exception))

    def test_chain_whose_steps_are_all_passed_is_carried_out_at_once(self):
        """A11, A15: there is nobody to wait for; the request says why."""
        self.nobody_is("president")
        self.make_chain([("decide", "president")], empty_policy="skip")
        order = self.submitted()
        self.assertEqual((order.state, order.approval_state), ("done", "executed"))
        self.assertEqual(self.states(order), ["skipped"])

    def test_chain_whose_conditions_leave_no_decision_is_refused(self):
        """A1: an opinion alone decides nothing."""
        self.make_chain(
            [
                ("opinion", "vp_marketing"),
                {**self.people(self.cfo), "domain": "[('amount', '>', 1000)]"},
            ]
        )
        with self.assertRefused("No step of “Test chain” decides"):
            self.submitted()

    # ------------------------------------------------------------------ the requester in a step (A11)

    def test_requester_is_left_out_and_others_of_the_step_are_asked(self):
        """A11: forbid."""
        self.make_chain([self.people(self.sales, self.vp, mode="all")])
        order = self.submitted()
        self.assertEqual(self.open_for(order), ["vp"])
        with self.assertRefused("is not waiting for you"):
            self.decide(order, self.sales)
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    def test_requester_alone_in_a_step_cannot_submit(self):
        """A11: forbid, and nobody else."""
        self.make_chain([self.people(self.sales)])
        with self.assertRefused("nobody but yourself"):
            self.submitted()

    def test_step_with_the_requester_is_passed_where_the_chain_says_so(self):
        """A11: skip."""
        self.make_chain([self.people(self.sales), self.people(self.vp)], self_policy="skip")
        order = self.submitted()
        self.assertEqual(self.states(order), ["skipped", "open"])
        self.assertIn("asks for it", self.step_of(order, "Step 1").note)
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    def test_requester_decides_where_the_chain_says_so(self):
        """A11: allow; the log names the same person twice."""
        self.make_chain([self.people(self.sales)], self_policy="allow")
        order = self.submitted()
        self.assertEqual(self.open_for(order), ["sales"])
        self.decide(order, self.sales)
        self.assertEqual(order.state, "done")
        self.assertEqual(self.facts(order, "approve")[0]["actor"], self.sales.id)

    def test_requester_decides_as_a_holder_where_the_chain_says_so(self):
        """A11: allow, for the place of a role."""
        self.holder("president", self.sales)
        self.make_chain([("decide", "president")], self_policy="allow")
        order = self.submitted()
        self.decide(order, self.sales)
        self.assertEqual(order.state, "done")

    def test_requester_who_holds_the_role_gets_no_place_among_all_of_its_holders(self):
        """A11, A4: 会签 of a role: neither asked nor waited for."""
        self.holder("president", self.sales)
        self.holder("president", self.vp)
        self.make_chain([{"approver": "role", "role_id": self.role["president"].id, "mode": "all"}])
        order = self.submitted()
        self.assertEqual(self.open_for(order), ["president", "vp"])
        self.decide(order, self.vp)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_allowed_requester_may_not_answer_for_others(self):
        """A11, A7: the own place, never that of a person stood in for."""
        self.make_chain([self.people(self.sales, self.vp, mode="all")], self_policy="allow")
        self.delegate(self.vp, self.sales)
        order = self.submitted()
        self.decide(order, self.sales)
        with self.assertRefused("cannot decide on it"):
            self.decide(order, self.sales)
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ the same person again (A11)

    def twice(self, policy, *between, last=None):
        self.make_chain(
            [self.people(self.vp), *between, last or self.people(self.vp, name="Last")],
            repeat_policy=policy,
        )
        order = self.submitted()
        self.decide(order, self.vp)
        return order

    def test_person_found_twice_is_asked_twice_by_default(self):
        """A11: never."""
        order = self.twice("never")
        self.assertEqual(self.open_for(order), ["vp"])
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    def test_person_found_twice_in_a_row_decides_once(self):
        """A11: consecutive; the second answer says so, and is logged as passed."""
        order = self.twice("consecutive")
        self.assertEqual(order.state, "done")
        slot = self.step_of(order, "Last").slot_ids
        self.assertEqual((slot.verdict, slot.decided_by_id), ("approve", self.vp))
        self.assertIn("Decided before", slot.opinion)
        self.assertEqual(self.facts(order, "pass")[0]["decided_by"], self.vp.id)

    def test_person_with_a_step_between_is_asked_again_unless_anywhere(self):
        """A11: consecutive asks again, anywhere does not; a step skipped is not between."""
        order = self.twice("consecutive", self.people(self.cfo))
        self.decide(order, self.cfo)
        self.assertEqual(self.open_for(order), ["vp"])
        self.env["approval.chain"].search([("model", "=", order._name)]).active = False
        order = self.twice("anywhere", self.people(self.cfo))
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")
        self.env["approval.chain"].search([("model", "=", order._name)]).active = False
        order = self.twice("consecutive", {**self.people(self.cfo), "domain": "[('id', '=', 0)]"})
        self.assertEqual(order.state, "done")

    def test_holder_of_a_role_who_decided_before_decides_once(self):
        """A11: the place of a role is answered by the holder who decided before."""
        self.holder("president", self.vp)
        order = self.twice("anywhere", last=("decide", "president"))
        self.assertEqual(order.state, "done")
        self.assertEqual(self.request_of(order).slot_ids.decided_by_id, self.vp)

    def test_among_all_only_those_who_decided_before_are_left_out(self):
        """A11, A4: 会签: the others are asked."""
        order = self.twice("anywhere", last=self.people(self.vp, self.cfo, mode="all", name="L"))
        self.assertEqual(self.open_for(order), ["cfo"])
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")

    def test_of_two_who_decided_before_one_answers_for_the_step(self):
        """A11, A4: 或签: one answer, one entry in the log."""
        self.make_chain(
            [
                self.people(self.vp, self.cfo, mode="all"),
                self.people(self.vp, self.cfo, name="Last"),
            ],
            repeat_policy="anywhere",
        )
        order = self.submitted()
        self.decide(order, self.vp)
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")
        self.assertEqual(len(self.facts(order, "pass")), 1)
        self.assertEqual(
            sorted(self.step_of(order, "Last").slot_ids.mapped("state")), ["closed", "done"]
        )

    def test_among_all_holders_of_a_role_those_who_decided_before_are_left_out(self):
        """A11, A4, A5: also on the second pass, after it was sent back."""
        self.holder("president", self.vp)
        order = self.twice(
            "anywhere",
            self.people(self.cfo),
            last={"approver": "role", "role_id": self.role["president"].id, "mode": "all"},
        )
        self.decide(order, self.cfo)
        self.assertEqual(self.open_for(order), ["president"])
        self.asking(order, self.president).action_decide(
            "return", "Look again.", to_step_id=self.step_of(order, "Step 2").id
        )
        self.decide(order, self.cfo)
        self.assertEqual(self.open_for(order), ["president"])
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_in_order_those_who_decided_before_are_passed_when_their_turn_comes(self):
        """A11, A4: 依次: the first, the middle and the last alike."""
        for decided in (self.vp, self.cfo, self.head, self.vp | self.cfo, self.cfo | self.head):
            chain = self.make_chain(
                [
                    self.people(*decided, mode="all"),
                    self.people(self.vp, self.cfo, self.head, mode="order", name="Last"),
                ],
                repeat_policy="anywhere",
            )
            order = self.submitted()
            for user in decided:
                self.decide(order, user)
            rest = (self.vp | self.cfo | self.head) - decided
            for _user in rest:
                [login] = self.open_for(order)
                user = rest.filtered(lambda row, login=login: row.login == login)
                self.assertTrue(user, "whoever decided before is not asked")
                self.decide(order, user)
            self.assertEqual(order.state, "done", decided.mapped("login"))
            chain.active = False

    def test_one_of_m_who_decided_before_counts(self):
        """A11, A4: n of m."""
        order = self.twice(
            "anywhere",
            last=self.people(self.vp, self.cfo, self.head, mode="quorum", quorum=2, name="L"),
        )
        self.assertEqual(self.open_for(order), ["cfo", "head"])
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_opinion_and_handling_are_not_taken_for_decisions(self):
        """A11: who gave an opinion has not decided; who decided still handles."""
        self.make_chain(
            [self.people(self.vp, kind="opinion"), self.people(self.vp),
             self.people(self.vp, kind="handle")],
            repeat_policy="anywhere",
        )  # fmt: skip
        order = self.submitted()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.vp)
        self.assertEqual(self.states(order), ["done", "done", "open"])

    def test_step_that_asks_for_more_than_a_decision_is_asked_all_the_same(self):
        """A11, A4: what a checklist or an opinion is for cannot have been said before."""
        for more in (
            {"opinion_policy": "always"},
            {"checklist_ids": [Command.create({"name": "Checked"})]},
        ):
            order = self.twice("anywhere", last=self.people(self.vp, name="Last", **more))
            self.assertEqual(self.open_for(order), ["vp"])
            self.env["approval.chain"].search([("model", "=", order._name)]).active = False

    # ------------------------------------------------------------------ over the limit (A3)

    def limited(self, *between, **values):
        chain = self.make_chain([self.people(self.head, name="First"), *between])
        self.env["approval.step"].create(
            {
                **self.people(self.president, name="Over"),
                "chain_id": chain.id,
                "sequence": 100,
                "limit_step_id": chain.step_ids[0].id,
                **values,
            }
        )
        return chain

    def test_within_the_limit_of_the_earlier_decider_the_step_is_passed_with_a_note(self):
        """A3: 250 within 250."""
        self.limit(self.head, 250)
        self.limited()
        order = self.submitted()
        self.assertEqual(self.states(order), ["open", "waiting"])
        self.decide(order, self.head)
        step = self.step_of(order, "Over")
        self.assertEqual((order.state, step.state), ("done", "skipped"))
        self.assertIn("250.00", step.note)
        self.assertIn("within the approval limit of 何峰", step.note)
        self.assertIn("Over: ", self.facts(order, "pass")[0]["opinion"])

    def test_over_the_limit_of_the_earlier_decider_the_step_is_asked(self):
        """A3: 250 over 249.99; and nobody without a limit covers anything."""
        limit = self.limit(self.head, 249.99)
        self.limited()
        order = self.submitted()
        self.decide(order, self.head)
        self.assertEqual((order.state, self.open_for(order)), ("draft", ["president"]))
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")
        limit.unlink()
        self.env["approval.limit"].search([("company_id", "=", self.company.id)]).unlink()
        order = self.submitted()
        self.decide(order, self.head)
        self.assertEqual(self.open_for(order), ["president"])

    def test_other_steps_may_stand_between(self):
        """A3: 主管领导审批范围, then finance, then 总经理."""
        self.limit(self.head, 1000)
        self.limited(self.people(self.cfo, kind="handle"))
        order = self.submitted()
        self.decide(order, self.head)
        self.decide(order, self.cfo, "handle")
        self.assertEqual((order.state, self.states(order)), ("done", ["done", "done", "skipped"]))

    def test_delegate_decides_within_the_limit_of_the_person_stood_in_for(self):
        """A3, A7: not within the own one, neither higher nor lower."""
        self.limit(self.head, 1000)
        self.limit(self.vp, 1)
        self.limited()
        self.delegate(self.head, self.vp)
        order = self.submitted()
        self.decide(order, self.vp)
        self.assertEqual((order.state, self.states(order)), ("done", ["done", "skipped"]))
        self.env["approval.limit"].search([("user_id", "=", self.head.id)]).amount = 1
        self.env["approval.limit"].search([("user_id", "=", self.vp.id)]).amount = 1000
        order = self.submitted()
        self.decide(order, self.vp)
        self.assertEqual(self.open_for(order), ["president"])

    def test_limit_is_that_of_whoever_decided_after_handing_over(self):
        """A3, A7: handing over hands over the decision, not the limit."""
        self.limit(self.head, 1000)
        self.limit(self.assistant, 1)
        self.limited()
        order = self.submitted()
        self.asking(order, self.head).action_hand_over(self.assistant.id)
        self.decide(order, self.assistant)
        self.assertEqual(self.open_for(order), ["president"])

    def test_amount_reduced_at_resubmission_is_judged_anew(self):
        """A3, A5: the next round asks only who has to be asked for its own amount."""
        self.limit(self.head, 200)
        self.limited()
        order = self.submitted()
        self.decide(order, self.head)
        self.decide(order, self.president, "return", "Cheaper, please.")
        order.line_ids[0].quantity = 1
        order.action_approval_submit()
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_leaders_are_asked_upwards_until_a_limit_covers_the_amount(self):
        """A3: 销售经理 up to 50 000, 主管部长 up to 200 000; one after the other."""
        self.make_chain([{"approver": "climb", "mode": "order"}])
        for quantity, asked in (
            (1, [self.salesmgr]),
            (60000, [self.salesmgr, self.head]),
            (250000, [self.salesmgr, self.head, self.vp]),
        ):
            line = {"product": "Pump", "quantity": quantity, "price": 1}
            order = self.submitted(line_ids=[Command.create(line)])
            for user in asked:
                self.assertEqual((order.state, self.open_for(order)), ("draft", [user.login]))
                self.decide(order, user)
            self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ changes after approval (A9)

    def approved(self, policy="worse", **chain):
        self.make_chain([self.people(self.vp)], change_policy=policy, **chain)
        order = self.submitted(waits=True)
        self.decide(order, self.vp)
        self.assertEqual(order.approval_state, "approved")
        return order

    def test_change_for_the_better_keeps_the_approval(self):
        """A9: a higher price, a smaller quantity; then the order is carried out as it is now."""
        order = self.approved()
        order.line_ids[0].price = 120
        order.line_ids[1].quantity = 4
        self.assertEqual(order.approval_state, "approved")
        self.assertEqual(len(self.facts(order, "keep")), 2)
        self.assertEqual(self.request_of(order).amount, 2 * 120 + 4 * 10)
        order.action_finish()
        self.assertEqual((order.state, order.approval_state), ("done", "executed"))

    def test_change_for_the_worse_voids_the_approval(self):
        """A9: one worse value is enough, whatever became better."""
        for change in (
            {"price": 99.99},
            {"quantity": 2.01},
            {"price": 150, "quantity": 3},
            {"product": "Other pump"},
        ):
            order = self.approved()
            order.line_ids[0].write(change)
            self.assertEqual(order.approval_state, "void", change)
            with self.assertRefused("needs approval"):
                order.action_finish()
            self.env["approval.chain"].search([("model", "=", order._name)]).active = False

    def test_better_is_measured_against_what_holds_now_not_step_by_step_downwards(self):
        """A9: up and down again is worse than up."""
        order = self.approved()
        order.line_ids[0].price = 120
        order.line_ids[0].price = 110
        self.assertEqual(order.approval_state, "void")

    def test_lines_added_or_removed_and_the_header_void_it(self):
        """A9: those are other deals, not better ones."""
        for change in (
            {"partner_name": "Other"},
            {"promised": "2030-01-01"},
            {"line_ids": [Command.create({"product": "Gift", "quantity": 1, "price": 0})]},
        ):
            order = self.approved()
            order.write(change)
            self.assertEqual(order.approval_state, "void", change)
            self.env["approval.chain"].search([("model", "=", order._name)]).active = False
        order = self.approved()
        order.line_ids[1].unlink()
        self.assertEqual(order.approval_state, "void")

    def test_any_change_voids_by_default(self):
        """A9: void."""
        order = self.approved("void")
        order.line_ids[0].price = 120
        self.assertEqual(order.approval_state, "void")

    def test_better_price_beyond_the_range_of_the_chain_voids_it(self):
        """A9, A3: the chain would not have applied."""
        order = self.approved(amount_max=300)
        order.line_ids[0].price = 120
        self.assertEqual(order.approval_state, "approved")
        order.line_ids[0].price = 200
        self.assertEqual(order.approval_state, "void")

    def test_better_price_beyond_the_limit_of_the_decider_voids_it(self):
        """A9, A3: somebody else would have been asked."""
        self.limit(self.head, 300)
        self.limited().change_policy = "worse"
        order = self.submitted(waits=True)
        self.decide(order, self.head)
        order.line_ids[0].price = 120
        self.assertEqual(order.approval_state, "approved")
        order.line_ids[0].price = 200
        self.assertEqual(order.approval_state, "void")

    def test_pending_values_are_locked_even_for_the_better(self):
        """A9: those who decide now read what was submitted."""
        self.make_chain([self.people(self.vp)], change_policy="worse")
        order = self.submitted()
        with self.assertRefused("are locked"):
            order.line_ids[0].price = 120

    def test_impossible_number_of_approvals_is_refused(self):
        """A4: n of m needs an n."""
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.make_chain([self.people(self.vp, mode="quorum", quorum=0)])
        self.assertIn("quorum_positive", str(caught.exception))

    def test_step_depends_only_on_an_earlier_step_of_its_own_chain(self):
        """A3: neither on itself, nor on a later one, nor on another chain's."""
        chain, other = self.limited(), self.limited()
        for wrong in (chain.step_ids[1], other.step_ids[0]):
            with self.assertRefused("an earlier step", ValidationError):
                chain.step_ids[1].limit_step_id = wrong
        with self.assertRefused("an earlier step", ValidationError):
            chain.step_ids[0].sequence = 500

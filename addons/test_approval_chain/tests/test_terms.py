from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestTerms(RuntimeCase):
    """A18: approve with changed terms (附条件同意)."""

    def chain(self, **values):
        return self.make_chain(
            [
                ("decide", "department_head"),
                ("decide", "finance_director"),
                ("decide", "president"),
            ],
            **values,
        )

    def at_finance(self, **values):
        self.chain(**values)
        order = self.submitted()
        self.decide(order, self.head)
        return order

    def price(self, order, value, number=0):
        line = ["line_ids", order.line_ids[number].id]
        return {"line": line, "field": "price", "value": value}

    def propose(self, order, user, *changes, opinion="Too cheap."):
        self.asking(order, user).action_propose(list(changes), opinion)

    # ------------------------------------------------------------------ proposing

    def test_requester_accepts_in_one_click_and_the_chain_goes_on(self):
        """A18: document, request, sheet, amount and inbox say the new values; the approval covers them."""
        order = self.at_finance()
        before = self.request_of(order).fingerprint
        self.propose(
            order, self.cfo, self.price(order, 120),
            {"field": "promised", "value": "2030-01-31"},
        )  # fmt: skip
        self.assertEqual((order.line_ids[0].price, self.open_for(order)), (100, ["sales"]))
        self.asking(order, self.sales).action_accept_terms()
        request = self.request_of(order)
        self.assertEqual((order.line_ids[0].price, str(order.promised)), (120, "2030-01-31"))
        self.assertEqual(order.line_ids[0].write_uid, self.sales)
        self.assertNotEqual(request.fingerprint, before)
        self.assertEqual(request.watched["fields"]["promised"], "2030-01-31")
        self.assertEqual(request.sheet["lines"][0]["rows"][0], ["Pump", "2.00", "120.00"])
        self.assertEqual([row["old"] for row in request.sheet["differences"]], ["100.00", ""])
        self.assertEqual(request.amount, 290)
        self.assertEqual(set(request.slot_ids.mapped("amount")), {290})
        self.assertFalse(request.proposal)
        self.assertEqual(self.open_for(order), ["president"])
        self.decide(order, self.president)
        self.assertEqual((order.state, order.approval_state), ("done", "executed"))

    def test_proposal_and_answer_are_logged_with_the_terms(self):
        """A18, A12: what was proposed, why, by whom, and what became of it."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        [proposed], [accepted] = self.facts(order, "propose"), self.facts(order, "accept")
        self.assertEqual((proposed["opinion"], proposed["actor"]), ("Too cheap.", self.cfo.id))
        self.assertEqual(
            [(row["field"], row["old"], row["new"]) for row in proposed["terms"]],
            [("price", "100.00", "120.00")],
        )
        self.assertEqual((accepted["terms"], accepted["actor"]), (proposed["terms"], self.sales.id))
        [slot] = self.step_of(order, "Step 2").slot_ids.filtered(lambda row: not row.is_terms)
        self.assertEqual(
            (slot.verdict, slot.decided_by_id, slot.opinion), ("propose", self.cfo, "Too cheap.")
        )

    def test_declined_terms_leave_the_decision_with_who_proposed_them(self):
        """A18: on what was submitted; and other terms may follow."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_decline_terms("The price is agreed.")
        self.assertEqual((order.line_ids[0].price, self.open_for(order)), (100, ["cfo"]))
        self.assertEqual(self.facts(order, "decline")[0]["opinion"], "The price is agreed.")
        self.propose(order, self.cfo, self.price(order, 110))
        self.asking(order, self.sales).action_decline_terms()
        self.decide(order, self.cfo)
        self.assertEqual(self.open_for(order), ["president"])

    def test_only_decided_values_of_this_document_can_be_proposed(self):
        """A18, A10: no other field, no other document's line, no line that is not decided on."""
        order = self.at_finance()
        self.env["test.approval.line"].create(
            {"order_id": order.id, "product": "Note", "comment": "Thanks."}
        )
        comment = order.line_ids.filtered("comment")
        other = self.make_order()
        line = ["line_ids", order.line_ids[0].id]
        for change in (
            {"field": "note", "value": "x"},
            {"field": "state", "value": "done"},
            {"field": "company_id", "value": 1},
            {"field": "line_ids", "value": []},
            {"field": "nothing", "value": 1},
            {"field": None, "value": 1},
            {"field": ["promised"], "value": 1},
            {"value": 1},
            {},
            "price",
            None,
            {"line": line, "field": "remark", "value": "x"},
            {"line": line, "field": "order_id", "value": other.id},
            {"line": line, "field": "promised", "value": "2030-01-01"},
            {"line": ["line_ids", other.line_ids[0].id], "field": "price", "value": 1},
            {"line": ["line_ids", comment.id], "field": "price", "value": 1},
            {"line": ["line_ids", 2**30], "field": "price", "value": 1},
            {"line": ["line_ids", "x"], "field": "price", "value": 1},
            {"line": ["line_ids"], "field": "price", "value": 1},
            {"line": ["events", 1], "field": "price", "value": 1},
            {"line": ["nothing", 1], "field": "price", "value": 1},
            {"line": 5, "field": "price", "value": 1},
            {"line": {"a": 1}, "field": "price", "value": 1},
            {"line": [["line_ids"], 1], "field": "price", "value": 1},
        ):
            with self.assertRefused("is not among the values that are decided on"):
                self.propose(order, self.cfo, change)
        self.assertEqual(self.open_for(order), ["cfo"])

    def test_values_that_are_impossible_are_refused(self):
        """A18: of another type, not finite, no date."""
        order = self.at_finance()
        for value in ("abc", [1], {"a": 1}, True, None, float("nan"), float("inf"), "120"):
            with self.assertRefused("is not a possible value for “Price”"):
                self.propose(order, self.cfo, self.price(order, value))
        for value in ("2030-13-01", "soon", 5, True, ["2030-01-01"]):
            with self.assertRefused("is not a possible value for “Promised”"):
                self.propose(order, self.cfo, {"field": "promised", "value": value})
        for value in (5, ["x"], True):
            with self.assertRefused("is not a possible value for “Partner Name”"):
                self.propose(order, self.cfo, {"field": "partner_name", "value": value})

    def test_proposal_changes_something_and_says_why(self):
        """A18."""
        order = self.at_finance()
        for changes in ([], None, "x", {"a": 1}):
            with self.assertRefused("Change at least one value"):
                self.asking(order, self.cfo).action_propose(changes, "Why.")
        for change in (self.price(order, 100), self.price(order, 100.001)):
            with self.assertRefused("Change at least one value"):
                self.propose(order, self.cfo, change)
        with self.assertRefused("write why you propose"):
            self.propose(order, self.cfo, self.price(order, 120), opinion="  ")

    def test_only_who_decides_now_proposes(self):
        """A18: not the requester, not earlier or later deciders, not an opinion."""
        order = self.at_finance()
        change = self.price(order, 120)
        for user in (self.sales, self.head):
            with self.assertRefused("is not waiting for you"):
                self.propose(order, user, change)
        for user in (self.president, self.assistant):
            with self.assertRefused(exception=AccessError):
                self.propose(order, user, change)
        self.env["approval.chain"].search([("model", "=", order._name)]).active = False
        self.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        order = self.submitted()
        with self.assertRefused("by those who decide"):
            self.propose(order, self.vp, self.price(order, 120))

    def test_proposing_needs_what_approving_needs(self):
        """A18, A4: once accepted it is an approval: the checklist is ticked before."""
        self.make_chain(
            [self.people(self.vp, checklist_ids=[Command.create({"name": "Credit checked"})])]
        )
        order = self.submitted()
        with self.assertRefused("has a checklist"):
            self.propose(order, self.vp, self.price(order, 120))
        self.asking(order, self.vp).action_propose(
            [self.price(order, 120)], "Too cheap.", ["Credit checked"]
        )
        self.assertEqual(self.facts(order, "propose")[0]["checked"], ["Credit checked"])
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual(order.state, "done")
        slots = self.request_of(order).slot_ids
        self.assertIn(["Credit checked"], slots.mapped("checked"))

    # ------------------------------------------------------------------ while terms are proposed

    def test_nobody_but_the_requester_answers(self):
        """A18: no decider, no outsider, no administrator, nobody standing in."""
        self.delegate(self.sales, self.sales2)
        self.assistant.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        for user in (self.cfo, self.head, self.assistant):
            with self.assertRefused("no proposed terms"):
                self.asking(order, user).action_accept_terms()
            with self.assertRefused("no proposed terms"):
                self.asking(order, user).action_decline_terms()
        for user in (self.sales2, self.president):
            with self.assertRefused(exception=AccessError):
                self.asking(order, user).action_accept_terms()
        self.assertEqual(order.line_ids[0].price, 100)
        self.asking(order, self.sales).action_decline_terms()
        with self.assertRefused("no proposed terms"):
            self.asking(order, self.sales).action_accept_terms()

    def test_requester_cannot_use_the_place_for_anything_else(self):
        """A18, A11: neither decide there, nor hand it to a friend, nor add one."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        request = self.asking(order, self.sales)
        for verb in ("approve", "refuse", "return"):
            with self.assertRefused("accept or decline them"):
                request.action_decide(verb, "Mine.")
        terms = request.slot_ids.filtered(lambda slot: slot.is_terms)
        [result] = terms.action_bulk_decide("approve")
        self.assertIn("accept or decline them", result["message"])
        with self.assertRefused("accept or decline them"):
            request.action_hand_over(self.sales2.id)
        for where in ("before", "after", "beside"):
            with self.assertRefused("accept or decline them"):
                request.action_add_approvers(where, self.sales2.ids)
        with self.assertRefused("by those who decide"):
            self.propose(order, self.sales, self.price(order, 90))
        self.assistant.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        with self.assertRefused("accept or decline them"):
            self.asking(order, self.assistant).action_replace(terms.id, self.sales2.id, "Ill.")
        proposer = request.slot_ids.filtered(lambda slot: slot.state == "waiting")[0]
        with self.assertRefused("accept or decline them"):
            self.asking(order, self.assistant).action_replace(proposer.id, self.vp.id, "Ill.")
        self.assertEqual(self.open_for(order), ["sales"])

    def test_decider_waits_for_the_answer(self):
        """A18: the own place is closed meanwhile."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        with self.assertRefused("It is now with: 林晓"):
            self.decide(order, self.cfo)
        with self.assertRefused("is not waiting for you"):
            self.propose(order, self.cfo, self.price(order, 130))

    def test_document_stays_locked_while_terms_are_proposed(self):
        """A18, A9: also for exactly what was proposed."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        for value in (120, 130):
            with self.assertRefused("are locked"):
                order.line_ids[0].price = value

    def test_request_can_be_withdrawn_while_terms_are_proposed(self):
        """A18, A5: and nothing of the terms is left."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_withdraw("I ask again.")
        self.assertEqual((order.line_ids[0].price, order.approval_state), (100, "withdrawn"))
        self.assertFalse(self.request_of(order).proposal)
        with self.assertRefused("no proposed terms"):
            self.asking(order, self.sales).action_accept_terms()
        order.line_ids[0].price = 120
        order.action_approval_submit()

    # ------------------------------------------------------------------ what accepting means

    def test_terms_that_other_people_would_have_to_decide_on_are_refused(self):
        """A18: the conditions of the chain and of its steps hold as they did."""
        for steps, values in (
            ([("decide", "finance_director")], {"amount_max": 300}),
            ([("decide", "finance_director")], {"domain": "[('amount', '<', 300)]"}),
            (
                [
                    {**self.people(self.president), "domain": "[('amount', '>', 300)]"},
                    ("decide", "finance_director"),
                ],
                {},
            ),
        ):
            chain = self.make_chain(steps, **values)
            order = self.submitted()
            self.propose(order, self.cfo, self.price(order, 200))
            with self.assertRefused("other people have to decide"):
                self.asking(order, self.sales).action_accept_terms()
            self.assertEqual((order.line_ids[0].price, self.open_for(order)), (100, ["sales"]))
            self.asking(order, self.sales).action_decline_terms()
            chain.active = False

    def test_terms_are_written_with_the_rights_of_the_requester(self):
        """A18: what the requester may not write is not written."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        self.env["ir.rule"].create(
            {
                "name": "No writing of lines",
                "perm_read": False,
                "perm_create": False,
                "perm_unlink": False,
                "domain_force": "[(0, '=', 1)]",
                "model_id": self.env["ir.model"]._get_id("test.approval.line"),
            }
        )
        with self.assertRefused(exception=AccessError):
            self.asking(order, self.sales).action_accept_terms()
        self.env.invalidate_all()
        self.assertEqual((order.line_ids[0].price, self.open_for(order)), (100, ["sales"]))

    def test_earlier_deciders_are_asked_again_where_the_chain_says_so(self):
        """A18: decisions, not opinions; who proposed is not asked again."""
        self.make_chain(
            [("opinion", "vp_marketing"), ("decide", "department_head"),
             ("decide", "finance_director"), ("decide", "president")],
            terms_policy="ask_again",
        )  # fmt: skip
        order = self.submitted()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.head)
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual(self.states(order), ["done", "open", "done", "waiting"])
        self.decide(order, self.head)
        self.assertEqual(self.open_for(order), ["president"])
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_terms_over_the_limit_of_an_earlier_decider_ask_whom_it_passed(self):
        """A18, A3: the step that was passed at the old amount is asked at the new one."""
        self.limit(self.head, 300)
        chain = self.make_chain(
            [self.people(self.head, name="First"), self.people(self.vp, name="Over"),
             self.people(self.cfo, name="Last")]
        )  # fmt: skip
        chain.step_ids[1].limit_step_id = chain.step_ids[0]
        order = self.submitted()
        self.decide(order, self.head)
        self.assertEqual(self.states(order), ["done", "skipped", "open"])
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual((order.state, self.states(order)[1]), ("done", "skipped"))
        order = self.submitted()
        self.decide(order, self.head)
        self.propose(order, self.cfo, self.price(order, 200))
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual(self.states(order), ["done", "open", "done"])
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ several people, several steps

    def test_others_of_the_step_decide_on_the_accepted_terms(self):
        """A18, A4: 会签 and n of m: the proposal counts as an approval; 或签: it is enough."""
        for mode, quorum, rest in (("all", 2, ["vp"]), ("quorum", 2, ["vp"]), ("any", 2, [])):
            chain = self.make_chain(
                [self.people(self.vp, self.cfo, mode=mode, quorum=quorum), ("decide", "president")]
            )
            order = self.submitted()
            self.propose(order, self.cfo, self.price(order, 120))
            self.assertEqual(self.open_for(order), ["sales"])
            self.asking(order, self.sales).action_accept_terms()
            self.assertEqual(self.open_for(order), rest or ["president"], mode)
            if rest:
                self.decide(order, self.vp)
            self.assertEqual(self.open_for(order), ["president"], mode)
            chain.active = False

    def test_declined_terms_leave_the_number_of_approvals_as_it_was(self):
        """A18, A4: the answer of the requester is no answer of the step."""
        for mode, quorum in (("all", 2), ("quorum", 2), ("quorum", 3), ("order", 2)):
            chain = self.make_chain([self.people(self.vp, self.cfo, mode=mode, quorum=quorum)])
            order = self.submitted()
            first = self.env["res.users"].search([("login", "=", self.open_for(order)[0])])
            second = (self.vp | self.cfo) - first
            self.propose(order, first, self.price(order, 120))
            self.asking(order, self.sales).action_decline_terms()
            self.decide(order, first)
            self.assertEqual((order.state, self.open_for(order)), ("draft", [second.login]), mode)
            self.decide(order, second)
            self.assertEqual(order.state, "done", mode)
            chain.active = False

    def test_accepted_terms_in_order_ask_the_next(self):
        """A18, A4: 依次."""
        self.make_chain([self.people(self.vp, self.cfo, mode="order")])
        order = self.submitted()
        first = self.env["res.users"].search([("login", "=", self.open_for(order)[0])])
        second = (self.vp | self.cfo) - first
        self.propose(order, first, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual(self.open_for(order), [second.login])
        self.decide(order, second)
        self.assertEqual(order.state, "done")

    def parallel(self):
        self.make_chain(
            [
                self.people(self.head, name="First"),
                self.people(self.vp, name="Marketing"),
                self.people(self.cfo, name="Finance", parallel=True),
            ]
        )
        order = self.submitted()
        self.decide(order, self.head)
        self.propose(order, self.cfo, self.price(order, 120))
        return order

    def test_step_beside_a_proposal_stays_open_and_takes_no_second_proposal(self):
        """A18, A4: one set of terms at a time."""
        order = self.parallel()
        self.assertEqual(self.open_for(order), ["sales", "vp"])
        with self.assertRefused("has not answered yet"):
            self.propose(order, self.vp, self.price(order, 90))
        self.decide(order, self.vp)
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual((order.state, order.line_ids[0].price), ("done", 120))

    def test_refusal_beside_a_proposal_ends_it(self):
        """A18, A4: and the terms are gone."""
        order = self.parallel()
        self.decide(order, self.vp, "refuse", "No.")
        self.assertEqual((order.approval_state, self.open_for(order)), ("refused", []))
        with self.assertRefused("no proposed terms"):
            self.asking(order, self.sales).action_accept_terms()

    def test_step_beside_a_proposal_sent_back_takes_the_terms_off_the_table(self):
        """A18, A5: the step that proposed is asked again later, and may propose again."""
        order = self.parallel()
        self.asking(order, self.vp).action_decide(
            "return", "Look.", to_step_id=self.step_of(order, "First").id
        )
        self.assertEqual(self.open_for(order), ["head"])
        self.assertFalse(self.request_of(order).proposal)
        with self.assertRefused("no proposed terms"):
            self.asking(order, self.sales).action_accept_terms()
        self.decide(order, self.head)
        self.propose(order, self.cfo, self.price(order, 130))
        self.asking(order, self.sales).action_accept_terms()
        self.decide(order, self.vp)
        self.assertEqual((order.state, order.line_ids[0].price), ("done", 130))

    def test_added_approver_may_propose(self):
        """A18, A7."""
        order = self.at_finance()
        self.asking(order, self.cfo).action_add_approvers("before", self.assistant.ids)
        self.propose(order, self.assistant, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual(self.open_for(order), ["cfo"])

    def test_line_of_the_terms_keeps_its_other_values(self):
        """A18: several values of one line and of another in one proposal."""
        order = self.at_finance()
        line = ["line_ids", order.line_ids[0].id]
        self.propose(
            order, self.cfo, self.price(order, 120), self.price(order, 12, 1),
            {"line": line, "field": "quantity", "value": 3},
        )  # fmt: skip
        self.asking(order, self.sales).action_accept_terms()
        self.assertEqual(
            [(line.product, line.quantity, line.price) for line in order.line_ids],
            [("Pump", 3, 120), ("Hose", 5, 12)],
        )
        self.assertEqual(self.request_of(order).amount, 420)

    def test_returned_after_accepted_terms_and_submitted_straight_back(self):
        """A18, A5: the values accepted are those that count as unchanged."""
        order = self.at_finance(resubmit_policy="straight")
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        self.decide(order, self.president, "return", "Sign it.")
        order.action_approval_submit()
        self.assertEqual(self.states(order), ["done", "done", "open"])
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_accepted_terms_are_locked_like_any_other_values(self):
        """A18, A9: the requester cannot go back behind them."""
        order = self.at_finance()
        self.propose(order, self.cfo, self.price(order, 120))
        self.asking(order, self.sales).action_accept_terms()
        with self.assertRefused("are locked"):
            order.write({"line_ids": [Command.update(order.line_ids[0].id, {"price": 100})]})

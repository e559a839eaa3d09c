from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestRequestLifecycle(ApprovalCase):
    """A4, A5, A6, A11, A15: how a request goes from submission to execution."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls.make_chain(
            [
                ("opinion", "vp_marketing"),
                ("handle", "finance_director"),
                ("decide", "president"),
            ]
        )

    def test_steps_are_answered_in_order_and_the_last_decision_executes(self):
        """A4, A15: opinion, handling and decision in order; then the engine finishes the order."""
        order = self.make_order()
        order.action_approval_submit()
        self.assertEqual(order.approval_state, "pending")
        with self.assertRefused(exception=AccessError):
            self.decide(order, self.president)
        self.decide(order, self.vp, "opinion", "A good customer.")
        with self.assertRefused("not waiting for you. It is now with: Finance Director (钱海)"):
            self.decide(order, self.vp, "handle")
        self.decide(order, self.cfo, "handle")
        self.assertEqual(order.state, "draft")
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")
        request = self.request_of(order)
        self.assertEqual(request.state, "executed")
        self.assertEqual(
            [(slot.decided_by_id, slot.verdict) for slot in request.slot_ids.sorted("id")],
            [(self.vp, "opinion"), (self.cfo, "handle"), (self.president, "approve")],
        )

    def test_every_transition_reaches_the_event_hook_once(self):
        """A6: integrators hear each transition with the states before and after."""
        order = self.make_order()
        order.action_approval_submit()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "return", "The price list is missing.")
        self.assertEqual(
            order.events.split(),
            [
                "submit:pending>pending",
                "opinion:pending>pending",
                "return:pending>returned",
            ],
        )

    def test_refusal_closes_the_request_and_leaves_the_document_as_it_was(self):
        """A5: a refused request asks nobody any more; the document is still a draft."""
        order = self.make_order()
        order.action_approval_submit()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "handle")
        self.decide(order, self.president, "refuse", "Too cheap.")
        self.assertEqual((order.state, order.approval_state), ("draft", "refused"))
        self.assertFalse(
            self.request_of(order).slot_ids.filtered(lambda slot: slot.state == "open")
        )

    def test_returned_document_can_be_changed_and_starts_again_from_the_first_step(self):
        """A5: resubmission starts again; the first round stays readable."""
        order = self.make_order()
        order.action_approval_submit()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "return", "Wrong quantity.")
        order.line_ids[0].quantity = 3
        order.action_approval_submit()
        request = self.request_of(order)
        self.assertEqual((request.round, request.state), (2, "pending"))
        self.assertEqual(request.step_ids.mapped("state"), ["open", "waiting", "waiting"])
        [first_round] = self.as_user(order, self.sales).approval_panel["rounds"]
        self.assertEqual(first_round["opinion"], "Wrong quantity.")
        self.assertEqual(first_round["state"], "returned")

    def test_reasons_are_needed_to_refuse_return_or_give_an_opinion(self):
        """A6: whoever reads the decision later must know why."""
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused("write your opinion"):
            self.decide(order, self.vp, "opinion", "  ")
        with self.assertRefused("does not take this answer"):
            self.decide(order, self.vp, "approve")

    def test_requester_withdraws_and_nobody_else_can(self):
        """A5: only who asked takes it back; the values are free again."""
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused("Only 林晓", AccessError):
            self.as_user(self.request_of(order), self.vp).action_withdraw()
        self.as_user(self.request_of(order), self.sales).action_withdraw("Not yet.")
        self.assertEqual(order.approval_state, "withdrawn")
        order.line_ids[0].price = 90
        self.assertEqual(order.amount, 2 * 90 + 5 * 10)

    def test_withdrawn_after_approval_cannot_be_executed(self):
        """A5, A15: an approval that was taken back allows nothing."""
        order = self.make_order(waits=True)
        self.approve_all(order)
        self.assertEqual((order.state, order.approval_state), ("draft", "approved"))
        self.as_user(self.request_of(order), self.sales).action_withdraw()
        with self.assertRefused("needs approval"):
            order.action_finish()

    def test_operation_that_waits_for_the_customer_is_not_executed_by_the_engine(self):
        """A15: approved, waiting; the one who may, carries it out, once."""
        order = self.make_order(waits=True)
        self.approve_all(order)
        self.assertEqual(self.request_of(order).failure, "The customer signs first.")
        self.as_user(order, self.sales2).action_finish()
        self.assertEqual((order.state, order.approval_state), ("done", "executed"))

    def test_failed_execution_stays_approved_with_the_reason_and_can_be_retried(self):
        """A15: "approved, not executed"; nothing of the failed attempt stays."""
        order = self.make_order(fails=True)
        self.approve_all(order)
        request = self.request_of(order)
        self.assertEqual((order.state, request.state), ("draft", "approved"))
        self.assertEqual(request.failure, "There is no paper in the printer.")
        order.fails = False
        with self.assertRefused("Only 林晓", AccessError):
            self.as_user(request, self.vp).action_retry()
        self.as_user(request, self.sales).action_retry()
        self.assertEqual((order.state, request.state, request.failure), ("done", "executed", False))

    def test_engine_executes_with_the_rights_of_the_requester(self):
        """A15: not as superuser: what the requester may not do, approval does not do either."""
        order = self.make_order()
        order.action_approval_submit()
        self.env["ir.rule"].create(
            {
                "name": "No writing for anybody",
                "perm_read": False,
                "perm_create": False,
                "perm_unlink": False,
                "domain_force": "[(0, '=', 1)]",
                "model_id": self.env["ir.model"]._get_id("test.approval.order"),
            }
        )
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "handle")
        self.decide(order, self.president)
        self.assertEqual((order.state, order.approval_state), ("draft", "approved"))
        self.assertTrue(self.request_of(order).failure)

    def test_requester_never_decides_on_the_own_request(self):
        """A11: not even as a holder of the role asked."""
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["vp_marketing"].id,
                "user_id": self.sales.id,
                "company_id": self.company.id,
            }
        )
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused("cannot decide on it"):
            self.decide(order, self.sales, "opinion")
        self.assertFalse(self.as_user(self.request_of(order).slot_ids, self.sales)[0].is_mine)
        self.decide(order, self.vp, "opinion")

    def test_submission_with_a_step_nobody_can_answer_is_refused_by_name(self):
        """A11: an empty step is reported before anything starts."""
        self.env["approval.role.holder"].search(
            [
                ("role_id", "=", self.role["president"].id),
                ("company_id", "=", self.company.id),
            ]
        ).unlink()
        order = self.make_order()
        with self.assertRefused("Step “Step 3”"):
            order.action_approval_submit()
        self.assertFalse(self.request_of(order))

    def test_incomplete_documents_are_refused_all_together_naming_what_is_missing(self):
        """A1, X6: every document with what it lacks, in one message; nothing is submitted."""
        orders = self.make_order() | self.make_order(name="T2", partner_name=False)
        with self.assertRefused("T2: Partner Name is missing."):
            orders.action_approval_submit()
        self.assertFalse(any(orders.mapped("approval_state")))

    def test_second_submission_is_refused_while_the_first_runs(self):
        """A5: one live request for each document and operation."""
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused("in approval already"):
            order.action_approval_submit()

    def test_deleted_document_leaves_its_cancelled_request_behind(self):
        """A12: the history survives the document."""
        order = self.make_order()
        order.action_approval_submit()
        request = self.request_of(order)
        order.unlink()
        self.assertEqual(request.state, "cancelled")
        self.assertEqual(request.document_name, "T1")
        self.assertFalse(self.env["approval.log"]._find_tampering(request))

    def approve_all(self, order):
        order.action_approval_submit()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "handle")
        self.decide(order, self.president)


@tagged("post_install", "-at_install")
class TestStepModes(ApprovalCase):
    """A2, A4: who is asked, and how many answers a step needs."""

    def test_any_one_of_several_persons_closes_the_step_for_the_others(self):
        """A4: 或签: one answer, the others are not asked any more."""
        self.make_chain(
            [
                {
                    "approver": "user",
                    "mode": "any",
                    "user_ids": [(6, 0, (self.vp | self.cfo).ids)],
                }
            ]
        )
        order = self.make_order()
        order.action_approval_submit()
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")
        self.assertEqual(
            sorted(self.request_of(order).slot_ids.mapped("state")),
            ["closed", "done"],
        )

    def test_all_persons_of_a_step_have_to_agree(self):
        """A4: 会签: everybody answers."""
        self.make_chain(
            [
                {
                    "approver": "user",
                    "mode": "all",
                    "user_ids": [(6, 0, (self.vp | self.cfo).ids)],
                }
            ]
        )
        order = self.make_order()
        order.action_approval_submit()
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "draft")
        with self.assertRefused("not waiting for you"):
            self.decide(order, self.cfo)
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    def test_one_refusal_among_all_closes_the_others(self):
        """A4: 会签: a refusal ends it at once."""
        self.make_chain(
            [
                {
                    "approver": "user",
                    "mode": "all",
                    "user_ids": [(6, 0, (self.vp | self.cfo).ids)],
                }
            ]
        )
        order = self.make_order()
        order.action_approval_submit()
        self.decide(order, self.cfo, "refuse", "No.")
        self.assertEqual(order.approval_state, "refused")
        with self.assertRefused("cannot be changed"):
            self.decide(order, self.vp)

    def test_person_named_on_the_document_decides(self):
        """A2: the approver is a field of the document."""
        self.make_chain([{"approver": "field", "field_name": "owner_id"}])
        order = self.make_order(owner_id=self.head.id)
        order.action_approval_submit()
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_step_whose_condition_does_not_match_is_skipped(self):
        """A1: a step may apply to some documents only."""
        self.make_chain(
            [
                {
                    "approver": "role",
                    "role_id": self.role["president"].id,
                    "domain": "[('amount', '>', 1000)]",
                },
                ("decide", "department_head"),
            ]
        )
        order = self.make_order()
        order.action_approval_submit()
        self.assertEqual(self.request_of(order).step_ids.mapped("state"), ["skipped", "open"])
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_role_taken_over_while_the_request_runs_lets_the_new_holder_answer(self):
        """A2: a role place belongs to whoever holds the role when the turn comes."""
        self.make_chain([("decide", "president")])
        order = self.make_order()
        order.action_approval_submit()
        holder = self.env["approval.role.holder"].search(
            [
                ("role_id", "=", self.role["president"].id),
                ("company_id", "=", self.company.id),
            ]
        )
        holder.user_id = self.head
        with self.assertRefused():
            self.decide(order, self.president)
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")

    def test_holder_of_another_company_or_of_past_dates_is_not_asked(self):
        """A2: roles are held per company and for a time."""
        self.make_chain([("decide", "president")])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["approval.role.holder"].create(
            [
                {
                    "role_id": self.role["president"].id,
                    "user_id": self.head.id,
                    "company_id": other.id,
                },
                {
                    "role_id": self.role["president"].id,
                    "user_id": self.vp.id,
                    "company_id": self.company.id,
                    "date_to": "2020-01-31",
                },
            ]
        )
        order = self.make_order()
        order.action_approval_submit()
        for user in (self.head, self.vp):
            with self.assertRefused():
                self.decide(order, user)

    def test_definition_changed_later_does_not_touch_a_running_request(self):
        """A1: the chain was frozen; an archived chain does not leave its requests stuck."""
        chain = self.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        order = self.make_order()
        order.action_approval_submit()
        chain.step_ids[1].role_id = self.role["department_head"]
        chain.active = False
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_preview_shows_the_people_before_submission(self):
        """A6: who will decide is visible before anything is asked."""
        self.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        panel = self.make_order().approval_panel
        self.assertEqual(panel["state"], "preview")
        self.assertEqual(
            [step["slots"][0]["people"][0]["name"] for step in panel["steps"]],
            ["赵敏", "孙国栋"],
        )
        self.assertEqual([action["name"] for action in panel["actions"]], ["submit"])

    def test_line_commands_in_one_write_are_judged_together(self):
        """A9: deleting a line and adding the same again is no change."""
        self.make_chain([("decide", "president")])
        order = self.make_order()
        order.action_approval_submit()
        line = order.line_ids[0]
        order.write(
            {
                "line_ids": [
                    Command.delete(line.id),
                    Command.create({"product": "Pump", "quantity": 2, "price": 100}),
                ]
            }
        )
        self.assertEqual(order.approval_state, "pending")

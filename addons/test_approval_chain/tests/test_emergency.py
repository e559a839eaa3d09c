from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestEmergency(RuntimeCase):
    """A19: carried out first, by right, with a reason; approved afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        cls.salesmgr.group_ids |= cls.env.ref("approval_chain.group_break_glass")

    def release(self, order, user=None, reason="The line stands still.", code="finish"):
        self.as_user(order, user or self.salesmgr).action_approval_break_glass(code, reason)

    def released(self, **values):
        order = self.make_order(**values)
        self.release(order)
        return order

    # ------------------------------------------------------------------ releasing

    def test_operation_is_carried_out_at_once_and_approved_afterwards(self):
        """A19: two requests: the release, executed, and the approval of it, pending, due."""
        order = self.released()
        self.assertEqual(order.state, "done")
        after, first = self.all_requests(order)
        self.assertEqual((first.state, first.is_emergency), ("executed", True))
        self.assertEqual(first.requester_id, self.salesmgr)
        self.assertFalse(first.step_ids)
        self.assertEqual((after.state, after.after_of_id, after.is_emergency),
                         ("pending", first, True))  # fmt: skip
        self.assertTrue(after.due_at > after.submitted_at)
        self.assertEqual(self.open_for(order), ["vp"])
        [facts] = self.facts(order, "break_glass")
        self.assertEqual(
            (facts["opinion"], facts["actor"]), ("The line stands still.", self.salesmgr.id)
        )

    def test_approving_afterwards_confirms_what_was_done(self):
        """A19: it is not carried out again."""
        order = self.released()
        self.decide(order, self.vp, "opinion", "Right.")
        self.decide(order, self.president)
        after, first = self.all_requests(order)
        self.assertEqual((after.state, first.state), ("executed", "executed"))
        self.assertEqual(len(self.facts(order, "confirm")), 1)
        self.assertEqual(len(self.facts(order, "execute")), 1)
        self.assertEqual(order.approval_state, "executed")

    def test_refusal_afterwards_stays_on_record(self):
        """A19: the document is what it is; the release was not approved."""
        order = self.released()
        self.decide(order, self.vp, "opinion", "Wrong.")
        self.decide(order, self.president, "refuse", "That could have waited.")
        after, first = self.all_requests(order)
        self.assertEqual((after.state, first.state, order.state), ("refused", "executed", "done"))
        self.assertEqual(self.facts(order, "refuse")[0]["opinion"], "That could have waited.")

    def test_only_who_has_the_right_releases(self):
        """A19: no requester, no approver, no administrator, nobody without writing the document."""
        order = self.make_order()
        self.assistant.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        for user in (self.sales, self.president, self.assistant):
            with self.assertRefused("Emergency release", AccessError):
                self.release(order, user)
        portal = new_test_user(self.env, "glass_portal", groups="base.group_portal")
        with self.assertRefused(exception=AccessError):
            self.release(order, portal)
        self.env["ir.rule"].create(
            {
                "name": "No writing",
                "perm_read": False,
                "domain_force": "[(0, '=', 1)]",
                "model_id": self.env["ir.model"]._get_id("test.approval.order"),
            }
        )
        with self.assertRefused(exception=AccessError):
            self.release(order)
        self.assertFalse(self.all_requests(order))

    def test_release_needs_a_reason_an_operation_and_a_chain_that_allows_it(self):
        """A19, X6."""
        order = self.make_order()
        for reason in ("", "  ", None):
            with self.assertRefused("cannot wait"):
                self.release(order, reason=reason)
        for code in ("nothing", None, False):
            with self.assertRefused("There is no operation"):
                self.release(order, code=code)
        with self.assertRefused("Partner Name is missing"):
            self.release(self.make_order(partner_name=False))
        self.chain.allow_break_glass = False
        with self.assertRefused("allows no emergency release"):
            self.release(order)
        self.chain.active = False
        with self.assertRefused("No approval chain applies"):
            self.release(order)
        self.assertEqual((order.state, len(self.all_requests(order))), ("draft", 0))

    def test_operation_that_fails_leaves_nothing_behind_even_if_somebody_catches_it(self):
        """A19: no request, no log, no overtaken request."""
        order = self.make_order(fails=True)
        order.action_approval_submit()
        request = self.request_of(order)
        try:
            self.release(order)
        except UserError as error:
            self.assertIn("no paper in the printer", str(error))
        else:
            self.fail("the operation fails")
        self.env.invalidate_all()
        self.assertEqual((order.state, request.state), ("draft", "pending"))
        self.assertEqual(self.all_requests(order), request)
        self.assertEqual(request.log_ids.mapped("verb"), ["submit"])
        self.decide(order, self.vp, "opinion", "Still here.")

    def test_request_under_way_is_overtaken(self):
        """A19: cancelled, and says why."""
        order = self.submitted()
        first = self.request_of(order)
        self.release(order)
        self.assertEqual((order.state, first.state), ("done", "cancelled"))
        self.assertIn("Overtaken", self.facts(order, "cancel")[0]["opinion"])
        self.assertEqual(self.all_requests(order).mapped("state"),
                         ["pending", "executed", "cancelled"])  # fmt: skip
        self.assertEqual(self.all_requests(order).mapped("round"), [3, 2, 1])

    def test_approved_request_that_waits_is_overtaken(self):
        """A19: the customer has not signed, and it cannot wait."""
        order = self.submitted(waits=True)
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.president)
        self.assertEqual(order.approval_state, "approved")
        self.release(order)
        self.assertEqual(order.state, "done")

    def test_document_whose_state_is_computed_is_released_as_well(self):
        """A19, A10: what is computed and stored passes the last door."""
        self.make_chain([("decide", "president")], model="test.approval.shipment")
        shipments = self.as_user(self.env["test.approval.shipment"], self.salesmgr)
        shipment = shipments.create(
            {
                "name": "S1",
                "company_id": self.company.id,
                "piece_ids": [Command.create({"product": "Pump"})],
            }
        )
        shipment.action_approval_break_glass("ship", "The truck leaves.")
        self.assertEqual((shipment.state, shipment.approval_state), ("done", "pending"))

    # ------------------------------------------------------------------ afterwards

    def test_who_released_does_not_approve_it_afterwards(self):
        """A19, A11: not as a holder of the role, nor through whoever stands in."""
        self.holder("vp_marketing", self.salesmgr)
        self.delegate(self.salesmgr, self.sales2)
        order = self.released()
        with self.assertRefused("cannot decide on it"):
            self.decide(order, self.salesmgr, "opinion")
        with self.assertRefused(exception=AccessError):
            self.decide(order, self.sales2, "opinion")
        self.assertEqual(self.open_for(order), ["vp"])

    def test_after_approval_can_be_neither_withdrawn_nor_returned_nor_changed(self):
        """A19: it has to be decided."""
        order = self.released()
        self.assistant.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        for user in (self.salesmgr, self.assistant):
            with self.assertRefused("has to be decided"):
                self.asking(order, user).action_withdraw("Never mind.")
        self.decide(order, self.vp, "opinion")
        with self.assertRefused("nothing to submit again"):
            self.decide(order, self.president, "return", "Again.")
        [result] = self.as_user(
            self.step_of(order, "Step 2").slot_ids, self.president
        ).action_bulk_decide("return", "Again.")
        self.assertIn("nothing to submit again", result["message"])
        with self.assertRefused("carried out already"):
            self.asking(order, self.president).action_propose(
                [{"field": "partner_name", "value": "Other"}], "Other."
            )
        # back to an earlier step is possible
        self.asking(order, self.president).action_decide(
            "return", "Look again.", to_step_id=self.step_of(order, "Step 1").id
        )
        self.assertEqual(self.open_for(order), ["vp"])

    def test_nothing_is_released_or_submitted_again_while_the_first_is_undecided(self):
        """A19: cancelling and doing it again needs the decision first."""
        order = self.released()
        for again in (lambda: self.release(order), order.action_approval_submit):
            with self.assertRefused():
                again()
        order.state = "cancel"
        self.assertEqual(self.request_of(order).state, "pending")
        order.state = "draft"
        with self.assertRefused("was released in an emergency before"):
            self.release(order)
        with self.assertRefused("is in approval already"):
            order.action_approval_submit()
        with self.assertRefused("is in approval"):
            order.action_finish()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.president)
        with self.assertRefused("needs approval"):
            order.action_finish()

    def test_values_released_cannot_be_changed_afterwards(self):
        """A19, A9: what is approved afterwards is what was done."""
        order = self.released()
        with self.assertRefused():
            order.line_ids[0].price = 1
        self.assertEqual(order.line_ids[0].price, 100)

    def test_document_cancelled_or_deleted_meanwhile_is_decided_on_all_the_same(self):
        """A19, A12: nobody makes a release unasked by removing what was released."""
        for remove in ("cancel", "delete"):
            order = self.released()
            request = self.request_of(order)
            if remove == "cancel":
                order.state = "cancel"
            else:
                order.unlink()
            self.assertEqual(request.state, "pending", remove)
            self.as_user(request, self.vp).action_decide("opinion", "Hm.")
            self.as_user(request, self.president).action_decide("approve")
            self.assertEqual(request.state, "executed", remove)

    def test_after_approval_of_a_deleted_document_can_be_handed_over_commented_and_refused(self):
        """A19, A12: every move works without the document."""
        order = self.released()
        request = self.request_of(order)
        order.unlink()
        self.as_user(request, self.vp).action_add_approvers("before", self.head.ids)
        self.as_user(request, self.head).action_comment("Where is it?")
        self.as_user(request, self.head).action_hand_over(self.cfo.id)
        self.as_user(request, self.cfo).action_copy(self.assistant.ids)
        with self.assertRefused("carried out already"):
            self.as_user(request, self.cfo).action_propose(
                [{"field": "partner_name", "value": "x"}], "x"
            )
        [result] = (
            self.as_user(request.slot_ids, self.cfo)
            .filtered("is_mine")
            .action_bulk_decide("refuse", "No.")
        )
        self.assertTrue(result["ok"])
        self.assertEqual(request.state, "refused")

    def test_returned_round_is_not_taken_up_by_the_after_approval(self):
        """A19, A5: who decided on the submission did not decide on the release."""
        self.chain.resubmit_policy = "straight"
        order = self.submitted(self.salesmgr)
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.president, "return", "Sign it.")
        self.release(order)
        self.assertFalse(self.all_requests(order)[:2].resumed_from_id)
        self.assertEqual(self.open_for(order), ["vp"])


@tagged("post_install", "-at_install")
class TestWhoReleased(RuntimeCase):
    """A19, A11: whoever released in an emergency never decides on it afterwards, by no way at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.releaser = cls.salesmgr
        cls.releaser.group_ids |= cls.env.ref("approval_chain.group_break_glass")
        cls.manager = cls.assistant
        cls.manager.group_ids |= cls.env.ref("approval_chain.group_approval_manager")

    def released(self, *steps, **values):
        self.make_chain(list(steps), **{"self_policy": "allow", "sequence": 1, **values})
        order = self.make_order()
        self.as_user(order, self.releaser).action_approval_break_glass("finish", "It burns.")
        return order

    def assertNeverDecides(self, order, why):
        request = self.asking(order, self.releaser)
        with self.assertRefused(why):
            request.action_decide("approve", "Mine.")
        slots = self.as_user(self.request_of(order).slot_ids, self.releaser)
        self.assertFalse(slots.filtered("is_mine"))
        for row in slots.action_bulk_decide("approve", "Mine."):
            self.assertFalse(row["ok"])
        self.assertEqual(self.request_of(order).state, "pending")

    def test_not_even_where_the_chain_lets_the_requester_decide(self):
        """A19: as one of the persons, of the holders, one by one or all of them."""
        for step in (
            self.people(self.releaser, self.president, mode="any"),
            self.people(self.releaser, self.president, mode="all"),
            self.people(self.releaser, self.president, mode="order"),
        ):
            order = self.released(step)
            self.assertEqual(self.open_for(order), ["president"])
            self.assertNeverDecides(order, "is not waiting for you")
            self.decide(order, self.president)
            self.assertEqual(self.request_of(order).state, "executed")
            self.env["approval.chain"].search([("name", "=", "Test chain")]).active = False

    def test_not_as_holder_of_a_role_nor_for_somebody_away(self):
        """A19: neither with a place of a role, nor with a delegation to or from others."""
        self.holder("president", self.releaser)
        self.delegate(self.president, self.releaser)
        self.delegate(self.releaser, self.sales2)
        for mode in ("any", "all"):
            order = self.released(
                {"approver": "role", "role_id": self.role["president"].id, "mode": mode}
            )
            self.assertEqual(self.open_for(order), ["president"])
            self.assertNeverDecides(order, "cannot decide on it")
            with self.assertRefused(exception=AccessError):
                self.decide(order, self.sales2)
            self.env["approval.chain"].search([("name", "=", "Test chain")]).active = False

    def test_nobody_puts_whoever_released_in_the_place_of_another(self):
        """A19, A7: handing over, adding, replacing, and the handover of everything."""
        order = self.released(self.people(self.president))
        request = self.request_of(order)
        president = self.asking(order, self.president)
        calls = [
            lambda: president.action_hand_over(self.releaser.id),
            lambda: president.action_add_approvers("before", self.releaser.ids),
            lambda: self.asking(order, self.manager).action_replace(
                request.slot_ids.id, self.releaser.id, "Away."
            ),
        ]
        for call in calls:
            with self.assertRefused("cannot decide on it"):
                call()
        wizard = self.as_user(self.env["approval.handover"], self.manager).create(
            {
                "user_id": self.president.id,
                "to_user_id": self.releaser.id,
                "reason": "Leaves.",
                "do_holders": False,
            }
        )
        wizard.action_apply()
        self.assertIn("cannot decide on it", wizard.result)
        self.assertEqual(self.open_for(order), ["president"])

    def test_whoever_released_does_not_choose_who_decides(self):
        """A19, A7: not as an administrator either: neither one place nor all of somebody's."""
        self.releaser.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        order = self.released(self.people(self.president))
        slot = self.request_of(order).slot_ids
        with self.assertRefused("what you asked for"):
            self.asking(order, self.releaser).action_replace(slot.id, self.sales2.id, "Away.")
        wizard = self.as_user(self.env["approval.handover"], self.releaser).create(
            {"user_id": self.president.id, "to_user_id": self.sales2.id, "reason": "Leaves."}
        )
        wizard.action_apply()
        self.assertIn("what you asked for", wizard.result)
        self.assertEqual(self.open_for(order), ["president"])

    def test_whoever_released_is_not_asked_as_the_manager_of_somebody_who_left(self):
        """A19, A11: the head above is."""
        order = self.released(self.people(self.sales2))
        self.sales2.action_archive()
        self.assertEqual(self.open_for(order), ["head"])

    def test_a_step_that_is_emptied_follows_the_policy_for_empty_steps(self):
        """A19, A11: whatever is said about requesters in a step: refuse, skip, or the fallback."""
        alone = self.people(self.releaser)
        for policy in ("allow", "skip", "forbid"):
            with self.assertRefused("nobody but yourself"):
                self.released(alone, self_policy=policy)
            order = self.released(alone, self_policy=policy, empty_policy="skip")
            self.assertEqual(self.all_requests(order).mapped("state"), ["executed", "executed"])
            self.env["approval.chain"].search([("name", "=", "Test chain")]).active = False
            order = self.released(
                alone,
                self_policy=policy,
                empty_policy="fallback",
                fallback_role_id=self.role["president"].id,
            )
            self.assertEqual(self.open_for(order), ["president"])
            self.env["approval.chain"].search([("name", "=", "Test chain")]).active = False

    def test_a_step_with_others_in_it_is_never_passed(self):
        """A19: the chain passes steps that would ask the requester; here the others are asked."""
        order = self.released(self.people(self.releaser, self.president), self_policy="skip")
        self.assertEqual(self.open_for(order), ["president"])

    def test_what_waits_in_an_older_database_is_not_approved_by_whoever_released(self):
        """A19: released when the chain still let them; other requests are left alone."""
        self.make_chain(
            [("decide", "sales_manager")], self_policy="allow", sequence=1, allow_break_glass=True
        )
        own = self.submitted(self.releaser)
        order = self.make_order()
        after, [step] = self.released_before(order)
        self.assertTrue(step.slot_ids.requester_may)
        self.migrate("19.0.1.2.0", "post-emergency")
        self.assertFalse(step.slot_ids.requester_may)
        with self.assertRefused("cannot decide on it"):
            self.as_user(after, self.releaser).action_decide("approve", "Mine.")
        self.decide(own, self.releaser)
        self.assertEqual(own.state, "done")

    def released_before(self, order):
        """An approval afterwards as it was made before: with a place for the requester."""
        order = self.as_user(order, self.releaser)
        self.holder("sales_manager", self.head)
        order.action_approval_break_glass("finish", "It burns.")
        after = self.request_of(order)
        after.slot_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE approval_request_slot SET requester_may = TRUE WHERE request_id = %s",
            [after.id],
        )
        self.env.invalidate_all()
        return after, after.step_ids


@tagged("post_install", "-at_install")
class TestChosenAfterwards(RuntimeCase):
    """A19, A2: who approves afterwards is chosen at the emergency release, where the chain says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesmgr.group_ids |= cls.env.ref("approval_chain.group_break_glass")
        cls.experts = cls.env["res.groups"].create(
            {
                "name": "Experts",
                "user_ids": [Command.set((cls.vp | cls.cfo | cls.salesmgr).ids)],
            }
        )
        cls.chain = cls.make_chain(
            [
                {"approver": "chosen", "chooser_group_id": cls.experts.id, "mode": "order"},
                ("decide", "president"),
            ]
        )
        cls.step = cls.chain.step_ids[0]

    def release(self, order, *chosen):
        ids = [user.id for user in chosen]
        kwargs = {"chosen": {str(self.step.id): ids}} if chosen else {}
        order = self.as_user(order, self.salesmgr)
        return order.action_approval_break_glass("finish", "It burns.", **kwargs)

    def test_the_persons_chosen_approve_afterwards(self):
        """A19: in the order they were chosen; keys come as text over RPC."""
        order = self.make_order()
        self.release(order, self.cfo, self.vp)
        self.assertEqual(order.state, "done")
        for user in (self.cfo, self.vp, self.president):
            self.assertEqual(self.open_for(order), [user.login])
            self.decide(order, user)
        self.assertEqual(self.request_of(order).state, "executed")

    def test_without_a_choice_nothing_is_released(self):
        """A19, X6: refused with the sentence of any submission, whatever is done with empty steps."""
        outsider, nobody = self.head, ()
        for policy in ("refuse", "skip"):
            self.chain.empty_policy = policy
            for chosen in (nobody, (outsider,), (self.salesmgr,)):
                order = self.make_order()
                with self.assertRefused("Choose who answers step “Step 1”"):
                    self.release(order, *chosen)
                self.assertEqual((order.state, len(self.all_requests(order))), ("draft", 0))

    def test_a_choice_left_out_is_no_empty_step_at_submission_either(self):
        """A2, A10: nobody gets round a step by choosing nobody, or oneself."""
        self.chain.empty_policy = "skip"
        self.experts.user_ids += self.sales
        for policy in ("forbid", "skip"):
            self.chain.self_policy = policy
            for chosen in ([], self.sales.ids):
                with self.assertRefused("Choose who answers step “Step 1”"):
                    self.make_order().action_approval_submit(chosen={self.step.id: chosen})
            order = self.make_order()
            order.action_approval_submit(chosen={self.step.id: (self.sales | self.vp).ids})
            self.assertEqual(self.open_for(order), ["vp"])

    def test_whoever_releases_chooses_somebody_else(self):
        """A19: even where the chain lets the requester decide; who is chosen beside is asked."""
        self.chain.self_policy = "allow"
        with self.assertRefused("Choose who answers"):
            self.release(self.make_order(), self.salesmgr)
        order = self.make_order()
        self.release(order, self.salesmgr, self.vp)
        self.assertEqual(self.open_for(order), ["vp"])

    def test_nobody_to_choose_follows_the_policy_for_empty_steps(self):
        """A19, A11: whoever releases is the only expert."""
        self.experts.user_ids = self.salesmgr
        self.chain.empty_policy = "skip"
        order = self.make_order()
        self.release(order)
        self.assertEqual(self.open_for(order), ["president"])

    def test_the_panel_offers_the_choice_with_the_emergency_release(self):
        """A19, A6: before submission and while a request is under way; never oneself."""
        self.chain.self_policy = "allow"
        order = self.make_order()
        for state in ("preview", "pending"):
            panel = self.panel(order, self.salesmgr)
            [action] = [row for row in panel["actions"] if row["name"] == "break_glass"]
            [chooser] = action["choosers"]
            self.assertEqual((chooser["step_id"], chooser["name"]), (self.step.id, "Step 1"))
            self.assertEqual(
                sorted(face["id"] for face in chooser["choices"]), sorted((self.vp | self.cfo).ids)
            )
            self.assertEqual(panel["state"], state)
            if state == "preview":
                order.action_approval_submit(chosen={self.step.id: self.vp.ids})
        self.step.domain = "[('partner_name', '=', 'Somebody else')]"
        panel = self.panel(order, self.salesmgr)
        [action] = [row for row in panel["actions"] if row["name"] == "break_glass"]
        self.assertEqual(action["choosers"], [])

from base64 import b64encode
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestPeopleActions(RuntimeCase):
    """A7: adding approvers, handing over, replacing, urging, copying, commenting."""

    def setUp(self):
        super().setUp()
        self.make_chain(
            [
                self.people(self.vp, self.cfo, mode="all", name="First"),
                ("decide", "president"),
            ]
        )
        self.order = self.submitted()

    def add(self, user, where, *users, mode="any", order=None, opinion="Who knows more."):
        request = self.asking(order or self.order, user)
        request.action_add_approvers(where, [person.id for person in users], mode, opinion)

    # ------------------------------------------------------------------ adding approvers

    def test_approver_added_before_answers_first_then_the_step_goes_on(self):
        """A7: 前加签: everybody of the step waits; who had answered is not asked again."""
        self.decide(self.order, self.cfo)
        self.add(self.vp, "before", self.head)
        self.assertEqual(self.open_for(self.order), ["head"])
        self.assertEqual(self.states(self.order), ["open", "waiting", "waiting"])
        with self.assertRefused("It is now with: 何峰"):
            self.decide(self.order, self.vp)
        self.decide(self.order, self.head)
        self.assertEqual(self.open_for(self.order), ["vp"])
        self.decide(self.order, self.vp)
        self.assertEqual(self.open_for(self.order), ["president"])

    def test_approver_added_after_answers_before_the_next_step(self):
        """A7: 后加签."""
        self.add(self.vp, "after", self.head)
        self.assertEqual(self.open_for(self.order), ["cfo", "vp"])
        self.decide(self.order, self.vp)
        self.decide(self.order, self.cfo)
        self.assertEqual(self.open_for(self.order), ["head"])
        self.decide(self.order, self.head)
        self.assertEqual(self.open_for(self.order), ["president"])
        self.decide(self.order, self.president)
        self.assertEqual(self.order.state, "done")

    def test_approver_added_beside_answers_at_the_same_time(self):
        """A7: the chain goes on when both are done."""
        self.add(self.vp, "beside", self.head)
        self.assertEqual(self.open_for(self.order), ["cfo", "head", "vp"])
        self.decide(self.order, self.vp)
        self.decide(self.order, self.cfo)
        self.assertEqual(self.open_for(self.order), ["head"])
        self.decide(self.order, self.head)
        self.assertEqual(self.open_for(self.order), ["president"])

    def test_added_approver_who_refuses_ends_it(self):
        """A7, A5: an added decision is a decision."""
        for where in ("before", "beside"):
            order = self.submitted()
            self.add(self.vp, where, self.head, order=order)
            self.decide(order, self.head, "refuse", "No.")
            self.assertEqual(order.approval_state, "refused")

    def test_several_added_people_answer_as_it_was_said(self):
        """A7: any one, all, or one after the other, in the order given."""
        for mode, asked in (
            ("any", [{"head", "assistant"}, set()]),
            ("all", [{"head", "assistant"}, {"assistant"}]),
            ("order", [{"head"}, {"assistant"}]),
        ):
            order = self.submitted()
            self.add(self.vp, "before", self.head, self.assistant, mode=mode, order=order)
            added = self.request_of(order).step_ids[0]
            for expected in asked:
                slots = added.slot_ids.filtered(lambda slot: slot.state == "open")
                self.assertEqual(set(slots.user_id.mapped("login")), expected, mode)
                if slots:
                    self.decide(order, slots.user_id.sorted("login", reverse=True)[0])
            self.assertEqual(self.open_for(order), ["cfo", "vp"], mode)

    def test_added_people_in_order_keep_the_order_given(self):
        """A7: not that of their names or ids."""
        for people in ((self.assistant, self.head), (self.head, self.assistant)):
            order = self.submitted()
            self.add(self.vp, "before", *people, mode="order", order=order)
            self.assertEqual(self.open_for(order), [people[0].login])

    def test_added_approver_adds_another_one(self):
        """A7: nested, before, after and beside."""
        self.add(self.vp, "before", self.head)
        self.add(self.head, "before", self.assistant)
        self.assertEqual(self.open_for(self.order), ["assistant"])
        self.add(self.assistant, "after", self.sales2)
        self.add(self.assistant, "beside", self.salesmgr)
        self.assertEqual(self.open_for(self.order), ["assistant", "salesmgr"])
        for user in (self.assistant, self.salesmgr):
            self.decide(self.order, user)
        self.assertEqual(self.open_for(self.order), ["sales2"])
        self.decide(self.order, self.sales2)
        self.assertEqual(self.open_for(self.order), ["head"])
        self.decide(self.order, self.head)
        self.assertEqual(self.open_for(self.order), ["cfo", "vp"])
        names = [step["name"] for step in self.panel(self.order, self.sales)["steps"]]
        self.assertEqual(len(names), 6)
        self.assertEqual(names[-2:], ["First", "Step 2"])

    def test_approver_added_in_a_parallel_step_leaves_the_other_alone(self):
        """A7, A4."""
        self.env["approval.chain"].search([("model", "=", self.order._name)]).active = False
        self.make_chain(
            [self.people(self.vp), self.people(self.cfo, parallel=True), ("decide", "president")]
        )
        order = self.submitted()
        self.add(self.vp, "before", self.head, order=order)
        self.assertEqual(self.open_for(order), ["cfo", "head"])
        self.decide(order, self.cfo)
        self.assertEqual(self.open_for(order), ["head"])
        self.decide(order, self.head)
        self.assertEqual(self.open_for(order), ["vp"])
        self.decide(order, self.vp)
        self.assertEqual(self.open_for(order), ["president"])

    def test_only_whose_turn_it_is_adds_and_only_people_who_can_be_asked(self):
        """A7, X6: each refusal says why."""
        portal = new_test_user(self.env, "added_portal", groups="base.group_portal")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = new_test_user(
            self.env, "added_foreign", company_id=elsewhere.id, company_ids=elsewhere.ids
        )
        left = new_test_user(self.env, "added_left", company_id=self.company.id,
                             company_ids=self.company.ids)  # fmt: skip
        left.active = False
        with self.assertRefused("is not waiting for you"):
            self.add(self.sales, "before", self.head)
        for user in (self.president, self.head):
            with self.assertRefused(exception=AccessError):
                self.add(user, "before", self.head)
        self.decide(self.order, self.cfo)
        with self.assertRefused("is not waiting for you"):
            self.add(self.cfo, "before", self.head)
        for user in (portal, foreign, left):
            with self.assertRefused("cannot be asked"):
                self.add(self.vp, "before", user)
        with self.assertRefused("asked for it and cannot decide"):
            self.add(self.vp, "before", self.sales)
        request = self.asking(self.order, self.vp)
        for ids in (None, [], [2**30], ["x"], [True], "abc", {"a": 1}, [[1]]):
            with self.assertRefused("choose at least one colleague"):
                request.action_add_approvers("before", ids)
        for where, mode in (("inside", "any"), ("before", "quorum"), (None, "any"), ([], "any")):
            with self.assertRefused("Choose where"):
                request.action_add_approvers(where, self.head.ids, mode)
        self.assertEqual(len(self.request_of(self.order).step_ids), 2)

    def test_addition_is_logged_with_where_whom_and_why(self):
        """A7, A12."""
        self.add(self.vp, "before", self.head, self.assistant, mode="all")
        [facts] = self.facts(self.order, "add_approver")
        self.assertEqual(
            (facts["where"], facts["mode"], facts["to"], facts["opinion"], facts["actor"]),
            (
                "before",
                "all",
                sorted((self.head | self.assistant).ids),
                "Who knows more.",
                self.vp.id,
            ),
        )
        step = self.panel(self.order, self.sales)["steps"][0]
        self.assertEqual(step["added_by"], "赵敏")

    def test_requester_who_may_decide_can_be_added(self):
        """A7, A11: where the chain lets the requester decide, the place is answerable."""
        self.env["approval.chain"].search([("model", "=", self.order._name)]).active = False
        self.make_chain([self.people(self.vp)], self_policy="allow")
        order = self.submitted()
        self.add(self.vp, "beside", self.sales, order=order)
        self.decide(order, self.vp)
        self.decide(order, self.sales)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ handing over

    def test_handed_over_place_is_answered_by_the_colleague_alone(self):
        """A7: 转交: who handed over still reads it."""
        self.asking(self.order, self.vp).action_hand_over(self.head.id, "Your customer.")
        self.assertEqual(self.open_for(self.order), ["cfo", "head"])
        with self.assertRefused("is not waiting for you"):
            self.decide(self.order, self.vp)
        self.decide(self.order, self.head)
        self.decide(self.order, self.cfo)
        self.assertEqual(self.open_for(self.order), ["president"])
        [facts] = self.facts(self.order, "hand_over")
        self.assertEqual((facts["to"], facts["opinion"]), ([self.head.id], "Your customer."))
        slots = self.panel(self.order, self.sales)["steps"][0]["slots"]
        self.assertIn("赵敏", [slot["handed_from"] for slot in slots])

    def test_place_of_a_role_is_handed_over_as_a_whole(self):
        """A7: the other holders are not asked any more."""
        self.holder("president", self.salesmgr)
        for user in (self.vp, self.cfo):
            self.decide(self.order, user)
        self.assertEqual(self.open_for(self.order), ["president", "salesmgr"])
        self.asking(self.order, self.salesmgr).action_hand_over(self.head.id)
        self.assertEqual(self.open_for(self.order), ["head"])
        with self.assertRefused("is not waiting for you"):
            self.decide(self.order, self.president)
        self.decide(self.order, self.head)
        self.assertEqual(self.order.state, "done")

    def test_handing_over_is_refused_to_people_who_cannot_answer(self):
        """A7: the requester, somebody asked already, nobody, and by others."""
        request = self.asking(self.order, self.vp)
        with self.assertRefused("asked for it and cannot decide"):
            request.action_hand_over(self.sales.id)
        for user in (self.cfo, self.vp):
            with self.assertRefused("is asked in this step already"):
                request.action_hand_over(user.id)
        for wrong in (None, 2**30, "x", [], True, [self.head.id]):
            with self.assertRefused("choose at least one colleague"):
                request.action_hand_over(wrong)
        with self.assertRefused("is not waiting for you"):
            self.asking(self.order, self.sales).action_hand_over(self.head.id)
        with self.assertRefused(exception=AccessError):
            self.asking(self.order, self.president).action_hand_over(self.head.id)

    def test_nobody_counts_twice_in_a_step(self):
        """A7, A4: neither as a colleague who answered already, nor for somebody away."""
        self.decide(self.order, self.cfo)
        with self.assertRefused("is asked in this step already"):
            self.asking(self.order, self.vp).action_hand_over(self.cfo.id)
        order = self.submitted()
        self.delegate(self.cfo, self.head)
        self.decide(order, self.head)
        with self.assertRefused("is asked in this step already"):
            self.asking(order, self.vp).action_hand_over(self.head.id)

    def test_place_may_wander_on(self):
        """A7: handed over again, and back."""
        self.asking(self.order, self.vp).action_hand_over(self.head.id)
        self.asking(self.order, self.head).action_hand_over(self.assistant.id)
        self.asking(self.order, self.assistant).action_hand_over(self.vp.id)
        self.decide(self.order, self.vp)
        self.decide(self.order, self.cfo)
        self.assertEqual(self.open_for(self.order), ["president"])

    # ------------------------------------------------------------------ replacing

    def manager(self, user):
        user.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        return user

    def slot_of(self, user):
        return self.request_of(self.order).slot_ids.filtered(
            lambda slot: slot.user_id == user and slot.state == "open"
        )

    def test_administrator_replaces_an_approver_with_a_reason(self):
        """A7: for somebody who cannot answer."""
        request = self.asking(self.order, self.manager(self.salesmgr))
        slot = self.slot_of(self.vp)
        with self.assertRefused("write why"):
            request.action_replace(slot.id, self.head.id, " ")
        request.action_replace(slot.id, self.head.id, "赵敏 is ill.")
        self.assertEqual(self.open_for(self.order), ["cfo", "head"])
        [facts] = self.facts(self.order, "replace")
        self.assertEqual((facts["opinion"], facts["actor"]), ("赵敏 is ill.", self.salesmgr.id))
        with self.assertRefused("is not open any more"):
            request.action_replace(slot.id, self.assistant.id, "Again.")

    def test_place_that_waits_can_be_replaced_before_its_turn(self):
        """A7: and is asked when it comes."""
        role_slot = self.step_of(self.order, "Step 2").slot_ids
        self.asking(self.order, self.manager(self.salesmgr)).action_replace(
            role_slot.id, self.head.id, "The president travels."
        )
        self.assertEqual(self.open_for(self.order), ["cfo", "vp"])
        for user in (self.vp, self.cfo):
            self.decide(self.order, user)
        self.assertEqual(self.open_for(self.order), ["head"])

    def test_nobody_else_replaces_and_no_administrator_for_the_own_benefit(self):
        """A7, A11: neither oneself as approver, nor on the own request."""
        slot = self.slot_of(self.vp)
        for user in (self.vp, self.sales):
            with self.assertRefused("Only an approval administrator", AccessError):
                self.asking(self.order, user).action_replace(slot.id, self.head.id, "Why not.")
        request = self.asking(self.order, self.manager(self.salesmgr))
        with self.assertRefused("cannot choose yourself"):
            request.action_replace(slot.id, self.salesmgr.id, "I do it.")
        self.delegate(self.head, self.salesmgr)
        with self.assertRefused("cannot choose yourself"):
            request.action_replace(slot.id, self.head.id, "I answer for him.")
        with self.assertRefused("cannot choose yourself"):
            self.asking(self.order, self.manager(self.sales)).action_replace(
                slot.id, self.sales2.id, "He will approve."
            )
        other = self.submitted()
        foreign = self.request_of(other).slot_ids[0]
        for wrong in (foreign.id, 2**30, None, "x", [slot.id]):
            with self.assertRefused("is not open any more"):
                request.action_replace(wrong, self.head.id, "Wrong place.")

    # ------------------------------------------------------------------ urging

    def test_requester_urges_once_an_hour(self):
        """A7: 催办."""
        start = fields.Datetime.now()
        request = self.asking(self.order, self.sales)
        with freeze_time(start):
            request.action_urge()
            with self.assertRefused("was urged at"):
                request.action_urge()
        with freeze_time(start + timedelta(minutes=59)), self.assertRefused("was urged at"):
            request.action_urge()
        with freeze_time(start + timedelta(minutes=60)):
            request.action_urge()
        self.assertEqual(len(self.facts(self.order, "urge")), 2)
        with self.assertRefused("Only 林晓", AccessError):
            self.asking(self.order, self.vp).action_urge()

    def test_finished_request_is_not_urged(self):
        """A7."""
        self.decide(self.order, self.vp, "refuse", "No.")
        with self.assertRefused("cannot be changed"):
            self.asking(self.order, self.sales).action_urge()

    # ------------------------------------------------------------------ copies

    def test_copied_people_read_the_request_and_only_that(self):
        """A7: 抄送: sheet, steps and log; no deciding, adding, replacing, withdrawing or copying on."""
        with self.assertRefused(exception=AccessError):
            self.asking(self.order, self.assistant).read(["sheet"])
        self.asking(self.order, self.vp).action_copy(self.assistant.ids, "For your files.")
        request = self.asking(self.order, self.assistant)
        self.assertEqual(request.sheet["title"], "T1")
        self.assertTrue(request.panel["steps"][0]["slots"])
        self.assertEqual(request.log_ids.mapped("verb"), ["submit", "copy"])
        self.assertEqual([action["name"] for action in request.panel["actions"]], ["comment"])
        self.assertFalse(request.slot_ids.filtered("is_mine"))
        for call in (
            lambda: request.action_decide("approve"),
            lambda: request.action_add_approvers("before", self.head.ids),
            lambda: request.action_hand_over(self.head.id),
            lambda: request.action_propose([], "Mine."),
        ):
            with self.assertRefused("is not waiting for you"):
                call()
        for call in (
            lambda: request.action_withdraw("Mine."),
            lambda: request.action_retry(),
            lambda: request.action_urge(),
            lambda: request.action_replace(request.slot_ids[0].id, self.head.id, "Mine."),
            lambda: request.action_copy(self.head.ids),
            lambda: request.write({"state": "approved"}),
            lambda: request.copy_ids.unlink(),
        ):
            with self.assertRefused(exception=AccessError):
                call()
        [result] = request.slot_ids[0].action_bulk_decide("approve")
        self.assertFalse(result["ok"])
        with self.assertRefused("no proposed terms"):
            request.action_accept_terms()
        with self.assertRefused(exception=AccessError):
            self.asking(self.order, self.head).read(["sheet"])

    def test_copy_is_sent_once_and_marked_as_read_by_its_owner_alone(self):
        """A7: the inbox of copies."""
        for _time in range(2):
            self.asking(self.order, self.vp).action_copy((self.assistant | self.head).ids)
        copies = self.env["approval.request.copy"].search(
            [("request_id", "=", self.request_of(self.order).id)]
        )
        self.assertEqual(copies.user_id, self.assistant | self.head)
        own = copies.filtered(lambda row: row.user_id == self.assistant)
        self.as_user(own, self.sales).action_open_request()
        self.assertFalse(own.seen_at)
        with self.assertRefused(exception=AccessError):
            self.as_user(own, self.sales2).action_open_request()
        self.as_user(own, self.assistant).action_open_request()
        self.assertTrue(own.seen_at)

    def test_chain_copies_at_the_beginning_and_at_the_end_of_a_step(self):
        """A7: persons and holders of roles, each once."""
        self.env["approval.chain"].search([("model", "=", self.order._name)]).active = False
        self.make_chain(
            [
                self.people(
                    self.vp,
                    cc_when="start",
                    cc_user_ids=[Command.set(self.assistant.ids)],
                ),
                self.people(
                    self.cfo,
                    cc_when="end",
                    cc_user_ids=[Command.set(self.assistant.ids)],
                    cc_role_ids=[Command.set(self.role["department_head"].ids)],
                ),
            ]
        )
        order = self.submitted()
        self.assertEqual(self.request_of(order).copy_ids.user_id, self.assistant)
        self.decide(order, self.vp)
        self.assertEqual(self.request_of(order).copy_ids.user_id, self.assistant)
        self.decide(order, self.cfo)
        self.assertEqual(len(self.request_of(order).copy_ids), 2)
        self.assertEqual(self.asking(order, self.head).document_name, "T1")

    # ------------------------------------------------------------------ comments and attachments

    def upload(self, user, name="drawing.txt", data=b"one", **values):
        attachments = self.as_user(self.env["ir.attachment"], user)
        return attachments.create({"name": name, "datas": b64encode(data), **values})

    def test_comment_with_own_uploads_is_logged_with_their_checksums(self):
        """A6, A12: whoever changes the file later is found out."""
        file = self.upload(self.sales)
        checksum = file.checksum
        request = self.asking(self.order, self.sales)
        request.action_comment("Drawing attached.", file.ids)
        [facts] = self.facts(self.order, "comment")
        self.assertEqual(facts["attachments"], [{"name": "drawing.txt", "checksum": checksum}])
        self.assertEqual((file.res_model, file.res_id), (request._name, request.id))
        self.assertEqual(self.as_user(file, self.vp).raw, b"one")
        for user in (self.sales, self.vp):
            with self.assertRefused(exception=AccessError):
                self.as_user(file, user).write({"datas": b64encode(b"two")})
            with self.assertRefused(exception=AccessError):
                self.as_user(file, user).unlink()
        with self.assertRefused(exception=AccessError):
            self.as_user(file, self.sales2).read(["datas"])

    def test_decision_keeps_its_attachments(self):
        """A6: with the answer, by whoever answers."""
        file = self.upload(self.vp)
        self.asking(self.order, self.vp).action_decide("approve", attachment_ids=file.ids)
        self.assertEqual(len(self.facts(self.order, "approve")[0]["attachments"]), 1)

    def test_foreign_or_unknown_attachments_are_refused(self):
        """A6, A10: nobody makes a file of somebody else readable by attaching it."""
        request = self.asking(self.order, self.vp)
        foreign = self.upload(self.sales2)
        own_elsewhere = self.upload(self.vp)
        other = self.submitted()
        self.asking(other, self.vp).action_comment("There.", own_elsewhere.ids)
        for ids in (
            foreign.ids,
            own_elsewhere.ids,
            [2**30],
            foreign.ids + [2**30],
            ["x"],
            "x",
            True,
        ):
            with self.assertRefused("that you uploaded yourself"):
                request.action_comment("Here.", ids)
            with self.assertRefused("that you uploaded yourself"):
                request.action_decide("approve", attachment_ids=ids)
        self.assertFalse(foreign.res_id)
        self.assertEqual(own_elsewhere.res_id, self.request_of(other).id)

    def test_comment_needs_text_and_the_right_to_read(self):
        """A6: also on finished requests."""
        with self.assertRefused("write what you want to say"):
            self.asking(self.order, self.vp).action_comment("  ")
        with self.assertRefused(exception=AccessError):
            self.asking(self.order, self.assistant).action_comment("Hello.")
        self.decide(self.order, self.vp, "refuse", "No.")
        self.asking(self.order, self.sales).action_comment("A pity.")
        self.assertEqual(self.order.approval_state, "refused")

    # ------------------------------------------------------------------ outsiders (A10)

    def public_calls(self, request, slot, user):
        """Every public method of a request and its places, as ``user``, and what can be read."""
        request, slot = request.with_user(user), slot.with_user(user)
        return (
            lambda: request.action_decide("approve"),
            lambda: request.action_withdraw("x"),
            lambda: request.action_retry(),
            lambda: request.action_urge(),
            lambda: request.action_comment("x"),
            lambda: request.action_copy(user.ids),
            lambda: request.action_add_approvers("before", user.ids),
            lambda: request.action_hand_over(user.id),
            lambda: request.action_replace(slot.id, user.id, "x"),
            lambda: request.action_propose([], "x"),
            lambda: request.action_accept_terms(),
            lambda: request.action_decline_terms("x"),
            lambda: request.action_open_document(),
            lambda: slot.action_bulk_decide("approve"),
            lambda: request.read(["sheet"]),
            lambda: request.panel,
        )

    def test_outsiders_portal_users_and_other_companies_reach_nothing(self):
        """A10: every public method, by everybody who has nothing to do with it."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = new_test_user(
            self.env, "out_foreign", company_id=elsewhere.id, company_ids=elsewhere.ids
        )
        portal = new_test_user(self.env, "out_portal", groups="base.group_portal")
        self.holder("president", foreign)
        self.delegate(self.vp, self.head)
        self.head.write({"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id})
        slot = self.slot_of(self.vp)
        for user in (self.assistant, foreign, portal, self.head):
            for call in self.public_calls(self.request_of(self.order), slot, user):
                with self.assertRefused(exception=AccessError):
                    call()
        self.assertEqual(self.open_for(self.order), ["cfo", "vp"])

    def test_holder_of_a_role_who_is_no_colleague_any_more_decides_nothing(self):
        """A10, A2: a portal user named as holder, and one who became one."""
        portal = new_test_user(
            self.env,
            "holding_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.holder("president", portal)
        for user in (self.vp, self.cfo):
            self.decide(self.order, user)
        slot = self.step_of(self.order, "Step 2").slot_ids
        for call in self.public_calls(self.request_of(self.order), slot, portal):
            with self.assertRefused(exception=AccessError):
                call()
        self.assertEqual(self.request_of(self.order).state, "pending")

    def test_document_cannot_be_submitted_by_portal_users_or_with_wrong_arguments(self):
        """A10, X6."""
        portal = new_test_user(self.env, "sub_portal", groups="base.group_portal")
        order = self.make_order()
        for call in (
            lambda: order.with_user(portal).action_approval_submit(),
            lambda: order.with_user(portal).action_approval_break_glass("finish", "x"),
        ):
            with self.assertRefused(exception=AccessError):
                call()
        with self.assertRefused("There is no operation"):
            order.action_approval_submit("nothing")
        for chosen in ("x", [1], {"x": [1]}, {"1": "x"}, {"1": ["y", None]}, {"1": 5}):
            fresh = self.make_order()
            fresh.action_approval_submit(chosen=chosen)
            self.assertEqual(fresh.approval_state, "pending")

    # ------------------------------------------------------------------ the panel (A6)

    def test_panel_tells_a_client_all_it_needs(self):
        """A6: names of keys a client relies on; opinions only for those concerned."""
        self.decide(self.order, self.vp, opinion="Fine.")
        panel = self.panel(self.order, self.sales)
        self.assertLessEqual(
            {"operation", "operation_label", "state", "state_label", "request_id", "request_name",
             "requester", "submitted_at", "failure", "blockers", "steps", "rounds", "actions"},
            set(panel),
        )  # fmt: skip
        step = panel["steps"][0]
        self.assertLessEqual(
            {"id", "name", "kind", "mode", "quorum", "stage", "state", "note", "added_by",
             "checklist", "opinion_policy", "opened_at", "due_at", "closed_at", "slots"},
            set(step),
        )  # fmt: skip
        [done] = [slot for slot in step["slots"] if slot["state"] == "done"]
        self.assertEqual((done["opinion"], done["decided_by"]["name"]), ("Fine.", "赵敏"))
        self.assertEqual(self.asking(self.order, self.sales).panel["steps"], panel["steps"])
        outsider = self.panel(self.order, self.sales2)
        self.assertEqual(
            {slot["opinion"] for row in outsider["steps"] for slot in row["slots"]}, {""}
        )

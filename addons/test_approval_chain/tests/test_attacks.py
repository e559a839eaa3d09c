from contextlib import suppress
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ApprovalCase
from .race_case import RaceCase


@tagged("post_install", "-at_install")
class TestAttacks(ApprovalCase):
    """A9, A10: ways round the doors that people with patience find."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls.make_chain([("decide", "president")])
        cls.make_chain([("decide", "president")], model="test.approval.shipment")

    def approve(self, document):
        document.action_approval_submit()
        self.decide(document, self.president)

    def executed_order(self, **values):
        order = self.make_order(**values)
        self.approve(order)
        self.env.cr.flush()
        self.assertEqual(order.state, "done")
        return order

    def test_line_slipped_in_by_a_default_of_the_context_is_refused(self):
        """A10: default_order_id in the context, on pending and on executed documents, and by load."""
        pending = self.make_order(name="T2")
        pending.action_approval_submit()
        lines = self.as_user(self.env["test.approval.line"], self.sales)
        gold = {"product": "Gold", "quantity": 9, "price": 9}
        with self.assertRefused("is in approval"):
            lines.with_context(default_order_id=pending.id).create(gold)
        done = self.executed_order()
        with self.assertRefused("cannot be changed any more"):
            lines.with_context(default_order_id=done.id).create(gold)
        result = lines.with_context(default_order_id=done.id).load(
            ["product", "quantity", "price"],
            [["Gold", "9", "9"]],
        )
        self.assertFalse(result["ids"])

    def test_refusal_that_somebody_caught_is_repeated_at_the_end(self):
        """A10: code that swallows the error does not commit what was refused."""
        done = self.executed_order()
        with self.assertRefused("cannot be changed any more"):
            with suppress(UserError):
                done.line_ids[0].price = 1
            self.env.cr.flush()
        fresh = self.make_order(name="T2")
        with self.assertRefused("needs approval"):
            fresh._write({"state": "done"})
            with suppress(UserError), self.env.cr.savepoint():
                fresh.mapped("name")
            self.env.cr.flush()

    def test_bulk_decision_does_not_swallow_an_earlier_violation(self):
        """A10, A13: a refusal before the bulk decision is not reported as one of its results."""
        other = self.make_order(name="T2")
        other.action_approval_submit()
        shipment = self.as_user(self.env["test.approval.shipment"], self.sales).create(
            {
                "name": "S1",
                "company_id": self.company.id,
                "piece_ids": [Command.create({"product": "Pump"})],
            }
        )
        slots = self.as_user(self.request_of(other).slot_ids, self.president)
        with self.assertRefused("S1 needs approval"):
            shipment._write({"state": "done"})
            slots.action_bulk_decide("approve")

    def test_approval_is_bound_to_the_values_also_within_one_transaction(self):
        """A9, A15: done, undone, changed and done again below the methods."""
        order = self.make_order(waits=True)
        self.approve(order)
        with self.assertRefused("needs approval"):
            order.write({"state": "done"})
            order.write({"state": "draft"})
            order.line_ids[0].quantity = 999
            self.env.flush_all()
            order._write({"state": "done"})

    def test_condition_that_chose_the_chain_is_part_of_what_was_decided(self):
        """A5, A9: a value a condition looks at, changed after submission or after execution."""
        self.chain.domain = "[('note', '=', 'big')]"
        free = self.make_order(note="small")
        free.action_finish()
        with self.assertRefused("was carried out before it needed approval"):
            free.note = "big"
        order = self.make_order(note="big")
        order.action_approval_submit()
        with self.assertRefused("is in approval"):
            order.note = "small"

    def test_step_that_was_skipped_cannot_become_due_afterwards(self):
        """A5: the president is not left out by a value that is changed later."""
        self.chain.active = False
        self.make_chain(
            [
                {"role_id": self.role["president"].id, "domain": "[('note', '=', 'big')]"},
                ("decide", "department_head"),
            ]
        )
        order = self.make_order(note="small")
        order.action_approval_submit()
        with self.assertRefused("is in approval"):
            order.note = "big"
        waiting = self.make_order(name="T2", note="small", waits=True)
        waiting.action_approval_submit()
        self.decide(waiting, self.head)
        waiting.note = "big"
        self.assertEqual(waiting.approval_state, "void")

    def test_amount_that_leaves_the_range_of_the_chain_voids_the_approval(self):
        """A3, A9: a line that is not demanded still counts for the limit; negatives evade nothing."""
        self.chain.active = False
        self.make_chain([("decide", "department_head")], amount_max=1000)
        self.make_chain([("decide", "president")], amount_min=1000)
        order = self.make_order(waits=True)
        order.action_approval_submit()
        self.decide(order, self.head)
        order.line_ids = [
            Command.create(
                {"product": "Deposit", "quantity": 1, "price": 1000000, "comment": "not demanded"}
            )
        ]
        with self.assertRefused():
            order.action_finish()
        credit = self.make_order(
            name="T3",
            line_ids=[
                Command.create({"product": "Credit", "quantity": 1, "price": -1000000}),
            ],
        )
        self.assertTrue(credit.approval_required)
        with self.assertRefused("needs approval"):
            credit.action_finish()

    def test_chain_that_nobody_decides_on_cannot_approve(self):
        """A4, A11: opinions alone, or all steps skipped, are no approval."""
        self.chain.active = False
        chain = self.make_chain([("opinion", "vp_marketing")])
        with self.assertRefused("No step of"):
            self.make_order().action_approval_submit()
        chain.step_ids = [
            Command.create(
                {
                    "name": "Never",
                    "role_id": self.role["president"].id,
                    "domain": "[('note', '=', 'never')]",
                }
            )
        ]
        with self.assertRefused("No step of"):
            self.make_order().action_approval_submit()

    def test_time_zone_of_the_caller_does_not_prolong_a_role(self):
        """A2, A10: a role ends by the clock of the company, not of the client."""
        order = self.make_order()
        order.action_approval_submit()
        holder = self.env["approval.role.holder"].search(
            [
                ("role_id", "=", self.role["president"].id),
                ("company_id", "=", self.company.id),
            ]
        )
        holder.date_to = fields.Date.subtract(self.company._approval_today(), days=1)
        request = self.as_user(self.request_of(order), self.president)
        with self.assertRefused():
            request.with_context(tz="Etc/GMT+12").action_decide("approve")

    def test_archived_chain_blocks_nobody_whatever_the_context(self):
        """A10: active_test in the context of one reader does not poison what others are asked."""
        self.chain.active = False
        self.env.cr.postcommit.run()
        order = self.make_order()
        self.assertFalse(order.with_context(active_test=False).approval_required)
        order.action_finish()
        self.assertEqual(order.state, "done")

    def test_chain_changed_in_a_savepoint_that_was_rolled_back_leaves_the_gate_as_it_was(self):
        """A10: neither an open gate nor a ghost of a chain."""
        self.env.cr.postcommit.run()
        order = self.make_order()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.chain.active = False
            self.assertFalse(order.approval_required)
            raise ZeroDivisionError
        with self.assertRefused("needs approval"):
            order.action_finish()

    def test_used_chain_keeps_document_operation_and_company(self):
        """A9: moving a chain away does not unlock what runs on it."""
        self.make_order().action_approval_submit()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRefused("has been used"):
            self.chain.company_id = other

    def test_defaults_of_the_context_fill_in_no_decision(self):
        """A10, A12: default_* keys do not reach decision rows or the log."""
        order = self.make_order()
        order.with_user(SUPERUSER_ID).with_context(
            default_decided_by_id=self.president.id,
            default_verdict="approve",
            default_on_behalf_of_id=self.head.id,
            default_log_seq=7,
            default_state="done",
        ).action_approval_submit()
        request = self.request_of(order)
        self.assertEqual(request.state, "pending")
        self.assertFalse(request.slot_ids.decided_by_id | request.slot_ids.on_behalf_of_id)
        self.assertFalse(self.env["approval.log"]._find_tampering(request))

    def test_bulk_decision_answers_only_the_place_that_was_selected(self):
        """A13: a place answered before is not exchanged for another one of the same person."""
        self.chain.active = False
        self.make_chain(
            [("decide", "president"), ("decide", "department_head"), ("decide", "president")]
        )
        order = self.make_order()
        order.action_approval_submit()
        first = self.request_of(order).slot_ids.filtered(lambda slot: slot.state == "open")
        self.decide(order, self.president)
        self.decide(order, self.head)
        [result] = self.as_user(first, self.president).action_bulk_decide("approve")
        self.assertFalse(result["ok"])
        self.assertEqual(order.state, "draft")

    def test_deletion_that_is_refused_leaves_the_request_running(self):
        """A10: nothing half-done when the deletion fails."""
        order = self.make_order()
        order.action_approval_submit()
        with patch.object(
            type(self.env["ir.model.access"]),
            "check",
            lambda *args, **kwargs: args[2] != "unlink" or args[1] != "test.approval.order",
        ):
            with suppress(UserError):
                order.unlink()
        self.assertEqual(self.request_of(order).state, "pending")

    def test_request_of_somebody_who_left_is_withdrawn_by_an_administrator_with_a_reason(self):
        """A5: a document is not locked for ever; without a reason it stays."""
        order = self.make_order()
        order.action_approval_submit()
        admin = self.env.ref("base.user_admin")
        request = self.request_of(order).with_user(admin)
        with self.assertRefused("Only 林晓", AccessError):
            request.action_withdraw()
        request.action_withdraw("He left the company.")
        self.assertEqual(order.approval_state, "withdrawn")

    def test_operation_of_an_archived_requester_is_not_carried_out_in_his_name(self):
        """A15: the approval stays valid and says who can go on."""
        order = self.make_order()
        order.action_approval_submit()
        self.sales.active = False
        self.decide(order, self.president)
        self.assertEqual((order.state, order.approval_state), ("draft", "approved"))
        self.assertIn("has left", self.request_of(order).failure)

    def test_branch_is_decided_by_the_roles_of_the_company_above(self):
        """A2, X4: a branch without holders of its own follows its company."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.sales.company_ids |= branch
        self.president.company_ids |= branch
        orders = self.env["test.approval.order"].with_user(self.sales)
        order = orders.with_context(allowed_company_ids=branch.ids).create(
            {
                "name": "B1",
                "partner_name": "Buyer",
                "company_id": branch.id,
                "line_ids": [Command.create({"product": "Pump", "quantity": 1, "price": 1})],
            }
        )
        order.action_approval_submit()
        request = self.env["approval.request"].search([("res_id", "=", order.id)], limit=1)
        request.with_user(self.president).action_decide("approve")
        self.assertEqual(order.state, "done")

    def test_each_holder_is_asked_when_the_turn_of_all_comes(self):
        """A4: 会签 on a role asks whoever holds it when the step opens."""
        self.chain.active = False
        self.make_chain(
            [
                ("decide", "department_head"),
                {"role_id": self.role["president"].id, "mode": "all"},
            ]
        )
        order = self.make_order()
        order.action_approval_submit()
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": self.vp.id,
                "company_id": self.company.id,
            }
        )
        self.decide(order, self.head)
        self.decide(order, self.president)
        self.assertEqual(order.state, "draft")
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")


@tagged("post_install", "-at_install")
class TestWhoReadsWhat(ApprovalCase):
    """A6, A10: opinions are for those concerned."""

    def setUp(self):
        super().setUp()
        self.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        self.order = self.make_order()
        self.order.action_approval_submit()
        self.decide(self.order, self.vp, "opinion", "The margin is three percent.")

    def test_portal_users_read_no_panel(self):
        """A10: a customer who may read the document does not read the approval."""
        portal = new_test_user(self.env, "portal_reader", groups="base.group_portal")
        self.env["ir.model.access"].create(
            {
                "name": "Portal reads test orders",
                "perm_read": True,
                "model_id": self.env["ir.model"]._get_id("test.approval.order"),
                "group_id": self.env.ref("base.group_portal").id,
            }
        )
        order = self.order.with_user(portal)
        self.assertEqual(order.read(["name"])[0]["name"], "T1")
        with self.assertRefused(exception=AccessError):
            order.read(["approval_panel"])

    def test_colleagues_see_where_it_stands_but_not_the_opinions(self):
        """A6: who reads the document sees the steps; opinions only those asked, and administrators."""

        def opinions(user):
            panel = self.as_user(self.order, user).approval_panel
            return [slot["opinion"] for step in panel["steps"] for slot in step["slots"]]

        self.assertIn("The margin is three percent.", opinions(self.sales))
        self.assertIn("The margin is three percent.", opinions(self.president))
        self.assertEqual(opinions(self.sales2), ["", ""])

    def test_person_removed_from_the_company_reads_neither_places_nor_log(self):
        """A10, X4: rights end with the company."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.vp.write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        request = self.request_of(self.order)
        for model in (
            "approval.request",
            "approval.request.slot",
            "approval.request.step",
            "approval.log",
        ):
            field = "id" if model == "approval.request" else "request_id"
            records = self.env[model].with_user(self.vp).with_context(allowed_company_ids=other.ids)
            self.assertFalse(records.search([(field, "=", request.id)]), model)


@tagged("post_install", "-at_install")
class TestRaces(RaceCase):
    """A9: what was read before somebody else changed it is not judged by."""

    def approve_and_execute(self):
        with self.registry.cursor() as cr:
            order = self.order(cr)
            order.action_approval_submit()
            request = order.sudo().approval_request_id
            request.with_user(self.president_id).sudo(False).action_decide("approve")
            self.assertEqual(order.state, "done")

    def test_edit_on_an_old_snapshot_cannot_slip_behind_an_execution(self):
        """A9: the edit began before the approval and is made to start over."""
        with self.registry.cursor() as old:
            order = self.order(old)
            self.assertEqual(order.state, "draft")
            self.approve_and_execute()
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                order.line_ids.write({"product": "Gold"})
            old.rollback()
        with self.registry.cursor() as cr:
            self.assertEqual(self.order(cr).line_ids.product, "Pump")

    def test_submission_on_an_old_snapshot_does_not_freeze_old_values(self):
        """A9: approvers never judge values that were replaced meanwhile."""
        with self.registry.cursor() as old:
            order = self.order(old)
            self.assertEqual(order.line_ids.product, "Pump")
            with self.registry.cursor() as cr:
                self.order(cr).line_ids.product = "Gold"
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                order.action_approval_submit()
            old.rollback()

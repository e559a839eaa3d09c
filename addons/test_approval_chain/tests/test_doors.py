from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestDoors(ApprovalCase):
    """A9, A10, A15: nothing is executed without its approval, through any door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("decide", "president")])
        cls.make_chain([("decide", "president")], model="test.approval.shipment")

    def test_executing_without_approval_is_refused_and_says_what_to_do(self):
        """A10: the executing method, the state written directly, and superuser alike."""
        order = self.make_order()
        with self.assertRefused("Submit it for approval"):
            order.action_finish()
        with self.assertRefused("Submit it for approval"):
            order.write({"state": "done"})
        with self.assertRefused("Submit it for approval"):
            order.with_user(self.env.ref("base.user_admin")).write({"state": "done"})

    def test_created_copied_or_imported_as_executed_is_refused(self):
        """A10: create, default_ context keys, copy and load."""
        with self.assertRefused("needs approval"):
            self.make_order(state="done")
        with self.assertRefused("needs approval"):
            orders = self.as_user(self.env["test.approval.order"], self.sales)
            orders.with_context(default_state="done").create(
                {
                    "name": "T1",
                    "company_id": self.company.id,
                }
            )
        order = self.make_order()
        with self.assertRefused("needs approval"):
            order.copy({"state": "done"})
        result = self.as_user(self.env["test.approval.order"], self.sales).load(
            ["name", "partner_name", "state"],
            [["T9", "Buyer", "done"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("needs approval", result["messages"][0]["message"])

    def test_context_keys_do_not_open_a_door(self):
        """A10: whatever a client sends in the context."""
        keys = {
            "skip_validation_check": True,
            "approval_bypass": True,
            "tracking_disable": True,
            "install_mode": True,
            "import_file": True,
            "no_approval": True,
            "active_test": False,
            "validate_order": True,
            "mail_notrack": True,
            "prefetch_fields": False,
        }
        order = self.make_order()
        with self.assertRefused("needs approval"):
            order.with_context(**keys).write({"state": "done"})

    def test_one_unapproved_document_refuses_the_whole_recordset(self):
        """A10: no half of a write stays."""
        approved = self.make_order(waits=True)
        self.approve(approved)
        both = approved | self.make_order(name="T2")
        with self.assertRefused("T2 needs approval"):
            both.write({"state": "done"})
        self.assertEqual(both.mapped("state"), ["draft", "draft"])
        self.assertEqual(approved.approval_state, "approved")

    def test_values_are_locked_while_pending(self):
        """A9: header and lines, by the document and directly; unwatched values stay free."""
        order = self.make_order()
        order.action_approval_submit()
        attacks = [
            lambda: order.write({"partner_name": "Other"}),
            lambda: order.line_ids[0].write({"price": 1}),
            lambda: order.write(
                {"line_ids": [Command.update(order.line_ids[0].id, {"quantity": 9})]}
            ),
            lambda: order.line_ids[0].unlink(),
            lambda: (
                self.env["test.approval.line"]
                .with_user(self.sales)
                .create({"order_id": order.id, "product": "Valve", "quantity": 1, "price": 1})
            ),
            lambda: self.make_order(name="T2").line_ids.write({"order_id": order.id}),
        ]
        for attack in attacks:
            with self.assertRefused("is in approval"):
                attack()
        order.write(
            {
                "note": "Call first.",
                "line_ids": [
                    Command.update(order.line_ids[0].id, {"remark": "red"}),
                ],
            }
        )
        self.assertEqual(order.approval_state, "pending")

    def test_writing_the_same_values_again_is_no_change(self):
        """A9: forms save what they loaded."""
        order = self.make_order()
        order.action_approval_submit()
        order.write({"partner_name": "Buyer"})
        order.line_ids[0].write({"price": 100.001})
        self.assertEqual(order.approval_state, "pending")

    def test_change_after_approval_voids_it(self):
        """A9: what was approved is what gets executed."""
        order = self.make_order(waits=True)
        self.approve(order)
        order.line_ids[0].quantity = 200
        self.assertEqual(order.approval_state, "void")
        with self.assertRefused("needs approval"):
            order.action_finish()

    def test_change_and_execution_in_one_write_is_refused(self):
        """A9: the values compared are those that would be stored."""
        order = self.make_order(waits=True)
        self.approve(order)
        with self.assertRefused("was changed after"):
            order.write({"state": "done", "partner_name": "Other"})
        with self.assertRefused("was changed after"):
            order.write(
                {
                    "state": "done",
                    "line_ids": [
                        Command.update(order.line_ids[0].id, {"price": 1}),
                    ],
                }
            )

    def test_values_cannot_be_changed_after_execution(self):
        """A9: only a new approval changes what was carried out."""
        order = self.make_order()
        self.approve(order)
        self.assertEqual(order.state, "done")
        with self.assertRefused("cannot be changed any more"):
            order.line_ids[0].price = 1
        order.note = "Delivered by the back door."

    def test_approval_is_good_for_one_execution(self):
        """A15: cancelled and done again needs a new approval, also by way of the state field."""
        order = self.make_order()
        self.approve(order)
        order.state = "cancel"
        with self.assertRefused("needs approval"):
            order.write({"state": "done"})
        order.state = "draft"
        with self.assertRefused("needs approval"):
            order.action_finish()

    def test_cancelling_a_pending_document_cancels_its_request(self):
        """A10: cancel-then-write finds no approval to use."""
        order = self.make_order()
        order.action_approval_submit()
        order.state = "cancel"
        self.assertEqual(order.approval_state, "cancelled")
        with self.assertRefused("needs approval"):
            order.state = "done"

    def test_computed_state_is_caught_at_the_last_door(self):
        """A10: a state that another model's fields turn passes the same claim."""
        shipment = self.as_user(self.env["test.approval.shipment"], self.sales).create(
            {
                "name": "S1",
                "company_id": self.company.id,
                "piece_ids": [
                    Command.create({"product": "Pump"}),
                    Command.create({"product": "Hose"}),
                ],
            }
        )
        with self.assertRefused("needs approval"):
            shipment.piece_ids.write({"shipped": True})
        with self.assertRefused("needs approval"):
            shipment.piece_ids.filtered(lambda piece: piece.product == "Hose").unlink()
            shipment.piece_ids.shipped = True
        with self.assertRefused("needs approval"):
            shipment._write({"state": "done"})
        self.approve(shipment)
        self.assertEqual(shipment.state, "done")

    def test_low_level_write_of_the_state_is_refused_at_the_flush(self):
        """A10: the row itself is guarded, not the method that usually writes it."""
        order = self.make_order()
        with self.assertRefused("needs approval"):
            order._write({"state": "done"})

    def test_claim_is_good_for_one_write_in_the_same_transaction(self):
        """A15: done, undone and done again in one transaction needs two approvals."""
        order = self.make_order()
        self.approve(order)
        self.env.cr.flush()
        order.state = "draft"
        self.env.flush_all()
        with self.assertRefused("needs approval"):
            order._write({"state": "done"})

    def test_decision_rows_cannot_be_made_changed_or_deleted(self):
        """A10, A12: by nobody, with the administrator's rights or as superuser."""
        order = self.make_order()
        order.action_approval_submit()
        request = self.request_of(order)
        rows = [request, request.step_ids[0], request.slot_ids[0], request.log_ids[0]]
        admin = self.env.ref("base.user_admin")
        for row in rows:
            for actor in (self.sales, self.president, admin):
                forged = row.with_user(actor)
                with self.assertRefused(exception=AccessError):
                    forged.write(
                        {"request_id": 1} if "request_id" in row._fields else {"state": "approved"}
                    )
                with self.assertRefused(exception=AccessError):
                    forged.unlink()
                with self.assertRefused(exception=AccessError):
                    forged.create([{}])
                with self.assertRefused(exception=AccessError):
                    forged.copy()
            with self.assertRefused(exception=AccessError):
                row.write({})
            with self.assertRefused(exception=AccessError):
                row.unlink()

    def test_other_company_is_untouched_by_the_chain(self):
        """A1, X4: chains apply to their company; elsewhere Odoo is as before."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        order = self.env["test.approval.order"].create({"name": "E1", "company_id": other.id})
        order.action_finish()
        self.assertEqual(order.state, "done")
        self.assertFalse(order.approval_panel)

    def test_branch_follows_the_chain_of_its_company(self):
        """A1, X4: a branch obeys the rules of the company above it."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        order = self.env["test.approval.order"].create({"name": "B1", "company_id": branch.id})
        with self.assertRefused("needs approval"):
            order.action_finish()

    def test_moving_a_document_to_a_company_without_a_chain_is_no_way_round(self):
        """A10, X4: the company is part of what was submitted."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused("is in approval"):
            order.with_user(self.env.ref("base.user_admin")).write({"company_id": other.id})

    def approve(self, document):
        document.action_approval_submit()
        self.decide(document, self.president)


@tagged("post_install", "-at_install")
class TestDoorsCost(ApprovalCase):
    """A10: what the doors cost when nobody has anything to guard."""

    def test_write_of_unwatched_fields_costs_no_query_with_a_chain(self):
        """A10: a plain write costs what it costs in plain Odoo: the UPDATE."""
        self.make_chain([("decide", "president")])
        self.env.cr.postcommit.run()  # definitions are cached once they are committed
        orders = self.make_order() | self.make_order(name="T2")
        orders.write({"note": "First."})
        self.env.flush_all()
        with self.assertQueryCount(1):
            orders.write({"note": "Later."})
            self.env.flush_all()

    def test_without_a_chain_no_door_costs_a_query(self):
        """A10: executing in a database that guards nothing is one UPDATE."""
        first, second = self.make_order(), self.make_order(name="T2")
        first.write({"state": "done"})
        self.env.flush_all()
        with self.assertQueryCount(1):
            second.write({"state": "done"})
            self.env.flush_all()

from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .order_flow_case import OrderFlowCase


class TestAttacks(OrderFlowCase):
    """A10: no way round, as each role by what RPC can call."""

    # ------------------------------------------------------------------ confirming

    def test_the_state_cannot_be_written(self):
        """A10: by nobody."""
        order = self.make_order()
        for user in (self.sales, self.assistant, self.finance, self.warehouse, self.salesmgr):
            with self.subTest(user=user.login), self.assertRefused(exception=Exception):
                self.as_user(order, user).write({"state": "sale"})

    def test_an_order_cannot_be_created_confirmed(self):
        """A10: create, default in the context, import."""
        Order = self.as_user(self.env["sale.order"], self.sales)
        with self.assertRefused("needs approval"):
            Order.create(self.order_values(state="sale"))
        with self.assertRefused("needs approval"):
            Order.with_context(default_state="sale").create(self.order_values())
        result = Order.load(
            ["partner_id/.id", "state", "order_line/product_id/.id"],
            [[str(self.customer.id), "sale", str(self.pump.id)]],
        )
        self.assertFalse(result["ids"])

    def test_a_copy_is_a_quotation(self):
        """A10: nothing of the approval is copied."""
        copy = self.make_noticed().copy()
        self.assertEqual((copy.state, copy.flow_stage), ("draft", "quotation"))
        self.assertFalse(
            copy.delivery_notice_ids or copy.supply_started_at or copy.approval_request_id
        )

    def test_lines_are_locked_while_pending(self):
        """A9: by line and by order."""
        order = self.make_order()
        order.action_approval_submit()
        for values in (
            {"price_unit": 1},
            {"product_uom_qty": 9},
            {"discount": 9},
            {"product_id": self.hose.id},
        ):
            with self.subTest(values=values), self.assertRefused("is in approval"):
                order.order_line.write(values)
        with self.assertRefused("is in approval"):
            order.write({"order_line": [Command.create({"product_id": self.hose.id})]})
        with self.assertRefused("is in approval"):
            order.write({"payment_term_id": self.term.id})

    def test_a_change_after_approval_voids_it(self):
        """A9: what was approved is what is executed."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        order.order_line.price_unit = 1
        self.assertEqual(self.request_of(order).state, "void")
        with self.assertRefused("needs approval"):
            order.action_confirm()

    def test_decided_values_stand_after_confirmation(self):
        """A9: changed only by a change request."""
        order = self.make_confirmed()
        for values in ({"price_unit": 1}, {"product_uom_qty": 9}, {"discount": 9}):
            with self.subTest(values=values), self.assertRefused("approved"):
                order.order_line.write(values)
        with self.assertRefused("approved"):
            order.commitment_date = False

    def test_flow_fields_of_an_order_cannot_be_written(self):
        """A10: derived values are nobody's to enter."""
        order = self.make_confirmed()
        for name, value in (
            ("order_flow", False),
            ("flow_stage", "ship"),
            ("supply_started_at", "2026-01-01"),
            ("signed_fingerprint", "x"),
        ):
            with self.subTest(field=name), self.assertRefused("by hand", AccessError):
                order.write({name: value})
        with self.assertRefused("by hand", AccessError):
            order.order_line.write({"launched_quantity": 4})
        with self.assertRefused("by hand", AccessError):
            self.as_user(self.env["sale.order"], self.sales).create(
                self.order_values(order_flow=False)
            )
        order = (
            self.as_user(self.env["sale.order"], self.sales)
            .with_context(default_order_flow=False)
            .create(self.order_values())
        )
        self.assertTrue(order.order_flow)

    # ------------------------------------------------------------------ payment and notice

    def test_states_of_documents_cannot_be_written(self):
        """F10: only by their actions."""
        order = self.make_confirmed()
        application = self.make_application(order)
        for user in (self.sales, self.finance):
            with self.subTest(user=user.login), self.assertRefused("by hand", AccessError):
                self.as_user(application, user).write({"state": "verified"})
        with self.assertRefused("by hand", AccessError):
            self.as_user(self.env["sale.delivery.application"], self.sales).create(
                {"order_id": order.id, "state": "verified"}
            )
        sneaky = (
            self.as_user(self.env["sale.delivery.application"], self.sales)
            .with_context(default_state="verified")
            .create({"order_id": order.id})
        )
        self.assertEqual(sneaky.state, "draft")
        self.make_verified(self.make_confirmed())
        with self.assertRefused("by hand", AccessError):
            self.as_user(self.env["sale.delivery.notice"], self.assistant).create(
                {"order_id": order.id, "state": "issued"}
            )
        draft = (
            self.as_user(self.env["sale.delivery.notice"], self.assistant)
            .with_context(default_state="issued")
            .create({"order_id": order.id})
        )
        self.assertEqual(draft.state, "draft")
        with self.assertRefused("by hand", AccessError):
            draft.write({"state": "issued"})

    def test_the_salesperson_makes_no_allocation_and_no_notice(self):
        """F10: rights and roles."""
        order = self.make_confirmed()
        application = self.make_application(order)
        payment = self.make_payment(400)
        for user in (self.sales, self.salesmgr, self.assistant, self.warehouse):
            with self.subTest(user=user.login), self.assertRefused(exception=AccessError):
                self.as_user(self.env["sale.payment.allocation"], user).create(
                    {
                        "application_id": application.id,
                        "payment_id": payment.id,
                        "amount": 400,
                    }
                )
        for user in (self.sales, self.salesmgr, self.finance, self.warehouse):
            with self.subTest(user=user.login), self.assertRefused(exception=AccessError):
                self.as_user(self.env["sale.delivery.notice"], user).create({"order_id": order.id})
        with self.assertRefused(exception=AccessError):
            self.as_user(order, self.sales)._issue_delivery_notice({order.order_line: 1})

    def test_the_group_alone_is_not_the_role(self):
        """A2: rights to the model by group, the act by role."""
        self.sales.group_ids = [
            Command.link(self.env.ref(f"sale_order_flow.group_flow_{name}").id)
            for name in ("assistant", "finance", "manager")
        ]
        order = self.make_confirmed()
        application = self.make_application(order)
        with self.assertRefused("Finance", AccessError):
            application.action_verify()
        with self.assertRefused("Sales Assistant", AccessError):
            order.action_prepare_delivery_notice()

    # ------------------------------------------------------------------ goods

    def test_unpaid_goods_do_not_leave_by_any_door(self):
        """F10: button, batch, done method, state written, from an order whose payment vanished."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        self.make_notice(order)
        self.as_user(payment, self.finance).action_draft()
        picking = self.pickings(order)
        picking.move_ids.picked = True
        doors = {
            "button": picking.button_validate,
            "context": picking.with_context(
                skip_sanity_check=True, skip_backorder=True
            ).button_validate,
            "picking": picking._action_done,
            "move": picking.move_ids._action_done,
            "state": lambda: picking.move_ids.write({"state": "done"}),
            "line": lambda: (
                picking.move_line_ids._action_done(),
                picking.move_ids.write({"state": "done"}),
            ),
        }
        for name, door in doors.items():
            with self.subTest(door=name), self.assertRefused("verified by finance"):
                door()
        self.assertEqual(picking.state, "assigned")

    def test_code_that_goes_on_after_a_refusal_ships_nothing(self):
        """F10, A10: whoever catches the refusal meets it again when the transaction is committed."""
        order = self.make_confirmed()
        payment = self.make_verified(order)
        self.make_notice(order)
        self.as_user(payment, self.finance).action_draft()
        moves = self.pickings(order).move_ids
        moves.picked = True
        for name, attack in {
            "state": lambda: moves.write({"state": "done"}),
            "below the cache": lambda: moves._write({"state": "done"}),
        }.items():
            with self.subTest(attack=name), self.assertRefused("verified by finance"):
                for _attempt in (1, 2):
                    with suppress(UserError):
                        attack()
                        self.env.cr.flush()
                    self.env.clear()
                self.env.cr.flush()
        self.assertEqual(moves.mapped("state"), ["assigned"])

    def test_what_was_raised_afterwards_is_refused_again(self):
        """F10, A10: a correction of shipped goods, the refusal caught."""
        picking = self.pickings(self.make_noticed())
        self.ship(picking)
        with self.assertRefused("delivery notices allow"):
            with suppress(UserError):
                picking.move_ids._write({"quantity": 40})
                self.env.cr.flush()
            self.env.cr.flush()

    def test_a_batch_is_refused_as_a_whole(self):
        """F10: one closed order keeps the others back, nothing half-done."""
        if "stock.picking.batch" not in self.env:
            self.skipTest("batch transfers are not installed")
        closed, open_ = self.make_confirmed(), self.make_noticed()
        payment = self.make_verified(closed)
        self.make_notice(closed)
        self.as_user(payment, self.finance).action_draft()
        pickings = self.pickings(closed) | self.pickings(open_)
        batch = self.env["stock.picking.batch"].create({"picking_ids": [Command.set(pickings.ids)]})
        batch.action_confirm()
        with self.assertRefused("verified by finance"):
            batch.action_done()

    def test_several_transfers_at_once_are_refused_as_a_whole(self):
        """F10: validated together from the list."""
        closed, open_ = self.make_confirmed(), self.make_noticed()
        payment = self.make_verified(closed)
        self.make_notice(closed)
        self.as_user(payment, self.finance).action_draft()
        pickings = self.pickings(closed) | self.pickings(open_)
        with self.assertRefused("verified by finance"):
            self.ship(pickings)
        self.assertNotIn("done", pickings.mapped("state"))

    def test_a_transfer_made_by_hand_does_not_leave(self):
        """F10: neither without an order nor under the name of one."""
        order = self.make_confirmed()
        values = {
            "product_id": self.pump.id,
            "product_uom_qty": 4,
            "product_uom": self.pump.uom_id.id,
            "location_id": self.warehouse_place.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        Picking = self.as_user(self.env["stock.picking"], self.warehouse)
        for line, text in (
            (False, "without a sales order"),
            (order.order_line.id, "verified by finance"),
        ):
            picking = Picking.create(
                {
                    "picking_type_id": self.warehouse_place.out_type_id.id,
                    "partner_id": self.customer.id,
                    "location_id": values["location_id"],
                    "location_dest_id": values["location_dest_id"],
                    "move_ids": [Command.create({**values, "sale_line_id": line})],
                }
            )
            picking.action_confirm()
            with self.subTest(line=line), self.assertRefused(text):
                self.ship(picking)

    def test_goods_cannot_be_taken_out_of_their_order(self):
        """F10: cutting the link opens nothing."""
        order = self.make_noticed()
        with self.assertRefused("cannot be taken out"):
            self.pickings(order).move_ids.write({"sale_line_id": False})

    def test_done_goods_cannot_be_raised_afterwards(self):
        """F10: an unlocked transfer is no way to ship more."""
        order = self.make_noticed()
        picking = self.pickings(order)
        self.ship(picking)
        picking.action_toggle_is_locked()
        with self.assertRefused("delivery notices allow"):
            picking.move_line_ids.quantity = 40

    def test_a_move_inserted_as_done_is_refused(self):
        """F10: inserting a done move."""
        order = self.make_confirmed()
        with self.assertRefused("verified by finance"):
            self.as_user(self.env["stock.move"], self.warehouse).create(
                {
                    "product_id": self.pump.id,
                    "product_uom_qty": 4,
                    "quantity": 4,
                    "state": "done",
                    "product_uom": self.pump.uom_id.id,
                    "sale_line_id": order.order_line.id,
                    "location_id": self.warehouse_place.lot_stock_id.id,
                    "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                }
            )

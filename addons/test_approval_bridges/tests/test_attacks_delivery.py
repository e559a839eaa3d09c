from contextlib import suppress

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from . import attack_table


@tagged("post_install", "-at_install")
class TestAttackDelivery(attack_table.AttackTable):
    """stock.picking: approved are quantities, the transfer only asks whether they are released."""

    model, code = "test.approval.delivery", "release"
    groups = ("stock.group_stock_manager",)
    executed, dead = {"state": "released"}, {"state": "cancel"}
    lines, tampered_line = "line_ids", {"quantity": 99.0}
    harmless = (("copy", 1), ("copy", 2))  # done, with nothing in it

    @classmethod
    def set_up_ground(cls):
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.out_type, cls.shelf = warehouse.out_type_id, warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.pump, cls.hose = cls.env["product.product"].create(
            [{"name": name, "is_storable": True} for name in ("Pump", "Hose")]
        )
        for product in (cls.pump, cls.hose):
            cls.env["stock.quant"]._update_available_quantity(product, cls.shelf, 1000)

    @classmethod
    def picking(cls, quantity=5):
        pickings = cls.of_requester("stock.picking")
        picking = pickings.create(
            {
                "picking_type_id": cls.out_type.id,
                "location_id": cls.shelf.id,
                "location_dest_id": cls.customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": cls.shelf.id,
                            "location_dest_id": cls.customers.id,
                        }
                    )
                    for product in (cls.pump, cls.hose)
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    @classmethod
    def values(cls):
        return {
            "name": "D1",
            "picking_id": cls.picking().id,
            "line_ids": [
                Command.create({"product_id": cls.pump.id, "quantity": 5}),
                Command.create({"product_id": cls.hose.id, "quantity": 5}),
            ],
        }

    def line_values(self, document):
        return {"product_id": self.pump.id, "quantity": 7}

    def ways(self, document):
        moves = document.picking_id.move_ids
        return [
            (document, self.executed),
            (moves, {"state": "done"}),
            (moves[0], {"state": "done"}),
        ]

    def methods(self, document):
        picking = document.picking_id
        return [
            document._release,
            picking.button_validate,
            lambda: (picking.move_ids.write({"picked": True}), picking.sudo()._action_done()),
            lambda: self.done_by_moves(picking.move_ids),
            lambda: self.done_by_moves(picking.sudo().move_ids[0]),
        ]

    def done_by_moves(self, moves):
        moves.picked = True
        moves._action_done()

    def tamperings(self, document):
        return [
            (document, {"picking_id": self.another.picking_id.id}),
            *super().tamperings(document),
        ]

    def undo(self, document):
        document.state = "draft"

    def is_executed(self, document):
        moves = document.picking_id.move_ids
        return super().is_executed(document) or any(
            move.state == "done" and move.quantity for move in moves
        )

    def twin_values(self, document, records, values):
        twin = super().twin_values(document, records, values)
        return {**twin, "quantity": 5.0} if records._name == "stock.move" else twin

    # ------------------------------------------------------------------ quantities

    def test_released_quantities_leave(self):
        """A9: what was approved is what leaves, and no more of it."""
        delivery = self.document
        self.approve(delivery)
        picking = delivery.picking_id
        picking.button_validate()
        self.env.cr.flush()
        self.assertEqual(picking.state, "done")
        for attack in (
            lambda: picking.move_ids[0].write({"quantity": 8}),
            lambda: picking.move_line_ids[0].write({"quantity": 8}),
            lambda: picking.move_ids[0]._write({"quantity": 8}),
            lambda: picking.move_ids[0].copy({"state": "done", "quantity": 1.0}),
        ):
            with self.assertRefused("are released"):
                attack()
                self.env.cr.flush()
            for how, go_on in self.ways_to_go_on().items():
                with self.subTest(door=how), self.rolled_back():
                    with suppress(UserError), self.env.cr.savepoint():
                        go_on(attack)
                        self.env.cr.flush()
                    self.env.invalidate_all()
                    left = picking.move_ids.filtered(lambda move: move.state == "done")
                    self.assertEqual(sorted(left.mapped("quantity")), [5, 5])

    def test_more_than_released_does_not_leave(self):
        """A9: in one transfer, and by moving goods to a released one."""
        delivery = self.document
        self.approve(delivery)
        picking = delivery.picking_id
        picking.move_ids.quantity = 6
        with self.assertRefused("are released"):
            picking.button_validate()
        picking.move_ids.quantity = 5
        other = self.picking()
        with self.assertRefused("are released"):
            other.move_ids.write({"picking_id": picking.id})
            picking.button_validate()

    def test_part_leaves_and_the_rest_asks_again(self):
        """A9: the back order is another transfer, with quantities of its own."""
        delivery = self.document
        self.approve(delivery)
        picking = delivery.picking_id
        picking.move_ids.quantity = 3
        picking.with_context(skip_backorder=True).button_validate()
        self.env.cr.flush()
        self.assertEqual(picking.state, "done")
        rest = picking.backorder_ids
        rest.action_assign()
        with self.assertRefused("are released"):
            rest.button_validate()

    def test_goods_without_a_transfer_do_not_leave(self):
        """A10: a move of its own asks, too."""
        moves = self.of_requester("stock.move")
        move = moves.create(
            {
                "product_id": self.pump.id,
                "product_uom_qty": 5,
                "location_id": self.shelf.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move.quantity = 5
        with self.assertRefused("are released"):
            self.done_by_moves(move)

    def test_other_transfers_are_as_in_plain_odoo(self):
        """A1: receipts and internal transfers, and deliveries once no chain is left."""
        receipt = self.of_requester("stock.move").create(
            {
                "product_id": self.pump.id,
                "product_uom_qty": 5,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.shelf.id,
            }
        )
        receipt._action_confirm()
        receipt.quantity = 5
        self.done_by_moves(receipt)
        self.env.cr.flush()
        self.assertEqual(receipt.state, "done")
        self.chain.active = False
        picking = self.picking()
        picking.button_validate()
        self.env.cr.flush()
        self.assertEqual(picking.state, "done")

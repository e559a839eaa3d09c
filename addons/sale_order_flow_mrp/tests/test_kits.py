from odoo import Command
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.order_flow_case import OrderFlowCase


@tagged("post_install", "-at_install")
class TestKits(OrderFlowCase):
    """F10: of a kit its components leave, in the share of the delivery notices and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit = cls.make_product("Pump Set", 120)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "company_id": cls.company.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": cls.pump.id, "product_qty": 1}),
                    Command.create({"product_id": cls.hose.id, "product_qty": 2}),
                ],
            }
        )

    def make_noticed_kits(self, ordered, noticed):
        order = self.make_confirmed({self.kit: ordered})
        self.make_verified(order)
        self.make_notice(order, {self.kit: noticed})
        return order

    def parts(self, order):
        moves = self.pickings(order).move_ids.filtered(lambda move: move.state != "cancel")
        return {move.product_id: move for move in moves}

    def test_components_leave_in_the_noticed_share(self):
        """F10: two of four kits: two pumps and four hoses."""
        order = self.make_noticed_kits(4, 2)
        parts = self.parts(order)
        self.assertEqual(parts[self.pump].product_uom_qty, 2)
        self.assertEqual(parts[self.hose].product_uom_qty, 4)
        self.ship(self.pickings(order))
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(order.delivery_notice_ids.progress, "shipped")
        self.tell(order)
        self.assertEqual(order.flow_stage, "notice")

    def test_more_components_than_noticed_are_refused(self):
        """F10: of one component alone, by the form and below it."""
        order = self.make_noticed_kits(4, 2)
        parts = self.parts(order)
        for move in parts.values():
            move.quantity, move.picked = move.product_uom_qty, True
        parts[self.hose].quantity = 5
        with self.assertRefused("of Hose would have left, but delivery notices allow 4.0"):
            self.pickings(order).button_validate()
        with self.assertRefused("of Hose would have left"):
            parts[self.hose].write({"state": "done"})
            self.env.cr.flush()
        parts[self.hose].quantity = 4
        self.pickings(order).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_all_kits_in_two_notices(self):
        """F10, F11: the order is delivered when the last component has left."""
        order = self.make_noticed_kits(3, 1)
        self.ship(self.pickings(order))
        self.make_notice(order)
        self.ship(self.pickings(order).filtered(lambda picking: picking.state == "assigned"))
        self.tell(order)
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(order.flow_stage, "done")

    def test_without_a_notice_no_component_leaves(self):
        """F10: launched or not."""
        order = self.make_confirmed({self.kit: 1})
        self.assertFalse(self.pickings(order))

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

    # ------------------------------------------------------------------ changes

    def test_a_change_of_kits_names_what_is_made_for_their_components(self):
        """F18: production is told, though what it makes stands in no line of the order."""
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        self.pump.route_ids = mto | self.env.ref("mrp.route_warehouse0_manufacture")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.pump.product_tmpl_id.id,
                "company_id": self.company.id,
                "bom_line_ids": [Command.create({"product_id": self.hose.id, "product_qty": 1})],
            }
        )
        order = self.make_noticed_kits(4, 4)
        production = self.env["mrp.production"].search(
            [("reference_ids.sale_ids", "in", order.ids)]
        )
        self.assertEqual(production.product_id, self.pump)
        request = self.as_user(self.env["sale.change.request"], self.sales).create(
            {"order_id": order.id, "kind": "cancel", "reason": "The site was given up."}
        )
        self.assertIn(production.name, request.effects)
        roles = [row["role"] for row in request._change_effects()[request.id]]
        self.assertIn("vp_production", roles)

    # ------------------------------------------------------------------ statistics

    def report(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["sale.flow.report"].search([("order_id", "=", order.id)])

    def give_back(self, order, quantities):
        picking = self.pickings(order).filtered(lambda row: row.state == "done")[:1]
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
            .create({})
        )
        for line in wizard.product_return_moves:
            line.write({"quantity": quantities[line.product_id], "to_refund": True})
        back = wizard._create_return()
        for move in back.move_ids:
            move.write({"quantity": quantities[move.product_id], "picked": True})
        back.with_context(skip_backorder=True)._action_done()

    def test_kits_that_left_in_parts_and_came_back(self):
        """F20, F17: two of four left; then all; then one kit, a pump and two hoses, came back."""
        order = self.make_noticed_kits(4, 2)
        self.ship(self.pickings(order))
        row = self.report(order)
        self.assertEqual((row.delivered, row.returned, row.delivered_date), (2, 0, False))
        self.make_notice(order)
        self.ship(self.pickings(order).filtered(lambda picking: picking.state == "assigned"))
        row = self.report(order)
        self.assertEqual((row.delivered, row.returned), (4, 0))
        left = row.delivered_date
        self.assertTrue(left)
        self.give_back(order, {self.pump: 1, self.hose: 2})
        self.assertEqual(order.order_line.qty_delivered, 3)
        row = self.report(order)
        self.assertAlmostEqual(row.returned, 1)
        self.assertEqual(row.delivered_date, left)

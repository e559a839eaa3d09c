from odoo.exceptions import AccessError
from odoo.tests import tagged

from .shipping_case import ShippingCase


@tagged("post_install", "-at_install")
class TestShippingPacking(ShippingCase):
    """F14, D11 十一: accessories and packing are complete before goods leave (配件、包装)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flange, cls.crate, cls.manual = cls.env["shipping.checklist.point"].create(
            [
                {
                    "name": "Flange set",
                    "kind": "accessory",
                    "company_id": cls.company.id,
                    "product_ids": cls.pump.ids,
                },
                {"name": "Packing list inside", "company_id": cls.company.id},
                {
                    "name": "Manual",
                    "kind": "paper",
                    "is_required": False,
                    "company_id": cls.company.id,
                    "product_ids": cls.pump.ids,
                },
            ]
        )

    def items(self, order, user=None):
        items = self.env["shipping.checklist.item"].search(
            [("picking_id", "in", self.pickings(order).ids)], order="sequence, id"
        )
        return self.as_user(items, user or self.warehouse)

    def test_goods_do_not_leave_before_what_is_required_was_ticked(self):
        """F14: who ticked it and when is kept; what is not required does not hold it up."""
        order = self.make_noticed({self.pump: 4, self.hose: 2})
        items = self.items(order)
        self.assertEqual(set(items.mapped("name")), {"Flange set", "Packing list inside", "Manual"})
        with self.assertRefused("not packed yet: Flange set (Pump), Packing list inside"):
            self.ship(self.pickings(order))
        required = items.filtered("is_required")
        required[0].action_tick()
        with self.assertRefused("not packed yet"):
            self.ship(self.pickings(order))
        required[1].action_tick()
        self.assertEqual(required.ticked_by_id, self.warehouse)
        self.assertTrue(all(required.mapped("ticked_at")))
        self.ship(self.pickings(order))
        self.assertEqual(set(self.moves(order).mapped("state")), {"done"})

    def test_moves_made_done_in_another_way_are_refused_as_well(self):
        """F14, F10: the gate stands at the goods, not at the button."""
        order = self.make_noticed()
        move = self.as_user(self.moves(order), self.warehouse)
        move.write({"quantity": 4, "picked": True})
        with self.assertRefused("not packed yet"):
            move._action_done()

    def test_the_warehouse_alone_ticks_and_only_before_the_goods_leave(self):
        """F14, A10: and nobody writes it."""
        order = self.make_noticed()
        items = self.items(order)
        for user in (self.assistant, self.sales, self.dispatcher):
            with self.subTest(user.login), self.assertRefused("this is done by", AccessError):
                self.as_user(items[0], user).action_tick()
        for name, value in (
            ("is_ticked", True),
            ("ticked_by_id", self.sales.id),
            ("is_required", False),
            ("picking_id", False),
        ):
            with self.subTest(name), self.assertRefused("by hand", AccessError):
                items[0].write({name: value})
        with self.assertRefused("", AccessError):
            items[0].unlink()
        items[0].action_tick()
        items[0].action_tick()
        self.assertFalse(items[0].is_ticked or items[0].ticked_by_id)
        for item in items:
            item.action_tick()
        self.ship(self.pickings(order))
        with self.assertRefused("was shipped or cancelled"):
            items[0].action_tick()

    def test_a_point_made_later_counts_at_once(self):
        """F14: whether its item was made or not."""
        order = self.make_noticed()
        for item in self.items(order):
            item.action_tick()
        self.env["shipping.checklist.point"].create(
            {"name": "Silica gel", "company_id": self.company.id}
        )
        with self.assertRefused("not packed yet: Silica gel"):
            self.ship(self.pickings(order))

    def test_a_point_for_a_category_is_asked_for_its_subcategories(self):
        """F14: as inspection points are."""
        category = self.env["product.category"].create({"name": "Machines"})
        self.hose.categ_id = self.env["product.category"].create(
            {"name": "Hoses", "parent_id": category.id}
        )
        self.manual.write({"product_ids": [(5, 0, 0)], "category_ids": category.ids})
        order = self.make_noticed({self.hose: 2})
        self.assertEqual(set(self.items(order).mapped("name")), {"Packing list inside", "Manual"})

    def test_the_checklist_of_the_order_says_what_is_not_packed(self):
        """F14, F10: a mark, with who can do it."""
        order = self.make_noticed()

        def packing():
            gates = self.as_user(order, self.sales)._release_gates()[order.id]
            return next(gate for gate in gates if gate["code"] == "packing")

        self.assertEqual(packing()["state"], "waiting")
        self.assertIn("Flange set (Pump)", packing()["reason"])
        self.assertIn(self.warehouse.name, packing()["owner"])
        for item in self.items(order):
            item.action_tick()
        self.assertEqual(packing()["state"], "done")

    def test_nothing_is_asked_where_deliveries_are_not_arranged(self):
        """F14: the setting is the switch."""
        self.company.shipping_arranged = False
        order = self.make_noticed()
        self.assertFalse(self.items(order))
        self.ship(self.pickings(order))
        self.assertEqual(self.moves(order).state, "done")

    def test_points_of_another_company_ask_nothing(self):
        """F14, X4"""
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.env["shipping.checklist.point"].create({"name": "Theirs", "company_id": other.id})
        order = self.make_noticed()
        self.assertNotIn("Theirs", self.items(order).mapped("name"))

    def test_asking_costs_no_query_for_each_line(self):
        """F10: ten lines are asked with as many queries as two."""
        goods = [self.make_product(f"Part {number}", 1, stock=5) for number in range(10)]
        few = self.moves(self.make_noticed(dict.fromkeys(goods[:2], 1)))
        many = self.moves(self.make_noticed(dict.fromkeys(goods, 1)))
        counts = []
        for moves in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(list(moves._unpacked().values()), [["Packing list inside"]])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .purchase_case import PurchaseCase


@tagged("post_install", "-at_install")
class TestStockReview(PurchaseCase):
    """S8, D14 3: scrap, counts and transfers between warehouses, each switched on per company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "stock_count_review": True,
                "stock_count_amount": 500,
                "stock_transfer_review": True,
            }
        )
        cls.place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.other_place = cls.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": cls.company.id}
        )
        cls.warehouse.group_ids += cls.env.ref("stock.group_stock_user")
        cls.scrap_place = cls.env["stock.location"].search(
            [("company_id", "=", cls.company.id), ("usage", "=", "inventory")], limit=1
        )

    def stocked(self, quantity=100):
        """A pump that costs 60, so many of it in stock."""
        return self.make_product(stock=quantity)

    def quant(self, product):
        quants = self.as_user(self.env["stock.quant"], self.warehouse)
        return quants.search(
            [("product_id", "=", product.id), ("location_id", "=", self.location.id)]
        ).with_context(inventory_mode=True)

    def in_stock(self, product, place=None):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "=", (place or self.place).lot_stock_id.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def decide(self, document, *users):
        document.action_approval_submit()
        for user in users:
            self.as_user(self.request_of(document), user).action_decide("approve")

    # ------------------------------------------------------------------ scrap

    def make_scrap(self, product, quantity, **values):
        return self.as_user(self.env["stock.scrap"], self.warehouse).create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "company_id": self.company.id,
                "location_id": self.location.id,
                **values,
            }
        )

    def test_cheap_scrap_is_plain_odoo(self):
        """S8: below the amount of the chain."""
        product = self.stocked()
        scrap = self.make_scrap(product, 5)
        scrap.action_validate()
        self.assertEqual((scrap.state, self.in_stock(product)), ("done", 95))

    def test_dear_scrap_is_decided(self):
        """S8: finance, and over its limit the general manager; it is scrapped by the decision."""
        product = self.stocked()
        scrap = self.make_scrap(product, 10)
        self.assertEqual(scrap.scrap_value, 600)
        with self.assertRefused("needs approval by “Scrap”"):
            scrap.action_validate()
        self.decide(scrap, self.finance)
        self.assertEqual((scrap.state, self.in_stock(product)), ("done", 90))
        dear = self.make_scrap(product, 85)
        self.decide(dear, self.finance)
        self.assertEqual(dear.state, "draft")
        self.as_user(self.request_of(dear), self.boss).action_decide("approve")
        self.assertEqual(self.in_stock(product), 5)

    def test_scrap_that_is_gone_meanwhile_says_so(self):
        """S8, X6: approved, not executed, with the reason."""
        product = self.stocked(10)
        scrap = self.make_scrap(product, 10)
        scrap.action_approval_submit()
        self.env["stock.quant"]._update_available_quantity(product, self.location, -4)
        self.as_user(self.request_of(scrap), self.finance).action_decide("approve")
        self.assertEqual((scrap.state, scrap.approval_state), ("draft", "approved"))
        # in the language of the requester
        self.assertRegex(self.request_of(scrap).failure, "Count the stock|请先盘点")

    def test_no_door_scraps_what_nobody_approved(self):
        """A10: buttons, state, creation, copies; more than was approved; plain moves to scrap."""
        product = self.stocked()
        scrap = self.make_scrap(product, 10)
        approved = self.make_scrap(product, 10)
        self.decide(approved, self.finance)
        admin = self.env.ref("base.user_admin")
        values = {
            "product_id": product.id,
            "scrap_qty": 10,
            "company_id": self.company.id,
            "location_id": self.location.id,
        }
        scraps = scrap.browse()
        self.refusal_table(
            {
                "button": scrap.action_validate,
                "method": scrap.do_scrap,
                "run": scrap._scrap_approved,
                "administrator": self.as_user(scrap, admin).action_validate,
                "sudo": scrap.sudo().do_scrap,
                "context": scrap.with_context(is_scrap=True, approval_bypass=True).do_scrap,
                "write": lambda: scrap.write({"state": "done"}),
                "below": lambda: scrap.sudo()._write({"state": "done"}),
                "create": lambda: scraps.create({**values, "state": "done"}),
                "default": lambda: scraps.with_context(default_state="done").create(values),
                "copy": lambda: approved.copy({"state": "done"}),
                "raised": lambda: approved.sudo().move_ids.write({"quantity": 20}),
                "move": lambda: self.move_to_scrap(product, 10),
                "borrowed": lambda: self.move_to_scrap(product, 10, scrap_id=approved.id),
                "inserted": lambda: self.move_to_scrap(product, 10, state="done", quantity=10),
            },
            switch_off=self.switch_off_scrap,
        )
        self.assertEqual(self.in_stock(product), 90)

    def switch_off_scrap(self):
        self.switch_off_chain("stock.scrap")
        self.company.stock_count_review = False

    def switch_off_counts(self):
        self.switch_off_chain("stocking.count")
        self.company.stock_count_review = False

    def switch_off_transfers(self):
        self.company.stock_transfer_review = False

    def move_to_scrap(self, product, wanted, **values):
        """A stock move that a warehouse user makes and does."""
        move = self.as_user(self.env["stock.move"], self.warehouse).create(
            {
                "product_id": product.id,
                "product_uom_qty": wanted,
                "product_uom": product.uom_id.id,
                "company_id": self.company.id,
                "location_id": self.location.id,
                "location_dest_id": self.scrap_place.id,
                **values,
            }
        )
        if "state" not in values:
            move._action_confirm()
            move._action_assign()
            move.quantity = wanted
            move.picked = True
            move._action_done()

    # ------------------------------------------------------------------ counts

    def collect(self, product, counted):
        quant = self.quant(product)
        quant.inventory_quantity = counted
        action = quant.action_collect_count()
        count = self.as_user(self.env["stocking.count"].browse(action["res_id"]), self.warehouse)
        count.reason = "Broken in the rain."
        return count

    def test_small_difference_is_applied_at_once(self):
        """S8: within the limit, as in plain Odoo."""
        product = self.stocked()
        quant = self.quant(product)
        quant.inventory_quantity = 95
        quant.action_apply_inventory()
        self.assertEqual(self.in_stock(product), 95)

    def test_large_difference_goes_through_a_count(self):
        """S8: collected from the stock lines, decided, applied by the decision."""
        product = self.stocked()
        quant = self.quant(product)
        quant.inventory_quantity = 80
        with self.assertRefused("Collect what was counted"):
            quant.action_apply_inventory()
        count = self.collect(product, 80)
        self.assertFalse(self.quant(product).inventory_quantity_set)
        self.assertEqual((count.amount, count.net_amount), (1200, -1200))
        with self.assertRefused("needs approval by “Inventory count”"):
            count.action_apply()
        self.decide(count, self.finance)
        self.assertEqual((count.state, self.in_stock(product)), ("done", 80))
        self.assertEqual(count.line_ids.move_ids.quantity, 20)

    def test_what_is_found_is_counted_too(self):
        """S8: more than the books say."""
        product = self.stocked()
        count = self.collect(product, 150)
        self.decide(count, self.finance)
        self.assertEqual((count.net_amount, self.in_stock(product)), (3000, 150))

    def test_gains_do_not_hide_losses(self):
        """S8: the limits are compared with both added up."""
        lost, found = self.stocked(), self.stocked()
        quants = self.quant(lost) | self.quant(found)
        self.quant(lost).inventory_quantity = 40
        self.quant(found).inventory_quantity = 160
        action = quants.action_collect_count()
        count = self.as_user(self.env["stocking.count"].browse(action["res_id"]), self.warehouse)
        self.assertEqual((count.amount, count.net_amount), (7200, 0))
        count.reason = "Mixed up."
        self.decide(count, self.finance)
        self.assertEqual(count.state, "draft", "over the limit of finance")
        self.as_user(self.request_of(count), self.boss).action_decide("approve")
        self.assertEqual((self.in_stock(lost), self.in_stock(found)), (40, 160))

    def test_stock_that_moved_is_counted_again(self):
        """S8, X6: at submission, and when it is applied."""
        product = self.stocked()
        count = self.collect(product, 80)
        count.action_approval_submit()
        self.env["stock.quant"]._update_available_quantity(product, self.location, -1)
        self.as_user(self.request_of(count), self.finance).action_decide("approve")
        self.assertEqual((count.state, count.approval_state), ("draft", "approved"))
        self.assertRegex(
            self.request_of(count).failure, "moved since it was counted|在盘点之后有变动"
        )
        other = self.collect(product, 80)
        self.env["stock.quant"]._update_available_quantity(product, self.location, -1)
        with self.assertRefused("moved since it was counted"):
            other.action_approval_submit()

    def test_counts_are_changed_by_nobody_on_the_way(self):
        """A9: locked while pending, and what was applied stands."""
        product = self.stocked()
        count = self.collect(product, 80)
        count.action_approval_submit()
        line = count.line_ids
        with self.assertRefused("by hand", AccessError):
            line.write({"quantity": 90})
        attempts = {
            "counted": lambda: line.write({"counted_quantity": 10}),
            "deleted": line.unlink,
            "line": lambda: count.write(
                {
                    "line_ids": [
                        Command.create(
                            {
                                "quant_id": self.quant(self.stocked()).id,
                                "counted_quantity": 0,
                            }
                        )
                    ]
                }
            ),
        }
        self.refusal_table(attempts, "locked until it is decided")
        self.as_user(self.request_of(count), self.finance).action_decide("approve")
        self.refusal_table(attempts, "cannot be changed any more")
        with self.assertRefused("count again"):
            count.action_cancel()
        with self.assertRefused("stays"):
            count.unlink()

    def test_no_door_adjusts_what_nobody_approved(self):
        """A10: stock lines, products, imports, moves; one line after the other in one go; a borrowed
        count."""
        product, other = self.stocked(), self.stocked()
        quant, admin = self.quant(product), self.env.ref("base.user_admin")
        quants = self.as_user(self.env["stock.quant"], admin).with_context(inventory_mode=True)
        applied = self.collect(other, 80)
        self.decide(applied, self.finance)
        draft = self.collect(other, 10)
        line = applied.line_ids

        def apply(records, counted, **context):
            records = records.with_context(inventory_mode=True, **context)
            records.inventory_quantity = counted
            return records.action_apply_inventory()

        self.refusal_table(
            {
                "apply": lambda: apply(quant, 10),
                "administrator": lambda: apply(quants.browse(quant.id), 10),
                "sudo": lambda: apply(quant.sudo(), 10),
                "private": lambda: (
                    quant.write({"inventory_quantity": 10}),
                    quant._apply_inventory(),
                ),
                "auto": lambda: quants.browse(quant.id).write(
                    {"inventory_quantity_auto_apply": 10}
                ),
                "create": lambda: quants.create(
                    {
                        "product_id": product.id,
                        "location_id": self.location.id,
                        "inventory_quantity_auto_apply": 10,
                    }
                ),
                "borrowed": lambda: apply(quant, 80, stocking_count_line_id=line.id),
                "again": lambda: apply(self.quant(other), 60, stocking_count_line_id=line.id),
                "not decided": lambda: apply(
                    self.quant(other), 10, stocking_count_line_id=draft.line_ids.id
                ),
                "move": lambda: self.move_to_scrap(product, 90),
                "several": lambda: (
                    quant.write({"inventory_quantity": 93}),
                    self.quant(other).write({"inventory_quantity": 73}),
                    (quant | self.quant(other)).action_apply_inventory(),
                ),
                "state": lambda: draft.write({"state": "done"}),
                "superuser": lambda: draft.sudo()._do_apply(),
            },
            switch_off=self.switch_off_counts,
            shut=("state",),
        )
        self.assertEqual((self.in_stock(product), self.in_stock(other)), (100, 80))

    def test_who_counts(self):
        """S8: inventory users; others see nothing of it."""
        count = self.collect(self.stocked(), 80)
        with self.assertRefused(exception=AccessError):
            self.as_user(count, self.sales).read(["name"])
        with self.assertRefused("say how the difference came about"):
            count.reason = False
            count.action_approval_submit()
        with self.assertRefused("Enter what was counted"):
            self.quant(self.stocked()).action_collect_count()

    def test_a_company_that_looks_at_nothing_is_plain_odoo(self):
        """S8, DESIGN 1."""
        self.company.write({"stock_count_review": False, "stock_transfer_review": False})
        product = self.stocked()
        quant = self.quant(product)
        quant.inventory_quantity = 0
        quant.action_apply_inventory()
        self.assertEqual(self.in_stock(product), 0)
        moved = self.stocked()
        self.validate(self.make_transfer(moved, 10))
        self.assertEqual(self.in_stock(moved, self.other_place), 10)

    # ------------------------------------------------------------------ other warehouses

    def make_transfer(self, product, quantity, end=None, start=None, **values):
        picking = self.as_user(self.env["stock.picking"], self.warehouse).create(
            {
                "picking_type_id": self.place.int_type_id.id,
                "location_id": (start or self.location).id,
                "location_dest_id": (end or self.other_place.lot_stock_id).id,
                "company_id": self.company.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": (start or self.location).id,
                            "location_dest_id": (end or self.other_place.lot_stock_id).id,
                        }
                    )
                ],
                **values,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def validate(self, picking, quantity=None):
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking.state

    def apply_for(self, picking):
        action = picking.action_apply_for_transfer()
        application = self.env["stocking.transfer"].browse(action["res_id"])
        application = self.as_user(application, self.warehouse)
        application.reason = "The branch has none left."
        return application

    def test_transfer_to_another_warehouse_is_decided(self):
        """S8: applied for on the transfer, decided, then moved."""
        product = self.stocked()
        picking = self.make_transfer(product, 10)
        self.assertTrue(picking.needs_transfer_application)
        with self.assertRefused("Have a transfer application approved first"):
            self.validate(picking)
        application = self.apply_for(picking)
        self.assertEqual((application.amount, application.line_ids.quantity), (600, 10))
        with self.assertRefused("approved first"):
            self.validate(picking)
        self.decide(application, self.head)
        self.assertFalse(picking.needs_transfer_application)
        self.assertEqual(self.validate(picking), "done")
        self.assertEqual(self.in_stock(product, self.other_place), 10)

    def test_backorders_share_what_was_approved(self):
        """S8: in parts, and never more in all."""
        product = self.stocked()
        picking = self.make_transfer(product, 10)
        self.decide(self.apply_for(picking), self.head)
        self.validate(picking, 4)
        backorder = picking.backorder_ids
        with self.assertRefused("approved first"):
            self.validate(backorder, 7)
        self.assertEqual(self.validate(backorder, 6), "done")

    def test_what_comes_from_a_place_in_no_warehouse_leaves_none(self):
        """S8, P5: as goods from a subcontractor; what goes there is asked for."""
        outside = self.env["stock.location"].create(
            {"name": "Subcontractor", "usage": "internal", "company_id": self.company.id}
        )
        product = self.stocked()
        self.assertTrue(self.make_transfer(product, 2, outside).needs_transfer_application)
        self.env["stock.quant"]._update_available_quantity(product, outside, 5)
        coming = self.make_transfer(product, 5, self.location, outside)
        self.assertFalse(coming.needs_transfer_application)
        self.assertEqual(self.validate(coming), "done")

    def test_moves_within_the_warehouse_need_nothing(self):
        """S8: shelf to shelf."""
        product = self.stocked()
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.location.id, "company_id": self.company.id}
        )
        picking = self.make_transfer(product, 10, end=shelf)
        self.assertFalse(picking.needs_transfer_application)
        with self.assertRefused("stays in its warehouse"):
            picking.action_apply_for_transfer()
        self.assertEqual(self.validate(picking), "done")

    def test_goods_for_another_company_are_decided(self):
        """S8: they leave by a transit location."""
        product = self.stocked()
        transit = self.company.internal_transit_location_id
        transit.active = True
        picking = self.make_transfer(product, 10, end=transit)
        with self.assertRefused("approved first"):
            self.validate(picking)

    def test_no_door_takes_goods_to_another_warehouse(self):
        """A10: by the move, the line, the state, more than approved, another product or place."""
        product = self.stocked()
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.location.id, "company_id": self.company.id}
        )
        picking = self.make_transfer(product, 10)
        approved = self.make_transfer(product, 5)
        application = self.apply_for(approved)
        self.decide(application, self.head)
        inside = self.make_transfer(product, 10, end=shelf)
        picking.move_ids.quantity = 10
        picking.move_ids.picked = True

        def elsewhere():
            inside.move_line_ids.location_dest_id = self.other_place.lot_stock_id
            self.validate(inside)

        def other_warehouse():
            third = self.env["stock.warehouse"].create(
                {"name": "Third", "code": "THI", "company_id": self.company.id}
            )
            approved.move_ids.location_dest_id = third.lot_stock_id
            approved.location_dest_id = third.lot_stock_id
            self.validate(approved)

        self.refusal_table(
            {
                "button": picking.button_validate,
                "picking": picking._action_done,
                "move": picking.move_ids._action_done,
                "sudo": picking.sudo()._action_done,
                "state": lambda: picking.move_ids.write({"state": "done"}),
                "line": elsewhere,
                "more": lambda: self.validate(approved, 6),
                "backorder": lambda: (
                    picking.write({"backorder_id": approved.id}),
                    self.validate(picking),
                ),
                "application": lambda: application.line_ids.write({"quantity": 10}),
                "place": other_warehouse,
                "approve": lambda: self.apply_for(picking)._do_approve(),
            },
            switch_off=self.switch_off_transfers,
            # these change or carry out an application, whatever the company looks at
            shut=("application", "place", "approve"),
        )
        self.assertEqual(self.in_stock(product, self.other_place), 0)

    def test_cancelled_application_allows_nothing(self):
        """S8: what has not left stays."""
        picking = self.make_transfer(self.stocked(), 10)
        application = self.apply_for(picking)
        self.decide(application, self.head)
        application.action_cancel()
        with self.assertRefused("approved first"):
            self.validate(picking)

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.stocking_request.tests.common import StockingCase

LATER = "2031-06-09 08:00:00"


class ProductionCase(StockingCase):
    """A product made of a part that is in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.production = cls.env.ref("sale_order_flow.demo_user_production")

    def make_made(self, name="Made Pump", bom=True, vendor=False, stock=0.0):
        product = self.make_product(name, stock=stock, vendor=vendor)
        if bom:
            part = self.make_product(f"Part of {name}", stock=100)
            self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "produce_delay": 4,
                    "company_id": self.company.id,
                    "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 1})],
                }
            )
        return product

    def approved(self, *lines):
        request = self.make_stocking_request(
            line_ids=[
                Command.create({"product_id": product.id, "quantity": quantity})
                for product, quantity in lines
            ]
        )
        self.approve_stocking(request)
        return request

    def proposal(self, request):
        action = self.as_user(request, self.assistant).action_supply()
        return self.as_user(self.env["stocking.supply"].browse(action["res_id"]), self.assistant)

    def produce(self, production):
        """Production confirms and produces, as itself."""
        mine = self.as_user(production, self.production)
        if mine.state == "draft":
            mine.action_confirm()
        mine.button_mark_done()


@tagged("post_install", "-at_install")
class TestProductionSupply(ProductionCase):
    """S3, S5: production as a source of what is missing."""

    def test_bills_of_materials_and_routes_decide_who_brings_the_rest(self):
        """S3: made where only we make it, bought where only others sell it, else by the routes."""
        made, sold = self.make_made(), self.make_product("Sold Pump")
        both = self.make_made("Both Pump", vendor=True)
        manufacture = self.env.ref("mrp.route_warehouse0_manufacture")
        both.route_ids = [Command.set(manufacture.ids)]
        lines = self.proposal(self.approved((made, 2), (sold, 3), (both, 4))).line_ids
        self.assertEqual(lines.mapped("from_production"), [2, 0, 4])
        self.assertEqual(lines.mapped("from_purchase"), [0, 3, 0])
        self.assertEqual((lines[0].expected_date - lines[1].expected_date).days, -1)

    def test_a_route_without_a_bill_of_materials_is_remarked_and_refused(self):
        """S3, X6: what to do stands in the message, and nothing is half done."""
        product = self.make_made("Bare Pump", bom=False)
        product.route_ids = [Command.set(self.env.ref("mrp.route_warehouse0_manufacture").ids)]
        request = self.approved((product, 1))
        supply = self.proposal(request)
        self.assertIn("No bill of materials", supply.line_ids.remark)
        with self.assertRefused("Bare Pump has no bill of materials: add one"):
            supply.action_order()
        self.assertFalse(request.allocation_ids)

    def test_carrying_out_makes_a_production_whose_goods_are_put_aside(self):
        """S3, S4: stock, purchase and production of one request; each row done by its documents."""
        made, sold = self.make_made(stock=1), self.make_product("Sold Pump")
        request = self.approved((made, 3), (sold, 2))
        self.order_goods(request)
        rows = {row.source: row for row in request.with_env(self.env).allocation_ids}
        self.assertEqual(
            {source: row.quantity for source, row in rows.items()},
            {"warehouse": 1, "production": 2, "purchase": 2},
        )
        production = rows["production"].shortage_id.production_id
        self.assertEqual((production.state, production.product_qty), ("draft", 2))
        self.assertEqual(production.origin, request.name)
        self.assertEqual(rows["production"].shortage_id.state, "planned")
        self.produce(production)
        self.assertEqual(rows["production"].move_ids.state, "assigned")
        purchase = self.as_user(rows["purchase"].shortage_id.purchase_order_id, self.purchasing)
        purchase.button_confirm()
        self.as_user(purchase.picking_ids, self.warehouse).button_validate()
        self.put_aside(request)
        self.assertEqual(request.stage, "done")
        self.assertEqual(sum(request.allocation_ids.mapped("held_quantity")), 5)

    def test_goods_arrive_when_the_last_part_is_produced(self):
        """S5: a production that was split is done with its rest."""
        request = self.approved((self.make_made(), 5))
        self.order_goods(request)
        shortage = request.with_env(self.env).allocation_ids.shortage_id
        first = shortage.production_id
        first.action_confirm()
        # Odoo's cost of work in progress asks more than production's own rights of whoever splits
        first._split_productions({first: [2, 3]})
        self.produce(first)
        self.assertEqual(shortage.state, "ordered")
        rest = shortage.production_id._covering() - shortage.production_id
        self.assertEqual(rest.product_qty, 3)
        self.produce(rest)
        self.assertEqual(shortage.state, "arrived")

    def test_a_moved_production_date_is_noted_and_explained_by_production(self):
        """S5: asked of who dispatches production, told like a purchase date."""
        # with more addons the demo company has further people who dispatch
        self.env["approval.role.holder"].search(
            [("role_id.code", "=", "production_dispatch"), ("user_id", "!=", self.production.id)]
        ).unlink()
        request = self.approved((self.make_made(), 5))
        self.order_goods(request)
        shortage = request.with_env(self.env).allocation_ids.shortage_id
        production = self.as_user(shortage.production_id, self.production)
        production.action_confirm()
        self.assertFalse(shortage.date_change_ids)
        production.date_finished = LATER
        self.assertEqual(str(request.expected_date), LATER)
        change = shortage.date_change_ids
        self.assertEqual(str(change.new_date), LATER)
        self.assertEqual(production.activity_ids.user_id, self.production)
        with self.assertRefused(exception=AccessError):
            self.as_user(change, self.purchasing).action_give_reason("The oven is cold.")
        self.as_user(change, self.production).action_give_reason("The oven is cold.")
        self.assertFalse(production.activity_ids)
        self.assertIn("The oven is cold.", str(request.message_ids.mapped("body")))

    def test_cancelling_cancels_what_production_has_not_begun(self):
        """S3: a draft and a confirmed one; the goods of the third are made and stay free."""
        for begin in (False, True):
            with self.subTest(confirmed=begin):
                request = self.approved((self.make_made(), 5))
                self.order_goods(request)
                production = request.with_env(self.env).allocation_ids.shortage_id.production_id
                if begin:
                    self.as_user(production, self.production).action_confirm()
                self.as_user(request, self.assistant).action_cancel()
                self.assertEqual(production.state, "cancel")
                self.assertFalse(request.allocation_ids)

    def test_a_cancelled_production_is_ordered_again(self):
        """S5: nothing is lost; purchasing decides anew and the same transfer waits for it."""
        request = self.approved((self.make_made(), 5))
        self.order_goods(request)
        shortage = request.with_env(self.env).allocation_ids.shortage_id
        self.as_user(shortage.production_id, self.production).action_cancel()
        self.assertEqual(shortage.state, "open")
        self.as_user(shortage, self.purchasing).action_order()
        self.assertEqual(shortage.state, "planned")
        self.produce(shortage.production_id)
        self.assertEqual(request.allocation_ids.move_ids.state, "assigned")

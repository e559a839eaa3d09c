from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.stocking_request.tests.purchase_case import PurchaseCase


@tagged("post_install", "-at_install")
class TestProductionApproval(PurchaseCase):
    """S8, A9, A10: productions are decided on before they are confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.with_user(cls.env.ref("base.user_admin")).action_set_up_rulebook()
        role = cls.env.ref("approval_chain.role_vp_production")
        cls.env["approval.role.holder"].search([("role_id", "=", role.id)]).unlink()
        cls.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": cls.vp.id, "company_id": cls.company.id}
        )
        cls.maker = cls.warehouse
        # Odoo reads analytic lines and entries when it splits or copies productions
        for group in (
            "mrp.group_mrp_user",
            "stock.group_stock_user",
            "purchase.group_purchase_user",
        ):
            cls.maker.group_ids += cls.env.ref(group)
        cls.part = cls.make_product("Part", stock=10000)
        cls.machine = cls.make_product("Machine", vendor=False)
        cls.machine.standard_price = 1000
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.machine.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [Command.create({"product_id": cls.part.id, "product_qty": 2})],
            }
        )

    def make_production(self, quantity=30, **values):
        productions = self.as_user(self.env["mrp.production"], self.maker)
        form = Form(productions)
        form.product_id = self.machine
        form.product_qty = quantity
        production = form.save()
        production.write(values)
        return production

    def approve(self, production):
        production.action_approval_submit()
        self.as_user(self.request_of(production), self.vp).action_decide("approve")

    def test_small_production_is_plain_odoo(self):
        """S8: below the amount of the chain."""
        production = self.make_production(5)
        production.action_confirm()
        self.assertEqual(production.state, "confirmed")

    def test_large_production_is_decided(self):
        """S8: with what it takes on the sheet; confirmed by the decision."""
        production = self.make_production()
        with self.assertRefused("needs approval by “Large production”"):
            production.action_confirm()
        self.approve(production)
        self.assertEqual(production.state, "confirmed")
        notes = [note["text"] for note in self.request_of(production).sheet["notes"]]
        self.assertEqual(notes, ["Takes 60.0 Units of Part."])

    def test_no_door_starts_what_nobody_approved(self):
        """A10: buttons, states, quantities, creation, copies; shown open in plain Odoo."""
        production = self.make_production()
        productions = production.browse()
        values = {
            "product_id": self.machine.id,
            "product_qty": 30,
            "product_uom_id": self.machine.uom_id.id,
            "company_id": self.company.id,
        }
        self.refusal_table(
            {
                "confirm": production.action_confirm,
                "plan": production.button_plan,
                "run": production._confirm_approved,
                "sudo": production.sudo().action_confirm,
                "state": lambda: production.write({"state": "confirmed"}),
                "done": lambda: production.sudo().write({"state": "done"}),
                "below": lambda: production.sudo()._write({"state": "progress"}),
                "begun": lambda: production.write({"qty_producing": 1}),
                "create": lambda: productions.create({**values, "state": "confirmed"}),
                "copy": lambda: production.copy({"state": "confirmed"}),
            },
            switch_off=lambda: self.switch_off_chain("mrp.production"),
        )
        self.assertEqual(production.state, "draft")

    def test_approved_quantity_is_what_is_made(self):
        """A9: locked while pending; more is refused afterwards, less is fine."""
        production = self.make_production()
        production.action_approval_submit()
        with self.assertRefused("locked until it is decided"):
            production.product_qty = 31
        self.as_user(self.request_of(production), self.vp).action_decide("approve")
        self.change_quantity(production, 28)
        with self.assertRefused("cannot be changed any more"):
            self.change_quantity(production, 31)

    def change_quantity(self, production, quantity):
        wizard = self.as_user(self.env["change.production.qty"], self.maker)
        wizard.create({"mo_id": production.id, "product_qty": quantity}).change_prod_qty()

    def test_backorders_belong_to_what_was_approved(self):
        """S8: produced in parts, without asking again; not once more by way of a part."""
        production = self.make_production()
        self.approve(production)
        production.qty_producing = 10
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        action = production.button_mark_done()
        if isinstance(action, dict) and action.get("res_model"):
            wizard = self.as_user(self.env[action["res_model"]], self.maker)
            Form(wizard.with_context(**action["context"])).save().action_backorder()
        family = production.production_group_id.production_ids
        rest = family - production
        self.assertEqual((production.state, production.product_qty), ("done", 10))
        self.assertEqual((rest.state, rest.product_qty), ("confirmed", 20))
        with self.assertRefused():
            self.change_quantity(rest, 40)
        with self.assertRefused("needs approval"):
            rest.copy({"production_group_id": rest.production_group_id.id, "state": "confirmed"})

    def test_a_procurement_leaves_a_draft_to_be_decided(self):
        """S8: no sales order fails because its production has to be approved first."""
        self.machine.route_ids = self.env.ref("mrp.route_warehouse0_manufacture") + self.env.ref(
            "stock.route_warehouse0_mto"
        )
        self.env.ref("stock.route_warehouse0_mto").active = True
        warehouse = self.location.warehouse_id
        self.env["stock.rule"].run(
            [
                self.env["stock.rule"].Procurement(
                    self.machine,
                    quantity,
                    self.machine.uom_id,
                    self.location,
                    "Need",
                    "Need",
                    self.company,
                    {"warehouse_id": warehouse, "date_planned": "2030-01-01 12:00:00"},
                )
                for quantity in (30,)
            ]
        )
        made = self.env["mrp.production"].search([("product_id", "=", self.machine.id)])
        self.assertEqual(made.mapped("state"), ["draft"])
        self.assertTrue(made.approval_required)

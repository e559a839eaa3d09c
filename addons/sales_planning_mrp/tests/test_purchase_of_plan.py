from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .purchase_plan_case import PurchasePlanCase


@tagged("post_install", "-at_install")
class TestPurchaseOfPlan(PurchasePlanCase):
    """P5: what purchasing does with the requests for quotation of a plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls.make_part("Part", {"price": 5, "delay": 2}, list_price=20)

    def handed(self, *promises, **values):
        for quantity, day in promises or ((3, self.monday),):
            self.promise({self.part: quantity}, day)
        plan = self.make_plan(**values)
        self.only(plan, self.part)
        self.approve(plan)
        plan.action_hand_over()
        return plan

    def order_of(self, plan):
        return self.as_user(plan.sudo().line_ids.purchase_line_ids.order_id, self.buyer)

    def make_purchase(self, **values):
        return self.as_user(self.env["purchase.order"], self.buyer).create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": self.part.id, "product_qty": 3, **values})
                ],
            }
        )

    # ------------------------------------------------------------------ the link to the plan

    def test_purchases_are_linked_to_a_plan_by_the_hand_over_alone(self):
        """P5: by nobody's hand, neither new ones nor those that there are."""
        line = self.lines_of(self.handed(), self.part)
        link = {"purchase_plan_line_id": line.id}
        with self.assertRefused("cannot be entered by hand", AccessError):
            self.make_purchase(**link)
        order = self.make_purchase()
        for row in (order.order_line, order.order_line.sudo()):
            with self.assertRefused("cannot be entered by hand", AccessError):
                row.write(link)
        bought = self.as_user(line.sudo().purchase_line_ids, self.buyer)
        with self.assertRefused("cannot be entered by hand", AccessError):
            bought.purchase_plan_line_id = False
        self.assertFalse(bought.copy({"order_id": order.id}).purchase_plan_line_id)

    def test_requests_of_a_plan_are_not_merged(self):
        """P5: merging adds lines up, and a line of the plan would lose its purchase."""
        tuesday = self.monday + timedelta(days=1)
        orders = self.order_of(self.handed((3, self.monday), (4, tuesday))) | self.make_purchase()
        with self.assertRefused("each follow their purchase"):
            orders.action_merge()
        self.assertEqual(
            sorted(orders.order_line.purchase_plan_line_id.sudo().mapped("quantity")), [3, 4]
        )
        (self.make_purchase() | self.make_purchase()).action_merge()

    def test_replenishment_adds_nothing_to_what_a_plan_orders(self):
        """P5: it makes its own line."""
        plan = self.handed()
        [bought] = plan.sudo().line_ids.purchase_line_ids
        bought.order_id.user_id = self.supplier.buyer_id
        warehouse = bought.order_id.picking_type_id.warehouse_id
        # as lines have it by default: Odoo adds to those only
        warehouse.buy_pull_id.propagate_cancel = True
        need = self.env["stock.rule"].Procurement(
            self.part,
            7,
            self.part.uom_id,
            warehouse.lot_stock_id,
            "Need",
            "Need",
            self.company,
            {
                "warehouse_id": warehouse,
                "date_planned": self.noon(self.monday),
                "route_ids": warehouse.buy_pull_id.route_id,
                "orderpoint_id": self.env["stock.warehouse.orderpoint"],
                "move_dest_ids": self.env["stock.move"],
            },
        )
        self.env["stock.rule"].run([need])
        self.assertEqual(bought.product_qty, 3)
        lines = self.env["purchase.order.line"].search([("product_id", "=", self.part.id)])
        self.assertEqual(sorted(lines.mapped("product_qty")), [3, 7])

    # ------------------------------------------------------------------ how they are made

    def test_what_comes_late_may_be_ordered_besides(self):
        """P5: nothing was calculated to order by, so it is the day it is needed."""
        late = self.monday + timedelta(days=1)
        order = self.make_purchase(date_planned=self.noon(late))
        order.button_confirm()
        with freeze_time(self.noon(self.monday - timedelta(days=1))):
            self.promise({self.part: 3}, self.monday)
            plan = self.make_plan()
            line = self.lines_of(plan, self.part)
            self.assertEqual((line.incoming_late_on, line.order_by), (late, False))
            line.write({"quantity": 3, "partner_id": self.foundry.id, "reason": "By express."})
            self.only(plan, self.part)
            self.approve(plan)
            plan.action_hand_over()
        activity = line.sudo().purchase_line_ids.order_id.activity_ids
        self.assertEqual(set(activity.mapped("date_deadline")), {self.monday})

    def test_requests_have_the_terms_of_the_supplier(self):
        """P5: those of the company that plans, as Odoo fills them in by hand."""
        terms = self.env["account.payment.term"].create({"name": "45 days"})
        country = self.company.account_fiscal_country_id
        group = self.env["account.tax.group"].create(
            {"name": "Taxes", "company_id": self.company.id, "country_id": country.id}
        )
        tax, other = self.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": amount,
                    "type_tax_use": "purchase",
                    "company_id": self.company.id,
                    "tax_group_id": group.id,
                    "country_id": country.id,
                }
                for name, amount in (("Domestic", 13), ("Foreign", 0))
            ]
        )
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "company_id": self.company.id}
        )
        other.write({"fiscal_position_ids": position.ids, "original_tax_ids": tax.ids})
        self.part.supplier_taxes_id = tax
        self.supplier.with_company(self.company).write(
            {
                "property_supplier_payment_term_id": terms.id,
                "property_account_position_id": position.id,
            }
        )
        # the planner works in another company at that moment
        sister = self.env["res.company"].create({"name": "Sister Ltd"})
        self.dispatch.company_ids |= sister
        self.promise({self.part: 3}, self.monday)
        plan = self.make_plan()
        self.only(plan, self.part)
        self.approve(plan)
        plan.with_context(allowed_company_ids=(sister | self.company).ids).action_hand_over()
        order = plan.sudo().line_ids.purchase_line_ids.order_id
        self.assertEqual(
            (order.payment_term_id, order.fiscal_position_id, order.order_line.tax_ids),
            (terms, position, other),
        )
        self.assertEqual(order.picking_type_id.company_id, self.company)

    # ------------------------------------------------------------------ other than approved

    def test_another_supplier_a_higher_price_or_more_needs_a_reason(self):
        """P5: planner and approver learn it; cheaper is ordered without."""
        changes = {
            "Foundry Ltd": lambda order: order.write({"partner_id": self.foundry.id}),
            "was approved with": lambda order: order.order_line.write({"price_unit": 5.5}),
            "was approved for 3": lambda order: order.order_line.write({"product_qty": 4}),
        }
        for said, change in changes.items():
            with self.subTest(said):
                plan = self.handed()
                order = self.order_of(plan)
                change(order)
                if said != "was approved with":
                    order.order_line.price_unit = 5
                with self.assertRefused(said):
                    order.button_confirm()
                with self.assertRefused(said):
                    order.write({"state": "purchase"})
                order.order_line.plan_change_reason = "Bearings Ltd is sold out."
                order.button_confirm()
                self.assertEqual(order.state, "purchase")
                told = plan.message_ids[0]
                self.assertIn("Bearings Ltd is sold out.", told.body)
                self.assertEqual(
                    told.notified_partner_ids, (self.dispatch | self.vp_production).partner_id
                )
                with self.assertRefused(said):
                    order.order_line.plan_change_reason = " "

    def test_what_was_ordered_does_not_get_dearer_without_a_reason(self):
        """P5: nor later on; and what costs less is nobody's question."""
        order = self.order_of(self.handed())
        order.order_line.price_unit = 4
        order.button_confirm()
        with self.assertRefused("was approved with"):
            order.order_line.price_unit = 6
        with self.assertRefused("was approved with"):
            order.write({"order_line": [Command.update(order.order_line.id, {"price_unit": 6})]})
        order.order_line.price_unit = 3

    def test_orders_of_no_plan_need_no_reason(self):
        """P5, X1: nothing is asked of them, and nothing is shown."""
        order = self.make_purchase(price_unit=9)
        self.assertFalse(order.is_of_plan)
        order.button_confirm()
        order.order_line.price_unit = 12
        self.assertEqual(order.state, "purchase")

    def test_the_reason_is_entered_on_the_order(self):
        """P5: by the purchaser, in the form."""
        order = self.order_of(self.handed())
        self.assertTrue(order.is_of_plan)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.price_unit = 7
            line.plan_change_reason = "Steel became dearer."
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_the_to_do_ends_with_the_order(self):
        """P5: whether it was ordered or given up."""
        orders = self.order_of(self.handed())
        self.assertTrue(orders.activity_ids)
        orders.button_confirm()
        self.assertFalse(orders.activity_ids)
        other = self.order_of(self.handed((5, self.monday + timedelta(days=9))))
        other.button_cancel()
        self.assertFalse(other.activity_ids)

    def test_the_planner_says_why_another_supplier_or_price_was_chosen(self):
        """P5: and the chain reads it; a supplier for what had none needs no reason."""
        self.promise({self.part: 3}, self.monday)
        plan = self.make_plan()
        self.only(plan, self.part)
        line = self.lines_of(plan, self.part)
        for vals in ({"price_unit": 6}, {"partner_id": self.foundry.id}):
            line.write(vals)
            with self.assertRefused("say why it is bought from"):
                self.approve(plan)
        line.reason = "Bearings Ltd is sold out."
        [note] = [
            note["text"]
            for note in plan._approval_sheet_notes("purchase_plan")[plan.id]
            if "Foundry Ltd" in note["text"]
        ]
        self.assertIn("Bearings Ltd is sold out.", note)
        self.approve(plan)

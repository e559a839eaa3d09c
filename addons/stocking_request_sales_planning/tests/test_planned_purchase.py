from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_planning_mrp.tests.purchase_plan_case import PurchasePlanCase


@tagged("post_install", "-at_install")
class TestPlannedPurchase(PurchasePlanCase):
    """P5, S6: what the plan orders was asked for; more than that was not."""

    def test_purchases_of_a_plan_are_planned(self):
        """P5, S6: unless more is ordered, or another product."""
        self.company.purchase_review_unplanned = True
        part = self.make_part("Bearing", {"price": 3, "delay": 5}, list_price=20)
        self.promise({part: 3}, self.monday)
        plan = self.make_plan()
        self.only(plan, part)
        self.approve(plan)
        plan.action_hand_over()
        [line] = plan.sudo().line_ids.purchase_line_ids
        order = line.order_id
        self.assertFalse(order.is_unplanned)
        line.product_qty += 1
        self.assertTrue(order.is_unplanned)
        line.product_qty -= 1
        self.assertFalse(order.is_unplanned)
        line.copy({"order_id": order.id})
        self.assertTrue(order.is_unplanned)

    def test_another_supplier_or_a_higher_price_is_decided_again(self):
        """P5, S6: the plan was approved for one supplier and one price."""
        self.company.purchase_review_unplanned = True
        part = self.make_part("Bearing", {"price": 3, "delay": 5}, list_price=20)
        self.promise({part: 3}, self.monday)
        plan = self.make_plan()
        self.only(plan, part)
        self.approve(plan)
        plan.action_hand_over()
        order = self.as_user(plan.sudo().line_ids.purchase_line_ids.order_id, self.buyer)
        order.order_line.price_unit = 2
        self.assertFalse(order.is_unplanned)
        order.order_line.price_unit = 4
        self.assertTrue(order.is_unplanned)
        self.assertIn("was approved with", order.review_reasons)
        order.order_line.price_unit = 3
        order.partner_id = self.foundry
        order.order_line.price_unit = 3
        self.assertTrue(order.is_unplanned)
        self.assertIn("Foundry Ltd", order.review_reasons)

    def test_buyers_do_not_say_that_a_purchase_was_planned(self):
        """P5, S6: neither on a new line nor on one that there is."""
        self.company.purchase_review_unplanned = True
        part = self.make_part("Bearing", {"price": 3, "delay": 5}, list_price=20)
        self.promise({part: 3}, self.monday)
        plan = self.make_plan()
        link = {"purchase_plan_line_id": self.lines_of(plan, part).id}
        orders = self.as_user(self.env["purchase.order"], self.buyer)
        line = {"product_id": part.id, "product_qty": 3}
        values = {"partner_id": self.supplier.id, "company_id": self.company.id}
        with self.assertRefused("cannot be entered by hand", AccessError):
            orders.create({**values, "order_line": [Command.create({**line, **link})]})
        order = orders.create({**values, "order_line": [Command.create(line)]})
        with self.assertRefused("cannot be entered by hand", AccessError):
            order.order_line.write(link)
        with self.assertRefused("cannot be entered by hand", AccessError):
            order.write({"order_line": [Command.update(order.order_line.id, link)]})
        lines = order.order_line.with_context(default_purchase_plan_line_id=link.popitem()[1])
        lines.create({**line, "order_id": order.id})
        self.assertFalse(order.order_line.purchase_plan_line_id)
        self.assertTrue(order.is_unplanned)

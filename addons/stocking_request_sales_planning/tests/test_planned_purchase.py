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
        line.copy({"order_id": order.id, "purchase_plan_line_id": False})
        self.assertTrue(order.is_unplanned)

from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestReview(OrderFlowCase):
    """F3, F5, F6, F8: the chains walked by the people of the company, with their own rights."""

    def special(self, discount=20):
        order = self.make_order()
        order.order_line.discount = discount
        order.action_approval_submit()
        return order

    def test_sales_manager_reviews_a_plain_order(self):
        """F3: after the review the order is confirmed by the salesperson's submission."""
        order = self.make_order()
        with self.assertRefused("needs approval"):
            order.action_confirm()
        order.action_approval_submit()
        for user in (self.sales, self.sales2, self.head, self.president):
            with self.subTest(user.login), self.assertRefused():
                self.decide(order, user)
        self.assertEqual(order.state, "draft")
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, order.approval_state), ("sale", "executed"))

    def test_special_order_goes_through_vp_finance_director_and_president(self):
        """F5, D9: opinions bind nobody; the president decides."""
        order = self.special()
        with self.assertRefused():
            self.decide(order, self.president)
        self.decide(order, self.vp, "opinion", "Too cheap.")
        self.decide(order, self.cfo, "opinion", "The margin is thin.")
        self.assertEqual(order.state, "draft")
        self.decide(order, self.president)
        self.assertEqual(order.state, "sale")

    def test_department_head_decides_on_a_small_concession_alone(self):
        """F6: then sale."""
        order = self.special(discount=5)
        with self.assertRefused():
            self.decide(order, self.salesmgr)
        self.decide(order, self.head)
        self.assertEqual(order.state, "sale")

    def test_refused_order_is_not_confirmed_and_can_be_submitted_again(self):
        """A5: refused, changed, submitted once more."""
        order = self.special()
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "opinion")
        self.decide(order, self.president, "refuse", "Not at this price.")
        self.assertEqual((order.state, order.approval_state), ("draft", "refused"))
        with self.assertRefused("needs approval"):
            order.action_confirm()
        order.order_line.discount = 0
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")

    def test_returned_order_goes_back_to_the_salesperson(self):
        """A5: with the reason; the values are free again."""
        order = self.make_order()
        order.action_approval_submit()
        with self.assertRefused("is in approval"):
            order.order_line.product_uom_qty = 6
        self.decide(order, self.salesmgr, "return", "Ask for the address.")
        order.order_line.product_uom_qty = 6
        self.assertEqual((order.approval_state, order.flow_stage), ("returned", "quotation"))

    def test_approved_terms_are_what_gets_confirmed(self):
        """A9: a change between approval and confirmation needs a new approval."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, order.approval_state), ("draft", "approved"))
        order.order_line.price_unit = 90
        self.assertEqual(order.approval_state, "void")
        with self.assertRefused("needs approval"):
            order.action_confirm()

    def test_order_that_asks_for_a_signature_waits_for_the_customer(self):
        """F8: the salesperson may record the customer's word instead."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, order.flow_stage), ("draft", "customer"))
        self.assertIn("signed", self.request_of(order).failure)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_several_orders_are_confirmed_or_refused_together(self):
        """A10: one that is not approved stops all, and is named."""
        orders = self.make_order(require_signature=True) | self.make_order(require_signature=True)
        orders.action_approval_submit()
        for order in orders:
            self.decide(order, self.salesmgr)
        missing = self.make_order()
        with self.assertRefused(missing.name):
            (orders | missing).action_confirm()
        self.assertEqual(orders.mapped("state"), ["draft", "draft"])
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])

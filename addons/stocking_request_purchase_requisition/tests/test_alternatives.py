from odoo.tests import tagged

from odoo.addons.stocking_request.tests.purchase_case import PurchaseCase


@tagged("post_install", "-at_install")
class TestAlternatives(PurchaseCase):
    """S6: the quotations of a purchase request with Odoo's own alternatives."""

    def alternatives_of(self, order, vendor):
        wizard = self.as_user(self.env["purchase.requisition.create.alternative"], self.purchasing)
        action = wizard.create(
            {"origin_po_id": order.id, "partner_ids": vendor.ids}
        ).action_create_alternative()
        return self.as_user(self.env["purchase.order"].browse(action["res_id"]), self.purchasing)

    def test_vendors_of_a_request_are_alternatives(self):
        """S6: also those asked later."""
        request = self.approved_request()
        orders = self.ask(request, self.vendor | self.vendor2)
        self.assertEqual(orders[0].alternative_po_ids, orders)
        third = self.ask(request, self.env["res.partner"].create({"name": "Third"}))
        self.assertEqual(third.alternative_po_ids, orders | third)

    def test_choosing_in_odoo_s_comparison_orders_once(self):
        """S6: Odoo's own Choose, warning, and cancelling of the rest."""
        request = self.approved_request()
        orders = self.ask(request, self.vendor | self.vendor2)
        orders[1].order_line.price_unit = 50
        orders[1].order_line.action_choose()
        action = orders[1].button_confirm()
        wizard = self.as_user(self.env[action["res_model"]], self.purchasing)
        wizard.with_context(**action["context"]).create({}).action_cancel_alternatives()
        self.assertEqual(orders.mapped("state"), ["cancel", "purchase"])
        self.assertEqual((request.stage, request.ordered_amount), ("ordered", 500))

    def test_an_alternative_made_by_hand_stands_for_the_request(self):
        """S6: it is as planned as the quotation it was made from."""
        request = self.approved_request()
        order = self.ask(request)
        other = self.alternatives_of(order, self.vendor2)
        other.order_line.price_unit = 50
        self.assertFalse(other.needs_review)
        other.with_context(skip_alternative_check=True).button_confirm()
        self.assertEqual(request.stage, "ordered")
        with self.assertRefused("needs approval"):
            order.with_context(skip_alternative_check=True).button_confirm()

    def test_alternatives_of_a_shortage_are_planned_once(self):
        """S6: what the warehouse misses may come from another vendor, not from both."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        self.order_goods(request)
        order = self.as_user(request.allocation_ids.shortage_id.purchase_order_id, self.purchasing)
        other = self.alternatives_of(order, self.vendor2)
        other.order_line.price_unit = 50
        self.assertFalse(other.is_unplanned)
        other.with_context(skip_alternative_check=True).button_confirm()
        self.assertTrue(order.is_unplanned)

    def test_the_decision_confirms_although_there_are_alternatives(self):
        """S6: nobody is asked a question in the name of the requester."""
        request = self.approved_request()
        order = self.ask(request, self.vendor | self.vendor2)[0]
        order.order_line.price_unit = 70
        order.action_approval_submit()
        self.as_user(self.request_of(order), self.cfo).action_decide("approve")
        self.assertEqual(order.state, "purchase")

    def test_nothing_is_chosen_while_it_is_decided(self):
        """A9: Choose takes nothing from a quotation in approval."""
        request = self.approved_request()
        first, second = self.ask(request, self.vendor | self.vendor2)
        first.order_line.price_unit = 70
        first.action_approval_submit()
        with self.assertRefused("locked until it is decided"):
            second.order_line.action_choose()
        with self.assertRefused("locked until it is decided"):
            second.order_line.action_choose_quotation()

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestPurchases(NonStandardCase):
    """F7, F11: nothing is bought for an order before the assistant starts it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchasing.group_ids += cls.env.ref("purchase.group_purchase_user")
        if "purchase_review_unplanned" in cls.company._fields:
            # with stocking requests such a purchase is looked at, which is not what is tested here
            cls.company.purchase_review_unplanned = False
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor", "is_company": True})
        cls.bought = cls.make_product(
            "Crane",
            300,
            type="service",
            is_storable=False,
            seller_ids=[Command.create({"partner_id": cls.vendor.id, "price": 200})],
        )
        cls.bought.with_company(cls.company).service_to_purchase = True

    def purchases(self, order, user=None):
        lines = self.env["purchase.order.line"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )
        return self.as_user(lines.order_id, user or self.purchasing)

    def start_services(self, order, user=None):
        return self.as_user(order, user or self.assistant).action_start_services()

    def test_services_of_goods_are_bought_with_the_delivery_notice(self):
        """F11: not when the order is confirmed, and once."""
        order = self.make_confirmed({self.pump: 1, self.bought: 1})
        self.assertFalse(self.purchases(order))
        self.make_verified(order)
        self.make_notice(order)
        self.assertEqual(self.purchases(order).order_line.product_qty, 1)
        self.assertFalse(self.as_user(order, self.assistant).services_wait)

    def test_an_order_of_services_is_started_by_the_assistant(self):
        """F11: it stands on the desk until then; nobody else starts it."""
        order = self.make_confirmed({self.bought: 2})
        self.assertFalse(self.purchases(order))
        self.assertEqual(order.flow_stage, "start")
        self.assertTrue(order.desk_open)
        step = self.as_user(order, self.assistant)._desk_next_action()[order.id]
        self.assertEqual((step["method"], step["mine"]), ("action_start_services", True))
        for user in (self.sales, self.finance):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.start_services(order, user)
        self.start_services(order)
        self.assertEqual(self.purchases(order).order_line.product_qty, 2)
        self.assertEqual(order.supply_started_by_id, self.assistant)
        self.assertNotEqual(order.flow_stage, "start")
        self.start_services(order)
        self.assertEqual(len(self.purchases(order).order_line), 1)

    def test_services_of_an_order_on_hold_wait(self):
        """DESIGN 14: neither the assistant nor the rule itself buys them until it is lifted."""
        order = self.make_confirmed({self.bought: 2})
        self.as_user(order, self.finance).action_hold("The customer is late.")
        with self.assertRefused("on hold"):
            self.start_services(order)
        order.order_line._purchase_service_generation()
        self.assertFalse(self.purchases(order))
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        self.start_services(order)
        self.assertTrue(self.purchases(order))

    def test_services_wait_for_the_deposit(self):
        """F7: an order of machine and service is started when the deposit is there."""
        order = self.make_signed({self.machine: 1, self.bought: 1})
        with self.assertRefused("of the deposit of"):
            self.start_services(order)
        self.pay_deposit(order)
        self.assertFalse(self.purchases(order))
        self.start(order)
        self.assertTrue(self.purchases(order))

    def test_a_purchase_waits_when_the_deposit_is_taken_back(self):
        """F7: by the buttons and below them, with the reason; it is found by the filter."""
        order = self.make_signed({self.machine: 1, self.bought: 1})
        payment = self.pay_deposit(order)
        self.start(order)
        purchase = self.purchases(order)
        self.assertEqual(purchase.state, "draft")
        self.as_user(payment, self.finance).action_draft()
        purchase.invalidate_recordset()
        self.assertIn("of the deposit of", purchase.start_hold_reason)
        self.assertIn(purchase, purchase.search([("waits_for_order", "=", True)]))
        for door in (purchase.button_confirm, purchase.button_approve):
            with self.assertRefused("of the deposit of"):
                door()
        with self.assertRefused("of the deposit of"):
            purchase.write({"state": "purchase"})
            self.env.flush_all()
        self.pay_deposit(order)
        purchase.button_confirm()
        self.env.flush_all()
        self.assertEqual(purchase.state, "purchase")

    def test_outside_the_flow_services_are_bought_as_in_odoo(self):
        """X1: when the order is confirmed."""
        self.company.order_flow_enabled = False
        order = self.make_confirmed({self.bought: 1})
        self.assertTrue(self.purchases(order))

    def test_a_change_of_the_order_names_what_was_bought_for_it(self):
        """F18: purchasing is told when what it bought is touched, and only then."""
        order = self.make_confirmed({self.bought: 2, self.pump: 1})
        self.start_services(order)
        Request = self.as_user(self.env["sale.change.request"], self.sales)
        purchase = self.purchases(order)
        for product, touched in ((self.bought, True), (self.pump, False)):
            commands = Request._line_commands(order)
            for command in commands:
                if command[2]["product_id"] == product.id:
                    command[2]["quantity"] = 5
            request = Request.create(
                {"order_id": order.id, "reason": "More.", "line_ids": commands}
            )
            roles = [row["role"] for row in request._change_effects()[request.id]]
            self.assertEqual(purchase.name in request.effects, touched)
            self.assertEqual("purchasing" in roles, touched)

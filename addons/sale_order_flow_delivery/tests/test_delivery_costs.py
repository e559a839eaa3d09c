from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestDeliveryCosts(OrderFlowCase):
    """F5: delivery at the price of the delivery method is nothing special."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = cls.make_product("Transport", 0, type="service", is_storable=False)
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Our Own Truck",
                "product_id": service.id,
                "delivery_type": "fixed",
                "fixed_price": 25,
                "company_id": cls.company.id,
            }
        )

    def make_delivered(self, price=None, **values):
        """An order whose delivery method was chosen in Odoo's own way, or at another price."""
        order = self.make_order(**values)
        rate = self.carrier.rate_shipment(order)
        order.set_delivery_line(self.carrier, rate["price"] if price is None else price)
        return order

    def line(self, order):
        return order.order_line.filtered("is_delivery")

    def test_the_price_of_the_delivery_method_is_usual(self):
        """F5: reviewed by the sales manager like the goods alone."""
        order = self.make_delivered()
        self.assertEqual(self.line(order).price_unit, 25)
        self.assertEqual(order.special_level, "none", order.special_reasons)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")

    def test_another_price_asks_for_special_approval(self):
        """F5: cheaper, dearer, and for nothing."""
        for price, words in ((10, "price lowered"), (40, "price raised"), (0, "price lowered")):
            order = self.make_delivered(price)
            with self.subTest(price):
                self.assertEqual(order.special_level, "president")
                self.assertIn(words, order.special_reasons)
                self.assertIn("Transport", order.special_reasons)

    def test_free_delivery_from_an_amount_on_is_usual(self):
        """F5: where the delivery method says so; its price was not forgotten either (F1)."""
        self.carrier.write({"free_over": True, "amount": 400})
        order = self.make_delivered()
        self.assertEqual(self.line(order).price_unit, 0)
        self.assertEqual(order.special_level, "none", order.special_reasons)
        self.assertFalse(order._approval_check_submission("confirm").get(order.id))
        small = self.make_delivered(0, goods={self.pump: 3})
        self.assertEqual(small.special_level, "president")

    def test_rules_of_the_delivery_method_are_followed(self):
        """F5: by weight, price or quantity."""
        self.carrier.write(
            {
                "delivery_type": "base_on_rule",
                "price_rule_ids": [
                    (
                        0,
                        0,
                        {
                            "variable": "quantity",
                            "operator": "<=",
                            "max_value": 4,
                            "list_base_price": 30,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "variable": "quantity",
                            "operator": ">",
                            "max_value": 4,
                            "list_base_price": 60,
                        },
                    ),
                ],
            }
        )
        order = self.make_delivered()
        self.assertEqual(self.line(order).price_unit, 30)
        self.assertEqual(order.special_level, "none", order.special_reasons)
        order.order_line.filtered(lambda line: line.product_id == self.pump).product_uom_qty = 5
        order.invalidate_recordset()
        self.assertIn("price lowered", order.special_reasons)

    def test_a_line_called_delivery_is_judged_by_its_product(self):
        """F5: without the product of the delivery method it is a line like any other."""
        order = self.make_order()
        order.write(
            {
                "carrier_id": self.carrier.id,
                "order_line": [
                    (0, 0, {"product_id": self.hose.id, "price_unit": 1, "is_delivery": True})
                ],
            }
        )
        self.assertEqual(order.special_level, "president")
        self.assertIn("Hose", order.special_reasons)

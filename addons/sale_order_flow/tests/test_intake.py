from odoo import Command
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestIntake(OrderFlowCase):
    """F1: what an order must say before anybody reviews it."""

    def test_incomplete_order_is_refused_naming_every_missing_field(self):
        """F1: the message lists all that is missing, not only the first."""
        order = self.make_order(
            contact_id=False,
            order_channel=False,
            delivery_way=False,
            payment_way=False,
            commitment_date=False,
            order_line=[],
        )
        with self.assertRefused(order.name) as caught:
            order.action_approval_submit()
        labels = order.fields_get(
            [
                "contact_id",
                "order_channel",
                "delivery_way",
                "payment_way",
                "commitment_date",
                "order_line",
            ],
            ["string"],
        )
        with self.assertRaises(Exception) as caught:
            order.action_approval_submit()
        for name, label in labels.items():
            self.assertIn(label["string"], str(caught.exception), name)

    def test_each_field_is_asked_for_by_itself(self):
        """F1: a complete order but for one field is refused for that field."""
        for name in (
            "contact_id",
            "order_channel",
            "delivery_way",
            "payment_way",
            "commitment_date",
        ):
            order = self.make_order(**{name: False})
            label = order.fields_get([name], ["string"])[name]["string"]
            with self.subTest(name), self.assertRefused(f"{order.name} is incomplete: {label}."):
                order.action_approval_submit()

    def test_line_without_price_is_named(self):
        """F1: the price belongs to the order."""
        unpriced = self.make_product("Sample", 0.0, 0)
        order = self.make_order({self.pump: 1, unpriced: 1})
        with self.assertRefused("Sample"):
            order.action_approval_submit()

    def test_only_notes_and_zero_quantities_are_no_order(self):
        """F1: something has to be ordered."""
        order = self.make_order({self.pump: 0})
        order.order_line = [Command.create({"display_type": "line_note", "name": "Call first."})]
        with self.assertRefused("is incomplete"):
            order.action_approval_submit()

    def test_complete_order_is_submitted(self):
        """F1: nothing else is asked for."""
        order = self.make_order()
        self.assertEqual(order.approval_panel["blockers"], [])
        order.action_approval_submit()
        self.assertEqual(order.approval_state, "pending")

    def test_several_orders_are_refused_together(self):
        """F1, X6: each incomplete order is named, and none is submitted."""
        orders = (
            self.make_order()
            | self.make_order(payment_way=False)
            | self.make_order(delivery_way=False)
        )
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            orders.action_approval_submit()
        self.assertNotIn(orders[0].name, str(caught.exception))
        self.assertIn(orders[1].name, str(caught.exception))
        self.assertIn(orders[2].name, str(caught.exception))
        self.assertEqual(orders.mapped("approval_state"), [False] * 3)

    def test_contact_follows_the_customer(self):
        """F1: the contact of another customer does not stay on the order."""
        order = self.make_order()
        order.partner_id = self.other_customer
        self.assertFalse(order.contact_id)

    def test_company_without_order_flow_asks_for_nothing(self):
        """X1: Odoo as it was."""
        other = self.env["res.company"].create({"name": "Plain Ltd"})
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [Command.create({"product_id": self.training.id})],
                }
            )
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.flow_stage)

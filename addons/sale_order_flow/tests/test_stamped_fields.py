from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestStampedFields(OrderFlowCase):
    """A10, F10: what the system derives or stamps is entered by nobody, not even by finance."""

    def assertNotEntered(self, records, values):
        """Refused, or without any effect on what is stored."""
        for name, value in values.items():
            with self.subTest(model=records._name, field=name), self.assertRefused():
                records.write({name: value})

    def test_finance_does_not_choose_rate_currency_or_order_of_a_row(self):
        """F10: a row is worth what the payment is worth for the order of its application."""
        order, other = self.make_confirmed(), self.make_confirmed()
        application = self.make_application(order)
        payment = self.make_payment(400)
        usd = self.env.ref("base.USD")
        rows = self.as_user(self.env["sale.payment.allocation"], self.finance)
        values = {"application_id": application.id, "payment_id": payment.id, "amount": 4}
        wrong = {"order_id": other.id, "currency_id": usd.id, "date": "2020-01-01"}
        for name, value in wrong.items():
            with self.subTest(name), self.assertRefused("", AccessError):
                rows.create({**values, name: value})
            row = rows.with_context(**{f"default_{name}": value}).create(values)
            self.assertEqual(row.order_id, order)
            self.assertEqual(row.currency_id, payment.currency_id)
            self.assertEqual(row.date, payment.date)
            row.unlink()
        self.assertNotEntered(rows.create(values), wrong)

    def test_company_and_customer_of_documents_follow_their_order(self):
        """F10, X4: nobody moves a document to a company where the role is held."""
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        order = self.make_noticed()
        wrong = {"company_id": other.id, "partner_id": self.other_customer.id}
        self.assertNotEntered(self.as_user(order.delivery_application_ids, self.sales), wrong)
        self.assertNotEntered(self.as_user(order.delivery_notice_ids, self.assistant), wrong)

    def test_who_did_what_and_when_is_stamped_by_the_buttons(self):
        """F10: as salesperson, finance and assistant."""
        order = self.make_noticed()
        self.assertNotEntered(
            self.as_user(order.delivery_application_ids, self.finance),
            {
                "name": "DA/1",
                "state": "returned",
                "submitted_by_id": self.sales2.id,
                "submitted_at": "2026-01-01",
                "verified_by_id": self.cfo.id,
                "verified_at": "2026-01-01",
            },
        )
        self.assertNotEntered(
            self.as_user(order.delivery_notice_ids, self.assistant),
            {
                "name": "DN/1",
                "state": "draft",
                "progress": "shipped",
                "basis": "The president said so.",
                "issued_by_id": self.sales2.id,
                "issued_at": "2026-01-01",
            },
        )
        self.assertNotEntered(
            self.as_user(order.delivery_notice_ids.line_ids, self.assistant),
            {
                "shipped_quantity": 4,
            },
        )

    def test_documents_are_not_changed_through_their_order(self):
        """A10: commands on the order pass the same doors."""
        order = self.make_confirmed()
        application = self.make_application(order)
        with self.assertRefused("", AccessError):
            order.write(
                {
                    "delivery_application_ids": [
                        Command.update(application.id, {"state": "verified"}),
                    ]
                }
            )
        with self.assertRefused("", AccessError):
            order.write({"delivery_notice_ids": [Command.create({"state": "issued"})]})
        with self.assertRefused("", AccessError):
            order.write(
                {
                    "payment_allocation_ids": [
                        Command.create(
                            {
                                "application_id": application.id,
                                "payment_id": self.make_payment(400).id,
                                "amount": 400,
                            }
                        )
                    ]
                }
            )

    def test_superuser_writes_no_stamped_fields_either(self):
        """A10: a server action or another addon's sudo opens nothing."""
        order = self.make_noticed()
        system = self.env.ref("base.user_admin")
        self.assertNotEntered(order.with_user(system), {"flow_stage": "done", "order_flow": False})
        self.assertNotEntered(order.delivery_notice_ids.with_user(system), {"state": "cancelled"})

    def test_negative_quantities_are_no_hidden_rebate(self):
        """F5: goods taken back on the same order lower what the customer pays."""
        order = self.make_order(
            order_line=[
                Command.create({"product_id": self.pump.id, "product_uom_qty": 4}),
                Command.create({"product_id": self.hose.id, "product_uom_qty": -10}),
            ]
        )
        self.assertEqual(order.special_level, "president", order.special_reasons)

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .order_flow_case import OrderFlowCase


@tagged("post_install", "-at_install")
class TestDecisionCard(OrderFlowCase):
    """A22: what somebody without rights on sales and invoices needs to judge an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.with_company(cls.company).standard_price = 70

    def card(self, order, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.request_of(order), user).decision_card

    def facts(self, card):
        return {fact["label"]: fact for group in card for fact in group["facts"]}

    def submitted(self, **values):
        order = self.make_order(**values)
        order.action_approval_submit()
        return order

    def cheap(self, price):
        return self.submitted(
            order_line=[
                Command.create(
                    {"product_id": self.pump.id, "product_uom_qty": 4, "price_unit": price}
                )
            ]
        )

    def test_price_stands_beside_the_last_ones_of_this_customer(self):
        """A22: with dates; a price below the last one stands out."""
        self.make_confirmed()
        order = self.cheap(80)
        [row] = self.card(order, self.vp)[0]["table"]["rows"]
        product, price, last, margin = row
        self.assertIn("Pump", product["value"])
        self.assertIn("80.00", price["value"])
        self.assertEqual(price["tone"], "danger")
        self.assertIn("100.00", last["value"])
        self.assertEqual(margin["value"], "12.5%")

    def test_prices_of_other_customers_are_not_told(self):
        """A22: the last prices are those of this customer."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        contact = self.env["res.partner"].create({"name": "Other buyer", "parent_id": other.id})
        self.make_confirmed(partner_id=other.id, contact_id=contact.id)
        [row] = self.card(self.submitted(), self.salesmgr)[0]["table"]["rows"]
        self.assertIn("never sold", row[2]["value"])

    def test_selling_below_cost_and_unknown_costs_are_told_apart(self):
        """A22: no cost is no margin."""
        facts = self.facts(self.card(self.cheap(60), self.vp))
        self.assertEqual(facts["Margin of the order"]["tone"], "danger")
        order = self.submitted(
            order_line=[Command.create({"product_id": self.hose.id, "product_uom_qty": 4})]
        )
        card = self.card(order, self.salesmgr)
        self.assertEqual(card[0]["table"]["rows"][0][3]["value"], "–")
        self.assertNotIn("Margin of the order", self.facts(card))

    def test_overdue_invoices_are_told_to_who_may_not_read_invoices(self):
        """A22: the sum, how many and for how long."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": fields.Date.today() - timedelta(days=40),
                "invoice_date_due": fields.Date.today() - timedelta(days=30),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pump", "price_unit": 300, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        invoice.action_post()
        with self.assertRefused(exception=AccessError):
            self.as_user(invoice, self.vp).read(["amount_residual"])
        overdue = self.facts(self.card(self.cheap(80), self.vp))["Overdue invoices"]
        self.assertIn("300.00", overdue["value"])
        self.assertEqual(overdue["tone"], "danger")

    def test_earlier_special_approvals_of_the_customer_are_counted(self):
        """A22: asked for, granted, refused; orders at the usual terms are none."""
        self.make_confirmed()
        special = self.cheap(90)
        self.decide(special, self.vp, "opinion", "Hm.")
        self.decide(special, self.cfo, "opinion", "Hm.")
        self.decide(special, self.president, "refuse", "No.")
        facts = self.facts(self.card(self.cheap(80), self.vp))
        self.assertIn("1 asked for", facts["Special approvals, last 12 months"]["value"])
        self.assertIn("1 refused", facts["Special approvals, last 12 months"]["value"])

    def test_the_card_of_many_lines_takes_no_more_queries(self):
        """DESIGN 19: prices of all lines in one query."""
        few = self.submitted()
        many = self.submitted(quantities={self.make_product(f"Part {n}", 10): 1 for n in range(12)})

        def count(order):
            self.card(order, self.salesmgr)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.as_user(self.request_of(order), self.salesmgr).read(["decision_card"])
            return self.env.cr.sql_log_count - before

        first, second = count(few), count(many)
        self.assertLessEqual(second, first + 3, f"{first} for one line, {second} for twelve")

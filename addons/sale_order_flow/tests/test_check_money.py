from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .check_case import CheckCase


@tagged("post_install", "-at_install")
class TestCheckMoney(CheckCase):
    """F2, F4: what the customer owes, may owe, and what the company earns."""

    # ------------------------------------------------------------------ overdue invoices (F2)

    def test_overdue_invoices_of_the_whole_customer_are_found(self):
        """F2: sum, number and age; those of contacts count, those not due yet do not."""
        self.make_invoice(300, 30)
        self.make_invoice(200, 3, partner=self.contact)
        self.make_invoice(999, 0)
        self.make_invoice(999, -5)
        check = self.result(self.make_order(), "overdue")
        self.assertEqual(check["state"], "note")
        self.assertIn(f"{self.company.currency_id.format(500)} in 2 invoices", check["reason"])
        self.assertIn("30 days", check["reason"])

    def test_overdue_instalment_counts_before_the_last_one_is_due(self):
        """F2: each due date by itself."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        self.make_invoice(400, 0, invoice_payment_term_id=term.id)
        reason = self.result(self.make_order(), "overdue")["reason"]
        self.assertIn(self.company.currency_id.format(200), reason)

    def test_days_overdue_that_are_tolerated_are_the_companys(self):
        """F2, F5: exactly as many days are still fine."""
        self.make_invoice(300, 10)
        order = self.make_order()
        self.decide_policy("overdue", "president", limit=10)
        self.assertEqual(self.result(order, "overdue")["state"], "ok")
        self.decide_policy("overdue", "president", limit=9)
        self.assertEqual(self.result(order, "overdue")["state"], "president")
        order.invalidate_recordset()
        self.assertEqual(order.special_level, "president")

    def test_paid_invoices_and_those_of_another_company_are_not_overdue(self):
        """F2, X4: what was paid is settled; each company looks after its own money."""
        other = self.env["res.company"].create({"name": "Sister"})
        self.env.user.company_ids |= other
        self.env["account.chart.template"]._load("generic_coa", other, install_demo=False)
        self.make_invoice(300, 30, company=other)
        paid = self.make_invoice(100, 30)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({"journal_id": self.bank.id})._create_payments()
        self.assertEqual(self.result(self.make_order(), "overdue")["state"], "ok")

    # ------------------------------------------------------------------ credit limit (F2)

    def test_credit_limit_counts_receivables_open_orders_and_this_order(self):
        """F2: 600 owed, 400 ordered, 400 asked for; 1400 is within 1400 and beyond 1399.99."""
        self.company.account_use_credit_limit = True
        self.make_invoice(600, -20)
        self.make_confirmed()
        order = self.make_order()
        customer = self.customer.with_company(self.company)
        customer.credit_limit = 1400
        self.assertEqual(self.result(order, "credit")["state"], "ok")
        customer.credit_limit = 1399.99
        check = self.result(order, "credit")
        self.assertEqual(check["state"], "note")
        for amount in (600, 400, 1400, 0.01, 1399.99):
            self.assertIn(self.company.currency_id.format(amount), check["reason"])

    def test_without_a_limit_or_with_limits_switched_off_nothing_is_found(self):
        """F2, X2: as in Odoo, zero is no limit."""
        order = self.make_order()
        self.customer.with_company(self.company).credit_limit = 1
        self.company.account_use_credit_limit = False
        self.assertEqual(self.result(order, "credit")["state"], "ok")
        self.company.account_use_credit_limit = True
        self.assertEqual(self.result(order, "credit")["state"], "note")
        self.customer.with_company(self.company).credit_limit = 0
        self.assertEqual(self.result(order, "credit")["state"], "ok")

    def test_order_in_another_currency_is_compared_in_that_of_the_company(self):
        """F2, X4: 400 yuan are 50 dollars at 0.125; the limit is in yuan."""
        self.enable_usd(0.125)
        self.company.account_use_credit_limit = True
        order = self.make_order({self.make_product("Valve", 100, company_id=self.company.id): 4})
        self.assertEqual((order.currency_id.name, order.amount_total), ("USD", 50))
        customer = self.customer.with_company(self.company)
        customer.credit_limit = 400
        self.assertEqual(self.result(order, "credit")["state"], "ok")
        customer.credit_limit = 399
        self.assertIn(self.company.currency_id.format(400), self.result(order, "credit")["reason"])

    def test_salesperson_without_rights_on_money_sees_the_result(self):
        """F2: the check says why, though the fields themselves stay closed to them."""
        self.company.account_use_credit_limit = True
        self.customer.with_company(self.company).credit_limit = 399
        order = self.make_order()
        self.env.invalidate_all()
        with self.assertRefused(exception=AccessError):
            self.as_user(self.customer, self.sales).read(["credit_limit"])
        reason = self.result(self.as_user(order, self.sales), "credit")["reason"]
        self.assertIn(self.company.currency_id.format(399), reason)

    # ------------------------------------------------------------------ margin (F4)

    def make_costing(self, cost, **line):
        self.pump.with_company(self.company).standard_price = cost
        return self.make_order(order_line=[Command.create({"product_id": self.pump.id, **line})])

    def test_margin_below_the_floor_is_found(self):
        """F4: 20 percent are enough for a floor of 20, and not for one of 20.01."""
        order = self.make_costing(80)
        self.decide_policy("margin", "note", limit=20)
        self.assertEqual(self.result(order, "margin")["state"], "ok")
        self.decide_policy("margin", "head", limit=20.01)
        check = self.result(order, "margin")
        self.assertEqual(check["state"], "head")
        self.assertIn("20.00 %", check["reason"])

    def test_selling_below_cost_is_found_without_any_floor(self):
        """F4: discounts included."""
        self.assertEqual(self.result(self.make_costing(80, discount=19), "margin")["state"], "ok")
        self.assertEqual(self.result(self.make_costing(80, discount=21), "margin")["state"], "note")

    def test_giving_goods_away_is_no_division_by_nothing(self):
        """F4: an order that earns nothing."""
        check = self.result(self.make_costing(80, discount=100), "margin")
        self.assertEqual(check["state"], "note")
        self.assertIn("cost more", check["reason"])

    def test_unknown_costs_and_other_units_do_not_move_the_margin(self):
        """F4: a dozen costs twelve times as much; goods without a cost say nothing."""
        self.pump.with_company(self.company).standard_price = 80
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order(
            order_line=[
                Command.create({"product_id": self.pump.id, "product_uom_id": dozen.id}),
                Command.create({"product_id": self.hose.id, "product_uom_qty": 1000}),
            ]
        )
        self.decide_policy("margin", "note", limit=20)
        self.assertEqual(self.result(order, "margin")["state"], "ok")
        self.decide_policy("margin", "note", limit=21)
        self.assertIn("20.00 %", self.result(order, "margin")["reason"])

    def test_margin_of_an_order_in_another_currency(self):
        """F4, X4: costs are in the currency of the company."""
        self.enable_usd(0.125)
        valve = self.make_product("Valve", 100, company_id=self.company.id)
        valve.with_company(self.company).standard_price = 80
        order = self.make_order({valve: 1})
        self.assertEqual((order.currency_id.name, order.amount_untaxed), ("USD", 12.5))
        self.decide_policy("margin", "note", limit=21)
        self.assertIn("20.00 %", self.result(order, "margin")["reason"])

    def test_person_who_may_not_read_costs_is_told_no_margin(self):
        """F4: that it is too low, not how low."""
        order = self.make_costing(80)
        self.decide_policy("margin", "note", limit=30)
        self.assertIn("20.00 %", self.result(order, "margin")["reason"])
        field = self.env["product.product"]._fields["standard_price"]
        self.patch(field, "groups", "sale_order_flow.group_flow_finance")
        reason = self.result(order, "margin")["reason"]
        self.assertIn("below 30.00 %", reason)
        self.assertNotIn("20.00", reason)
        self.assertIn("20.00 %", self.result(self.as_user(order, self.finance), "margin")["reason"])

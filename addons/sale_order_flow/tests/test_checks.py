from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date

from .check_case import CheckCase


@tagged("post_install", "-at_install")
class TestChecks(CheckCase):
    """F4: each check is a named result with a reason, before anybody submits."""

    # ------------------------------------------------------------------ what people see

    def test_every_check_has_a_name_a_result_and_a_reason(self):
        """F4: also those that found nothing, so that nobody wonders whether they were asked."""
        order = self.make_order()
        codes = [check["code"] for check in order.check_results]
        self.assertEqual(
            codes,
            [
                "data",
                "qualification",
                "credit",
                "overdue",
                "price",
                "discount",
                "promotion",
                "payment_term",
                "margin",
                "availability",
                "lead_time",
                "special",
            ],
        )
        for check in order.check_results:
            self.assertTrue(check["label"] and check["reason"].endswith("."), check)
            self.assertIn(check["state"], ("ok", "note", "head", "president", "stop"))

    def test_results_are_in_the_language_of_whoever_reads_them(self):
        """X3: the computed texts are not kept from another language."""
        order = self.make_order(commitment_date=datetime(2020, 1, 1))
        for lang in ("en_US", "zh_CN"):
            there = order.with_context(lang=lang)
            day = format_date(there.env, date(2020, 1, 1))
            self.assertIn(day, self.result(there, "lead_time")["reason"])

    def test_what_was_found_is_frozen_for_the_approvers(self):
        """F4, A6: the sheet keeps the results of the submission, whatever happens afterwards."""
        self.make_invoice(300, 30)
        order = self.make_order()
        order.action_approval_submit()
        before = self.as_user(self.request_of(order), self.salesmgr).sheet["notes"]
        [overdue] = [note for note in before if "300.00" in note["text"]]
        self.assertEqual(overdue["level"], "info")
        self.assertIn("Overdue invoices (Note)", overdue["text"])
        self.assertIn("Unit price", before[-1]["text"])
        self.decide_policy("overdue", "ignore")
        self.assertEqual(self.as_user(self.request_of(order), self.salesmgr).sheet["notes"], before)

    def test_amounts_are_written_as_the_currency_and_the_language_write_them(self):
        """X3, X4: separators of thousands, the sign of the currency."""
        dear = self.make_product("Turbine", 12000)
        order = self.make_order(
            order_line=[Command.create({"product_id": dear.id, "discount": 12})]
        )
        reason = self.result(order, "discount")["reason"]
        for text in (order.currency_id.format(10560), order.currency_id.format(12000), "12.00 %"):
            self.assertIn(text, reason)
        self.assertIn("10,560.00", reason)

    def test_price_with_more_decimals_than_the_currency_is_told_exactly(self):
        """F5: “10.00 instead of 10.00” would explain nothing."""
        self.env.ref("product.decimal_price").digits = 4
        screw = self.make_product("Screw", 10)
        order = self.make_order(
            order_line=[Command.create({"product_id": screw.id, "price_unit": 10.0004})]
        )
        self.assertIn("to 10.0004 CNY", self.result(order, "price")["reason"])

    def test_customers_do_not_read_what_was_checked(self):
        """F4, F21: they read their orders in the portal, and nothing internal of them."""
        customer = self.env.ref("sale_order_flow.demo_user_customer")
        order = self.env.ref("sale_order_flow.demo_order_signature").with_user(customer)
        self.assertTrue(order.read(["name"]))
        for name in ("check_results", "special_level", "special_reasons"):
            with self.subTest(name), self.assertRefused(exception=AccessError):
                order.read([name])
        with self.assertRefused(exception=AccessError):
            order.search([("special_level", "=", "president")])

    # ------------------------------------------------------------------ bad input

    def test_orders_that_make_no_sense_are_checked_all_the_same(self):
        """X6: nothing, nothing known, negative: a result, not a trace."""
        for values in (
            {"order_line": []},
            {"commitment_date": False, "contact_id": False},
            {"order_line": [Command.create({"product_id": self.pump.id, "product_uom_qty": -3})]},
            {"order_line": [Command.create({"product_id": self.pump.id, "product_uom_qty": 0})]},
            {"order_line": [Command.create({"display_type": "line_note", "name": "Call."})]},
        ):
            with self.subTest(values):
                self.assertEqual(len(self.make_order(**values).check_results), 12)

    def test_negative_price_of_what_has_none_is_a_finding(self):
        """X6: taken back below nothing; there is no percentage of nothing."""
        free = self.make_product("Sample", 0)
        order = self.make_order(
            order_line=[
                Command.create({"product_id": free.id, "product_uom_qty": -1, "price_unit": -5})
            ]
        )
        check = self.result(order, "discount")
        self.assertEqual(check["state"], "president")
        self.assertIn("the pricelist has no price for it", check["reason"])

    def test_form_that_is_not_saved_yet_shows_the_checks(self):
        """F4: the salesperson sees them while typing."""
        self.make_invoice(300, 30)
        order = self.as_user(self.env["sale.order"], self.sales).new(
            self.order_values(user_id=self.sales.id, company_id=self.company.id)
        )
        states = {check["code"]: check["state"] for check in order.check_results}
        self.assertEqual(states["overdue"], "note")
        self.assertEqual(states["price"], "ok")

    def test_company_without_the_order_flow_has_no_checks(self):
        """X1: nothing is looked at."""
        other = self.env["res.company"].create({"name": "Plain Ltd"})
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        self.assertFalse(order.check_results)

    # ------------------------------------------------------------------ many orders

    def test_many_orders_of_many_customers_are_checked_with_few_queries(self):
        """DESIGN 19: three customers, products and promised dates, or twelve: as many queries.

        Made at one moment: Odoo looks exchange rates up for each moment an order is dated at.
        """
        now = fields.Datetime.now()
        self.company.account_use_credit_limit = True

        def make(number):
            customer = self.env["res.partner"].create({"name": f"C{number}", "is_company": True})
            customer.with_company(self.company).credit_limit = 1
            self.make_invoice(100, 5 + number, partner=customer)
            return self.make_order(
                {self.make_product(f"P{number}", 10): 3},
                partner_id=customer.id,
                commitment_date=now + timedelta(days=number),
                date_order=now,
            )

        orders = self.env["sale.order"].concat(*(make(number) for number in range(12)))

        def count(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            states = [
                check["state"]
                for results in orders.mapped("check_results")
                for check in results
                if check["code"] in ("overdue", "credit", "qualification")
            ]
            self.assertEqual(states, ["note"] * 3 * len(orders))
            return self.env.cr.sql_log_count - before

        count(orders)
        few, many = count(orders[:3]), count(orders)
        self.assertLessEqual(many, few + 1, f"{few} queries for 3 orders, {many} for 12")

    def test_orders_of_two_companies_are_checked_by_the_list_of_each(self):
        """F5, X4: in one list."""
        other = self.env["res.company"].create(
            {"name": "Sister", "order_flow_enabled": True, "parent_id": False}
        )
        self.env.user.company_ids |= other
        env = self.env(
            context={**self.env.context, "allowed_company_ids": [self.company.id, other.id]}
        )
        theirs = env["sale.order"].create({"partner_id": self.customer.id, "company_id": other.id})
        mine = self.make_order().with_env(env)
        self.decide_policy("qualification", "ignore")
        codes = {order: [check["code"] for check in order.check_results] for order in mine | theirs}
        self.assertNotIn("qualification", codes[mine])
        self.assertIn("qualification", codes[theirs])

    def test_choosing_a_chain_asks_only_what_can_change_it(self):
        """DESIGN 19: notes about stock, money and documents cost a confirmation nothing."""
        orders = type(self.env["sale.order"])
        order = self.make_order()
        order.invalidate_recordset()
        asked = []
        names = {check.method for check in order._order_checks().values()}
        for name in names:
            method = getattr(orders, name)

            def noted(records, run, name=name, method=method):
                asked.append(name)
                return method(records, run)

            self.patch(orders, name, noted)
        self.assertEqual(order.special_level, "none")
        self.assertEqual(
            set(asked),
            {
                "_check_price",
                "_check_discount",
                "_check_promotion",
                "_check_payment_term",
                "_check_special",
            },
        )
        self.decide_policy("overdue", "head")
        order.invalidate_recordset()
        self.assertEqual(order.special_level, "none")
        self.assertIn("_check_overdue", asked)

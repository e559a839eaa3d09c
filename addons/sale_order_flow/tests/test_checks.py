from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestChecks(OrderFlowCase):
    """F2, F4: each check is a named result with a reason, before anybody submits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.later = cls.env.ref("account.account_payment_term_30days")

    def result(self, order, code):
        order.invalidate_recordset(["check_results"])
        return next(check for check in order.check_results if check["code"] == code)

    def decide_policy(self, code, means, limit=0.0):
        policy = self.env["sale.order.check.policy"].search(
            [("company_id", "=", self.company.id), ("code", "=", code)]
        )
        policy.write({"means": means, "limit": limit})
        return policy

    def make_invoice(self, amount, days_overdue, partner=None, company=None, **values):
        company = company or self.company
        day = company._approval_today() - timedelta(days=days_overdue)
        invoice = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (partner or self.customer).id,
                    "company_id": company.id,
                    "invoice_date": min(day, company._approval_today()) - timedelta(days=10),
                    "invoice_date_due": day,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Pump", "price_unit": amount, "tax_ids": [Command.clear()]}
                        )
                    ],
                    **values,
                }
            )
        )
        invoice.action_post()
        return invoice

    def enable_usd(self, rate):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": rate,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": usd.id, "company_id": self.company.id}
        )
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "product.group_product_pricelist"
        )
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        return usd

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
        self.assertIn("10.0004 CNY instead of", self.result(order, "price")["reason"])

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

    # ------------------------------------------------------------------ availability (F4)

    def test_more_than_the_forecast_is_found_over_all_lines_of_the_order(self):
        """F4: 50 in stock; 30 and 21 are one too many."""
        line = {"product_id": self.pump.id}
        order = self.make_order(
            order_line=[
                Command.create({**line, "product_uom_qty": 30}),
                Command.create({**line, "product_uom_qty": 20}),
            ]
        )
        self.assertEqual(self.result(order, "availability")["state"], "ok")
        order.order_line[1].product_uom_qty = 21
        check = self.result(order, "availability")
        self.assertEqual(check["state"], "note")
        self.assertIn("51.00 Units ordered, 50.00 forecast", check["reason"])

    def test_other_units_are_converted_before_they_are_compared(self):
        """F4: five dozen are more than fifty."""
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order(
            order_line=[
                Command.create(
                    {
                        "product_id": self.pump.id,
                        "product_uom_qty": 5,
                        "product_uom_id": dozen.id,
                    }
                )
            ]
        )
        self.assertIn("60.00 Units", self.result(order, "availability")["reason"])

    def test_what_arrives_before_the_promised_date_counts(self):
        """F4: a receipt of the eve helps, one of the day after does not."""
        order = self.make_order({self.pump: 60})
        receipt = self.env["stock.move"].create(
            {
                "product_id": self.pump.id,
                "product_uom_qty": 10,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse_place.lot_stock_id.id,
                "company_id": self.company.id,
                "date": order.commitment_date - timedelta(days=1),
            }
        )
        receipt._action_confirm()
        self.assertEqual(self.result(order, "availability")["state"], "ok")
        receipt.date = order.commitment_date + timedelta(days=1)
        self.assertEqual(self.result(order, "availability")["state"], "note")

    def test_what_confirmed_orders_wait_for_is_not_promised_twice(self):
        """F4, F11: nothing is reserved before the assistant starts it, and yet it is spoken for."""
        self.make_confirmed({self.pump: 45})
        check = self.result(self.make_order({self.pump: 6}), "availability")
        self.assertIn("5.00 forecast", check["reason"])
        self.assertEqual(
            self.result(self.make_order({self.pump: 5}), "availability")["state"], "ok"
        )

    def test_what_was_started_is_counted_once(self):
        """F4: after the notice the transfer stands for it."""
        self.make_noticed({self.pump: 45})
        self.assertEqual(
            self.result(self.make_order({self.pump: 5}), "availability")["state"], "ok"
        )
        check = self.result(self.make_order({self.pump: 6}), "availability")
        self.assertIn("5.00 forecast", check["reason"])

    def test_services_and_what_is_bought_for_the_order_are_not_in_stock(self):
        """F4: no shortage of what never is in stock."""
        bought = self.make_product("Special", 10)
        route = self.warehouse_place.mto_pull_id.route_id
        route.active = True
        bought.route_ids = route
        order = self.make_order({self.training: 100, bought: 7})
        self.assertEqual(self.result(order, "availability")["state"], "ok")
        self.assertEqual(
            self.result(self.make_order({self.make_product("Empty", 10): 7}), "availability")[
                "state"
            ],
            "note",
        )

    def test_order_without_a_warehouse_is_checked_all_the_same(self):
        """X6: the stock says nothing then."""
        order = self.make_order({self.pump: 1000})
        order.order_line.warehouse_id = False
        self.assertEqual(self.result(order, "availability")["state"], "ok")

    # ------------------------------------------------------------------ lead time (F4)

    @freeze_time("2026-03-10 04:00:00")
    def test_promise_earlier_than_the_product_allows_is_found(self):
        """F4: ten days from the tenth are the twentieth, and the line cannot say otherwise."""
        self.pump.sale_delay = 10
        order = self.make_order(commitment_date=datetime(2026, 3, 20, 4))
        self.assertEqual(self.result(order, "lead_time")["state"], "ok")
        order.commitment_date = datetime(2026, 3, 19, 4)
        order.order_line.customer_lead = 0
        check = self.result(order, "lead_time")
        self.assertEqual(check["state"], "note")
        self.assertIn("Pump", check["reason"])
        self.assertIn(format_date(order.env, date(2026, 3, 20)), check["reason"])

    @freeze_time("2026-03-10 20:00:00")
    def test_promises_are_days_of_the_company(self):
        """F4, X4: at 20:00 in London it is the eleventh in Shanghai."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.registry.clear_all_caches()
        order = self.make_order(commitment_date=datetime(2026, 3, 10, 14))
        self.assertIn("is past", self.result(order, "lead_time")["reason"])
        order.commitment_date = datetime(2026, 3, 10, 17)
        self.assertEqual(self.result(order, "lead_time")["state"], "ok")

    @freeze_time("2026-03-10 04:00:00")
    def test_every_order_needs_the_days_of_the_company(self):
        """F4: two days at least."""
        order = self.make_order(commitment_date=datetime(2026, 3, 11, 4))
        self.assertEqual(self.result(order, "lead_time")["state"], "ok")
        self.decide_policy("lead_time", "head", limit=2)
        self.assertEqual(self.result(order, "lead_time")["state"], "head")

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
        self.assertIn("has no price for", check["reason"])

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

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sale_order_flow.order_check import Finding, OrderCheck

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestCheckPolicy(OrderFlowCase):
    """F5: what is special is the company's list; what is found is the system's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Administrator of the order flow",
                "login": "flow_manager",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("sale_order_flow.group_flow_manager").ids)],
            }
        )

    def policy(self, code, user=None):
        policies = self.as_user(self.env["sale.order.check.policy"], user or self.manager)
        return policies.search([("company_id", "=", self.company.id), ("code", "=", code)])

    def make_discounted(self, discount):
        return self.make_order(
            order_line=[Command.create({"product_id": self.pump.id, "discount": discount})]
        )

    def level(self, order):
        order.invalidate_recordset()
        return order.special_level

    # ------------------------------------------------------------------ what a finding means

    def test_the_rulebook_sends_changed_prices_and_policies_to_the_president(self):
        """F5, D9: the list a company starts with; running the set-up again keeps what it decided."""
        seeded = {"price", "discount", "promotion", "payment_term", "special"}
        policies = self.env["sale.order.check.policy"].search(
            [("company_id", "=", self.company.id)]
        )
        by_meaning = {
            means: set(found.mapped("code")) for means, found in policies.grouped("means").items()
        }
        self.assertEqual(by_meaning["president"], seeded)
        self.assertEqual(by_meaning["stop"], {"data"})
        self.policy("price").means = "head"
        self.company.action_set_up_rulebook()
        self.assertEqual(self.policy("price").means, "head")
        self.assertEqual(
            self.env["sale.order.check.policy"].search_count(
                [("company_id", "=", self.company.id)]
            ),
            len(policies),
        )

    def test_a_finding_means_what_the_company_decided(self):
        """F5: ignored, told, decided by the head or by the president."""
        order = self.make_order(
            payment_term_id=self.env.ref("account.account_payment_term_30days").id
        )
        for means, level in (
            ("ignore", "none"),
            ("note", "none"),
            ("head", "head"),
            ("president", "president"),
        ):
            self.policy("payment_term").means = means
            with self.subTest(means):
                self.assertEqual(self.level(order), level)
                codes = [check["code"] for check in order.check_results]
                self.assertEqual("payment_term" in codes, means != "ignore")

    def test_within_the_limit_the_head_decides_at_most(self):
        """F6: whatever the company decided about discounts beyond it."""
        small, large = self.make_discounted(5), self.make_discounted(6)
        for means, of_small, of_large in (
            ("president", "head", "president"),
            ("head", "head", "head"),
            ("note", "none", "none"),
        ):
            self.policy("discount").means = means
            with self.subTest(means):
                self.assertEqual((self.level(small), self.level(large)), (of_small, of_large))
        self.policy("discount").means = "stop"
        small.action_approval_submit()
        with self.assertRefused("cannot be submitted (Discount)"):
            large.action_approval_submit()

    def test_refused_findings_name_order_check_and_reason(self):
        """F4, X6: all orders are told at once, and none is submitted."""
        self.policy("payment_term").means = "stop"
        term = self.env.ref("account.account_payment_term_30days")
        orders = self.make_order() | self.make_order(payment_term_id=term.id)
        with self.assertRefused(f"{orders[1].name} cannot be submitted (Payment term): "):
            orders.action_approval_submit()
        self.assertEqual(orders.mapped("approval_state"), [False, False])
        self.assertIn(term.name, orders[1].approval_panel["blockers"][0])

    def test_what_happened_since_the_form_was_opened_counts_at_submission(self):
        """F4: a result read before is not the one that decides."""
        order = self.make_order(
            payment_term_id=self.env.ref("account.account_payment_term_30days").id
        )
        self.assertEqual(order.special_level, "president")
        self.policy("payment_term").means = "stop"
        with self.assertRefused("Payment term"):
            order.action_approval_submit()

    def test_confirmed_orders_are_still_compared_with_the_terms_only(self):
        """F5: stock and dates of a confirmed order are no longer a matter of its submission."""
        order = self.make_confirmed()
        codes = [check["code"] for check in order.check_results]
        self.assertEqual(
            codes, ["price", "discount", "promotion", "payment_term", "margin", "special"]
        )

    # ------------------------------------------------------------------ what nobody may decide

    def test_the_check_of_the_data_cannot_be_switched_off(self):
        """F1: by no meaning, by import and by no row at all."""
        for means in ("ignore", "note", "head", "president"):
            with self.subTest(means), self.assertRefused("never submitted", ValidationError):
                self.policy("data").means = means
        self.env.cr.execute(
            "UPDATE sale_order_check_policy SET means = 'ignore' WHERE company_id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        with self.assertRefused("is incomplete"):
            self.make_order(payment_way=False).action_approval_submit()

    def test_only_administrators_change_the_list(self):
        """F5: neither the salesperson nor those who decide."""
        for user in (self.sales, self.salesmgr, self.president, self.finance, self.assistant):
            with self.subTest(user.login):
                self.assertEqual(self.policy("price", user).means, "president")
                with self.assertRefused(exception=AccessError):
                    self.policy("price", user).means = "ignore"
                with self.assertRefused(exception=AccessError):
                    self.policy("price", user).unlink()
        with self.assertRefused(exception=AccessError):
            self.policy("price").unlink()

    def test_changes_of_the_list_are_kept(self):
        """F5: who changed what is special, and when."""
        policy = self.policy("price")
        self.env.flush_all()
        policy.means = "note"
        self.env.flush_all()
        self.cr.precommit.run()
        # which values are tracked is for administrators of the database
        [message] = self.policy("price", self.env.user).message_ids.filtered("tracking_value_ids")
        self.assertEqual(message.tracking_value_ids.field_id.mapped("name"), ["means"])
        self.assertEqual(message.author_id, self.manager.partner_id)

    def test_numbers_that_make_no_sense_are_refused(self):
        """X6: negative ones, and a second row for the same check."""
        policy = self.policy("overdue")
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=IntegrityError):
            policy.limit = -1
            policy.flush_recordset()
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=IntegrityError):
            policy.create({"code": "overdue", "company_id": self.company.id})
        with self.assertRefused("no such check", ValidationError):
            policy.create({"code": "weather", "company_id": self.company.id})

    def test_lists_of_other_companies_are_not_seen(self):
        """X4: an administrator of one company."""
        other = self.env["res.company"].create({"name": "Sister"})
        theirs = self.env["sale.order.check.policy"].create(
            {"company_id": other.id, "code": "price"}
        )
        mine = self.as_user(theirs, self.manager)
        self.assertNotIn(theirs.id, mine.search([]).ids)
        with self.assertRefused(exception=AccessError):
            mine.means = "ignore"

    def test_every_row_says_what_is_looked_at(self):
        """F5: and, where there is a number, what it stands for."""
        policies = self.as_user(self.env["sale.order.check.policy"], self.sales).search([])
        self.assertTrue(all(policies.mapped("explanation")))
        with_limit = set(policies.filtered("limit_label").mapped("code"))
        self.assertEqual(with_limit, {"overdue", "margin", "lead_time"})

    # ------------------------------------------------------------------ other addons

    def test_an_integrator_adds_a_check_by_one_entry_and_one_method(self):
        """F4: it is shown, decided by the company's list and asked once for all orders."""
        Order = type(self.env["sale.order"])
        checks = Order._order_checks
        calls = []

        def entries(orders):
            weather = OrderCheck(
                label="Weather",
                method="_check_weather",
                fine="It is dry.",
                explains="Whether it rains.",
                means="head",
            )
            return {**checks(orders), "weather": weather}

        def check_weather(orders, run):
            calls.append(len(orders))
            return {orders[0]: [Finding("It rains.")]}

        with (
            patch.object(Order, "_order_checks", entries),
            patch.object(Order, "_check_weather", check_weather, create=True),
        ):
            orders = self.make_order() | self.make_order()
            orders.invalidate_recordset()
            self.assertEqual(orders.mapped("special_level"), ["head", "none"])
            self.assertEqual(calls[-1], 2)
            self.assertEqual(orders[0].special_reasons, "It rains.")
            self.env["sale.order.check.policy"]._complete(self.company)
            self.assertEqual(self.policy("weather").means, "head")
            self.policy("weather").means = "ignore"
            self.assertEqual(self.level(orders[0]), "none")

    def test_the_older_hook_is_one_of_the_checks(self):
        """F5: what addons append to the findings counts at the level they say."""
        Order = type(self.env["sale.order"])

        def findings(orders):
            return {order: [("head", "First order."), ("president", "Abroad.")] for order in orders}

        with patch.object(Order, "_special_findings", findings):
            order = self.make_order()
            self.assertEqual(order.special_level, "president")
            self.assertEqual(order.special_reasons, "First order.\nAbroad.")
            self.policy("special").means = "ignore"
            self.assertEqual(self.level(order), "none")

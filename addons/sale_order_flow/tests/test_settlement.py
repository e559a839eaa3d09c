from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestSettlement(ReturnCase):
    """F16, D3 seven, D7: goods and money of an order side by side; whoever collects is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"collect_overdue": True, "collect_manager_days": 15})

    def settlement(self, order, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.env["sale.settlement"], user or self.finance).search(
            [("order_id", "=", order.id)]
        )

    def amounts(self, order):
        row = self.settlement(order)
        names = ("ordered", "shipped", "received", "returned", "invoiced", "paid", "due")
        return {name: row[name] for name in names if row[name]}

    def pay(self, invoice, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"journal_id": self.bank.id, "amount": amount, "payment_difference_handling": "open"}
        )._create_payments()

    def make_overdue(self, invoice, days):
        day = self.company._approval_today() - timedelta(days=days)
        invoice.button_draft()
        invoice.write({"invoice_date": day, "invoice_date_due": day})
        invoice.action_post()
        self.assertEqual(invoice.invoice_date_due, day)

    def activities(self, order):
        kind = self.env.ref("sale_order_flow.activity_collect")
        return order.sudo().activity_ids.filtered(lambda row: row.activity_type_id == kind)

    def test_the_amounts_follow_the_documents(self):
        """F16: ordered, shipped, signed for, invoiced, paid, returned."""
        order = self.make_noticed({self.pump: 4, self.hose: 2})
        self.assertEqual(self.amounts(order), {"ordered": 420})
        self.ship(self.pickings(order), quantity=2)
        self.assertEqual(self.amounts(order), {"ordered": 420, "shipped": 220})
        self.pickings(order).sudo().signature = self.env.user.company_id.logo or b"aGk="
        self.assertEqual(self.amounts(order)["received"], 220)
        invoice = self.invoice(order)
        self.pay(invoice, 100)
        self.assertEqual(
            self.amounts(order),
            {
                "ordered": 420,
                "shipped": 220,
                "received": 220,
                "invoiced": 220,
                "paid": 100,
                "due": 120,
            },
        )
        request = self.accept(self.make_return(order, {self.pump: 1}))
        self.take_back(request)
        self.inspect(request)
        self.as_user(request.sudo().refund_ids, self.finance).action_post()
        found = self.amounts(order)
        self.assertEqual((found["shipped"], found["returned"]), (120, 100))
        self.assertEqual(found["invoiced"], 120)

    def test_the_form_shows_the_same_figures(self):
        """F16: read for all orders of a page in one query."""
        orders = self.make_shipped({self.pump: 1}) | self.make_shipped({self.hose: 3})
        self.env.flush_all()
        self.env.invalidate_all()
        orders = self.as_user(orders, self.sales)
        self.assertEqual(orders.mapped("settlement_invoiced"), [100, 30])
        self.assertEqual(orders.mapped("settlement_due"), [100, 30])

    def test_salespeople_see_the_settlement_of_their_orders(self):
        """F16, F21: the others' belongs to assistants, finance and managers."""
        order = self.make_confirmed()
        for user in (self.sales, self.finance, self.assistant, self.salesmgr):
            self.assertTrue(self.settlement(order, user), user.login)
        self.assertFalse(self.settlement(order, self.sales2))
        for user in (self.warehouse, self.purchasing):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.settlement(order, user)

    def test_the_salesperson_is_asked_at_once_and_the_manager_later_each_once(self):
        """F16, D7: by the age of the overdue invoice."""
        order = self.make_shipped()
        invoice = order.sudo().invoice_ids
        cron = self.env["sale.order"].sudo()
        self.make_overdue(invoice, 0)
        cron._cron_collect_overdue()
        self.assertFalse(self.activities(order))
        self.make_overdue(invoice, 1)
        for _time in range(2):
            cron._cron_collect_overdue()
            self.assertEqual(self.activities(order).user_id, self.sales)
            self.assertEqual(len(self.activities(order)), 1)
        self.assertIn(invoice.name, self.activities(order).summary)
        self.make_overdue(invoice, 15)
        for _time in range(2):
            cron._cron_collect_overdue()
            self.assertEqual(self.activities(order).user_id, self.sales | self.salesmgr)
            self.assertEqual(len(self.activities(order)), 2)
        self.pay(invoice, 400)
        cron._cron_collect_overdue()
        self.assertFalse(self.activities(order))

    def test_overdue_is_judged_by_the_day_of_the_company(self):
        """F16, D7: half past midnight in Shanghai is the day before for the server."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2026-03-10 02:00:00"):
            order = self.make_shipped()
        with freeze_time("2026-03-09 16:30:00"):
            self.make_overdue(order.sudo().invoice_ids, 1)
            self.env["sale.order"].sudo()._cron_collect_overdue()
            self.assertEqual(self.activities(order).user_id, self.sales)
            self.assertEqual(self.settlement(order).overdue, 400)

    def test_nobody_is_asked_where_it_is_switched_off(self):
        """F16: a setting of the company."""
        order = self.make_shipped()
        self.make_overdue(order.sudo().invoice_ids, 40)
        self.company.collect_overdue = False
        self.env["sale.order"].sudo()._cron_collect_overdue()
        self.assertFalse(self.activities(order))
        self.company.write({"collect_overdue": True, "collect_manager_days": 0})
        self.env["sale.order"].sudo()._cron_collect_overdue()
        self.assertEqual(self.activities(order).user_id, self.sales)

    def test_an_archived_order_is_not_opened_again(self):
        """F16: neither unlocked, nor cancelled, nor made a draft, by whomever."""
        order = self.make_shipped()
        self.pay(order.sudo().invoice_ids, 400)
        self.assertEqual(order.flow_stage, "settled")
        manager = self.as_user(order, self.salesmgr)
        manager.action_lock()
        with patch.object(type(order), "_is_archived", lambda order: True):
            order._flow_changed()
            self.assertEqual(order.flow_stage, "archived")
        refused = ({"locked": False}, {"locked": 0}, {"state": "cancel"}, {"state": "draft"})
        for values in refused:
            with self.subTest(values), self.assertRefused("settled and archived"):
                manager.write(values)
        with self.assertRefused("settled and archived"):
            manager.action_unlock()

    # ------------------------------------------------------------------ the statement

    def make_statement(self, user, **values):
        today = fields.Date.context_today(self.env.user)
        return self.as_user(self.env["sale.statement"], user).create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date_from": today,
                "date_to": today + timedelta(days=1),
                **values,
            }
        )

    def test_the_statement_carries_the_balance_on(self):
        """F16: what was before, each invoice and payment, what is to be paid."""
        order = self.make_shipped()
        invoice = order.sudo().invoice_ids
        old = invoice.copy({"invoice_date": invoice.date - timedelta(days=40)})
        old.action_post()
        statement = self.make_statement(self.sales)
        rows = statement._movements()
        self.assertEqual(statement._opening(), 400)
        named = [row for row in rows if row["name"] == invoice.name]
        self.assertEqual((len(named), named[0]["debit"]), (1, 400))
        total = sum(row["debit"] - row["credit"] for row in rows)
        self.assertEqual(rows[-1]["balance"], 400 + total)
        self.assertIn(order, statement._orders().sudo(False))

    def test_the_statement_is_printed_in_the_language_of_the_customer(self):
        """F16: for salespeople and finance."""
        self.make_shipped()
        self.customer.lang = "zh_CN"
        for user in (self.sales, self.finance):
            statement = self.make_statement(user)
            self.assertEqual(statement.action_print()["type"], "ir.actions.report")
            html, _kind = self.as_user(self.env["ir.actions.report"], user)._render_qweb_html(
                "sale_order_flow.report_statement", statement.ids
            )
            self.assertIn("应付余额", html.decode())
            self.assertNotIn("Balance brought forward", html.decode())

    def test_nobody_prints_what_they_may_not_see(self):
        """F16, F21: others' customers, and companies one does not work in."""
        for user in (self.warehouse, self.purchasing):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.make_statement(user).action_print()
        self.company.own_customers_only = True
        self.customer.user_id = self.sales
        with self.assertRefused("", AccessError):
            self.make_statement(self.sales2).action_print()
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        with self.assertRefused():
            self.make_statement(self.finance, company_id=other.id).action_print()
        today = fields.Date.context_today(self.env.user)
        with self.assertRefused("Exchange the two dates"):
            self.make_statement(self.finance, date_from=today + timedelta(days=9))

    def test_no_figure_is_written_by_hand(self):
        """A10: the view is read only, whoever asked is stamped."""
        order = self.make_shipped()
        with self.assertRefused("", AccessError):
            self.settlement(order).write({"paid": 9})
        invoice = self.as_user(order.sudo().invoice_ids, self.finance)
        with self.assertRefused("entered by hand", AccessError):
            invoice.collect_asked = "manager"
        with self.assertRefused("entered by hand", AccessError):
            invoice.copy({"collect_asked": "manager"})

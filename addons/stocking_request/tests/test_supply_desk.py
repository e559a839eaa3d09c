from datetime import datetime, time, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.desk_case import DeskRows

from .purchase_case import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseRequestsOnTheDesk(DeskRows, PurchaseCase):
    """F11, S6: a purchase request waits for somebody until a vendor has the order."""

    def test_a_purchase_request_is_walked_to_the_order_by_the_desk(self):
        """S6, F11: applicant, those who decide, purchasing."""
        request = self.make_purchase_request()
        self.assertOnDesk(
            request,
            "buying_draft",
            "sales",
            "Submit for Approval",
            [self.sales],
            (self.assistant, self.purchasing),
        )
        self.assertEqual(self.desk_row(request, self.sales).amount_total, 550)
        self.desk_row(request, self.sales).action_next()
        self.assertEqual(self.desk_row(request, self.sales).stage, "buying_review")
        approval = self.request_of(request)
        for user in (self.head, self.finance):
            opened = self.desk_row(request, user).action_next()
            self.assertEqual(opened["res_id"], approval.id)
            self.as_user(approval, user).action_decide("approve")
        self.assertOnDesk(
            request,
            "buying_order",
            "purchase",
            "Ask Vendors",
            [self.purchasing],
            (self.sales, self.assistant),
        )
        wizard = self.desk_press(request, self.purchasing)
        wizard.vendor_ids = self.vendor | self.vendor2
        wizard.action_ask()
        self.assertOnDesk(
            request,
            "buying_quotation",
            "purchase",
            "Compare Quotations",
            [self.purchasing],
            (self.sales, self.assistant),
        )
        action = self.desk_press(request, self.purchasing)
        lines = self.as_user(self.env["purchase.order.line"], self.purchasing)
        chosen = lines.search(action["domain"]).filtered(
            lambda line: line.partner_id == self.vendor
        )
        chosen.action_choose_quotation()
        chosen.order_id.button_confirm()
        self.assertOffDesk(request)

    def test_a_request_is_late_at_midday_of_the_day_it_is_needed_by(self):
        """F12"""
        day = fields.Date.today() + timedelta(days=2)
        request = self.make_purchase_request(date_needed=day)
        row = self.desk_row(request, self.sales)
        self.assertEqual(row.worry_date, datetime.combine(day, time(12)))
        self.assertEqual((row.promised_date, row.is_late), (row.worry_date, False))

    def test_a_cancelled_request_leaves_the_desk(self):
        """F11: and is back when it is a draft again."""
        request = self.make_purchase_request()
        request.action_cancel()
        self.assertOffDesk(request)
        request.action_draft()
        self.assertEqual(self.desk_row(request, self.sales).stage, "buying_draft")

    def test_where_it_stands_is_nobodys_to_write(self):
        """A10: derived values."""
        request = self.make_purchase_request()
        for name, value in (("desk_stage", "buying_order"), ("desk_open", False)):
            with self.subTest(name), self.assertRefused("", AccessError):
                request.write({name: value})
            with self.subTest(name), self.assertRefused("", AccessError):
                self.make_purchase_request(**{name: value})


@tagged("post_install", "-at_install")
class TestShortagesOnTheDesk(DeskRows, PurchaseCase):
    """F11, S4: missing goods wait for purchasing until they are ordered."""

    def setUp(self):
        super().setUp()
        request = self.make_stocking_request(partner_id=self.customer.id)
        self.approve_stocking(request)
        self.order_goods(request)
        self.shortage = request.allocation_ids.shortage_id

    def test_a_shortage_is_walked_to_the_order_by_the_desk(self):
        """S4, F11: the quotation is made, then confirmed, each by the button of the row."""
        self.as_user(self.shortage.purchase_order_id, self.purchasing).button_cancel()
        others = (self.sales, self.assistant, self.warehouse)
        self.assertOnDesk(
            self.shortage, "missing_order", "purchase", "Ask Vendor", [self.purchasing], others
        )
        row = self.desk_row(self.shortage, self.purchasing)
        # one name for all who read the desk, in the language of the company
        unit = self.shortage.product_uom_id.with_context(lang=self.company.partner_id.lang)
        self.assertEqual((row.name, row.partner_id), (f"Pump · 5 {unit.name}", self.customer))
        self.assertEqual(row.promised_date, self.shortage.date_needed)
        order = self.desk_press(self.shortage, self.purchasing)
        self.assertOnDesk(
            self.shortage,
            "missing_confirm",
            "purchase",
            "Confirm the Purchase",
            [self.purchasing],
            others,
        )
        self.assertEqual(self.desk_press(self.shortage, self.purchasing), order)
        order.button_confirm()
        self.assertOffDesk(self.shortage)

    def test_large_quantities_are_written_out(self):
        """S4: 1,234,567 pieces are not 1.23457e+06."""
        self.shortage.with_env(self.env).quantity = 1234567
        for name in (self.shortage.name, self.shortage.display_name):
            self.assertIn("1234567", name)

    def test_a_shortage_is_late_from_the_moment_it_is_needed(self):
        """F12"""
        row = self.desk_row(self.shortage, self.purchasing)
        self.assertEqual(row.worry_date, self.shortage.date_needed)
        self.assertFalse(row.is_late)

    def test_a_shortage_taken_back_leaves_the_desk(self):
        """F11: with its request."""
        shortage = self.shortage
        self.as_user(shortage.request_id, self.assistant).action_cancel()
        row = self.as_user(self.env["sale.desk"], self.purchasing).search(
            [("res_model", "=", "supply.shortage"), ("res_id", "=", shortage.id)]
        )
        self.assertFalse(row)

    def test_a_shortage_is_handed_over_to_another_purchaser(self):
        """F11: with the reason."""
        second = self.purchasing.copy(
            {"name": "Second Purchaser", "login": "purchasing.two", "email": "p2@example.com"}
        )
        role = self.env.ref("approval_chain.role_purchasing")
        self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": second.id, "company_id": self.company.id}
        )
        row = self.desk_row(self.shortage, self.purchasing)
        self.as_user(self.env["order.desk.handover"], self.purchasing).with_context(
            **row.action_hand_over()["context"]
        ).create({"user_id": second.id, "reason": "On leave."}).action_hand_over()
        self.assertTrue(self.desk_row(self.shortage, second).is_mine)
        self.assertFalse(self.desk_row(self.shortage, self.purchasing).is_mine)

    def test_many_shortages_are_placed_without_a_query_each(self):
        """X5: their name, customer and stage come in batches."""
        vals = self.shortage.sudo().copy_data()[0]
        counts = []
        for amount in (2, 40):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["supply.shortage"].sudo().create([dict(vals) for _number in range(amount)])
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 38)

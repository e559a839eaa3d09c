from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError

from .common import StockingCase


class TestDesk(StockingCase):
    """F11, D9: orders and stocking requests on one desk, the oldest worry first."""

    def hand_over(self, document, by, to, reason="You know the vendor."):
        row = self.desk_row(document, by)
        handover = self.as_user(self.env["order.desk.handover"], by)
        handover = handover.with_context(**row.action_hand_over()["context"]).create(
            {"user_id": to.id, "reason": reason}
        )
        handover.action_hand_over()

    def second_assistant(self):
        user = self.assistant.copy(
            {"name": "Second Assistant", "login": "assistant.two", "email": "two@example.com"}
        )
        role = self.env["approval.role"].search([("code", "=", "sales_assistant")])
        self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": user.id, "company_id": self.company.id}
        )
        return user

    def test_requests_and_orders_stand_in_one_order(self):
        """F11: whatever the kind of document."""
        order = self.make_confirmed_order(self.make_product(stock=10))
        days = [order.commitment_date.date() + timedelta(days=days) for days in (-2, 2)]
        before, after = (self.make_stocking_request(date_needed=day) for day in days)
        self.env.flush_all()
        rows = self.as_user(self.env["sale.desk"], self.assistant).search([])
        mine = [
            (row.res_model, row.res_id)
            for row in rows
            if (row.res_model, row.res_id)
            in {(record._name, record.id) for record in (order, before, after)}
        ]
        self.assertEqual(
            mine,
            [(record._name, record.id) for record in (before, order, after)],
        )

    def test_a_request_is_late_when_the_day_has_passed(self):
        """F12: from the midday of the day it was needed; done requests are late no more."""
        today = fields.Date.today()
        request = self.make_stocking_request()
        request.date_needed = today - timedelta(days=3)
        row = self.desk_row(request, self.assistant)
        self.assertTrue(row.is_late)
        self.assertEqual(row.waits_for, "assistant")
        request.action_cancel()
        self.assertFalse(request.desk_open or request.desk_worry_date)

    def test_a_request_is_handed_over_like_an_order(self):
        """F11: to another assistant, with the reason in its chatter."""
        request, second = self.make_stocking_request(), self.second_assistant()
        self.hand_over(request, self.assistant, second)
        self.assertEqual(request.desk_user_id, second)
        self.assertTrue(self.desk_row(request, second).is_mine)
        self.assertFalse(self.desk_row(request, self.assistant).is_mine)
        self.assertIn("You know the vendor.", request.message_ids[0].body)

    def test_the_applicant_hands_nothing_over(self):
        """F11, A10: only the role itself and the sales assistant."""
        request, second = self.make_stocking_request(), self.second_assistant()
        with self.assertRefused("handed over by", AccessError):
            self.hand_over(request, self.sales, second)
        self.assertFalse(request.desk_user_id)

    def test_what_the_desk_reads_is_nobodys_to_write(self):
        """A10: derived values."""
        request = self.make_stocking_request()
        for name, value in (
            ("desk_open", False),
            ("desk_user_id", self.sales.id),
            ("desk_worry_date", "2030-01-01"),
        ):
            with self.subTest(name), self.assertRefused("", AccessError):
                self.as_user(request, self.assistant).write({name: value})

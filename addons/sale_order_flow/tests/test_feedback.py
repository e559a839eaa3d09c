from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestFeedback(OrderFlowCase):
    """F12, D9: every shipment goes through the assistant to salesperson and customer."""

    def message_of(self, order):
        return order.message_ids.filtered(
            lambda message: "News about your order" in (message.body or "")
        )[:1]

    def test_every_shipment_waits_for_the_assistant_to_pass_it_on(self):
        """F12: also a part, not only the last."""
        order = self.make_noticed()
        self.ship(self.pickings(order), quantity=1)
        self.assertEqual(order.flow_stage, "feedback")
        self.assertEqual(order.feedback_ids.kind, "shipped")
        self.tell(order)
        self.assertEqual(order.flow_stage, "ship")
        self.ship(self.pickings(order).filtered(lambda picking: picking.state != "done"))
        self.assertEqual(order.flow_stage, "feedback")
        self.tell(order)
        self.assertEqual(order.flow_stage, "done")
        self.assertEqual(order.feedback_ids.sent_by_id, self.assistant)

    def test_salesperson_and_customer_read_the_news(self):
        """F12: one message, naming transfer and order, in the language of the customer."""
        self.contact.lang = "en_US"
        order = self.make_noticed()
        picking = self.pickings(order)
        self.ship(picking)
        self.tell(order)
        message = self.message_of(order)
        self.assertEqual(message.author_id, self.assistant.partner_id)
        self.assertIn(picking.name, message.body)
        self.assertIn(order.name, message.body)
        self.assertLessEqual(self.contact | self.sales.partner_id, message.partner_ids)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))

    def test_customer_without_language_is_told_too(self):
        """F12, X3: nothing fails for a missing language."""
        self.contact.lang = False
        order = self.make_noticed()
        self.ship(self.pickings(order))
        self.tell(order)
        self.assertTrue(order.feedback_ids.sent_at)

    def test_two_shipments_are_passed_on_in_one_message(self):
        """F12: the customer is not written to twice at once."""
        order = self.make_noticed()
        self.ship(self.pickings(order), quantity=1)
        self.ship(self.pickings(order).filtered(lambda picking: picking.state != "done"))
        before = order.message_ids
        self.tell(order)
        messages = (order.message_ids - before).filtered(lambda message: message.partner_ids)
        self.assertEqual(len(messages), 1)
        for picking in self.pickings(order):
            self.assertIn(picking.name, messages.body)

    def test_changed_date_replaces_the_one_not_yet_passed_on(self):
        """F12: the newest date, once; what was told before is named."""
        self.contact.lang = "en_US"
        order = self.make_confirmed()
        news = self.env["sale.order.feedback"]
        row = {"order_id": order.id, "kind": "date", "document_name": "WH/IN/00001"}
        news._note([{**row, "date": "2026-12-01 08:00:00"}])
        news._note([{**row, "date": "2026-12-09 08:00:00"}])
        self.assertEqual(str(order.feedback_ids.date), "2026-12-09 08:00:00")
        self.assertEqual(order.flow_stage, "feedback")
        self.tell(order)
        news._note([{**row, "date": "2026-12-20 08:00:00"}])
        self.assertEqual(len(order.feedback_ids), 2)
        self.tell(order)
        told, before = (format_date(self.env, day) for day in ("2026-12-20", "2026-12-09"))
        self.assertIn(f"{told} instead of {before}", self.message_of(order).body)

    def test_only_the_assistant_passes_news_on(self):
        """F12, A2: everything goes through the assistant."""
        order = self.make_noticed()
        self.ship(self.pickings(order))
        for user in (self.sales, self.salesmgr, self.warehouse):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.as_user(order, user).action_pass_on_news()
        self.assertFalse(order.feedback_ids.sent_at)

    def test_nobody_writes_news_by_hand(self):
        """A10: neither created nor changed nor deleted, by nobody."""
        order = self.make_noticed()
        self.ship(self.pickings(order))
        row = order.feedback_ids
        for user in (self.sales, self.assistant, self.warehouse, self.env.ref("base.user_admin")):
            mine = self.as_user(row, user)
            with self.subTest(user.login):
                with self.assertRefused("", AccessError):
                    mine.create({"order_id": order.id, "kind": "shipped", "document_name": "X"})
                with self.assertRefused("", AccessError):
                    mine.write({"sent_at": "2026-01-01"})
                with self.assertRefused("", AccessError):
                    mine.unlink()

    def test_shipments_outside_the_flow_are_no_news(self):
        """X1: nothing is noted where the flow is off."""
        self.env["approval.chain"].search([("company_id", "=", self.company.id)]).active = False
        self.company.order_flow_enabled = False
        order = self.make_order()
        order.action_confirm()
        self.ship(self.pickings(order))
        self.assertFalse(order.feedback_ids)

from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, tagged

from .order_flow_case import OrderFlowCase

SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class TestCustomer(OrderFlowCase):
    def test_the_customer_is_not_asked_before_approval(self):
        """DESIGN 7: no signature, no payment, no edits while under review."""
        order = self.make_order(require_signature=True, require_payment=True)
        self.assertFalse(order._has_to_be_signed() or order._has_to_be_paid())
        self.assertFalse(order._can_be_edited_on_portal())
        order.action_approval_submit()
        self.assertFalse(order._has_to_be_signed() or order._has_to_be_paid())
        self.decide(order, self.salesmgr)
        self.assertTrue(order._has_to_be_signed() and order._has_to_be_paid())
        self.assertFalse(order._can_be_edited_on_portal())

    def test_an_approved_order_waits_for_the_signature(self):
        """F8: the customer confirms, not the engine."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(
            (order.state, order.approval_state, order.flow_stage), ("draft", "approved", "customer")
        )
        self.assertIn("signed", self.request_of(order).failure)
        order._keep_signature("Buyer", SIGNATURE)
        order._validate_order()
        self.assertEqual((order.state, order.flow_stage), ("sale", "apply"))

    def test_the_salesperson_may_confirm_an_approved_order_by_hand(self):
        """F8: or recorded by the salesperson."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_late_signature_submits_a_complete_order(self):
        """DESIGN 7: kept, submitted, confirmed after approval."""
        order = self.make_order(require_signature=True)
        order._keep_signature("Buyer", SIGNATURE)
        order._validate_order()
        self.assertEqual((order.state, order.approval_state), ("draft", "pending"))
        self.assertEqual(self.request_of(order).requester_id, self.sales)
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.signature)

    def test_a_late_signature_on_an_incomplete_order_tells_the_salesperson(self):
        """DESIGN 7: never raises."""
        order = self.make_order(require_signature=True, payment_way=False)
        order._keep_signature("Buyer", SIGNATURE)
        order._validate_order()
        self.assertEqual(order.approval_state, False)
        self.assertTrue(order.signature)
        self.assertEqual(order.activity_ids.user_id, self.sales)
        self.assertIn(order.name, order.activity_ids.note)

    def test_a_signature_does_not_cover_values_changed_afterwards(self):
        """DESIGN 7: what was signed is what is confirmed."""
        order = self.make_order(require_signature=True)
        order._keep_signature("Buyer", SIGNATURE)
        order.order_line.product_uom_qty = 8
        order.action_approval_submit()
        self.assertFalse(order.signature)
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "draft")

    def test_confirming_for_the_customer_does_not_open_the_gate(self):
        """A10: validation is deferred, not granted."""
        order = self.make_order()
        order.order_line.discount = 50
        order._validate_order()
        self.assertEqual((order.state, order.approval_state), ("draft", "pending"))

    def test_an_early_payment_is_booked_and_deferred(self):
        """DESIGN 7: payment post-processing never raises."""
        order = self.make_order(require_payment=True)
        provider = self.env["payment.provider"].create(
            {
                "name": "Test",
                "company_id": self.company.id,
                "code": "none",
                "state": "test",
            }
        )
        method = self.env["payment.method"].search([("active", "in", (True, False))], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "T-FLOW-1",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "done",
                "operation": "online_direct",
            }
        )
        confirmed = transaction._check_amount_and_confirm_order()
        self.assertFalse(confirmed)
        self.assertEqual((order.state, order.approval_state), ("draft", "pending"))
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")


@tagged("post_install", "-at_install")
class TestPortal(HttpCase, OrderFlowCase):
    def accept(self, order):
        report = self.env.registry["ir.actions.report"]
        with patch.object(report, "_render_qweb_pdf", lambda *args, **kwargs: (b"pdf", "pdf")):
            return self.make_jsonrpc_request(
                f"/my/orders/{order.id}/accept",
                {
                    "access_token": order.access_token,
                    "name": "Buyer",
                    "signature": SIGNATURE,
                },
            )

    def test_a_signature_from_a_page_opened_earlier_is_kept(self):
        """DESIGN 7: friendly answer, nothing lost, nothing confirmed."""
        order = self.make_order(require_signature=True)
        order._portal_ensure_token()
        answer = self.accept(order)
        self.assertIn("sign_kept", answer["redirect_url"])
        order.invalidate_recordset()
        self.assertEqual(
            (order.signed_by, order.state, order.approval_state), ("Buyer", "draft", "pending")
        )
        page = self.url_open(answer["redirect_url"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("alert-success", page.text)

    def test_an_approved_order_is_confirmed_by_the_signature(self):
        """F8: the customer confirms in the portal."""
        order = self.make_order(require_signature=True)
        order._portal_ensure_token()
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        answer = self.accept(order)
        self.assertIn("sign_ok", answer["redirect_url"])
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestPortalPages(HttpCase, OrderFlowCase):
    """DESIGN 7, F8: what the customer meets in the portal while an order is in approval."""

    def page(self, order):
        order._portal_ensure_token()
        self.env.flush_all()
        response = self.url_open(order.get_portal_url())
        self.assertEqual(response.status_code, 200)
        return response.text

    def transaction(self, order):
        """A payment the customer makes online, on a page opened before the review began."""
        provider = self.env["payment.provider"].create(
            {
                "name": "Test",
                "company_id": self.company.id,
                "code": "none",
                "state": "test",
            }
        )
        method = self.env["account.payment.method"].create(
            {
                "name": "Test",
                "code": "none",
                "payment_type": "inbound",
            }
        )
        self.bank.inbound_payment_method_line_ids = [
            Command.create(
                {
                    "name": "Test",
                    "payment_method_id": method.id,
                    "payment_provider_id": provider.id,
                    "payment_account_id": self.bank.default_account_id.id,
                }
            )
        ]
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "reference": f"TX-{order.name}",
                "operation": "online_redirect",
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def test_page_asks_for_a_signature_only_after_approval(self):
        """DESIGN 7: neither before submission nor in review."""
        order = self.make_order(require_signature=True)
        order.action_quotation_sent()
        self.assertNotIn('data-bs-target="#modalaccept"', self.page(order))
        order.action_approval_submit()
        self.assertNotIn('data-bs-target="#modalaccept"', self.page(order))
        self.decide(order, self.salesmgr)
        self.assertIn('data-bs-target="#modalaccept"', self.page(order))

    def test_page_asks_for_payment_only_after_approval(self):
        """DESIGN 7: nothing to pay for an order that may still be refused."""
        order = self.make_order(require_payment=True)
        order.action_quotation_sent()
        order.action_approval_submit()
        self.assertNotIn("o_sale_portal_paynow", self.page(order))
        self.decide(order, self.salesmgr)
        self.assertIn("o_sale_portal_paynow", self.page(order))

    def test_payment_during_review_is_booked_and_confirms_after_approval(self):
        """DESIGN 7: processing never raises; the money is in the books at once."""
        order = self.make_order(require_payment=True)
        order.action_approval_submit()
        transaction = self.transaction(order)
        transaction._set_done()
        transaction._post_process()
        self.assertTrue(transaction.is_post_processed)
        self.assertIn(transaction.payment_id.state, ("in_process", "paid"))
        self.assertEqual((order.state, order.approval_state), ("draft", "pending"))
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, order.approval_state), ("sale", "executed"))
        self.assertFalse(self.moves(order))

    def test_online_payment_counts_when_finance_verifies_it(self):
        """F10: it is a payment like any other, and still needs finance."""
        order = self.make_order(require_payment=True)
        order.action_approval_submit()
        transaction = self.transaction(order)
        transaction._set_done()
        transaction._post_process()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.flow_stage, "apply")
        application = self.as_user(self.make_application(order), self.finance)
        application.action_propose_payments()
        application.action_verify()
        self.assertEqual(application.allocation_ids.payment_id, transaction.payment_id)
        self.assertEqual(order.flow_stage, "notice")

    def test_declining_in_review_keeps_the_order(self):
        """DESIGN 7: the page does not offer it; an old page is answered without a trace."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        order._portal_ensure_token()
        self.env.flush_all()
        response = self.url_open(
            f"/my/orders/{order.id}/decline",
            data={"access_token": order.access_token, "decline_message": "No, thanks."},
        )
        self.assertLess(response.status_code, 500)
        order.invalidate_recordset()
        self.assertEqual((order.state, order.approval_state), ("draft", "pending"))

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .shipping_case import ShippingCase
from .tour_case import RecordTourCase


@tagged("post_install", "-at_install")
class TestShippingTours(RecordTourCase, ShippingCase):
    """F14, F15: arranging and receiving in the browser, in Chinese, each by whose work it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name, cls.contact.name = "巡游客户", "巡游联系人"
        cls.customer.lang = "zh_CN"

    def test_the_dispatcher_sends_a_request_back_and_assigns_the_next(self):
        """F14: asked for by the assistant, packed by the warehouse."""
        self.env["shipping.checklist.point"].create({"name": "法兰", "company_id": self.company.id})
        departure = fields.Datetime.now() + timedelta(days=30)
        arrangement = self.plan(self.arrangement(self.make_noticed()), departure)
        arrangement.action_request()
        self.walk("shipping_send_back", arrangement, "vehicles")
        self.assertEqual(arrangement.state, "draft")
        arrangement.action_request()
        self.walk("shipping_assign", arrangement, "vehicles")
        self.assertEqual(
            (arrangement.state, arrangement.vehicle_id, arrangement.driver_id),
            ("arranged", self.truck, self.driver.partner_id),
        )
        self.walk("shipping_pack", arrangement, "warehouse")
        self.assertEqual(arrangement.sudo().item_ids.ticked_by_id, self.warehouse)

    def test_the_customer_says_what_is_broken_and_signs(self):
        """F15: on the page of the receipt, without an account."""
        receipt = self.receipt(self.make_shipped())
        receipt._portal_ensure_token()
        self.walk("receipt_sign_portal", receipt, None, receipt.get_portal_url())
        self.assertEqual((receipt.state, receipt.signed_by), ("signed", "巡游收货人"))
        self.assertEqual(receipt.line_ids.note, "外壳开裂。")

    def test_the_customer_signs_on_the_phone_of_the_salesperson(self):
        """F15: with Odoo's signature dialog."""
        receipt = self.receipt(self.make_shipped())
        self.walk("receipt_sign_phone", receipt, "sales")
        self.assertEqual((receipt.state, receipt.signed_how), ("signed", "phone"))

    def test_every_view_opens(self):
        """X6: for the assistant."""
        self.env.flush_all()
        self.start_tour("/odoo", "shipping_views", login="assistant")

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.shipping_case import ShippingCase


@tagged("post_install", "-at_install")
class TestShippingTracking(ShippingCase):
    """F14: what Odoo's delivery methods know is not entered twice."""

    def test_the_delivery_method_of_a_transfer_is_its_carrier_and_says_the_tracking(self):
        """F14: an own number on the arrangement goes before it."""
        service = self.make_product("Transport", 0, type="service", is_storable=False)
        method = self.env["delivery.carrier"].create(
            {
                "name": "City Courier",
                "product_id": service.id,
                "company_id": self.company.id,
                "tracking_url": "https://example.com/<shipmenttrackingnumber>",
            }
        )
        arrangement = self.plan(
            self.arrangement(self.make_noticed()),
            fields.Datetime.now() + timedelta(days=30),
            way="carrier",
        )
        with self.assertRefused("choose the carrier"):
            arrangement.action_arrange()
        picking = self.as_user(arrangement.picking_ids, self.warehouse)
        picking.carrier_id = method
        arrangement.action_arrange()
        picking.carrier_tracking_ref = "CC7"
        self.assertEqual(arrangement.shown_tracking_ref, "CC7")
        self.assertEqual(arrangement.shown_tracking_url, "https://example.com/CC7")
        arrangement.tracking_ref = "OWN1"
        self.assertEqual(arrangement.shown_tracking_ref, "OWN1")

from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestWarehouseAccess(OrderFlowCase):
    """A10: the warehouse ships without rights in sales."""

    def test_the_warehouse_opens_a_transfer_whose_carriers_depend_on_the_zip(self):
        """A10: Odoo asks for the zip prefixes of every carrier as soon as the form is opened."""
        prefix = self.env["delivery.zip.prefix"].create({"name": "200"})
        product = self.make_product("Transport", 0, type="service", is_storable=False)
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "City Courier",
                "product_id": product.id,
                "company_id": self.company.id,
                "zip_prefix_ids": prefix.ids,
            }
        )
        order = self.make_noticed()
        picking = self.as_user(order.picking_ids, self.warehouse)
        self.assertNotIn(carrier, picking.allowed_carrier_ids)
        order.partner_shipping_id.zip = "200030"
        picking.invalidate_recordset()
        self.assertIn(carrier, picking.allowed_carrier_ids)

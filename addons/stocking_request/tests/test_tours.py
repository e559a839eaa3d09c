from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    """S1, S2, S3, F11: the unpaid path in the browser, in Chinese, each person at the own desk."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        company = self.env.ref("approval_chain.demo_company")
        company.write({"portal_confirmation_sign": False, "portal_confirmation_pay": False})
        # shipping has tours of its own
        company.write({"shipping_arranged": False, "receipt_needed": False})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        product = self.env["product.product"].create(
            {
                "name": "巡演水泵",
                "type": "consu",
                "is_storable": True,
                "list_price": 100,
                "company_id": company.id,
                "taxes_id": [Command.clear()],
                "seller_ids": [
                    Command.create(
                        {
                            "partner_id": self.env["res.partner"].create({"name": "巡演供应商"}).id,
                            "price": 55,
                            "company_id": company.id,
                        }
                    )
                ],
            }
        )
        self.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 1)
        customer = self.env["res.partner"].create(
            {
                "name": "巡演客户",
                "is_company": True,
                "child_ids": [Command.create({"name": "巡演联系人"})],
            }
        )
        orders = self.env["sale.order"].with_user(self.env.ref("approval_chain.demo_user_sales"))
        self.order = orders.with_context(allowed_company_ids=company.ids).create(
            {
                "partner_id": customer.id,
                "contact_id": customer.child_ids.id,
                "order_channel": "phone",
                "delivery_way": "carrier",
                "payment_way": "transfer",
                "company_id": company.id,
                "commitment_date": fields.Datetime.now() + timedelta(days=10),
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 3})],
            }
        )
        self.order.action_approval_submit()
        request = self.env["approval.request"].search([("res_id", "=", self.order.id)], limit=1)
        request.with_user(self.env.ref("approval_chain.demo_user_salesmgr")).action_decide(
            "approve"
        )

    def walk(self, tour, login):
        self.start_tour("/odoo", tour, login=login)
        self.env.invalidate_all()

    def test_unpaid_order_is_walked_from_the_request_to_the_shipment(self):
        """S1, S2, S3, S5, F11: ask, submit, opinions, decide, order, purchase, receive, ship, tell."""
        self.walk("stocking_request_write", "sales")
        self.walk("stocking_request_submit", "assistant")
        self.walk("stocking_request_opinion", "vp")
        self.walk("stocking_request_opinion", "cfo")
        self.assertFalse(self.order.picking_ids)
        self.walk("stocking_request_decide", "president")
        self.walk("stocking_request_order", "assistant")
        self.assertEqual(self.order.flow_stage, "purchase")
        self.walk("stocking_request_purchase", "purchasing")
        self.assertEqual(self.order.flow_stage, "feedback")
        self.walk("stocking_request_tell", "assistant")
        self.assertEqual(self.order.flow_stage, "arrival")
        self.walk("stocking_request_move", "warehouse")
        self.assertEqual(self.order.flow_stage, "feedback")
        self.walk("stocking_request_tell", "assistant")
        self.assertEqual(self.order.flow_stage, "ship")
        self.walk("stocking_request_move", "warehouse")
        self.assertEqual(self.order.order_line.qty_delivered, 3)
        self.walk("stocking_request_tell", "assistant")
        self.assertEqual(self.order.flow_stage, "done")

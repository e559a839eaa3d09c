from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    """F10, F11: the paid path in the browser, in Chinese, each person at the own desk."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        company = self.env.ref("approval_chain.demo_company")
        company.write({"portal_confirmation_sign": False, "portal_confirmation_pay": False})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        product = self.env["product.product"].create(
            {
                "name": "巡演水泵",
                "type": "consu",
                "is_storable": True,
                "list_price": 100,
                "company_id": company.id,
                "taxes_id": [Command.clear()],
            }
        )
        self.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 5)
        customer = self.env["res.partner"].create(
            {
                "name": "巡演客户",
                "is_company": True,
                "child_ids": [Command.create({"name": "巡演联系人"})],
            }
        )
        sales = self.env.ref("approval_chain.demo_user_sales")
        orders = (
            self.env["sale.order"]
            .with_user(sales)
            .with_context(
                allowed_company_ids=company.ids,
                lang="zh_CN",
            )
        )
        self.order = orders.create(
            {
                "partner_id": customer.id,
                "contact_id": customer.child_ids.id,
                "order_channel": "phone",
                "delivery_way": "carrier",
                "payment_way": "transfer",
                "company_id": company.id,
                "commitment_date": fields.Datetime.now() + timedelta(days=10),
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 2})],
            }
        )
        # shipping has tours of its own
        company.write({"shipping_arranged": False, "receipt_needed": False})
        self.payment = (
            self.env["account.payment"]
            .with_company(company)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": customer.id,
                    "amount": self.order.amount_total,
                    "currency_id": self.order.currency_id.id,
                    "journal_id": self.env["account.journal"]
                    .search([("company_id", "=", company.id), ("type", "=", "bank")], limit=1)
                    .id,
                }
            )
        )
        self.payment.action_post()

    def walk(self, tour, login):
        self.start_tour("/odoo", tour, login=login)
        self.env.invalidate_all()

    def test_paid_order_is_walked_from_the_quotation_to_the_shipment(self):
        """F10, F11: submit, review, apply, verify, notice, ship, tell: each by the one button."""
        self.walk("order_flow_submit", "sales")
        self.assertEqual(self.order.flow_stage, "review")
        self.walk("order_flow_approve", "salesmgr")
        self.assertEqual((self.order.state, self.order.flow_stage), ("sale", "apply"))
        self.assertFalse(self.order.picking_ids)
        self.walk("order_flow_apply", "sales")
        self.assertEqual(self.order.flow_stage, "verify")
        self.walk("order_flow_verify", "finance")
        self.assertEqual(self.order.flow_stage, "notice")
        self.walk("order_flow_desk", "assistant")
        self.assertEqual(self.order.flow_stage, "notice")
        self.walk("order_flow_notice", "assistant")
        self.assertEqual(self.order.flow_stage, "ship")
        self.hand_over_in_the_browser()
        self.walk("order_flow_ship", "warehouse")
        self.assertEqual(self.order.order_line.qty_delivered, 2)
        self.assertEqual(self.order.flow_stage, "feedback")
        self.walk("order_flow_feedback", "assistant")
        self.assertEqual(self.order.flow_stage, "done")
        self.assertEqual(
            self.order.stage_entry_ids.sorted("id")[-1].entered_by_id,
            self.env.ref("approval_chain.demo_user_assistant"),
        )
        token = self.order._portal_ensure_token()
        self.start_tour(
            f"/my/orders/{self.order.id}?access_token={token}", "order_flow_portal", login=None
        )

    def hand_over_in_the_browser(self):
        """The assistant names another person of the warehouse, who hands it back."""
        company, warehouse = (
            self.order.company_id,
            self.env.ref("approval_chain.demo_user_warehouse"),
        )
        other = self.env["res.users"].create(
            {
                "name": "巡演仓管",
                "login": "tour.warehouse",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(warehouse.group_ids.ids)],
            }
        )
        role = self.env["approval.role"].search([("code", "=", "warehouse")])
        self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": other.id, "company_id": company.id}
        )
        self.walk("order_flow_hand_over", "assistant")
        self.assertEqual(self.order.desk_user_id, other)
        self.order.with_user(other)._desk_hand_over(role, warehouse, "Back again.")

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestPurchaseTours(HttpCase):
    """S6: the applicant submits, purchasing asks, compares and orders, in Chinese, in the browser."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        company = self.env.ref("approval_chain.demo_company")
        vendors = self.env["res.partner"].create(
            [{"name": "巡演供应商甲"}, {"name": "巡演供应商乙"}]
        )
        product = self.env["product.product"].create(
            {
                "name": "巡演托盘",
                "type": "consu",
                "company_id": company.id,
                "supplier_taxes_id": [Command.clear()],
                "seller_ids": [
                    Command.create(
                        {"partner_id": vendor.id, "price": price, "company_id": company.id}
                    )
                    for vendor, price in zip(vendors, (60, 55), strict=True)
                ],
            }
        )
        self.sales = self.env.ref("approval_chain.demo_user_sales")
        requests = self.env["stocking.purchase.request"].with_user(self.sales)
        self.request = requests.with_context(allowed_company_ids=company.ids).create(
            {
                "purpose": "巡演。",
                "date_needed": fields.Date.today() + timedelta(days=30),
                "line_ids": [
                    Command.create({"product_id": product.id, "quantity": 10, "price_unit": 60})
                ],
            }
        )

    def walk(self, tour, login):
        self.start_tour(f"/odoo/purchase-requests/{self.request.id}", tour, login=login)
        self.env.invalidate_all()

    def test_request_is_walked_from_the_applicant_to_the_order(self):
        """S6: submit, decide, ask two vendors, compare, choose, confirm."""
        self.walk("purchase_request_submit", "sales")
        approval = self.env["approval.request"].search(
            [("res_model", "=", self.request._name), ("res_id", "=", self.request.id)]
        )
        while approval.state == "pending":
            slot = approval.slot_ids.filtered(lambda slot: slot.state == "open")[:1]
            decider = slot.user_id or slot.role_id._holders(self.request.company_id)[:1]
            approval.with_user(decider).action_decide("approve")
        self.walk("purchase_request_order", "purchasing")
        self.assertEqual((self.request.stage, self.request.ordered_amount), ("ordered", 550))

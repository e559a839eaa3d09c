import base64
from datetime import timedelta

from odoo import Command, api, models

from .sale_order_flow_demo import VOUCHER


class SaleOrderCheckDemo(models.AbstractModel):
    """Documents of the demo customers, and an order of one who has not paid the last invoice."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_checks(self):
        """Documents in every condition, an overdue invoice, an order that shows both."""
        if self.env.ref("sale_order_flow.demo_order_overdue", raise_if_not_found=False):
            return
        today = self.env.ref("approval_chain.demo_company")._approval_today()
        for customer, kind, number, until, verified in (
            ("huaxin", "licence", "91510100MA6C1", today + timedelta(days=700), True),
            ("huaxin", "tax", "510100740023", False, True),
            ("nanfang", "licence", "91440101MA5A2", today - timedelta(days=15), False),
            ("nanfang", "authorisation", "NF-2026-018", today + timedelta(days=240), False),
            ("xihe", "licence", "91330100MA2B3", today + timedelta(days=20), True),
        ):
            self._make_document(customer, kind, number, until, verified)
        self._make_overdue_invoice("xihe", 18600, today - timedelta(days=35))
        self._make_order("overdue", "xihe", {"valve": 8, "pump": 1}, days=25)

    def _make_document(self, customer, kind, number, until, verified):
        document = self._as(self.env["res.partner.qualification"], "sales").create(
            {
                "partner_id": self._ref(f"partner_{customer}").id,
                "kind_id": self.env.ref(f"sale_order_flow.qualification_{kind}").id,
                "number": number,
                "valid_until": until,
                "document_name": f"{number}.png",
            }
        )
        document.document = base64.b64encode(VOUCHER)
        if verified:
            self._as(document, "finance").action_verify()

    def _make_overdue_invoice(self, customer, amount, due):
        invoice = self._as(self.env["account.move"], "finance").create(
            {
                "move_type": "out_invoice",
                "partner_id": self._ref(f"partner_{customer}").id,
                "invoice_date": due - timedelta(days=30),
                "invoice_payment_term_id": False,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self._ref("product_valve").id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()

import base64
from datetime import date

from .common import OrderFlowCase

COPY = base64.b64encode(b"%PDF-1.4 signed by both")
SIGNED_ON = date(2026, 3, 12)


class ContractCase(OrderFlowCase):
    """Contracts made by their salesperson, dated in March 2026."""

    def make_contract(self, orders=None, user=None, **values):
        user = user or self.sales
        orders = self.make_order() if orders is None else orders
        return self.as_user(self.env["sale.contract"], user).create(
            {
                "partner_id": self.customer.id,
                "order_ids": orders.ids,
                "company_id": self.company.id,
                **values,
            }
        )

    def signing_values(self, day=SIGNED_ON):
        return {
            "document": COPY,
            "document_name": "contract.pdf",
            "company_signed_by_id": self.head.id,
            "company_signed_on": day,
            "customer_signed_by": "Buyer",
            "customer_signed_on": day,
        }

    def make_signed(self, orders=None, day=SIGNED_ON, **values):
        contract = self.make_contract(orders, **{**self.signing_values(day), **values})
        contract.action_send()
        contract.action_sign()
        return contract

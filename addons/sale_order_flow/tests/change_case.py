from odoo import Command

from .common import OrderFlowCase
from .order_flow_case import PEOPLE


class ChangeCase(OrderFlowCase):
    """Confirmed orders, and requests to change or cancel them (F18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.cancel_needs_request = True
        # sentences are compared: people and customers are spoken to in English
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        spoken_to = cls.customer | cls.contact | cls.other_customer
        for login in PEOPLE:
            spoken_to |= getattr(cls, login).partner_id
        spoken_to.lang = "en_US"

    def make_change(self, order, quantities=None, prices=None, added=None, user=None, **values):
        """A change request with what is proposed for products of the order, as the form makes it."""
        Request = self.as_user(self.env["sale.change.request"], user or self.sales)
        commands = Request._line_commands(order)
        for command in commands:
            product = self.env["product.product"].browse(command[2]["product_id"])
            command[2].update(
                {
                    "quantity": (quantities or {}).get(product, command[2]["quantity"]),
                    "price_unit": (prices or {}).get(product, command[2]["price_unit"]),
                }
            )
        commands += [
            Command.create({"product_id": product.id, "quantity": quantity})
            for product, quantity in (added or {}).items()
        ]
        return Request.create(
            {
                "order_id": order.id,
                "reason": "The customer builds smaller.",
                "line_ids": commands,
                **values,
            }
        )

    def make_cancellation(self, order, user=None):
        return self.as_user(self.env["sale.change.request"], user or self.sales).create(
            {"order_id": order.id, "kind": "cancel", "reason": "The site was given up."}
        )

    def decide_change(self, request, *users, verb="approve"):
        for user in users or (self.salesmgr,):
            asked = request.sudo().approval_request_id
            self.as_user(asked, user).action_decide(verb, "Agreed.")

    def carry_out(self, request, *users):
        request.action_approval_submit()
        self.decide_change(request, *users)
        return request

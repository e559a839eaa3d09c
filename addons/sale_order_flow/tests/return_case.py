from odoo import Command, fields

from .change_case import ChangeCase
from .inspection_case import make_inspector


class ReturnCase(ChangeCase):
    """Shipped and invoiced orders, and requests to take goods of them back (F17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.return_needs_request = True
        cls.inspector = make_inspector(cls.env, cls.company)
        cls.env["sale.return.policy"].search([]).unlink()
        cls.policy = cls.env["sale.return.policy"].create(
            {"name": "Thirty days", "company_id": cls.company.id, "days": 30}
        )
        cls.pump.invoice_policy = cls.hose.invoice_policy = "delivery"

    def make_shipped(self, quantities=None, invoice=True, **values):
        order = self.make_noticed(quantities or {self.pump: 4}, **values)
        self.ship(self.pickings(order))
        self.tell(order)
        if invoice:
            self.invoice(order)
        return order

    def invoice(self, order):
        move = order.sudo()._create_invoices()
        move.invoice_date = fields.Date.context_today(move)
        move.action_post()
        return move

    def make_return(self, order, quantities, user=None, **values):
        lines = [
            Command.create({"order_line_id": line.id, "quantity": quantities[line.product_id]})
            for line in order.order_line
            if line.product_id in quantities
        ]
        return self.as_user(self.env["sale.return.request"], user or self.sales).create(
            {
                "order_id": order.id,
                "reason": "The customer ordered too many.",
                "line_ids": lines,
                **values,
            }
        )

    def accept(self, request, *users):
        request.action_approval_submit()
        self.decide_change(request, *users)
        return request

    def take_back(self, request, quantity=None):
        """The warehouse receives what comes back."""
        pickings = self.as_user(request.sudo().picking_ids, self.warehouse)
        self.ship(pickings.filtered(lambda row: row.state not in ("done", "cancel")), quantity)

    def inspect(self, request, accepted=None, **values):
        for inspection in self.as_user(request.sudo().inspection_ids, self.inspector):
            if inspection.state != "todo":
                continue
            if accepted is not None:
                inspection.write({"accepted_quantity": accepted, "remark": "Scratched.", **values})
            inspection.action_record()

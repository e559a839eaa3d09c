from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError

# what the customer may know about: issued at the tax office
STANDING = ("issued", "sent", "received", "corrected")


class SaleOrder(models.Model):
    """The tax invoices of an order, for the people of the company and for the customer (F24)."""

    _inherit = "sale.order"

    tax_invoice_count = fields.Integer(compute="_compute_tax_invoice_count")

    def _compute_tax_invoice_count(self):
        groups = (
            self.env["sale.tax.invoice.request.line"]
            .sudo()
            ._read_group(
                [("order_id", "in", self._origin.ids), ("request_id.state", "!=", "cancelled")],
                ["order_id"],
                ["request_id:count_distinct"],
            )
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.tax_invoice_count = counts.get(order._origin.id, 0)

    def action_request_tax_invoice(self):
        """Open a request for the tax invoice of these orders, everything that may be invoiced proposed.

        :raise AccessError: for anybody but the salesperson, an assistant or a sales manager
        :raise UserError: when the orders differ in customer, company or currency, or nothing is left
        :return: window action of the request
        """
        for order in self:
            order._check_may_request_tax_invoice()
        customers = self.partner_id.commercial_partner_id
        if len(customers) != 1 or len(self.company_id) != 1 or len(self.currency_id) != 1:
            raise UserError(
                self.env._(
                    "One tax invoice covers orders of one customer, company and currency. Select such "
                    "orders and ask again."
                )
            )
        Request = self.env["sale.tax.invoice.request"]
        waiting = Request.search(
            [("state", "=", "draft"), ("original_id", "=", False), ("order_ids", "in", self.ids)]
        ).filtered(lambda request: request.order_ids == self)
        request = waiting[:1] or Request.create(self._prepare_tax_invoice_request())
        return request._get_records_action(name=self.env._("Tax Invoice"))

    def _check_may_request_tax_invoice(self):
        self.ensure_one()
        enabled = self.env["res.company"]._order_flow_company_ids()
        if self.state != "sale" or self.company_id.id not in enabled:
            raise UserError(
                self.env._(
                    "%s is not confirmed, or its company does not follow the order flow: there is no "
                    "tax invoice to ask for.",
                    self.name,
                )
            )
        if not self._may_apply_for_delivery():
            raise AccessError(
                self.env._(
                    "%(order)s: its salesperson (%(salesperson)s) asks for the tax invoice.",
                    order=self.name,
                    salesperson=self.sudo().user_id.name or "-",
                )
            )

    def _prepare_tax_invoice_request(self):
        """Everything delivered and not asked for yet; where nothing was, everything ordered."""
        lines = self.order_line.filtered(
            lambda line: (
                not line.display_type and not line.is_downpayment and line.product_uom_qty > 0
            )
        )
        asked = lines._tax_invoice_quantities()
        for basis in ("delivered", "agreed"):
            left = {
                line: line._tax_invoice_ceiling(basis) - asked[line.id]
                for line in lines
                if line.product_uom_id.compare(line._tax_invoice_ceiling(basis), asked[line.id]) > 0
            }
            if left:
                break
        if not left:
            raise UserError(
                self.env._(
                    "Tax invoices were asked for everything on %s already.",
                    ", ".join(self.mapped("name")),
                )
            )
        customer = self.partner_id.commercial_partner_id
        invoice_address = self.partner_invoice_id[:1]
        return {
            "partner_id": customer.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "basis": basis,
            "email": invoice_address.email or customer.email,
            **customer._tax_invoice_buyer(),
            "line_ids": [
                Command.create({"order_line_id": line.id, "quantity": quantity})
                for line, quantity in left.items()
            ],
        }

    def action_view_tax_invoices(self):
        """Open the tax invoice requests of these orders."""
        requests = self.env["sale.tax.invoice.request"].search([("order_ids", "in", self.ids)])
        return requests._get_records_action(name=self.env._("Tax Invoices"))

    def _portal_tax_invoices(self):
        """What the customer is shown: issued invoices, how they travel and their files, no more.

        :return: list of dicts with ``number``, ``date``, ``kind``, ``is_red``, ``state``, ``amount``
            (formatted in the order's currency), ``tracking`` and ``files`` (name and address)
        """
        self.ensure_one()
        requests_sudo = (
            self.env["sale.tax.invoice.request"]
            .sudo()
            .search(
                [("order_ids", "in", self.ids), ("state", "in", STANDING)],
                order="invoice_date, id",
            )
        )
        kinds = dict(requests_sudo._fields["kind"]._description_selection(self.env))
        rows = []
        for request in requests_sudo:
            files = request.invoice_file_ids
            tokens = files.generate_access_token()
            rows.append(
                {
                    "number": request._full_number(),
                    "date": request.invoice_date,
                    "kind": kinds[request.kind],
                    "is_red": bool(request.original_id),
                    "state": request._state_label(),
                    "amount": request.currency_id.format(request.amount_total),
                    "tracking": request._tracking_text() if request.sent_at else "",
                    "files": [
                        (file.name, f"/web/content/{file.id}?access_token={token}&download=1")
                        for file, token in zip(files, tokens, strict=True)
                    ],
                }
            )
        return rows

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows


class StockingPurchaseQuotation(models.TransientModel):
    """Which vendors are asked for which products of a purchase request (S6)."""

    _name = "stocking.purchase.quotation"
    _description = "Ask Vendors for a Purchase Request"

    request_id = fields.Many2one("stocking.purchase.request", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id")
    vendor_ids = fields.Many2many(
        "res.partner",
        string="Vendors",
        compute="_compute_proposal",
        store=True,
        readonly=False,
        help="Each of them gets a request for quotation over the products below.",
    )
    line_ids = fields.One2many(
        "stocking.purchase.quotation.line",
        "quotation_id",
        compute="_compute_proposal",
        store=True,
        readonly=False,
    )

    @api.depends("request_id")
    def _compute_proposal(self):
        """All that remains, from the vendors that are suggested or in the pricelists."""
        for wizard in self:
            lines = wizard.request_id.line_ids.filtered(
                lambda line: line._left(line.remaining_quantity)
            )
            sellers_sudo = lines.product_id.sudo().seller_ids.filtered(
                lambda seller, wizard=wizard: (
                    seller.company_id in (wizard.company_id, seller.company_id.browse())
                )
            )
            wizard.vendor_ids = lines.vendor_id | sellers_sudo.partner_id
            wizard.line_ids = [Command.clear()] + [
                Command.create({"line_id": line.id, "quantity": line.remaining_quantity})
                for line in lines
            ]

    def action_ask(self):
        """Make a request for quotation for each vendor and open them (S6).

        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: without vendors or products, or for more than remains to be ordered
        :return: window action of the requests for quotation
        """
        self.ensure_one()
        request = self.request_id
        request._flow_check_role("purchasing")
        lock_rows(request.line_ids)
        request._check_open()
        entries = self.line_ids.filtered(lambda entry: entry.quantity)
        if not (self.vendor_ids and entries):
            raise UserError(
                self.env._(
                    "%s: choose at least one vendor to ask and one product to ask for.",
                    request.name,
                )
            )
        entries._check_remaining()
        orders = self._make_orders(entries)
        if len(orders) == 1:
            return orders._get_records_action(name=self.env._("Request for Quotation"))
        return request._documents(self.env._("Requests for Quotation"), orders)

    def _make_orders(self, entries):
        """One request for quotation for each vendor, with its allocation rows."""
        request = self.request_id
        orders = (
            self.env["purchase.order"]
            .with_company(request.company_id)
            .create([self._prepare_order_vals(vendor) for vendor in self.vendor_ids])
        )
        for order in orders:
            for entry in entries:
                order_line = self.env["purchase.order.line"].create(
                    {"order_id": order.id, **entry._prepare_order_line_vals()}
                )
                # rows are written by nobody by hand
                self.env["stocking.purchase.allocation"].sudo().create(
                    {
                        "line_id": entry.line_id.id,
                        "purchase_line_id": order_line.id,
                        "asked_quantity": entry.quantity,
                        "quantity": 0.0,
                    }
                )
        request.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return orders

    def _prepare_order_vals(self, vendor):
        request = self.request_id
        in_type = request.warehouse_id.in_type_id
        return {
            "partner_id": vendor.id,
            "company_id": request.company_id.id,
            "user_id": self.env.uid,
            "origin": request.name,
            "payment_term_id": vendor.with_company(
                request.company_id
            ).property_supplier_payment_term_id.id,
            **({"picking_type_id": in_type.id} if in_type else {}),
        }

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SaleTaxInvoiceRequestLine(models.Model):
    """The quantity of one order line that a tax invoice covers, or that a red letter takes back."""

    _name = "sale.tax.invoice.request.line"
    _description = "Tax Invoice Request Line"
    _inherit = ["order.flow.document"]
    _order = "request_id, order_line_id, id"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "order_id",
            "company_id",
            "move_line_id",
            "original_line_id",
            "amount_untaxed",
            "amount_total",
        }
    )

    request_id = fields.Many2one(
        "sale.tax.invoice.request", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    currency_id = fields.Many2one(related="request_id.currency_id")
    partner_id = fields.Many2one(related="request_id.partner_id")
    order_line_id = fields.Many2one(
        "sale.order.line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('order_id.state', '=', 'sale'), ('display_type', '=', False),"
        " ('is_downpayment', '=', False), ('order_partner_id', 'child_of', partner_id),"
        " ('currency_id', '=', currency_id)]",
    )
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    product_id = fields.Many2one(related="order_line_id.product_id")
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id")
    ordered_quantity = fields.Float(related="order_line_id.product_uom_qty", string="Ordered")
    delivered_quantity = fields.Float(related="order_line_id.qty_delivered", string="Delivered")
    quantity = fields.Float(digits="Product Unit", required=True)
    original_line_id = fields.Many2one(
        "sale.tax.invoice.request.line",
        compute="_compute_original_line_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The line of the tax invoice that this red-letter line takes back.",
    )
    move_line_id = fields.Many2one(
        "account.move.line", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    amount_untaxed = fields.Monetary(compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(compute="_compute_amounts", store=True, string="Total")

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "The quantity of a tax invoice cannot be negative."
    )
    _one_line = models.Constraint(
        "UNIQUE (request_id, order_line_id)",
        "An order line stands on a tax invoice request once: change its quantity there.",
    )

    @api.depends("request_id.original_id", "order_line_id")
    def _compute_original_line_id(self):
        for line in self:
            line.original_line_id = line.request_id.original_id.line_ids.filtered(
                lambda original, line=line: original.order_line_id == line.order_line_id
            )

    # ------------------------------------------------------------------ amounts

    # not when the prices of an order change: they are read anew at the request and at the issue
    @api.depends("quantity", "order_line_id", "move_line_id")
    def _compute_amounts(self):
        for line in self:
            ordered = line.order_line_id
            booked = line.move_line_id
            whole = booked._tax_invoice_quantity(ordered) if booked else ordered.product_uom_qty
            share, source = (line.quantity / whole if whole else 0.0), booked or ordered
            line.amount_untaxed = line.currency_id.round(source.price_subtotal * share)
            line.amount_total = line.currency_id.round(source.price_total * share)

    def _refresh_amounts(self):
        for name in ("amount_untaxed", "amount_total"):
            self.env.add_to_compute(self._fields[name], self)

    def _booked_on(self, move):
        """The line of an invoice or credit note that books this line."""
        self.ensure_one()
        return move.invoice_line_ids.filtered(
            lambda booked: (
                booked.display_type == "product" and self.order_line_id in booked.sale_line_ids
            )
        )[:1]

    # ------------------------------------------------------------------ quantities

    def _corrected_quantities(self):
        """``{line id: quantity that issued red-letter invoices took back}``."""
        return self._red_quantities([("request_id.issued_at", "!=", False)])

    def _red_quantities(self, domain):
        if not self.ids:
            return {}
        groups = self.sudo()._read_group(
            [("original_line_id", "in", self.ids), *domain], ["original_line_id"], ["quantity:sum"]
        )
        return {line.id: quantity for line, quantity in groups}

    def _is_taken_back(self, corrected):
        self.ensure_one()
        return self.product_uom_id.compare(corrected.get(self.id, 0.0), self.quantity) >= 0

    def _check_quantities(self):
        """Not more than may be invoiced, and not more taken back than was (F24).

        Asked after the request counts itself, under the lock of its orders.
        """
        red = self.filtered("original_line_id")
        red._check_red_quantities()
        blue = self - red
        asked = blue.order_line_id._tax_invoice_quantities()
        for line in blue.sudo():
            ordered = line.order_line_id
            ceiling = ordered._tax_invoice_ceiling(line.request_id.basis)
            if line.quantity and ordered.product_uom_id.compare(asked[ordered.id], ceiling) > 0:
                raise ValidationError(
                    self.env._(
                        "%(request)s: %(asked)s of %(product)s on %(order)s would be invoiced, but only "
                        "%(free)s may still be. Lower the quantity.",
                        request=line.request_id.name,
                        asked=line.quantity,
                        product=ordered.product_id.display_name,
                        order=ordered.order_id.name,
                        free=max(ceiling - asked[ordered.id] + line.quantity, 0.0),
                    )
                )

    def _check_red_quantities(self):
        taken = self.original_line_id._red_quantities(
            [("request_id.state", "not in", ("draft", "cancelled"))]
        )
        for line in self.sudo():
            original = line.original_line_id
            if line.product_uom_id.compare(taken.get(original.id, 0.0), original.quantity) > 0:
                raise ValidationError(
                    self.env._(
                        "%(request)s takes back more of %(product)s than %(original)s invoiced, other "
                        "corrections counted. Lower the quantity.",
                        request=line.request_id.name,
                        product=line.product_id.display_name,
                        original=original.request_id.name,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_editable()
        lines._check_goods()
        return lines

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        self._check_editable()
        if "order_line_id" in vals:
            self._check_goods()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_draft(self):
        self._check_editable()

    def _check_editable(self):
        self.request_id._check_draft()

    def _check_goods(self):
        self.request_id._check_lines_belong()
        for line in self.sudo():
            ordered, original = line.order_line_id, line.original_line_id
            if ordered.display_type or ordered.is_downpayment:
                raise ValidationError(
                    self.env._(
                        "%(request)s: %(line)s of %(order)s is no product that was sold.",
                        request=line.request_id.name,
                        line=ordered.display_name,
                        order=ordered.order_id.name,
                    )
                )
            if line.request_id.original_id and not original:
                raise UserError(
                    self.env._(
                        "%(request)s takes back lines of %(original)s, no others.",
                        request=line.request_id.name,
                        original=line.request_id.original_id.name,
                    )
                )

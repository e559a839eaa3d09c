from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockingPurchaseAllocation(models.Model):
    """How much of a purchase request stands on one line of a purchase order (S6).

    While vendors are asked, several rows stand for the same goods and order nothing. Confirming an
    order settles its rows: each then orders what its request still lacks. Received, billed and paid
    are what the order line really brought, the rows of the line served one after the other.
    """

    _name = "stocking.purchase.allocation"
    _description = "Allocation of a Purchase Request"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "stocking.purchase.request.line", required=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(related="line_id.request_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    product_id = fields.Many2one(related="line_id.product_id")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    purchase_line_id = fields.Many2one(
        "purchase.order.line", required=True, index=True, ondelete="cascade"
    )
    purchase_order_id = fields.Many2one(
        related="purchase_line_id.order_id", store=True, index=True, string="Purchase Order"
    )
    # the applicant sees where it stands without rights on purchases
    order_name = fields.Char(related="purchase_order_id.name", string="Order", related_sudo=True)
    vendor_name = fields.Char(
        related="purchase_order_id.partner_id.name", string="Vendor", related_sudo=True
    )
    order_state = fields.Selection(
        related="purchase_order_id.state", string="Order Status", related_sudo=True
    )
    expected_date = fields.Datetime(
        related="purchase_line_id.date_planned", string="Expected", related_sudo=True
    )
    asked_quantity = fields.Float(
        required=True, digits="Product Unit", string="Asked", help="What the vendor was asked for."
    )
    quantity = fields.Float(
        required=True, digits="Product Unit", string="Ordered", help="Zero until it is ordered."
    )
    is_open = fields.Boolean(
        compute="_compute_is_open", store=True, help="A vendor is asked and nothing is ordered yet."
    )
    received_quantity = fields.Float(
        compute="_compute_received", store=True, digits="Product Unit", string="Received"
    )
    ordered_amount = fields.Monetary(compute="_compute_received", store=True)
    received_amount = fields.Monetary(compute="_compute_received", store=True)
    billed_quantity = fields.Float(
        compute="_compute_billed", store=True, digits="Product Unit", string="Billed"
    )
    billed_amount = fields.Monetary(compute="_compute_billed", store=True)
    paid_amount = fields.Monetary(compute="_compute_billed", store=True, string="Paid")

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND asked_quantity > 0)", "An allocation needs a quantity."
    )
    _once = models.UniqueIndex(
        "(line_id, purchase_line_id)", "A line of a request stands once on a line of an order."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("purchase_order_id.state")
    def _compute_is_open(self):
        for row in self:
            row.is_open = row.purchase_order_id.state in ("draft", "sent", "to approve")

    @api.depends(
        "quantity",
        "purchase_line_id.allocation_ids.quantity",
        "purchase_line_id.qty_received",
        "purchase_line_id.product_qty",
        "purchase_line_id.price_subtotal",
        "purchase_order_id.currency_rate",
    )
    def _compute_received(self):
        for row in self:
            line = row.purchase_line_id
            price = line._unit_cost()
            row.received_quantity = row._served(line.qty_received)
            row.ordered_amount = row._in_order_unit(row.quantity) * price
            row.received_amount = row._in_order_unit(row.received_quantity) * price

    @api.depends(
        "quantity",
        "purchase_line_id.allocation_ids.quantity",
        "purchase_line_id.invoice_lines.parent_state",
        "purchase_line_id.invoice_lines.quantity",
        "purchase_line_id.invoice_lines.balance",
        "purchase_line_id.invoice_lines.move_id.amount_residual",
    )
    def _compute_billed(self):
        for row in self:
            quantity, amount, paid = row.purchase_line_id._billed()
            row.billed_quantity = row._served(quantity)
            share = row._in_order_unit(row.billed_quantity) / quantity if quantity > 0 else 0.0
            row.billed_amount = amount * share
            row.paid_amount = paid * share

    def _served(self, quantity):
        """What this row gets of ``quantity`` of its order line, the older rows served first.

        :param quantity: in the unit of the order line
        :return: quantity in the unit of the request
        """
        before = sum(
            row._in_order_unit(row.quantity)
            for row in self.purchase_line_id.allocation_ids
            if row._origin.id < self._origin.id
        )
        unit = self.purchase_line_id.product_uom_id
        left = unit._compute_quantity(max(quantity - before, 0.0), self.product_uom_id, round=False)
        return min(self.quantity, left)

    def _in_order_unit(self, quantity):
        """A quantity of the request in the unit of the order line."""
        return self.product_uom_id._compute_quantity(
            quantity, self.purchase_line_id.product_uom_id, round=False
        )

    @api.depends("request_id", "purchase_order_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.request_id.name} · {row.order_name}"

    # ------------------------------------------------------------------ never more than approved

    @api.constrains("quantity", "line_id")
    def _check_not_more_than_approved(self):
        for line in self.line_id:
            wanted = line.quantity - line.short_closed
            if line._left(sum(line.allocation_ids.mapped("quantity")) - wanted):
                raise ValidationError(
                    self.env._(
                        "%(product)s on %(request)s: more would be ordered than was approved "
                        "(%(approved)s %(unit)s).",
                        product=line.product_id.display_name,
                        request=line.request_id.name,
                        approved=wanted,
                        unit=line.product_uom_id.name,
                    )
                )

    def _open_quantity(self):
        """What the request still lacks without this row, in its own unit."""
        self.ensure_one()
        line = self.line_id
        others = sum((line.allocation_ids - self).mapped("quantity"))
        if (
            line.request_id.state != "approved"
            or line.product_id != self.purchase_line_id.product_id
        ):
            return 0.0
        return max(line.quantity - line.short_closed - others, 0.0)

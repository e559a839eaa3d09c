from odoo import api, fields, models


class SaleDeliveryNoticeLine(models.Model):
    """A quantity of one order line that may leave; what left follows from the stock moves."""

    _name = "sale.delivery.notice.line"
    _description = "Delivery Notice Line"
    _inherit = ["order.flow.document"]
    _order = "notice_id, sequence, id"

    _stamped = frozenset({"shipped_quantity", "company_id", "product_id"})

    notice_id = fields.Many2one(
        "sale.delivery.notice",
        required=True,
        index=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(related="notice_id.order_id")
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    order_line_id = fields.Many2one(
        "sale.order.line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('order_id', '=', order_id), ('product_id.type', '=', 'consu')]",
    )
    product_id = fields.Many2one(related="order_line_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id", string="Unit")
    ordered_quantity = fields.Float(
        related="order_line_id.product_uom_qty",
        string="Ordered",
        digits="Product Unit",
    )
    quantity = fields.Float(
        string="To Ship",
        required=True,
        digits="Product Unit",
        default=0.0,
    )
    shipped_quantity = fields.Float(
        compute="_compute_shipped_quantity",
        store=True,
        digits="Product Unit",
        string="Shipped",
        help="What left of the order line, counted on its notices in the order they were issued.",
    )

    _quantity_not_negative = models.Constraint(
        "CHECK (quantity >= 0)",
        "Quantities to ship cannot be negative.",
    )

    @api.depends("quantity", "notice_id.state", "order_line_id.qty_delivered")
    def _compute_shipped_quantity(self):
        order_lines = self.order_line_id
        shipped, own = order_lines.sudo()._shipped_quantities(), self.grouped("order_line_id")
        for order_line in order_lines:
            left = shipped.get(order_line.id, 0.0)
            issued = (
                order_line.sudo()
                .delivery_notice_line_ids.filtered(lambda line: line.notice_id.state == "issued")
                .sorted(lambda line: (line.notice_id.issued_at, line.id))
            )
            counts = {}
            for line in issued:
                counts[line.id] = min(line.quantity, left)
                left -= counts[line.id]
            for line in own[order_line]:
                line.shipped_quantity = counts.get(line._origin.id, 0.0)

    def _is_shipped(self):
        return self.product_uom_id.compare(self.shipped_quantity, self.quantity) >= 0

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.notice_id._check_draft()
        return lines

    def write(self, vals):
        self.notice_id._check_draft()
        result = super().write(vals)
        self.notice_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.notice_id._check_draft()

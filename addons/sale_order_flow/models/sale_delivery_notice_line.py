from odoo import api, fields, models


class SaleDeliveryNoticeLine(models.Model):
    """A quantity of an order line that may ship."""

    _name = "sale.delivery.notice.line"
    _description = "Delivery Notice Line"
    _order = "notice_id, id"
    _rec_name = "product_id"

    notice_id = fields.Many2one("sale.delivery.notice", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    order_line_id = fields.Many2one("sale.order.line", required=True, index=True, ondelete="restrict")
    product_id = fields.Many2one(related="order_line_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id", string="Unit")
    quantity = fields.Float(required=True, digits="Product Unit")
    shipped_quantity = fields.Float(
        compute="_compute_shipped_quantity", store=True, digits="Product Unit", string="Shipped",
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A notice line needs a quantity.")

    @api.depends(
        "quantity", "notice_id.state", "order_line_id.qty_delivered",
        "order_line_id.delivery_notice_line_ids.quantity",
        "order_line_id.delivery_notice_line_ids.notice_id.state",
    )
    def _compute_shipped_quantity(self):
        """What was delivered fills the issued notices of its order line, the oldest first."""
        for order_line, lines in self.grouped("order_line_id").items():
            left = order_line.qty_delivered
            for line in order_line.delivery_notice_line_ids.sorted("id"):
                shipped = 0.0
                if line.notice_id.state == "issued":
                    shipped = max(min(line.quantity, left), 0.0)
                    left -= shipped
                if line in lines:
                    line.shipped_quantity = shipped

    @api.model_create_multi
    def create(self, vals_list):
        raise self.env["sale.delivery.notice"]._by_the_order()

    def write(self, vals):
        if not {"notice_id", "order_line_id", "quantity"}.isdisjoint(vals):
            raise self.env["sale.delivery.notice"]._by_the_order()
        return super().write(vals)

    def unlink(self):
        raise self.env["sale.delivery.notice"]._by_the_order()

    @api.model
    def _add(self, notice, quantities):
        return super().create([
            {"notice_id": notice.id, "order_line_id": line.id, "quantity": quantity}
            for line, quantity in quantities.items() if quantity > 0
        ])

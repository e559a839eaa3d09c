from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockingAllocation(models.Model):
    """A quantity of a request line given to one real document (DESIGN: quantities go through rows).

    Either a line of a delivery notice (the warehouse ships it to the customer), a stock move (the
    warehouse puts it aside), or a shortage handed to purchasing.
    """

    _name = "stocking.allocation"
    _description = "Stocking Allocation"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "stocking.request.line", required=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(related="line_id.request_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    product_id = fields.Many2one(related="line_id.product_id")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    quantity = fields.Float(required=True, digits="Product Unit")
    notice_line_id = fields.Many2one(
        "sale.delivery.notice.line", index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one("stock.move", index="btree_not_null", ondelete="cascade")
    shortage_id = fields.Many2one("supply.shortage", index="btree_not_null", ondelete="cascade")
    source = fields.Selection(
        [("warehouse", "Warehouse"), ("purchase", "Purchasing")],
        compute="_compute_source",
    )
    document_name = fields.Char(compute="_compute_source", string="Document")
    done = fields.Boolean(compute="_compute_progress", store=True)
    expected_date = fields.Datetime(compute="_compute_progress", store=True, string="Expected")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "An allocation needs a quantity."
    )
    _one_document = models.Constraint(
        "CHECK (num_nonnulls(notice_line_id, move_id, shortage_id) = 1)",
        "An allocation belongs to exactly one document.",
    )

    @api.depends("notice_line_id", "move_id", "shortage_id")
    def _compute_source(self):
        for allocation in self:
            allocation.source = "purchase" if allocation.shortage_id else "warehouse"
            allocation.document_name = (
                allocation.shortage_id.purchase_order_id.name
                or allocation.notice_line_id.notice_id.name
                or allocation.move_id.picking_id.name
            )

    @api.depends(
        "shortage_id.state",
        "shortage_id.expected_date",
        "move_id.state",
        "move_id.date",
        "notice_line_id.shipped_quantity",
        "notice_line_id.quantity",
        "notice_line_id.shortage_ids.expected_date",
        "notice_line_id.shortage_ids.state",
    )
    def _compute_progress(self):
        for allocation in self:
            shortage, move, notice = (
                allocation.shortage_id,
                allocation.move_id,
                allocation.notice_line_id,
            )
            if shortage:
                allocation.done = shortage.state == "arrived"
                allocation.expected_date = shortage.expected_date
            elif move:
                allocation.done = move.state == "done"
                allocation.expected_date = move.date
            else:
                dates = notice.shortage_ids.filtered(
                    lambda shortage: shortage.state != "arrived"
                ).mapped("expected_date")
                allocation.done = notice.shipped_quantity >= notice.quantity > 0
                allocation.expected_date = max(filter(None, dates), default=False)

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

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockingRequestLine(models.Model):
    """One product asked for; what was ordered of it follows from its allocations (S3)."""

    _name = "stocking.request.line"
    _description = "Stocking Request Line"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "request_id, sequence, id"
    _check_company_auto = True

    _approval_parent = "request_id"

    request_id = fields.Many2one("stocking.request", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'consu')]",
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_needed = fields.Date(string="Needed By")
    sale_line_id = fields.Many2one("sale.order.line", check_company=True, copy=False)
    currency_id = fields.Many2one(related="request_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Value")
    short_closed = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Quantity that is no longer needed although it was approved.",
    )
    allocation_ids = fields.One2many("stocking.allocation", "line_id")
    allocated_quantity = fields.Float(
        compute="_compute_quantities",
        store=True,
        digits="Product Unit",
        string="Ordered",
    )
    remaining_quantity = fields.Float(
        compute="_compute_quantities",
        store=True,
        digits="Product Unit",
        string="To Order",
    )
    done = fields.Boolean(compute="_compute_quantities", store=True)
    expected_date = fields.Datetime(compute="_compute_quantities", store=True, string="Expected")
    on_hand_quantity = fields.Float(
        compute="_compute_stock",
        digits="Product Unit",
        string="On Hand",
        help="In the stock of the warehouse, in the unit of the line; held stock not counted.",
    )
    reserved_quantity = fields.Float(
        compute="_compute_stock",
        digits="Product Unit",
        string="Reserved",
        help="Of what is on hand, promised to other documents.",
    )
    free_quantity = fields.Float(
        compute="_compute_stock",
        digits="Product Unit",
        string="Free",
        help="In the stock of the warehouse and not reserved, in the unit of the line.",
    )
    incoming_quantity = fields.Float(
        compute="_compute_stock", digits="Product Unit", string="Incoming"
    )

    # below zero it would add to what was approved
    _short_closed_range = models.Constraint(
        "CHECK (COALESCE(short_closed, 0) BETWEEN 0 AND quantity)",
        "Not more than the quantity of the line, and nothing below zero, can be short-closed.",
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "Quantities cannot be negative."
    )

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    @api.depends(
        "quantity",
        "product_uom_id",
        "product_id",
        "sale_line_id.price_unit",
        "sale_line_id.discount",
    )
    def _compute_amount(self):
        for line in self:
            sale_line = line.sale_line_id
            if sale_line:
                price = sale_line.product_uom_id._compute_price(
                    sale_line.price_unit * (1 - sale_line.discount / 100),
                    line.product_uom_id,
                )
                price = sale_line.currency_id._convert(
                    price,
                    line.currency_id,
                    line.company_id,
                    fields.Date.context_today(line),
                )
            else:
                cost = line.product_id.with_company(line.company_id).sudo().standard_price
                price = line.product_id.uom_id._compute_price(cost, line.product_uom_id)
            line.amount = line.quantity * price

    @api.depends(
        "quantity",
        "short_closed",
        "allocation_ids.quantity",
        "allocation_ids.done",
        "allocation_ids.expected_date",
    )
    def _compute_quantities(self):
        for line in self:
            allocations = line.allocation_ids
            allocated = sum(allocations.mapped("quantity"))
            line.allocated_quantity = allocated
            line.remaining_quantity = max(line.quantity - line.short_closed - allocated, 0.0)
            line.done = not line._left(line.remaining_quantity) and all(allocations.mapped("done"))
            dates = [allocation.expected_date for allocation in allocations if not allocation.done]
            line.expected_date = max(filter(None, dates), default=False)

    @api.depends("product_id", "product_uom_id", "request_id.warehouse_id")
    def _compute_stock(self):
        names = ("qty_available", "free_qty", "incoming_qty")
        for warehouse, lines in self.grouped(lambda line: line.request_id.warehouse_id).items():
            # goods in the held stock are not there for anybody else
            place = warehouse.sudo().lot_stock_id.id
            products = lines.product_id.with_context(location=place)
            figures = {
                product.id: [product[name] if place else 0.0 for name in names]
                for product in products
            }
            for line in lines:
                unit = line.product_id.uom_id
                there, free, incoming = (
                    unit._compute_quantity(figure, line.product_uom_id, raise_if_failure=False)
                    for figure in figures.get(line.product_id.id, (0.0, 0.0, 0.0))
                )
                line.on_hand_quantity = there
                line.free_quantity = free
                line.reserved_quantity = there - free
                line.incoming_quantity = incoming

    def _left(self, quantity):
        """Whether ``quantity`` of this line is more than rounding."""
        return self.product_uom_id.compare(quantity, 0.0) > 0

    def write(self, vals):
        if "short_closed" in vals:
            self.request_id._flow_check_role("sales_assistant")
        return super().write(vals)

    def action_short_close(self):
        """Give up what was approved but not ordered yet (the assistant; S3).

        :raise UserError: when nothing remains
        :return: True
        """
        self.request_id._flow_check_role("sales_assistant")
        for line in self:
            if line.request_id.state != "approved" or not line._left(line.remaining_quantity):
                raise UserError(
                    self.env._(
                        "%(product)s on %(request)s: nothing remains to be closed.",
                        product=line.product_id.display_name,
                        request=line.request_id.name,
                    )
                )
            line.short_closed += line.remaining_quantity
        return True

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockingPurchaseRequestLine(models.Model):
    """One product a department asks for; how far it has come follows from its allocations (S6)."""

    _name = "stocking.purchase.request.line"
    _description = "Purchase Request Line"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "request_id, sequence, id"
    _check_company_auto = True

    _approval_parent = "request_id"

    request_id = fields.Many2one(
        "stocking.purchase.request", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('purchase_ok', '=', True)]",
        index=True,
    )
    description = fields.Char(help="What the vendor has to know: model, colour, standard.")
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
    date_needed = fields.Date(string="Needed By", copy=False)
    vendor_id = fields.Many2one(
        "res.partner",
        string="Suggested Vendor",
        check_company=True,
        help="Purchasing asks this vendor among others.",
    )
    currency_id = fields.Many2one(related="request_id.currency_id")
    price_unit = fields.Float(
        string="Estimated Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        min_display_digits="Product Price",
        help="Per unit, without taxes, in the currency of the company.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Estimate")
    short_closed = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Quantity that is no longer needed although it was approved.",
    )
    allocation_ids = fields.One2many("stocking.purchase.allocation", "line_id")
    ordered_quantity = fields.Float(
        compute="_compute_progress", store=True, digits="Product Unit", string="Ordered"
    )
    received_quantity = fields.Float(
        compute="_compute_progress", store=True, digits="Product Unit", string="Received"
    )
    billed_quantity = fields.Float(
        compute="_compute_progress", store=True, digits="Product Unit", string="Billed"
    )
    remaining_quantity = fields.Float(
        compute="_compute_progress", store=True, digits="Product Unit", string="To Order"
    )
    ordered_amount = fields.Monetary(compute="_compute_progress", store=True)
    received_amount = fields.Monetary(compute="_compute_progress", store=True)
    billed_amount = fields.Monetary(compute="_compute_progress", store=True)
    paid_amount = fields.Monetary(compute="_compute_progress", store=True)
    step = fields.Selection(
        [
            ("order", "To Order"),
            ("ordered", "Ordered"),
            ("received", "Received"),
            ("billed", "Billed"),
            ("done", "Done"),
        ],
        compute="_compute_progress",
        store=True,
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "Quantities cannot be negative."
    )
    _price_positive = models.Constraint("CHECK (price_unit >= 0)", "Prices cannot be negative.")
    # below zero it would add to what was approved
    _short_closed_range = models.Constraint(
        "CHECK (COALESCE(short_closed, 0) BETWEEN 0 AND quantity)",
        "Not more than the quantity of the line, and nothing below zero, can be short-closed.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    @api.depends("product_id", "product_uom_id")
    def _compute_price_unit(self):
        """What it cost last time it was ordered, else its cost."""
        for company, lines in self.grouped("company_id").items():
            products_sudo = lines.product_id.with_company(company).sudo()
            last = products_sudo._last_purchase_prices(company)
            for line in lines.filtered("product_id"):
                product_sudo = line.product_id.with_company(company).sudo()
                price = last.get(product_sudo.id) or product_sudo.standard_price
                unit = line.product_uom_id or product_sudo.uom_id
                line.price_unit = product_sudo.uom_id._compute_price(price, unit)

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit

    @api.depends(
        "quantity",
        "short_closed",
        "allocation_ids.quantity",
        "allocation_ids.received_quantity",
        "allocation_ids.billed_quantity",
        "allocation_ids.ordered_amount",
        "allocation_ids.received_amount",
        "allocation_ids.billed_amount",
        "allocation_ids.paid_amount",
    )
    def _compute_progress(self):
        for line in self:
            rows = line.allocation_ids
            line.ordered_quantity = sum(rows.mapped("quantity"))
            for name in ("received_quantity", "billed_quantity", "ordered_amount"):
                line[name] = sum(rows.mapped(name))
            for name in ("received_amount", "billed_amount", "paid_amount"):
                line[name] = sum(rows.mapped(name))
            line.remaining_quantity = max(
                line.quantity - line.short_closed - line.ordered_quantity, 0.0
            )
            line.step = line._step_of()

    def _step_of(self):
        """How far all that was ordered has come."""
        if self._left(self.remaining_quantity):
            return "order"
        if self._left(self.ordered_quantity - self.received_quantity):
            return "ordered"
        if self._left(self.ordered_quantity - self.billed_quantity):
            return "received"
        # what was given up costs nothing
        if self.currency_id.compare_amounts(self.billed_amount, self.paid_amount) > 0:
            return "billed"
        return "done"

    def _left(self, quantity):
        """Whether ``quantity`` of this line is more than rounding."""
        unit = self.product_uom_id
        return unit.compare(quantity, 0.0) > 0 if unit else quantity > 0

    # ------------------------------------------------------------------ short-closing

    @api.model_create_multi
    def create(self, vals_list):
        # no default of the caller either: what is given up is recorded by the button alone
        for vals in vals_list:
            vals["short_closed"] = 0.0
        return super().create(vals_list)

    def write(self, vals):
        if "short_closed" in vals and not self.env.su:
            raise UserError(
                self.env._(
                    "What is no longer needed is given up with the button “Short-Close” of the request."
                )
            )
        return super().write(vals)

    def _short_close(self):
        """Give up what remains of these lines."""
        for line in self.filtered(lambda line: line._left(line.remaining_quantity)):
            line.short_closed += line.remaining_quantity

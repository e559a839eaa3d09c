from odoo import api, fields, models

# what a line of the request keeps of the line of the order, by the field it has there
NAMES_NOW = {
    "quantity_now": "product_uom_qty",
    "price_now": "price_unit",
    "discount_now": "discount",
}


class SaleChangeRequestLine(models.Model):
    """One line of an order as it is and as it shall be; without an order line, a product more (F18)."""

    _name = "sale.change.request.line"
    _description = "Line of a Change Request"
    _inherit = ["sale.order.request.line"]

    request_id = fields.Many2one(
        "sale.change.request", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    currency_id = fields.Many2one(related="request_id.currency_id")
    order_id = fields.Many2one(related="request_id.order_id")
    order_line_id = fields.Many2one(
        "sale.order.line",
        index=True,
        ondelete="restrict",
        domain="[('order_id', '=', order_id), ('display_type', '=', False)]",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        domain="[('sale_ok', '=', True)]",
    )
    product_uom_id = fields.Many2one("uom.uom", compute="_compute_shipped", string="Unit")
    quantity_now = fields.Float(compute="_compute_now", store=True, digits="Product Unit")
    price_now = fields.Float(compute="_compute_now", store=True, digits="Product Price")
    discount_now = fields.Float(compute="_compute_now", store=True, digits="Discount")
    delivered = fields.Float(compute="_compute_shipped", digits="Product Unit")
    shipped = fields.Float(
        compute="_compute_shipped",
        digits="Product Unit",
        help="What left for the customer, even if it came back since.",
    )
    invoiced = fields.Float(compute="_compute_shipped", digits="Product Unit")
    quantity = fields.Float(digits="Product Unit", required=True, string="New Quantity")
    price_unit = fields.Float(
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Price",
        string="New Price",
    )
    discount = fields.Float(digits="Discount", string="New Discount (%)")
    amount_change = fields.Monetary(compute="_compute_change", store=True, string="Difference")
    lowers_price = fields.Boolean(compute="_compute_change", store=True)

    _once = models.UniqueIndex(
        "(request_id, order_line_id) WHERE order_line_id IS NOT NULL",
        "Each line of the order stands in a change request once.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("order_line_id")
    def _compute_product_id(self):
        for line in self:
            line.product_id = line.order_line_id.product_id or line.product_id

    @api.depends("product_id", "order_line_id")
    def _compute_price_unit(self):
        """What the order says; of a product more, what the price list of the order says."""
        for line in self:
            if line.order_line_id:
                line.price_unit = line.price_unit or line.order_line_id.price_unit
            else:
                line.price_unit = line._list_price()

    def _list_price(self):
        order = self.request_id.order_id.sudo()
        if not self.product_id or not order:
            return 0.0
        if not order.pricelist_id:
            return self.product_id.lst_price
        return order.pricelist_id._get_product_price(
            self.product_id,
            self.quantity or 1.0,
            currency=order.currency_id,
            uom=self.product_id.uom_id,
            date=order.date_order,
        )

    @api.depends("order_line_id.qty_delivered", "order_line_id.qty_invoiced", "product_id")
    def _compute_shipped(self):
        shipped = self.order_line_id.sudo()._shipped_quantities()
        for line in self:
            old = line.order_line_id.sudo()
            line.shipped = max(old.qty_delivered, shipped.get(old._origin.id, 0.0))
            line.product_uom_id = old.product_uom_id or line.product_id.uom_id
            line.delivered = old.qty_delivered
            line.invoiced = old.qty_invoiced

    def _stands(self):
        """Whether the request was carried out or given up: what the order was then stays readable."""
        return self.request_id.state != "draft" and bool(self._origin)

    @api.depends(
        "order_line_id.product_uom_qty", "order_line_id.price_unit", "order_line_id.discount"
    )
    def _compute_now(self):
        for line in self:
            old = line._origin if line._stands() else line.order_line_id.sudo()
            names = NAMES_NOW if line._stands() else NAMES_NOW.values()
            for name, value in zip(NAMES_NOW, [old[name] for name in names], strict=True):
                line[name] = value

    @api.depends(
        "order_line_id.product_uom_qty",
        "order_line_id.price_unit",
        "order_line_id.discount",
        "product_id",
        "quantity",
        "price_unit",
        "discount",
    )
    def _compute_change(self):
        for line in self:
            if line._stands():
                line.amount_change = line._origin.amount_change
                line.lowers_price = line._origin.lowers_price
                continue
            old = line.order_line_id.sudo()
            order = line.request_id.order_id.sudo()
            new_price = line.price_unit * (1 - line.discount / 100)
            old_price = old.price_unit * (1 - old.discount / 100) if old else line._list_price()
            currency = order.currency_id or line.env.company.currency_id
            line.lowers_price = line.quantity > 0 and (
                currency.compare_amounts(new_price, old_price) < 0
            )
            taxes = old.tax_ids or line.product_id.taxes_id._filter_taxes_by_company(
                order.company_id
            )
            taxes = taxes if old else order.fiscal_position_id.map_tax(taxes)
            new, before = (
                taxes.compute_all(
                    price,
                    currency=currency,
                    quantity=quantity,
                    product=line.product_id,
                    partner=order.partner_id,
                )["total_included"]
                for price, quantity in (
                    (new_price, line.quantity),
                    (old_price, old.product_uom_qty),
                )
            )
            line.amount_change = new - before

    # ------------------------------------------------------------------ what changes

    def _is_changed(self):
        self.ensure_one()
        old = self.order_line_id
        return bool(
            not old
            or self.product_uom_id.compare(self.quantity, self.quantity_now)
            or self._changes_price()
        )

    def _changes_price(self):
        digits = {
            name: self._fields[name].get_digits(self.env)[1] for name in ("price_unit", "discount")
        }
        return bool(self.order_line_id) and (
            round(self.price_unit - self.price_now, digits["price_unit"]) != 0
            or round(self.discount - self.discount_now, digits["discount"]) != 0
        )

    def _problems(self):
        """What of the line cannot be, as full sentences."""
        self.ensure_one()
        if not self._is_changed():
            return []
        facts = {
            "request": self.request_id.name,
            "product": self.product_id.display_name,
            "unit": self.product_uom_id.name,
            "quantity": self.quantity,
        }
        compare = self.product_uom_id.compare
        old = self.order_line_id.sudo()
        if old and (
            old.order_id != self.request_id.order_id.sudo()
            or old.product_id != self.product_id.sudo()
            or old.display_type
            or old.is_downpayment
        ):
            return [
                self.env._("%(request)s: %(product)s is no such line of the order.", **facts),
            ]
        if compare(self.quantity, 0.0) < 0 or (not old and not compare(self.quantity, 0.0)):
            return [
                self.env._(
                    "%(request)s: the new quantity of %(product)s is %(quantity)s %(unit)s. Enter what is "
                    "wanted in all, and 0 for an ordered product that is not wanted any more.",
                    **facts,
                )
            ]
        if self.price_unit < 0 or not 0 <= self.discount <= 100:
            return [
                self.env._(
                    "%(request)s: the new price of %(product)s is below zero, or its discount is not "
                    "between 0 and 100.",
                    **facts,
                )
            ]
        if not old:
            return self._added_problems(facts)
        if self.shipped and compare(self.shipped, old.product_uom_qty) >= 0:
            return [
                self.env._(
                    "%(request)s: %(product)s was shipped completely, so nothing of it can be changed. "
                    "Ask for a return or an exchange instead.",
                    **facts,
                )
            ]
        lowest = max(self.shipped, old.qty_invoiced)
        if compare(self.quantity, lowest) < 0:
            return [
                self.env._(
                    "%(request)s: %(lowest)s %(unit)s of %(product)s were shipped or invoiced, so the new "
                    "quantity cannot be %(quantity)s. Enter at least %(lowest)s.",
                    lowest=lowest,
                    **facts,
                )
            ]
        if self._changes_price() and compare(old.qty_invoiced, 0.0) > 0:
            return [
                self.env._(
                    "%(request)s: %(product)s is invoiced, so its price stands. Have finance make a credit "
                    "note first.",
                    **facts,
                )
            ]
        return []

    def _added_problems(self, facts):
        product = self.product_id.sudo()
        company = product.company_id
        if product.active and product.sale_ok and company in (company.browse(), self.company_id):
            return []
        return [self.env._("%(request)s: %(product)s is not sold (any more).", **facts)]

    def _order_command(self):
        """What is written on the order for this line."""
        self.ensure_one()
        values = {
            "product_uom_qty": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
        }
        if self.order_line_id:
            return fields.Command.update(self.order_line_id.id, values)
        return fields.Command.create({"product_id": self.product_id.id, **values})

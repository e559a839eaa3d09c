from odoo import api, fields, models
from odoo.fields import Domain


class SaleReturnRequestLine(models.Model):
    """How much of a line of an order comes back, of what was shipped and did not come back yet (F17)."""

    _name = "sale.return.request.line"
    _description = "Line of a Return Request"
    _inherit = ["sale.order.request.line"]

    request_id = fields.Many2one(
        "sale.return.request", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    currency_id = fields.Many2one(related="request_id.currency_id")
    order_id = fields.Many2one(related="request_id.order_id")
    order_line_id = fields.Many2one(
        "sale.order.line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('order_id', '=', order_id), ('qty_delivered', '>', 0)]",
    )
    product_id = fields.Many2one(related="order_line_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id", string="Unit")
    shipped = fields.Float(compute="_compute_returnable", digits="Product Unit")
    returnable = fields.Float(
        compute="_compute_returnable",
        digits="Product Unit",
        help="Shipped, did not come back yet, and no other request asks for it.",
    )
    shipped_on = fields.Date(compute="_compute_returnable", string="Last Shipped On")
    quantity = fields.Float(digits="Product Unit", required=True, string="Comes Back")
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Value of the Goods")
    move_ids = fields.One2many("stock.move", "return_line_id", groups="stock.group_stock_user")

    _once = models.UniqueIndex(
        "(request_id, order_line_id)",
        "Each line of the order stands in a return request once.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("order_line_id", "quantity")
    def _compute_amount(self):
        """At the price of the order: what is credited when all of it is."""
        for line in self:
            old = line.order_line_id.sudo()
            share = line.quantity / old.product_uom_qty if old.product_uom_qty else 0.0
            line.amount = old.price_total * share

    @api.depends("order_line_id.qty_delivered")
    def _compute_returnable(self):
        order_lines = self.order_line_id.sudo()
        shipped = order_lines._shipped_quantities()
        returned = order_lines._returned_quantities()
        asked = self._asked_elsewhere()
        dates = order_lines._shipped_on()
        for line in self:
            key = line.order_line_id.id
            line.shipped = shipped.get(key, 0.0)
            line.returnable = max(line.shipped - returned.get(key, 0.0) - asked[line], 0.0)
            line.shipped_on = dates.get(key)

    def _asked_elsewhere(self):
        """``{line: quantity that other requests wait for, or are decided on for}``"""
        others = self.sudo().search(
            Domain("order_line_id", "in", self.order_line_id.ids)
            & (
                Domain("request_id.progress", "=", "receiving")
                | Domain("request_id.state", "=", "draft")
                & Domain("request_id.approval_state", "in", ("pending", "approved"))
            )
        )
        came = others._came_back()
        waiting = others.grouped("order_line_id")
        return {
            line: sum(
                max(other.quantity - came.get(other.id, 0.0), 0.0)
                for other in waiting.get(line.order_line_id._origin, ())
                if other.request_id.id != line.request_id._origin.id
            )
            for line in self
        }

    def _came_back(self):
        """``{line id: quantity that came back on it}`` in the unit of the order line."""
        return self.order_line_id._moved_quantities(
            Domain("return_line_id", "in", self.ids), by="return_line_id"
        )

    # ------------------------------------------------------------------ what stands against it

    def _problems(self):
        """What of the line cannot be, as full sentences."""
        self.ensure_one()
        facts = {
            "request": self.request_id.name,
            "product": self.product_id.display_name,
            "unit": self.product_uom_id.name,
            "quantity": self.quantity,
            "returnable": self.returnable,
        }
        old = self.order_line_id.sudo()
        if old.order_id != self.request_id.order_id.sudo() or not old._needs_delivery():
            return [self.env._("%(request)s: %(product)s is no goods of the order.", **facts)]
        compare = self.product_uom_id.compare
        if compare(self.quantity, 0.0) < 0:
            return [
                self.env._(
                    "%(request)s: the quantity of %(product)s cannot be below zero. Enter how much comes "
                    "back.",
                    **facts,
                )
            ]
        if compare(self.quantity, self.returnable) > 0:
            return [
                self.env._(
                    "%(request)s: %(quantity)s %(unit)s of %(product)s would come back, but only "
                    "%(returnable)s were shipped and have not come back or been asked for. Lower the "
                    "quantity.",
                    **facts,
                )
            ]
        return []

    def _policy_findings(self, policy):
        """What the policy says against the return of the line, as full sentences."""
        self.ensure_one()
        findings = []
        condition, ours = self.request_id.condition, self.request_id._is_our_fault()
        today = self.request_id.company_id._approval_today()
        if not policy.days and not ours:
            findings.append(
                self.env._(
                    "%(product)s is not taken back by “%(policy)s”.",
                    product=self.product_id.display_name,
                    policy=policy.name,
                )
            )
        elif policy.days and self.shipped_on and (today - self.shipped_on).days > policy.days:
            findings.append(
                self.env._(
                    "%(product)s left on %(date)s; “%(policy)s” allows %(days)s days.",
                    product=self.product_id.display_name,
                    date=self.shipped_on,
                    policy=policy.name,
                    days=policy.days,
                )
            )
        accepted = {"unused": ("unused",), "opened": ("unused", "opened"), "any": (condition,)}
        if not ours and condition not in accepted[policy.condition]:
            labels = dict(self.request_id._fields["condition"]._description_selection(self.env))
            findings.append(
                self.env._(
                    "%(product)s comes back in the condition “%(condition)s”, which “%(policy)s” does not "
                    "allow.",
                    product=self.product_id.display_name,
                    condition=labels[condition],
                    policy=policy.name,
                )
            )
        return findings

    def _stock_note(self):
        """That the replacement has to be provided first; an empty string when it is there."""
        self.ensure_one()
        if self.request_id.kind != "exchange" or not self.quantity:
            return ""
        line = self.order_line_id.sudo()
        warehouse = line.warehouse_id
        product = line.product_id.with_context(warehouse_id=warehouse.id)
        if not product.is_storable:
            return ""
        free = product.uom_id._compute_quantity(product.free_qty, self.product_uom_id)
        if self.product_uom_id.compare(free, self.quantity) >= 0:
            return ""
        return self.env._(
            "%(quantity)s %(unit)s of %(product)s are to be replaced, and %(free)s are free in "
            "%(warehouse)s: the replacement waits until the goods are provided.",
            quantity=self.quantity,
            unit=self.product_uom_id.name,
            product=product.display_name,
            free=max(free, 0.0),
            warehouse=warehouse.name,
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _shipped_on(self):
        """``{line id: the day its goods last left}``, in the time zone of the company."""
        left = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                Domain("sale_line_id", "in", self.ids)
                & Domain("state", "=", "done")
                & Domain("location_dest_id.usage", "in", ("customer", "transit")),
                ["sale_line_id"],
                ["date:max"],
            )
        )
        days = {}
        for line, moment in left:
            zone = line.with_context(tz=line.company_id._approval_tz())
            days[line.id] = fields.Datetime.context_timestamp(zone, moment).date()
        return days

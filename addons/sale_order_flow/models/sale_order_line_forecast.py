from odoo import models
from odoo.tools import format_date, formatLang


class SaleOrderLine(models.Model):
    """A line against the stock forecast (F4)."""

    _inherit = "sale.order.line"

    def _is_forecast(self):
        """Hook: whether the stock forecast says anything about the line.

        What is bought or made for the order alone is not in stock; extend it for kits.
        """
        self.ensure_one()
        return (
            self._needs_delivery()
            and bool(self.warehouse_id)
            and self.product_id.is_storable
            and self.product_uom_qty > 0
            and not self._is_supplied_for_order()
        )

    def _is_supplied_for_order(self):
        """As Odoo's ``is_mto``, which other apps compute with queries for every line."""
        self.ensure_one()
        product = self.product_id
        routes = self.route_ids or product.route_ids | product.categ_id.total_route_ids
        return self.warehouse_id.mto_pull_id.route_id in routes or any(
            rule.action == "buy" and rule.location_dest_id.usage == "customer"
            for rule in routes.rule_ids
        )

    def _shortage_text(self, forecast, day):
        """What is missing of the one product of these lines on that day; empty when nothing is."""
        product = self.product_id
        unit = product.uom_id
        asked = sum(
            line.product_uom_id._compute_quantity(line.product_uom_qty, unit) for line in self
        )
        there = max(sum(quantity for date, quantity in forecast.items() if date <= day), 0.0)
        if unit.compare(asked, there) <= 0:
            return ""
        return self.env._(
            "%(product)s: %(asked)s %(unit)s ordered, %(there)s forecast for %(day)s.",
            product=product.display_name,
            asked=formatLang(self.env, asked, dp="Product Unit"),
            there=formatLang(self.env, there, dp="Product Unit"),
            unit=unit.name,
            day=format_date(self.env, day),
        )

from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.tools import SQL, LazyTranslate, format_date, formatLang

from ..order_check import Finding, OrderCheck

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """Checks of what can be delivered, and when (F4)."""

    _inherit = "sale.order"

    def _order_checks_supply(self):
        return {
            "availability": OrderCheck(
                label=_lt("Availability"),
                method="_check_availability",
                fine=_lt("The goods are there at the promised date."),
                explains=_lt(
                    "Stock forecast at the promised date, less what confirmed orders still wait for, "
                    "against the quantities ordered."
                ),
            ),
            "lead_time": OrderCheck(
                label=_lt("Lead time"),
                method="_check_lead_time",
                fine=_lt("The promised date leaves the time the products need."),
                explains=_lt(
                    "The promised date against today and the customer lead times of the products."
                ),
                limit=_lt("Days every order needs at least"),
            ),
        }

    # ------------------------------------------------------------------ lead time

    def _check_lead_time(self, run):
        findings = {}
        for order in self.filtered("commitment_date"):
            today, promised = order.company_id._approval_today(), order._promised_day()
            texts = {"promised": format_date(self.env, promised)}
            lines = order._checked_lines(lambda line: line.product_uom_qty > 0)
            slowest = max(lines, key=lambda line: line.product_id.sale_delay, default=lines)
            # what the product says, not what somebody wrote on the line
            days = max(slowest.product_id.sale_delay or 0.0, run.limit(order, "lead_time"))
            earliest = today + timedelta(days=days)
            if promised < today:
                text = self.env._("The promised date %(promised)s is past.", **texts)
            elif promised < earliest:
                text = self.env._(
                    "Promised for %(promised)s, but %(product)s takes until %(earliest)s (%(days)s "
                    "days).",
                    product=slowest.product_id.display_name or self.env._("an order"),
                    earliest=format_date(self.env, earliest),
                    days=formatLang(self.env, days, digits=0),
                    **texts,
                )
            else:
                continue
            findings[order] = [Finding(text)]
        return findings

    # ------------------------------------------------------------------ availability

    def _check_availability(self, run):
        """Forecasts of all products in a few queries a warehouse, whatever the promised dates."""
        lines = self.order_line.filtered(lambda line: line._is_forecast())
        supply = {}
        for warehouse, group in lines.grouped("warehouse_id").items():
            supply[warehouse] = group.product_id._origin._forecast_by_day(warehouse)
        findings = {}
        for order in self:
            day, own = order._promised_day(), order.order_line & lines
            findings[order] = [
                Finding(sentence)
                for (warehouse, product), group in own.grouped(
                    lambda line: (line.warehouse_id, line.product_id)
                ).items()
                if (
                    sentence := group._shortage_text(
                        supply[warehouse].get(product._origin, {}), day
                    )
                )
            ]
        return findings


class SaleOrderLine(models.Model):
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


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _forecast_by_day(self, warehouse):
        """What changes the stock of these products in a warehouse, and when it does.

        :return: ``{product: {day: quantity in its unit}}``; the sum up to a day is what is there at its
            end: stock, planned moves, less what confirmed orders are promised and not started with
        """
        zone = warehouse.company_id._approval_tz()
        today = warehouse.company_id._approval_today()
        products = self.with_context(warehouse_id=warehouse.id, tz=zone).sudo()
        in_stock, coming, leaving = products._get_domain_locations()
        own = [("product_id", "in", self.ids)]
        planned = [
            *own,
            ("state", "in", ("waiting", "confirmed", "assigned", "partially_available")),
        ]
        changes = defaultdict(lambda: defaultdict(float))
        Quant, Move = products.env["stock.quant"], products.env["stock.move"]
        for product, quantity in Quant._read_group(
            [*own, *in_stock], ["product_id"], ["quantity:sum"]
        ):
            changes[product][today] += quantity
        for sign, places in ((1, coming), (-1, leaving)):
            for product, moment, quantity in Move._read_group(
                [*planned, *places], ["product_id", "date:day"], ["product_qty:sum"]
            ):
                # what should have come or gone before today is still expected
                changes[product][max(moment.date(), today)] += sign * quantity
        for product, day, quantity in self._held_by_day(warehouse):
            changes[product][max(day or today, today)] -= quantity
        return {self.browse(product.id): dict(days) for product, days in changes.items()}

    def _held_by_day(self, warehouse):
        """What confirmed orders are promised from a warehouse while its supply is not started."""
        self.env["sale.order"].flush_model(["state", "order_flow", "commitment_date"])
        self.env["sale.order.line"].flush_model(
            [
                "order_id",
                "product_id",
                "product_uom_id",
                "product_uom_qty",
                "launched_quantity",
                "warehouse_id",
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, line.product_uom_id,
                       (sale.commitment_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                       SUM(line.product_uom_qty - COALESCE(line.launched_quantity, 0))
                  FROM sale_order_line line
                  JOIN sale_order sale ON sale.id = line.order_id
                 WHERE sale.state = 'sale' AND sale.order_flow
                   AND line.warehouse_id = %(warehouse)s AND line.product_id IN %(products)s
                   AND line.product_uom_qty > COALESCE(line.launched_quantity, 0)
                 GROUP BY 1, 2, 3
                """,
                zone=warehouse.company_id._approval_tz(),
                warehouse=warehouse.id,
                products=tuple(self.ids) or (0,),
            )
        )
        units = self.env["uom.uom"].sudo()
        for product_id, unit_id, day, quantity in rows:
            product = self.browse(product_id)
            unit = units.browse(unit_id)
            yield product, day, unit._compute_quantity(quantity, product.sudo().uom_id)

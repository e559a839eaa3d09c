from collections import defaultdict

from odoo import models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """What will be in stock, and when: for promises made on orders (F4)."""

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

from odoo import fields, models
from odoo.tools import SQL


class SalesForecastReport(models.Model):
    """What was sold and what is expected, month by month, to be drawn in one chart (P2).

    Sales have no forecast; a row of a forecast belongs to it. ``current`` marks sales, and of each month
    what the newest released forecast says. What others sold is shown to who may see their orders.
    """

    _name = "sales.forecast.report"
    _description = "Sold and Expected"
    _auto = False
    _order = "month, kind desc, id"
    _rec_name = "month"
    _depends = {
        "sale.order": ["state", "date_order", "company_id", "currency_rate", "user_id"],
        "sale.order.line": [
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "price_subtotal",
            "display_type",
            "is_downpayment",
        ],
        "sales.forecast": ["state", "level", "month", "company_id", "active"],
        "sales.forecast.line": ["month", "product_id", "categ_id", "final_quantity", "amount"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection([("sold", "Sold"), ("expected", "Expected")], readonly=True)
    month = fields.Date(readonly=True)
    level = fields.Selection(
        [("product", "Products"), ("category", "Product Categories")],
        readonly=True,
        string="Forecast By",
    )
    forecast_id = fields.Many2one("sales.forecast", readonly=True)
    current = fields.Boolean(readonly=True, string="In Force")
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    amount = fields.Monetary(readonly=True, string="Amount (Untaxed)")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id,
                   s.company_id,
                   s.user_id,
                   'sold' AS kind,
                   date_trunc('month', (s.date_order AT TIME ZONE 'UTC')
                       AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS month,
                   NULL::varchar AS level,
                   NULL::integer AS forecast_id,
                   TRUE AS current,
                   l.product_id,
                   t.categ_id,
                   l.product_uom_qty * lu.factor / pu.factor AS quantity,
                   l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1) AS amount
              FROM sale_order_line l
              JOIN sale_order s ON s.id = l.order_id
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom lu ON lu.id = l.product_uom_id
              JOIN uom_uom pu ON pu.id = t.uom_id
              JOIN res_company c ON c.id = s.company_id
              LEFT JOIN resource_calendar calendar ON calendar.id = c.resource_calendar_id
             WHERE s.state = 'sale' AND l.display_type IS NULL
                   AND l.is_downpayment IS NOT TRUE AND t.sale_ok
            UNION ALL
            SELECT -f.id, o.company_id, NULL, 'expected', f.month, o.level, o.id,
                   o.state = 'released' AND NOT EXISTS (
                       SELECT 1
                         FROM sales_forecast newer
                        WHERE newer.company_id = o.company_id AND newer.level = o.level
                              AND newer.state = 'released' AND newer.active
                              AND newer.month > o.month AND newer.month <= f.month
                   ),
                   f.product_id, f.categ_id, f.final_quantity, f.amount
              FROM sales_forecast_line f
              JOIN sales_forecast o ON o.id = f.forecast_id
             WHERE o.active
            """
        )

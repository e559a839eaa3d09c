from odoo import api, fields, models
from odoo.tools import SQL

# measure: how it follows from sums over any number of rows
RATIOS = {"wape": "absolute_value", "bias": "error_value"}


class SalesForecastAccuracy(models.Model):
    """What a released forecast expected of a month that is over, and what was sold (P2).

    Measured one month and three months ahead. Sums weigh quantities by the price of the forecast, so
    that products in different units can be taken together.
    """

    _name = "sales.forecast.accuracy"
    _description = "Error of a Forecast"
    _inherit = ["approval.stamped"]
    _order = "month desc, absolute_value desc, id"
    _rec_name = "month"

    _stamped = frozenset(
        {
            "forecast_id",
            "lag",
            "month",
            "product_id",
            "categ_id",
            "expected_quantity",
            "sold_quantity",
            "unit_price",
        }
    )

    forecast_id = fields.Many2one(
        "sales.forecast", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="forecast_id.company_id", store=True, index=True)
    level = fields.Selection(related="forecast_id.level", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, index=True)
    lag = fields.Selection(
        [("1", "One Month Ahead"), ("3", "Three Months Ahead")], required=True, readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True, index=True, ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    expected_quantity = fields.Float(string="Expected", readonly=True, digits="Product Unit")
    sold_quantity = fields.Float(string="Sold", readonly=True, digits="Product Unit")
    unit_price = fields.Float(
        string="Price", readonly=True, digits="Product Price", aggregator=None
    )
    expected_value = fields.Monetary(compute="_compute_errors", store=True)
    sold_value = fields.Monetary(compute="_compute_errors", store=True)
    error_value = fields.Monetary(
        compute="_compute_errors", store=True, string="Expected Too Much by"
    )
    absolute_value = fields.Monetary(compute="_compute_errors", store=True, string="Off by")
    wape = fields.Float(
        compute="_compute_errors",
        store=True,
        aggregator="avg",
        digits=(16, 1),
        string="WAPE (%)",
        help="The sum of all errors by what was sold, both at prices of the forecast. 100 where nothing "
        "was sold of what was expected.",
    )
    bias = fields.Float(
        compute="_compute_errors",
        store=True,
        aggregator="avg",
        digits=(16, 1),
        string="Bias (%)",
        help="Expected minus sold, by what was sold: positive where too much was expected.",
    )

    _one_a_month = models.UniqueIndex(
        "(forecast_id, month, COALESCE(product_id, 0), COALESCE(categ_id, 0))",
        "A month of a forecast is measured once.",
    )

    @api.depends("expected_quantity", "sold_quantity", "unit_price")
    def _compute_errors(self):
        for row in self:
            # without a price nothing could be weighed: a unit is a unit
            price = row.unit_price or 1.0
            error = row.expected_quantity - row.sold_quantity
            row.expected_value = row.expected_quantity * price
            row.sold_value = row.sold_quantity * price
            row.error_value = error * price
            row.absolute_value = abs(error) * price
            if row.sold_quantity > 0:
                row.bias = 100 * error / row.sold_quantity
            else:
                row.bias = 100.0 if error else 0.0
            row.wape = abs(row.bias)

    def _read_group_select(self, aggregate_spec, query):
        """WAPE and bias of many rows follow from their sums, they are no averages."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RATIOS or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        errors = self._field_to_sql(self._table, RATIOS[name], query)
        sold = self._field_to_sql(self._table, "sold_value", query)
        return SQL(
            "CASE WHEN SUM(%(sold)s) > 0 THEN 100.0 * SUM(%(errors)s) / SUM(%(sold)s)"
            " WHEN SUM(%(errors)s) != 0 THEN 100.0 ELSE 0.0 END",
            errors=errors,
            sold=sold,
        )

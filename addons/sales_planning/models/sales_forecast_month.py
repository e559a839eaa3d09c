from odoo import api, fields, models


class SalesForecastMonth(models.Model):
    """A month of a forecast as a whole: expected, sold a year before, open opportunities (P2)."""

    _name = "sales.forecast.month"
    _description = "Month of a Forecast"
    _inherit = ["approval.stamped"]
    _order = "month"
    _rec_name = "month"

    _stamped = frozenset({"forecast_id", "month", "opportunity_amount", "last_year_amount"})

    forecast_id = fields.Many2one(
        "sales.forecast", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="forecast_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(compute="_compute_amount", string="Expected Amount")
    last_year_amount = fields.Monetary(string="Sold a Year Before", readonly=True)
    opportunity_amount = fields.Monetary(
        string="Open Opportunities",
        readonly=True,
        help="Expected revenue of the open opportunities that are expected to close in this month, "
        "weighted by probability. Shown beside and not added: usual opportunities are part of usual "
        "sales. Those without a closing date to come are left out.",
    )

    @api.depends("forecast_id.line_ids.amount")
    def _compute_amount(self):
        sums = {
            (forecast, month): amount
            for forecast, month, amount in self.env["sales.forecast.line"]._read_group(
                [("forecast_id", "in", self.forecast_id.ids)],
                ["forecast_id", "month:month"],
                ["amount:sum"],
            )
        }
        for row in self:
            row.amount = sums.get((row.forecast_id, row.month), 0.0)

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

OVERRIDE = frozenset({"is_overridden", "override_quantity", "override_reason"})


class SalesForecastLine(models.Model):
    """What is expected of a product or category in a month, and what the planner says instead (P2)."""

    _name = "sales.forecast.line"
    _description = "Line of a Forecast"
    _inherit = ["approval.stamped"]
    _order = "forecast_id desc, categ_id, product_id, month"
    _rec_name = "month"

    _stamped = frozenset(
        {
            "forecast_id",
            "product_id",
            "categ_id",
            "month",
            "quantity",
            "unit_price",
            "method",
            "history_count",
            "too_few",
            "intermittent",
            "wape",
            "bias",
            "tried_count",
            "opportunity_quantity",
            "opportunity_amount",
            "last_year_quantity",
            "average_quantity",
        }
    )

    forecast_id = fields.Many2one(
        "sales.forecast", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="forecast_id.company_id", store=True, index=True)
    issue_month = fields.Date(
        related="forecast_id.month", store=True, string="Month of Issue", index=True
    )
    level = fields.Selection(related="forecast_id.level", store=True)
    state = fields.Selection(related="forecast_id.state")
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", readonly=True, index=True, ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    month = fields.Date(required=True, readonly=True, index=True)
    last_year_quantity = fields.Float(
        string="Sold a Year Before", readonly=True, digits="Product Unit"
    )
    average_quantity = fields.Float(
        string="Average of 12 Months",
        readonly=True,
        digits="Product Unit",
        aggregator="avg",
        help="What was sold in a month of the last year before the month of issue.",
    )
    quantity = fields.Float(
        string="Computed",
        readonly=True,
        digits="Product Unit",
        help="From past sales, by the method that was the best in the last months.",
    )
    method = fields.Selection(
        [
            ("zero", "No Sales"),
            ("average", "Average"),
            ("moving_average", "Moving Average"),
            ("seasonal_naive", "As a Year Before"),
            ("trend", "Smoothing with Trend"),
            ("trend_season", "Smoothing with Trend and Season"),
        ],
        readonly=True,
    )
    history_count = fields.Integer(
        string="Months Since the First Sale", readonly=True, aggregator=None
    )
    too_few = fields.Boolean(string="Too Few Data", readonly=True)
    intermittent = fields.Boolean(string="Rarely Sold", readonly=True)
    tried_count = fields.Integer(string="Tried on Months", readonly=True, aggregator=None)
    wape = fields.Float(
        string="Tried Error (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="WAPE: the sum of all errors by what was sold, when the method was tried on the last months.",
    )
    bias = fields.Float(string="Tried Bias (%)", readonly=True, digits=(16, 1), aggregator="avg")
    opportunity_quantity = fields.Float(
        string="Quoted",
        readonly=True,
        digits="Product Unit",
        help="In the newest open quotation of each open opportunity that is expected to close in this "
        "month, weighted by its probability.",
    )
    opportunity_amount = fields.Monetary(string="Quoted Amount", readonly=True)
    is_overridden = fields.Boolean(string="Overridden")
    override_quantity = fields.Float(string="Planner's Quantity", digits="Product Unit")
    override_reason = fields.Char(string="Reason")
    final_quantity = fields.Float(
        compute="_compute_final", store=True, digits="Product Unit", string="Expected"
    )
    unit_price = fields.Float(
        string="Average Price",
        readonly=True,
        digits="Product Price",
        aggregator="avg",
        help="Of a unit, untaxed, over the last 12 months with sales; the sales price where there are "
        "none. In the currency of the company.",
    )
    amount = fields.Monetary(compute="_compute_final", store=True, string="Expected Amount")
    note = fields.Char(compute="_compute_note")

    _one_a_month = models.UniqueIndex(
        "(forecast_id, COALESCE(product_id, 0), COALESCE(categ_id, 0), month)",
        "A product has one line a month.",
    )

    @api.depends("product_id", "categ_id", "month")
    def _compute_display_name(self):
        for line in self:
            name = line.product_id.display_name or line.categ_id.display_name or ""
            month = line.month and format_date(self.env, line.month, date_format="yyyy-MM")
            line.display_name = f"{name} {month or ''}".strip()

    @api.depends(
        "quantity",
        "opportunity_quantity",
        "is_overridden",
        "override_quantity",
        "unit_price",
        "forecast_id.use_opportunities",
    )
    def _compute_final(self):
        for line in self:
            final = line.quantity
            if line.forecast_id.use_opportunities:
                final = max(final, line.opportunity_quantity)
            line.final_quantity = line.override_quantity if line.is_overridden else final
            line.amount = line.final_quantity * line.unit_price

    @api.depends("method", "too_few", "intermittent", "history_count")
    @api.depends_context("lang")
    def _compute_note(self):
        for line in self:
            line.note = line._remark()

    def _remark(self):
        """What is to be known of the method, as a sentence; empty where nothing is."""
        if self.method == "zero":
            return self.env._("Nothing was sold: nothing can be computed. The planner decides.")
        if self.intermittent:
            return self.env._("Sold in less than half of the months: the average of 12 months.")
        if self.too_few:
            return self.env._(
                "13 months of sales are needed for a season, there are %s.", self.history_count
            )
        return ""

    @api.onchange("override_quantity")
    def _onchange_override_quantity(self):
        if self.override_quantity != self._origin.override_quantity:
            self.is_overridden = True

    @api.constrains("is_overridden", "override_quantity", "override_reason")
    def _check_override(self):
        for line in self.filtered("is_overridden"):
            if not (line.override_reason or "").strip():
                raise ValidationError(
                    self.env._("%s: say in Reason why you override it.", line.display_name)
                )
            if line.override_quantity < 0:
                raise ValidationError(
                    self.env._(
                        "%s: Planner's Quantity is zero or more, nobody sells less than nothing.",
                        line.display_name,
                    )
                )

    def write(self, vals):
        if not OVERRIDE & vals.keys():
            return super().write(vals)
        self._check_overridable()
        if "override_quantity" in vals and "is_overridden" not in vals:
            vals = {**vals, "is_overridden": True}
        if vals.get("is_overridden") is False:
            vals = {**vals, "override_quantity": 0.0, "override_reason": False}
        before = {line: line.final_quantity for line in self}
        answer = super().write(vals)
        self._log_overrides(before)
        return answer

    def _check_overridable(self):
        for forecast in self.forecast_id:
            forecast._check_planning()
            if forecast.state != "calculated" or forecast.pending:
                raise UserError(
                    self.env._(
                        "%s: quantities are overridden after the calculation and before the release.",
                        forecast.display_name,
                    )
                )

    def _log_overrides(self, before):
        """Say on the forecast who changed what, and why: one message for all changes."""
        for forecast, lines in self.grouped("forecast_id").items():
            rows = Markup().join(
                Markup("<li>{}: {} → {} {}</li>").format(
                    line.display_name,
                    formatLang(self.env, before[line], digits=2),
                    formatLang(self.env, line.final_quantity, digits=2),
                    escape(line.override_reason or self.env._("(as computed)")),
                )
                for line in lines
            )
            forecast.message_post(
                body=Markup("<p>{}</p><ul>{}</ul>").format(
                    self.env._("Overridden by the planner:"), rows
                )
            )

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.approval_chain.values import label, lock_rows

SETTLED = ("company_id", "month", "level", "horizon", "history_months", "product_ids")


class SalesForecast(models.Model):
    """What a company may expect to sell in the months from its month of issue on (P2, D5 2, D14).

    Calculated from past sales, put right by the planner with reasons, and released. Only what was
    released counts: for the production plan, and for the error that is measured when a month is over.

    ===========================================  ============================
    action                                       who
    ===========================================  ============================
    make, calculate, override, release, reopen   planners
    read                                         whoever uses sales planning
    read what was sold of it, and its errors     planners; leaders and salespeople their own sales
    ===========================================  ============================
    """

    _name = "sales.forecast"
    _description = "Sales Forecast"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, id desc"
    _rec_name = "month"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "state",
            "pending",
            "resume_after",
            "done_count",
            "series_count",
            "calculated_at",
            "released_at",
            "released_by_id",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    month = fields.Date(
        string="Month of Issue",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.company._approval_today().replace(day=1),
        help="The first month that is forecast; sales of the months before are what is known.",
    )
    level = fields.Selection(
        [("product", "Products"), ("category", "Product Categories")],
        required=True,
        default="product",
        tracking=True,
        string="Forecast By",
    )
    horizon = fields.Integer(string="Months to Forecast", required=True, default=12)
    history_months = fields.Integer(
        string="Months of History",
        required=True,
        default=36,
        help="30 months are needed for smoothing with a season.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products without Sales",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        help="New products, to be forecast by the planner: nothing was sold that could be computed with.",
    )
    use_opportunities = fields.Boolean(
        string="At Least What Is Quoted",
        default=True,
        help="Where the open quotations of opportunities, weighted by their probability, are more than "
        "past sales let expect, that much is expected. The two are never added: usual opportunities "
        "are part of usual sales.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Planner",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("calculated", "Calculated"), ("released", "Released")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        string="Status",
    )
    pending = fields.Boolean(
        string="Being Calculated",
        readonly=True,
        copy=False,
        help="In the background, part by part.",
    )
    resume_after = fields.Integer(readonly=True, copy=False)
    series_count = fields.Integer(string="Products or Categories", readonly=True, copy=False)
    done_count = fields.Integer(string="Calculated So Far", readonly=True, copy=False)
    calculated_at = fields.Datetime(string="Calculated On", readonly=True, copy=False)
    released_at = fields.Datetime(string="Released On", readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    note = fields.Html(string="Remarks")
    line_ids = fields.One2many("sales.forecast.line", "forecast_id", string="Lines", readonly=True)
    month_ids = fields.One2many(
        "sales.forecast.month", "forecast_id", string="Months", readonly=True
    )
    accuracy_ids = fields.One2many("sales.forecast.accuracy", "forecast_id", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(compute="_compute_sums", string="Expected Amount")
    override_count = fields.Integer(compute="_compute_sums", string="Overridden")
    too_few_count = fields.Integer(compute="_compute_sums", string="With Too Few Data")
    wape = fields.Float(
        compute="_compute_measured",
        digits=(16, 1),
        string="WAPE (%)",
        help="Of the months that are over, one month ahead: the sum of all errors by what was sold.",
    )
    bias = fields.Float(
        compute="_compute_measured",
        digits=(16, 1),
        string="Bias (%)",
        help="Positive where too much was expected, negative where too little.",
    )
    measured = fields.Boolean(compute="_compute_measured")

    _one_released = models.UniqueIndex(
        "(company_id, level, month) WHERE state = 'released'",
        "Only one forecast of a month of issue is released: reopen the other one first.",
    )

    @api.depends("month", "level", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        levels = dict(self._fields["level"]._description_selection(self.env))
        for forecast in self:
            month = forecast.month and format_date(self.env, forecast.month, date_format="yyyy-MM")
            forecast.display_name = f"{month or ''} {levels.get(forecast.level, '')}".strip()

    @api.depends("line_ids.amount", "line_ids.is_overridden", "line_ids.too_few")
    def _compute_sums(self):
        Line = self.env["sales.forecast.line"]
        mine = [("forecast_id", "in", self.ids)]
        sums = {
            forecast: amount
            for forecast, amount in Line._read_group(mine, ["forecast_id"], ["amount:sum"])
        }
        counts = {
            name: dict(Line._read_group([*mine, (name, "=", True)], ["forecast_id"], [aggregate]))
            for name, aggregate in (
                ("is_overridden", "__count"),
                ("too_few", "product_id:count_distinct"),
            )
        }
        for forecast in self:
            stored = forecast._origin
            forecast.amount = sums.get(stored, 0.0)
            forecast.override_count = counts["is_overridden"].get(stored, 0)
            forecast.too_few_count = counts["too_few"].get(stored, 0)

    @api.depends("accuracy_ids.absolute_value")
    def _compute_measured(self):
        # sudo: how good it was is for everybody who reads it, what was sold of each product is not
        found = {
            forecast.id: measures
            for forecast, *measures in self.env["sales.forecast.accuracy"]
            .sudo()
            ._read_group(
                [("forecast_id", "in", self.ids), ("lag", "=", "1")],
                ["forecast_id"],
                ["wape:avg", "bias:avg"],
            )
        }
        for forecast in self:
            forecast.measured = forecast._origin.id in found
            forecast.wape, forecast.bias = found.get(forecast._origin.id, (0.0, 0.0))

    @api.constrains("horizon", "history_months")
    def _check_months(self):
        for forecast in self:
            for name, highest in (("horizon", 24), ("history_months", 120)):
                if not 1 <= forecast[name] <= highest:
                    raise ValidationError(
                        self.env._(
                            "%(forecast)s: %(field)s is a number from 1 to %(highest)s.",
                            forecast=forecast.display_name,
                            field=label(forecast, name),
                            highest=highest,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        given = self.default_get(["month"])
        forecasts = super().create([self._with_first_day({**given, **vals}) for vals in vals_list])
        forecasts._check_planning()
        return forecasts

    def write(self, vals):
        if any(name in vals for name in (*SETTLED, "use_opportunities")):
            self._check_state("draft")
        answer = super().write(self._with_first_day(vals))
        if "company_id" in vals:
            self._check_planning()
        return answer

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_released(self):
        for forecast in self:
            if forecast.state == "released":
                raise UserError(
                    self.env._(
                        "%s was released: others plan by it. Archive it instead.",
                        forecast.display_name,
                    )
                )

    @api.model
    def _with_first_day(self, vals):
        month = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": month.replace(day=1)} if month else vals

    # ------------------------------------------------------------------ what planners do

    def action_calculate(self):
        """Compute the lines from past sales and open opportunities; overrides are kept (P2).

        More than 100 products or categories are computed in the background.

        :raise UserError: where it was released, is being calculated, or planning is off
        :return: True
        """
        self._begin("draft", "calculated")
        for forecast in self:
            forecast.with_company(forecast.company_id)._calculate()
        return True

    def action_release(self):
        """Let it count: for who plans by it, and for the error that is measured.

        :raise UserError: where it was not calculated, or another one of this month was released
        :return: True
        """
        self._begin("calculated")
        for forecast in self:
            forecast._check_released_alone()
            forecast._stamp(
                {
                    "state": "released",
                    "released_at": fields.Datetime.now(),
                    "released_by_id": self.env.user.id,
                }
            )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def action_reopen(self):
        """Take a released forecast back, as long as none of its months is over.

        :raise UserError: where a month is over: its error is measured by what was released
        :return: True
        """
        self._begin("released")
        for forecast in self:
            if forecast._is_over(forecast.month):
                raise UserError(
                    self.env._(
                        "%s: its first month is over, its error is measured by what was released. "
                        "Make a new forecast instead.",
                        forecast.display_name,
                    )
                )
        self._stamp({"state": "calculated", "released_at": False, "released_by_id": False})
        return True

    def action_back_to_draft(self):
        """Change what is calculated: month, level, horizon, history.

        :raise UserError: where it was not calculated, or is released
        :return: True
        """
        self._begin("calculated")
        self._stamp({"state": "draft"})
        return True

    def action_open_lines(self):
        """The lines, to be read and overridden."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_forecast_line"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": [("forecast_id", "=", self.id)],
            "context": {"search_default_group_key": 1} if self.level == "product" else {},
        }

    def action_open_chart(self):
        """What was sold and what is expected, month by month in one chart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_forecast_report"
        )
        domain = [
            ("company_id", "=", self.company_id.id),
            ("month", ">=", self.month - relativedelta(months=self.history_months)),
            ("forecast_id", "in", (False, self.id)),
        ]
        return {**action, "name": self.display_name, "domain": domain, "context": {}}

    def action_open_accuracy(self):
        """The errors of its months that are over."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_forecast_accuracy"
        )
        return {**action, "domain": [("forecast_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------ what others ask

    @api.model
    def _expected(self, company, product_ids, date_from, date_to):
        """What the released forecasts of products expect: for whoever plans by them (P2, P3).

        Each month counts as the newest month of issue says. Forecasts by category say nothing here.

        :param company: ``res.company``
        :param product_ids: ids of ``product.product``
        :param date_from: date; months are counted whole, from the one it lies in
        :param date_to: date; to the one it lies in
        :return: ``{(product id, first day of month): quantity}`` in the unit of the product
        """
        lines = self.env["sales.forecast.line"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("forecast_id.state", "=", "released"),
                ("forecast_id.level", "=", "product"),
                ("forecast_id.active", "=", True),
                ("product_id", "in", list(product_ids)),
                ("month", ">=", date_from.replace(day=1)),
                ("month", "<=", date_to.replace(day=1)),
            ],
            ["product_id", "month", "final_quantity"],
            order="issue_month, id",
        )
        # the newest comes last and stays
        return {(line.product_id.id, line.month): line.final_quantity for line in lines}

    # ------------------------------------------------------------------ checks

    def _begin(self, *states):
        """Lock the forecasts for an action, and refuse it where it may not be done now."""
        self.check_access("write")
        lock_rows(self)
        self._check_planning()
        self._check_state(*states)

    def _check_planning(self):
        for company in self.company_id:
            if not company.planning_enabled:
                raise UserError(
                    self.env._(
                        "Sales planning is off in %s: switch it on in the settings of the company.",
                        company.name,
                    )
                )

    def _check_state(self, *states):
        for forecast in self:
            if forecast.pending:
                raise UserError(
                    self.env._(
                        "%s is being calculated: wait until that is done.", forecast.display_name
                    )
                )
        return super()._check_state(*states)

    def _check_released_alone(self):
        other = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("level", "=", self.level),
                    ("month", "=", self.month),
                    ("state", "=", "released"),
                ],
                limit=1,
            )
        )
        if other:
            raise UserError(
                self.env._(
                    "%(forecast)s: another forecast of this month was released on %(day)s. Reopen that "
                    "one first.",
                    forecast=self.display_name,
                    day=format_date(self.env, other.released_at),
                )
            )

    def _is_over(self, month):
        """Whether a month is over where the company works."""
        return month + relativedelta(months=1) <= self.company_id._approval_today()

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

STATES = [
    ("draft", "In Preparation"),
    ("approved", "In Force"),
    ("replaced", "Replaced"),
    ("cancelled", "Given Up"),
]
FIRST_YEAR, LAST_YEAR = 2000, 2100
LIVE = ("pending", "approved")
# no caller from outside can put this object into a context
REVISING = object()


class SalesPlan(models.Model):
    """What a company wants to sell in a year, month by month (P1, D1, D5, D16, D20).

    Its rows (:class:`SalesPlanTarget`) are a tree: the company, below it teams, people, product
    categories or customer segments. What was decided for a row is what is typed there; the rows below
    sum to it, or the plan is not submitted. One plan a year is in force; it changes by a revision that
    replaces it when it is approved, and both can be read side by side.

    ========================  =====================================================
    action                    who
    ========================  =====================================================
    plan, split, submit,      planners
    revise, give up
    approve                   the chain of the company; planners where there is none
    read                      planners; salespeople their own rows of the plan in force
    ========================  =====================================================
    """

    _name = "sales.plan"
    _description = "Sales Plan"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, revision desc, id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {"state", "revision", "previous_id", "approved_by_id", "approved_at", "cancel_reason"}
    )
    _decided = frozenset(
        {"growth_percent", "market_share", "strategy", "channels", "people", "budget_ids"}
    )

    name = fields.Char(
        string="Document Number", compute="_compute_name", store=True, index="trigram"
    )
    active = fields.Boolean(default=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True,
        index=True,
        aggregator=None,
        default=lambda self: self.env.company._approval_today().year + 1,
        help="The calendar year that is planned.",
    )
    date_from = fields.Date(compute="_compute_dates", store=True, string="From")
    date_to = fields.Date(compute="_compute_dates", store=True, string="To")
    revision = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many plans the company has made for the year, those that were given up included.",
    )
    previous_id = fields.Many2one(
        "sales.plan",
        string="Revises",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    growth_percent = fields.Float(
        string="Growth over Last Year (%)", default=5.0, digits=(16, 2), tracking=True
    )
    market_share = fields.Float(
        string="Market Share (%)",
        digits=(16, 2),
        tracking=True,
        help="The share of the market that the company wants to reach.",
    )
    strategy = fields.Html(
        string="Sales Strategy", help="Markets, customers and products, and how they are won."
    )
    channels = fields.Text(
        string="Sales Channels", help="Direct sales, distributors, online shops."
    )
    people = fields.Text(string="Sales Team", help="Who is hired, trained and moved.")
    budget_ids = fields.One2many("sales.plan.budget", "plan_id", string="Sales Budget")
    budget_total = fields.Monetary(
        compute="_compute_budget_total",
        store=True,
        groups="sales_planning.group_planning_planner",
    )
    target_ids = fields.One2many("sales.plan.target", "plan_id", string="Targets", copy=False)
    amount_total = fields.Monetary(
        string="Target (Untaxed)",
        compute="_compute_totals",
        store=True,
        groups="sales_planning.group_planning_planner",
    )
    quantity_total = fields.Float(
        string="Target Quantity",
        compute="_compute_totals",
        store=True,
        digits="Product Unit",
        groups="sales_planning.group_planning_planner",
    )
    approved_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, string="Put in Force By"
    )
    approved_at = fields.Datetime(readonly=True, copy=False, string="In Force Since")
    cancel_reason = fields.Char(readonly=True, copy=False, string="Why It Was Given Up")
    may_plan = fields.Boolean(compute="_compute_may_plan")

    _one_in_force = models.UniqueIndex(
        "(company_id, year) WHERE state = 'approved'",
        "The company has a sales plan in force for this year already.",
    )
    _one_planned = models.UniqueIndex(
        "(company_id, year) WHERE state = 'draft'",
        "The company is making a sales plan for this year already.",
    )
    # whatever is no number is the largest of all to PostgreSQL: there is an upper bound to everything
    _percents = models.Constraint(
        "CHECK (growth_percent > -100 AND growth_percent <= 10000"
        " AND market_share BETWEEN 0 AND 100)",
        "Growth is more than -100 % and not more than 10,000 %, and the market share lies between 0 "
        "and 100 %.",
    )
    _years = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)", "The year of a plan lies between 2000 and 2100."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("year", "revision")
    def _compute_name(self):
        for plan in self:
            plan.name = f"SP/{plan.year}/{plan.revision}"

    @api.depends("year")
    def _compute_dates(self):
        for plan in self:
            known = FIRST_YEAR <= plan.year <= LAST_YEAR
            plan.date_from = known and date(plan.year, 1, 1)
            plan.date_to = known and date(plan.year, 12, 31)

    @api.depends("budget_ids.amount")
    def _compute_budget_total(self):
        # what is stored: a form may name lines that its user does not read
        totals = {
            plan.id: amount
            for plan, amount in self.env["sales.plan.budget"]
            .sudo()
            ._read_group([("plan_id", "in", self.ids)], ["plan_id"], ["amount:sum"])
        }
        for plan in self:
            plan.budget_total = totals.get(plan._origin.id, 0.0)

    @api.depends("target_ids.amount_total", "target_ids.quantity_total")
    def _compute_totals(self):
        totals = {
            plan.id: sums
            for plan, *sums in self.env["sales.plan.target"]
            .sudo()
            ._read_group(
                [("plan_id", "in", self.ids), ("parent_id", "=", False)],
                ["plan_id"],
                ["amount_total:sum", "quantity_total:sum"],
            )
        }
        for plan in self:
            plan.amount_total, plan.quantity_total = totals.get(plan._origin.id, (0.0, 0.0))

    @api.depends_context("uid")
    def _compute_may_plan(self):
        self.may_plan = self.env.user.has_group("sales_planning.group_planning_planner")

    def _root(self):
        """The rows of the companies themselves."""
        return self.target_ids.filtered(lambda target: not target.parent_id)

    def _months(self):
        """The twelve first days of months of the plan."""
        self.ensure_one()
        return [date(self.year, month, 1) for month in range(1, 13)]

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        self.browse().check_access("create")
        if self.env.context.get("sales_plan_revising") is not REVISING:
            given = self.default_get(["company_id", "year"])
            for vals in vals_list:
                # what is checked is what Odoo will store, wherever it comes from
                plan = self.new({**given, **{name: vals[name] for name in given.keys() & vals}})
                self._check_year_is_free(plan.company_id._origin or self.env.company, plan.year)
        plans = super().create(vals_list)
        plans.filtered(lambda plan: not plan.active)._check_state("replaced", "cancelled")
        plans._number()
        rows = [{"plan_id": plan.id, "dimension": "company"} for plan in plans]
        self.env["sales.plan.target"].sudo().create(rows)
        return plans

    def write(self, vals):
        self.check_access("write")
        if not {"year", "company_id"}.isdisjoint(vals):
            for plan in self:
                if any(
                    plan._fields[name].convert_to_cache(vals[name], plan)
                    != plan._fields[name].convert_to_cache(plan[name], plan)
                    for name in ("year", "company_id")
                    if name in vals
                ):
                    raise UserError(
                        self.env._(
                            "%s keeps its year and company. Give it up and make another plan.",
                            plan.name,
                        )
                    )
        if not self._decided.isdisjoint(vals):
            self._check_may_change()
        if "active" in vals and not vals["active"]:
            self._check_state("replaced", "cancelled")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        self._check_may_change()

    @api.model
    def _company_problem(self, company):
        """Why a company plans nothing, as a sentence; empty where Sales Planning is switched on."""
        if company.sudo().planning_enabled:
            return ""
        return self.env._(
            "%s does not plan its sales. Switch Sales Planning on in the settings first.",
            company.sudo().name,
        )

    @api.model
    def _check_company_plans(self, company):
        """:raise UserError: where Sales Planning is switched off"""
        if problem := self._company_problem(company):
            raise UserError(problem)

    def _check_year_is_free(self, company, year):
        """:raise UserError: when the company may not begin a plan of this year"""
        self._check_company_plans(company)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise UserError(self.env._("Year: %s is no year that can be planned.", year))
        if year < company.sudo()._approval_today().year:
            raise UserError(
                self.env._("Year: %s is over. Plan this year or a later one.", str(year))
            )
        other = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("year", "=", year),
                ("state", "in", ("draft", "approved")),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(plan)s plans the year %(year)s of %(company)s already: revise it, or give it up.",
                    plan=other.name,
                    year=str(year),
                    company=company.sudo().name,
                )
            )

    def _number(self):
        """Every plan that a company makes for a year has a document number of its own."""
        numbers = {
            (company, year): last
            for company, year, last in self.sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("year", "in", self.mapped("year")),
                    ("id", "not in", self.ids),
                ],
                ["company_id", "year"],
                ["revision:max"],
            )
        }
        for plan in self:
            if last := numbers.get((plan.company_id.sudo(), plan.year)):
                plan._stamp({"revision": last + 1})

    def _is_with_approvers(self):
        self.ensure_one()
        return self.sudo().approval_state in LIVE

    def _check_may_change(self):
        """Figures move only while nobody decides on them, by whatever door.

        :raise UserError: naming the plan and what to do
        """
        for plan in self:
            if plan.state == "approved":
                raise UserError(
                    self.env._("%s is in force: press “Revise” and change the revision.", plan.name)
                )
            plan._check_state("draft")
            if plan._is_with_approvers():
                raise UserError(
                    self.env._(
                        "%s is with its approvers: withdraw it before you change it.", plan.name
                    )
                )

    def _lock_for_change(self):
        """Wait for whoever changes or decides the plan, then see whether it may be changed.

        :raise AccessError: for anybody but planners
        """
        self.ensure_one()
        self.check_access("write")
        lock_rows(self)
        self._check_may_change()

    # ------------------------------------------------------------------ the actions

    def action_cancel(self, reason):
        """Give a plan up that is not in force (P1).

        :param reason: why, kept on the plan
        :raise UserError: when it is in force or over, or no reason is given
        :return: True
        """
        self.check_access("write")
        self._check_state("draft")
        reason = str(reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why the plan is given up."))
        self._stamp({"state": "cancelled", "cancel_reason": reason})
        return True

    def action_view_report(self):
        """Open plan and sales of the year of the plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_sales_plan_report"
        )
        period = [("month", ">=", self.date_from), ("month", "<=", self.date_to)]
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id), *period],
            "context": {},
        }

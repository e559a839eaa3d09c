from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# what is counted, and the field with the number wanted
KINDS = {
    "lead": "leads",
    "visit": "visits",
    "demo": "demos",
    "negotiation": "negotiations",
    "customer": "customers",
}


class DevelopmentGoal(models.Model):
    """What a salesperson is to do for new business in a month, and what was done (P9, D1 5, D5 3).

    ============================  =============================
    action                        who
    ============================  =============================
    enter, change, copy, archive  planners
    read                          the person; planners, all
    ============================  =============================
    """

    _name = "development.goal"
    _description = "Customer Development Goal"
    _inherit = ["mail.thread"]
    _order = "month desc, user_id, id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        domain="[('share', '=', False)]",
    )
    month = fields.Date(
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.company._approval_today().replace(day=1),
        help="Any day of the month.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    note = fields.Text(help="What to work on: segments, regions, products.")
    leads = fields.Integer(string="New Leads", tracking=True)
    visits = fields.Integer(tracking=True)
    demos = fields.Integer(string="Product Demonstrations", tracking=True)
    negotiations = fields.Integer(tracking=True)
    customers = fields.Integer(string="New Customers", tracking=True)
    leads_done = fields.Integer(compute="_compute_done", string="New Leads (Actual)")
    visits_done = fields.Integer(compute="_compute_done", string="Visits (Actual)")
    demos_done = fields.Integer(compute="_compute_done", string="Product Demonstrations (Actual)")
    negotiations_done = fields.Integer(compute="_compute_done", string="Negotiations (Actual)")
    customers_done = fields.Integer(compute="_compute_done", string="New Customers (Actual)")

    _one_a_month = models.UniqueIndex(
        "(user_id, month, company_id) WHERE active",
        "The person has a goal for this month already. Change that one.",
    )
    _not_negative = models.Constraint(
        "CHECK (leads >= 0 AND visits >= 0 AND demos >= 0 AND negotiations >= 0 AND customers >= 0)",
        "A goal cannot be less than nothing.",
    )

    @api.depends("user_id", "month")
    def _compute_display_name(self):
        for goal in self:
            month = goal.month and goal.month.strftime("%Y-%m") or ""
            goal.display_name = f"{goal.user_id.name or ''} {month}"

    @api.depends("user_id", "month", "company_id")
    def _compute_done(self):
        counts = self._counts()
        for goal in self:
            for kind, name in KINDS.items():
                goal[f"{name}_done"] = counts.get(
                    (goal.company_id, goal.user_id, goal.month, kind), 0
                )

    def _counts(self):
        """``{(company, user, month, kind): number}`` of these goals, in one query.

        A goal is read by its person and by planners: both read the same figures.
        """
        months = {goal.month for goal in self if goal.month}
        if not months:
            return {}
        groups = self.env["development.report"]._read_group(
            [
                ("user_id", "in", self.user_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("date", ">=", min(months)),
                ("date", "<", max(months) + relativedelta(months=1)),
                ("actual", ">", 0),
            ],
            ["company_id", "user_id", "date:month", "kind"],
            ["actual:sum"],
        )
        return {(company, user, month, kind): n for company, user, month, kind, n in groups}

    @api.model
    def _activity_counts(self, users, date_from, date_to):
        """How many visits, demonstrations and negotiations people did, in the companies at hand (P9).

        :param users: ``res.users``
        :param date_from: first day, :param date_to: last day
        :return: ``{user: {"visit": n, "demo": n, "negotiation": n}}``, with every user
        """
        counts = {user: {"visit": 0, "demo": 0, "negotiation": 0} for user in users}
        # sudo: numbers alone, asked for by code that checked whose they are
        groups = (
            self.env["development.report"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", users.ids),
                    ("company_id", "in", self.env.companies.ids),
                    ("kind", "in", ("visit", "demo", "negotiation")),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                    ("actual", ">", 0),
                ],
                ["user_id", "kind"],
                ["actual:sum"],
            )
        )
        for user, kind, number in groups:
            counts[user.with_env(users.env)][kind] = number
        return counts

    # ------------------------------------------------------------------ entering

    @api.model_create_multi
    def create(self, vals_list):
        given = self.default_get(["month"])
        goals = super().create([self._by_month({**given, **vals}) for vals in vals_list])
        goals._check_planning()
        return goals

    def write(self, vals):
        result = super().write(self._by_month(vals))
        if "company_id" in vals:
            self._check_planning()
        return result

    def _check_planning(self):
        """:raise UserError: where the company does not plan its sales"""
        for company in self.company_id:
            if not company.sudo().planning_enabled:
                raise UserError(
                    self.env._(
                        "%s does not plan its sales: switch Sales Planning on in Settings first.",
                        company.name,
                    )
                )

    @api.model
    def _by_month(self, vals):
        """A month is kept as its first day."""
        if not vals.get("month"):
            return vals
        return {**vals, "month": fields.Date.to_date(vals["month"]).replace(day=1)}

    def action_copy_next(self):
        """Copy these goals to the month after; whoever has one there keeps it (P9).

        :raise AccessError: for anybody but planners
        :return: action with the goals of the months after
        """
        self.check_access("create")
        wanted = {
            (goal.company_id, goal.user_id, goal.month + relativedelta(months=1)): goal
            for goal in self
        }
        there = self.search(
            [
                ("user_id", "in", self.user_id.ids),
                ("month", "in", [month for _company, _user, month in wanted]),
            ]
        )
        known = {(goal.company_id, goal.user_id, goal.month): goal for goal in there}
        result = self.browse()
        for key, goal in wanted.items():
            result |= known.get(key) or goal.copy({"month": key[2]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Development Goals"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", result.ids)],
        }

    def action_view_done(self):
        """Open what was counted against the goal: leads, activities, first orders."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sales_planning.action_development_report"
        )
        return {
            **action,
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": [
                ("user_id", "=", self.user_id.id),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.month),
                ("date", "<", self.month + relativedelta(months=1)),
                ("actual", ">", 0),
            ],
            "context": {"group_by": ["kind"]},
        }

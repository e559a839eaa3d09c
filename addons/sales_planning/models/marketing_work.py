from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

PLANNER = "sales_planning.group_planning_planner"
# the role that signs designs off, and reads all work of its company
SIGNS = "vp_marketing"
KINDS = [
    ("network", "Network Development"),
    ("survey", "Market Survey"),
    ("advertising", "Advertising"),
]
STATES = [
    ("draft", "Draft"),
    ("approved", "Approved"),
    ("running", "Running"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
# neither done nor given up
OPEN = ("draft", "approved", "running")


class MarketingWork(models.Model):
    """Network development, a market survey or advertising, from the plan to the result (P8, D15, D20).

    Whether it is in approval, and with whom, its request says: there is no state for that.

    =====================================  =====================================
    action                                 who
    =====================================  =====================================
    plan, submit, start, replan, cancel    the person responsible, planners
    choose the person responsible          planners; everybody oneself when made
    finish a step                          its person, and those above
    sign off advertising material          holders of the role VP Marketing
    read                                   who works on it; planners, all
    =====================================  =====================================
    """

    _name = "marketing.work"
    _description = "Marketing Work"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "campaign_id",
            "account_id",
            "approved_at",
            "started_at",
            "done_at",
            "cancel_reason",
            "warned_at",
        }
    )
    # decided on, or what the decision stands on
    _planned = frozenset(
        {
            "title",
            "kind",
            "company_id",
            "date_start",
            "date_end",
            "goal",
            "audience",
            "region_ids",
            "plan",
            "budget_ids",
        }
    )
    _free = frozenset({"activity_ids", "message_ids", "message_follower_ids"})

    name = fields.Char(
        string="Document Number", readonly=True, copy=False, default="/", index="trigram"
    )
    title = fields.Char(required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="advertising", tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
        string="Status",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person Responsible",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    member_ids = fields.Many2many(
        "res.users", string="Team", check_company=True, domain="[('share', '=', False)]"
    )
    date_start = fields.Date(string="Begins On", tracking=True)
    date_end = fields.Date(string="Ends On", tracking=True)
    goal = fields.Text(help="What is to be reached, in numbers where possible.")
    audience = fields.Char(help="Whom it is for.")
    region_ids = fields.Many2many("res.country.state", string="Regions")
    plan = fields.Html(string="Marketing Plan", help="How it is done.")
    budget_ids = fields.One2many("marketing.work.budget", "work_id", copy=True)
    budget = fields.Monetary(compute="_compute_budget", store=True, tracking=True)
    step_ids = fields.One2many("marketing.work.step", "work_id", string="Execution Steps")
    approved_at = fields.Datetime(readonly=True, copy=False, string="Approved On")
    started_at = fields.Datetime(readonly=True, copy=False, string="Started On")
    done_at = fields.Datetime(readonly=True, copy=False, string="Done On")
    cancel_reason = fields.Char(readonly=True, copy=False)
    result = fields.Html(copy=False, help="What was reached of the goal.")
    conclusions = fields.Html(
        copy=False, help="What to do next: improvements, product wishes, the next work."
    )
    may_lead = fields.Boolean(compute="_compute_may_lead")
    may_oversee = fields.Boolean(compute="_compute_may_oversee", search="_search_may_oversee")

    _dates = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "The work ends before it begins. Correct its dates.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("name", "title")
    def _compute_display_name(self):
        for work in self:
            work.display_name = " ".join(filter(None, (work.name, work.title)))

    @api.model
    def _search_display_name(self, operator, value):
        if operator in ("ilike", "like", "=", "=ilike") and isinstance(value, str):
            return ["|", ("name", operator, value), ("title", operator, value)]
        return super()._search_display_name(operator, value)

    @api.depends("budget_ids.amount")
    def _compute_budget(self):
        for work in self:
            # a form may link lines of other work, which its reader need not see
            own = work.budget_ids.filtered(
                lambda line, work=work: line._origin.work_id <= work._origin
            )
            work.budget = sum(own.mapped("amount"))

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_may_lead(self):
        plans = self.env.user.has_group(PLANNER)
        for work in self:
            work.may_lead = plans or work.user_id == self.env.user

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_may_oversee(self):
        overseen = self._overseen_company_ids()
        for work in self:
            work.may_oversee = work.company_id.id in overseen

    @api.model
    def _search_may_oversee(self, operator, value):
        if operator != "in":
            return NotImplemented
        overseen = Domain("company_id", "in", self._overseen_company_ids())
        return overseen if True in value else ~overseen

    @api.model
    def _overseen_company_ids(self):
        """Companies whose designs the user signs off today."""
        held = self.env["approval.role.holder"]._roles_of(self.env.user)
        return [company_id for code, company_id in held if code == SIGNS]

    @api.model
    def _group_expand_state(self, states, _domain):
        """The columns of the board in their order; cancelled work where there is some."""
        return [state for state, _label in STATES if state != "cancelled" or state in states]

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        works = super().create(vals_list)
        for work in works:
            work._check_planning()
            if not work.may_lead:
                raise AccessError(
                    self.env._(
                        "“%s”: only planners make marketing work for others. Choose yourself as the "
                        "Person Responsible.",
                        work.title,
                    )
                )
            sequence = self.env["ir.sequence"].sudo().with_company(work.company_id)
            work._stamp({"name": sequence.next_by_code("marketing.work") or "/"})
        return works

    def write(self, vals):
        if not (self.env.su or self._free.issuperset(vals)):
            self._check_leads()
            if not vals.get("active", True):
                # what is under way stays where it is seen
                self._check_state("draft", "done", "cancelled")
            if vals.keys() - {"active"}:
                self._check_state(*OPEN)
            if not self._planned.isdisjoint(vals):
                self._check_state("draft")
            if "company_id" in vals:
                self._check_company_kept(vals["company_id"])
        result = super().write(vals)
        if "user_id" in vals:
            # who gives it away is not asked afterwards; only planners give it to others
            self._check_leads()
        return result

    def _check_company_kept(self, company_id):
        """:raise UserError: for work whose campaign and costs belong to its company already"""
        for work in self:
            if work.approved_at and work.company_id.id != company_id:
                raise UserError(
                    self.env._(
                        "%(work)s was approved once: its campaign and costs belong to %(company)s. Make "
                        "a new marketing work in the other company.",
                        work=work.display_name,
                        company=work.company_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        self._check_leads()
        for work in self:
            if work.state != "draft" or work.campaign_id:
                raise UserError(
                    self.env._("%s was approved once and stays. Cancel it instead.", work.name)
                )

    def _check_planning(self):
        """:raise UserError: where the company does not plan its sales"""
        if not self.sudo().company_id.planning_enabled:
            raise UserError(
                self.env._(
                    "%s does not plan its sales: switch Sales Planning on in Settings first.",
                    self.sudo().company_id.name,
                )
            )

    def _check_leads(self):
        """:raise AccessError: for anybody but the person responsible and planners"""
        for work in self:
            if not (work.may_lead or self.env.su):
                raise AccessError(
                    self.env._(
                        "%(work)s: this is done by %(lead)s or a planner.",
                        work=work.display_name,
                        lead=work.sudo().user_id.name,
                    )
                )

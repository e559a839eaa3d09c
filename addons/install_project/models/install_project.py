from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DIRECTOR = "project_director"
ASSISTANT = "sales_assistant"
STATES = [
    ("waiting", "To Be Announced"),
    ("assign", "To Be Assigned"),
    ("planning", "Planning"),
    ("installing", "Installation"),
    ("accepted", "Accepted"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
RUNNING = ("waiting", "assign", "planning", "installing")


class InstallProject(models.Model):
    """What is installed at a customer's, from the shipment to the survey (I1-I7, D9 3).

    A document of its own beside Odoo's project: here stands who decided what and when, which nobody
    enters by hand, and people without rights in Odoo's projects read it. Tasks, hours and costs are
    those of the project of Odoo that it opens.

    ======================  =====================================================
    action                  who
    ======================  =====================================================
    announce                holders of the role Sales Assistant
    assign, cancel          holders of the role Project Director
    plan, schedule, start   the person responsible, project directors
    read                    salesperson, crew; assistants, finance, all projects
    ======================  =====================================================
    """

    _name = "install.project"
    _description = "Install Project"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "portal.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "company_id",
            "order_id",
            "partner_id",
            "user_id",
            "project_id",
            "announced_by_id",
            "announced_at",
            "assigned_by_id",
            "assigned_at",
            "started_at",
            "cancel_reason",
            "accepted_on",
            "warranty_until",
            "survey_assistant_id",
            "survey_assistant_at",
            "survey_director_id",
            "survey_director_at",
            "survey_case_id",
            "retention_told_at",
        }
    )
    _assigned = frozenset({"team", "lead_id", "member_ids", "contractor_id"})
    _planned = frozenset({"plan", "stage_ids"})

    name = fields.Char(
        string="Document Number", readonly=True, copy=False, default="/", index="trigram"
    )
    # stamped right after the record is made, so nothing here is required
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, index=True, string="Customer"
    )
    user_id = fields.Many2one(
        related="order_id.user_id", store=True, index=True, string="Salesperson"
    )
    site_id = fields.Many2one(related="order_id.install_site_id")
    contact_id = fields.Many2one(related="order_id.install_contact_id")
    wished_date = fields.Date(related="order_id.install_wished_date")
    requirements = fields.Text(related="order_id.install_requirements")
    state = fields.Selection(
        STATES,
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
        string="Status",
    )
    project_id = fields.Many2one(
        "project.project",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Odoo's project with the tasks, hours and costs.",
    )
    team = fields.Selection(
        [("own", "Own Team"), ("partner", "Partner Company")],
        default="own",
        required=True,
        tracking=True,
        string="Installed By",
    )
    lead_id = fields.Many2one(
        "res.users",
        string="Person Responsible",
        index=True,
        check_company=True,
        tracking=True,
        help="Who makes the plan, leads the work on site, or looks after the partner company.",
    )
    member_ids = fields.Many2many("res.users", string="Installers", check_company=True)
    contractor_id = fields.Many2one(
        "res.partner",
        string="Partner Company",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    plan = fields.Html(
        string="Installation Plan",
        help="How it is done: work, people, gear, safety. Reviewed before it starts.",
    )
    stage_ids = fields.One2many(
        "install.project.stage", "project_id", string="Installation Schedule"
    )
    date_start = fields.Date(compute="_compute_dates", store=True, string="Begins On")
    date_end = fields.Date(compute="_compute_dates", store=True, string="Ends On")
    announced_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    announced_at = fields.Datetime(readonly=True, copy=False, string="Announced On")
    assigned_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    assigned_at = fields.Datetime(readonly=True, copy=False, string="Assigned On")
    started_at = fields.Datetime(readonly=True, copy=False, string="Plan Approved On")
    cancel_reason = fields.Char(readonly=True, copy=False)
    may_announce = fields.Boolean(compute="_compute_may")
    may_direct = fields.Boolean(compute="_compute_may")
    may_lead = fields.Boolean(compute="_compute_may")

    _one_runs = models.UniqueIndex(
        "(order_id) WHERE state IN ('waiting', 'assign', 'planning', 'installing')",
        "The order has an install project under way already.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("stage_ids.date_start", "stage_ids.date_end")
    def _compute_dates(self):
        for project in self:
            stages = project.stage_ids
            project.date_start = min(filter(None, stages.mapped("date_start")), default=False)
            project.date_end = max(filter(None, stages.mapped("date_end")), default=False)

    @api.depends("company_id", "lead_id")
    @api.depends_context("uid")
    def _compute_may(self):
        user, companies = self.env.user, self.sudo().company_id
        assists = {company: user._holds_role(ASSISTANT, company) for company in companies}
        directs = {company: user._holds_role(DIRECTOR, company) for company in companies}
        for project, known in zip(self, self.sudo(), strict=True):
            project.may_announce = assists.get(known.company_id, False)
            project.may_direct = directs.get(known.company_id, False)
            project.may_lead = project.may_direct or user == known.lead_id

    @api.model
    def _group_expand_state(self, states, _domain):
        """The columns of the board in their order; those that are over when they hold one."""
        shown = {*RUNNING, "accepted", *states}
        return [state for state, _label in STATES if state in shown]

    def _compute_access_url(self):
        for project in self:
            project.access_url = f"/my/installations/{project.id}"

    def _running(self):
        """Those that are neither accepted nor given up."""
        return self.filtered(lambda project: project.state in RUNNING)

    def _crew(self):
        """Everybody who works on it, and its directors until somebody is assigned."""
        self.ensure_one()
        project = self.sudo()
        crew = project.lead_id | project.member_ids | project.stage_ids.user_id
        return crew or self.env["approval.role"]._people(DIRECTOR, project.company_id)

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Install projects are opened by the system when goods that are installed have "
                    "shipped: nobody makes one by hand."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if not self._assigned.isdisjoint(vals):
                self._check_directs()
                self._check_state("assign", "planning")
            if not self._planned.isdisjoint(vals):
                self._check_leads()
                self._check_state("assign", "planning", "installing")
            if "plan" in vals:
                self._check_state("assign", "planning")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Install projects stay. Have it cancelled instead."))

    def _check_directs(self):
        """:raise AccessError: for anybody but a project director"""
        self._flow_check_role(DIRECTOR)

    def _check_leads(self):
        """:raise AccessError: for anybody but the person responsible and project directors"""
        for project in self:
            if not (project.may_lead or self.env.su):
                raise AccessError(
                    self.env._(
                        "%(project)s: this is done by %(lead)s or %(role)s.",
                        project=project.name,
                        lead=project.sudo().lead_id.name or "-",
                        role=self._flow_role_label(DIRECTOR, project.company_id),
                    )
                )

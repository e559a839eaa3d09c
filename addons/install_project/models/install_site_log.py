from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class InstallSiteLog(models.Model):
    """What was done on site on a day, with photos and problems, entered on the phone (I5, I3).

    Technical support and supervision keep their own entries in it. A problem becomes a task of
    Odoo's project and stays open until somebody writes how it was solved.
    """

    _name = "install.site.log"
    _description = "Site Log Entry"
    _inherit = ["order.flow.document", "mail.thread"]
    _order = "date desc, id desc"

    _stamped = frozenset(
        {"user_id", "company_id", "task_id", "solved_by_id", "solved_at", "solution", "case_id"}
    )

    project_id = fields.Many2one(
        "install.project",
        string="Install Project",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('state', '=', 'installing')]",
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="project_id.partner_id", store=True, string="Customer")
    site_id = fields.Many2one(related="project_id.site_id")
    kind = fields.Selection(
        [("install", "Site Work"), ("support", "Technical Support"), ("supervise", "Supervision")],
        default="install",
        required=True,
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._approval_today())
    user_id = fields.Many2one("res.users", readonly=True, copy=False, string="Entered By")
    people = fields.Integer(string="People on Site", default=1)
    hours = fields.Float(string="Hours Worked", help="Of all people together.")
    progress = fields.Integer(string="Progress (%)", aggregator="max")
    work = fields.Text(string="Work Done", required=True)
    photo_ids = fields.One2many("install.site.photo", "log_id", string="Photos")
    photo_count = fields.Integer(compute="_compute_photo_count", string="Number of Photos")
    problem = fields.Text()
    problem_state = fields.Selection(
        [("open", "To Be Solved"), ("solved", "Solved")],
        compute="_compute_problem_state",
        store=True,
        index="btree_not_null",
        string="Status of the Problem",
    )
    task_id = fields.Many2one("project.task", readonly=True, copy=False, ondelete="set null")
    solution = fields.Text(readonly=True, copy=False)
    solved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    solved_at = fields.Datetime(readonly=True, copy=False, string="Solved On")

    _progress_range = models.Constraint(
        "CHECK (progress BETWEEN 0 AND 100)", "Progress lies between 0 and 100 percent."
    )
    _work_positive = models.Constraint(
        "CHECK (people >= 0 AND hours >= 0)", "People and hours cannot be negative."
    )

    @api.depends("project_id", "date")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.project_id.name or ''} {entry.date or ''}".strip()

    @api.depends("photo_ids")
    def _compute_photo_count(self):
        for entry in self:
            entry.photo_count = len(entry.photo_ids)

    @api.depends("problem", "solved_at")
    def _compute_problem_state(self):
        for entry in self:
            has_problem = bool((entry.problem or "").strip())
            entry.problem_state = has_problem and ("solved" if entry.solved_at else "open")

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._check_may_log()
        entries._check_date()
        for entry in entries:
            entry._stamp({"user_id": self.env.uid})
        entries._open_tasks()
        return entries

    def write(self, vals):
        self._check_author()
        if "project_id" in vals:
            raise UserError(
                self.env._("An entry stays with its install project. Make another entry instead.")
            )
        if "problem" in vals:
            self._check_problem_stays(vals["problem"])
        result = super().write(vals)
        self._check_may_log()
        self._check_date()
        if "problem" in vals:
            self._open_tasks()
        return result

    def unlink(self):
        self._check_author()
        self._check_problem_stays("")
        return super().unlink()

    def _check_author(self):
        """An entry is changed by whoever made it, while the work goes on."""
        for entry in self:
            # photos of a new entry come before its stamp
            author = entry.user_id or entry.create_uid
            if not self.env.su and author != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(entry)s was entered by %(person)s: only they change it. Make an entry of your "
                        "own.",
                        entry=entry.display_name,
                        person=author.name,
                    )
                )
        self.project_id._check_state("installing")

    def _check_problem_stays(self, text):
        """A problem that was told is solved and not wiped out; then it stands as it was told."""
        for entry in self.filtered("problem_state"):
            if entry.problem_state == "solved" and text != entry.problem:
                raise UserError(
                    self.env._(
                        "%s: its problem was solved and stays as it was told. For another one make "
                        "another entry.",
                        entry.display_name,
                    )
                )
            if not (text or "").strip():
                raise UserError(
                    self.env._(
                        "%s: others were told of its problem. Instead of removing it, say how it was "
                        "solved.",
                        entry.display_name,
                    )
                )

    def _check_may_log(self):
        """Site work is entered by the crew; support and supervision by whoever has that duty."""
        for entry in self:
            project = entry.project_id
            project._check_state("installing")
            if self.env.su or project.may_lead or self.env.user in entry._writers():
                continue
            label = dict(self._fields["kind"]._description_selection(self.env))[entry.kind]
            raise AccessError(
                self.env._(
                    "%(project)s: “%(kind)s” is entered by %(people)s or the project director.",
                    project=project.name,
                    kind=label,
                    people=", ".join(entry._writers().mapped("name")) or "-",
                )
            )

    def _writers(self):
        self.ensure_one()
        project = self.project_id.sudo()
        stages = project.stage_ids.filtered(lambda stage: stage.kind == self.kind)
        crew = project.lead_id | project.member_ids if self.kind == "install" else project.lead_id
        return crew | stages.user_id

    def _check_date(self):
        for entry in self:
            shipped = entry.project_id._shipped_on()
            if entry.date > entry.company_id._approval_today():
                raise UserError(
                    self.env._("%s: what is done later is entered later.", entry.display_name)
                )
            if shipped and entry.date < shipped:
                raise UserError(
                    self.env._(
                        "%(entry)s: the goods were shipped on %(day)s only. Correct the date.",
                        entry=entry.display_name,
                        day=shipped,
                    )
                )

    # ------------------------------------------------------------------ problems

    def _open_tasks(self):
        """A problem becomes a task in Odoo's project, and the person responsible is told."""
        for entry in self.filtered(lambda entry: entry.problem_state == "open"):
            project = entry.project_id
            if entry.task_id or not project.project_id:
                continue
            # sudo: who works on site has no rights in Odoo's projects
            task = self.env["project.task"].sudo()
            task = task.create(
                {
                    "name": entry.problem.strip().splitlines()[0][:120],
                    "description": entry.problem,
                    "project_id": project.sudo().project_id.id,
                    "user_ids": project.lead_id.ids,
                }
            )
            entry._stamp({"task_id": task.id})
            project._tell(
                project.lead_id,
                self.env._(
                    "Problem on site (%(entry)s): %(problem)s",
                    entry=entry.display_name,
                    problem=entry.problem,
                ),
            )

    def action_solve(self, reason=None):
        """Say how a problem was solved; its task is done with it (I5).

        :param reason: how, in words
        :raise AccessError: for anybody but who entered it, the person responsible and directors
        :raise UserError: without words, or when no problem is open
        :return: True
        """
        for entry in self:
            if entry.user_id != self.env.user:
                entry.project_id._check_leads()
            if entry.problem_state != "open":
                raise UserError(self.env._("%s has no open problem.", entry.display_name))
            if not (reason or "").strip():
                raise UserError(self.env._("Say how the problem was solved."))
            entry._stamp(
                {
                    "solution": reason.strip(),
                    "solved_by_id": self.env.uid,
                    "solved_at": fields.Datetime.now(),
                }
            )
            entry.sudo().task_id.state = "1_done"
        return True


class InstallProject(models.Model):
    _inherit = "install.project"

    log_ids = fields.One2many("install.site.log", "project_id", string="Site Log")
    progress = fields.Integer(
        compute="_compute_progress", string="Progress (%)", aggregator="avg", store=True
    )
    open_problem_count = fields.Integer(
        compute="_compute_progress", string="Open Problems", store=True
    )
    log_count = fields.Integer(compute="_compute_log_count")

    @api.depends("log_ids.progress", "log_ids.problem_state", "state")
    def _compute_progress(self):
        for project in self:
            done = project.state in ("accepted", "closed")
            logged = max(project.log_ids.mapped("progress"), default=0)
            project.progress = 100 if done else logged
            project.open_problem_count = len(
                project.log_ids.filtered(lambda entry: entry.problem_state == "open")
            )

    @api.depends("log_ids")
    def _compute_log_count(self):
        for project in self:
            project.log_count = len(project.log_ids)

    def action_view_log(self):
        """Open the site log of the project (I5)."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("install_project.action_site_log")
        return {
            **action,
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id},
        }

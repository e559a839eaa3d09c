from odoo import api, fields, models
from odoo.exceptions import UserError

STAGES = [
    ("review", "Plan Review"),
    ("organise", "Organisation"),
    ("schedule", "Scheduling"),
    ("install", "Installation"),
    ("accept", "Completion Acceptance"),
    ("handover", "Handover"),
    ("support", "Technical Support"),
    ("supervise", "Supervision"),
]
# run beside the stages, from the first to the last day of the work (D9)
DUTIES = frozenset({"support", "supervise"})
DATES = frozenset({"date_start", "date_end"})
MOVED = "install_project.moved"


class InstallProjectStage(models.Model):
    """A stage of an install project, or a duty beside them: by whom, from when to when (I3, D9)."""

    _name = "install.project.stage"
    _description = "Stage of an Install Project"
    _inherit = ["order.flow.document"]
    _order = "project_id, sequence, id"
    _check_company_auto = True

    _stamped = frozenset({"done_at", "done_by_id", "company_id"})

    project_id = fields.Many2one(
        "install.project", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="project_id.partner_id", string="Customer")
    state = fields.Selection(related="project_id.state", string="Status of the Project")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(STAGES, required=True, readonly=True, string="Stage")
    is_duty = fields.Boolean(compute="_compute_is_duty", store=True, string="Duty")
    user_id = fields.Many2one(
        "res.users", string="Person Responsible", index=True, check_company=True
    )
    date_start = fields.Date(string="Begins On")
    date_end = fields.Date(string="Ends On")
    done_at = fields.Datetime(readonly=True, copy=False, string="Done On")
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Char()

    _once = models.UniqueIndex("(project_id, kind)", "The project has this stage already.")

    @api.depends("kind")
    def _compute_is_duty(self):
        for stage in self:
            stage.is_duty = stage.kind in DUTIES

    @api.depends("kind", "project_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for stage in self:
            stage.display_name = f"{stage.project_id.name} {labels.get(stage.kind, '')}"

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise self._fixed()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self.project_id._check_leads()
            self.project_id._check_state("assign", "planning", "installing")
            if not {"project_id", "kind"}.isdisjoint(vals):
                raise self._fixed()
        before = {stage: (stage.date_start, stage.date_end) for stage in self}
        result = super().write(vals)
        if not DATES.isdisjoint(vals):
            moved = self.filtered(lambda stage: before[stage] != (stage.date_start, stage.date_end))
            moved._check_dates()
            moved._on_moved()
        for stage in self.filtered(lambda stage: stage.state == "installing"):
            # what the plan had when it was started it keeps
            if problem := stage._problem():
                raise UserError(problem)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._fixed()

    def _fixed(self):
        return UserError(
            self.env._("The stages of an install project are always the same: they stay.")
        )

    def _check_dates(self):
        for stage in self:
            if stage.date_start and stage.date_end and stage.date_end < stage.date_start:
                raise UserError(
                    self.env._("%s ends before it begins. Correct its dates.", stage.display_name)
                )

    def _problem(self):
        """What is missing before the plan can be approved; empty when nothing is."""
        self.ensure_one()
        if not self.user_id:
            return self.env._("%s: enter who does it.", self.display_name)
        if not self.is_duty and not (self.date_start and self.date_end):
            return self.env._("%s: enter from when to when.", self.display_name)
        shipped = self.kind == "install" and self.project_id._shipped_on()
        if shipped and self.date_start < shipped:
            return self.env._(
                "%(stage)s: the goods were shipped on %(day)s only. Begin then or later.",
                stage=self.display_name,
                day=shipped,
            )
        return ""

    # ------------------------------------------------------------------ what happens

    def _on_moved(self):
        """Dates moved after they were published: everybody is told, once for all of a save (I4)."""
        moved = self.project_id.filtered(lambda project: project.state == "installing")
        if not moved:
            return
        waiting = self.env.cr.precommit.data.setdefault(MOVED, {})
        if not waiting:
            self.env.cr.precommit.add(self._tell_moved)
        waiting.update(dict.fromkeys(moved))

    @api.model
    def _tell_moved(self):
        for project in self.env.cr.precommit.data.pop(MOVED, {}):
            if project.state == "installing":
                project._tell_schedule()

    def action_done(self):
        """Whoever has the stage, or leads the project, says that it is done.

        :raise AccessError: for others
        :raise UserError: when it was done already
        :return: True
        """
        for stage in self:
            if stage.user_id != self.env.user:
                stage.project_id._check_leads()
            if stage.done_at:
                raise UserError(self.env._("%s was done already.", stage.display_name))
            stage._stamp({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})
        return True


class InstallProject(models.Model):
    _inherit = "install.project"

    def _make_stages(self):
        """The stages and duties of each of the projects, empty."""
        self.env["install.project.stage"].sudo().create(
            [
                {"project_id": project.id, "kind": kind, "sequence": number}
                for project in self
                for number, (kind, _label) in enumerate(STAGES)
            ]
        )

    def _shipped_on(self):
        """The day the first goods left, where the company works; nothing when none did."""
        self.ensure_one()
        project = self.sudo()
        done = project.order_id.picking_ids.filtered(
            lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
        )
        first = min(filter(None, done.mapped("date_done")), default=None)
        if not first:
            return None
        zone = self.with_context(tz=project.company_id._approval_tz())
        return fields.Datetime.context_timestamp(zone, first).date()

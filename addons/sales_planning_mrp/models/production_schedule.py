from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

from .production_notice import DISPATCH

_lt = LazyTranslate(__name__)

_STAGES = [
    ("draft", "Draft"),
    ("review", "In Approval"),
    ("approved", "Approved"),
    ("running", "Running"),
    ("done", "Done"),
    ("replaced", "Replaced"),
    ("cancelled", "Cancelled"),
]
DECIDED = {"company_id", "user_id", "date_from", "horizon_days", "line_ids", "operation_ids"}
BEGUN = ("progress", "to_close", "done")


class ProductionSchedule(models.Model):
    """What is made when and where, with the capacity there is (排产时间表, P4, D11 五).

    ==========================================  =================================
    action                                      who
    ==========================================  =================================
    make, calculate, move, plan anew, cancel    production dispatch
    approve                                     the chain: the VP of production
    ==========================================  =================================

    Approved, it makes the manufacturing orders and plans their work orders, many of them in the
    background. What is approved is never changed: a new revision says what moves and whom it hurts,
    and replaces it when it is approved.
    """

    _name = "production.schedule"
    _description = "Production Schedule"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset({"name", "state", "previous_id", "calculated_at", "rule", "approved_at"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Dispatcher",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
        tracking=True,
        index=True,
    )
    date_from = fields.Datetime(
        string="From",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="Nothing is planned before.",
    )
    horizon_days = fields.Integer(
        string="Days Looked Ahead",
        required=True,
        default=180,
        help="What cannot be finished in so many days is told, and not planned.",
    )
    state = fields.Selection(
        [row for row in _STAGES if row[0] not in ("review", "running", "done")],
        string="Decision",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    stage = fields.Selection(
        _STAGES, compute="_compute_stage", store=True, index=True, string="Status"
    )
    previous_id = fields.Many2one(
        "production.schedule",
        string="Plans Anew",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The schedule that this one replaces when it is approved.",
    )
    line_ids = fields.One2many("production.schedule.line", "schedule_id", string="Products")
    operation_ids = fields.One2many(
        "production.schedule.operation", "schedule_id", string="Operations"
    )
    calculated_at = fields.Datetime(string="Calculated On", readonly=True, copy=False)
    approved_at = fields.Datetime(string="Approved On", readonly=True, copy=False)
    rule = fields.Selection(
        [
            ("due", "First Needed First"),
            ("slack", "Least Slack First"),
            ("short", "Shortest of the Week First"),
            ("optimiser", "Optimiser"),
        ],
        readonly=True,
        copy=False,
        help="The rule that the best plan began with, or the optimiser that found it.",
    )
    line_count = fields.Integer(compute="_compute_figures", store=True, string="Rows")
    late_count = fields.Integer(compute="_compute_figures", store=True, string="Late")
    problem_count = fields.Integer(compute="_compute_figures", store=True, string="Problems")
    hurt_count = fields.Integer(
        compute="_compute_figures", store=True, string="Hurt", help="Later than promised."
    )
    date_finish = fields.Datetime(compute="_compute_figures", store=True, string="Last Finish")
    note = fields.Text(string="Remarks")
    timeline = fields.Json(compute="_compute_timeline")
    may_dispatch = fields.Boolean(compute="_compute_may_dispatch")

    _one_draft = models.UniqueIndex(
        "(company_id) WHERE state = 'draft'",
        "The company has a draft schedule already: finish or cancel it first.",
    )
    _horizon = models.Constraint(
        "CHECK (horizon_days BETWEEN 1 AND 730)", "Between 1 and 730 days can be looked ahead."
    )

    # ------------------------------------------------------------------ computes

    @api.depends(
        "state",
        "line_ids.production_id.state",
        "line_ids.kind",
        "line_ids.notice_line_id.purchase_ids.received",
    )
    def _compute_stage(self):
        for schedule in self:
            schedule.stage = schedule._stage_of()

    def _stage_of(self):
        if self.state == "draft" and self._origin.approval_state == "pending":
            return "review"
        if self.state == "approved":
            lines = self.sudo().line_ids
            # material that a subcontractor makes goes with the row that takes it
            lines = lines.filtered(lambda line: line.kind == "make" or line.notice_line_id)
            made = [line for line in lines if line._is_made()]
            if lines and len(made) == len(lines):
                return "done"
            if made or not set(lines.production_id.mapped("state")).isdisjoint(BEGUN):
                return "running"
        return self.state

    @api.depends("line_ids.late_days", "line_ids.problem", "line_ids.hurts", "line_ids.date_finish")
    def _compute_figures(self):
        for schedule in self:
            lines = schedule.line_ids
            schedule.line_count = len(lines)
            schedule.late_count = len(lines.filtered("late_days"))
            schedule.problem_count = len(lines.filtered("problem"))
            schedule.hurt_count = len(lines.filtered("hurts"))
            schedule.date_finish = max(filter(None, lines.mapped("date_finish")), default=False)

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_may_dispatch(self):
        for schedule in self:
            schedule.may_dispatch = self.env.user._holds_role(DISPATCH, schedule.company_id)

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "schedule": Operation(
                label=_lt("Make and plan the productions"),
                executed=Domain("state", "in", ("approved", "replaced")),
                inputs={"production.schedule": ("state",)},
                watch=("date_from", "user_id"),
                lines={
                    "line_ids": (
                        Domain.TRUE,
                        ("product_id", "bom_id", "quantity", "date_start", "date_finish"),
                    ),
                    "operation_ids": (
                        Domain.TRUE,
                        ("operation_id", "workcenter_id", "date_start", "date_end"),
                    ),
                },
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for schedule in self:
            reasons = schedule._problems()
            try:
                schedule._flow_check_role(DISPATCH)
            except AccessError as error:
                reasons.append(str(error))
            missing.setdefault(schedule.id, []).extend(reasons)
        return missing

    def _approval_sheet_notes(self, code):
        """Whoever decides sees first what is late and whom a new plan hurts."""
        notes = super()._approval_sheet_notes(code)
        for schedule in self:
            for line in schedule.line_ids.filtered(lambda line: line.late_days or line.hurts):
                notes.setdefault(schedule.id, []).append(
                    {"level": "warning", "text": line._lateness_text()}
                )
        return notes

    def _problems(self):
        """Why it cannot be approved, as full sentences that name the row (P4)."""
        self.ensure_one()
        if not self.line_ids:
            return [self.env._("%s is empty: take production notices in first.", self.name)]
        if not self.calculated_at:
            return [self.env._("%s was not calculated yet.", self.name)]
        return [line.problem for line in self.line_ids if line.problem] + [
            text for line in self.line_ids if (text := line._past_text())
        ]

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        self.env.add_to_compute(self._fields["stage"], self)
        return result

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        schedules = super().create(vals_list)
        schedules.company_id._check_production_planned()
        schedules._flow_check_role(DISPATCH)
        for schedule in schedules:
            sequence = self.env["ir.sequence"].with_company(schedule.company_id)
            schedule._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return schedules

    def write(self, vals):
        if not DECIDED.isdisjoint(vals):
            self._check_draft()
        if "company_id" in vals:
            self._check_company_stays(vals["company_id"])
        result = super().write(vals)
        if not {"date_from", "horizon_days"}.isdisjoint(vals):
            self._stamp({"calculated_at": False})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_draft()

    def _check_company_stays(self, company_id):
        """:raise UserError: when rows would go along to another company"""
        for schedule in self:
            if schedule.line_ids and schedule.company_id.id != company_id:
                raise UserError(
                    self.env._(
                        "%s has rows and stays with its company. Make another one there.",
                        schedule.name,
                    )
                )

    def _check_draft(self):
        """Only dispatch changes a schedule, and only as a draft that nobody decides on.

        :raise AccessError: for anybody else
        :raise UserError: where it was approved, replaced or cancelled, or is being decided on
        """
        if self.env.su:
            return
        self._flow_check_role(DISPATCH)
        labels = dict(self._fields["stage"]._description_selection(self.env))
        for schedule in self:
            if schedule.stage != "draft":
                raise UserError(
                    self.env._(
                        "%(schedule)s is “%(stage)s” and stays as it is. Withdraw it, or plan anew.",
                        schedule=schedule.name,
                        stage=labels[schedule.stage],
                    )
                )

    # ------------------------------------------------------------------ what is scheduled

    @api.model
    def _draft_of(self, company):
        """The draft schedule of a company, made now where there is none."""
        draft = self.search([("company_id", "=", company.id), ("state", "=", "draft")], limit=1)
        return draft or self.create({"company_id": company.id})

    def action_add_notices(self):
        """Take in every verified notice that is in no schedule yet (production dispatch).

        :raise UserError: where there is none
        :return: True
        """
        self.ensure_one()
        notices = self.env["production.notice"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "dispatch")]
        )
        if not self._add_notices(notices):
            raise UserError(
                self.env._("No verified production notice of %s waits.", self.company_id.name)
            )
        return True

    def _add_notices(self, notices):
        """:raise UserError: for notices of another company
        :return: the lines that were added
        """
        self._check_draft()
        if foreign := notices.filtered(lambda notice: notice.company_id != self.company_id):
            raise UserError(
                self.env._(
                    "%(notice)s is of another company than %(schedule)s.",
                    notice=foreign[0].name,
                    schedule=self.name,
                )
            )
        # two schedules taking the same notice in at once
        lock_rows(notices.sudo())
        rows = notices.line_ids
        rows -= self.env["production.schedule.line"]._taken(rows)
        boms = self.env["mrp.bom"]._bom_find(rows.product_id, company_id=self.company_id.id)
        # by hand nobody adds rows
        lines_sudo = self.env["production.schedule.line"].sudo()
        lines = lines_sudo.create(
            [row._prepare_schedule_line(self, boms[row.product_id]) for row in rows]
        )
        if lines:
            self._stamp({"calculated_at": False})
        return lines

    def action_cancel(self):
        """Give a draft up; its notices wait for dispatch again.

        :return: True
        """
        self._check_draft()
        self._stamp({"state": "cancelled"})
        return True

    def action_replan(self):
        """Plan anew what this schedule has not begun: a draft that replaces it (P4).

        Rows that are being made keep their place; the others, and new notices, are planned around them.

        :raise AccessError: for anybody but production dispatch
        :raise UserError: unless it is in force
        :return: window action that opens the draft
        """
        self.ensure_one()
        self._flow_check_role(DISPATCH)
        lock_rows(self.sudo())
        if self.state != "approved" or self.stage == "done":
            raise UserError(
                self.env._("%s is not in force: there is nothing to plan anew.", self.name)
            )
        self._check_made()
        revision = self.create({"company_id": self.company_id.id})
        revision._stamp({"previous_id": self.id})
        self.line_ids._copy_to(revision)
        revision.action_calculate()
        return revision._get_records_action(name=self.env._("Production Schedule"))

    # ------------------------------------------------------------------ calculating

    def action_calculate(self):
        """Plan everything anew: what is made of what, when its material is there, on what capacity.

        What cannot be planned is told at its row, in a sentence that names it (P4).

        :raise AccessError: for anybody but production dispatch
        :return: True
        """
        for schedule in self:
            schedule._check_draft()
            lock_rows(schedule.sudo())
            # moves, vendors and work orders of everybody limit the plan, whoever may read them;
            # what is decided on is compared once, when all rows are planned
            schedule_sudo = schedule.sudo()
            with schedule_sudo._approval_door():
                schedule_sudo._calculate()
        return True

    def action_open_operations(self):
        """Open the operations on the calendar, where they can be moved."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Operations of %s", self.name),
            "res_model": "production.schedule.operation",
            "views": [(False, "calendar"), (False, "list"), (False, "form"), (False, "pivot")],
            "domain": [("schedule_id", "=", self.id)],
            "context": {
                "initial_date": fields.Datetime.to_string(
                    min(
                        filter(None, self.operation_ids.mapped("date_start")),
                        default=self.date_from,
                    )
                ),
            },
        }

    def action_view_productions(self):
        """Open the manufacturing orders of these schedules."""
        productions = self.line_ids.production_id
        return productions._get_records_action(name=self.env._("Manufacturing Orders"))

    # ------------------------------------------------------------------ timeline

    @api.depends(
        "operation_ids.date_start", "operation_ids.date_end", "operation_ids.workcenter_id"
    )
    def _compute_timeline(self):
        """Bars by work centre for the widget: moments in milliseconds of UTC."""
        for schedule in self:
            operations = schedule.operation_ids.filtered("date_start")
            centres = operations.workcenter_id.sorted(lambda centre: (centre.sequence, centre.id))
            schedule.timeline = {
                "rows": [{"id": centre.id, "name": centre.name} for centre in centres],
                "bars": [operation._timeline_bar() for operation in operations],
            }

    # ------------------------------------------------------------------ approval

    def _do_approve(self):
        """Make the productions, plan their work orders, and tell whoever waits for the goods."""
        for schedule in self:
            lock_rows(schedule.sudo())
            if problems := schedule._problems():
                raise UserError("\n".join(problems))
            schedule.sudo()._check_capacity_now()
            schedule._stamp({"state": "approved", "approved_at": fields.Datetime.now()})
            schedule.previous_id._stamp({"state": "replaced"})
            # the decision makes them, whatever rights in manufacturing the people have
            schedule.sudo()._begin_making()
            noticed_sudo = (schedule | schedule.previous_id).sudo().line_ids.notice_line_id
            noticed_sudo.notice_id._set_scheduled()
            noticed_sudo._serve_from_purchases()
            schedule.line_ids._tell_sales()

    def action_approve(self):
        """Put it in force, where no chain decides on it (production dispatch).

        :raise UserError: naming the row that something is wrong with, or whoever has to decide
        :return: True
        """
        self._check_draft()
        self._do_approve()
        return True

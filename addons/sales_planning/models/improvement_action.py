from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows

OPEN = ("open", "progress")
STATES = [
    ("open", "To Do"),
    ("progress", "In Progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
SOURCES = ("performance.review", "supervision.finding", "order.case")
DEFINED = frozenset({"name", "kind", "source", "owner_id", "due_date", "measure", "company_id"})


class ImprovementAction(models.Model):
    """Something that is to get better: who does what until when, and whether it helped (P11, D5 4).

    ==================  ==================================================================
    action              who
    ==================  ==================================================================
    propose             everybody of the order flow
    change, cancel      whoever proposed it, the owner's manager, planners
    begin, done         the owner
    check the effect    whoever proposed it or the owner's manager; never the owner
    ==================  ==================================================================
    """

    _name = "improvement.action"
    _description = "Improvement Action"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "due_date, id"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "number",
            "state",
            "proposer_id",
            "manager_id",
            "started_on",
            "done_on",
            "effective",
            "effect_user_id",
            "effect_date",
            "effect_remark",
            "cause_id",
            "reminded_on",
            "escalated_on",
            "cancel_reason",
        }
    )

    number = fields.Char(readonly=True, copy=False, default="/", index="trigram")
    name = fields.Char(required=True, string="What Is to Get Better", tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("training", "Training"),
            ("product", "Product Wish"),
            ("process", "Process"),
            ("customer", "Customer"),
            ("other", "Other"),
        ],
        required=True,
        default="training",
        tracking=True,
        index=True,
    )
    source = fields.Reference(selection="_selection_source", string="Because Of", copy=False)
    review_id = fields.Many2one(
        "performance.review",
        compute="_compute_review_id",
        store=True,
        index="btree_not_null",
        string="Performance Review",
        ondelete="set null",
    )
    proposer_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index=True, string="Proposed By"
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    manager_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index=True, string="Manager of the Owner"
    )
    due_date = fields.Date(required=True, index=True, tracking=True, copy=False)
    measure = fields.Text(help="What is done, and by what it is seen that it helped.")
    result = fields.Text(copy=False, string="What Was Done")
    state = fields.Selection(
        STATES,
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
        string="Status",
    )
    started_on = fields.Date(readonly=True, copy=False)
    done_on = fields.Date(readonly=True, copy=False)
    effective = fields.Selection(
        [("yes", "Helped"), ("no", "Did Not Help")],
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Effect",
    )
    effect_user_id = fields.Many2one("res.users", readonly=True, copy=False, string="Checked By")
    effect_date = fields.Date(readonly=True, copy=False, string="Checked On")
    effect_remark = fields.Text(readonly=True, copy=False, string="What Was Seen")
    cause_id = fields.Many2one(
        "improvement.action",
        readonly=True,
        copy=False,
        index="btree_not_null",
        string="Follows",
        ondelete="restrict",
    )
    follow_up_ids = fields.One2many("improvement.action", "cause_id", readonly=True)
    cancel_reason = fields.Char(readonly=True, copy=False)
    reminded_on = fields.Date(readonly=True, copy=False)
    escalated_on = fields.Date(readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    may_define = fields.Boolean(compute="_compute_may")
    may_work = fields.Boolean(compute="_compute_may")
    may_check = fields.Boolean(compute="_compute_may")

    # ------------------------------------------------------------------ computes

    @api.model
    def _selection_source(self):
        models_ = self.env["ir.model"]
        return [(name, models_._get(name).name) for name in SOURCES if name in self.env]

    @api.model
    def _group_expand_state(self, states, _domain):
        shown = {"open", "progress", "done", *states}
        return [state for state, _label in STATES if state in shown]

    @api.depends("source")
    def _compute_review_id(self):
        for action in self:
            source = action.source
            action.review_id = source if source and source._name == "performance.review" else False

    @api.depends("state", "due_date", "company_id")
    def _compute_is_overdue(self):
        today = {company: company._approval_today() for company in self.company_id}
        for action in self:
            action.is_overdue = bool(
                action.state in OPEN
                and action.due_date
                and action.company_id
                and action.due_date < today[action.company_id]
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        past = self.env["res.company"]._approval_past_domain("due_date")
        return Domain("state", "in", OPEN) & past

    @api.depends("proposer_id", "owner_id", "manager_id", "state")
    @api.depends_context("uid")
    def _compute_may(self):
        user = self.env.user
        plans = user.has_group("sales_planning.group_planning_planner")
        for action in self:
            action.may_define = plans or user in action.proposer_id | action.manager_id
            action.may_work = user == action.owner_id
            action.may_check = user in action._checkers()

    def _checkers(self):
        """Who judges the effect: whoever proposed it and the manager, but never the owner.

        Where both are the owner, the sales managers.
        """
        self.ensure_one()
        checkers = (self.proposer_id | self.manager_id) - self.owner_id
        return checkers or (
            self.env["approval.role"]._people("sales_manager", self.company_id).sudo(False)
            - self.owner_id
        )

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        for action in actions:
            numbers = self.env["ir.sequence"].sudo().with_company(action.company_id)
            action._stamp(
                {
                    "number": numbers.next_by_code(self._name) or "/",
                    "proposer_id": self.env.uid,
                    "manager_id": action._owners_manager().id,
                }
            )
        actions._check_owner()
        actions._check_source()
        actions._ask_the_owner()
        return actions

    def write(self, vals):
        if not self.env.su:
            if not DEFINED.isdisjoint(vals):
                self._check_defines()
            if "result" in vals:
                self._check_works()
        if not DEFINED.isdisjoint(vals) or "result" in vals:
            self._check_state(*OPEN)
        result = super().write(vals)
        if {"owner_id", "company_id"} & vals.keys():
            self._check_owner()
            for action in self:
                action._stamp({"manager_id": action._owners_manager().id})
        if "source" in vals:
            self._check_source()
        if "due_date" in vals:
            # a new day that is missed is told again
            self._stamp({"reminded_on": False, "escalated_on": False})
        if {"owner_id", "due_date"} & vals.keys():
            self._ask_the_owner()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_new(self):
        for action in self:
            if action.state != "open" or not (self.env.su or action.may_define):
                raise UserError(
                    self.env._("%s stays. Cancel it with a reason instead.", action.display_name)
                )

    def _owners_manager(self):
        self.ensure_one()
        company = self.company_id
        return self.env["performance.review"]._manager_of(self.owner_id, company)

    def _check_owner(self):
        """:raise UserError: for an owner who does not work in the company"""
        for action in self:
            if not action.owner_id._works_in(action.company_id):
                raise UserError(
                    self.env._(
                        "%(person)s is no employee of %(company)s: choose another owner.",
                        person=action.owner_id.name,
                        company=action.company_id.name,
                    )
                )

    def _check_source(self):
        """Nobody names a document that they may not read.

        :raise AccessError: naming nothing of it
        """
        for action in self:
            if action.source:
                action.source.check_access("read")

    def _check_defines(self):
        for action in self:
            if not action.may_define:
                raise AccessError(
                    self.env._(
                        "%(action)s is changed by %(person)s, who proposed it, or by the manager of the "
                        "owner.",
                        action=action.display_name,
                        person=action.proposer_id.name,
                    )
                )

    def _check_works(self):
        for action in self:
            if not action.may_work:
                raise AccessError(
                    self.env._(
                        "%(action)s is done by %(person)s.",
                        action=action.display_name,
                        person=action.owner_id.name,
                    )
                )

    def _ask_the_owner(self):
        """The owner has it among the own activities, by the due date."""
        asked = "sales_planning.activity_improvement"
        for action in self.filtered(lambda action: action.state in OPEN).sudo():
            action.activity_unlink([asked])
            action.activity_schedule(
                asked, date_deadline=action.due_date, user_id=action.owner_id.id
            )

    # ------------------------------------------------------------------ doing it

    def action_begin(self):
        """The owner begins (P11).

        :raise AccessError: for anybody but the owner
        :return: True
        """
        self._check_works()
        self._check_state("open")
        for action in self:
            action._stamp({"state": "progress", "started_on": action.company_id._approval_today()})
        return True

    def action_done(self):
        """It was done: somebody else looks whether it helped (P11).

        :raise AccessError: for anybody but the owner
        :raise UserError: without a word on what was done
        :return: True
        """
        self._check_works()
        self._check_state(*OPEN)
        for action in self:
            if not (action.result or "").strip():
                raise UserError(
                    self.env._(
                        "%s: enter in “What Was Done” what you did, then mark it as done.",
                        action.display_name,
                    )
                )
            action._stamp({"state": "done", "done_on": action.company_id._approval_today()})
        self.sudo().activity_feedback(["sales_planning.activity_improvement"])
        for action in self:
            if checker := action._checkers()[:1]:
                action.sudo().activity_schedule(
                    "sales_planning.activity_improvement_effect", user_id=checker.id
                )
        return True

    def action_cancel(self, reason):
        """Give it up (P11).

        :param reason: why, for the owner
        :raise AccessError: for whoever neither proposed it nor leads the owner
        :raise UserError: without a reason
        :return: True
        """
        self._check_defines()
        self._check_state(*OPEN)
        self._check_reason(reason)
        self._stamp({"state": "cancelled", "cancel_reason": reason})
        self.sudo().activity_unlink(["sales_planning.activity_improvement"])
        return True

    # ------------------------------------------------------------------ did it help

    def action_effective(self, remark):
        """It helped (P11).

        :param remark: by what that is seen
        :raise AccessError: for anybody who may not check it, the owner above all
        :raise UserError: without a remark, or when it is not done or was checked
        :return: True
        """
        self._take_effect("yes", remark)
        return True

    def action_not_effective(self, remark):
        """It did not help: a follow-up action is opened for the owner (P11).

        :param remark: what is still wrong
        :raise AccessError: for anybody who may not check it, the owner above all
        :raise UserError: without a remark, or when it is not done or was checked
        :return: window action of the follow-up
        """
        self._take_effect("no", remark)
        follow_ups = self.browse()
        for action in self:
            today = action.company_id._approval_today()
            given = action.due_date - action.company_id._approval_local(action.create_date).date()
            follow_up = action.create(
                {
                    "name": action.name,
                    "kind": action.kind,
                    "company_id": action.company_id.id,
                    "owner_id": action.owner_id.id,
                    # as much time again, a week at least
                    "due_date": fields.Date.add(today, days=max(given.days, 7)),
                    "measure": remark,
                }
            )
            # as superuser: whoever checks need not read what it began with
            source = action.sudo().source
            if source:
                follow_up.sudo().source = source
            follow_up._stamp({"cause_id": action.id})
            follow_ups |= follow_up
        return follow_ups._get_records_action()

    def _take_effect(self, effective, remark):
        lock_rows(self.sudo())
        self._check_state("done")
        self._check_reason(remark)
        for action in self:
            if not action.may_check:
                raise AccessError(
                    self.env._(
                        "%(action)s: the effect is checked by %(people)s, and never by the owner.",
                        action=action.display_name,
                        people=", ".join(action._checkers().mapped("name")) or "-",
                    )
                )
            if action.effective:
                raise UserError(
                    self.env._("%s: the effect was checked already.", action.display_name)
                )
            action._stamp(
                {
                    "effective": effective,
                    "effect_user_id": self.env.uid,
                    "effect_date": action.company_id._approval_today(),
                    "effect_remark": remark,
                }
            )
        self.sudo().activity_feedback(["sales_planning.activity_improvement_effect"])

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, for those who look at it later."))

    # ------------------------------------------------------------------ in time

    @api.model
    def _cron_remind(self):
        """Remind owners of what is overdue, and later tell their managers, once each (P11)."""
        overdue = self.search([("is_overdue", "=", True), ("escalated_on", "=", False)])
        overdue = overdue.filtered("company_id.planning_enabled")
        for number, action in enumerate(overdue, 1):
            action._remind()
            self.env["ir.cron"]._commit_progress(1, remaining=len(overdue) - number)

    def _remind(self):
        self.ensure_one()
        today = self.company_id._approval_today()
        late = (today - self.due_date).days
        if late >= max(self.company_id.improvement_escalate_days, 1):
            told, stamped = self.manager_id | self.proposer_id, {"escalated_on": today}
        elif not self.reminded_on:
            told, stamped = self.owner_id, {}
        else:
            return
        self._stamp({**stamped, "reminded_on": self.reminded_on or today})
        self.message_post(
            body=self.env._(
                "%(action)s was to be done by %(owner)s until %(day)s, and is still open.",
                action=self.display_name,
                owner=self.owner_id.name,
                day=self.due_date,
            ),
            partner_ids=(told | self.owner_id).partner_id.ids,
        )


class PerformanceReview(models.Model):
    """Improvement actions that a review led to."""

    _inherit = "performance.review"

    improvement_ids = fields.One2many(
        "improvement.action", "review_id", string="Improvement Actions", readonly=True
    )
    improvement_count = fields.Integer(compute="_compute_improvement_count")

    @api.depends("improvement_ids")
    def _compute_improvement_count(self):
        for review in self:
            review.improvement_count = len(review.improvement_ids)

    def action_view_improvements(self):
        """Open the improvement actions of the review, ready to propose one.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_improvement_action"
        )
        return {
            **action,
            "domain": [("review_id", "=", self.id)],
            "context": {
                "default_source": f"performance.review,{self.id}",
                "default_owner_id": self.user_id.id,
                "default_company_id": self.company_id.id,
            },
        }

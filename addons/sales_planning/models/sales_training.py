from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

PLANNER = "sales_planning.group_planning_planner"
OPEN = ("draft", "planned")
PLANNED = frozenset(
    {
        "name",
        "company_id",
        "kind",
        "trainer_id",
        "date_start",
        "date_end",
        "place",
        "seats",
        "goal",
        "product_ids",
        "attendee_ids",
    }
)


class SalesTraining(models.Model):
    """A training of salespeople: planned, published, held, and who attended (P12, D1 4).

    ====================  =================================================
    action                who
    ====================  =================================================
    plan, publish, hold   planners, and the trainer of this training
    enrol, withdraw       every salesperson for themselves, while it is open
    ====================  =================================================
    """

    _name = "sales.training"
    _description = "Sales Training"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _stamped = frozenset({"state", "event_id", "held_at", "held_by_id", "cancel_reason"})

    name = fields.Char(string="Topic", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("skill", "Selling Skills"), ("product", "Product Knowledge"), ("process", "Procedures")],
        required=True,
        default="product",
        index=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    trainer_id = fields.Many2one(
        "res.partner",
        required=True,
        check_company=True,
        help="Somebody of the house, or from outside.",
    )
    date_start = fields.Datetime(string="Begins At", required=True, copy=False, tracking=True)
    date_end = fields.Datetime(string="Ends At", required=True, copy=False, tracking=True)
    hours = fields.Float(compute="_compute_hours", store=True)
    place = fields.Char()
    seats = fields.Integer(help="How many can take part. Zero: as many as come.")
    goal = fields.Text(help="What the participants can do afterwards.")
    product_ids = fields.Many2many("product.template", string="Products", check_company=True)
    attendee_ids = fields.One2many("sales.training.attendee", "training_id", copy=False)
    attendee_count = fields.Integer(compute="_compute_attendance", store=True, string="Enrolled")
    attended_count = fields.Integer(compute="_compute_attendance", store=True, string="Attended")
    event_id = fields.Many2one(
        "calendar.event", readonly=True, copy=False, ondelete="set null", string="Calendar Event"
    )
    held_at = fields.Datetime(readonly=True, copy=False, string="Recorded On")
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Recorded By")
    cancel_reason = fields.Char(readonly=True, copy=False)
    is_enrolled = fields.Boolean(compute="_compute_mine")
    may_hold = fields.Boolean(compute="_compute_mine")

    _dates = models.Constraint("CHECK (date_end > date_start)", "A training ends after it begins.")
    _seats_positive = models.Constraint("CHECK (seats >= 0)", "Seats cannot be negative.")

    # ------------------------------------------------------------------ computes

    @api.depends("date_start", "date_end")
    def _compute_hours(self):
        for training in self:
            if training.date_start and training.date_end:
                length = training.date_end - training.date_start
                training.hours = max(length.total_seconds() / 3600, 0.0)
            else:
                training.hours = 0.0

    @api.depends("attendee_ids.state")
    def _compute_attendance(self):
        for training in self:
            training.attendee_count = len(training.attendee_ids)
            training.attended_count = len(
                training.attendee_ids.filtered(lambda one: one.state == "attended")
            )

    @api.depends("attendee_ids.user_id", "trainer_id")
    @api.depends_context("uid")
    def _compute_mine(self):
        user, plans = self.env.user, self.env.user.has_group(PLANNER)
        for training in self:
            # sudo: others who take part are not shown
            training.is_enrolled = user in training.sudo().attendee_ids.user_id
            training.may_hold = plans or user.partner_id == training.trainer_id

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        trainings = super().create(vals_list)
        trainings._check_holds()
        return trainings

    def write(self, vals):
        entered = not PLANNED.isdisjoint(vals)
        if entered:
            self._check_holds()
            self._check_state(*OPEN)
        result = super().write(vals)
        if entered:
            self._check_holds()
        if not {"name", "date_start", "date_end", "place", "trainer_id"}.isdisjoint(vals):
            self._move_event()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_holds()
        if seen := self.filtered(lambda training: training.state != "draft"):
            raise UserError(
                self.env._("%s was published: cancel it instead of removing it.", seen[0].name)
            )

    def _check_holds(self):
        """:raise AccessError: for anybody but planners and the trainer"""
        for training in self:
            if not (self.env.su or training.may_hold):
                raise AccessError(
                    self.env._(
                        "“%s” is planned by planners and its trainer.", training.display_name
                    )
                )

    # ------------------------------------------------------------------ actions

    def action_publish(self):
        """Publish it: an event in everybody's calendar, open to enrol (P12).

        :raise AccessError: for anybody but planners and the trainer
        :raise UserError: when it was published already
        :return: True
        """
        self._check_holds()
        self._check_state("draft")
        for training in self:
            # sudo: events of others are nobody's to make
            values = {**training.sudo()._prepare_event(), "user_id": self.env.uid}
            event = self.env["calendar.event"].sudo().create(values)
            training._stamp({"state": "planned", "event_id": event.id})
        return True

    def _prepare_event(self):
        partners = self.trainer_id | self.attendee_ids.user_id.partner_id
        return {
            "name": self.name,
            "start": self.date_start,
            "stop": self.date_end,
            "location": self.place,
            "partner_ids": [Command.set(partners.ids)],
        }

    def _move_event(self):
        """The event says what, when, where and with whom; whoever takes part is told of what differs."""
        for training in self.sudo().filtered("event_id"):
            event, values = training.event_id, training._prepare_event()
            partners = event.partner_ids
            changed = {
                name: value
                for name, value in values.items()
                if name != "partner_ids" and event[name] != value
            }
            if set(values["partner_ids"][0][2]) != set(partners.ids):
                changed["partner_ids"] = values["partner_ids"]
            if changed:
                event.write(changed)

    def action_enrol(self):
        """Take part in it.

        :raise UserError: when it is not open, has begun, is full, or you are enrolled already
        :return: True
        """
        self._check_state("planned")
        lock_rows(self.sudo())
        for training in self:
            if training.date_start <= fields.Datetime.now():
                raise UserError(self.env._("“%s” has begun already.", training.name))
            if training.is_enrolled:
                raise UserError(self.env._("You are enrolled in “%s” already.", training.name))
            # sudo: who enrols writes no training
            self.env["sales.training.attendee"].sudo().create(
                {"training_id": training.id, "user_id": self.env.uid}
            )
        return True

    def _check_seats(self):
        """:raise UserError: when more take part than there are seats"""
        for training in self:
            if training.seats and len(training.attendee_ids) > training.seats:
                raise UserError(
                    self.env._(
                        "“%(training)s” has %(seats)s seats, all are taken.",
                        training=training.name,
                        seats=training.seats,
                    )
                )

    def action_withdraw(self):
        """Not take part after all.

        :raise UserError: when it has begun, your attendance was entered, or you were not enrolled
        :return: True
        """
        self._check_state("planned")
        lock_rows(self.sudo())
        for training in self:
            # sudo: others who take part are not shown, and the trainer keeps the list otherwise
            attendees = training.sudo().attendee_ids
            mine = attendees.filtered(lambda one: one.user_id == self.env.user)
            if not mine:
                raise UserError(self.env._("You are not enrolled in “%s”.", training.name))
            if training.date_start <= fields.Datetime.now() or mine.state != "enrolled":
                raise UserError(
                    self.env._(
                        "“%s” has begun: who keeps the list enters whether you attended.",
                        training.name,
                    )
                )
            mine.unlink()
        return True

    def action_hold(self):
        """It was held: who attended and who did not stands from here on (P12).

        :raise AccessError: for anybody but planners and the trainer
        :raise UserError: before it began, or while somebody's attendance is not entered
        :return: True
        """
        self._check_holds()
        self._check_state("planned")
        for training in self:
            if training.date_start > fields.Datetime.now():
                raise UserError(self.env._("“%s” has not begun yet.", training.name))
            unknown = training.attendee_ids.filtered(lambda one: one.state == "enrolled")
            if unknown:
                raise UserError(
                    self.env._(
                        "“%(training)s”: enter whether %(people)s attended.",
                        training=training.name,
                        people=", ".join(unknown.user_id.mapped("name")),
                    )
                )
            training._stamp(
                {
                    "state": "held",
                    "held_at": fields.Datetime.now(),
                    "held_by_id": self.env.uid,
                }
            )
        return True

    def action_cancel(self, reason=None):
        """It does not take place; whoever enrolled is told.

        :param reason: why, in words
        :raise AccessError: for anybody but planners and the trainer
        :raise UserError: without a reason, or when it was held
        :return: True
        """
        self._check_holds()
        self._check_state(*OPEN)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the training is cancelled."))
        for training in self:
            training._stamp({"state": "cancelled", "cancel_reason": reason.strip()})
            training.sudo().event_id.unlink()
            training.message_post(
                body=self.env._("Cancelled: %s", reason.strip()),
                partner_ids=training.attendee_ids.user_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
        return True


class SalesTrainingAttendee(models.Model):
    """Who takes part in a training, and whether they came (P12)."""

    _name = "sales.training.attendee"
    _description = "Participant of a Training"
    _order = "training_id, id"

    training_id = fields.Many2one("sales.training", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="training_id.company_id", store=True, index=True)
    kind = fields.Selection(related="training_id.kind", store=True)
    date_start = fields.Datetime(related="training_id.date_start", store=True)
    hours = fields.Float(related="training_id.hours", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Participant",
        required=True,
        index=True,
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        [("enrolled", "Enrolled"), ("attended", "Attended"), ("absent", "Absent")],
        default="enrolled",
        required=True,
        string="Attendance",
    )
    points = fields.Integer(aggregator="avg", help="Result of a test, 0 to 100.")
    remark = fields.Char()

    _once = models.UniqueIndex(
        "(training_id, user_id)", "Everybody takes part in a training only once."
    )
    _points_range = models.Constraint(
        "CHECK (points BETWEEN 0 AND 100)", "Points lie between 0 and 100."
    )

    @api.model_create_multi
    def create(self, vals_list):
        attendees = super().create(vals_list)
        attendees._check_kept()
        attendees.training_id._check_seats()
        attendees.training_id._move_event()
        return attendees

    def write(self, vals):
        self._check_kept()
        trainings = self.training_id
        result = super().write(vals)
        self._check_kept()
        if not {"training_id", "user_id"}.isdisjoint(vals):
            self.training_id._check_seats()
            (trainings | self.training_id)._move_event()
        return result

    def unlink(self):
        self._check_kept()
        trainings = self.training_id
        result = super().unlink()
        trainings._move_event()
        return result

    def _check_kept(self):
        """Planners and the trainer keep the list until the training is over."""
        self.training_id._check_holds()
        self.training_id._check_state(*OPEN)

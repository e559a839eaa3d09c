from odoo import api, fields, models

from .approval_step import KINDS, MODES, OVERDUE

DECIDED = ("approve", "propose")
AGREED = (*DECIDED, "opinion", "handle")


class ApprovalRequestStep(models.Model):
    """One step of a request, frozen from the chain at submission or added on the way."""

    _name = "approval.request.step"
    _description = "Approval Request Step"
    _log_access = False
    _inherit = ["approval.engine.flush"]
    _order = "request_id, stage, sequence, id"

    request_id = fields.Many2one("approval.request", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    key = fields.Char(help="Which step of the chain it was frozen from.")
    sequence = fields.Integer()
    stage = fields.Integer(aggregator=None, help="Steps of one stage are asked at the same time.")
    kind = fields.Selection(KINDS, required=True)
    mode = fields.Selection(MODES, required=True)
    quorum = fields.Integer(aggregator=None)
    state = fields.Selection(
        [
            ("waiting", "To Come"),
            ("open", "Open"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("closed", "Closed"),
        ],
        required=True,
        default="waiting",
    )
    note = fields.Char(help="Why it was passed without asking, or what else is to be known of it.")
    opinion_policy = fields.Char(default="negative")
    checklist = fields.Json()
    limit_key = fields.Char(help="Asked only over the limit of whoever decided that step.")
    time_limit = fields.Float(string="Working Hours Allowed", aggregator=None)
    overdue_action = fields.Selection(OVERDUE)
    cc = fields.Json(string="Carbon Copy")
    sent_back = fields.Boolean(help="Sent back to: whoever decided before is asked all the same.")
    added_by_id = fields.Many2one("res.users", ondelete="set null")
    opened_at = fields.Datetime()
    due_at = fields.Datetime(string="Due")
    closed_at = fields.Datetime()
    slot_ids = fields.One2many("approval.request.slot", "step_id")

    _due = models.Index("(due_at) WHERE state = 'open' AND due_at IS NOT NULL")

    # ------------------------------------------------------------------ opening

    def _next_stage(self):
        """Of the unfinished steps of one request, those that are to be asked now."""
        stage = min(self.mapped("stage"), default=0)
        return self.filtered(lambda step: step.stage == stage and step.state == "waiting")

    def _open(self):
        """Ask what is to be asked now.

        :return: the steps that were passed without asking anybody
        """
        passed, asking = self.browse(), self.browse()
        for step in self:
            if note := step._pass_reason():
                step._pass(note)
                passed |= step
            else:
                asking |= step
        if asking:
            asking._ask()
        return passed | asking.filtered(lambda step: step.state != "open")

    def _ask(self):
        now = fields.Datetime.now()
        self._engine_write({"state": "open", "opened_at": now})
        self._set_deadlines(now)
        by_person = self.filtered(lambda step: step.mode != "any")
        by_person.slot_ids.filtered(
            lambda slot: slot.state == "waiting" and not slot.user_id
        )._ask_each_holder()
        by_person.invalidate_recordset(["slot_ids"])
        waiting = self.slot_ids.filtered(lambda slot: slot.state == "waiting")
        first = waiting.filtered(lambda slot: slot._is_next_in_order())
        first._engine_write({"state": "open", "opened_at": now})
        self._answer_repeated()
        self._copy_people("start")

    def _pass_reason(self, amount=None):
        """Why the step is passed without asking anybody, as a sentence, if so (A3, A11).

        :param amount: by default the amount asked for
        """
        if not self.limit_key:
            return ""
        request = self.request_id
        amount = request.amount if amount is None else amount
        deciders = request.step_ids.filtered(lambda step: step.key == self.limit_key).slot_ids
        deciders = deciders.filtered(lambda slot: slot.verdict in DECIDED and not slot.superseded)
        # who stood in decided within the limit of the person stood in for
        users = self.env["res.users"].union(
            *(slot.on_behalf_of_id or slot.decided_by_id for slot in deciders)
        )
        covered = self.env["approval.limit"]._covered(
            users,
            amount,
            request.currency_id,
            request.res_model,
            request.operation,
            request.chain_id.company_id or request.company_id,
            request.amount_date,
        )
        if not covered:
            return ""
        return self.env._(
            "%(amount)s is within the approval limit of %(person)s.",
            amount=request.currency_id.format(amount),
            person=covered[0].name,
        )

    def _pass(self, note):
        self.slot_ids.filtered(lambda slot: slot.state in ("waiting", "open"))._engine_write(
            {"state": "closed"}
        )
        self._engine_write({"state": "skipped", "note": note, "closed_at": fields.Datetime.now()})
        self.request_id._transition("pass", opinion=f"{self.name}: {note}")

    def _answer_repeated(self):
        """Who decided before is not asked again, where the chain says so (A11)."""
        for step in self.filtered(lambda step: step._may_take_over()):
            policy = (step.request_id.policies or {}).get("repeat", "never")
            if policy == "never":
                continue
            earlier = step._deciders_before(policy)
            for slot in step.slot_ids.filtered(lambda slot: slot.state == "open"):
                # the answer at one place may close the others
                known = (slot._people() & earlier)[:1]
                if known and slot.state == "open":
                    slot._answer_as_before(known)

    def _may_take_over(self):
        """Whether a decision taken before says all that this step asks for."""
        must_tick = any(row["required"] for row in self.checklist or ())
        more = must_tick or self.opinion_policy == "always" or self.sent_back
        return self.kind == "decide" and not more

    def _deciders_before(self, policy):
        """Who approved an earlier step (the one right before, if they must follow each other)."""
        done = self.request_id.step_ids.filtered(
            lambda step: step.stage < self.stage and step.state == "done" and step.kind == "decide"
        )
        if policy == "consecutive":
            last = max(
                self.request_id.step_ids.filtered(
                    lambda step: step.stage < self.stage and step.state == "done"
                ).mapped("stage"),
                default=0,
            )
            done = done.filtered(lambda step: step.stage == last)
        slots = done.slot_ids.filtered(lambda slot: slot.verdict in DECIDED and not slot.superseded)
        # deciding for somebody away is neither one's own decision nor that person's
        return slots.filtered(lambda slot: not slot.on_behalf_of_id).decided_by_id

    # ------------------------------------------------------------------ answered

    def _settle(self):
        """Close the steps that have been answered enough; ask the next person in order.

        :return: the steps that are done
        """
        done = self.filtered(lambda step: step._is_answered())
        now = fields.Datetime.now()
        in_order = (self - done).filtered(lambda step: step.mode == "order")
        for step in in_order:
            following = step.slot_ids.filtered(
                lambda slot: slot.state == "waiting" and slot._is_next_in_order()
            )
            # a role that is asked instead of somebody who left
            following.filtered(lambda slot: not slot.user_id)._ask_each_holder()
            following._engine_write({"state": "open", "opened_at": now})
        if done:
            done.slot_ids.filtered(lambda slot: slot.state in ("open", "waiting"))._engine_write(
                {"state": "closed"}
            )
            done._engine_write({"state": "done", "closed_at": now})
            done._copy_people("end")
        # whoever comes next in order may have decided before: that may finish the step
        in_order._answer_repeated()
        return self.filtered(lambda step: step.state == "done")

    def _was_reached(self):
        """Whether it was asked, or passed on the way: not if the chain left it out from the start."""
        return self.state in ("done", "open") or (self.state == "skipped" and bool(self.slot_ids))

    def _slots_in_turn(self):
        """The places as they are read: somebody asked instead stands where the other one stood."""
        if self.mode != "order":
            return self.slot_ids
        return self.slot_ids.sorted(lambda slot: (slot.sequence, slot.id))

    def _current_slots(self):
        """The places of this pass: not those whose answers were sent back."""
        return self.slot_ids.filtered(lambda slot: not slot.superseded)

    def _is_answered(self):
        slots = self._current_slots().filtered(lambda slot: not slot.is_terms)
        if self.mode == "any":
            return any(slot.state == "done" for slot in slots)
        if self.mode == "quorum":
            return self._count_approved() >= min(self.quorum, len(self._counted()))
        return not any(slot.state in ("open", "waiting") for slot in slots)

    def _counted(self):
        return self._current_slots().filtered(
            lambda slot: slot.state != "closed" and not slot.is_terms
        )

    def _count_approved(self):
        return len(self._current_slots().filtered(lambda slot: slot.verdict in AGREED))

    def _can_still_pass(self):
        """Whether enough people are left to reach the number needed (n of m)."""
        slots = self._counted()
        left = slots.filtered(lambda slot: slot.state in ("open", "waiting"))
        return self._count_approved() + len(left) >= min(self.quorum, len(slots))

    def _ask_again(self):
        """Start the steps over: earlier answers stay readable, but do not count any more (A5)."""
        rows = []
        for step in self:
            current = step._current_slots()
            asked = current.filtered(lambda slot: slot.verdict != "hand_over" and not slot.is_terms)
            rows += [{**slot._seat(), "step_id": step.id} for slot in asked]
            answered = current.filtered("verdict")
            answered._engine_write({"superseded": True})
            (current - answered)._engine_write({"superseded": True, "state": "closed"})
        self.env["approval.request.slot"]._engine_create(rows)
        self._engine_write(
            {
                "state": "waiting",
                "note": False,
                "sent_back": False,
                "opened_at": False,
                "due_at": False,
                "closed_at": False,
            }
        )
        self.invalidate_recordset(["slot_ids"])
        self.request_id.invalidate_recordset(["slot_ids"])

    def _close_open(self):
        """What is not done any more once the request is closed."""
        unfinished = self.filtered(lambda step: step.state in ("waiting", "open"))
        unfinished.slot_ids.filtered(lambda slot: slot.state in ("waiting", "open"))._engine_write(
            {"state": "closed"}
        )
        unfinished._engine_write({"state": "closed", "closed_at": fields.Datetime.now()})

    # ------------------------------------------------------------------ carbon copies

    def _copy_people(self, when):
        """Send the copies the chain asks for (A7)."""
        rows = []
        for step in self.filtered("cc"):
            if step.cc["when"] not in (when, "both"):
                continue
            roles = self.env["approval.role"].browse(step.cc["roles"]).exists()
            users = self.env["res.users"].browse(step.cc["users"]).exists()
            for role in roles:
                users |= role._holders(step.request_id.company_id)
            rows += [(step.request_id, user, step) for user in users if user.active]
        self.env["approval.request.copy"]._add(rows)

    # ------------------------------------------------------------------ panel

    def _panel(self, with_opinions, mine=()):
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "mode": self.mode,
            "quorum": self.quorum,
            "stage": self.stage,
            "state": self.state,
            "note": self.note or "",
            "added_by": self.added_by_id.name or False,
            "checklist": self.checklist or [],
            "opinion_policy": self.opinion_policy,
            "opened_at": fields.Datetime.to_string(self.opened_at) or False,
            "due_at": fields.Datetime.to_string(self.due_at) or False,
            "closed_at": fields.Datetime.to_string(self.closed_at) or False,
            # places that were asked in vain in an earlier pass say nothing
            "slots": [
                slot._panel(with_opinions, mine)
                for slot in self._slots_in_turn()
                if slot.verdict or not slot.superseded
            ],
        }

    @api.depends("name", "request_id.name")
    def _compute_display_name(self):
        for step in self:
            step.display_name = f"{step.request_id.name} · {step.name}"

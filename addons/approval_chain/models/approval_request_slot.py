from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .approval_request import OPINION_REQUIRED, VERBS

POSITIVE = ("approve", "opinion", "handle")


class ApprovalRequestSlot(models.Model):
    """A place to be answered, by one person or by whoever holds a role. The inbox lists these."""

    _name = "approval.request.slot"
    _description = "Approval To Decide"
    _log_access = False
    _inherit = ["approval.engine.flush"]
    _order = "opened_at, id"
    _rec_name = "document_name"

    request_id = fields.Many2one("approval.request", required=True, index=True, ondelete="cascade")
    step_id = fields.Many2one(
        "approval.request.step", required=True, index=True, ondelete="cascade"
    )
    step_name = fields.Char(related="step_id.name", string="Step Name")
    kind = fields.Selection(related="step_id.kind")
    user_id = fields.Many2one("res.users", string="Person", ondelete="set null")
    role_id = fields.Many2one("approval.role", ondelete="restrict")
    role_code = fields.Char()
    role_company_id = fields.Many2one(
        "res.company",
        ondelete="restrict",
        help="In which company the role is held.",
    )
    role_department_id = fields.Many2one("hr.department", ondelete="set null")
    holder_key = fields.Char(
        required=True, help="Who may answer: a person, or a role in a company or department."
    )
    sequence = fields.Integer(
        aggregator=None, help="Whose turn comes when, where one follows another."
    )
    requester_may = fields.Boolean(help="The chain lets the requester answer, too.")
    superseded = fields.Boolean(
        help="The answer was sent back: it stays readable, but does not count."
    )
    is_extra = fields.Boolean(help="Asked on the way, not by the chain.")
    is_terms = fields.Boolean(
        help="The requester is asked whether the proposed terms are accepted."
    )
    is_auto = fields.Boolean(string="Answered by a Time Limit")
    handed_from_id = fields.Many2one("res.users", string="Handed Over By", ondelete="set null")
    checked = fields.Json()
    reminded_at = fields.Datetime()
    state = fields.Selection(
        [("waiting", "To Come"), ("open", "Open"), ("done", "Answered"), ("closed", "Closed")],
        required=True,
        default="waiting",
    )
    decided_by_id = fields.Many2one("res.users", string="Answered By", ondelete="set null")
    on_behalf_of_id = fields.Many2one("res.users", ondelete="set null")
    verdict = fields.Selection(
        [
            ("approve", "Approved"),
            ("opinion", "Opinion given"),
            ("handle", "Handled"),
            ("refuse", "Refused"),
            ("return", "Returned"),
            ("hand_over", "Handed over"),
            ("propose", "Terms proposed"),
            ("accept", "Terms accepted"),
            ("decline", "Terms declined"),
        ],
    )
    opinion = fields.Text()
    opened_at = fields.Datetime(string="Waiting Since")
    decided_at = fields.Datetime(string="Answered On")
    # copies of the request: the inbox reads one table
    document_name = fields.Char(string="Document")
    res_model = fields.Char(string="Document Model")
    res_id = fields.Many2oneReference(model_field="res_model", string="Document ID")
    operation = fields.Char()
    operation_label = fields.Char(related="request_id.operation_label")
    requester_id = fields.Many2one("res.users", ondelete="set null")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    company_id = fields.Many2one("res.company", ondelete="restrict")
    waits_for = fields.Char(compute="_compute_waits_for")
    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        string="Waits For Me",
    )

    @api.model
    def _user_key(self, user):
        return f"u{user.id}"

    @api.model
    def _role_key(self, role, company, department=None):
        return f"r{role.id}c{company.id}" + (f"d{department.id}" if department else "")

    @api.depends("user_id", "role_id")
    def _compute_waits_for(self):
        for slot in self.sudo():
            people = slot._people()
            slot.waits_for = (
                f"{slot.role_id.name} ({', '.join(people.mapped('name'))})"
                if slot.role_id
                else slot.user_id.name
            )

    @api.depends_context("uid")
    @api.depends("state", "holder_key")
    def _compute_is_mine(self):
        mine = self.sudo().filtered_domain(self._domain_mine())
        for slot in self:
            slot.is_mine = slot in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_mine() if True in value else ~self._domain_mine()

    @api.model
    def _domain_mine(self):
        return self.env.user._approval_domain() & Domain("state", "=", "open")

    def _people(self):
        """Who may answer this place today."""
        if self.user_id or not self.role_id:
            return self.user_id
        people = self.role_id._holders_of(self.role_company_id, self.role_department_id)
        people = people._approval_works_for(self.company_id)
        return people if self.requester_may else people - self.requester_id

    def _is_next_in_order(self):
        """Whether nobody of the same step has to answer before, where one follows another."""
        if self.step_id.mode != "order":
            return True
        waiting = self.step_id.slot_ids.filtered(lambda slot: slot.state in ("waiting", "open"))
        return self == waiting.sorted(lambda slot: (slot.sequence, slot.id))[:1]

    def _seat(self):
        """The values of a fresh place for the same person or role."""
        return {
            **self.request_id._slot_copies(),
            "user_id": self.user_id.id,
            "role_id": self.role_id.id,
            "role_code": self.role_code,
            "role_company_id": self.role_company_id.id,
            "role_department_id": self.role_department_id.id,
            "holder_key": self.holder_key,
            "sequence": self.sequence,
            "requester_may": self.requester_may,
            "is_extra": self.is_extra,
            "step_id": self.step_id.id,
        }

    # ------------------------------------------------------------------ answering

    def _refusal(self, verb, opinion, checked=None, to_step_id=None):
        """Why this answer is not taken, as a sentence, or an empty string."""
        if self.is_terms:
            return self.env._(
                "Other terms were proposed for %s: accept or decline them.", self.document_name
            )
        if verb not in VERBS[self.kind]:
            return self.env._(
                "Step “%(step)s” of %(request)s does not take this answer.",
                step=self.step_name,
                request=self.request_id.name,
            )
        if verb == "return" and not to_step_id and self.request_id.after_of_id:
            return self.env._(
                "%s was released in an emergency and is carried out: there is nothing to submit again. "
                "Approve or refuse it.",
                self.document_name,
            )
        needed = verb in OPINION_REQUIRED or self.step_id.opinion_policy == "always"
        if needed and not opinion:
            return self.env._(
                "Please write your opinion on %(document)s: those who read it later need to know "
                "why.",
                document=self.document_name,
            )
        lines = [row["name"] for row in self.step_id.checklist or ()]
        if checked and not (
            isinstance(checked, list | tuple) and all(name in lines for name in checked)
        ):
            return self.env._(
                "What was ticked is no line of the checklist of step “%(step)s”. Reload the page.",
                step=self.step_name,
            )
        if verb in POSITIVE:
            ticked = set(checked or ())
            missing = [
                row["name"]
                for row in self.step_id.checklist or ()
                if row["required"] and row["name"] not in ticked
            ]
            if missing:
                return self.env._(
                    "Step “%(step)s” of %(document)s has a checklist. Tick what you have checked first: "
                    "%(missing)s.",
                    step=self.step_name,
                    document=self.document_name,
                    missing=", ".join(missing),
                )
        return ""

    def _answer(self, verb, opinion, checked=None, facts=None):
        """Record the same answer at places of different requests, and let those go on.

        The rows of the requests are locked and the answer was found to be allowed.
        """
        now = fields.Datetime.now()
        # slots answered for somebody else name that person
        for principal, slots in self.grouped(lambda slot: slot._principal()).items():
            slots._engine_write(
                {
                    "state": "done",
                    "verdict": verb,
                    "opinion": opinion or False,
                    "decided_by_id": self.env.uid,
                    "on_behalf_of_id": principal.id,
                    "decided_at": now,
                    "checked": checked or False,
                }
            )
        self._count_answer(
            verb, opinion, {**(facts or {}), **({"checked": checked} if checked else {})}
        )

    def _count_answer(self, verb, opinion, facts=None):
        """Move the requests on after the answer of these places was recorded."""
        dissent = self.filtered(lambda slot: verb == "refuse" and slot.step_id.mode == "quorum")
        (self - dissent)._transition_requests(verb, opinion, facts)
        dissent._transition_requests("dissent", opinion, facts)
        lost = dissent.filtered(lambda slot: not slot.step_id._can_still_pass())
        lost._transition_requests("refuse", opinion, facts)
        going_on = self.filtered(lambda slot: slot.request_id.state == "pending")
        done = going_on.step_id._settle()
        if done:
            done.request_id._advance()

    def _transition_requests(self, verb, opinion, facts):
        if self:
            self.request_id._transition(
                verb, slots={slot.request_id: slot for slot in self}, opinion=opinion, facts=facts
            )

    def _principal(self):
        """For whom the current user answers here: nobody, or whoever they stand in for (A7)."""
        users = self.env["res.users"]
        entry = users._approval_key_entry(self.env.user._approval_key_map(), self)
        return users.browse((entry or {}).get("for") or ())

    def _answer_as_before(self, user):
        """Take the decision of somebody who approved an earlier step already (A11)."""
        note = self.env._("Decided before in this request, and is not asked again.")
        self._engine_write(
            {
                "state": "done",
                "verdict": "approve",
                "opinion": note,
                "decided_by_id": user.id,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.request_id._transition(
            "pass", slots={self.request_id: self}, opinion=note, facts={"decided_by": user.id}
        )
        self.step_id._settle()

    def action_bulk_decide(self, verb, opinion=None):
        """Answer several places; one that is not taken does not stop the others (A13).

        :param verb: as for ``approval.request.action_decide``, without sending back to a step
        :param opinion: text recorded with every answer
        :return: list of ``{"id", "name", "ok", "message"}``, one for each place
        """
        self.check_access("read")
        opinion = (opinion or "").strip()
        # what was refused before must not be taken for a refusal of these answers
        self.env.cr.flush()
        slots = self.sudo()
        slots.request_id._load()
        messages = slots._bulk_refusals(verb, opinion)
        slots.filtered(lambda slot: slot.id not in messages)._answer_in_bulk(
            verb, opinion, messages
        )
        return [
            {
                "id": slot.id,
                "name": slot.document_name,
                "ok": slot.id not in messages,
                "message": messages.get(slot.id, ""),
            }
            for slot in slots
        ]

    def _bulk_refusals(self, verb, opinion):
        """``{slot id: why it is not taken}``; two places of one request are answered one by one."""
        mine, seen, messages = self.filtered_domain(self._domain_mine()), set(), {}
        for slot in self:
            request = slot.request_id
            if slot.state == "done":
                messages[slot.id] = self.env._("%s was answered already.", slot.document_name)
            elif request.state != "pending" or slot not in mine:
                messages[slot.id] = request._not_my_turn()
            elif request in seen:
                messages[slot.id] = self.env._(
                    "%s asks you twice: answer it by itself.", slot.document_name
                )
            elif refusal := slot._refusal(verb, opinion):
                messages[slot.id] = refusal
            else:
                seen.add(request)
        return messages

    def _answer_in_bulk(self, verb, opinion, messages):
        """All at once; if that fails, each by itself, so that only those that fail are left."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._answer(verb, opinion)
            return
        except UserError as error:
            if len(self) == 1:
                messages[self.id] = str(error)
                return
        for slot in self:
            try:
                with self.env.cr.savepoint():
                    slot._answer(verb, opinion)
            except UserError as error:
                messages[slot.id] = str(error)

    def action_open_request(self):
        """Open the request this place belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "approval.request",
            "res_id": self.request_id.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _panel(self, with_opinions, mine=()):
        stands_in = self in mine and self.env.user not in self._people() and self._principal()
        waited = self.decided_at and self.opened_at and self.decided_at - self.opened_at
        return {
            "id": self.id,
            "state": self.state,
            "role": self.role_id.name or False,
            "people": [user._approval_face() for user in self._people()],
            "decided_by": self.decided_by_id._approval_face() if self.decided_by_id else False,
            "on_behalf_of": self.on_behalf_of_id._approval_face()
            if self.on_behalf_of_id
            else False,
            "handed_from": self.handed_from_id.name or False,
            "superseded": self.superseded,
            "is_terms": self.is_terms,
            "mine": self in mine,
            "mine_for": stands_in.name if stands_in else False,
            "opened_at": fields.Datetime.to_string(self.opened_at) or False,
            "is_auto": self.is_auto,
            "verdict": self.verdict or False,
            "opinion": (self.opinion or "") if with_opinions else "",
            "checked": self.checked or [],
            "decided_at": fields.Datetime.to_string(self.decided_at) or False,
            "seconds": int(waited.total_seconds()) if waited else False,
        }

    def _ask_each_holder(self):
        """Turn the place of a role into one place for each person who holds it now (会签)."""
        fresh = []
        for slot in self:
            people = slot._people()
            seats = [
                {
                    "user_id": user.id,
                    "holder_key": self._user_key(user),
                    # a role asked instead of a person has that person's place among the others
                    "sequence": slot.sequence or number,
                }
                for number, user in enumerate(people, start=1)
            ]
            if seats:
                values = {**slot._seat(), "handed_from_id": slot.handed_from_id.id}
                if slot.step_id.mode != "order":
                    values.update(state=slot.state, opened_at=slot.opened_at)
                slot._engine_write(seats[0])
                fresh += [{**values, **seat} for seat in seats[1:]]
        if fresh:
            self._engine_create(fresh)

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .approval_request import OPINION_REQUIRED, VERBS


class ApprovalRequestSlot(models.Model):
    """A place to be answered, by one person or by whoever holds a role. The inbox lists these."""

    _name = "approval.request.slot"
    _description = "Approval To Decide"
    _inherit = ["approval.engine.record"]
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
    role_company_id = fields.Many2one(
        "res.company",
        ondelete="restrict",
        help="In which company the role is held.",
    )
    holder_key = fields.Char(
        required=True, help="Who may answer: a person, or a role in a company."
    )
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

    _inbox = models.Index("(holder_key, opened_at, id) WHERE state = 'open'")

    @api.model
    def _user_key(self, user):
        return f"u{user.id}"

    @api.model
    def _role_key(self, role, company):
        return f"r{role.id}c{company.id}"

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
        return (
            Domain("holder_key", "in", self.env.user._approval_keys())
            & Domain("state", "=", "open")
            & (Domain("requester_id", "!=", self.env.uid) | Domain("requester_id", "=", False))
        )

    def _people(self):
        """Who may answer this place today."""
        if self.user_id or not self.role_id:
            return self.user_id
        return self.role_id._holders(self.role_company_id) - self.requester_id

    # ------------------------------------------------------------------ answering

    def _check_answer(self, verb, opinion):
        """Refuse answers that the step does not take, or that need a text."""
        self.ensure_one()
        if verb not in VERBS[self.kind]:
            raise UserError(
                self.env._(
                    "Step “%(step)s” of %(request)s does not take this answer.",
                    step=self.step_name,
                    request=self.request_id.name,
                )
            )
        if verb in OPINION_REQUIRED and not opinion:
            raise UserError(
                self.env._(
                    "Please write your opinion on %(document)s: those who read it later need to know "
                    "why.",
                    document=self.document_name,
                )
            )

    def _answer(self, verb, opinion):
        """Record the answer and let the request go on; the row of the request is locked."""
        self._check_answer(verb, opinion)
        self._engine_write(
            {
                "state": "done",
                "verdict": verb,
                "opinion": opinion or False,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        request = self.request_id
        request._transition(verb, slots={request: self}, opinion=opinion)
        if request.state == "pending" and self.step_id._after_answer():
            request._advance()

    def action_bulk_decide(self, verb, opinion=None):
        """Answer several places; one that fails does not stop the others (A13).

        :param verb: as for ``approval.request.action_decide``
        :param opinion: text recorded with every answer
        :return: list of ``{"id", "name", "ok", "message"}``, one for each place
        """
        self.check_access("read")
        opinion = (opinion or "").strip()
        # what was refused before must not be taken for a refusal of these answers
        self.env.cr.flush()
        results = []
        for slot in self.sudo():
            name = slot.document_name
            try:
                with self.env.cr.savepoint():
                    slot.request_id._lock()
                    slot.invalidate_recordset()
                    if slot.request_id._slot_for_me() != slot:
                        raise UserError(self.env._("%s was answered already.", name))
                    slot._answer(verb, opinion)
                results.append({"id": slot.id, "name": name, "ok": True, "message": ""})
            except UserError as error:
                results.append({"id": slot.id, "name": name, "ok": False, "message": str(error)})
        return results

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

    def _panel(self, with_opinions):
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
            "verdict": self.verdict or False,
            "opinion": (self.opinion or "") if with_opinions else "",
            "decided_at": fields.Datetime.to_string(self.decided_at) or False,
            "seconds": int(waited.total_seconds()) if waited else False,
        }

    def _ask_each_holder(self):
        """Turn the place of a role into one place for each person who holds it now (会签)."""
        for slot in self:
            people = slot._people()
            [values] = slot.copy_data()
            seats = [{"user_id": user.id, "holder_key": self._user_key(user)} for user in people]
            if seats:
                slot._engine_write(seats[0])
                self._engine_create([{**values, **seat} for seat in seats[1:]])

from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..operation import LIVE_STATES, ApprovalEvent

STATES = [
    ("pending", "In Approval"),
    ("approved", "Approved"),
    ("executed", "Executed"),
    ("refused", "Refused"),
    ("returned", "Returned"),
    ("withdrawn", "Withdrawn"),
    ("void", "Void"),
    ("cancelled", "Cancelled"),
]

_ANY = {state for state, _label in STATES}

# verb: (states it may start from, state it leads to; None: it stays). The only place that says what
# can follow what.
TRANSITIONS = {
    "submit": ({"pending"}, "pending"),
    "approve": ({"pending"}, "pending"),
    "opinion": ({"pending"}, "pending"),
    "handle": ({"pending"}, "pending"),
    "dissent": ({"pending"}, "pending"),
    "pass": ({"pending"}, "pending"),
    "complete": ({"pending"}, "approved"),
    "confirm": ({"pending"}, "executed"),
    "refuse": ({"pending"}, "refused"),
    "return": ({"pending"}, "returned"),
    "send_back": ({"pending"}, "pending"),
    "propose": ({"pending"}, "pending"),
    "accept": ({"pending"}, "pending"),
    "decline": ({"pending"}, "pending"),
    "withdraw": ({"pending", "approved"}, "withdrawn"),
    "void": ({"approved"}, "void"),
    "keep": ({"approved"}, "approved"),
    "execute": ({"approved"}, "executed"),
    "fail": ({"approved"}, "approved"),
    "cancel": ({"pending", "approved"}, "cancelled"),
    "break_glass": ({"approved"}, "approved"),
    "reopen": ({"refused"}, "pending"),
    "add_approver": ({"pending"}, "pending"),
    "hand_over": ({"pending"}, "pending"),
    "replace": ({"pending"}, "pending"),
    "urge": ({"pending"}, "pending"),
    "remind": ({"pending"}, "pending"),
    "escalate": ({"pending"}, "pending"),
    "hand_on": ({"pending"}, "pending"),
    "copy": (_ANY, None),
    "comment": (_ANY, None),
}
CLOSING = {"refused", "returned", "withdrawn", "void", "executed", "cancelled"}
# which verbs a step of each kind accepts
VERBS = {
    "decide": ("approve", "return", "refuse"),
    "opinion": ("opinion",),
    "handle": ("handle", "return"),
}
OPINION_REQUIRED = {"opinion", "return", "refuse"}


class ApprovalRequest(models.Model):
    """One submission of one document: its chain and values frozen, decided step by step.

    ==============  ============================================================================
    action          who
    ==============  ============================================================================
    submit          whoever may write the document
    decide          whoever an open slot waits for: the person, a holder of the role today, or who
                    stands in for them
    add, hand over  the same
    withdraw        the requester, as long as nothing was executed; managers with a reason
    retry, urge     the requester
    replace         approval managers, with a reason
    read            requester, everybody asked or copied so far, approval managers
    write, delete   nobody: the engine alone
    ==============  ============================================================================
    """

    _name = "approval.request"
    _description = "Approval Request"
    _log_access = False
    _inherit = ["approval.engine.flush", "approval.document.link"]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True, string="Number")
    res_model = fields.Char(required=True, readonly=True, string="Document Model")
    res_id = fields.Many2oneReference(
        model_field="res_model",
        required=True,
        readonly=True,
        string="Document ID",
    )
    document_name = fields.Char(readonly=True, string="Document")
    operation = fields.Char(required=True, readonly=True)
    operation_label = fields.Char(compute="_compute_operation_label", string="What Is Asked")
    chain_id = fields.Many2one("approval.chain", readonly=True, ondelete="set null", index=True)
    chain_name = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    requester_id = fields.Many2one("res.users", readonly=True, ondelete="set null", index=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="pending")
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    round = fields.Integer(readonly=True, default=1, aggregator=None)
    submitted_at = fields.Datetime(readonly=True)
    decided_at = fields.Datetime(readonly=True)
    executed_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(readonly=True)
    failure = fields.Text(
        readonly=True,
        string="Why Not Executed",
        help="Approved, but the operation could not be carried out, for this reason.",
    )
    watched = fields.Json(readonly=True, string="Values Approved")
    fingerprint = fields.Char(readonly=True)
    conditions = fields.Json(
        readonly=True,
        help="Which conditions of the chain and of its steps held at submission: who was asked, and why.",
    )
    sheet = fields.Json(readonly=True, string="Approval Sheet")
    version_id = fields.Many2one("approval.chain.version", readonly=True, ondelete="set null")
    policies = fields.Json(readonly=True, help="The policies of the chain when it was submitted.")
    amount_date = fields.Date(readonly=True, help="Amounts are converted at this date.")
    is_emergency = fields.Boolean(
        readonly=True, help="Carried out first, by right; to be approved afterwards."
    )
    after_of_id = fields.Many2one(
        "approval.request",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        string="Approves Afterwards",
    )
    due_at = fields.Datetime(readonly=True, string="Due")
    urged_at = fields.Datetime(readonly=True, string="Last Urged")
    resumed_from_id = fields.Many2one("approval.request", readonly=True, ondelete="set null")
    is_auto = fields.Boolean(readonly=True, string="Closed by a Time Limit")
    proposal = fields.Json(readonly=True, string="Proposed Terms")
    proposal_slot_id = fields.Many2one(
        "approval.request.slot", readonly=True, ondelete="set null", string="Proposed At"
    )
    step_ids = fields.One2many("approval.request.step", "request_id", readonly=True)
    slot_ids = fields.One2many("approval.request.slot", "request_id", readonly=True)
    copy_ids = fields.One2many("approval.request.copy", "request_id", readonly=True)
    log_ids = fields.One2many("approval.log", "request_id", readonly=True)
    log_seq = fields.Integer(readonly=True, aggregator=None)
    log_head = fields.Char(readonly=True)
    is_participant = fields.Boolean(
        compute="_compute_is_participant",
        search="_search_is_participant",
    )

    _one_live = models.UniqueIndex(
        "(res_model, res_id, operation) WHERE state IN ('pending', 'approved')",
        "This document already has a request under way.",
    )
    _document = models.Index("(res_model, res_id, id)")

    # ------------------------------------------------------------------ computes

    @api.depends("res_model", "operation")
    @api.depends_context("lang")
    def _compute_operation_label(self):
        for request in self:
            model = self.env.get(request.res_model or "")
            operation = model is not None and model._approval_ops().get(request.operation)
            request.operation_label = str(operation.label) if operation else request.operation

    @api.depends_context("uid")
    def _compute_is_participant(self):
        mine = self.sudo().filtered_domain(self._domain_participant())
        for request in self:
            request.is_participant = request in mine

    def _search_is_participant(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_participant() if True in value else ~self._domain_participant()

    @api.model
    def _domain_participant(self):
        """Requests the current user may read: those concerned by them, and people copied."""
        return self._domain_concerned() | Domain("copy_ids.user_id", "=", self.env.uid)

    @api.model
    def _domain_concerned(self):
        """Requests the current user asked for, decided on, or is or was asked for."""
        uid = self.env.uid
        # a place that waits again, for somebody added before it, was asked already
        reached = Domain("state", "!=", "waiting") | Domain("opened_at", "!=", False)
        asked = self.env.user._approval_domain() & reached
        seen = asked | Domain("decided_by_id", "=", uid) | Domain("handed_from_id", "=", uid)
        return Domain("requester_id", "=", uid) | Domain("slot_ids", "any", seen)

    @api.model
    def _verb_labels(self):
        return {
            "submit": self.env._("Submitted"),
            "approve": self.env._("Approved"),
            "opinion": self.env._("Opinion given"),
            "handle": self.env._("Handled"),
            "complete": self.env._("All steps done"),
            "refuse": self.env._("Refused"),
            "return": self.env._("Returned"),
            "withdraw": self.env._("Withdrawn"),
            "void": self.env._("Void"),
            "execute": self.env._("Executed"),
            "fail": self.env._("Not executed"),
            "cancel": self.env._("Cancelled"),
            "dissent": self.env._("Not approved"),
            "pass": self.env._("Passed"),
            "confirm": self.env._("Approved afterwards"),
            "send_back": self.env._("Sent back"),
            "propose": self.env._("Terms proposed"),
            "accept": self.env._("Terms accepted"),
            "decline": self.env._("Terms declined"),
            "keep": self.env._("Changed for the better"),
            "break_glass": self.env._("Emergency release"),
            "reopen": self.env._("Reopened"),
            "add_approver": self.env._("Approver added"),
            "hand_over": self.env._("Handed over"),
            "replace": self.env._("Approver replaced"),
            "urge": self.env._("Urged"),
            "remind": self.env._("Reminded"),
            "escalate": self.env._("Manager asked as well"),
            "hand_on": self.env._("Handed on"),
            "copy": self.env._("Copied"),
            "comment": self.env._("Commented"),
        }

    # ------------------------------------------------------------------ looking up

    @api.model
    def _latest(self, documents, code=None):
        """``{document id: newest request}`` of ``documents``, one query."""
        domain = [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        if code:
            domain.append(("operation", "=", code))
        latest = {}
        for request in self.sudo().search(domain, order="id"):
            latest[request.res_id] = request
        return latest

    @api.model
    def _live(self, documents, code):
        """``{document id: request pending or approved}``, one query at most."""
        known = self._executing(documents._name, code)
        if documents and not known.keys().isdisjoint(documents._ids):
            requests = self.sudo().browse([known.get(id_, 0) for id_ in documents._ids])
            if all(request.id and request.state in LIVE_STATES for request in requests):
                return dict(zip(documents._ids, requests, strict=True))
        domain = [
            ("res_model", "=", documents._name),
            ("res_id", "in", documents.ids),
            ("operation", "=", code),
            ("state", "in", LIVE_STATES),
        ]
        names = ["res_id", "state", "fingerprint", "conditions", "policies", "after_of_id"]
        return {request.res_id: request for request in self.sudo().search_fetch(domain, names)}

    def _waits_for(self):
        """Who is asked now, as people read it."""
        waiting = self.slot_ids.filtered(lambda slot: slot.state == "open")
        return ", ".join(waiting.mapped("waits_for")) or "-"

    def _still_applies(self, document):
        """Whether the chain and the steps frozen here are those the document would be asked for.

        The conditions are those of the submission: a chain edited later does not count.
        """
        document = document._approval_neutral()
        frozen = self.conditions or {}
        for domain, held in frozen.get("domains", ()):
            if bool(document.filtered_domain(Domain(literal_eval(domain)))) != held:
                return False
        low, high, currency_id = frozen.get("amounts") or (0, 0, False)
        if not (low or high):
            return True
        currency = document.env["res.currency"].browse(currency_id)
        operation = document._approval_ops()[self.operation]
        amount = abs(document._approval_amount_in(document, operation, currency))
        return (not low or currency.compare_amounts(amount, low) >= 0) and (
            not high or currency.compare_amounts(amount, high) <= 0
        )

    def _document(self):
        """The document itself, as superuser; empty when it was deleted."""
        self.ensure_one()
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    # ------------------------------------------------------------------ moving state

    def _transition(self, verb, slots=None, opinion="", vals=None, facts=None):
        """Move requests along :data:`TRANSITIONS`, log it, and tell the documents.

        Everything that changes the state of a request comes through here.

        :param verb: key of :data:`TRANSITIONS`
        :param slots: ``{request: slot decided}``
        :param opinion: text recorded with the event
        :param vals: further values to store on the requests
        :param facts: ``{name: JSON value}`` recorded besides the usual ones
        :raise UserError: when a request is not in a state that allows ``verb``
        """
        origins, target = TRANSITIONS[verb]
        if stuck := self.filtered(lambda request: request.state not in origins):
            raise UserError(stuck[0]._not_possible(verb))
        slots, stored = slots or {}, dict(vals or {})
        before = {request: request.state for request in self}
        if target:
            stored["state"] = target
        if target in CLOSING:
            stored.update(closed_at=fields.Datetime.now(), proposal=False, proposal_slot_id=False)
        self.env["approval.log"]._append(
            [
                (
                    request,
                    verb,
                    {**request._log_facts(verb, slots.get(request), opinion), **(facts or {})},
                )
                for request in self
            ]
        )
        if stored:
            self._engine_write(stored)
        if target in CLOSING:
            self.step_ids._close_open()
        self._tell_documents(verb, before, slots, opinion)

    def _log_facts(self, verb, slot, opinion):
        """What is recorded of an event; what is asked for is recorded where it is, or changes."""
        facts = {
            "state": self.state,
            "fingerprint": self.fingerprint or "",
            "opinion": opinion or "",
            "step": slot.step_id.name if slot else "",
        }
        if slot and slot.role_code:
            facts["role"] = slot.role_code
        if slot and slot.on_behalf_of_id:
            facts["on_behalf_of"] = slot.on_behalf_of_id.id
        if verb in ("submit", "accept", "keep"):
            facts |= {
                "amount": str(self.amount or 0),
                "currency": self.currency_id.name or "",
                "document": f"{self.res_model},{self.res_id}",
                "operation": self.operation,
            }
        return facts

    def _tell_documents(self, verb, before, slots, opinion):
        nobody = self.env["approval.request.slot"]
        for model_name, requests in self.grouped("res_model").items():
            documents = self.env[model_name].sudo().browse(requests.mapped("res_id"))
            closed = any(state not in LIVE_STATES for state in before.values())
            if closed or verb == "cancel" or requests.after_of_id:
                # the document of any other request exists: deleting it cancels the request
                documents = documents.exists()
            documents.invalidate_recordset(documents._approval_computed_fields(), flush=False)
            by_id = {document.id: document for document in documents}
            for request in requests.filtered(lambda row, known=by_id: row.res_id in known):
                by_id[request.res_id]._on_approval_event(
                    ApprovalEvent(
                        verb=verb,
                        before=before[request],
                        after=request.state,
                        request=request,
                        slot=slots.get(request, nobody),
                        actor=self.env.user,
                        opinion=opinion or "",
                    )
                )

    def _not_possible(self, verb):
        return self.env._(
            "%(request)s for %(document)s is “%(state)s” and cannot be changed in this way any "
            "more (%(verb)s). Reload the page to see where it stands.",
            request=self.name,
            document=self.document_name,
            verb=self._verb_labels()[verb],
            state=dict(self._fields["state"]._description_selection(self.env))[self.state],
        )

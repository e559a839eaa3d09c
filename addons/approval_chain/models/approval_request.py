import logging
from ast import literal_eval

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, RedirectWarning, UserError
from odoo.fields import Domain

from ..operation import LIVE_STATES, ApprovalEvent
from ..values import lock_rows

_logger = logging.getLogger(__name__)

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

# verb: (states it may start from, state it leads to). The only place that says what can follow what.
TRANSITIONS = {
    "submit": ({"pending"}, "pending"),
    "approve": ({"pending"}, "pending"),
    "opinion": ({"pending"}, "pending"),
    "handle": ({"pending"}, "pending"),
    "complete": ({"pending"}, "approved"),
    "refuse": ({"pending"}, "refused"),
    "return": ({"pending"}, "returned"),
    "withdraw": ({"pending", "approved"}, "withdrawn"),
    "void": ({"approved"}, "void"),
    "execute": ({"approved"}, "executed"),
    "fail": ({"approved"}, "approved"),
    "cancel": ({"pending", "approved"}, "cancelled"),
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
    decide          whoever an open slot waits for: the person, or a holder of the role today
    withdraw        the requester, as long as nothing was executed
    retry           the requester
    read            requester, everybody asked so far, approval managers
    write, delete   nobody: the engine alone
    ==============  ============================================================================
    """

    _name = "approval.request"
    _description = "Approval Request"
    _inherit = ["approval.engine.record"]
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
    step_ids = fields.One2many("approval.request.step", "request_id", readonly=True)
    slot_ids = fields.One2many("approval.request.slot", "request_id", readonly=True)
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
        """Requests the current user asked for, decided on, or is or was asked for."""
        asked = Domain("holder_key", "in", self.env.user._approval_keys())
        asked &= Domain("state", "!=", "waiting")
        seen = asked | Domain("decided_by_id", "=", self.env.uid)
        return Domain("requester_id", "=", self.env.uid) | Domain("slot_ids", "any", seen)

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
        """``{document id: request pending or approved}``, one query."""
        return {
            request.res_id: request
            for request in self.sudo().search(
                [
                    ("res_model", "=", documents._name),
                    ("res_id", "in", documents.ids),
                    ("operation", "=", code),
                    ("state", "in", LIVE_STATES),
                ]
            )
        }

    def _lock(self):
        """Wait for the rows: two people may decide at once, none of the two must be lost."""
        lock_rows(self)

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

    def _transition(self, verb, slots=None, opinion="", vals=None):
        """Move requests along :data:`TRANSITIONS`, log it, and tell the documents.

        Everything that changes the state of a request comes through here.

        :param verb: key of :data:`TRANSITIONS`
        :param slots: ``{request: slot decided}``
        :param opinion: text recorded with the event
        :param vals: further values to store on the requests
        :raise UserError: when a request is not in a state that allows ``verb``
        """
        origins, target = TRANSITIONS[verb]
        if stuck := self.filtered(lambda request: request.state not in origins):
            raise UserError(stuck[0]._not_possible(verb))
        slots = slots or {}
        before = {request: request.state for request in self}
        stored = {"state": target, **(vals or {})}
        if target in CLOSING:
            stored["closed_at"] = fields.Datetime.now()
        heads = self.env["approval.log"]._append(
            [(request, verb, request._log_facts(slots.get(request), opinion)) for request in self]
        )
        for request in self:
            request._engine_write(
                {
                    **stored,
                    "log_seq": request.log_seq + 1,
                    "log_head": heads[request],
                }
            )
        if target in CLOSING:
            self.step_ids._close_open()
        self._tell_documents(verb, before, slots, opinion)

    def _log_facts(self, slot, opinion):
        return {
            "state": self.state,
            "fingerprint": self.fingerprint or "",
            "opinion": opinion or "",
            "step": slot.step_id.name if slot else "",
            "role": slot.role_id.code or "" if slot else "",
            "amount": str(self.amount or 0),
            "currency": self.currency_id.name or "",
            "document": f"{self.res_model},{self.res_id}",
            "operation": self.operation,
        }

    def _tell_documents(self, verb, before, slots, opinion):
        nobody = self.env["approval.request.slot"]
        for model_name, requests in self.grouped("res_model").items():
            documents = self.env[model_name].sudo().browse(requests.mapped("res_id")).exists()
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

    # ------------------------------------------------------------------ going through the steps

    def _advance(self):
        """Open the next step of pending requests; without one, they are approved and executed."""
        finished = self.browse()
        for request in self:
            step = request.step_ids.filtered(lambda step: step.state == "waiting")[:1]
            if step:
                step._open()
            else:
                finished |= request
        if finished:
            finished._transition("complete", vals={"decided_at": fields.Datetime.now()})
            finished._execute()

    def _execute(self):
        """Carry approved operations out as their requesters; failures are kept, not raised (A15)."""
        for request in self:
            reason = request._wait_before_execution()
            if reason:
                request._engine_write({"failure": reason})
                continue
            failure = request._run_operation()
            if failure:
                request._transition("fail", opinion=failure, vals={"failure": failure})

    def _wait_before_execution(self):
        """Why the operation is not carried out right after the last decision, if so."""
        document = self._document()
        if not document:
            return self.env._("The document does not exist any more.")
        if not self.requester_id.active:
            return self.env._(
                "Whoever asked for it has left; somebody with the rights can carry it out."
            )
        return document._approval_may_execute(self.operation).get(self.res_id)

    def _run_operation(self):
        """Run the operation in a savepoint.

        :return: why it failed, as a sentence for the requester, or an empty string
        """
        document = self._document().with_env(self._requester_env())
        operation = document._approval_ops()[self.operation]
        # what was refused before must not be taken for a failure of this operation
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                getattr(document, operation.run)()
        except (UserError, RedirectWarning) as error:
            return str(error.args[0] if error.args else error)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception as error:
            _logger.exception("%s: %s could not be executed", self.name, self.document_name)
            return self.env._(
                "The operation ended in an unexpected error (%(error)s). Tell your administrator; "
                "the request stays approved and can be retried.",
                error=error,
            )
        self.invalidate_recordset(["state"])
        if self.state == "executed":
            return ""
        return self.env._(
            "The operation asked a question instead of finishing. Open the document and carry it "
            "out there; the approval stays valid.",
        )

    def _requester_env(self):
        requester = self.requester_id
        return self.env(
            user=requester,
            su=False,
            context={
                "lang": requester.lang,
                "tz": requester.tz,
                "allowed_company_ids": self.company_id.ids,
            },
        )

    # ------------------------------------------------------------------ what people can do

    def action_decide(self, verb, opinion=None):
        """Answer the place that waits for the current user on each request (A4, A5, A6).

        :param verb: ``approve``, ``opinion``, ``handle``, ``refuse`` or ``return``
        :param opinion: text recorded with the answer; needed to refuse, return or give an opinion
        :raise UserError: it is not the user's turn, the step takes other answers, or the text is
            missing
        :return: True
        """
        opinion = (opinion or "").strip()
        self.check_access("read")
        requests = self.sudo()
        requests._lock()
        requests.slot_ids.invalidate_recordset()
        requests.step_ids.invalidate_recordset()
        for request in requests:
            request._slot_for_me()._answer(verb, opinion)
        return True

    def _slot_for_me(self):
        """The open place the current user may answer.

        :raise UserError: when there is none, saying why
        """
        if self.state != "pending":
            raise UserError(self._not_possible("approve"))
        keys = self.env.user._approval_keys()
        slots = self.slot_ids.filtered(lambda slot: slot.state == "open")
        mine = slots.filtered(lambda slot: slot.holder_key in keys)
        if not mine:
            raise UserError(
                self.env._(
                    "%(request)s for %(document)s is not waiting for you. It is now with: %(people)s.",
                    request=self.name,
                    document=self.document_name,
                    people=self._waits_for(),
                )
            )
        if self.requester_id == self.env.user:
            raise UserError(
                self.env._(
                    "You asked for %(request)s yourself and cannot decide on it. It waits for another "
                    "person: %(people)s.",
                    request=self.name,
                    people=self._waits_for(),
                )
            )
        return mine.sorted(lambda slot: not slot.user_id)[:1]

    def action_withdraw(self, opinion=None):
        """Take requests back, also after approval, as long as nothing was executed (A5).

        The requester may at any time; an approval administrator too, with a reason, so that a
        document is not locked for ever by somebody who left.

        :param opinion: the reason
        :raise AccessError: for anybody else
        :return: True
        """
        self.check_access("read")
        opinion = (opinion or "").strip()
        requests = self.sudo()
        requests._lock()
        if not (opinion and self.env.user.has_group("approval_chain.group_approval_manager")):
            requests._check_requester(self.env._("withdraw"))
        requests._transition("withdraw", opinion=opinion)
        return True

    def action_retry(self):
        """Carry out operations that are approved but were not executed (A15).

        :raise AccessError: for anybody but the requester
        :return: True
        """
        self.check_access("read")
        requests = self.sudo()
        requests._lock()
        requests._check_requester(self.env._("carry out"))
        if stuck := requests.filtered(lambda request: request.state != "approved"):
            raise UserError(stuck[0]._not_possible("execute"))
        requests._engine_write({"failure": False})
        requests._execute()
        return True

    def _check_requester(self, what):
        if foreign := self.filtered(lambda request: request.requester_id != self.env.user):
            raise AccessError(
                self.env._(
                    "Only %(requester)s, who asked for it, can %(what)s %(request)s.",
                    requester=foreign[0].requester_id.name or "-",
                    what=what,
                    request=foreign[0].name,
                )
            )

    def action_open_document(self):
        """Open the document with the user's own rights."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "target": "current",
        }

    # ------------------------------------------------------------------ creation

    @api.model
    def _submit(self, drafts):
        """Create the requests for ``drafts`` and start them.

        :param drafts: list of ``(values of the request, [(values of a step, [slot seeds])])``
        :return: the requests
        """
        requests = self.sudo()._engine_create([vals for vals, _steps in drafts])
        step_rows, seeds = [], []
        for request, (_vals, steps) in zip(requests, drafts, strict=True):
            for values, slots in steps:
                step_rows.append({**values, "request_id": request.id})
                seeds.append(slots)
        steps = self.env["approval.request.step"]._engine_create(step_rows)
        self.env["approval.request.slot"]._engine_create(
            [
                {**seed, "step_id": step.id, **step.request_id._slot_copies()}
                for step, slots in zip(steps, seeds, strict=True)
                for seed in slots
            ]
        )
        requests.invalidate_recordset(["step_ids", "slot_ids"])
        requests._transition("submit")
        requests._advance()
        return requests

    def _slot_copies(self):
        """What a slot repeats from its request, so that the inbox reads one table."""
        return {
            "request_id": self.id,
            "document_name": self.document_name,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "operation": self.operation,
            "amount": self.amount,
            "requester_id": self.requester_id.id,
            "currency_id": self.currency_id.id,
            "company_id": self.company_id.id,
        }

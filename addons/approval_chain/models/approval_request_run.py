import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.tools import SQL

from ..values import touch_rows

_EXECUTING = "approval_chain.executing"
_logger = logging.getLogger(__name__)


class ApprovalRequestRun(models.Model):
    """How a request goes from its first step to the execution, for many requests at once."""

    _inherit = "approval.request"

    # ------------------------------------------------------------------ creation

    @api.model
    def _submit(self, drafts):
        """Create the requests for ``drafts`` and start them.

        :param drafts: list of ``(values of the request, [FrozenStep])``
        :return: the requests
        """
        names = self._next_numbers(len(drafts))
        # a round that was closed in this transaction has to be closed in the database, too
        self.flush_model(["state"])
        requests = self.sudo()._engine_create(
            [{**vals, "name": name} for (vals, _steps), name in zip(drafts, names, strict=True)]
        )
        rows, seats, now = [], [], fields.Datetime.now()
        for request, (_vals, steps) in zip(requests, drafts, strict=True):
            opening = {} if request.resumed_from_id else _first_stage(steps)
            for step in steps:
                values = {name: value for name, value in step.values.items() if name != "passed"}
                asked = {"state": "open", "opened_at": now} if id(step) in opening else {}
                rows.append({**values, **asked, "request_id": request.id})
                asked = asked if step.values["mode"] == "any" else {}
                seats.append((request, [{**seat, **asked} for seat in step.seats]))
        steps = self.env["approval.request.step"]._engine_create(rows)
        copies = {request: request._slot_copies() for request in requests}
        self.env["approval.request.slot"]._engine_create(
            [
                {**copies[request], **seat, "step_id": step.id}
                for step, (request, places) in zip(steps, seats, strict=True)
                for seat in places
            ]
        )
        requests._transition("submit")
        requests.filtered("resumed_from_id")._take_over_decisions()
        first = steps.filtered(lambda step: step.state == "open")
        passed = first._open()
        ((requests - first.request_id) | passed.request_id)._advance()
        return requests

    @api.model
    def _next_numbers(self, count):
        """``count`` numbers of the sequence; one query, however many, where the database counts."""
        data = self.env["ir.model.data"]
        number = data._xmlid_to_res_id("approval_chain.sequence_approval_request") or 0
        rows = self.env.execute_query(
            SQL(
                """
                SELECT prefix, suffix, padding,
                       nextval('ir_sequence_' || lpad(id::text, greatest(3, length(id::text)), '0'))
                  FROM ir_sequence, generate_series(1, %s)
                 WHERE id = %s AND implementation = 'standard' AND use_date_range IS NOT TRUE
                """,
                count,
                number,
            )
        )
        if not rows:
            return [self.env["ir.sequence"].next_by_code("approval.request") for _n in range(count)]
        # the days in it are those of the company, whoever asks
        sequence_sudo = self.env["ir.sequence"].sudo().browse(number)
        sequence_sudo = sequence_sudo.with_context(tz=self.env.company._approval_tz())
        for name, value in zip(("prefix", "suffix", "padding"), rows[0][:3], strict=True):
            sequence_sudo._fields[name]._insert_cache(sequence_sudo, [value])
        return [sequence_sudo.get_next_char(row[3]) for row in rows]

    def _slot_copies(self):
        """What a slot repeats from its request, so that the inbox reads one table."""
        return {
            "request_id": self.id,
            "document_name": self.document_name,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "operation": self.operation,
            "currency_id": self.currency_id.id,
            "amount": self.amount,
            "requester_id": self.requester_id.id,
            "company_id": self.company_id.id,
        }

    def _resumable(self, vals):
        """Of the earlier requests of a document, the one the next round may go straight back to.

        Returned to the requester, under the same version of the chain, nothing watched changed (A5).

        :param vals: values of the next request
        """
        last = self[-1:]
        same = (
            last.state == "returned"
            and vals["policies"]["resubmit"] == "straight"
            and last.version_id.id == vals["version_id"]
            and last.fingerprint == vals["fingerprint"]
            and last.requester_id.id == vals["requester_id"]
        )
        return last if same else last.browse()

    def _take_over_decisions(self):
        """Start again at the step that returned it: what was decided before it still holds (A5)."""
        Slot = self.env["approval.request.slot"]
        copied = ("verdict", "opinion", "decided_by_id", "on_behalf_of_id", "handed_from_id",
                  "opened_at", "decided_at", "checked")  # fmt: skip
        for request in self:
            old = request.resumed_from_id
            returned = old.slot_ids.filtered(
                lambda slot: slot.verdict == "return" and not slot.superseded
            ).step_id
            decided = old.step_ids.filtered(
                lambda step, stage=returned.stage: step.state == "done" and step.stage < stage
            )
            by_key = {step.key: step for step in decided if step.key}
            kept = request.step_ids.filtered(lambda step, known=by_key: step.key in known)
            kept.slot_ids._engine_write({"state": "closed", "superseded": True})
            rows = []
            for step in kept:
                # whoever handed over did not answer, nor does accepting terms answer the step
                places = by_key[step.key].slot_ids.filtered(
                    lambda slot: (
                        not (slot.superseded or slot.is_terms) and slot.verdict != "hand_over"
                    )
                )
                rows += [
                    {
                        **slot._seat(),
                        **request._slot_copies(),
                        **{name: _raw(slot[name]) for name in copied},
                        "step_id": step.id,
                        "state": slot.state,
                    }
                    for slot in places
                ]
            Slot._engine_create(rows)
            note = self.env._("Decided in %s, and nothing was changed since.", old.name)
            kept._engine_write({"state": "done", "note": note})
            request.invalidate_recordset(["slot_ids"])

    # ------------------------------------------------------------------ going through the steps

    def _advance(self):
        """Open what comes next in pending requests; those with nothing left are executed."""
        pending, finished = self, self.browse()
        while pending:
            unfinished = {
                request: request.step_ids.filtered(lambda step: step.state in ("waiting", "open"))
                for request in pending
            }
            finished = finished.union(*(request for request in pending if not unfinished[request]))
            opening = self.env["approval.request.step"].union(
                *(steps._next_stage() for steps in unfinished.values())
            )
            # a step that is passed without asking anybody may make room for the next
            pending = opening._open().request_id
        finished = finished.filtered(lambda request: request.state == "pending")
        if finished:
            finished._complete()

    def _complete(self):
        """After the last decision: approved and carried out, or confirmed afterwards (A15, A19)."""
        now = fields.Datetime.now()
        afterwards = self.filtered("after_of_id")
        if afterwards:
            afterwards._transition("confirm", vals={"decided_at": now})
        rest = self - afterwards
        if rest:
            rest._transition("complete", vals={"decided_at": now})
            rest._execute()

    def _execute(self):
        """Carry approved operations out as their requesters; failures are kept, not raised (A15)."""
        waits = self._waits_before_execution()
        for reason, requests in self.filtered(waits.get).grouped(waits.get).items():
            requests._engine_write({"failure": reason})
        ready = self.filtered(lambda request: not waits.get(request))
        for requests in ready.grouped(
            lambda row: (row.res_model, row.operation, row.requester_id, row.company_id)
        ).values():
            requests._execute_together()
        self.env.cr.cache.pop(_EXECUTING, None)

    @api.model
    def _executing(self, model_name, code):
        """``{document id: request id}`` of what is being carried out, its rows touched already.

        It lives in the cache of the cursor, which a rollback empties, as it must.
        """
        return self.env.cr.cache.get(_EXECUTING, {}).get((model_name, code), {})

    def _execute_together(self):
        """Operations of one kind and one requester: all at once, or else each by itself."""
        if len(self) > 1 and not self._run_operation():
            return
        for request in self.filtered(lambda row: row.state == "approved"):
            if failure := request._run_operation():
                request._transition("fail", opinion=failure, vals={"failure": failure})

    def _waits_before_execution(self):
        """``{request: why the operation is not carried out right after the last decision}``."""
        waits = {}
        for (model_name, operation), requests in self.grouped(
            lambda request: (request.res_model, request.operation)
        ).items():
            documents = touch_rows(self.env[model_name].sudo().browse(requests.mapped("res_id")))
            executing = self.env.cr.cache.setdefault(_EXECUTING, {})
            executing[model_name, operation] = {row.res_id: row.id for row in requests}
            said = documents._approval_may_execute(operation)
            for request in requests:
                if request.res_id not in documents._ids:
                    waits[request] = self.env._("The document does not exist any more.")
                elif not request.requester_id.active:
                    waits[request] = self.env._(
                        "Whoever asked for it has left; somebody with the rights can carry it out."
                    )
                elif reason := said.get(request.res_id):
                    waits[request] = reason
        return waits

    def _run_operation(self):
        """Run the operation on the documents of the requests, in a savepoint.

        :return: why it failed, as a sentence for the requester, or an empty string
        """
        documents = self.env[self[0].res_model].browse(self.mapped("res_id"))
        documents = documents.with_env(self[0]._requester_env())
        operation = documents._approval_ops()[self[0].operation]
        # what was refused before must not be taken for a failure of this operation
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                getattr(documents, operation.run)()
        except (UserError, RedirectWarning) as error:
            return str(error.args[0] if error.args else error)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception as error:
            _logger.exception("%s could not be executed", ", ".join(self.mapped("document_name")))
            return self.env._(
                "The operation ended in an unexpected error (%(error)s). Tell your administrator; "
                "the request stays approved and can be retried.",
                error=error,
            )
        if all(request.state == "executed" for request in self):
            return ""
        return self.env._(
            "The operation asked a question instead of finishing. Open the document and carry it "
            "out there; the approval stays valid.",
        )

    def _requester_env(self):
        # language and time zone, without a query
        context = self.env["res.users"].with_user(self.requester_id).context_get()
        return self.env(
            user=self.requester_id,
            su=False,
            context={
                "lang": context.get("lang"),
                "tz": context.get("tz"),
                "allowed_company_ids": self.company_id.ids,
            },
        )


def _first_stage(steps):
    """The frozen steps that are asked at once, so that they are stored as asked (by ``id()``)."""
    waiting = [step for step in steps if step.values["state"] == "waiting"]
    stage = min((step.values["stage"] for step in waiting), default=None)
    return {
        id(step): step
        for step in waiting
        if step.values["stage"] == stage and not step.values["limit_key"]
    }


def _raw(value):
    return value.id if isinstance(value, models.BaseModel) else value

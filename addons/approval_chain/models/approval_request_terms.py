import math

from odoo import fields, models
from odoo.exceptions import UserError

from ..values import label, shown


class ApprovalRequestTerms(models.Model):
    """Approve with changed terms (附条件同意, A18).

    The decider proposes other values; the requester accepts them in one click and the chain goes on,
    or declines and the decider decides on what was submitted.
    """

    _inherit = "approval.request"

    def action_propose(self, changes, opinion=None, checked=None):
        """Approve on condition of other terms, which the requester is asked to accept (A18).

        :param changes: list of ``{"line": [one2many, id] or False, "field": name, "value": JSON}``;
            only decided values of the document and of its lines can be proposed
        :param opinion: why; needed
        :param checked: as for ``action_decide``: once accepted, it counts as an approval
        :raise UserError: not the user's turn, nothing changed, or values that cannot be proposed
        :return: True
        """
        self.ensure_one()
        opinion = (opinion or "").strip()
        request = self._locked()
        slot = request._slot_for_me()
        if slot.kind != "decide" or slot.is_terms:
            raise UserError(self.env._("Terms are proposed by those who decide."))
        request._check_can_propose()
        if not opinion:
            raise UserError(
                self.env._("Please write why you propose other terms: the requester has to agree.")
            )
        if refusal := slot._refusal("approve", opinion, checked):
            raise UserError(refusal)
        proposal = [request._proposed(change) for change in _as_changes(changes)]
        if not any(row["old"] != row["new"] for row in proposal):
            raise UserError(self.env._("Change at least one value, or simply approve."))
        open_slots = slot.step_id.slot_ids.filtered(lambda row: row.state == "open")
        open_slots._engine_write({"state": "waiting"})
        Slot = self.env["approval.request.slot"]
        Slot._engine_create(
            [
                {
                    **request._slot_copies(),
                    "step_id": slot.step_id.id,
                    "user_id": request.requester_id.id,
                    "holder_key": Slot._user_key(request.requester_id),
                    "requester_may": True,
                    "is_extra": True,
                    "is_terms": True,
                    "state": "open",
                    "opened_at": fields.Datetime.now(),
                }
            ]
        )
        slot._engine_write(
            {
                "opinion": opinion,
                "decided_by_id": self.env.uid,
                "on_behalf_of_id": slot._principal().id,
                "checked": checked or False,
            }
        )
        request.invalidate_recordset(["slot_ids"])
        request._transition(
            "propose",
            slots={request: slot},
            opinion=opinion,
            vals={"proposal": proposal, "proposal_slot_id": slot.id},
            facts={"terms": proposal, **({"checked": checked} if checked else {})},
        )
        return True

    def _proposal_stands(self):
        """Whether the requester is still asked about the terms proposed."""
        return any(slot.is_terms and slot.state == "open" for slot in self.slot_ids)

    def _check_can_propose(self):
        """:raise UserError: the requester has other terms to answer first, or nothing can change"""
        if self.proposal:
            raise UserError(
                self.env._(
                    "Other terms were proposed for %(document)s, and %(requester)s has not answered yet. "
                    "Wait for the answer, or approve, return or refuse.",
                    document=self.document_name,
                    requester=self.requester_id.name,
                )
            )
        if self.after_of_id:
            raise UserError(
                self.env._(
                    "%s was carried out already: its terms cannot be changed. Approve or refuse it.",
                    self.document_name,
                )
            )

    def _proposed(self, change):
        """One proposed value, checked: of a decided field, of this document, of a possible kind.

        :raise UserError: saying what is wrong
        """
        document = self._document()
        operation = document._approval_ops()[self.operation]
        line, name = change["line"], change["field"]
        record, allowed = document, operation.watch
        if line:
            o2m, line_id = line
            demanded, allowed = operation.lines.get(o2m, (None, ()))
            rows = document[o2m].filtered_domain(demanded) if allowed else document.browse()
            record = rows.filtered(lambda row: row.id == line_id)
        field = record and record._fields.get(name)
        if not field or name not in allowed or field.type in ("one2many", "many2many"):
            raise UserError(
                self.env._(
                    "“%(field)s” is not among the values that are decided on for %(document)s.",
                    field=name,
                    document=self.document_name,
                )
            )
        value = change["value"]
        if not _is_possible(field, value):
            raise UserError(self._bad_value(record, name, value))
        try:
            value = field.convert_to_write(
                field.convert_to_record(field.convert_to_cache(value, record), record), record
            )
        except (ValueError, TypeError) as error:
            raise UserError(self._bad_value(record, name, value)) from error
        if field.type == "many2one" and value and not record[name].browse(value).exists():
            raise UserError(self._bad_value(record, name, value))
        before = record.with_context(lang=self.env.lang)
        after = before.new({name: value}, origin=before)
        return {
            "line": list(line) if line else False,
            "of": self._term_title(record, allowed) if line else "",
            "field": name,
            "label": label(before, name),
            "value": field.to_string(value)
            if field.type in ("date", "datetime") and value
            else value,
            "old": shown(before, name),
            "new": shown(after, name),
        }

    def _bad_value(self, record, name, value):
        return self.env._(
            "%(value)s is not a possible value for “%(field)s”.",
            value=value,
            field=label(record, name),
        )

    def action_accept_terms(self):
        """Accept the proposed terms: the document is changed so, and the chain goes on (A18).

        :raise UserError: nothing is proposed, or the terms cannot be written
        :return: True
        """
        self.ensure_one()
        request, slot, terms = self._proposal_for_me()
        request._write_terms()
        now = fields.Datetime.now()
        terms._engine_write(
            {"state": "done", "verdict": "accept", "decided_by_id": self.env.uid, "decided_at": now}
        )
        slot._engine_write({"state": "done", "verdict": "propose", "decided_at": now})
        slot.step_id.slot_ids.filtered(lambda row: row.state == "waiting")._engine_write(
            {"state": "open" if slot.step_id.mode != "order" else "waiting"}
        )
        request._transition(
            "accept",
            slots={request: slot},
            facts={"terms": request.proposal},
            vals={"proposal": False, "proposal_slot_id": False},
        )
        again = (request.policies or {}).get("terms") == "ask_again"
        request.step_ids.filtered(
            lambda step: (
                step.stage < slot.step_id.stage
                and (
                    (again and step.state == "done" and step.kind == "decide")
                    or (step._was_reached() and step.state == "skipped" and not step._pass_reason())
                )
            )
        )._ask_again()
        slot.step_id._settle()
        request._advance()
        return True

    def action_decline_terms(self, opinion=None):
        """Decline the proposed terms: whoever proposed them decides on what was submitted (A18).

        :param opinion: why, recorded with it
        :return: True
        """
        self.ensure_one()
        request, slot, terms = self._proposal_for_me()
        opinion = (opinion or "").strip()
        now = fields.Datetime.now()
        terms._engine_write(
            {
                "state": "done",
                "verdict": "decline",
                "opinion": opinion or False,
                "decided_by_id": self.env.uid,
                "decided_at": now,
            }
        )
        nothing = ("opinion", "decided_by_id", "on_behalf_of_id", "checked")
        slot._engine_write(dict.fromkeys(nothing, False))
        slot.step_id.slot_ids.filtered(lambda row: row.state == "waiting").filtered(
            lambda row: row._is_next_in_order()
        )._engine_write({"state": "open"})
        request._transition(
            "decline",
            slots={request: slot},
            opinion=opinion,
            vals={"proposal": False, "proposal_slot_id": False},
        )
        return True

    def _proposal_for_me(self):
        request = self._locked()
        terms = request.slot_ids.filtered(lambda slot: slot.is_terms and slot.state == "open")
        mine = terms.filtered_domain(terms._domain_mine())
        if not (request.proposal and mine):
            raise UserError(
                self.env._("There are no proposed terms of %s for you to answer.", request.name)
            )
        return request, request.proposal_slot_id, mine

    def _write_terms(self):
        """Write the proposed terms as the requester; the request then asks for these values."""
        document = self._document().with_env(self._requester_env())
        code = self.operation
        # the door judges once all is written, and by then the request covers the new values
        with document._approval_door():
            header = {}
            for row in self.proposal:
                if row["line"]:
                    o2m, line_id = row["line"]
                    document[o2m].filtered(lambda line, key=line_id: line.id == key).write(
                        {row["field"]: row["value"]}
                    )
                else:
                    header[row["field"]] = row["value"]
            if header:
                document.write(header)
            if not self._still_applies(document):
                raise UserError(
                    self.env._(
                        "With these terms other people have to decide on %s. Withdraw the request, change "
                        "the document and submit it again.",
                        self.document_name,
                    )
                )
            values = document._approval_values(code)[document.id]
            operation = document._approval_ops()[code]
            before = self.sheet or {}
            sheet = {**document.sudo()._approval_sheet(code), "differences": self.proposal}
            now = document.sudo()._approval_request_amounts(operation)
            self._engine_write(
                {
                    "watched": values,
                    "fingerprint": document._approval_fingerprint(values),
                    "sheet": {
                        **sheet,
                        "notes": before.get("notes", []),
                        "files": before.get("files", []),
                    },
                    **now,
                }
            )
            copied = ("amount", "currency_id")
            self.slot_ids._engine_write({name: now[name] for name in copied})


def _as_changes(changes):
    """Proposed changes as they come over RPC, in the form they should have; others name nothing."""
    rows = []
    for change in changes if isinstance(changes, list | tuple) else ():
        change = change if isinstance(change, dict) else {}
        line, name = change.get("line") or False, change.get("field")
        if line and not (
            isinstance(line, list | tuple) and len(line) == 2 and isinstance(line[0], str)
        ):
            line = ("", 0)
        name = name if isinstance(name, str) else ""
        rows.append({"line": line, "field": name, "value": change.get("value", False)})
    return rows


def _is_possible(field, value):
    """Whether a JSON value is of the type of a field: an id is no boolean, a number is finite."""
    if field.type == "many2one":
        return value in (False, None) or (isinstance(value, int) and not isinstance(value, bool))
    if field.type in ("float", "monetary", "integer"):
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )
    if field.type == "boolean":
        return isinstance(value, bool)
    return value in (False, None) or isinstance(value, str)

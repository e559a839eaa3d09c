from contextlib import contextmanager, nullcontext
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..values import forget_overtaken, touch_rows

_LEDGER = "approval_chain.ledger"
_HELD = "approval_chain.held"


class State(NamedTuple):
    """What holds of a document for one operation; ``None`` is not known and differs from anything."""

    executed: bool
    decided: (
        tuple | None
    )  # fingerprint of the decided values, values that conditions look at, parts
    guarded: bool
    dead: bool | None
    company: int | None = None

    def newly(self, now):
        """Whether an executed document came to be one that needs approval: it was not executed, or
        was executed where nobody guards it and moved."""
        return not self.executed or (not self.guarded and self.company != now.company)


CREATED = State(executed=False, decided=None, guarded=True, dead=None)
OUTSIDE = State(executed=False, decided=None, guarded=False, dead=None)


class ApprovalGuardDoors(models.AbstractModel):
    """The doors that a change of a guarded document passes, and the ledger it is entered in (A10)."""

    _inherit = "approval.guard"

    # ------------------------------------------------------------------ early doors

    @api.model_create_multi
    def create(self, vals_list):
        codes = self._approval_codes()
        if not codes:
            return super().create(vals_list)
        # lines written along are part of the creation: judged here, once all is there
        held_before = set(self._approval_held())
        try:
            documents = super().create(vals_list)
        finally:
            self._approval_held().intersection_update(held_before)
        documents._approval_derive_amounts(set().union(*vals_list))
        for code in codes:
            executed = documents._approval_guarded(code)._approval_executed(code)
            executed._approval_claim(code)
            entries = self._approval_entries(code)
            for document in documents - executed:
                entries.pop(document.id, None)
            for document_id, decided in executed._approval_decided(code).items():
                entries[document_id] = State(True, decided, True, None)
        return documents

    def write(self, vals):
        if not self._approval_codes():
            return super().write(vals)
        guarded = not self._approval_door_fields().isdisjoint(vals)
        with self._approval_door() if guarded else nullcontext():
            result = super().write(vals)
            self._approval_derive_amounts(vals)
        return result

    def _approval_derive_amounts(self, names):
        """An amount that follows from other fields is not what somebody wrote over it (A3).

        Odoo lets stored computed fields be written by RPC and import, and limits look at the amount.

        :param names: names of the fields that were written
        """
        for code in self._approval_codes():
            amount = self._approval_ops()[code].amount
            if amount not in names:
                continue
            field = self._fields[amount]
            if field.compute and field.store and field.readonly:
                self.env.add_to_compute(field, self._approval_guarded(code))

    def unlink(self):
        live = [
            request
            for code in self._approval_codes()
            for request in self.env["approval.request"]._live(self, code).values()
        ]
        ids = set(self._ids)
        result = super().unlink()
        for code in self._approval_codes():
            entries = self._approval_entries(code)
            for document_id in ids:
                entries.pop(document_id, None)
        for request in live:
            # what was released in an emergency is decided on, whatever becomes of the document
            if not request.after_of_id:
                request._transition("cancel", opinion=self.env._("The document was deleted."))
        return result

    @contextmanager
    def _approval_door(self):
        """Let a change of guarded values through, or refuse it, judging what really changed.

        Doors nest (a document writes its lines): the outermost judges, once all is written.
        """
        codes = self._approval_codes()
        mine = (
            {id_ for id_ in self._ids if id_ and (self._name, id_) not in self._approval_held()}
            if codes
            else ()
        )
        if not mine:
            yield
            return
        documents = self.browse(sorted(mine))
        before = {code: documents._approval_enter(code) for code in codes}
        keys = {(self._name, id_) for id_ in mine}
        self._approval_held().update(keys)
        try:
            yield
        finally:
            # a savepoint rolled back meanwhile has emptied the ledger; what held before still did
            self._approval_held().difference_update(keys)
            for code in codes:
                self._approval_entries(code).update(before[code])
            self._approval_schedule()
        for code in codes:
            documents._approval_judge_left(code)

    # ------------------------------------------------------------------ last doors

    @api.model
    def _create(self, data_list):
        documents = super()._create(data_list)
        if codes := self._approval_codes():
            for code in codes:
                for document in documents:
                    self._approval_entries(code).setdefault(document.id, CREATED)
            self._approval_schedule()
        return documents

    def _parent_store_create(self):
        # called by _create() between the INSERT of the document and the creation of its lines
        result = super()._parent_store_create()
        if codes := self._approval_codes():
            self._approval_held().update((self._name, id_) for id_ in self._ids)
            for code in codes:
                self._approval_entries(code).update(dict.fromkeys(self._ids, CREATED))
            self._approval_schedule()
        return result

    def _write_multi(self, vals_list):
        if not self._approval_codes():
            return super()._write_multi(vals_list)
        door_fields, ids, written = self._approval_door_fields(), [], set()
        for id_, vals in zip(self._ids, vals_list, strict=True):
            if not door_fields.isdisjoint(vals):
                ids.append(id_)
                written.update(vals)
        self.browse(ids)._approval_enter_late(written)
        result = super()._write_multi(vals_list)
        if ids:
            forget_overtaken(self, vals_list, door_fields)
        return result

    # ------------------------------------------------------------------ the ledger

    @api.model
    def _approval_held(self):
        """Documents whose door is open at the moment: ``{(model, id)}``."""
        return self.env.cr.cache.setdefault(_HELD, set())

    @api.model
    def _approval_ledger(self):
        """``{(model, operation): {document id: state that held before}}`` of this transaction.

        It lives in two places that a rollback, of a savepoint too, empties both, as it must:
        ``env.clear()`` empties the cache of the cursor only and takes back nothing that was
        written; a run of the precommit hooks empties their data only.
        """
        cr = self.env.cr
        if _LEDGER not in cr.cache:
            cr.cache[_LEDGER] = cr.precommit.data.get(_LEDGER, {})
        return cr.cache[_LEDGER]

    @api.model
    def _approval_entries(self, code):
        """``{document id: state that held before}`` in this transaction."""
        return self._approval_ledger().setdefault((self._name, code), {})

    def _approval_enter(self, code):
        """Enter documents before they change; marks their rows, so that of two transactions that
        judge the same document at once one is retried (A9).

        :return: ``{document id: what held before}``
        """
        entries = self._approval_entries(code)
        fresh = self.browse([id_ for id_ in self._ids if id_ not in entries])
        inside = fresh._approval_in_scope(code)
        entries.update(dict.fromkeys((fresh - inside)._ids, OUTSIDE))
        guarded = inside._approval_guarded(code)
        executing = self.env["approval.request"]._executing(self._name, code)
        touch_rows(guarded.filtered(lambda document: document.id not in executing))
        executed = inside._approval_executed(code)
        decided = (executed & guarded)._approval_decided(code)
        company = self._approval_ops()[code].company
        for document in inside:
            entries[document.id] = State(
                document in executed,
                decided.get(document.id),
                document in guarded,
                None,
                document.sudo()[company].id,
            )
        return {id_: entries[id_] for id_ in self._ids}

    def _approval_enter_late(self, written=frozenset()):
        """Enter documents whose row is about to be written without an early door.

        :param written: fields of the documents themselves that are written
        """
        for code in self._approval_codes():
            entries = self._approval_entries(code)
            outside = self._approval_surely_outside(code, written)
            fresh = self.browse(
                [id_ for id_ in self._ids if id_ not in entries and id_ not in outside]
            )
            if not fresh:
                continue
            executed = fresh._approval_executed_stored(code)
            approved = (
                self.env["approval.request"]._latest(fresh.browse(executed), code)
                if executed
                else {}
            )
            parts = fresh.browse(executed)._approval_parts_stored(code)
            for document_id in fresh._ids:
                request = approved.get(document_id)
                known = request and request.state == "executed"
                entries[document_id] = State(
                    document_id in executed,
                    (request.fingerprint if known else None, None, parts.get(document_id)),
                    True,
                    None,
                )
            self._approval_schedule()

    def _approval_executed_stored(self, code):
        """Ids of the documents that are executed and guarded in the database, as its rows stand."""
        operation = self._approval_ops()[code]
        documents = self._approval_neutral().with_context(active_test=False)
        query = documents._search(
            Domain("id", "in", self.ids) & operation.scope & operation.executed
        )
        company = documents._field_to_sql(documents._table, operation.company, query)
        # not through execute_query(): it would flush, and this is asked within a flush
        self.env.cr.execute(query.select(SQL.identifier(documents._table, "id"), company))
        guarding = self.env["approval.chain"]._guarded(self._name).get(code, frozenset())
        rows = self.env.cr.fetchall()
        companies = documents.env["res.company"].browse({row[1] for row in rows if row[1]})
        free = {row.id for row in companies if guarding.isdisjoint(row._approval_lineage(row.id))}
        return {id_ for id_, company_id in rows if company_id not in free}

    def _approval_parts_stored(self, code):
        """``{document id: which parts are done}``, as the rows stand in the database."""
        parts = self._approval_ops()[code].parts if self else {}
        found = {id_: [[] for _name in parts] for id_ in self._ids}
        for place, (name, done) in enumerate(parts.items()):
            field = self._fields[name]
            lines = self._approval_neutral().env[field.comodel_name].with_context(active_test=False)
            query = lines._search(Domain(field.inverse_name, "in", self.ids) & done)
            parent = lines._field_to_sql(lines._table, field.inverse_name, query)
            self.env.cr.execute(query.select(parent, SQL.identifier(lines._table, "id")))
            for document_id, line_id in self.env.cr.fetchall():
                found[document_id][place].append(line_id)
        return {id_: tuple(tuple(sorted(ids)) for ids in rows) for id_, rows in found.items()}

    @api.model
    def _approval_schedule(self):
        """Have the ledger judged before the transaction, or a savepoint, is flushed for good."""
        precommit = self.env.cr.precommit
        if _LEDGER not in precommit.data:
            precommit.data[_LEDGER] = self._approval_ledger()
            precommit.add(self.env(su=True, context={})["approval.guard"]._approval_judge_all)

    @api.model
    def _approval_judge_all(self):
        """Judge every entry; one that is refused stays, so that only a rollback clears it."""
        ledger, held = self._approval_ledger(), self._approval_held()
        self.env.cr.precommit.data.pop(_LEDGER, None)
        try:
            for (model_name, code), entries in list(ledger.items()):
                ids = [id_ for id_ in entries if (model_name, id_) not in held]
                self.env[model_name].browse(ids)._approval_judge_left(code)
                for id_ in ids:
                    entries.pop(id_, None)
        except Exception:
            self.env.cr.cache[_LEDGER] = ledger
            self._approval_schedule()
            raise

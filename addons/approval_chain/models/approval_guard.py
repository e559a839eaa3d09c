import hashlib
import json
from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..values import forget_overtaken, plain, touch_rows

_LEDGER = "approval_chain.ledger"
_HELD = "approval_chain.held"


class _State(NamedTuple):
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


_CREATED = _State(executed=False, decided=None, guarded=True, dead=None)
_OUTSIDE = _State(executed=False, decided=None, guarded=False, dead=None)


class ApprovalGuard(models.AbstractModel):
    """The doors of a guarded document (A9, A10, A15).

    Every door enters the document in the ledger of the transaction, with what held before: was the
    operation executed, and with which decided values. What holds afterwards is judged against that:

    ==============================  ============================================================
    became executed                 needs an approved request of exactly these values; consumes it
    was executed, values changed    refused, when a chain would have to approve them
    pending, values changed         refused
    approved, values changed        the approval becomes void
    ==============================  ============================================================

    Early doors (create, write, unlink, and the lines') judge at once and give good messages. Last
    doors (the INSERT and UPDATE of the rows, which computed states pass too) leave the judgement to
    the end of the transaction, where all entries are judged once more: a refusal that somebody
    caught is repeated there, so that nothing refused is ever committed. Nothing in the context and
    no superuser flag opens a door. Without a chain for the model no door costs a query.
    """

    _name = "approval.guard"
    _description = "Approval Guard"

    # ------------------------------------------------------------------ declaration

    @api.model
    def _approval_operations(self):
        """Declare what of this model is guarded; extend with ``super()``.

        :return: ``{code: Operation}``
        """
        return {}

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _approval_ops(self):
        return self._approval_operations()

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _approval_header_fields(self):
        return frozenset(
            name
            for operation in self._approval_ops().values()
            for name in operation.header_fields(self._name)
        )

    @api.model
    def _approval_door_fields(self):
        """Fields of the document whose write must pass a door: decided values, what can make an
        operation executed, and what the conditions of the chains look at."""
        return self._approval_header_fields() | self.env["approval.chain"]._condition_fields(
            self._name
        )

    @api.model
    def _approval_codes(self):
        """Operations that any company guards, or once guarded."""
        guarded = self.env["approval.chain"]._guarded(self._name)
        return tuple(code for code in self._approval_ops() if code in guarded) if guarded else ()

    def _approval_neutral(self):
        """The documents as the engine judges them: whoever asks, in whatever context."""
        return self.with_env(self.env(su=True, context={}))

    def _approval_guarded(self, code):
        """Those of the documents in scope whose company has, or had, a chain for the operation.

        A document without a company is guarded by all of them.
        """
        companies = self.env["approval.chain"]._guarded(self._name).get(code)
        if not companies:
            return self.browse()
        name = self._approval_ops()[code].company
        return self._approval_in_scope(code).filtered(
            lambda document: (
                not document.sudo()[name]
                or not companies.isdisjoint(document.sudo()[name].parent_ids._ids)
            )
        )

    def _approval_in_scope(self, code):
        """Those of the records that are documents of the operation at all."""
        scope = self._approval_ops()[code].scope
        if scope.is_true():
            return self
        return self.browse(self._approval_neutral().filtered_domain(scope)._ids)

    def _approval_surely_outside(self, code, written=frozenset()):
        """Ids of the records known to be out of scope without reading anything.

        :param written: fields about to be written, which may bring a record into scope
        """
        operation = self._approval_ops()[code]
        names = operation.scope_fields()
        if not names or not names.isdisjoint(written):
            return set()
        neutral = self._approval_neutral()
        caches = [self._fields[name]._get_cache(neutral.env) for name in names]
        known = self.browse([id_ for id_ in self._ids if all(id_ in cache for cache in caches)])
        return {*known._ids} - {*known._approval_in_scope(code)._ids}

    # ------------------------------------------------------------------ what holds

    def _approval_executed(self, code):
        """Those of the documents for which the operation counts as done."""
        operation = self._approval_ops()[code]
        executed = self._approval_neutral().filtered_domain(operation.scope & operation.executed)
        return self.browse(executed._ids)

    def _approval_values(self, code):
        """The decided values of the documents, rounded, in a form that can be compared.

        :return: ``{document id: {"fields": {...}, "lines": {one2many: [[...], ...]}}}``
        """
        operation = self._approval_ops()[code]
        names = [
            operation.company,
            *operation.watch,
            *([operation.currency] if operation.amount else []),
        ]
        values = {}
        for document in self._approval_neutral():
            document = document.with_company(document[operation.company])
            values[document.id] = {
                "fields": {name: plain(document, name) for name in names},
                "lines": {
                    name: sorted(
                        (
                            [plain(line, field) for field in line_fields]
                            for line in document[name].filtered_domain(domain)
                        ),
                        key=repr,
                    )
                    for name, (domain, line_fields) in operation.lines.items()
                },
            }
        return values

    def _approval_fingerprints(self, code):
        """``{document id: fingerprint of the decided values}``."""
        return {
            document_id: self._approval_fingerprint(values)
            for document_id, values in self._approval_values(code).items()
        }

    @api.model
    def _approval_fingerprint(self, values):
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def _approval_decided(self, code):
        """``{document id: (fingerprint, values the conditions look at, which parts are done)}``."""
        conditions = sorted(self.env["approval.chain"]._condition_fields(self._name))
        fingerprints, parts = self._approval_fingerprints(code), self._approval_ops()[code].parts
        return {
            document.id: (
                fingerprints[document.id],
                repr([plain(document, name) for name in conditions]),
                tuple(
                    tuple(sorted(document[name].filtered_domain(done)._ids))
                    for name, done in parts.items()
                ),
            )
            for document in self._approval_neutral()
        }

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
        for code in codes:
            executed = documents._approval_guarded(code)._approval_executed(code)
            executed._approval_claim(code)
            entries = self._approval_entries(code)
            for document in documents - executed:
                entries.pop(document.id, None)
            for document_id, decided in executed._approval_decided(code).items():
                entries[document_id] = _State(True, decided, True, None)
        return documents

    def write(self, vals):
        if not self._approval_codes() or self._approval_door_fields().isdisjoint(vals):
            return super().write(vals)
        with self._approval_door():
            return super().write(vals)

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
                for document_id, state in before[code].items():
                    self._approval_entries(code).setdefault(document_id, state)
            self._approval_schedule()
        for code in codes:
            documents.exists()._approval_judge(code)

    # ------------------------------------------------------------------ last doors

    @api.model
    def _create(self, data_list):
        documents = super()._create(data_list)
        if codes := self._approval_codes():
            for code in codes:
                for document in documents:
                    self._approval_entries(code).setdefault(document.id, _CREATED)
            self._approval_schedule()
        return documents

    def _parent_store_create(self):
        # called by _create() between the INSERT of the document and the creation of its lines
        result = super()._parent_store_create()
        if codes := self._approval_codes():
            self._approval_held().update((self._name, id_) for id_ in self._ids)
            for code in codes:
                self._approval_entries(code).update(dict.fromkeys(self._ids, _CREATED))
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
    def _approval_entries(self, code):
        """``{document id: state that held before}`` in this transaction.

        It lives in the cache of the cursor, which a rollback empties, as it must.
        """
        return self.env.cr.cache.setdefault(_LEDGER, {}).setdefault((self._name, code), {})

    def _approval_enter(self, code):
        """Enter documents before they change; marks their rows, so that of two transactions that
        judge the same document at once one is retried (A9).

        :return: ``{document id: what held before}``
        """
        entries = self._approval_entries(code)
        fresh = self.browse([id_ for id_ in self._ids if id_ not in entries])
        inside = fresh._approval_in_scope(code)
        entries.update(dict.fromkeys((fresh - inside)._ids, _OUTSIDE))
        guarded = inside._approval_guarded(code)
        touch_rows(guarded)
        executed = inside._approval_executed(code)
        decided = (executed & guarded)._approval_decided(code)
        company = self._approval_ops()[code].company
        for document in inside:
            entries[document.id] = _State(
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
                entries[document_id] = _State(
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
        free = {row.id for row in companies if guarding.isdisjoint(row.parent_ids._ids)}
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
            precommit.data[_LEDGER] = True
            precommit.add(self.env(su=True, context={})["approval.guard"]._approval_judge_all)

    @api.model
    def _approval_judge_all(self):
        """Judge every entry; one that is refused stays, so that only a rollback clears it."""
        self.env.cr.precommit.data.pop(_LEDGER, None)
        ledger, held = self.env.cr.cache.setdefault(_LEDGER, {}), self._approval_held()
        try:
            for (model_name, code), entries in list(ledger.items()):
                ids = [id_ for id_ in entries if (model_name, id_) not in held]
                documents = self.env[model_name].browse(ids)
                try:
                    documents._approval_judge(code)
                except MissingError:
                    documents.exists()._approval_judge(code)
                for id_ in ids:
                    entries.pop(id_, None)
        except Exception:
            self._approval_schedule()
            raise

    def _approval_judge(self, code):
        """Compare what holds now with what held before; refuse, void, or consume an approval."""
        entries, guarded = self._approval_entries(code), self._approval_guarded(code)
        judged = self.filtered(lambda doc: doc in guarded or entries.get(doc.id, _CREATED).guarded)
        executed, decided = judged._approval_executed(code), judged._approval_decided(code)
        dead, company = judged._approval_dead(code), self._approval_ops()[code].company
        now = {
            doc.id: _State(
                doc in executed, decided[doc.id], True, doc in dead, doc.sudo()[company].id
            )
            for doc in judged
        }
        before = {doc.id: entries.get(doc.id, _CREATED) for doc in judged}
        moved = judged.filtered(lambda doc: before[doc.id] != now[doc.id])
        done = moved.filtered(lambda doc: now[doc.id].executed)
        newly = done.filtered(lambda doc: before[doc.id].newly(now[doc.id]))
        (newly & guarded)._approval_claim(code)
        (done - newly).filtered(
            lambda doc: _differ(before[doc.id].decided, now[doc.id].decided)
        )._approval_refuse_changed(code)
        moved.filtered(lambda doc: not now[doc.id].executed)._approval_check_open(code, decided)
        entries.update(now)

    def _approval_refuse_changed(self, code):
        """Refuse a change of decided values after execution (A9)."""
        needed = self._approval_chains(code) if self else {}
        if not needed:
            return
        document = self.browse(next(iter(needed)))
        name = document.sudo().display_name
        request = self.env["approval.request"]._latest(document, code).get(document.id)
        if request and request.state == "executed":
            raise UserError(
                self.env._(
                    "%(document)s was carried out with the values approved in %(request)s: product, quantity, "
                    "price, terms and dates cannot be changed any more. Cancel it and submit it again with "
                    "the new values.",
                    document=name,
                    request=request.name,
                )
            )
        raise UserError(
            self.env._(
                "%(document)s was carried out before it needed approval; with these values it needs approval "
                "by “%(chain)s”. Cancel it and submit it with the new values.",
                document=name,
                chain=needed[document.id].name,
            )
        )

    def _approval_check_open(self, code, decided):
        """Lock decided values while pending; let a change after approval void it (A9)."""
        live = self.env["approval.request"]._live(self, code) if self else {}
        if not live:
            return
        documents = self.browse(live)
        dead = documents._approval_dead(code)
        for document in documents:
            request = live[document.id]
            if request.after_of_id:
                # it was carried out in an emergency: that is decided on, whatever becomes of it
                continue
            if document in dead:
                request._transition("cancel", opinion=self.env._("The document was cancelled."))
            elif decided[document.id][0] == request.fingerprint and request._still_applies(
                document
            ):
                continue
            elif request.state == "pending":
                raise UserError(
                    self.env._(
                        "%(document)s is in approval (%(request)s): product, quantity, price, terms and dates "
                        "are locked until it is decided. Withdraw the request to change them.",
                        document=document.sudo().display_name,
                        request=request.name,
                    )
                )
            elif document._approval_keeps(code, request):
                continue
            else:
                request._transition(
                    "void",
                    opinion=self.env._(
                        "Approved values were changed afterwards; the approval no longer holds.",
                    ),
                )

    def _approval_dead(self, code):
        """Documents that cannot be executed any more."""
        dead = self._approval_ops()[code].dead
        return (
            self.browse()
            if dead.is_false()
            else self.browse(self._approval_neutral().filtered_domain(dead)._ids)
        )

    # ------------------------------------------------------------------ the oracle and the claim

    def _approval_chains(self, code):
        """Which active chain each document has to go through now.

        :return: ``{document id: approval.chain}``; documents without a chain are left out
        """
        Chain = self.env["approval.chain"]._neutral()
        operation = self._approval_ops()[code]
        found, rest = {}, self._approval_neutral()
        for chain in Chain.browse(Chain._ordered_ids(self._name, code)):
            if not rest:
                break
            of_company = rest.filtered(
                lambda document, chain=chain: (
                    not document[operation.company]
                    or chain.company_id in document[operation.company].parent_ids
                )
            )
            for document in chain._matching(of_company, operation):
                found[document.id] = chain
                rest -= document
        return {id_: chain.with_env(self.env(su=True)) for id_, chain in found.items()}

    def _approval_reasons(self, code, live=None):
        """Why the operation cannot be executed now; the one oracle of buttons, doors and tests.

        :param live: the requests under way, where they are known already
        :return: ``{document id: [sentences]}``, an empty list for those that may
        """
        reasons = {document.id: [] for document in self}
        guarded = self._approval_guarded(code)
        if not guarded:
            return reasons
        live = self.env["approval.request"]._live(guarded, code) if live is None else live
        unasked = guarded.browse([id_ for id_ in guarded._ids if id_ not in live])
        for document_id, chain in unasked._approval_chains(code).items():
            reasons[document_id].append(
                self.env._(
                    "%(document)s needs approval by “%(chain)s” first. Submit it for approval.",
                    document=guarded.browse(document_id).sudo().display_name,
                    chain=chain.name,
                )
            )
        asked = guarded.browse(live)
        now = asked._approval_fingerprints(code)
        for document in asked:
            request, name = live[document.id], document.sudo().display_name
            if request.state == "pending":
                reasons[document.id].append(
                    self.env._(
                        "%(document)s is in approval (%(request)s) and waits for: %(people)s.",
                        document=name,
                        request=request.name,
                        people=request._waits_for(),
                    )
                )
            elif now[document.id] != request.fingerprint or not request._still_applies(document):
                reasons[document.id].append(
                    self.env._(
                        "%(document)s was changed after %(request)s was approved. Submit it again.",
                        document=name,
                        request=request.name,
                    )
                )
        return reasons

    def _approval_claim(self, code):
        """Consume the approvals of documents that were executed, or refuse them all (A15).

        Documents that no chain applies to pass. Judged on the values as they will be stored.
        """
        if not self:
            return
        found = self.env["approval.request"]._live(self, code)
        reasons = self._approval_reasons(code, found)
        if refused := [sentence for sentences in reasons.values() for sentence in sentences]:
            raise UserError("\n".join(refused))
        live = self.env["approval.request"].sudo().union(*found.values())
        # the request row is written here: somebody who withdraws it at once makes this start over
        if live:
            live._transition(
                "execute", vals={"executed_at": fields.Datetime.now(), "failure": False}
            )
        self._approval_note_shadows(code)

    def _approval_amount_in(self, document, operation, currency):
        """Amount of ``document`` in ``currency`` at the document's date (A3)."""
        company = document[operation.company]
        source = document[operation.currency] or company.currency_id
        date = (operation.date and document[operation.date]) or company._approval_today()
        return source._convert(document[operation.amount], currency, company, date)


def _differ(before, now):
    """Whether decided values moved; what is not known of before does not count."""
    if before is None:
        return False
    return any(old is not None and old != new for old, new in zip(before, now, strict=True))

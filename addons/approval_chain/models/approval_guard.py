import hashlib
import json
from contextlib import contextmanager

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..operation import LIVE_STATES
from ..values import plain

_NOTED = "approval_chain.executed"
_HELD = "approval_chain.doors"


class ApprovalGuard(models.AbstractModel):
    """The doors of a guarded document (A9, A10).

    Early doors (create, write, unlink, and the lines') compare before and after and give good
    messages. Last doors (the INSERT and UPDATE of the document's own row, which computed states
    pass too) note whatever became executed; before the transaction is flushed for good, every
    noted document must have been claimed, or need no approval. Nothing in the context and no
    superuser flag opens a door. Without a chain for the model, no door costs a query.
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
    def _approval_door_fields(self):
        """Fields of the document whose write must pass the early door."""
        return frozenset(
            name for operation in self._approval_ops().values()
            for name in operation.header_fields(self._name)
        )

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _approval_input_fields(self):
        """Fields of the document that can make an operation executed."""
        return frozenset(
            name for operation in self._approval_ops().values()
            for name in operation.inputs.get(self._name, ())
        )

    def _approval_guarded(self, code):
        """Those of the documents whose company has, or had, a chain for the operation."""
        companies = self.env["approval.chain"]._guarded(self._name).get(code)
        if not companies:
            return self.browse()
        operation = self._approval_ops()[code]
        return self.sudo().filtered(
            lambda document: not companies.isdisjoint(document[operation.company].parent_ids._ids)
        )

    @api.model
    def _approval_codes(self):
        """Operations that any company guards at the moment, from the cache."""
        return tuple(self.env["approval.chain"]._guarded(self._name))

    # ------------------------------------------------------------------ watched values

    def _approval_values(self, code):
        """The decided values of the documents, rounded, in a form that can be compared.

        :return: ``{document id: {"fields": {...}, "lines": {one2many: [[...], ...]}}}``
        """
        operation = self._approval_ops()[code]
        values = {}
        for document in self.sudo():
            values[document.id] = {
                "fields": {
                    name: plain(document, name) for name in (operation.company, *operation.watch)
                },
                "lines": {
                    name: sorted(
                        ([plain(line, field) for field in line_fields]
                         for line in document[name].filtered_domain(domain)),
                        key=repr,
                    )
                    for name, (domain, line_fields) in operation.lines.items()
                },
            }
        return values

    def _approval_fingerprints(self, code):
        """``{document id: fingerprint of the watched values}``."""
        return {
            document_id: self._approval_fingerprint(values)
            for document_id, values in self._approval_values(code).items()
        }

    @api.model
    def _approval_fingerprint(self, values):
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    # ------------------------------------------------------------------ early doors

    @api.model_create_multi
    def create(self, vals_list):
        codes = self._approval_codes()
        if not codes:
            return super().create(vals_list)
        # the lines written along are part of the creation: judged here, once all is there
        held = self.env.cr.cache.setdefault(_HELD, set())
        outer = set(held)
        try:
            documents = super().create(vals_list)
        finally:
            held &= outer
        for code in codes:
            created = documents._approval_guarded(code)._approval_executed(code)
            created.with_env(self.env)._approval_claim(code)
        return documents

    def write(self, vals):
        if self._approval_door_fields().isdisjoint(vals):
            return super().write(vals)
        with self._approval_door():
            return super().write(vals)

    def unlink(self):
        for code in self._approval_codes():
            requests = self.env["approval.request"]._live(self, code).values()
            for request in requests:
                request._transition("cancel", opinion=self.env._("The document was deleted."))
        return super().unlink()

    @contextmanager
    def _approval_door(self):
        """Let a change of guarded values through, or refuse it, judging what really changed.

        Doors nest (a document writes its lines): the outermost judges, once all is written.
        """
        codes = self._approval_codes()
        held = self.env.cr.cache.setdefault(_HELD, set())
        keys = {(self._name, id_) for id_ in self._ids if id_} - held if codes else set()
        if not keys:
            yield
            return
        documents = self.sudo().browse(sorted(id_ for _name, id_ in keys))
        guarded = {code: documents._approval_guarded(code) for code in codes}
        executed = {code: docs._approval_executed(code) for code, docs in guarded.items()}
        values = {code: docs._approval_fingerprints(code) for code, docs in executed.items() if docs}
        held |= keys
        try:
            yield
        finally:
            held -= keys
        documents = documents.exists()
        for code in codes:
            docs = (guarded[code] & documents) | documents._approval_guarded(code)
            now = docs._approval_executed(code)
            (now - executed[code]).with_env(self.env)._approval_claim(code)
            (now & executed[code]).with_env(self.env)._approval_check_executed(code, values.get(code))
            (docs - now).with_env(self.env)._approval_check_open(code)

    def _approval_executed(self, code):
        """Those of the documents for which the operation counts as done."""
        return self.sudo().filtered_domain(self._approval_ops()[code].executed)

    def _approval_check_executed(self, code, fingerprints):
        """Refuse a change of decided values after execution (A9)."""
        if not self:
            return
        now = self._approval_fingerprints(code)
        changed = self.filtered(lambda document: now[document.id] != fingerprints[document.id])
        if changed and (needed := changed._approval_chains(code)):
            document = self.browse(next(iter(needed))).sudo()
            raise UserError(self.env._(
                "%(document)s was carried out with the values that were approved; product, "
                "quantity, price, terms and dates cannot be changed any more. Cancel it and submit "
                "it again with the new values.", document=document.display_name,
            ))

    def _approval_check_open(self, code):
        """Lock watched values while pending; let a change after approval void it (A9)."""
        if not self:
            return
        live = self.env["approval.request"]._live(self, code)
        if not live:
            return
        documents = self.browse(live).sudo()
        dead = documents.filtered_domain(self._approval_ops()[code].dead) \
            if not self._approval_ops()[code].dead.is_false() else self.browse()
        now = (documents - dead)._approval_fingerprints(code)
        for document in documents:
            request = live[document.id]
            if document in dead:
                request._transition("cancel", opinion=self.env._("The document was cancelled."))
            elif now[document.id] == request.fingerprint:
                continue
            elif request.state == "pending":
                raise UserError(self.env._(
                    "%(document)s is in approval (%(request)s): product, quantity, price, terms "
                    "and dates are locked until it is decided. Withdraw the request to change them.",
                    document=document.display_name, request=request.name,
                ))
            else:
                request._transition("void", opinion=self.env._(
                    "Approved values were changed afterwards; the approval no longer holds.",
                ))

    # ------------------------------------------------------------------ last doors

    @api.model
    def _create(self, data_list):
        documents = super()._create(data_list)
        for code in self._approval_codes():
            documents._approval_note(code, documents._ids)
        return documents

    def _parent_store_create(self):
        # called by _create() between the INSERT of the document and the creation of its lines
        super()._parent_store_create()
        if self._approval_codes():
            self.env.cr.cache.setdefault(_HELD, set()).update((self._name, id_) for id_ in self._ids)

    def _write_multi(self, vals_list):
        inputs = self._approval_input_fields() if self._approval_codes() else frozenset()
        turned = self.browse(
            id_ for id_, vals in zip(self._ids, vals_list, strict=True) if not inputs.isdisjoint(vals)
        ) if inputs else self.browse()
        for code in self._approval_codes() if turned else ():
            turned._approval_note(code, set(turned._ids) - turned._approval_executed_stored(code))
        return super()._write_multi(vals_list)

    def _approval_executed_stored(self, code):
        """Ids of the documents that are executed in the database, as its rows stand."""
        query = self.sudo().with_context(active_test=False)._search(
            [("id", "in", self.ids), *self._approval_ops()[code].executed],
        )
        # not through execute_query(): it would flush, and this is asked within a flush
        self.env.cr.execute(query.select())
        return {row[0] for row in self.env.cr.fetchall()}

    def _approval_note(self, code, ids):
        """Remember what became executed; judged when the transaction is flushed."""
        if not ids:
            return
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = {}
            precommit.add(self.env(su=True)["approval.guard"]._approval_judge_noted)
        precommit.data[_NOTED].setdefault((self._name, code), set()).update(ids)

    @api.model
    def _approval_judge_noted(self):
        """Refuse the transaction when something was executed that nobody allowed."""
        noted = self.env.cr.precommit.data.pop(_NOTED, {})
        for (model_name, code), ids in noted.items():
            documents = self.env[model_name].sudo().browse(sorted(ids))
            executed = documents.browse(documents._approval_executed_stored(code))
            unclaimed = executed._approval_guarded(code)
            if unclaimed:
                taken = self.env["approval.request"]._take_claims(model_name, code, unclaimed.ids)
                unclaimed = unclaimed.browse(set(unclaimed._ids) - taken)
            if unclaimed and (needed := unclaimed._approval_chains(code)):
                raise UserError(unclaimed._approval_sentences(code, needed))

    # ------------------------------------------------------------------ the oracle and the claim

    def _approval_chains(self, code):
        """Which active chain each document has to go through now.

        :return: ``{document id: approval.chain}``; documents without a chain are left out
        """
        chains = self.env["approval.chain"].sudo()
        chains = chains.browse(chains._ordered_ids(self._name, code))
        operation = self._approval_ops()[code]
        found, rest = {}, self.sudo()
        for chain in chains:
            if not rest:
                break
            of_company = rest.filtered(
                lambda document, chain=chain: chain.company_id in document[operation.company].parent_ids
            )
            for document in chain._matching(of_company, operation):
                found[document.id] = chain
                rest -= document
        return found

    def _approval_reasons(self, code):
        """Why the operation cannot be executed now; the one oracle of buttons, doors and tests.

        :return: ``{document id: [sentences]}``, an empty list for those that may
        """
        reasons = {document.id: [] for document in self}
        guarded = self._approval_guarded(code)
        if not guarded:
            return reasons
        live = self.env["approval.request"]._live(guarded, code)
        unasked = guarded.browse([id_ for id_ in guarded._ids if id_ not in live])
        needed = unasked._approval_chains(code)
        for document_id, chain in needed.items():
            reasons[document_id].append(self.env._(
                "%(document)s needs approval by “%(chain)s” first. Submit it for approval.",
                document=guarded.browse(document_id).display_name, chain=chain.name,
            ))
        asked = guarded.browse(live)
        now = asked._approval_fingerprints(code)
        for document in asked:
            request = live[document.id]
            if request.state == "pending":
                reasons[document.id].append(self.env._(
                    "%(document)s is in approval (%(request)s) and waits for: %(people)s.",
                    document=document.display_name, request=request.name,
                    people=", ".join(request.slot_ids.filtered(
                        lambda slot: slot.state == "open").mapped("waits_for")) or "-",
                ))
            elif now[document.id] != request.fingerprint:
                reasons[document.id].append(self.env._(
                    "%(document)s was changed after %(request)s was approved. Submit it again.",
                    document=document.display_name, request=request.name,
                ))
        return reasons

    def _approval_claim(self, code):
        """Consume the approvals of documents that are being executed, or refuse them all (A15).

        Documents that no chain applies to pass. Called by the doors after the values were written,
        so that what is compared is what will be stored.
        """
        documents = self._approval_guarded(code)
        if not documents:
            return
        Request = self.env["approval.request"].sudo()
        live = Request.browse([request.id for request in Request._live(documents, code).values()])
        live._lock()
        reasons = documents.with_env(self.env)._approval_reasons(code)
        if refused := [sentence for sentences in reasons.values() for sentence in sentences]:
            raise UserError("\n".join(refused))
        approved = live.filtered(lambda request: request.state in LIVE_STATES)
        if approved:
            Request._claim(approved)

    def _approval_sentences(self, code, needed):
        return "\n".join(
            self.env._(
                "%(document)s needs approval by “%(chain)s” first. Submit it for approval.",
                document=self.browse(document_id).display_name, chain=chain.name,
            ) for document_id, chain in needed.items()
        )

    def _approval_amount_in(self, document, operation, currency):
        """Amount of ``document`` in ``currency`` at the document's date (A3)."""
        company = document[operation.company]
        source = document[operation.currency] or company.currency_id
        date = (operation.date and document[operation.date]) or fields.Date.context_today(self)
        return source._convert(document[operation.amount], currency, company, date)

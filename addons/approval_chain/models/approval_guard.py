import hashlib
import json

from odoo import api, models, tools

from ..values import plain


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
        name, lineage = (
            self._approval_ops()[code].company,
            self.env["res.company"]._approval_lineage,
        )
        return self._approval_in_scope(code).filtered(
            lambda document: (
                not (company := document.sudo()[name])
                or not companies.isdisjoint(lineage(company.id))
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

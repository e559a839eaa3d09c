from odoo import api, models
from odoo.tools import SQL

TOGETHER = ("approval.request", "approval.request.step", "approval.request.slot")
# both live in the cache of the cursor, which a rollback empties, as it must
_COLLECTED = "approval_chain.collected"
_ENTRIES = "approval_chain.entries"


class ApprovalEngineFlush(models.AbstractModel):
    """A record that goes to the database together with what else one click changed.

    A decision changes the request, its steps and its places, and is recorded in the log. The ORM
    would send a statement for each of them; here whatever is to be written of any of the three
    models, and the entries of the log, are one statement.
    """

    _name = "approval.engine.flush"
    _inherit = ["approval.engine.record"]
    _description = "Record Written with the Log"

    def _flush(self):
        self.env["approval.engine.flush"]._flush_together()

    def _flush_own(self):
        return super()._flush()  # pylint: disable=super-method-mismatch

    def _write_multi(self, vals_list):
        collected = self.env.cr.cache.get(_COLLECTED)
        if collected is None:
            return super()._write_multi(vals_list)
        return collected.append((self, self._same_columns(vals_list)))

    @api.model
    def _log_later(self, rows, people):
        """Have entries of the log written with the heads that belong to them.

        :param rows: ``(request id, number, verb, user id, time, text, previous hash, hash)``
        :param people: ids of the users whose names are remembered with them
        """
        kept_rows, kept_people = self.env.cr.cache.setdefault(_ENTRIES, ([], set()))
        kept_rows += rows
        kept_people |= people

    @api.model
    def _flush_together(self):
        cache = self.env.cr.cache
        if _COLLECTED in cache:
            return
        collected = cache[_COLLECTED] = []
        try:
            for name in TOGETHER:
                self.env[name]._flush_own()
        finally:
            del cache[_COLLECTED]
        parts = [part for records, vals in collected for part in _updates(records, vals)]
        # after the requests: whoever waits for the row of one is told to start over before the
        # number of the entry is found to be taken
        parts += self.env["approval.log"]._inserts(*cache.pop(_ENTRIES, ((), ())))
        if parts:
            named = [SQL("%s AS (%s)", SQL.identifier(f"p{n}"), p) for n, p in enumerate(parts)]
            self.env.cr.execute(SQL("WITH %s SELECT", SQL(", ").join(named)))


def _updates(records, vals_list):
    """An UPDATE for each set of columns."""
    rows = {}
    for id_, vals in zip(records._ids, vals_list, strict=True):
        rows.setdefault(tuple(sorted(vals)), []).append((id_, *(vals[n] for n in sorted(vals))))
    table = SQL.identifier(records._table)
    for names, values in rows.items():
        columns = [SQL.identifier(name) for name in names]
        types = [SQL(records._fields[name].column_type[1]) for name in names]
        yield SQL(
            'UPDATE %(table)s SET %(assignments)s FROM (VALUES %(rows)s) AS "__tmp"("id", %(columns)s)'
            ' WHERE %(table)s."id" = "__tmp"."id"',
            table=table,
            assignments=SQL(", ").join(
                SQL('%s = "__tmp".%s::%s', column, column, type_)
                for column, type_ in zip(columns, types, strict=True)
            ),
            rows=SQL(", ").join(values),
            columns=SQL(", ").join(columns),
        )

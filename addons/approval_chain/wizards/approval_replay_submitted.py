"""Documents as they were when they were submitted, for a replay (A17)."""

from contextlib import contextmanager

from odoo.fields import Command


@contextmanager
def as_submitted(documents, operation, requests):
    """Let documents be read with the decided values of their requests within this block.

    The values stand in the cache only: nothing is written, and afterwards they are forgotten.
    Values that no longer fit the declaration of the operation are those of today.

    :param documents: documents as superuser, nothing of them waiting to be written
    :param operation: the :class:`Operation` the requests are about
    :param requests: ``{document id: approval.request}``, each with its frozen values
    """
    documents.env.flush_all()
    frozen = documents.browse(requests).with_prefetch(documents._prefetch_ids)
    names = {name for name in operation.lines if name in documents._fields}
    try:
        for document in frozen:
            request = requests[document.id]
            values = {**(request.watched or {}).get("fields", {}), **_amounts(operation, request)}
            for name, value in values.items():
                if _is_replaceable(document, name):
                    names.add(name)
                    document._fields[name]._update_cache(document, _cached(document, name, value))
            for name, rows in ((request.watched or {}).get("lines") or {}).items():
                if name in operation.lines:
                    _put_lines(document, name, operation.lines[name][1], rows)
        _forget_deleted(frozen, names)
        yield
    finally:
        frozen.invalidate_recordset(names, flush=False)


def _amounts(operation, request):
    """What a request keeps of the amount, by the fields of the document."""
    if not operation.amount:
        return {}
    found = {operation.amount: request.amount, operation.currency: request.currency_id.id}
    return {**found, operation.date: request.amount_date} if operation.date else found


def _is_replaceable(document, name):
    """Whether one value of the field is the same for everybody who reads it."""
    field = document._fields.get(name)
    return bool(field) and not document.pool.field_depends_context.get(field)


def _cached(record, name, value):
    """What the cache holds for a value as :func:`..values.plain` froze it."""
    field = record._fields[name]
    if field.type == "many2one":
        return value or None
    if field.relational:
        return tuple(value or ())
    if field.type in ("float", "monetary"):
        return float(value or 0.0)
    return field.convert_to_cache(False if value == "" else value, record, validate=False)


def _put_lines(document, one2many, names, rows):
    """Let a document have the lines that were decided on, as records that exist nowhere."""
    field = document._fields.get(one2many)
    if not field or any(len(row) != len(names) for row in rows):
        return
    lines = document.env[field.comodel_name]
    always = {lines._active_name: True} if lines._active_name else {}
    found = [
        lines.new({**always, **{n: _given(lines, n, v) for n, v in zip(names, row, strict=True)}})
        for row in rows
    ]
    inverse = lines._fields.get(field.inverse_name)
    for line in found if inverse and inverse.type == "many2one" else ():
        # not through new(): the lines of today would be joined by these
        inverse._update_cache(line, document.id)
    field._update_cache(document, tuple(line.id for line in found))


def _given(lines, name, value):
    """A frozen value as it is given to a new record."""
    field = lines._fields[name]
    if field.type in ("one2many", "many2many"):
        return [Command.set(value or [])]
    if field.type in ("float", "monetary"):
        return float(value or 0.0)
    return value or False


def _forget_deleted(documents, names):
    """Forget partners, terms and the like that were deleted since."""
    for name in names:
        field = documents._fields[name]
        if field.type == "many2one":
            cache = field._get_cache(documents.env)
            known = {cache[id_] for id_ in documents._ids if cache.get(id_)}
            there = set(documents.env[field.comodel_name].browse(known).exists()._ids)
            for id_ in documents._ids:
                if cache.get(id_) and cache[id_] not in there:
                    cache[id_] = None

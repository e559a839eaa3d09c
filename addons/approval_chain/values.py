"""Field values as the engine compares, shows and locks them."""

from odoo.tools import SQL, float_repr, format_date, format_time, formatLang


def plain(record, name):
    """The value of a field as JSON that is equal exactly when the decision is the same."""
    field, value = record._fields[name], record[name]
    if field.relational:
        return value._ids[0] if field.type == "many2one" and value else sorted(value._ids)
    if field.type in ("float", "monetary"):
        return float_repr(value or 0.0, _decimals(record, field))
    if field.type in ("date", "datetime"):
        return field.to_string(value) or ""
    return value if isinstance(value, bool | int) else str(value or "")


def label(records, name):
    """Label of a field in the language of the user."""
    return records.fields_get([name], ["string"])[name]["string"]


def shown(record, name):
    """The value of a field as people read it, in the language of the user."""
    field, value = record._fields[name], record[name]
    if field.relational:
        return ", ".join(value.mapped("display_name"))
    formats = {
        "monetary": lambda: _money(record, field, value),
        "float": lambda: _number(record.env, value or 0.0, _decimals(record, field)),
        "selection": lambda: dict(field._description_selection(record.env)).get(value, value or ""),
        "datetime": lambda: _moment(record.env, value) if value else "",
        "date": lambda: format_date(record.env, value) if value else "",
    }
    return formats.get(field.type, lambda: str(value or ""))()


def whole_numbers(ids):
    """Ids as they come over RPC, those that are none left out: ``True`` and text are not ids."""
    ids = ids if isinstance(ids, list | tuple) else [ids]
    return [id_ for id_ in ids if isinstance(id_, int) and not isinstance(id_, bool) and id_ > 0]


def integer_keys(chosen):
    """``{id: [ids]}`` as it comes over RPC: JSON has no integer keys."""
    rows = chosen.items() if isinstance(chosen, dict) else ()
    return {int(step_id): whole_numbers(ids) for step_id, ids in rows if str(step_id).isdecimal()}


def lock_rows(records):
    """Wait for the rows of ``records``, mark them as touched, and read them afresh.

    Of two people acting at once the second waits; because the row was touched, PostgreSQL then
    refuses to go on with the old snapshot, and Odoo retries the request on what the first one left.
    That holds for sums over rows that belong to the locked one, too. ``lock_for_update`` would skip
    the row and fail, and a plain FOR UPDATE would go on with the old sums.
    """
    if records:
        records.env.flush_all()
        touch_rows(records)
        records.invalidate_recordset()


def touch_rows(records):
    """Mark rows as touched without reading them again: whoever else judges them is retried.

    :return: those of the records that exist
    """
    if not records:
        return records
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s SET id = id WHERE id IN (SELECT id FROM %(table)s WHERE id IN %(ids)s"
            " ORDER BY id FOR NO KEY UPDATE) RETURNING id",
            table=SQL.identifier(records._table),
            ids=records._ids,
        ),
        # whoever was faster is no error: the call is repeated
        log_exceptions=False,
    )
    there = {id_ for (id_,) in records.env.cr.fetchall()}
    return records.browse([id_ for id_ in records._ids if id_ in there])


def without_defaults(records, names):
    """The records without defaults in the context of the caller for fields that nobody enters.

    :param names: set of field names
    """
    given = {f"default_{name}" for name in names}
    context = records.env.context
    if given.isdisjoint(context):
        return records
    kept = {key: value for key, value in context.items() if key not in given}
    return records.with_env(records.env(context=kept))


def forget_overtaken(records, vals_list, names):
    """Forget cached values that rows just written contradict, so that they are judged as written.

    A flush writes what the cache holds; only a write below the cache leaves the two apart.
    """
    for record, vals in zip(records, vals_list, strict=True):
        for name in names & vals.keys():
            field = record._fields[name]
            if record.id in field._get_cache(record.env):
                if field.get_column_update(record) != vals[name]:
                    record.invalidate_recordset([name], flush=False)


def _number(env, value, decimals):
    """A number with the decimals it has, two at least: 12,000.00 and 0.0125."""
    rest = float_repr(value, decimals).partition(".")[2]
    digits = max(len(rest.rstrip("0")), min(decimals, 2))
    return formatLang(env, value, digits=digits)


def _moment(env, value):
    """A moment in the time zone and the formats of the user; nobody decides by seconds."""
    zone = env.context.get("tz") or False
    return f"{format_date(env, value)} {format_time(env, value, tz=zone, time_format='short')}"


def _money(record, field, value):
    currency = record[field.get_currency_field(record)]
    return currency.format(value) if currency else float_repr(value or 0.0, 2)


def _decimals(record, field):
    if field.type == "monetary":
        currency = record[field.get_currency_field(record)]
        return currency.decimal_places if currency else 2
    digits = field.get_digits(record.env)
    return digits[1] if digits else 6

"""How the log and its seals prove themselves: plain text and SHA-256, no Odoo needed."""

import hashlib
import json
from dataclasses import dataclass

from odoo.tools import SQL

GENESIS = "0" * 64


def digest(previous, text):
    """The hash of ``text`` chained to the hash before it."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def canonical(facts):
    """The one way ``facts`` are written down."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def facts_of(text):
    """What a canonical text says; nothing when somebody made it unreadable."""
    try:
        facts = json.loads(text or "{}")
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


@dataclass(frozen=True)
class Entry:
    """A row of the log as it stands in the database."""

    request: int
    seq: int
    verb: str
    actor: int
    at: str
    canonical: str
    previous: str
    hash: str

    def follows(self, seq, previous):
        """Whether this is what was written after entry ``seq`` with hash ``previous``."""
        if (
            self.seq != seq + 1
            or self.previous != previous
            or self.hash != digest(previous, self.canonical)
        ):
            return False
        recorded = facts_of(self.canonical)
        columns = {
            "request": self.request,
            "seq": self.seq,
            "verb": self.verb,
            "actor": self.actor,
            "at": self.at,
        }
        return all(recorded.get(name) == value for name, value in columns.items())


def first_forgery(entries):
    """The number of the first entry that is not the one that was written, or None."""
    seq, previous = 0, GENESIS
    for entry in entries:
        if not entry.follows(seq, previous):
            return entry.seq
        seq, previous = entry.seq, entry.hash
    return None


def close_table(cr, table):
    """Let the database itself refuse UPDATE, DELETE and TRUNCATE on ``table``, for everybody.

    Whoever owns the database can switch that off; the hashes then show it.
    """
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION approval_log_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION '%% is append-only: %% refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'insufficient_privilege';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS %(no_change)s ON %(table)s;
            CREATE TRIGGER %(no_change)s BEFORE UPDATE OR DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION approval_log_append_only();
            DROP TRIGGER IF EXISTS %(no_truncate)s ON %(table)s;
            CREATE TRIGGER %(no_truncate)s BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION approval_log_append_only();
            """,
            table=SQL.identifier(table),
            no_change=SQL.identifier(f"{table}_no_change"),
            no_truncate=SQL.identifier(f"{table}_no_truncate"),
        )
    )

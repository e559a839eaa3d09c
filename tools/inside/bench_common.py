"""What every benchmark needs: requests of a person, queries and seconds, figures.

Each benchmark is a module beside this one with `figures(env, asked)`, called in `odoo shell` on the
database with our addons.
"""

import logging
import threading
import time
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry


class Place:
    """One database whose people click; subclasses prepare it."""

    def __init__(self, registry):
        self.registry = registry
        self.users = {}
        self.company = None
        with self.registry.cursor() as cr:
            # people use a language that is installed
            installed = api.Environment(cr, api.SUPERUSER_ID, {})["res.lang"].get_installed()
            self.lang = installed[0][0]
            self.prepare(api.Environment(cr, api.SUPERUSER_ID, {"no_reset_password": True}))

    def prepare(self, env):
        """Make the company, its people and whatever the scenarios work on."""
        raise NotImplementedError

    @contextmanager
    def click(self, login):
        """One request: its own transaction, nothing remembered but what the registry keeps."""
        with self.registry.cursor() as cr:
            context = {"lang": self.lang, "allowed_company_ids": [self.company]}
            yield api.Environment(cr, self.users[login], context)


class Meter:
    """Queries and seconds of a piece of work, what is only flushed at its end included."""

    def __init__(self, env):
        self.env = env
        self.by_text = []

    def __enter__(self):
        thread = threading.current_thread()
        thread.query_hooks = [self._hook]
        self.env.flush_all()
        self.sql = 0.0
        self.begun, self.before = time.perf_counter(), self.env.cr.sql_log_count
        return self

    def _hook(self, cr, query, params, start, delay):
        self.sql += delay
        self.by_text.append(query)

    def __exit__(self, *error):
        if not error[0]:
            self.env.flush_all()
            self.env.cr.flush()
        self.queries = self.env.cr.sql_log_count - self.before
        self.seconds = time.perf_counter() - self.begun
        threading.current_thread().query_hooks = []


def figure(text, value, aim=None, unit="queries", detail="", limit=None):
    """One line of the answer; without a limit the aim is the limit."""
    return {
        "text": text,
        "value": value,
        "aim": aim,
        "limit": limit,
        "unit": unit,
        "detail": detail,
    }


def multiply(registry, copies, number):
    """Make copies of rows straight in the database, and let it know what the tables hold by then.

    :param copies: ``(table, id of the row, {column: SQL of its value})``; ``n`` counts the copies
    :param number: SQL that yields ``n``
    """
    with registry.cursor() as cr:
        for table, row, changes in copies:
            cr.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                "AND NOT attisdropped AND attgenerated = ''",
                [table],
            )
            names = [name for (name,) in cr.fetchall()]
            columns = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(changes.get(name, f't."{name}"') for name in names)
            cr.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, {number} "
                f"WHERE t.id = {row}"
            )
    with registry.cursor() as cr:
        cr._cnx.rollback()
        cr._cnx.autocommit = True
        for table, _row, _changes in copies:
            cr.execute(f"VACUUM ANALYZE {table}")
        cr._cnx.autocommit = False


def measured(make, scenarios, env, asked):
    """The figures of the scenarios asked for.

    :param make: class of the two places: the database with our addons, and the one without
    :param scenarios: functions in the order they are run in, known by their names
    :param asked: what the command line says
    """
    logging.getLogger("odoo").setLevel(logging.WARNING)
    ours, alone = make(env.registry), make(Registry(asked["alone"]))
    wanted = [scenario for scenario in scenarios if scenario.__name__ in asked["scenarios"]]
    return [line for scenario in wanted for line in scenario(ours, alone, asked)]

"""The addons come and go: installed, upgraded twice, uninstalled and installed again, with data.

Real databases, Odoo in processes of its own, nothing left to Odoo's test mode.
"""

from contextlib import contextmanager

import pytest

from tools import paths, postgres
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo

ENGINE = ["approval_chain", "test_approval_chain"]
FLOW = ["sale_order_flow", "stocking_request"]
INSIDE = paths.TOOLS / "inside"
DOCUMENTS = (
    r"^(sale\.order|purchase\.|stock\.|account\.|product\.|hr\.|res\.(partner|users|company))"
)
"""Models of what a company makes itself."""

SCHEMA = {
    "tables and views": "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm')",
    "columns": "SELECT table_name || '.' || column_name FROM information_schema.columns",
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname FROM pg_proc",
    "constraints": "SELECT conname FROM pg_constraint",
    "indexes": "SELECT indexname FROM pg_indexes",
}
KNOWN = "SELECT model FROM ir_model)"
RECORDS = {
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "scheduled actions": "SELECT cron_name FROM ir_cron",
    "parameters": "SELECT key FROM ir_config_parameter",
    # account's are charts of accounts, which companies have; Odoo forgets those that other modules
    # gave to what it deletes only when these are upgraded
    "external ids": "SELECT module || '.' || name FROM ir_model_data WHERE module <> 'account' "
    "AND model <> 'ir.module.module' "
    "AND model NOT IN ('ir.model.inherit', 'ir.model.fields.selection')",
    "views": "SELECT model || ' ' || name FROM ir_ui_view WHERE model IS NOT NULL",
    "menus": "SELECT id::text FROM ir_ui_menu",
    "groups": "SELECT id::text FROM res_groups",
    "rules": "SELECT id::text FROM ir_rule",
    "access rights": "SELECT name FROM ir_model_access",
    "number sequences": "SELECT code FROM ir_sequence WHERE code IS NOT NULL",
    "mail templates": "SELECT id::text FROM mail_template",
    "message kinds": "SELECT id::text FROM mail_message_subtype",
    "activities": "SELECT res_model FROM mail_activity WHERE res_model NOT IN (" + KNOWN,
    "attachments": "SELECT res_model FROM ir_attachment WHERE res_model NOT IN (" + KNOWN,
    "messages": "SELECT model FROM mail_message WHERE model NOT IN (" + KNOWN,
    "followers": "SELECT res_model FROM mail_followers WHERE res_model NOT IN (" + KNOWN,
}
"""What may be left behind, by names that do not depend on the time."""

DEFINITIONS = {
    "external ids": ("ir_model_data", "module, name, model, res_id, noupdate"),
    "views": ("ir_ui_view", "id, name, model, type, priority, arch_db, inherit_id, mode, active"),
    "menus": ("ir_ui_menu", "id, name, parent_id, sequence, action, active"),
    "rules": ("ir_rule", "id, name, domain_force, active, perm_read, perm_write"),
    "access rights": ("ir_model_access", "id, name, group_id, perm_read, perm_write, perm_create"),
    "scheduled actions": ("ir_cron", "id, cron_name, active, interval_number, interval_type"),
    "fields": ("ir_model_fields", "id, model, name, ttype, store, relation, field_description"),
    "parameters": ("ir_config_parameter", "id, key, value"),
    "groups": ("res_groups", "id, name, privilege_id"),
}


class Cycle:
    """A database the addons come into and go from."""

    def __init__(self, databases: Databases, name: str):
        self.databases, self.odoo, self.name = databases, databases.odoo, name

    def install(self, names):
        self.odoo.change_modules("Installing", self.name, "-i", ",".join(names))
        self.databases.check_installed(self.name, names)
        self.check_log()

    def upgrade(self, names):
        self.odoo.change_modules("Upgrading", self.name, "-u", ",".join(names))
        self.check_log()

    def uninstall(self, names):
        arguments = ["module", "uninstall", "-d", self.name, *names]
        self.odoo.run("Uninstalling", self.name, *arguments)
        self.check_log()

    def make_documents_their_own(self):
        """What the demo made is from now on what a company made: Odoo deletes only the former."""
        names = ", ".join(f"'{name}'" for name in (*FLOW, "approval_chain"))
        self.odoo.server.sql(
            f"DELETE FROM ir_model_data WHERE module IN ({names}) AND model ~ '{DOCUMENTS}'",
            self.name,
        )

    def check_log(self):
        """Odoo says much of what goes wrong in its log only."""
        log = (paths.STATE / "logs" / f"{self.name}.log").read_text(errors="replace")
        signs = (" ERROR ", " CRITICAL ", "Traceback ")
        wrong = [line for line in log.splitlines() if any(sign in line for sign in signs)]
        assert not wrong, "\n".join(wrong)

    def answer(self, script):
        return self.odoo.answer(self.name, INSIDE / script)

    def rows(self, statement):
        text = self.odoo.server.sql(statement, self.name)
        return set(text.splitlines())

    def names(self, kinds):
        return {kind: self.rows(statement) for kind, statement in kinds.items()}

    def checksums(self):
        """Of what an upgrade writes, whatever the time."""
        return {
            kind: self.odoo.server.sql(
                f"SELECT md5(string_agg(row::text, chr(10) ORDER BY row::text)) "
                f"FROM (SELECT {columns} FROM {table}) AS row",
                self.name,
            )
            for kind, (table, columns) in DEFINITIONS.items()
        }

    def assert_nothing_left(self, before):
        """What is there is what was there before."""
        after = self.names({**SCHEMA, **RECORDS})
        found = {f"left: {kind}": sorted(after[kind] - before[kind]) for kind in after}
        found |= {f"gone: {kind}": sorted(before[kind] - after[kind]) for kind in after}
        found = [f"{kind}: {', '.join(names)}" for kind, names in found.items() if names]
        assert not found, "\n".join(found)


@contextmanager
def _databases():
    with postgres.running(postgres.test_cluster()) as server, locked("name-cycle"):
        yield Databases(Odoo(server, paths.STATE / "data"))


@pytest.fixture
def cycle():
    """A fresh copy of the database with Odoo's apps and their data."""
    with _databases() as databases:
        name = "cycle_run"
        databases.copy(databases.base(), name)
        try:
            yield Cycle(databases, name)
        finally:
            databases.drop(name)


def test_the_engine_comes_goes_and_comes_again(cycle):
    """A1, A12: it decides, an upgrade changes nothing, it leaves nothing, and it decides again."""
    before = cycle.names({**SCHEMA, **RECORDS})
    cycle.install(ENGINE)
    decided = {"document": "done", "request": "executed", "tampering": 0}
    first = cycle.answer("cycle_decide.py")
    assert first == first | decided
    installed = cycle.checksums()
    cycle.upgrade(ENGINE)
    assert cycle.checksums() == installed
    cycle.upgrade(ENGINE)
    assert cycle.checksums() == installed
    cycle.uninstall(ENGINE)
    cycle.assert_nothing_left(before)
    assert cycle.answer("cycle_left.py") == {"models": [], "fields": [], "broken": []}
    cycle.install(ENGINE)
    again = cycle.answer("cycle_decide.py")
    assert again == first


def test_the_flow_of_sales_orders_goes_with_its_open_documents(cycle):
    """F10: both addons at once; orders that were on their way are plain orders afterwards."""
    before = cycle.names({**SCHEMA, **RECORDS})
    cycle.install(FLOW)
    stages = cycle.rows("SELECT DISTINCT flow_stage FROM sale_order WHERE flow_stage IS NOT NULL")
    assert len(stages) > 3, stages
    cycle.make_documents_their_own()
    cycle.uninstall([*FLOW, "approval_chain"])
    cycle.assert_nothing_left(before)
    orders = cycle.answer("cycle_orders.py")
    assert orders["unreadable"] == []
    assert orders["not_confirmed"] == []
    assert orders["read"] and orders["confirmed"], orders

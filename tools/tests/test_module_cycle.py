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
EXPENSE = ["expense_approval"]
LATER = ["install_project", "sales_planning", "sales_planning_mrp"]
NEEDED_LATER = ["sale_crm", "survey", "mrp_subcontracting"]
"""Apps of Odoo that those need and the demo company does not have."""
INSIDE = paths.TOOLS / "inside"
DOCUMENTS = (
    r"^(sale\.order|purchase\.|stock\.|account\.|product\.|hr\.|res\.(partner|users|company)"
    r"|mrp\.|crm\.|utm\.|survey\.|project\.)"
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
        names = ", ".join(f"'{name}'" for name in (*FLOW, *EXPENSE, *LATER, "approval_chain"))
        self.odoo.server.sql(
            # of what has an address for mails the name of the address, too
            f"DELETE FROM ir_model_data WHERE module IN ({names}) AND (model ~ '{DOCUMENTS}' "
            "OR model = 'mail.alias' AND name LIKE '%\\_mail\\_alias')",
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


def assert_same(before, after):
    """Two answers of a script, with a short list of what differs."""
    found = [
        f"{kind} {key}: {value} became {after[kind].get(key)}"
        for kind, values in before.items()
        for key, value in values.items()
        if after[kind].get(key) != value
    ]
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


@pytest.fixture
def bare_cycle():
    """A database with Odoo's expenses and what these need, nothing to sell, stock or produce."""
    with _databases() as databases:
        name = "cycle_bare"
        databases.drop(name)
        try:
            databases.odoo.change_modules("Installing", name, "-i", "hr_expense,l10n_cn")
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
    # the second warehouse of the demo stays, and with it what Odoo saves when there is a second one
    assert cycle.answer("cycle_warehouses.py")["warehouses"] > 1
    before = cycle.names({**SCHEMA, **RECORDS})
    open_before = cycle.answer("cycle_orders.py")
    assert set(open_before["orders"].values()) >= {"sale"}
    assert "done" in open_before["deliveries"].values()
    assert "posted" in open_before["invoices"].values()
    cycle.install(FLOW)
    # what was there before goes on as if nothing had come
    assert_same(open_before, cycle.answer("cycle_orders.py"))
    made = cycle.checksums()
    for _time in range(2):
        cycle.upgrade(FLOW)
        assert cycle.checksums() == made
    stages = cycle.rows("SELECT DISTINCT flow_stage FROM sale_order WHERE flow_stage IS NOT NULL")
    assert len(stages) > 3, stages
    cycle.make_documents_their_own()
    cycle.uninstall([*FLOW, "approval_chain"])
    cycle.assert_nothing_left(before)
    orders = cycle.answer("cycle_orders.py")
    assert orders["unreadable"] == {}
    assert_same(open_before, orders)
    # those of the demo, too, which were on their way through the flow
    assert len(orders["orders"]) > len(open_before["orders"])
    refused = [text for text in orders["orders"].values() if text not in ("sale", "cancel")]
    assert not refused


def test_installation_and_planning_leave_the_companys_documents_behind(cycle):
    """I1, P1, P3: with projects, schedules and plans of every stage; an upgrade changes nothing."""
    cycle.install(NEEDED_LATER)
    cycle.answer("cycle_warehouses.py")
    before = cycle.names({**SCHEMA, **RECORDS})
    cycle.install(LATER)
    for table in ("install_project", "production_schedule", "purchase_plan", "sales_plan"):
        assert cycle.rows(f"SELECT id FROM {table}"), table
    made = cycle.checksums()
    cycle.upgrade(LATER)
    assert cycle.checksums() == made
    cycle.make_documents_their_own()
    cycle.uninstall([*LATER, "sale_order_flow", "approval_chain"])
    cycle.assert_nothing_left(before)
    assert cycle.answer("cycle_left.py")["broken"] == []


def test_reimbursement_comes_into_open_expenses_and_goes_again(bare_cycle):
    """A1, E1: nobody notices it before it is switched on, nor afterwards, without any app of sales."""
    cycle = bare_cycle
    before = cycle.answer("cycle_expenses.py")
    states = {facts[0] for facts in before["facts"].values()}
    assert states == {"draft", "submitted", "refused", "approved", "posted", "paid"}
    # refusals alone would be the same with anything broken
    assert sum(len(outcome) == 3 for outcome in before["ways"].values()) > 50
    schema = cycle.names({**SCHEMA, **RECORDS})
    cycle.install(EXPENSE)
    unwanted = "'sale', 'sale_management', 'stock', 'mrp', 'purchase'"
    installed = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    assert not cycle.rows(f"{installed} AND name IN ({unwanted})")
    assert_same(before, cycle.answer("cycle_expenses.py"))
    made = cycle.checksums()
    for _time in range(2):
        cycle.upgrade(EXPENSE)
        assert cycle.checksums() == made
    assert_same(before, cycle.answer("cycle_expenses.py"))
    cycle.uninstall([*EXPENSE, "approval_chain"])
    cycle.assert_nothing_left(schema)
    assert_same(before, cycle.answer("cycle_expenses.py"))
    assert cycle.answer("cycle_left.py")["broken"] == []


def test_claims_leave_plain_expenses_behind(cycle):
    """E1, E7: what was claimed, approved, posted or paid goes on in Odoo's own way."""
    before = cycle.names({**SCHEMA, **RECORDS})
    cycle.install(EXPENSE)
    stages = cycle.rows("SELECT DISTINCT stage FROM reimbursement_claim")
    assert len(stages) > 4, stages
    cycle.make_documents_their_own()
    claimed = cycle.answer("cycle_claims.py")
    assert {"approved", "posted", "paid"} <= {facts[0] for facts in claimed["expenses"].values()}
    cycle.uninstall([*EXPENSE, "approval_chain"])
    cycle.assert_nothing_left(before)
    left = cycle.answer("cycle_claims.py")
    assert_same({"expenses": claimed["expenses"]}, left)
    # each a step on; what was paid or refused stays
    assert {"submitted", "approved", "posted", "paid"} <= set(left["on"].values())
    assert not [text for text in left["on"].values() if ": " in text]

import logging

import psycopg2

from odoo.tools import SQL

from .models.approval_log_seal import MAIL_TO, NEWEST

_logger = logging.getLogger(__name__)

# In the order in which nothing refers to them any more; steps and places go with their request.
RECORDED = (
    "approval_log_seal_line",
    "approval_log_seal",
    "approval_log",
    "approval_request",
    "approval_step",
    "approval_chain",
)


def uninstall_hook(env):
    """Take away what no table owns, and what would keep roles and companies from being deleted."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS approval_log_append_only() CASCADE"))
    env["ir.config_parameter"].search([("key", "in", (MAIL_TO, NEWEST))]).unlink()
    env.flush_all()
    try:
        with env.cr.savepoint():
            for table in RECORDED:
                env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
    except psycopg2.IntegrityError:
        _logger.info("Requests are referred to by another addon; they go with their tables.")
    env.invalidate_all()


def forget_activities(env, module):
    """Let to-dos go with their types when an addon is uninstalled: Odoo would keep the types.

    :param module: name of the addon
    """
    data = env["ir.model.data"].search(
        [("module", "=", module), ("model", "=", "mail.activity.type")]
    )
    activities = env["mail.activity"].with_context(active_test=False)
    activities.search([("activity_type_id", "in", data.mapped("res_id"))]).unlink()


def release_tables(env, module):
    """Let the records of an addon go in any order when it is uninstalled.

    Odoo deletes what the addon came with record by record, before its tables: documents of companies
    that refer to those records must not hold them, as they go as well.

    :param module: name of the addon
    """
    tables = {model._table for model in env.registry.values() if model._original_module == module}
    env.cr.execute(
        """
        SELECT held.conname, referring.relname
          FROM pg_constraint held
          JOIN pg_class referring ON referring.oid = held.conrelid
          JOIN pg_class referred ON referred.oid = held.confrelid
         WHERE held.contype = 'f' AND held.confdeltype IN ('a', 'r') AND referred.relname = ANY(%s)
        """,
        [sorted(tables)],
    )
    for constraint, table in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )

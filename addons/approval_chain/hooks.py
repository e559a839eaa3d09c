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

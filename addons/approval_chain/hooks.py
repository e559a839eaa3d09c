from odoo.tools import SQL

from .models.approval_log_seal import MAIL_TO, NEWEST


def uninstall_hook(env):
    """Take away what no table owns: the function behind the append-only triggers, and notes."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS approval_log_append_only() CASCADE"))
    env["ir.config_parameter"].search([("key", "in", (MAIL_TO, NEWEST))]).unlink()

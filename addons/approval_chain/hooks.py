from odoo.tools import SQL


def uninstall_hook(env):
    """Drop what no table owns: the function behind the append-only trigger of the log."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS approval_log_append_only() CASCADE"))

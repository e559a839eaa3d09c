from odoo.addons.approval_chain.hooks import forget_activities, release_tables


def uninstall_hook(env):
    """Inspection points asked on acceptance go, as no one asks them any more, and projects hold nothing."""
    points = env["goods.inspection.point"].with_context(active_test=False)
    points.search([("direction", "=", "installation")]).unlink()
    forget_activities(env, "install_project")
    release_tables(env, "install_project")

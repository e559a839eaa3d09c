from odoo.addons.approval_chain.hooks import forget_activities, release_tables


def uninstall_hook(env):
    """To-dos go with their types; what companies planned holds nothing that the addon came with."""
    forget_activities(env, "sales_planning_mrp")
    release_tables(env, "sales_planning_mrp")

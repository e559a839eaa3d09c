from odoo.addons.approval_chain.hooks import forget_activities, release_tables


def uninstall_hook(env):
    """To-dos of the order flow go with their types; its documents hold nothing that it came with."""
    forget_activities(env, "sale_order_flow")
    release_tables(env, "sale_order_flow")

from odoo.addons.approval_chain.hooks import release_tables


def uninstall_hook(env):
    """Cities, grades and documents go although expenses, payments and employees refer to them."""
    release_tables(env, "expense_approval")

"""How planners open the documents behind their figures: Odoo's forms need rights of their own.

Whoever has none in purchasing, sales or manufacturing reads the rows in a list of ours instead.
"""

# {model: (group that opens its form, list for everybody else, and what that lists)}
READERS = {
    "purchase.order.line": (
        "purchase.group_purchase_user",
        "view_purchase_order_line_planned",
        "purchase.order.line",
    ),
    # what customers pay is no matter of production
    "sale.order.line": (
        "sales_team.group_sale_salesman",
        "view_plan_order_line_list",
        "plan.order.line",
    ),
    "mrp.production": ("mrp.group_mrp_user", "view_mrp_production_planned", "mrp.production"),
}
# lines are read in the document they belong to
WHOLE = ("purchase.order.line", "sale.order.line")


def open_rows(rows, name):
    """Window action: the documents of ``rows`` for whoever works with them, else the rows.

    :param rows: purchase lines, order lines or productions; only their ids are used
    :param name: title
    """
    group, view, model = READERS[rows._name]
    env = rows.env(su=False)
    if env.user.has_group(group):
        documents = rows.sudo().order_id if rows._name in WHOLE else rows
        return documents.with_env(env)._get_records_action(name=name, context={"create": False})
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "views": [(env.ref(f"sales_planning_mrp.{view}").id, "list")],
        "domain": [("id", "in", rows.ids)],
        "context": {"create": False},
    }

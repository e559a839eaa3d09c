"""Run in `odoo shell`: whether sales orders can be read, and the open ones confirmed."""


def answer(env):
    found = {"read": 0, "confirmed": [], "unreadable": [], "not_confirmed": []}
    companies = env["res.company"].search([])
    orders = env["sale.order"].with_context(allowed_company_ids=companies.ids).search([])
    for order in orders:
        try:
            order.read()
            order.order_line.read()
            order.picking_ids.read()
            order.get_views([(False, "form")])
            found["read"] += 1
        except Exception as error:
            found["unreadable"].append(f"{order.id}: {error}")
    for order in orders.filtered(lambda order: order.state in ("draft", "sent")):
        if not order.order_line.filtered("product_id"):
            continue
        try:
            with env.cr.savepoint():
                order.with_company(order.company_id).action_confirm()
            found["confirmed"].append(order.name)
        except Exception as error:
            found["not_confirmed"].append(f"{order.name}: {error}")
    states = orders.mapped("state")
    found["states"] = {state: states.count(state) for state in sorted(set(states))}
    env.cr.rollback()
    return found

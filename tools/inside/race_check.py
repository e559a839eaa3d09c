"""Run in `odoo shell`: what is in the database after the race."""


def answer(env):
    found = {}
    names = ("any", "all", "bulk", "bulk2", "hindered")
    for order in env["test.approval.order"].search([("name", "in", names)]):
        request = order.approval_request_id
        found[order.name] = {
            "document": order.state,
            "state": request.state,
            "approvals": len(request.log_ids.filtered(lambda entry: entry.verb == "approve")),
            "tampering": env["approval.log"]._find_tampering(request).get(request, ""),
        }
    return found

"""Run in `odoo shell`: a chain is made, a document decided on and carried out."""

from odoo import Command


def answer(env):
    company = env["res.company"].search([], limit=1, order="id")
    env = env(context={"allowed_company_ids": company.ids, "no_reset_password": True})
    people = {}
    for login in ("cycle_requester", "cycle_decider"):
        user = env["res.users"].with_context(active_test=False).search([("login", "=", login)])
        people[login] = user or env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(env.ref("base.group_user").ids)],
            }
        )
    requester, decider = people.values()
    role = env.ref("approval_chain.role_president")
    role.holder_ids = [Command.create({"user_id": decider.id, "company_id": company.id})]
    env["approval.chain"].create(
        {
            "name": "Cycle",
            "company_id": company.id,
            "model_id": env["ir.model"]._get_id("test.approval.order"),
            "step_ids": [
                Command.create({"name": "Decide", "approver": "role", "role_id": role.id})
            ],
        }
    )
    env["ir.config_parameter"].set_param("approval_chain.seal_mail_to", "auditor@example.com")
    order = (
        env["test.approval.order"]
        .with_user(requester)
        .create({"name": "Cycle", "partner_name": "Buyer", "company_id": company.id})
    )
    order.action_approval_submit()
    request = order.sudo().approval_request_id
    request.with_user(decider).sudo(False).action_decide("approve", "Fine.")
    env["approval.log.seal"]._cron_seal()
    env.cr.commit()
    return {
        "document": order.state,
        "request": request.state,
        "verbs": request.log_ids.mapped("verb"),
        "tampering": len(env["approval.log"]._find_tampering(request)),
    }

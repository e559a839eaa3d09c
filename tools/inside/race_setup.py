"""Run in `odoo shell`: fifty people, two roles, two chains, five requests."""

from odoo import Command


def answer(env):
    company = env.ref("approval_chain.demo_company")
    sales = env.ref("approval_chain.demo_user_sales")
    env = env(
        context={"allowed_company_ids": company.ids, "lang": "en_US", "no_reset_password": True}
    )
    users = env["res.users"].create(
        [
            {
                "name": f"Racer {number}",
                "login": f"racer{number}",
                "lang": "en_US",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(env.ref("base.group_user").ids)],
            }
            for number in range(50)
        ]
    )
    env.flush_all()
    # hashing fifty passwords takes longer than the race
    env.cr.execute(
        "UPDATE res_users SET password = (SELECT password FROM res_users WHERE id = %s) WHERE id IN %s",
        [sales.id, users._ids],
    )
    keys = [
        env["res.users.apikeys"].with_user(user).sudo()._generate(None, "race", None)
        for user in users
    ]
    holders = {"any": users, "all": users[:20]}
    made = {}
    for mode, people in holders.items():
        role = env["approval.role"].create({"name": f"Racers ({mode})", "code": f"race_{mode}"})
        env["approval.role.holder"].create(
            [{"role_id": role.id, "user_id": user.id, "company_id": company.id} for user in people]
        )
        step = {
            "name": mode,
            "kind": "decide",
            "mode": mode,
            "approver": "role",
            "role_id": role.id,
        }
        env["approval.chain"].create(
            {
                "name": f"Race ({mode})",
                "company_id": company.id,
                "model_id": env["ir.model"]._get_id("test.approval.order"),
                "domain": f"[('note', '=', '{mode}')]",
                "step_ids": [Command.create(step)],
            }
        )
        made[mode] = [
            {"login": user.login, "password": sales.login, "key": key}
            for user, key in zip(people, keys, strict=False)
        ]
    slots = {}
    documents = {"any": "any", "all": "all", "bulk": "all", "bulk2": "all", "hindered": "any"}
    for name, mode in documents.items():
        order = (
            env["test.approval.order"]
            .with_user(sales)
            .create({"name": name, "note": mode, "partner_name": "Buyer", "company_id": company.id})
        )
        order.action_approval_submit()
        request = order.sudo().approval_request_id
        made[f"{name}_id"], slots[name] = request.id, request.slot_ids
    made["hindered_slots"] = slots["hindered"].ids
    # some tick the first document first, some the second
    made["bulk_slots"] = {
        user.login: (slots["bulk"] | slots["bulk2"])
        .filtered(lambda slot, user=user: slot.user_id == user)
        .sorted("id", reverse=bool(user.id % 2))
        .ids
        for user in holders["all"]
    }
    env.cr.commit()
    return made

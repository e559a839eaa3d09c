"""Run in `odoo shell`: expenses in every state, who may do what with them, and what Odoo makes of it.

The first time the company, its people and their expenses are made, each step by whoever does it.
"""

from odoo import Command

NAMES = (
    "state",
    "approval_state",
    "total_amount",
    "total_amount_currency",
    "amount_residual",
    "payment_mode",
)
MODELS = ("hr.expense", "account.move", "account.payment", "hr.employee", "product.product")
STATES = ("draft", "submitted", "refused", "approved", "posted", "paid")
GROUPS = {
    "claimant": ("base.group_user",),
    "head": ("base.group_user", "hr_expense.group_hr_expense_team_approver"),
    "accountant": (
        "base.group_user",
        "hr_expense.group_hr_expense_manager",
        "account.group_account_manager",
    ),
}


def _person(env, login, above=None):
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": f"cycle_{login}",
                "group_ids": [Command.set([env.ref(name).id for name in GROUPS[login]])],
            }
        )
    )
    employee = env["hr.employee"].create(
        {
            "name": login,
            "user_id": user.id,
            "work_contact_id": user.partner_id.id,
            "parent_id": above.id if above else False,
        }
    )
    return user, employee


def _post(expenses):
    action = expenses.action_post()
    if action:
        wizard = expenses.env[action["res_model"]].with_context(**action["context"])
        wizard.browse(action["res_id"]).action_post_entry()


def _pay(expense):
    action = expense.action_pay()
    wizard = expense.env[action["res_model"]].with_context(**action["context"])
    wizard.create({}).action_create_payments()


def _bring(expense, state, users):
    """Walk a draft expense to a state, each step by whoever does it."""
    if state == "draft":
        return
    expense.with_user(users["claimant"]).action_submit()
    if state == "submitted":
        return
    if state == "refused":
        expense.with_user(users["head"])._do_refuse("No receipt.")
        return
    expense.with_user(users["head"]).action_approve()
    if state == "approved":
        return
    _post(expense.with_user(users["accountant"]))
    # what the company paid itself is paid as soon as it is posted
    if state == "paid" and expense.payment_mode == "own_account":
        _pay(expense.with_user(users["accountant"]))


def _make(env):
    company = env.company
    company.country_id = env.ref("base.cn")
    if not company.chart_template:
        env["account.chart.template"].try_loading("cn", company, install_demo=False)
    users = {}
    users["accountant"], above = _person(env, "accountant")
    users["head"], above = _person(env, "head", above)
    users["claimant"], employee = _person(env, "claimant", above)
    product = env["product.product"].create(
        {"name": "Travel", "can_be_expensed": True, "type": "service", "standard_price": 0}
    )
    amount = 100
    for state in STATES:
        for payment_mode in ("own_account", "company_account"):
            amount += 1
            expense = (
                env["hr.expense"]
                .with_user(users["claimant"])
                .create(
                    {
                        "name": f"{state} {payment_mode}",
                        "employee_id": employee.id,
                        "product_id": product.id,
                        "total_amount_currency": amount,
                        "payment_mode": payment_mode,
                    }
                )
            )
            _bring(expense, state, users)
    env.cr.commit()


def _take_back(expense):
    wizard = expense.env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=expense.account_move_id.ids
    )
    wizard.create({"journal_id": expense.account_move_id.journal_id.id}).reverse_moves()


STEPS = {
    "submit": lambda expense: expense.action_submit(),
    "approve": lambda expense: expense.action_approve(),
    "refuse": lambda expense: expense._do_refuse("No receipt."),
    "reset": lambda expense: expense.action_reset(),
    "post": _post,
    "pay": _pay,
    "take back": _take_back,
    "entry to draft": lambda expense: expense.account_move_id.button_draft(),
    "cancel entry": lambda expense: expense.account_move_id.button_cancel(),
    "copy": lambda expense: expense.copy(),
    "write": lambda expense: expense.write({"name": "Changed"}),
    "delete": lambda expense: expense.unlink(),
}


def _outcome(env, expense, step):
    """What a step makes of an expense, or why it is refused; nothing stays."""
    savepoint = env.cr.savepoint(flush=True)
    try:
        STEPS[step](expense)
        env.flush_all()
        kept = expense.sudo().exists()
        moves = kept.account_move_id
        return [kept.state, moves.state, moves.payment_state]
    except Exception as error:
        return [type(error).__name__]
    finally:
        env.invalidate_all(flush=False)
        savepoint.close(rollback=True)
        env.invalidate_all(flush=False)


def _rights(env, user):
    """What a user reaches of the records of the company, by kind of access."""
    found = {}
    for model in MODELS:
        records = env[model].search([], order="id").with_user(user)
        for mode in ("read", "write", "unlink"):
            found[f"{model} {mode}"] = records._filtered_access(mode).ids
        found[f"{model} create"] = records.browse().has_access("create")
    return found


def answer(env):
    if not env["res.users"].search_count([("login", "=", "cycle_claimant")]):
        _make(env)
    users = {login: env["res.users"].search([("login", "=", f"cycle_{login}")]) for login in GROUPS}
    expenses = env["hr.expense"].search([("employee_id.name", "=", "claimant")], order="id")
    facts = {
        str(expense.id): [expense[name] for name in NAMES]
        + [
            expense.account_move_id.name,
            expense.account_move_id.state,
            expense.account_move_id.payment_state,
            expense.account_move_id.amount_total,
        ]
        for expense in expenses
    }
    rights = {login: _rights(env, user) for login, user in users.items()}
    ways = {}
    for login, user in users.items():
        for expense in expenses:
            for step in STEPS:
                ways[f"{login}: {step} {expense.name}"] = _outcome(
                    env, expense.with_user(user), step
                )
    env.cr.rollback()
    return {"facts": facts, "rights": rights, "ways": ways}

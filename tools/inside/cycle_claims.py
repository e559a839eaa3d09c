"""Run in `odoo shell`: expenses that were claimed, and what Odoo makes of those that are open."""


def _next(expense):
    """One step on, as Odoo does it."""
    if expense.state == "draft":
        expense.action_submit()
    elif expense.state == "submitted":
        expense._do_approve()
    elif expense.state == "approved":
        action = expense.action_post()
        if action:
            wizard = expense.env[action["res_model"]].with_context(**action["context"])
            wizard.browse(action["res_id"]).action_post_entry()
    elif expense.state == "posted":
        action = expense.action_pay()
        wizard = expense.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_create_payments()


def answer(env):
    # as a user: much of Odoo differs for the superuser
    admin = env.ref("base.user_admin")
    admin.group_ids |= env.ref("hr_expense.group_hr_expense_manager") | env.ref(
        "account.group_account_manager"
    )
    companies = env["res.company"].search([("name", "!=", "")])
    admin.company_ids |= companies
    env = env(user=admin, context={"allowed_company_ids": companies.ids})
    expenses = env["hr.expense"].search([], order="id")
    facts = {
        str(expense.id): [
            expense.state,
            expense.total_amount,
            expense.account_move_id.name,
            expense.account_move_id.amount_total,
            expense.account_move_id.payment_state,
        ]
        for expense in expenses
    }
    on = {}
    for expense in expenses:
        expense = expense.with_company(expense.company_id)
        savepoint = env.cr.savepoint(flush=True)
        try:
            _next(expense)
            env.flush_all()
            on[str(expense.id)] = expense.state
        except Exception as error:
            on[str(expense.id)] = f"{type(error).__name__}: {error}"
        finally:
            env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
            env.invalidate_all(flush=False)
    env.cr.rollback()
    return {"expenses": facts, "on": on}

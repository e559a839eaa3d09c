"""What a reimbursement claim costs beside Odoo approving the same expenses without one."""

from odoo import Command

from tools.inside.bench_common import Meter, Place, figure, measured

EXPENSES = 50
CHUNK = 100
LIMIT = 1_000_000


class World(Place):
    """One database with a company whose people travel; with our addons its rulebook is set up."""

    def prepare(self, env):
        """Make the company, a claimant with those above, and what money is spent on."""
        self.claims = "reimbursement.claim" in env
        self.made = 0
        company = env["res.company"].create({"name": "Bench", "country_id": env.ref("base.cn").id})
        self.company = company.id
        env.user.company_ids = [Command.link(company.id)]
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        env["account.chart.template"].try_loading("cn", company, install_demo=False)
        self.department = env["hr.department"].create({"name": "Bench", "company_id": company.id})
        manages = "hr_expense.group_hr_expense_manager"
        finance = "expense_approval.group_expense_finance" if self.claims else manages
        leader = self._person(env, "leader", manages)
        manager = self._person(env, "manager", manages, leader)
        self.department.manager_id = manager
        self.employee = self._person(env, "claimant", "base.group_user", manager).id
        self._person(env, "finance", finance, leader)
        self.product = (
            env["product.product"]
            .create({"name": "Travel", "can_be_expensed": True, "type": "service"})
            .id
        )
        if self.claims:
            company.action_set_up_rulebook()
            company.claim_without_application = "allow"
            for code, login in (("finance", "finance"), ("general_manager", "leader")):
                role = env["approval.role"].search([("code", "=", code)])
                holder = {"role_id": role.id, "user_id": self.users[login]}
                env["approval.role.holder"].create({**holder, "company_id": company.id})
            limit = {"user_id": self.users["leader"], "company_id": company.id, "amount": LIMIT}
            env["approval.limit"].create(limit)
            if "approval_mails" in company:
                company.approval_mails = False

    def _person(self, env, login, group, above=None):
        user = env["res.users"].create(
            {
                "name": login,
                "login": f"bench_{login}",
                "lang": self.lang,
                "company_id": self.company,
                "company_ids": [Command.set([self.company])],
                "group_ids": [Command.set((env.ref(group) | env.ref("base.group_user")).ids)],
            }
        )
        self.users[login] = user.id
        return env["hr.employee"].create(
            {
                "name": login,
                "user_id": user.id,
                "work_contact_id": user.partner_id.id,
                "company_id": self.company,
                "department_id": self.department.id,
                "parent_id": above.id if above else False,
            }
        )

    def expenses(self, number):
        """Fresh expenses of the claimant, no two alike, or Odoo would ask about duplicates."""
        start, self.made = self.made, self.made + number
        with self.click("claimant") as env:
            values = [
                {
                    "name": "Taxi",
                    "product_id": self.product,
                    "employee_id": self.employee,
                    "date": "2026-03-10",
                    "total_amount_currency": 10 + amount / 100,
                    "company_id": self.company,
                }
                for amount in range(start, start + number)
            ]
            return env["hr.expense"].create(values).ids

    def claims_of(self, number, each):
        """Fresh claims over so many expenses each."""
        ids = self.expenses(number * each)
        with self.click("claimant") as env:
            values = [
                {
                    "purpose": "Visit to a customer",
                    "employee_id": self.employee,
                    "company_id": self.company,
                    "expense_ids": [Command.set(ids[start : start + each])],
                }
                for start in range(0, number * each, each)
            ]
            return env["reimbursement.claim"].create(values).ids


def answer(env, ids):
    """Do whatever step waits for the user, with its checklist ticked."""
    requests = env["approval.request"].search(
        [("res_model", "=", "reimbursement.claim"), ("res_id", "in", ids)]
    )
    steps = requests.step_ids.filtered(lambda step: step.state == "open")
    verb = {"handle": "handle"}.get(steps[:1].kind, "approve")
    checks = [check["name"] for check in steps[:1].checklist or []]
    requests = env["approval.request"].browse(requests.ids)
    if len(requests) != len(ids):
        raise RuntimeError(f"{env.user.login} should decide on {len(ids)}, finds {len(requests)}")
    answered = len(requests.sudo().log_ids)
    env.invalidate_all()
    with Meter(env) as meter:
        requests.action_decide(verb, "Seen.", checks)
    if len(requests.sudo().log_ids) < answered + len(ids):
        raise RuntimeError(f"{env.user.login} decided on nothing")
    return meter.queries


def approved_all(world, ids):
    """Make sure that what was measured did what it should."""
    with world.click("claimant") as env:
        states = set(env["hr.expense"].browse(ids).mapped("state"))
        if states != {"approved"}:
            raise RuntimeError(f"The expenses should be approved, but are {states}")


def claim(ours, alone, asked):
    """The claim's approval, last click and all clicks, against Odoo approving the same expenses."""

    def plain():
        ids = alone.expenses(EXPENSES)
        with alone.click("claimant") as env, Meter(env) as submitted:
            env["hr.expense"].browse(ids).action_submit()
        with alone.click("manager") as env, Meter(env) as approved:
            env["hr.expense"].browse(ids).action_approve()
        approved_all(alone, ids)
        return approved.queries, submitted.queries + approved.queries

    def with_claim():
        ids = ours.claims_of(1, EXPENSES)
        with ours.click("claimant") as env, Meter(env) as meter:
            env["reimbursement.claim"].browse(ids).action_approval_submit()
        counts = [meter.queries]
        for login in ("manager", "leader", "finance", "finance"):
            with ours.click(login) as env:
                counts.append(answer(env, ids))
        with ours.click("claimant") as env:
            expenses = env["reimbursement.claim"].browse(ids).expense_ids.ids
        approved_all(ours, expenses)
        return counts

    # the first ones fill what the registry keeps
    plain(), with_claim()
    last, whole = min(plain() for _round in range(asked["rounds"]))
    counts = min((with_claim() for _round in range(asked["rounds"])), key=sum)
    text = f"claim of {EXPENSES}: queries, Odoo = 1"
    return [
        figure(
            f"{text}, the last click",
            counts[-1] / last,
            1.5,
            "times",
            f"  {counts[-1]} queries, Odoo {last}",
        ),
        figure(
            f"{text}, submission and every click",
            sum(counts) / whole,
            1.5,
            "times",
            f"  {counts}, Odoo {whole}",
        ),
    ]


def recheck(ours, alone, asked):
    """Finance re-checks many claims at once: what a claim costs does not grow with their number."""

    def each(number):
        ids = ours.claims_of(number, 2)
        with ours.click("claimant") as env:
            env["reimbursement.claim"].browse(ids).action_approval_submit()
        for login in ("manager", "leader", "finance"):
            for start in range(0, number, CHUNK):
                with ours.click(login) as env:
                    answer(env, ids[start : start + CHUNK])
        queries = 0
        for start in range(0, number, CHUNK):
            with ours.click("finance") as env:
                queries += answer(env, ids[start : start + CHUNK])
        return queries / number

    each(2)
    sizes = (CHUNK, 4 * CHUNK, asked["decisions"])
    counts = [each(size) for size in sizes]
    words = ", ".join(f"{count:.2f} of {size}" for size, count in zip(sizes, counts, strict=True))
    text = f"re-check of {sizes[-1]} claims: queries a claim, of {CHUNK} = 1"
    return [figure(text, max(counts) / counts[0], 1.05, "times", f"  queries a claim: {words}")]


def figures(env, asked):
    """Measure."""
    return measured(World, (claim, recheck), env, asked)

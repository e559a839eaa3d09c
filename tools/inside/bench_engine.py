"""What approval costs on a sales order, and what waiting approvals cost whoever decides."""

import statistics

from odoo import Command

from tools.inside.bench_common import Meter, Place, figure, measured, multiply

AIMS = {"clicks": 20, "batch": 1, "ratio": 1.10, "inbox": 3, "milliseconds": 15, "holder": 5}
AIMS |= {"bulk": 0.1}
ROLES = ("bench_one", "bench_two", "bench_three")
PAGE = 80
CAP = 10001


class World(Place):
    """One database with a company, its people, goods and, if it has our addons, a chain."""

    def prepare(self, env):
        """Make the company, a salesperson and three deciders, goods and chains."""
        self.has_chains = "approval.chain" in self.registry
        company = env["res.company"].create({"name": "Bench"})
        self.company = company.id
        env.user.company_ids = [Command.link(company.id)]
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        env["stock.warehouse"].create({"name": "Bench", "code": "BENCH", "company_id": company.id})
        groups = env.ref("sales_team.group_sale_salesman_all_leads")
        if self.has_chains:
            groups |= env.ref("approval_chain.group_approval_user")
            if "approval_mails" in company:
                company.approval_mails = False
        names = ["bench_seller", *ROLES]
        users = env["res.users"].create(
            [
                {
                    "name": name,
                    "login": name,
                    "lang": self.lang,
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.set((groups | env.ref("base.group_user")).ids)],
                }
                for name in names
            ]
        )
        self.users = dict(zip(names, users.ids, strict=True))
        self.partner = env["res.partner"].create({"name": "Bench customer"}).id
        self.products = (
            env["product.product"]
            .create(
                [
                    {"name": f"Bench {number}", "type": "consu", "list_price": 10 + number}
                    for number in range(3)
                ]
            )
            .ids
        )
        if self.has_chains:
            self._prepare_chains(env, company, users)

    def _prepare_chains(self, env, company, users):
        roles = env["approval.role"].create([{"name": code, "code": code} for code in ROLES])
        self.roles = roles.ids
        env["approval.role.holder"].create(
            [
                {"role_id": role.id, "user_id": user.id, "company_id": company.id}
                for role, user in zip(roles, users[1:], strict=True)
            ]
        )
        steps = [
            {"name": r.name, "kind": "decide", "approver": "role", "role_id": r.id, "sequence": n}
            for n, r in enumerate(roles)
        ]
        for model in ("sale.order", "test.approval.order"):
            env["approval.chain"].create(
                {
                    "name": "Bench",
                    "company_id": company.id,
                    "model_id": env["ir.model"]._get_id(model),
                    "step_ids": [Command.create(step) for step in steps],
                }
            )

    def click(self, login="bench_seller"):
        """One request of the salesperson, or of somebody else."""
        return super().click(login)

    def sale_orders(self, number):
        """Fresh quotations with three lines of goods each."""
        with self.click() as env:
            values = {
                "partner_id": self.partner,
                "require_signature": False,
                "require_payment": False,
                "order_line": [
                    Command.create({"product_id": product, "product_uom_qty": 2})
                    for product in self.products
                ],
            }
            return env["sale.order"].create([dict(values) for _n in range(number)]).ids

    def test_orders(self, number):
        """Fresh documents of the engine's own test model."""
        with self.click() as env:
            values = {"name": "Bench", "partner_name": "Buyer", "company_id": self.company}
            return env["test.approval.order"].create([dict(values) for _n in range(number)]).ids


# ---------------------------------------------------------------------- scenarios


def decided(env, model, ids):
    """The newest requests of documents."""
    return env["approval.request"].search([("res_model", "=", model), ("res_id", "in", ids)])


def confirmed(world, model, ids):
    """Make sure that what was measured did what it should."""
    with world.click() as env:
        states = set(env[model].sudo().browse(ids).mapped("state"))
        if states - {"sale", "done"}:
            requests = decided(env(su=True), model, ids)
            why = set(requests.mapped(lambda request: (request.state, request.failure)))
            raise RuntimeError(f"{model} should be carried out, but is {states}: {why}")


def clicks(ours, alone, asked):
    """Submit, three decisions and the execution against one confirmation."""

    def plain(world):
        ids = world.sale_orders(1)
        with world.click() as env, Meter(env) as meter:
            env["sale.order"].browse(ids).action_confirm()
        confirmed(world, "sale.order", ids)
        return meter.queries

    def approved():
        ids = ours.sale_orders(1)
        with ours.click() as env, Meter(env) as meter:
            env["sale.order"].browse(ids).action_approval_submit()
        counts = [meter.queries]
        with ours.click() as env:
            request = decided(env, "sale.order", ids).id
        for login in ROLES:
            with ours.click(login) as env, Meter(env) as meter:
                env["approval.request"].browse(request).action_decide("approve")
            counts.append(meter.queries)
        confirmed(ours, "sale.order", ids)
        return counts

    # the first ones fill what the registry keeps
    approved(), plain(alone)
    rounds = [(approved(), plain(alone)) for _round in range(asked["rounds"])]
    counts, base = min(rounds, key=lambda pair: sum(pair[0]) - pair[1])
    words = f"  submit {counts[0]}, decisions {counts[1:]}, plain confirmation {base}"
    return [
        figure(
            "clicks: queries an order over plain confirmation",
            sum(counts) - base,
            20,
            "queries",
            words,
            limit=33,
        )
    ]


def batch(ours, alone, asked):
    """Orders submitted, decided three times and confirmed in one transaction."""
    number = asked["orders"]

    def plain(ids, one_by_one=False):
        with alone.click() as env, Meter(env) as meter:
            orders = env["sale.order"].browse(ids)
            for order in orders if one_by_one else [orders]:
                order.action_confirm()
        return meter

    def approved(ids):
        with ours.click() as env, Meter(env) as meter:
            env["sale.order"].browse(ids).action_approval_submit()
            requests = decided(env, "sale.order", ids)
            for login in ROLES:
                requests.with_user(ours.users[login]).action_decide("approve")
        confirmed(ours, "sale.order", ids)
        return meter

    approved(ours.sale_orders(2)), plain(alone.sale_orders(2))
    ratios, singles, more, more_singles = [], [], [], []
    for _round in range(asked["rounds"]):
        with_chain = approved(ours.sale_orders(number))
        at_once = plain(alone.sale_orders(number))
        single = plain(alone.sale_orders(number), one_by_one=True)
        ratios.append(with_chain.seconds / at_once.seconds)
        singles.append(with_chain.seconds / single.seconds)
        more.append((with_chain.queries - at_once.queries) / number)
        more_singles.append((with_chain.queries - single.queries) / number)
    spread = f"  median {statistics.median(ratios):.2f} of {len(ratios)} rounds"
    single_spread = f"  median {statistics.median(singles):.2f}"
    return [
        figure(
            f"batch of {number}: queries an order over one plain call", min(more), AIMS["batch"]
        ),
        figure(
            f"batch of {number}: time, one plain call = 1",
            min(ratios),
            AIMS["ratio"],
            "times",
            spread,
        ),
        figure(f"batch of {number}: queries an order over plain one by one", min(more_singles)),
        figure(
            f"batch of {number}: time, plain one by one = 1",
            min(singles),
            None,
            "times",
            single_spread,
        ),
    ]


def write(ours, alone, asked):
    """Fields that nobody decides on."""

    def count(world):
        ids = world.sale_orders(1)
        with world.click() as env, Meter(env) as meter:
            env["sale.order"].browse(ids).write({"client_order_ref": "X", "note": "<p>X</p>"})
        return meter.queries

    count(ours), count(alone)
    return [figure("write of unwatched fields: queries over plain", count(ours) - count(alone), 0)]


def holder(ours, alone, asked):
    """One more person for a role."""
    counts = []
    for number in range(asked["rounds"] + 1):
        with ours.click() as env:
            user = (
                env["res.users"].sudo().create({"name": "H", "login": f"bench_holder{number}"}).id
            )
        with ours.click() as env, Meter(env) as meter:
            env["approval.role.holder"].sudo().create(
                {"role_id": ours.roles[0], "user_id": user, "company_id": ours.company}
            )
        counts.append(meter.queries)
        with ours.click() as env:
            env["approval.role.holder"].sudo().search([("user_id", "=", user)]).unlink()
    return [figure("one more role holder", min(counts[1:]), AIMS["holder"])]


def bulk(ours, alone, asked):
    """The last decision on many documents, two hundred a transaction."""
    number, chunk = asked["decisions"], 200
    ids = ours.test_orders(number)
    for start in range(0, number, chunk):
        with ours.click() as env:
            env["test.approval.order"].browse(ids[start : start + chunk]).action_approval_submit()
    for login in ROLES:
        queries, own, seconds, answered = 0, 0, 0.0, 0
        for start in range(0, number, chunk):
            with ours.click(login) as env:
                domain = [("res_model", "=", "test.approval.order"), ("is_mine", "=", True)]
                domain.append(("res_id", "in", ids[start : start + chunk]))
                slots = env["approval.request.slot"].browse(
                    env["approval.request.slot"].search(domain).ids
                )
                env.invalidate_all()
                with Meter(env) as meter:
                    results = slots.action_bulk_decide("approve", "")
                answered += sum(result["ok"] for result in results)
                written = [q for q in meter.by_text if is_write_of(q, "test_approval_order")]
                queries, own = queries + meter.queries, own + len(written)
                seconds += meter.seconds
        if answered != number:
            raise RuntimeError(f"{login} should answer {number}, but {answered} were taken")
    confirmed(ours, "test.approval.order", ids)
    words = f"  {queries} queries, {own} of them the documents' own, {seconds:.1f} s"
    return [
        figure(
            f"bulk of {number}: queries a document", (queries - own) / number, 0.1, "queries", words
        )
    ]


def is_write_of(query, table):
    text = getattr(query, "code", query)
    text = text.decode() if isinstance(text, bytes) else str(text)
    return text.lstrip().startswith(("UPDATE", "INSERT")) and table in text[:60]


# ---------------------------------------------------------------------- the inbox


def inbox(ours, alone, asked):
    """What somebody sees for whom many places wait, spread over the own key and two roles."""
    with ours.click() as env:
        env["approval.role.holder"].sudo().create(
            {
                "role_id": ours.roles[1],
                "user_id": ours.users["bench_one"],
                "company_id": ours.company,
            }
        )
    [order] = ours.test_orders(1)
    with ours.click() as env:
        env["test.approval.order"].browse(order).action_approval_submit()
        request = decided(env, "test.approval.order", [order])
        sample = request.sudo().slot_ids.filtered(lambda slot: slot.state == "open")
        keys = [
            env["approval.request.slot"]._user_key(env["res.users"].browse(ours.users["bench_one"]))
        ]
        roles = env["approval.role"].sudo().browse(ours.roles[:2])
        company = env["res.company"].browse(ours.company)
        keys += [env["approval.request.slot"]._role_key(role, company) for role in roles]
        sample = (request.id, sample.step_id.id, sample.id)
    have, found = 0, []
    for size in asked["sizes"]:
        fill(ours, sample, keys, have, size)
        have = size
        found += look(ours, size, asked["rounds"])
    return found


def look(ours, size, rounds):
    """Queries and milliseconds of the count, and of the first page as the list asks for it."""
    best = {}
    for _round in range(rounds + 2):
        with ours.click("bench_one") as env:
            for name, read in {"count": read_count, "page": read_page}.items():
                with Meter(env) as meter:
                    rows = read(env)
                if not rows:
                    raise RuntimeError(f"The inbox is empty ({name})")
                best.setdefault(name, []).append((meter.queries, 1000 * meter.sql))
    # the first round fills what the registry keeps
    queries = {name: min(rounds[1:])[0] for name, rounds in best.items()}
    sql = {name: min(ms for _q, ms in rounds[1:]) for name, rounds in best.items()}
    words = f"  count {queries['count']}, page {queries['page']}"
    times = f"  count {sql['count']:.1f}, page {sql['page']:.1f}"
    total, milliseconds = sum(queries.values()), sum(sql.values())
    return [
        figure(
            f"inbox with {size} waiting: count and first page",
            total,
            AIMS["inbox"],
            "queries",
            words,
        ),
        figure(f"inbox with {size} waiting: SQL", milliseconds, AIMS["milliseconds"], "ms", times),
    ]


def read_count(env):
    return env["approval.request.slot"].search_count([("is_mine", "=", True)], limit=CAP)


def read_page(env):
    Slot = env["approval.request.slot"]
    names = ["request_id", "document_name", "res_model", "operation", "requester_id", "amount"]
    names += ["currency_id", "opened_at", "company_id"]
    rows = Slot.search_fetch([("is_mine", "=", True)], names, limit=PAGE)
    return [[row[name] for name in names] for row in rows]


def fill(ours, sample, keys, have, size):
    """Copies of one request with its open step and place, straight in the database."""
    request, step, slot = sample
    offset = 1_000_000_000
    number = f"generate_series({have + 1}, {size}) AS n"
    # every tenth waits for the person, the others for one of the two roles
    key = f"(ARRAY['{keys[0]}','{keys[1]}','{keys[2]}'])[CASE WHEN n % 10 = 0 THEN 1 ELSE 2 + n % 2 END]"
    copies = [
        ("approval_request", request, {"id": f"{offset} + n", "res_id": f"{offset} + n"}),
        ("approval_request_step", step, {"id": f"{offset} + n", "request_id": f"{offset} + n"}),
        (
            "approval_request_slot",
            slot,
            {
                "id": f"{offset} + n",
                "request_id": f"{offset} + n",
                "step_id": f"{offset} + n",
                "res_id": f"{offset} + n",
                "holder_key": key,
                "opened_at": "now() AT TIME ZONE 'utc' - interval '1 year' + n * interval '20 seconds'",
            },
        ),
    ]
    multiply(ours.registry, copies, number)


def figures(env, asked):
    """Measure; the inbox fills the database, so it comes last."""
    return measured(World, (clicks, batch, write, holder, bulk, inbox), env, asked)

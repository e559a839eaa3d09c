"""What the order flow costs whoever confirms orders, lists them, or works at the desk."""

from lxml import etree

from odoo import Command, api

from tools.inside.bench_common import Meter, Place, figure, measured, multiply

PAGE = 80
CAP = 10001
LIST_OF_ORDERS = "sale.view_order_tree"
LIST_OF_FLOW = "sale_order_flow.view_flow_order_list"
DESK = "sale_order_flow.view_sale_desk_list"


class World(Place):
    """One database with a company that sells; with our addons its rulebook is switched on."""

    def prepare(self, env):
        """Make the company, somebody who does everything, a customer and goods."""
        self.follows = "sale.desk" in env
        company = env["res.company"].create({"name": "Bench"})
        self.company = company.id
        env.user.company_ids = [Command.link(company.id)]
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        env["stock.warehouse"].create({"name": "Bench", "code": "BENCH", "company_id": company.id})
        groups = env.ref("sales_team.group_sale_manager")
        if self.follows:
            company.action_set_up_rulebook()
            groups |= env.ref("sale_order_flow.group_flow_assistant")
            # no chain applies, while every gate stays
            env["approval.chain"].search([("company_id", "=", company.id)]).active = False
        user = env["res.users"].create(
            {
                "name": "bench_assistant",
                "login": "bench_assistant",
                "lang": self.lang,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set((groups | env.ref("base.group_user")).ids)],
            }
        )
        self.users = {user.login: user.id}
        if self.follows:
            role = env["approval.role"].search([("code", "=", "sales_assistant")])
            env["approval.role.holder"].create(
                {"role_id": role.id, "user_id": user.id, "company_id": company.id}
            )
        self.partner = env["res.partner"].create({"name": "Bench customer"}).id
        self.products = (
            env["product.product"]
            .create(
                [
                    {"name": f"Bench {number}", "is_storable": True, "list_price": 10 + number}
                    for number in range(3)
                ]
            )
            .ids
        )

    def click(self, login="bench_assistant"):
        """One request of the person who does everything."""
        return super().click(login)

    def ask_for_approval(self):
        """The chains of the rulebook apply from now on."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"active_test": False})
            env["approval.chain"].search([("company_id", "=", self.company)]).active = True

    def orders(self, number, confirmed=False):
        """Fresh quotations with three lines of goods each."""
        with self.click() as env:
            values = {
                "partner_id": self.partner,
                "require_signature": False,
                "require_payment": False,
                "commitment_date": "2030-01-01 08:00:00",
                "order_line": [
                    Command.create({"product_id": product, "product_uom_qty": 2})
                    for product in self.products
                ],
            }
            orders = env["sale.order"].create([dict(values) for _n in range(number)])
            if confirmed:
                orders.action_confirm()
            return orders.ids


def confirm(ours, alone, asked):
    """Orders that nobody has to approve, with every gate switched on."""

    def queries(world, number):
        ids = world.orders(number)
        with world.click() as env, Meter(env) as meter:
            env["sale.order"].browse(ids).action_confirm()
        with world.click() as env:
            if set(env["sale.order"].browse(ids).mapped("state")) != {"sale"}:
                raise RuntimeError("The orders were not confirmed")
        return meter.queries

    lines = []
    for number in (1, 20):
        # the first ones fill what the registry keeps
        queries(ours, number), queries(alone, number)
        rounds = range(asked["rounds"])
        mine = min(queries(ours, number) for _round in rounds)
        plain = min(queries(alone, number) for _round in rounds)
        words = f"  {mine} queries, plain {plain}"
        text = f"confirming {number}, no approval needed: queries, plain = 1"
        lines.append(figure(text, mine / plain, 1.10, "times", words))
    return lines


def orders(ours, alone, asked):
    """A page of orders as the list asks for it, without and with the columns of the flow."""
    made = {
        world: world.orders(PAGE // 2) + world.orders(PAGE // 2, True) for world in (ours, alone)
    }

    def queries(world, view):
        with world.click() as env:
            columns, _limit = columns_of(env, "sale.order", view)
            with Meter(env) as meter:
                page(env["sale.order"], columns, [("id", "in", made[world])])
        return meter.queries

    queries(ours, LIST_OF_FLOW), queries(alone, LIST_OF_ORDERS)
    flow, plain = queries(ours, LIST_OF_FLOW), queries(alone, LIST_OF_ORDERS)
    words = f"  {flow} queries, plain {plain}"
    return [figure(f"list of {PAGE} orders: queries over plain", flow - plain, 5, "queries", words)]


def desk(ours, alone, asked):
    """Pages of the desk beside those of the plain list, with as many orders under way."""
    number = asked["documents"]
    for world in (ours, alone):
        fill(world, number)
        fill(world, number, confirmed=False)
    ours.ask_for_approval()
    mine, plain = (ours, "sale.desk", DESK), (alone, "sale.order", LIST_OF_ORDERS)
    scenes = {
        "page": (shown(*mine, listed()), shown(*plain, listed())),
        "quotations": (
            shown(*mine, listed([("stage", "=", "quotation")])),
            shown(*plain, listed([("state", "=", "draft")])),
        ),
        "opened": (shown(*mine, grouped("waits_for")), shown(*plain, grouped("state"))),
        "counts": (
            (ours, counts("sale.desk", "waits_for")),
            (alone, counts("sale.order", "state")),
        ),
    }
    best = {}
    for _round in range(asked["rounds"] + 2):
        for name, pair in scenes.items():
            for side, (world, run) in enumerate(pair):
                with world.click() as env, Meter(env) as meter:
                    run(env)
                best.setdefault((name, side), []).append((meter.seconds, meter.sql))
    found = {key: min(times[1:]) for key, times in best.items()}

    def ratio(text, name, aim):
        (seconds, sql), (plain_seconds, plain_sql) = found[name, 0], found[name, 1]
        words = (
            f"  {1000 * seconds:.0f} ms, {1000 * sql:.0f} in SQL; "
            f"plain {1000 * plain_seconds:.0f}, {1000 * plain_sql:.0f}"
        )
        return figure(f"{text}, plain = 1", seconds / plain_seconds, aim, "times", words)

    return [
        ratio(f"desk of {2 * number} open orders, checklists included: page", "page", 2),
        ratio("page of own quotations", "quotations", 2),
        ratio("page as the menu opens it, beside a grouped list", "opened", 2),
        ratio("counts of all columns", "counts", None),
    ]


def shown(world, model, view, read):
    """A page as its view asks for it; on the desk with the checklists that follow."""
    with world.click() as env:
        columns, limit = columns_of(env, model, view)

    def run(env):
        rows = read(env[model], columns, limit)
        if len(rows) < limit:
            raise RuntimeError(f"{model} does not fill a page")
        if model == "sale.desk":
            # of the rows in sight: no screen shows more than these
            env[model].release_checklists([row["id"] for row in rows[:limit]])

    return world, run


def listed(domain=()):
    """Rows of a list, the first page."""

    def read(records, columns, limit):
        return page(records, columns, list(domain), limit)

    return read


def grouped(by):
    """Rows of a list that opens with its groups unfolded, each with its first page."""

    def read(records, columns, limit):
        found = records.web_read_group(
            [],
            [by],
            ["__count"],
            limit=PAGE,
            auto_unfold=True,
            unfold_read_specification=columns,
            unfold_read_default_limit=limit,
        )
        return [row for group in found["groups"] for row in group["__records"]]

    return read


def counts(model, by):
    """How many records there are in each group."""
    return lambda env: env[model].web_read_group([], [by], ["__count"])


# ---------------------------------------------------------------------- reading a page


def columns_of(env, model, view):
    """What the web client asks for to draw a list: its columns, and how many rows."""
    found = env[model].get_views([(env.ref(view).id, "list")])
    arch = etree.fromstring(found["views"]["list"]["arch"])
    names = [node.get("name") for node in arch.iter("field")]
    fields = env[model]._fields
    columns = {
        name: {"fields": {"display_name": {}}} if fields[name].type in RELATIONS else {}
        for name in names
    }
    return columns, int(arch.get("limit", PAGE))


RELATIONS = ("many2one", "one2many", "many2many")


def page(records, columns, domain, limit=PAGE):
    return records.web_search_read(domain, columns, limit=limit, count_limit=CAP)["records"]


def fill(world, number, confirmed=True):
    """Copies of an order with a line, straight in the database, a minute apart."""
    offset = 1_000_000_000 if confirmed else 1_500_000_000
    [order] = world.orders(1, confirmed)
    with world.click() as env:
        line = env["sale.order"].browse(order).order_line[0].id
        columns = env["sale.order"]._fields
        env.flush_all()
    moved = {
        "id": f"{offset} + n",
        "name": f"'{offset // 500_000_000}B' || n",
        "access_token": "NULL",
    }
    for name in ("date_order", "create_date", "commitment_date"):
        moved[name] = f"t.{name} - n * interval '1 minute'"
    moved |= {
        name: f"t.{name} - n * interval '1 minute'" for name in STORED_DATES if name in columns
    }
    copies = [
        ("sale_order", order, moved),
        ("sale_order_line", line, {"id": f"{offset} + n", "order_id": f"{offset} + n"}),
    ]
    multiply(world.registry, copies, f"generate_series(1, {number}) AS n")


STORED_DATES = ("flow_stage_since",)


def figures(env, asked):
    """Measure; the desk fills the database, so it comes last."""
    return measured(World, (confirm, orders, desk), env, asked)

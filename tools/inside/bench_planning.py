"""What planning costs: a year's needs through bills of materials of three levels, and a full shop."""

from datetime import timedelta

from odoo import Command, fields

from tools.inside import bench_sales_plan
from tools.inside.bench_common import Meter, Place, figure, measured, multiply

SIZES = (250, 500, 1000)
MONTHS = 12
LIMIT = 60
OFFSET = 1_000_000_000
CENTRES, PRODUCTIONS, STEPS = 20, 400, 5


class World(Place):
    """One company a size: so many products sold in each of twelve months, all goods shared.

    A product takes two assemblies, an assembly three parts that are bought; neighbours share them.
    """

    def prepare(self, env):
        """Make goods, bills of materials and companies; without our addons, nothing."""
        self.plans = "purchase.plan" in env
        if not self.plans:
            return
        number = max(SIZES)
        vendor = env["res.partner"].create({"name": "Bench"})

        def goods(name, **values):
            return env["product.product"].create(
                [{"name": f"{name} {n}", "is_storable": True, **values} for n in range(number)]
            )

        offer = {"partner_id": vendor.id, "delay": 5, "price": 3, "plan_multiple": 10}
        parts = goods("Part", seller_ids=[Command.create({**offer, "company_id": False})])
        assemblies, products = goods("Assembly"), goods("Product")
        self.products = products.ids

        def boms(wholes, below, takes):
            env["mrp.bom"].create(
                [
                    {
                        "product_tmpl_id": whole.product_tmpl_id.id,
                        "company_id": False,
                        "produce_delay": 2,
                        "bom_line_ids": [
                            Command.create(
                                {"product_id": below[(n + k) % number].id, "product_qty": k + 1}
                            )
                            for k in range(takes)
                        ],
                    }
                    for n, whole in enumerate(wholes)
                ]
            )

        boms(assemblies, parts, 3)
        boms(products, assemblies, 2)
        self.of_size = {size: self.company_of(env, size) for size in SIZES}

    def company_of(self, env, size):
        """A company that plans, and somebody who does."""
        company = env["res.company"].create(
            {"name": f"Bench {size}", "planning_enabled": True, "plan_horizon_days": 500}
        )
        env["stock.warehouse"].create(
            {"name": f"Bench {size}", "code": f"B{size}", "company_id": company.id}
        )
        groups = env.ref("base.group_user") | env.ref("sales_planning_mrp.group_production_planner")
        user = env["res.users"].create(
            {
                "name": f"bench_{size}",
                "login": f"bench_{size}",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(groups.ids)],
            }
        )
        order = env["sale.order"].create(
            {
                "company_id": company.id,
                "partner_id": company.partner_id.id,
                "order_line": [
                    Command.create({"product_id": self.products[0], "product_uom_qty": 7})
                ],
            }
        )
        self.users[user.login] = user.id
        return {"company": company.id, "order": order.id, "line": order.order_line.id}

    def fill(self, size):
        """Confirmed orders of a year, straight in the database."""
        made, place = self.of_size[size], SIZES.index(size) * 100_000
        ids = "ARRAY[{}]".format(",".join(map(str, self.products[:size])))
        first = f"{OFFSET + place} + n"
        month = "now() + n * interval '30 days'"
        orders = {"id": first, "name": "'B' || n", "state": "'sale'", "access_token": "NULL"}
        multiply(
            self.registry,
            [("sale_order", made["order"], {**orders, "commitment_date": month})],
            f"generate_series(1, {MONTHS}) AS n",
        )
        lines = {
            "id": first,
            "state": "'sale'",
            "order_id": f"{OFFSET + place} + (n - 1) / {size} + 1",
            "product_id": f"({ids})[(n - 1) % {size} + 1]",
        }
        multiply(
            self.registry,
            [("sale_order_line", made["line"], lines)],
            f"generate_series(1, {MONTHS * size}) AS n",
        )

    def calculate(self, size):
        """One calculation: seconds, queries and lines."""
        self.company = self.of_size[size]["company"]
        with self.click(f"bench_{size}") as env:
            until = fields.Date.today() + timedelta(days=400)
            plan = env["purchase.plan"].create({"date_to": until})
            env.flush_all()
            with Meter(env) as meter:
                plan.action_calculate()
            lines = len(plan.line_ids)
        if lines < size:
            raise RuntimeError("The plan orders next to nothing")
        return meter.seconds, meter.queries, lines


def explosion(ours, _alone, asked):
    """A year of 250, 500 and 1,000 products, calculated by somebody who plans."""
    best = {}
    for size in SIZES:
        ours.fill(size)
        best[size] = min(ours.calculate(size) for _round in range(asked["rounds"]))
    found = [
        figure(
            f"{size} products, 12 months, 3 levels",
            best[size][0],
            LIMIT,
            "s",
            f"  {best[size][2]} lines, {best[size][1]} queries",
        )
        for size in SIZES
    ]
    for small, large in zip(SIZES, SIZES[1:], strict=False):
        ratio = best[large][0] / best[small][0]
        text = f"time of {large} beside {small}"
        found.append(figure(text, ratio, large / small * 1.2, "times"))
    return found


class Shop(Place):
    """A company with work centres, and goods made in so many steps, each on another centre."""

    def prepare(self, env):
        """Make centres, goods and the person who dispatches; without our addons, nothing."""
        if "production.schedule" not in env:
            return
        company = env["res.company"].create({"name": "Bench shop", "planning_enabled": True})
        self.company = company.id
        env["stock.warehouse"].create({"name": "Shop", "code": "SHOP", "company_id": company.id})
        centres = env["mrp.workcenter"].create(
            [
                {
                    "name": f"Centre {number}",
                    "company_id": company.id,
                    "resource_calendar_id": company.resource_calendar_id.id,
                }
                for number in range(CENTRES)
            ]
        )
        goods = env["product.product"].create(
            [{"name": f"Made {n}", "is_storable": True} for n in range(PRODUCTIONS)]
        )
        self.goods = goods.ids
        env["mrp.bom"].create(
            [
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "company_id": company.id,
                    "operation_ids": [
                        Command.create(
                            {
                                "name": f"Step {step}",
                                "workcenter_id": centres[(number * STEPS + step * 3) % CENTRES].id,
                                "time_cycle_manual": 30 + 15 * ((number + step) % 5),
                                "sequence": step,
                            }
                        )
                        for step in range(STEPS)
                    ],
                }
                for number, product in enumerate(goods)
            ]
        )
        groups = env.ref("base.group_user") | env.ref("sales_planning_mrp.group_production_planner")
        user = env["res.users"].create(
            {
                "name": "bench_dispatch",
                "login": "bench_dispatch",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [
                    Command.set((groups | env.ref("sale_order_flow.group_flow_user")).ids)
                ],
            }
        )
        self.users[user.login] = user.id
        for code in ("production_statistics", "production_dispatch"):
            role = env["approval.role"].search([("code", "=", code)])
            env["approval.role.holder"].create(
                {"role_id": role.id, "user_id": user.id, "company_id": company.id}
            )

    def waiting_schedule(self):
        """A draft with every product in it; its id."""
        with self.click("bench_dispatch") as env:
            need = fields.Date.today() + timedelta(days=60)
            notice = env["production.notice"].create(
                {
                    "line_ids": [
                        Command.create({"product_id": product, "quantity": 4, "date_needed": need})
                        for product in self.goods
                    ]
                }
            )
            notice.action_hand_over()
            notice.action_verify()
            start = fields.Datetime.now() + timedelta(days=1)
            draft = env["production.schedule"].create({"date_from": start, "horizon_days": 365})
            draft._add_notices(notice)
            return draft.id


def schedule(ours, _alone, asked):
    """Placing two thousand operations on twenty work centres, as somebody who dispatches."""
    draft = ours.waiting_schedule()
    rounds = []
    for _round in range(asked["rounds"]):
        with ours.click("bench_dispatch") as env:
            document = env["production.schedule"].browse(draft)
            with Meter(env) as meter:
                document.action_calculate()
            placed = len(document.operation_ids.filtered("date_start"))
            rounds.append((meter.seconds, meter.queries, placed))
    best = min(rounds)
    if best[2] != PRODUCTIONS * STEPS:
        raise RuntimeError(f"Only {best[2]} operations were placed")
    text = f"scheduling {best[2]} operations on {CENTRES} work centres"
    return [figure(text, best[0], LIMIT, "s", f"  {best[1]} queries")]


PLACES = (
    (World, (explosion,)),
    (Shop, (schedule,)),
    (bench_sales_plan.World, (bench_sales_plan.pages, bench_sales_plan.split)),
)


def figures(env, asked):
    """Measure; each place is made only when something is measured there."""
    return [
        line
        for place, scenarios in PLACES
        if any(scenario.__name__ in asked["scenarios"] for scenario in scenarios)
        for line in measured(place, scenarios, env, asked)
    ]

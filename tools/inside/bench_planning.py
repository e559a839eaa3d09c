"""What planning costs: a year's needs of many products through bills of materials of three levels."""

from datetime import timedelta

from odoo import Command, fields

from tools.inside.bench_common import Meter, Place, figure, measured, multiply

SIZES = (250, 500, 1000)
MONTHS = 12
LIMIT = 60
OFFSET = 1_000_000_000


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


def figures(env, asked):
    """Measure."""
    return measured(World, (explosion,), env, asked)

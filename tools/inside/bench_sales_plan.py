"""What the sales plan costs: plan and sales beside Odoo's own analysis, and splitting many targets."""

from odoo import Command, fields

from tools.inside.bench_common import Meter, figure
from tools.inside.bench_statistics import World as SoldWorld

CATEGORIES = 832
"""With the company and all other categories 834 rows: 10,008 targets of a month."""
SECONDS = 2


class World(SoldWorld):
    """A company that sells goods of many categories, each of which is planned."""

    def prepare(self, env):
        """Make goods, each of a category of its own; the assistant plans, too."""
        super().prepare(env)
        self.plans = "sales.plan" in env
        categories = env["product.category"].create(
            [{"name": f"Bench {number}"} for number in range(CATEGORIES)]
        )
        self.categories = categories.ids
        self.goods = (
            env["product.product"]
            .create([{"name": f"Bench {c.name}", "categ_id": c.id} for c in categories])
            .ids
        )
        if self.plans:
            planner = env.ref("sales_planning.group_planning_planner")
            user = env["res.users"].browse(self.users["bench_assistant"])
            user.group_ids = [Command.link(planner.id)]
            env["res.company"].browse(self.company).planning_enabled = True
            # a plan is in force when its planner says so
            chains = env["approval.chain"].search([("model", "=", "sales.plan")])
            chains.active = False

    def sell_all(self, lines):
        """Lines of all goods in turn, over the last two years."""
        goods = f"(ARRAY[{','.join(map(str, self.goods))}])"
        self.sell(lines, product_id=f"{goods}[n % {len(self.goods)} + 1]")

    def divided_plan(self, year):
        """A plan of the year with a row for each category; its id."""
        with self.click() as env:
            plan = env["sales.plan"].create({"year": year})
            plan.plan_grid_add(plan.target_ids.id, "category", self.categories)
            return plan.id


def pages(ours, alone, asked):
    """The first page of plan against actual, as it opens, beside Odoo's over the same months."""
    for world in (ours, alone):
        world.sell_all(asked["lines"])
    year = fields.Date.today().year
    plan = ours.divided_plan(year)
    with ours.click() as env:
        env["sales.plan"].browse(plan).action_split("growth")
        env["sales.plan"].browse(plan).action_approve()

    def pivot(model, day, measures, domain=()):
        asked_for = [[], [f"{day}:month"]]
        period = [(day, ">=", f"{year}-01-01"), (day, "<=", f"{year}-12-31"), *domain]

        def run(env):
            rows = env[model].formatted_read_grouping_sets(period, asked_for, measures)
            if not rows[1]:
                raise RuntimeError(f"{model} shows nothing")

        return run

    sums = ["plan_amount:sum", "amount:sum", "difference:sum", "last_amount:sum"]
    plain = ["price_subtotal:sum", "product_uom_qty:sum"]
    scenes = {
        "plan": (ours, pivot("sales.plan.report", "month", sums)),
        "plain": (alone, pivot("sale.report", "date", plain, [("state", "=", "sale")])),
    }
    best = {}
    for _round in range(asked["rounds"]):
        for name, (world, run) in scenes.items():
            with world.click() as env, Meter(env) as meter:
                run(env)
            best[name] = min(best.get(name, meter.seconds), meter.seconds)
    words = f"  {best['plan']:.2f} s, plain {best['plain']:.2f}"
    text = f"plan and sales of {asked['lines']} lines: first page, plain = 1"
    return [figure(text, best["plan"] / best["plain"], 1.5, "times", words)]


def split(ours, _alone, asked):
    """Splitting the year of ten thousand targets from the top."""
    with ours.click() as env:
        sold = env["sale.order.line"].search_count([("product_id", "in", ours.goods)])
    if not sold:
        ours.sell_all(60 * CATEGORIES)
    year = fields.Date.today().year + 1
    plan = ours.divided_plan(year)
    found = []
    for method, words in (("growth", "by last year's shares"), ("even", "evenly")):
        rounds = []
        for _round in range(asked["rounds"]):
            with ours.click() as env:
                document = env["sales.plan"].browse(plan)
                with Meter(env) as meter:
                    document.action_split(method)
                targets = len(document.target_ids.cell_ids)
                rounds.append((meter.seconds, meter.queries, targets))
        best = min(rounds)
        if best[2] < CATEGORIES * 10:
            raise RuntimeError("Hardly anything was split")
        detail = f"  {best[2]} targets, {best[1]} queries"
        found.append(figure(f"splitting a plan {words}", best[0], SECONDS, "s", detail))
    return found

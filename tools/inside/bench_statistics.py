"""What the statistics of orders cost beside Odoo's own sales analysis, with many lines."""

from lxml import etree

from tools.inside.bench_common import Meter, figure, measured, multiply
from tools.inside.bench_order import World as SellingWorld

PAGE = 80
LINES_AN_ORDER = 5
OFFSET = 1_000_000_000


class World(SellingWorld):
    """Five lines an order over two years, each shipped."""

    def sell(self, lines, **changes):
        """Copies of a confirmed order and its line, straight in the database.

        :param changes: SQL of columns of the lines, which count as ``n``
        :return: id of the line that was copied
        """
        [order] = self.orders(1, confirmed=True)
        with self.click() as env:
            line = env["sale.order"].browse(order).order_line[0].id
        orders = lines // LINES_AN_ORDER
        past = f"now() - n * interval '730 days' / {orders}"
        first = f"{OFFSET} + n"
        head = {"id": first, "name": "'B' || n", "access_token": "NULL", "date_order": past}
        own = {"id": first, "order_id": f"{OFFSET} + (n - 1) / {LINES_AN_ORDER} + 1", **changes}
        self.multiply("sale_order", order, head, orders)
        self.multiply("sale_order_line", line, own, lines)
        return line

    def fill(self, lines):
        """Orders whose lines have a done move each."""
        line = self.sell(lines)
        with self.click() as env:
            moves = env["stock.move"].sudo()
            warehouse = env["stock.warehouse"].search([("company_id", "=", self.company)], limit=1)
            move = moves.create(
                {
                    "product_id": env["sale.order.line"].browse(line).product_id.id,
                    "product_uom_qty": 2,
                    "location_id": warehouse.lot_stock_id.id,
                    "location_dest_id": env.ref("stock.stock_location_customers").id,
                    "company_id": self.company,
                    "sale_line_id": line,
                }
            ).id
        first = f"{OFFSET} + n"
        done = {"id": first, "sale_line_id": first, "state": "'done'", "quantity": "2"}
        self.multiply("stock_move", move, done, lines)

    def multiply(self, table, row, changes, number):
        """So many copies of a row."""
        multiply(self.registry, [(table, row, changes)], f"generate_series(1, {number}) AS n")


def pages(ours, alone, asked):
    """The first page of each view: as it opens, with punctuality, and as a list."""
    for world in (ours, alone):
        world.fill(asked["lines"])

    def pivot(model, measures, groups):
        def run(env):
            rows = env[model].formatted_read_grouping_sets([], [[], *groups], measures)
            if not any(map(len, rows)):
                raise RuntimeError(f"{model} shows nothing")

        return run

    def listed(model, view):
        def run(env):
            arch = env[model].get_views([(env.ref(view).id, "list")])["views"]["list"]["arch"]
            names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
            found = env[model].web_search_read([], {name: {} for name in names}, limit=PAGE)
            if len(found["records"]) != PAGE:
                raise RuntimeError(f"{model} does not fill a page")

        return run

    flow, plain = "sale.flow.report", "sale.report"
    months = [["date:month"], ["user_id", "date:month"]]
    scenes = {
        "pivot": (ours, pivot(flow, ["orders:count_distinct", "revenue:sum"], months)),
        "punctuality": (ours, pivot(flow, ["on_time:avg", "days_late:avg"], months)),
        "list": (ours, listed(flow, "sale_order_flow.sale_flow_report_view_list")),
        "plain pivot": (
            alone,
            pivot(plain, ["order_reference:count_distinct", "price_subtotal:sum"], months),
        ),
        "plain list": (alone, listed(plain, "sale.sale_report_view_tree")),
    }
    best = {}
    for _round in range(asked["rounds"]):
        for name, (world, run) in scenes.items():
            with world.click() as env, Meter(env) as meter:
                run(env)
            best[name] = min(best.get(name, meter.seconds), meter.seconds)

    def ratio(text, name, beside, aim=1.5):
        words = f"  {best[name]:.2f} s, plain {best[beside]:.2f}"
        return figure(f"{text}, plain = 1", best[name] / best[beside], aim, "times", words)

    number = asked["lines"]
    return [
        ratio(f"statistics of {number} lines: first page", "pivot", "plain pivot"),
        ratio("punctuality of all of them", "punctuality", "plain pivot", None),
        ratio("first page as a list", "list", "plain list"),
    ]


def figures(env, asked):
    """Measure."""
    return measured(World, (pages,), env, asked)

"""`./dev bench`: what our addons cost beside plain Odoo, measured in one run.

Two databases are opened by one process: Odoo alone, and the same modules with our addons. Queries
are counted exactly; times are compared as ratios of runs that took turns on the same machine.
"""

import argparse
import json
from dataclasses import dataclass

from tools import addons, paths, postgres, testing, venv
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo
from tools.report import Problem, say, step

# A bridge to sale.order that does nothing else comes before the addon with the whole flow.
SALE = ["test_approval_bridges", "sale_order_flow"]


CODE = """\
import json, sys
sys.path.insert(0, {root!r})
from tools.inside import bench_{what}
open({answer!r}, 'w').write(json.dumps(bench_{what}.figures(env, {asked!r})))
"""


@dataclass(frozen=True)
class Bench:
    """What one word after `./dev bench` measures; its code is tools/inside/bench_<word>.py."""

    addons: tuple[str, ...]
    scenarios: dict[str, str]


def sale_addon() -> str:
    """The addon that guards sales orders and does the least besides."""
    return next(name for name in SALE if name in addons.manifests())


def benches() -> dict[str, Bench]:
    """The benchmarks there are."""
    return {
        "engine": Bench(
            (sale_addon(), "test_approval_chain"),
            {
                "clicks": "an order, each click its own request",
                "batch": "many orders decided and confirmed in one transaction",
                "write": "a plain write of fields nobody decides on",
                "inbox": "count and first page of the inbox",
                "holder": "one more holder of a role",
                "bulk": "many decisions at once",
            },
        ),
        "expense": Bench(
            ("expense_approval",),
            {
                "claim": "a claim of fifty expenses",
                "recheck": "many claims decided by finance at once",
            },
        ),
        "order": Bench(
            ("sale_order_flow",),
            {
                "confirm": "orders that nobody has to approve",
                "orders": "a page of the list of orders",
                "desk": "the first page of the desk, with many orders under way",
            },
        ),
        "statistics": Bench(
            ("sale_order_flow",),
            {"pages": "the statistics of orders beside Odoo's sales analysis"},
        ),
        "planning": Bench(
            ("sales_planning_mrp",),
            {
                "explosion": "a purchase plan of a year, bills of materials of three levels",
                "schedule": "two thousand operations on twenty work centres",
                "pages": "plan and sales beside Odoo's sales analysis",
                "split": "a sales plan of ten thousand targets",
            },
        ),
        "stocking": Bench(
            ("stocking_request",),
            {
                "propose": "who brings the goods of a request of many lines",
                "order": "carrying that out beside the plain documents",
            },
        ),
    }


@dataclass
class Figure:
    """One measured number and what it may be."""

    text: str
    value: float
    aim: float | None = None
    limit: float | None = None
    unit: str = "queries"
    detail: str = ""

    @property
    def over(self) -> bool:
        """Whether the number is beyond what it may be at most: its limit, else its aim."""
        most = self.aim if self.limit is None else self.limit
        return most is not None and not self.value <= most

    def line(self) -> str:
        """The figure as people read it."""
        judged = "" if self.aim is None else f"aim {self.aim:g}"
        missed = self.aim is not None and not self.value <= self.aim
        verdict = "over" if self.over else "near" if missed else "" if self.aim is None else "ok"
        value = f"{self.value:.2f}".rstrip("0").rstrip(".")
        return f"{self.text:<62} {value:>9} {self.unit:<8} {judged:<10} {verdict:<5}{self.detail}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev bench`."""
    words = [f"{what}: {', '.join(bench.scenarios)}" for what, bench in benches().items()]
    parser.add_argument("what", choices=list(benches()))
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=f"default: all. {'; '.join(words)}"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--orders", type=int, default=200, help="orders of one transaction")
    parser.add_argument(
        "--decisions", type=int, default=1000, help="decisions of `bulk` and `recheck`"
    )
    parser.add_argument(
        "--slots", type=sizes, default="10000,1000000", help="waiting places of `inbox`"
    )
    parser.add_argument("--documents", type=int, default=100_000, help="orders of `desk`")
    parser.add_argument("--lines", type=int, default=1_000_000, help="order lines of `pages`")
    testing.add_database_arguments(parser)


def sizes(text: str) -> list[int]:
    """Numbers separated by commas, the smallest first."""
    return sorted(int(part) for part in text.split(","))


def run(options: argparse.Namespace) -> int:
    """Measure and print; fail when a figure is beyond its limit."""
    bench = benches()[options.what]
    if unknown := sorted(set(options.scenarios) - set(bench.scenarios)):
        raise Problem(
            f"There is no scenario {', '.join(unknown)}. There are: {', '.join(bench.scenarios)}."
        )
    venv.ensure()
    scenarios = options.scenarios or list(bench.scenarios)
    chosen = addons.select(list(bench.addons))
    with postgres.running(postgres.test_cluster()) as server, locked("name-bench"):
        found = _measured(server, chosen, scenarios, options)
    figures = [Figure(**figure) for figure in found]
    if options.json:
        print(json.dumps([{**vars(f), "over": f.over} for f in figures], indent=1))
    else:
        print(f"with {', '.join(chosen)}")
        print("\n".join(figure.line() for figure in figures))
    return 1 if any(figure.over for figure in figures) else 0


def _measured(server, chosen: list[str], scenarios: list[str], options) -> list[dict]:
    databases = Databases(Odoo(server, paths.STATE / "data"))
    ours, alone = "bench_ours", "bench_alone"
    name = f"bench_{options.what}"
    template = databases.template(name, chosen, bundles=False, fresh=options.fresh)
    answer = paths.STATE / "bench.json"
    answer.unlink(missing_ok=True)
    asked = {
        "alone": alone,
        "scenarios": scenarios,
        "rounds": options.rounds,
        "orders": options.orders,
        "decisions": options.decisions,
        "sizes": options.slots,
        "documents": options.documents,
        "lines": options.lines,
    }
    try:
        databases.copy(template, ours)
        databases.copy(_alone(server, databases, chosen, f"{name}_alone_tpl"), alone)
        code = CODE.format(root=str(paths.ROOT), what=options.what, asked=asked, answer=str(answer))
        with step(f"Measuring {', '.join(scenarios)}"):
            databases.odoo.script("Measuring", ours, code)
        return json.loads(answer.read_text())
    finally:
        databases.drop(ours)
        databases.drop(alone)


def _alone(server, databases: Databases, chosen: list[str], name: str) -> str:
    """A database with the same modules of Odoo as ours, but none of ours."""
    base = databases.base()
    known = addons.manifests()
    needed = sorted({d for addon in chosen for d in known[addon].get("depends", [])} - set(known))
    state = {"base": base, "needed": needed}
    if databases.state(name) == state:
        return name
    databases.copy(base, f"{name}_new")
    plain = Odoo(server, paths.STATE / "data", own_addons=False)
    with step("Making a database of Odoo alone"):
        plain.change_modules("Installing Odoo's apps", f"{name}_new", "-i", ",".join(needed))
    databases.rename(f"{name}_new", name)
    databases.note(name, state)
    say(f"    {len(needed)} modules that our addons need")
    return name

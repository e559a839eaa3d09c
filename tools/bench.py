"""`./dev bench engine`: what approval costs beside plain Odoo, measured in one run.

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

SCRIPT = paths.TOOLS / "inside" / "bench_engine.py"
SCENARIOS = {
    "clicks": "an order, each click its own request",
    "batch": "many orders decided and confirmed in one transaction",
    "write": "a plain write of fields nobody decides on",
    "inbox": "count and first page of the inbox",
    "holder": "one more holder of a role",
    "bulk": "many decisions at once",
}
# A bridge to sale.order that does nothing else comes before the addon with the whole flow.
SALE = ["test_approval_bridges", "sale_order_flow"]


@dataclass
class Figure:
    """One measured number and what it may be."""

    text: str
    value: float
    aim: float | None = None
    unit: str = "queries"
    detail: str = ""

    @property
    def over(self) -> bool:
        """Whether the number is beyond its aim."""
        return self.aim is not None and not self.value <= self.aim

    def line(self) -> str:
        """The figure as people read it."""
        judged = "" if self.aim is None else f"aim {self.aim:g}"
        verdict = "" if self.aim is None else "over" if self.over else "ok"
        value = f"{self.value:.2f}".rstrip("0").rstrip(".")
        return f"{self.text:<62} {value:>9} {self.unit:<8} {judged:<10} {verdict:<5}{self.detail}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev bench`."""
    parser.add_argument("what", choices=["engine"])
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=f"default: {' '.join(SCENARIOS)}"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--orders", type=int, default=200, help="orders of one transaction")
    parser.add_argument("--decisions", type=int, default=1000, help="decisions of `bulk`")
    parser.add_argument(
        "--slots", type=sizes, default="10000,1000000", help="waiting places of `inbox`"
    )
    testing.add_database_arguments(parser)


def sizes(text: str) -> list[int]:
    """Numbers separated by commas, the smallest first."""
    return sorted(int(part) for part in text.split(","))


def run(options: argparse.Namespace) -> int:
    """Measure and print; fail when a figure is beyond its aim."""
    if unknown := sorted(set(options.scenarios) - set(SCENARIOS)):
        raise Problem(
            f"There is no scenario {', '.join(unknown)}. There are: {', '.join(SCENARIOS)}."
        )
    venv.ensure()
    scenarios = options.scenarios or list(SCENARIOS)
    sale = next(name for name in SALE if name in addons.manifests())
    chosen = addons.select([sale, "test_approval_chain"])
    with postgres.running(postgres.test_cluster()) as server, locked("name-bench"):
        found = _measured(server, chosen, scenarios, options)
    figures = [Figure(**figure) for figure in found]
    if options.json:
        print(json.dumps([{**vars(f), "over": f.over} for f in figures], indent=1))
    else:
        print(f"approval on sale.order: {sale}")
        print("\n".join(figure.line() for figure in figures))
    return 1 if any(figure.over for figure in figures) else 0


def _measured(server, chosen: list[str], scenarios: list[str], options) -> list[dict]:
    databases = Databases(Odoo(server, paths.STATE / "data"))
    ours, alone = "bench_ours", "bench_alone"
    template = databases.template("bench", chosen, bundles=False, fresh=options.fresh)
    answer = paths.STATE / "bench.json"
    answer.unlink(missing_ok=True)
    asked = {
        "alone": alone,
        "scenarios": scenarios,
        "rounds": options.rounds,
        "orders": options.orders,
        "decisions": options.decisions,
        "sizes": options.slots,
    }
    try:
        databases.copy(template, ours)
        databases.copy(_alone(server, databases, chosen), alone)
        code = f"ASKED = {asked!r}\n{SCRIPT.read_text()}\n\nimport json\n\n"
        code += f"open({str(answer)!r}, 'w').write(json.dumps(answer(env)))\n"
        with step(f"Measuring {', '.join(scenarios)}"):
            databases.odoo.script("Measuring", ours, code)
        return json.loads(answer.read_text())
    finally:
        databases.drop(ours)
        databases.drop(alone)


def _alone(server, databases: Databases, chosen: list[str]) -> str:
    """A database with the same modules of Odoo as ours, but none of ours."""
    base, name = databases.base(), "bench_alone_tpl"
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

"""`./dev upstream`: Odoo's own suites, once alone and once with our addons installed.

Every test runs twice on a side if it has to. First with all modules loaded, because only there can
tests meant for the moment of installation meet our code. Those that fail there are run again where
Odoo runs them: many of them fail in any Odoo that has more modules than the tested one.

Outcomes are kept in `.dev/upstream`, a file for each module and side; what is there and still true
is not run again.
"""

import argparse
import hashlib
import json
import os
import re
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import addons, browser, compatibility, odoo_source, paths, pdf, postgres, venv
from tools.databases import BUNDLES, Databases
from tools.locks import locked
from tools.odoo import Odoo
from tools.report import Problem, say, step, tail

MODULES = [
    "sale", "sale_stock", "purchase", "hr_expense", "stock",
    "sale_management", "sale_mrp", "purchase_stock",
]  # fmt: skip
SUITE = paths.TOOLS / "inside" / "suite.py"
STORE = paths.STATE / "upstream"
ALONE, OURS = "alone", "ours"
TEST_ID = re.compile(
    r"(?:\w+ \()?odoo\.addons\.(\w+)\.tests\.\w+(?:\.\w+)*?\.([A-Z]\w*)(?:\.(\w+))?"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev upstream`."""
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"default: {' '.join(MODULES)}"
    )
    parser.add_argument("--again", action="store_true", help="forget what was found before")
    parser.add_argument("--side", choices=[ALONE, OURS], help="run only this side")


def run(options: argparse.Namespace) -> int:
    """Run what is missing, write docs/compatibility.md; fail if ours makes a test fail."""
    modules = options.modules or MODULES
    _check_known(modules)
    venv.ensure("test")
    browser.ensure()
    pdf.ensure()
    with postgres.running(postgres.test_cluster()) as server:
        sides = [Side(server, ALONE), Side(server, OURS)]
        for module in modules:
            for side in sides:
                if options.side in (None, side.name):
                    # two commands may share the work, each on its side
                    with locked(f"upstream-{side.name}"):
                        side.run(module, options.again)
    both = [m for m in modules if all(side.stored(m) for side in sides)]
    found = [compatibility.compare(m, *(side.stored(m) for side in sides)) for m in both]
    compatibility.write(_all_known(sides, found), odoo_source.identity(), own_addons())
    for result in found:
        say(compatibility.sentence(result))
    return 1 if any(result.only_ours for result in found) else 0


def _all_known(sides, found):
    """The modules asked for now, and those that were found before and still hold."""
    known = {result.module: result for result in found}
    for path in sorted(STORE.glob(f"{ALONE}-*.json")):
        module = path.stem.partition("-")[2]
        results = [side.stored(module) for side in sides]
        if module not in known and all(results):
            known[module] = compatibility.compare(module, *results)
    return list(known.values())


def own_addons() -> list[str]:
    """Our addons that are meant for production."""
    return [name for name in addons.select(None) if not name.startswith("test_")]


def odoo_modules() -> list[str]:
    """What our addons need of Odoo: it is installed on both sides, so that only ours differs."""
    known = addons.manifests()
    needed = {name for addon in own_addons() for name in known[addon].get("depends", [])}
    return sorted(needed - set(known))


def _check_known(modules: list[str]) -> None:
    folder = odoo_source.source() / "odoo" / "addons"
    if unknown := [name for name in modules if not (folder / name / "tests").is_dir()]:
        raise Problem(f"Odoo ships no suite for {', '.join(unknown)}. Name modules of Odoo's own.")


@dataclass
class Side:
    """One side of the comparison: Odoo alone, or Odoo with our addons."""

    server: postgres.Server
    name: str

    def __post_init__(self):
        odoo = Odoo(self.server, paths.STATE / "data", own_addons=self.name == OURS)
        self.odoo = odoo
        self.databases = Databases(odoo)
        # files changed during a run make its outcome void, not that of the next run
        self.key = self._key()

    # ------------------------------------------------------------------ what is kept

    def _key(self) -> str:
        """What the outcomes depend on, apart from the module."""
        parts = [odoo_source.identity(), odoo_modules()]
        if self.name == OURS:
            parts.append(Databases.fingerprints(own_addons()))
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def stored(self, module: str) -> dict | None:
        """What was found about a module, if it still holds."""
        path = self._file(module)
        found = json.loads(path.read_text()) if path.is_file() else {}
        return found if found.get("key") == self.key else None

    def _file(self, module: str) -> Path:
        return STORE / f"{self.name}-{module}.json"

    def run(self, module: str, again: bool) -> None:
        """Run a module's suite on this side unless that is done."""
        if self.stored(module) and not again:
            return
        STORE.mkdir(parents=True, exist_ok=True)
        database = f"upstream_{self.name}_run"
        try:
            found = self._outcomes(module, database)
        finally:
            self.databases.drop(database)
        part = self._file(module).with_suffix(".part")
        part.write_text(json.dumps({"key": self.key, **found}, indent=1))
        part.replace(self._file(module))

    # ------------------------------------------------------------------ running

    def _outcomes(self, module: str, database: str) -> dict:
        loaded = self._suite(module, database, "loaded", [f"/{module}"])
        failed = compatibility.names(loaded, "failed")
        # once more alone: a machine under load lets browser tests run out of time
        if failed:
            again = self._suite(module, database, "loaded", tags(failed))
            loaded = compatibility.replaced(loaded, again)
            failed = compatibility.names(loaded, "failed")
        native = self._suite(module, database, "native", tags(failed)) if failed else {}
        return {"loaded": loaded, "native": native}

    def _suite(self, module: str, database: str, position: str, wanted: list[str]) -> dict:
        """The outcome of each test: ``{test: {"outcome", "text"}}``."""
        self._prepare(module, database)
        results = STORE / f"{self.name}-{module}.lines"
        results.unlink(missing_ok=True)
        log = paths.STATE / "logs" / f"upstream-{self.name}-{module}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [paths.venv_program("python"), SUITE, results, position, "server"]
        command += ["-d", database, "--stop-after-init", f"--test-tags={','.join(wanted)}"]
        command += ["--http-interface=127.0.0.1", f"--http-port={free_port()}"]
        command += ["--max-cron-threads=0", *["-u", module] * (position == "native")]
        words = "alone" if self.name == ALONE else "with our addons"
        what = f"Odoo's tests of {module} {words}"
        if wanted != [f"/{module}"]:
            what += f", {len(wanted)} that failed once more"
        with step(what), log.open("wb") as output:
            environment = self.odoo.environment()
            environment["PATH"] = os.pathsep.join([*browser.folders(), environment["PATH"]])
            subprocess.run(
                list(map(str, command)), env=environment, cwd=paths.ROOT, stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
        found = compatibility.read(results)
        if not compatibility.names(found, "passed", "failed", "skipped"):
            raise Problem(f"{what} did not come to an end.\n{tail(log)}\nThe whole log is {log}.")
        return found

    def _prepare(self, module: str, database: str) -> None:
        template = self._template()
        self.databases.copy(template, database)
        if not self._is_installed(database, module):
            with step(f"Installing {module}"):
                self.odoo.change_modules(f"Installing {module}", database, "-i", module)

    def _is_installed(self, database: str, module: str) -> bool:
        return bool(
            self.databases.sql(
                f"SELECT 1 FROM ir_module_module WHERE name = '{module}' AND state = 'installed'",
                database,
            )
        )

    def _template(self) -> str:
        """A database without demo data, as the suites expect it; ours is made from the other."""
        name, state = f"upstream_{self.name}", {"key": self.key}
        with locked(name):
            if self.databases.state(name) != state:
                self._make_template(name)
                self.databases.note(name, state)
        return name

    def _make_template(self, name: str) -> None:
        new = f"{name}_new"
        if self.name == ALONE:
            self.databases.drop(new)
            with step("Making a database of Odoo alone"):
                self._install(new, odoo_modules())
        else:
            self.databases.copy(Side(self.server, ALONE)._template(), new)
            with step(f"Installing {', '.join(own_addons())}"):
                self._install(new, own_addons())
        with step("Generating web bundles"):
            self.odoo.script("Generating web bundles", new, BUNDLES)
        self.databases.rename(new, name)

    def _install(self, database: str, modules: list[str]) -> None:
        self.odoo.change_modules(
            f"Installing {', '.join(modules)}", database, "-i", ",".join(modules)
        )
        self.databases.check_installed(database, modules)


def tags(tests: list[str]) -> list[str]:
    """The tests as `--test-tags` names them; a class whose preparation failed stands for its own."""
    found = [TEST_ID.match(test) for test in tests]
    return sorted({f"/{m[1]}:{m[2]}" + (f".{m[3]}" if m[3] else "") for m in found if m})


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

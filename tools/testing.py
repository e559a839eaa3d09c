"""`./dev test`: pytest against a copy of a database template."""

import argparse
import hashlib
import os
import re
import subprocess

from tools import addons, browser, paths, pdf, postgres, venv
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo

OWN_TESTS = "tools/tests"
WITH_VALUE = {"-k", "-m", "-n", "-p", "-o", "-W", "-r", "--cov", "--maxfail", "--durations"}
"""Pytest options whose value is an argument of its own."""
LONGEST_NAME = 40
MOST_JOBS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev test`; whatever else is given goes to pytest."""
    add_database_arguments(parser)
    parser.add_argument(
        "--no-browser", action="store_true", help="leave out tests that drive a browser"
    )
    parser.add_argument("--keep", action="store_true", help="keep the test database afterwards")
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="so many processes, each with a database of its own (default: one for each core when all "
        "tests run, else one)",
    )


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that choose a database."""
    parser.add_argument("--addons", metavar="A,B", help="install only these addons (default: all)")
    parser.add_argument("--name", help="name of the databases; lets runs go on side by side")
    parser.add_argument("--fresh", action="store_true", help="install the addons anew")


def named_addons(options: argparse.Namespace) -> list[str] | None:
    """The addons named on the command line, or None when none were."""
    return [name for name in options.addons.split(",") if name] if options.addons else None


def database_name(options: argparse.Namespace, chosen: list[str]) -> str:
    """The name given, else one made from the addons."""
    if options.name:
        return re.sub(r"\W", "_", options.name)[:LONGEST_NAME]
    if chosen == addons.select(None):
        return "all"
    joined = "_".join(chosen)
    if len(joined) <= LONGEST_NAME:
        return joined
    return f"{joined[: LONGEST_NAME - 7]}_{hashlib.sha256(joined.encode()).hexdigest()[:6]}"


def number_of_jobs(options: argparse.Namespace, everything: bool) -> int:
    """How many processes test side by side; a part of the tests is not worth starting two."""
    if options.jobs:
        return options.jobs
    return min(os.cpu_count() or 1, MOST_JOBS) if everything else 1


def files_of(arguments: list[str]) -> list[str]:
    """The files and folders among pytest's arguments."""
    previous = ["", *arguments]
    return [
        argument
        for before, argument in zip(previous, arguments, strict=False)
        if not argument.startswith("-") and before not in WITH_VALUE
    ]


def run(options: argparse.Namespace, arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code."""
    venv.ensure("test", "lint")
    files = files_of(arguments)
    named = named_addons(options)
    if named is None and files:
        named = addons.of_paths(files)
        if not named:
            return _pytest(dict(os.environ), ["-p", "no:odoo", *arguments])
    if not options.no_browser:
        browser.ensure()
    pdf.ensure()
    chosen = addons.select(named)
    if not files:
        # those that take the longest first: nobody waits for one process at the end
        arguments += [OWN_TESTS] * (named is None)
        arguments = [*arguments, *(f"addons/{name}" for name in named or chosen)]
    jobs = number_of_jobs(options, everything=not files and named is None)
    if jobs > 1:
        # Each process copies the database for itself; what a class has set up its tests share. What
        # comes first is begun first: the few tests that take minutes are among few.
        spread = ["--dist=loadscope", "--no-loadscope-reorder"]
        arguments = [f"--numprocesses={jobs}", *spread, *arguments]
    return _with_database(options, chosen, arguments)


def _with_database(options: argparse.Namespace, chosen: list[str], arguments: list[str]) -> int:
    name = database_name(options, chosen)
    database = f"test_{name}"
    with postgres.running(postgres.test_cluster()) as server, locked(f"name-{name}"):
        odoo = Odoo(server, paths.STATE / "data")
        databases = Databases(odoo)
        template = databases.template(name, chosen, not options.no_browser, options.fresh)
        databases.copy(template, database)
        environment = odoo.environment()
        environment["DEV_TEMPLATE"] = template
        environment["PATH"] = os.pathsep.join([*browser.folders(), environment["PATH"]])
        if options.no_browser:
            environment["DEV_NO_BROWSER"] = "1"
        try:
            return _pytest(
                environment,
                ["-p", "tools.pytest_plugin", f"--odoo-database={database}", "--odoo-http"]
                + arguments,
            )
        finally:
            if not options.keep:
                databases.drop(database)


def _pytest(environment: dict[str, str], arguments: list[str]) -> int:
    command = [paths.venv_program("python"), "-m", "pytest", "-c", "pyproject.toml", *arguments]
    return subprocess.run(command, env=environment, cwd=paths.ROOT, check=False).returncode

"""The command line of `./dev`."""

import argparse
import errno
import signal
import subprocess
import sys

from tools import (
    addons,
    bench,
    clean,
    demo,
    doctor,
    lint,
    paths,
    postgres,
    race,
    testing,
    translations,
    upstream,
    venv,
)
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo
from tools.report import Problem, say


def main() -> int:
    """Run the command line; every expected trouble ends as a sentence, not as a trace."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run(sys.argv[1:])
    except Problem as problem:
        say(f"\nError: {problem}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say(
            f"\nError: The disk is full ({error}). Free some space (about 4 GB are needed), then "
            "run the same command again: it goes on where it stopped."
        )
    return 1


def _interrupt(number, frame):
    """Stop like Ctrl-C does, so that everything that was started is stopped in order."""
    raise KeyboardInterrupt


def _run(arguments: list[str]) -> int:
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.verb not in ("test", "run", "shell"):
        raise Problem(f"./dev {options.verb} does not know {' '.join(rest)}. See ./dev --help.")
    match options.verb:
        case "demo":
            return demo.run(options)
        case "test":
            return testing.run(options, rest)
        case "run":
            server = [f"--http-port={options.port}", f"--http-interface={demo.HOST}"]
            return _develop(options, "server", [*server, *rest])
        case "shell":
            return _develop(options, "shell", ["--no-http", *rest])
        case "lint":
            return lint.run(options)
        case "bench":
            return bench.run(options)
        case "race":
            return race.run(options)
        case "upstream":
            return upstream.run(options)
        case "i18n":
            return translations.run(options)
        case "doctor":
            return doctor.run()
        case _:
            return clean.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev", description="The project's developer tool.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name, text, *more):
        sub = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        for add in more:
            add(sub)
        return sub

    verb("demo", "make and start the demo", demo.add_arguments)
    verb("test", "run the tests (other arguments go to pytest)", testing.add_arguments)
    server = verb("run", "start a server for development", testing.add_database_arguments)
    server.add_argument("--port", type=int, default=8070)
    verb("shell", "open odoo shell for development", testing.add_database_arguments)
    verb("lint", "check code, views, translations and configuration", lint.add_arguments)
    verb("bench", "measure what approval costs beside plain Odoo", bench.add_arguments)
    verb("race", "let many people decide at the same moment", race.add_arguments)
    verb("upstream", "run Odoo's own suites without and with our addons", upstream.add_arguments)
    verb("i18n", "export terms and merge them into zh_CN.po", translations.add_arguments)
    verb("doctor", "say what this machine has and lacks")
    verb("clean", "remove what this tool made", clean.add_arguments)
    return parser


def _develop(options: argparse.Namespace, command: str, arguments: list[str]) -> int:
    """Run an Odoo command on a development database that has the addons as they are now."""
    venv.ensure()
    chosen = addons.select(testing.named_addons(options))
    name = testing.database_name(options, chosen)
    with postgres.running(postgres.test_cluster()) as server, locked(f"name-{name}"):
        odoo = Odoo(server, paths.STATE / "data")
        database = _development_database(Databases(odoo), name, chosen, options.fresh)
        return subprocess.run(
            odoo.command(command, "-d", database, *arguments),
            env=odoo.environment(),
            cwd=paths.ROOT,
            check=False,
        ).returncode


def _development_database(databases: Databases, name: str, chosen: list[str], fresh: bool) -> str:
    """The development database: upgraded when it exists, else a copy of the template."""
    database = f"dev_{name}"
    state = {} if fresh else databases.state(database)
    if not state:
        template = databases.template(name, chosen, bundles=False, fresh=fresh)
        databases.copy(template, database)
        databases.note(database, databases.state(template))
        return database
    want = databases.fingerprints(chosen)
    databases.update(database, state["addons"], want)
    databases.note(database, {**state, "addons": {**state["addons"], **want}})
    return database

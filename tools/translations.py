"""`./dev i18n`: export the terms of the addons and bring their translations up to date."""

import argparse
import shutil
import subprocess

from tools import addons, odoo_source, paths, postgres, testing, venv
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo
from tools.report import step

EXPORT = """\
from odoo.tools.translate import trans_export
for module in {modules!r}:
    with open({folder!r} + '/' + module + '.pot', 'wb') as stream:
        trans_export(None, [module], stream, 'po', env)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev i18n`."""
    testing.add_database_arguments(parser)
    parser.add_argument("--check", action="store_true", help="change nothing, only report")


def run(options: argparse.Namespace) -> int:
    """Export the chosen addons' terms, merge them and list what is left to translate."""
    venv.ensure()
    named = testing.named_addons(options)
    chosen = addons.select(named)
    # those that are for tests alone speak English
    wanted = named or [addon for addon in chosen if not addon.startswith("test_")]
    name = testing.database_name(options, chosen)
    folder = paths.STATE / "i18n" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with postgres.running(postgres.test_cluster()) as server, locked(f"name-{name}"):
        odoo = Odoo(server, paths.STATE / "data")
        template = Databases(odoo).template(name, chosen, bundles=False, fresh=options.fresh)
        with step(f"Exporting the terms of {', '.join(wanted)}"):
            code = EXPORT.format(modules=wanted, folder=str(folder))
            odoo.script("Exporting terms", template, code)
    command = [paths.venv_program("python"), "-m", "tools.po", str(folder)]
    command += [str(odoo_source.source())] + ["--check"] * options.check
    return subprocess.run(command, cwd=paths.ROOT, check=False).returncode

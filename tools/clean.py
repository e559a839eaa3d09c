"""`./dev clean`: remove what this tool made."""

import argparse
import shutil
from pathlib import Path

from tools import paths, postgres
from tools.locks import is_free
from tools.report import Problem, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev clean`."""
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--data", action="store_true", help="remove the demo's data as well")


def run(options: argparse.Namespace) -> int:
    """Remove the environment, Odoo, test databases and caches; the demo's data only on demand."""
    clusters = [postgres.test_cluster()] + [postgres.demo_cluster()] * options.data
    folders = [paths.VENV, paths.ODOO.parent, paths.STATE] + [paths.DEMO] * options.data
    folders += [c.data.parent for c in clusters if c.data.parent != c.folder]
    folders = [folder for folder in folders if folder.exists()]
    if not folders:
        say("There is nothing to remove.")
        return 0
    say("To be removed:\n" + "\n".join(f"  {folder}" for folder in folders))
    if not options.yes and not _agreed():
        say("Nothing was removed.")
        return 1
    for cluster in clusters:
        if not is_free(cluster.folder / "users.lock"):
            raise Problem(f"A ./dev command is still using {cluster.folder}. Stop it first.")
        cluster.stop()
    for folder in folders:
        _remove(folder)
    return 0


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise Problem(
            f"{folder} could not be removed completely ({error.strerror}): another ./dev command was "
            "probably started meanwhile. Stop it and run ./dev clean again."
        ) from error


def _agreed() -> bool:
    try:
        return input("Remove these? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False

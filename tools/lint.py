"""`./dev lint`: every check that needs no database."""

import argparse
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import addons, paths, venv
from tools.report import Problem, say

HEADER = '<?xml version="1.0" encoding="UTF-8" ?>'
HEADERS = {HEADER, HEADER.replace(" ?>", "?>")}
COMPOSE_SCHEMA = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
PYTHON = ["dev", "tools", "addons"]
CHECK_FILES = "import sys; from tools import lint; sys.exit(lint.check_files())"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev lint`."""
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired by itself")
    parser.add_argument("--addons", metavar="A,B", help="check only these addons")


def run(options: argparse.Namespace) -> int:
    """Run all checks, also after one that failed, and name those that failed."""
    venv.ensure("lint")
    named = options.addons.split(",") if options.addons else None
    failed = [name for name, command in _checks(named, options.fix) if not _passes(name, command)]
    if failed:
        say(f"\nLint failed: {', '.join(failed)}.")
        return 1
    say("\nLint: nothing to complain about.")
    return 0


def _checks(named: list[str] | None, fix: bool) -> list[tuple[str, list[str]]]:
    names = named or list(addons.manifests())
    folders = [f"addons/{name}" for name in names]
    python = folders if named else [name for name in PYTHON if (paths.ROOT / name).exists()]
    checks = [
        ("ruff", ["ruff", "check", *["--fix"] * fix, *python]),
        ("ruff format", ["ruff", "format", *["--check", "--diff"] * (not fix), *python]),
    ]
    if folders:
        checks += [
            # readme/ holds the fragments from which a README.rst would only be generated; a model that
            # does several things has a file, and so a class, for each of them
            (
                "pylint-odoo",
                [
                    "pylint",
                    "--rcfile=pyproject.toml",
                    "--disable=missing-readme,consider-merging-classes-inherited",
                    *folders,
                ],
            ),
            ("oca-checks-odoo-module", ["oca-checks-odoo-module", *_oca_options(), *folders]),
        ]
    checks.append(("files", ["python", "-c", CHECK_FILES, *names]))
    if not named:
        checks += [
            ("docker-compose.yml", [*COMPOSE_SCHEMA, "docker-compose.yml"]),
            (".ci/run", ["bash", "-n", ".ci/run"]),
        ]
    return checks


def _oca_options() -> list[str]:
    """Options of a checker that cannot read pyproject.toml itself."""
    text = (paths.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^\[tool\.oca-checks\]\ndisable = \[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([\w-]+)"', found.group(1)) if found else []
    return [f"--disable={','.join(names)}"] if names else []


def _passes(name: str, command: list[str]) -> bool:
    say(f"==> {name}")
    program = paths.venv_program(command[0])
    if not Path(program).exists():
        program = shutil.which(command[0])
    if not program:
        raise Problem(f"The check {name} needs the program {command[0]}, which is missing.")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    environment["RUFF_CACHE_DIR"] = str(paths.STATE / "ruff-cache")
    environment["PYLINTHOME"] = str(paths.STATE / "pylint")
    answer = subprocess.run([program, *command[1:]], cwd=paths.ROOT, env=environment, check=False)
    return answer.returncode == 0


def check_files() -> int:
    """The checks of our own, run inside the environment: XML and translations."""
    import sys

    from tools import po

    lines = []
    for name in sys.argv[1:]:
        lines += [fault for path in xml_files(name) if (fault := xml_fault(path))]
        lines += po.check(name)
    print("\n".join(lines), end="\n" * bool(lines))
    return 1 if lines else 0


def xml_files(addon: str) -> list[Path]:
    """The XML files of an addon."""
    return sorted((paths.ADDONS / addon).rglob("*.xml"))


def xml_fault(path: Path) -> str | None:
    """What is wrong with an XML file: it cannot be read, or does not say how it is written."""
    from lxml import etree

    try:
        etree.parse(str(path))
    except etree.XMLSyntaxError as error:
        return f"{path.relative_to(paths.ROOT)}: {error}"
    if path.read_text(encoding="utf-8").partition("\n")[0].rstrip() not in HEADERS:
        return f"{path.relative_to(paths.ROOT)}:1: the first line must be {HEADER}"
    return None

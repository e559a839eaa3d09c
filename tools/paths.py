"""Where the tool keeps things. Everything it makes is git-ignored and inside the project."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
TOOLS = ROOT / "tools"
ODOO = ROOT / ".odoo" / "19.0"
VENV = ROOT / ".venv"
STATE = ROOT / ".dev"
"""Disposable: downloads, test databases, logs, locks."""
DEMO = ROOT / ".demo"
"""The demo's database and files: kept by `./dev clean` unless `--data` is given."""


def downloads() -> Path:
    """The folder downloads are kept in; DEV_CACHE shares one between several clones."""
    return Path(os.environ.get("DEV_CACHE") or STATE / "downloads")


def venv_program(name: str) -> str:
    """The path of a program inside the virtual environment."""
    return str(VENV / "bin" / name)

"""`./dev doctor`: what this machine has, what it lacks, and what to do about it."""

import shutil
import sys
from collections.abc import Callable

from tools import browser, debian, demo, odoo_source, paths, pdf, postgres, venv
from tools.report import Problem

GIGABYTES_NEEDED = 4
OK, NOTE, BAD = "ok", "note", "BAD"
Finding = tuple[str, str]


def run() -> int:
    """Print one line for each thing; fail if one of them keeps the other commands from working."""
    worst = OK
    for name, look in CHECKS.items():
        try:
            level, text = look()
        except Problem as problem:
            level, text = BAD, str(problem)
        print(f"{level:<5} {name:<14} {text}", flush=True)
        worst = BAD if BAD in (level, worst) else worst
    return 1 if worst == BAD else 0


def _python() -> Finding:
    text = f"{sys.version.split()[0]} ({sys.executable})"
    return OK, text


def _environment() -> Finding:
    if venv.is_usable():
        return OK, str(paths.VENV)
    return NOTE, "not made yet; the next ./dev demo or ./dev test makes it"


def _odoo() -> Finding:
    if (odoo_source.source() / "odoo" / "release.py").is_file():
        return OK, odoo_source.identity()
    if debian.mirrors():
        return NOTE, f"not downloaded yet; it will come from {debian.mirrors()[0]}"
    if shutil.which("git"):
        return NOTE, "not downloaded yet; no Debian mirror is known, so it will be cloned by git"
    return BAD, "cannot be downloaded; name an Odoo 19.0 checkout in ODOO_SRC, or install git"


def _postgresql() -> Finding:
    if given := postgres.given():
        return OK, f"the server in DEV_PG, version {given.sql('SHOW server_version')}"
    if found := postgres.find_binaries():
        return OK, f"version {postgres.major(found)} in {found}; a private cluster is made with it"
    return NOTE, "not installed; it will come from the Python package index"


def _browser() -> Finding:
    if found := browser.find():
        return OK, f"{browser.version(found)} ({found})"
    return NOTE, (
        "no Chromium; ./dev test will try to get it from Debian's packages. "
        "Without one, use ./dev test --no-browser"
    )


def _wkhtmltopdf() -> Finding:
    if found := pdf.find():
        return OK, found
    return NOTE, "no wkhtmltopdf with patched Qt; ./dev test and demo get it for 64-bit Linux"


def _font() -> Finding:
    if pdf.has_font():
        return OK, "Chinese characters can be printed"
    return NOTE, "no Chinese font; ./dev demo downloads one"


def _port() -> Finding:
    demo.check_port(demo.PORT)
    return OK, f"{demo.PORT} is free for the demo"


def _disk() -> Finding:
    free = shutil.disk_usage(paths.ROOT).free / 1e9
    text = f"{free:.1f} GB free, about {GIGABYTES_NEEDED} GB are needed"
    return (OK if free >= GIGABYTES_NEEDED else BAD), text


CHECKS: dict[str, Callable[[], Finding]] = {
    "Python": _python,
    "environment": _environment,
    "Odoo": _odoo,
    "PostgreSQL": _postgresql,
    "browser": _browser,
    "wkhtmltopdf": _wkhtmltopdf,
    "Chinese font": _font,
    "port": _port,
    "disk": _disk,
}

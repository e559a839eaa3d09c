"""The browser that tours run in: the machine's own, or Chromium from Debian's packages."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import download, paths
from tools.report import Problem, run_logged, say, step

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
"""The names Odoo looks for."""
HOME = paths.STATE / "browser"
STAMP = HOME / "complete"
LAUNCHER = """\
#!/bin/sh
# Chromium out of unpacked packages, with the libraries that came with it.
home="{home}"
libraries="$home/usr/lib/{triplet}"
export LD_LIBRARY_PATH="$libraries:$libraries/pulseaudio:$home/lib/{triplet}:$LD_LIBRARY_PATH"
exec "$home/usr/lib/chromium/chromium" "$@"
"""


def find() -> str | None:
    """The path of a browser that works."""
    candidates = [shutil.which(name) for name in NAMES]
    candidates.append(str(HOME / "bin" / "chromium") if STAMP.is_file() else None)
    return next((path for path in candidates if path and version(path)), None)


def version(program: str) -> str | None:
    """What a browser calls itself, or None if it cannot start."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if not answer.returncode else None


def folders() -> list[str]:
    """Folders to put in front of PATH so that Odoo finds the browser."""
    found = find()
    return [str(Path(found).parent)] if found else []


def ensure() -> None:
    """Make sure there is a browser: a browser test must run, never be passed over."""
    if find():
        return
    try:
        if shutil.which("apt-get") and shutil.which("dpkg-deb"):
            _install_as_root() if os.geteuid() == 0 else _unpack_packages()
    except Problem as problem:
        say(f"    {problem}")
    if not find():
        raise Problem(
            "There is no Chromium or Chrome for the browser tests, and it could not be installed "
            "by itself. Install one so that `chromium` or `google-chrome` is in the PATH, or "
            "leave these tests out with: ./dev test --no-browser"
        )


def _install_as_root() -> None:
    log = paths.STATE / "logs" / "apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step("Installing Chromium with apt-get"):
        run_logged(["apt-get", "update"], log, "apt-get update", env=environment)
        command = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        run_logged(command, log, "apt-get install chromium", env=environment)


def _unpack_packages() -> None:
    """Without root: let apt say what is missing, and unpack that into the project."""
    with step("Unpacking Chromium from Debian's packages (about 100 MB)"):
        shutil.rmtree(HOME, ignore_errors=True)
        for url, name, digest in _needed_packages():
            package = download.fetch(url, name, digest)
            subprocess.run(["dpkg-deb", "-x", str(package), str(HOME)], check=True)
        _write_launcher()
        STAMP.touch()


def _needed_packages() -> list[tuple[str, str, str]]:
    apt = ["apt-get", *_private_state()]
    log = paths.STATE / "logs" / "apt.log"
    run_logged([*apt, "update"], log, "apt-get update")
    command = [*apt, "install", "--print-uris", "-qq", "-y", "--no-install-recommends", "chromium"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise Problem(f"apt-get does not know Chromium: {answer.stderr.strip()}")
    return re.findall(r"^'(\S+)' (\S+) \d+ SHA256:(\w+)$", answer.stdout, re.MULTILINE)


def _private_state() -> list[str]:
    """Options that let apt work with lists and locks of our own."""
    state = paths.STATE / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State::Lists": state / "lists",
        "Dir::Cache": state / "cache",
        "Debug::NoLocking": 1,
        "APT::Sandbox::User": "root",
        "Acquire::ForceHash": "SHA256",
    }
    return [part for name, value in options.items() for part in ("-o", f"{name}={value}")]


def _write_launcher() -> None:
    triplet = os.uname().machine + "-linux-gnu"
    launcher = HOME / "bin" / "chromium"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(LAUNCHER.format(home=HOME, triplet=triplet))
    launcher.chmod(0o755)

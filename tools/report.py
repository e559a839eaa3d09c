"""What the person at the terminal sees: progress lines, and sentences when something is wrong."""

import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

INFORMATION = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ \d+ (INFO|DEBUG) ")

CAUSES = [
    (
        ("No space left on device", "Errno 28", "could not extend file"),
        "The disk is full. Free about 3 GB where the project lies and run the command again: it goes on "
        "where it stopped.",
    ),
    (
        (
            "NewConnectionError",
            "Temporary failure in name resolution",
            "Failed to establish a new connection",
            "Network is unreachable",
        ),
        "There is no network, or the package index cannot be reached. Connect, or set the proxy in the "
        "environment, and run the command again.",
    ),
]


class Problem(Exception):
    """Something the user can act on; its text says what, why and what to do next."""


def say(text: str) -> None:
    """Print one line at once, so that it keeps its order beside the output of child processes."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str):
    """A line before a long piece of work, and how long it took after it."""
    say(f"==> {text}")
    begun = time.monotonic()
    yield
    seconds = time.monotonic() - begun
    if seconds >= 2:
        say(f"    {text}: {seconds:.0f} s")


def run_logged(command: list, log: Path, what: str, **options) -> None:
    """Run a command with its output in a log file; when it fails, show the end of that log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, check=False, **options
        ).returncode
    if code:
        raise Problem(
            f"{what} failed (exit code {code}).\n{tail(log)}\nThe whole log is {log}.{advice(log)}"
        )


def advice(log: Path) -> str:
    """What to do about a failure whose log shows a known cause, which other programs say badly."""
    text = log.read_text(errors="replace")
    for signs, sentence in CAUSES:
        if any(sign in text for sign in signs):
            return f"\n\n{sentence}"
    return ""


def tail(log: Path, lines: int = 40) -> str:
    """The last lines of a log file that are more than information, indented."""
    text = log.read_text(errors="replace").splitlines()
    telling = [line for line in text if not INFORMATION.match(line)] or text
    return "\n".join("    " + line for line in telling[-lines:])

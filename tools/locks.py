"""Locks that keep two runs of the tool from changing the same thing at the same time."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

from tools import paths
from tools.report import say


@contextmanager
def locked(name: str):
    """Keep other runs of the tool away meanwhile; a run that is killed loses its lock."""
    folder = paths.STATE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"    Another run of ./dev is using {name!r}; waiting for it to end.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock on a file."""
    if not path.exists():
        return True
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True

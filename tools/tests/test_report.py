"""A step that fails says what to do, also where the program that failed says it badly."""

import sys

import pytest

from tools.report import Problem, run_logged


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
        ("NewConnectionError: Failed to establish a new connection", "There is no network"),
    ],
)
def test_known_cause_is_a_sentence(tmp_path, output, sentence):
    """The cause stands behind pip's or PostgreSQL's own words."""
    command = [sys.executable, "-c", f"print({output!r}); raise SystemExit(1)"]
    with pytest.raises(Problem, match=sentence):
        run_logged(command, tmp_path / "log", "Installing")


def test_unknown_cause_shows_the_end_of_the_log(tmp_path):
    """No guess where nothing is known."""
    command = [sys.executable, "-c", "print('strange'); raise SystemExit(3)"]
    with pytest.raises(Problem, match=r"exit code 3.*\n.*strange") as caught:
        run_logged(command, tmp_path / "log", "Installing")
    assert "disk is full" not in str(caught.value)

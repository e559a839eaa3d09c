"""What `./dev test` runs, and on which database."""

import argparse
from types import SimpleNamespace

import pytest

from tools import addons, databases, pytest_plugin, testing


def options(**values):
    """The command line's options."""
    return argparse.Namespace(**{"name": None, "addons": None, **values})


def test_files_are_told_from_options_and_their_values():
    arguments = ["-x", "-k", "word", "addons/a/tests", "--maxfail=2", "--cov", "addons"]
    assert testing.files_of(arguments) == ["addons/a/tests"]


def test_databases_are_named_after_their_addons(monkeypatch):
    monkeypatch.setattr(addons, "select", lambda names: ["a", "b"])
    assert testing.database_name(options(), ["a", "b"]) == "all"
    assert testing.database_name(options(), ["a"]) == "a"
    assert testing.database_name(options(name="my run"), ["a"]) == "my_run"


@pytest.mark.parametrize(
    ("asked", "everything", "cores", "jobs"),
    [
        (None, True, 2, 2),
        (None, True, 64, 4),
        (None, False, 2, 1),
        (3, False, 2, 3),
        (1, True, 2, 1),
    ],
)
def test_all_tests_run_side_by_side_unless_asked_otherwise(
    monkeypatch, asked, everything, cores, jobs
):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert testing.number_of_jobs(options(jobs=asked), everything) == jobs


def test_long_names_stay_different(monkeypatch):
    monkeypatch.setattr(addons, "select", lambda names: [])
    names = {testing.database_name(options(), ["x" * 50, last]) for last in "ab"}
    assert len(names) == 2
    assert all(len(name) <= testing.LONGEST_NAME for name in names)


@pytest.mark.parametrize(
    ("kind", "again"), [("install", True), ("update", False), ("assets", False)]
)
def test_only_changes_an_upgrade_would_leave_ask_for_an_installation(kind, again):
    have = {"a": {"install": "1", "update": "1", "assets": "1"}}
    want = {"a": {**have["a"], kind: "2"}}
    assert databases.needs_installation(have, want) is again


def test_an_addon_that_left_asks_for_an_installation():
    assert databases.needs_installation({"a": {"install": "1"}}, {})


def report_of(monkeypatch, *, http, no_browser=False, wasxfail=False):
    """The report of a skipped test after the plugin has looked at it."""
    monkeypatch.setattr(pytest_plugin, "_is_http", lambda item: http)
    monkeypatch.delenv(pytest_plugin.NO_BROWSER, raising=False)
    if no_browser:
        monkeypatch.setenv(pytest_plugin.NO_BROWSER, "1")
    report = SimpleNamespace(skipped=True, outcome="skipped", longrepr="no Chrome")
    if wasxfail:
        report.wasxfail = "known"
    hook = pytest_plugin.pytest_runtest_makereport(SimpleNamespace(nodeid="test_tour"), None)
    next(hook)
    with pytest.raises(StopIteration):
        hook.send(SimpleNamespace(get_result=lambda: report))
    return report


def test_a_skipped_browser_test_fails(monkeypatch):
    report = report_of(monkeypatch, http=True)
    assert report.outcome == "failed"
    assert "test_tour was skipped" in report.longrepr


def test_other_skips_stay_skips(monkeypatch):
    assert report_of(monkeypatch, http=False).outcome == "skipped"
    assert report_of(monkeypatch, http=True, no_browser=True).outcome == "skipped"
    assert report_of(monkeypatch, http=True, wasxfail=True).outcome == "skipped"


def test_what_a_process_removes_and_writes_the_others_do_not_see(tmp_path):
    """Odoo removes after each test class what its own database does not know."""
    shared = tmp_path / "filestore" / "test_all"
    (shared / "ab").mkdir(parents=True)
    (shared / "ab" / "old").write_text("old")
    with pytest_plugin.own_copy(shared, "gw0") as one, pytest_plugin.own_copy(shared, "gw1") as two:
        (one / "ab" / "old").unlink()
        (one / "ab" / "new").write_text("new")
        assert (two / "ab" / "old").read_text() == "old"
        assert not (two / "ab" / "new").exists()
    assert [path.name for path in shared.parent.iterdir()] == ["test_all"]
    assert (shared / "ab" / "old").read_text() == "old"


def test_a_database_without_files_is_tested_too(tmp_path):
    with pytest_plugin.own_copy(tmp_path / "none", "gw0") as folder:
        assert folder.is_dir()

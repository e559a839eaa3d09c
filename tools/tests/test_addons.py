"""Reading the addons folder."""

import shutil
from pathlib import Path

import pytest

from tools import addons, paths
from tools.report import Problem


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An addons folder with three addons: c needs b, b needs a."""
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    for name, needs in {"c": ["b", "sale"], "a": ["mail"], "b": ["a"]}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr({"name": name, "depends": needs}))
    return tmp_path


def test_changes_are_sorted_by_what_they_ask_for():
    kinds = {
        "models/sale.py": "update",
        "i18n/zh_CN.po": "update",
        "demo/demo.xml": "install",
        "__manifest__.py": "install",
        "static/src/panel.js": "assets",
        "static/description/icon.png": None,
        "tests/test_sale.py": None,
        "readme/USAGE.md": None,
    }
    assert {path: addons.kind_of(Path(path)) for path in kinds} == kinds


def test_addons_come_after_those_they_need(folder):
    assert addons.select(None) == ["a", "b", "c"]
    assert addons.select(["b"]) == ["a", "b"]
    assert addons.select([]) == []


def test_an_addon_that_cannot_be_installed_is_left_out(folder):
    (folder / "a" / "__manifest__.py").write_text("{'installable': False}")
    assert addons.select(None) == ["b", "c"]


def test_an_unknown_addon_is_named(folder):
    with pytest.raises(Problem, match="There is no addon nope"):
        addons.select(["nope"])


def test_a_broken_manifest_is_named(folder):
    (folder / "a" / "__manifest__.py").write_text("{")
    with pytest.raises(Problem, match="a/__manifest__.py is not a valid manifest"):
        addons.manifests()


def test_only_files_that_reach_the_database_change_the_fingerprint(folder):
    before = addons.fingerprint("a")
    (folder / "a" / "tests").mkdir()
    (folder / "a" / "tests" / "test_a.py").write_text("x = 1")
    assert addons.fingerprint("a") == before
    (folder / "a" / "models.py").write_text("x = 1")
    after = addons.fingerprint("a")
    assert (after.install, after.assets) == (before.install, before.assets)
    assert after.update != before.update


def test_the_addons_of_files_are_found(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert addons.of_paths(["b/tests/test_b.py::TestB::test_b", "a"]) == ["a", "b"]
    assert addons.of_paths(["../elsewhere"]) == []
    assert addons.of_paths(["."]) == ["a", "b", "c"]


def test_an_empty_folder_has_no_addons(folder):
    for name in "abc":
        shutil.rmtree(folder / name)
    assert addons.select(None) == []

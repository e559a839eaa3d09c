"""`./dev clean` says what to do when something keeps writing into what it removes."""

import shutil

import pytest

from tools import clean
from tools.report import Problem


def test_folder_that_cannot_be_removed_is_a_sentence(tmp_path, monkeypatch):
    """No trace: the folder is named, and what to do."""

    def busy(folder):
        raise OSError(39, "Directory not empty", str(folder))

    monkeypatch.setattr(shutil, "rmtree", busy)
    with pytest.raises(Problem, match="Stop it and run ./dev clean again"):
        clean._remove(tmp_path)


def test_folder_is_removed_with_all_it_holds(tmp_path):
    """The ordinary case."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    clean._remove(tmp_path / "a")
    assert not (tmp_path / "a").exists()

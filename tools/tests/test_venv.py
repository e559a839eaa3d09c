"""The virtual environment repairs itself."""

import subprocess
import sys
import zipfile

import pytest

from tools import odoo_source, paths, venv


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """An environment in a temporary folder; installing only notes what would be installed."""
    made = []

    def create():
        made.append("create")
        (paths.VENV / "bin").mkdir(parents=True, exist_ok=True)
        (paths.VENV / "bin" / "python").touch()
        venv.STAMPS.mkdir(exist_ok=True)
        (venv.STAMPS / "base").write_text(str(paths.VENV))

    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.setattr(venv, "STAMPS", tmp_path / "venv" / "stamps")
    monkeypatch.setattr(odoo_source, "ensure", lambda: tmp_path / "odoo")
    monkeypatch.setattr(venv, "_create", create)
    monkeypatch.setattr(venv, "pip_install", lambda *arguments, name: made.append(name))
    return made


def test_everything_is_made_once(calls):
    venv.ensure("test")
    assert calls == ["create", "odoo", "test", "pointer"]
    venv.ensure("test")
    assert len(calls) == 4


def test_an_environment_without_its_stamp_is_made_again(calls):
    venv.ensure()
    (venv.STAMPS / "base").write_text("")
    calls.clear()
    venv.ensure()
    assert calls[0] == "create"


def test_packages_that_were_not_finished_are_installed_again(calls):
    venv.ensure("test")
    (venv.STAMPS / "test").unlink()
    calls.clear()
    venv.ensure("test")
    assert calls == ["test"]


def test_an_installation_that_failed_leaves_no_stamp(calls, monkeypatch):
    def fail(*arguments, name):
        raise OSError("disk full")

    monkeypatch.setattr(venv, "pip_install", fail)
    with pytest.raises(OSError, match="disk full"):
        venv.ensure()
    assert not (venv.STAMPS / "odoo").exists()


def test_changed_pins_are_installed(calls, monkeypatch, tmp_path):
    venv.ensure()
    pins = tmp_path / "constraints.txt"
    pins.write_text("lxml==5.4.0\n")
    monkeypatch.setattr(venv, "CONSTRAINTS", pins)
    calls.clear()
    venv.ensure()
    assert calls == ["odoo"]


def test_the_pointer_wheel_names_odoo_and_its_needs(tmp_path):
    wheel = venv.pointer_wheel(tmp_path / "odoo", tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("odoo-19.0.dist-info/METADATA").decode()
        assert archive.read("odoo_source.pth").decode().strip() == str(tmp_path / "odoo")
    assert "Requires-Dist: lxml\n" in metadata
    assert "Version: 19.0\n" in metadata


def test_the_environment_is_consistent():
    answer = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout

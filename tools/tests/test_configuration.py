"""The files for a production server: valid, and without secrets."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import lint, paths
from tools.odoo import Odoo
from tools.postgres import Server

COMPOSE = (paths.ROOT / "docker-compose.yml").read_text()


def test_the_compose_file_is_valid():
    program = str(Path(sys.executable).with_name(lint.COMPOSE_SCHEMA[0]))
    command = [program, *lint.COMPOSE_SCHEMA[1:], "docker-compose.yml"]
    answer = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_passwords_have_no_default():
    assert re.findall(r"PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)", COMPOSE) == []


def test_the_proxy_sends_websockets_to_their_own_port():
    conf = _production()
    assert int(conf["workers"]) >= 2
    assert f"proxy_pass http://odoo:{conf['gevent_port']}" in COMPOSE
    assert f"proxy_pass http://odoo:{conf['http_port']}" in COMPOSE


def test_the_configuration_holds_no_secret_and_lists_no_databases():
    conf = _production()
    assert not {"admin_passwd", "db_password", "db_user", "smtp_password"} & set(conf)
    assert conf["list_db"] == "False"


def test_a_developers_configuration_is_made_from_it(tmp_path):
    path = Odoo(Server(None, {}), tmp_path).environment()["ODOO_RC"]
    parser = configparser.RawConfigParser()
    parser.read(path)
    options = parser["options"]
    assert options["data_dir"] == str(tmp_path)
    assert "workers" not in options
    assert not [name for name in options if name.startswith("limit_")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"{lint.HEADER}\n<odoo />\n", None),
        ('<?xml version="1.0"?>\n<odoo />\n', "the first line must be"),
        (f"{lint.HEADER}\n<odoo>\n", "odoo"),
    ],
)
def test_xml_files_are_read(tmp_path, monkeypatch, text, complaint):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    path = tmp_path / "view.xml"
    path.write_text(text)
    fault = lint.xml_fault(path)
    assert complaint in fault if complaint else fault is None


def _production():
    parser = configparser.RawConfigParser()
    parser.read(paths.ROOT / "odoo.conf")
    return dict(parser["options"])

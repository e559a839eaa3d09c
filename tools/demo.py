"""`./dev demo`: from a fresh machine to a running Odoo with our addons and their demo data."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from tools import addons, outbox, paths, pdf, postgres, venv
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo
from tools.report import Problem, say, step, tail

DATABASE = "demo"
PORT = 8069
HOST = "127.0.0.1"
PATIENCE = 15
"""Seconds the server gets to stop by itself."""
# Apps of the demo that no addon depends on.
APPS = ["sale_management", "l10n_cn"]
LOG = paths.STATE / "logs" / "demo-server.log"
SETTINGS = """\
env['ir.config_parameter'].set_param('report.url', {url!r})
env['ir.config_parameter'].set_param('web.base.url', {url!r})
# everybody begins in Chinese and in the company of the demo, and may choose others
if 'en_US' not in dict(env['res.lang'].get_installed()):
    env['res.lang']._activate_lang('en_US')
    env['res.users'].with_context(active_test=False).search([]).lang = 'zh_CN'
    env.ref('base.user_admin').company_id = env.ref('approval_chain.demo_company')
bundle = env['ir.qweb']._get_asset_bundle
for name in ('web.assets_web', 'web.assets_frontend_minimal', 'web.assets_frontend_lazy'):
    bundle(name, css=False, js=True).js()
for name in ('web.assets_web', 'web.assets_frontend', 'web.report_assets_common'):
    bundle(name, css=True, js=False).css()
env.cr.commit()
"""
PEOPLE = """
    SELECT string_agg(line, chr(10) ORDER BY module, id) FROM (
        SELECT data.module, users.id, users.login || chr(9) || partner.name AS line
          FROM res_users users
          JOIN res_partner partner ON partner.id = users.partner_id
          JOIN ir_model_data data ON data.model = 'res.users' AND data.res_id = users.id
         WHERE users.active AND data.module IN ({modules})
    ) AS people
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev demo`."""
    parser.add_argument("--port", type=int, default=PORT, help="port of the web server")


def run(options: argparse.Namespace) -> int:
    """Make or bring up to date the demo, serve it until it is stopped."""
    check_port(options.port)
    url = f"http://{HOST}:{options.port}"
    venv.ensure()
    pdf.ensure()
    with (
        locked("demo"),
        postgres.running(postgres.demo_cluster()) as server,
        outbox.serving(paths.DEMO / "mail") as mail_port,
    ):
        odoo = Odoo(server, paths.DEMO / "files", mail_port=mail_port)
        databases = Databases(odoo)
        _prepare(databases, url)
        return _serve(odoo, databases, options.port, url)


def check_port(port: int) -> None:
    """Refuse before any long work when the server could not start at its end."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Problem(
                f"Port {port} on {HOST} is in use by another program ({error.strerror}). Stop that "
                f"program, or choose another port: ./dev demo --port {port + 1}"
            ) from error


def _prepare(databases: Databases, url: str) -> None:
    chosen = [name for name in addons.select(None) if not name.startswith("test_")]
    want = databases.fingerprints(chosen)
    state = databases.state(DATABASE)
    if not state:
        with step("Making the demo database (2 to 3 minutes)"):
            # Nobody's work is lost when the machine stops before this is done.
            with databases.odoo.quick_commits():
                databases.create(DATABASE, [*APPS, *chosen])
                databases.check_installed(DATABASE, chosen)
    else:
        databases.update(DATABASE, state["addons"], want)
    if state != (wanted := {"addons": want, "url": url}):
        with step("Preparing web pages"):
            databases.odoo.script("Preparing web pages", DATABASE, SETTINGS.format(url=url))
        databases.note(DATABASE, wanted)


def _serve(odoo: Odoo, databases: Databases, port: int, url: str) -> int:
    command = odoo.command(
        "server", "-d", DATABASE, f"--db-filter=^{DATABASE}$", f"--http-interface={HOST}",
        f"--http-port={port}", "--max-cron-threads=1",
    )  # fmt: skip
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            command, env=odoo.environment(), cwd=paths.ROOT, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        with step("Starting Odoo"):
            _wait_until_ready(process, url)
        _announce(databases, url)
        return _wait(process)
    finally:
        stop(process)
        say("The demo has stopped; its data is kept.")


def die_with_parent() -> None:
    """Ask Linux to stop the server when this tool is killed in a way it cannot answer."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _wait_until_ready(process: subprocess.Popen, url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/web/login", timeout=60):
                return
        except OSError:
            time.sleep(0.2)
    raise Problem(f"Odoo does not start:\n{tail(LOG)}\nThe whole log is {LOG}.")


def _announce(databases: Databases, url: str) -> None:
    print(f"\nOdoo is ready: {url}\n")
    print(f"  {'login':<20} {'password':<20} name")
    for login, name in [("admin", "Administrator"), *people(databases)]:
        print(f"  {login:<20} {login:<20} {name}")
    print(f"\nMail is not sent but kept in {paths.DEMO / 'mail'}. The log is {LOG}.")
    print("Press Ctrl-C to stop; the data is kept.", flush=True)


def people(databases: Databases) -> list[tuple[str, str]]:
    """Login and name of the people in the demo data of our addons; their password is the login."""
    modules = ",".join(f"'{name}'" for name in addons.manifests()) or "''"
    text = databases.sql(PEOPLE.format(modules=modules), DATABASE)
    return [tuple(line.split("\t", 1)) for line in text.splitlines()]


def _wait(process: subprocess.Popen) -> int:
    code = process.wait()
    raise Problem(f"Odoo stopped by itself (exit code {code}):\n{tail(LOG)}")


def stop(process: subprocess.Popen) -> None:
    """Ask the server to stop, and make it stop when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

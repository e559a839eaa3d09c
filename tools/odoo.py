"""Running Odoo's own commands with the project's configuration."""

import configparser
import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tools import addons, paths, pdf
from tools.postgres import Server
from tools.report import run_logged

LANGUAGES = "zh_CN"
# Settings of odoo.conf that only make sense on a production server.
PRODUCTION_ONLY = (
    "workers",
    "proxy_mode",
    "max_cron_threads",
    "http_interface",
    "gevent_port",
    "db_maxconn",
)


class Odoo:
    """Odoo against one server, with its files in one folder."""

    def __init__(self, server: Server, data: Path, mail_port: int = 1, own_addons: bool = True):
        self.server = server
        self.data = data
        self.own_addons = own_addons
        # Port 1 takes no mail: nothing leaves a developer's machine by mistake.
        self.mail_port = mail_port
        self.options: dict[str, str] = {}

    @contextmanager
    def quick_commits(self):
        """Let PostgreSQL answer before its log is on the disk, for work that can be done again."""
        self.options = {"PGOPTIONS": "-c synchronous_commit=off"}
        yield
        self.options = {}

    def environment(self) -> dict[str, str]:
        """The environment of Odoo's processes."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "ODOO_"))}
        for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
            kept.pop(name, None)
        folders = [str(paths.VENV / "bin"), *pdf.folders()]
        if self.server.binaries:
            folders.append(str(self.server.binaries))
        folders.append(kept.get("PATH", os.defpath))
        return {
            **kept,
            **pdf.environment(),
            **self.server.environment,
            **self.options,
            "PATH": os.pathsep.join(folders),
            "ODOO_RC": str(self._configuration()),
            "PYTHONPYCACHEPREFIX": str(paths.STATE / "pycache"),
            "PYTHONUNBUFFERED": "1",
        }

    def _configuration(self) -> Path:
        """The project's odoo.conf with what differs on a developer's machine."""
        parser = configparser.RawConfigParser()
        parser.read(paths.ROOT / "odoo.conf", encoding="utf-8")
        if not parser.has_section("options"):
            parser.add_section("options")
        for option in parser.options("options"):
            if option in PRODUCTION_ONLY or option.startswith("limit_"):
                parser.remove_option("options", option)
        parser.set("options", "data_dir", str(self.data))
        known = self.own_addons and addons.manifests()
        parser.set("options", "addons_path", str(paths.ADDONS) if known else "")
        parser.set("options", "list_db", "True")
        parser.set("options", "smtp_server", "127.0.0.1")
        parser.set("options", "smtp_port", str(self.mail_port))
        self.data.mkdir(parents=True, exist_ok=True)
        target = self.data / ("odoo.conf" if self.own_addons else "odoo-alone.conf")
        part = target.with_name(f"{target.name}.{os.getpid()}")
        with part.open("w", encoding="utf-8") as stream:
            parser.write(stream)
        part.replace(target)
        return target

    def command(self, *arguments: str) -> list[str]:
        """The command line of an Odoo command.

        Not `python -m odoo`: the server starts itself anew from its first argument, for websockets
        and for --dev=reload, and that must be a script.
        """
        return [paths.venv_program("odoo"), *arguments]

    def run(self, what: str, log: str, *arguments: str, stdin: str | None = None) -> None:
        """Run an Odoo command to its end, with the output in a log file."""
        feed = {"stdin": subprocess.DEVNULL}
        script = self.data / f"{log}.stdin"
        if stdin is not None:
            script.write_text(stdin)
            feed = {"stdin": script.open()}
        run_logged(
            self.command(*arguments),
            paths.STATE / "logs" / f"{log}.log",
            what,
            env=self.environment(),
            cwd=paths.ROOT,
            **feed,
        )

    def change_modules(self, what: str, database: str, *arguments: str) -> None:
        """Install or upgrade modules in a database."""
        self.run(
            what,
            database,
            "server",
            "-d",
            database,
            "--stop-after-init",
            "--no-http",
            "--max-cron-threads=0",
            *arguments,
        )

    def script(self, what: str, database: str, code: str) -> None:
        """Run Python code in `odoo shell`."""
        self.run(what, f"{database}-script", "shell", "-d", database, "--no-http", stdin=code)

    def answer(self, database: str, script: Path) -> dict:
        """What the function `answer(env)` of a script says in `odoo shell`."""
        said = paths.STATE / f"{database}.json"
        code = f"{script.read_text()}\n\nimport json\n\n"
        code += f"open({str(said)!r}, 'w').write(json.dumps(answer(env)))\n"
        self.script(f"Running {script.name}", database, code)
        try:
            return json.loads(said.read_text())
        finally:
            said.unlink()

    def filestore(self, database: str) -> Path:
        """The folder of a database's files."""
        return self.data / "filestore" / database

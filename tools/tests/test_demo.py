"""The demo refuses early and stops completely."""

import smtplib
import socket
import subprocess
import sys

import pytest

from tools import demo, outbox
from tools.report import Problem

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""


def test_a_port_in_use_is_a_sentence():
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} .* is in use .* --port {port + 1}"):
            demo.check_port(port)
    demo.check_port(port)


def test_a_server_that_does_not_listen_to_its_stop_is_killed(monkeypatch):
    process = subprocess.Popen(
        [sys.executable, "-c", DEAF], stdout=subprocess.PIPE, start_new_session=True
    )
    process.stdout.readline()
    monkeypatch.setattr(demo, "PATIENCE", 0.2)
    demo.stop(process)
    assert process.returncode == -9
    process.stdout.close()


def test_mail_stays_on_the_machine(tmp_path):
    with outbox.serving(tmp_path / "mail") as port:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@x.example", ["b@x.example"], "Subject: hello\r\n\r\n.dot\r\n")
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@x.example", ["b@x.example"], "Subject: again\r\n\r\n")
    texts = [path.read_bytes() for path in sorted((tmp_path / "mail").iterdir())]
    assert texts == [b"Subject: hello\r\n\r\n.dot\r\n", b"Subject: again\r\n\r\n"]

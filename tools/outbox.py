"""A mail server that sends nothing: every message becomes a file."""

import socketserver
import threading
import time
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(folder: Path):
    """Take mail on a free local port, write it to the folder, and give the port."""
    server = _Server(("127.0.0.1", 0), _Session)
    server.folder = folder
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    folder: Path


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as Odoo speaks."""

    def handle(self):
        self._say("220 outbox")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._say("354 go on")
                self._store(self._message())
            self._say("250 ok")

    def _say(self, text: str):
        self.wfile.write(text.encode() + b"\r\n")

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _store(self, message: bytes):
        folder = self.server.folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{time.time_ns()}.eml").write_bytes(message)

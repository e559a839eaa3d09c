"""Downloads: complete and unaltered, or not there."""

import hashlib
import http.server
import threading

import pytest

from tools import download, paths
from tools.report import Problem

CONTENT = b"odoo" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves one file; /short breaks off on its first two attempts."""

    attempts = 0

    def do_GET(self):
        Handler.attempts += 1
        if self.path == "/missing":
            self.send_error(404)
            return
        broken = self.path == "/short" and Handler.attempts < 3
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:100] if broken else CONTENT)

    def log_message(self, *args):
        """Keep the test's output quiet."""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The address of a local server, with downloads going to a temporary folder."""
    monkeypatch.setenv("DEV_CACHE", str(tmp_path))
    monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(Handler, "attempts", 0)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_file_is_downloaded_once(site):
    path = download.fetch(f"{site}/file", "file", DIGEST)
    assert path.read_bytes() == CONTENT
    download.fetch(f"{site}/file", "file", DIGEST)
    assert Handler.attempts == 1


def test_a_damaged_copy_is_repaired(site):
    paths.downloads().joinpath("file").write_bytes(CONTENT[:-1])
    assert download.fetch(f"{site}/file", "file", DIGEST).read_bytes() == CONTENT


def test_a_broken_off_download_is_tried_again(site):
    assert download.fetch(f"{site}/short", "file", DIGEST).read_bytes() == CONTENT
    assert Handler.attempts == 3


def test_a_different_file_is_refused_and_not_kept(site):
    with pytest.raises(Problem, match="the server sent a different file"):
        download.fetch(f"{site}/file", "file", "0" * 64)
    assert not list(paths.downloads().iterdir())


def test_a_missing_file_is_told_apart(site):
    with pytest.raises(download.Missing):
        download.fetch(f"{site}/missing", "file", DIGEST)


def test_no_network_is_a_sentence(site):
    with pytest.raises(Problem, match="The network cannot be reached"):
        download.fetch("http://127.0.0.1:1/file", "file", DIGEST)

"""A group on the own machine: a real HTTP server that checks what is posted as the vendors do."""

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-0123456789abcdef0123456789abcdef"
SECRET = "SEC9876543210fedcba9876543210fedcba"
PATHS = {
    "dingtalk": f"/robot/send?access_token={TOKEN}",
    "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
    "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
    "plain": f"/hook?key={TOKEN}",
}
HOUR = 3600


class GroupServer(ThreadingHTTPServer):
    """Answers ``replies`` one after the other, then as the vendor would; keeps what came."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = []
        self.received = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def address(self, kind):
        return f"http://127.0.0.1:{self.server_port}{PATHS[kind]}"

    def bodies(self):
        return [body for _path, body, _headers in self.received]

    def stop(self):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(raw)
        self.server.received.append((self.path, body, dict(self.headers)))
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if self.server.replies:
            reply = self.server.replies.pop(0)
        else:
            check = {
                "/robot/send": _check_dingtalk,
                "/cgi-bin/webhook/send": _check_wecom,
                "/hook": _check_plain,
            }.get(url.path, _check_feishu)
            reply = check(url.path, query, body, raw.decode(), self.headers)
        self.reply(reply() if callable(reply) else reply)

    def reply(self, reply):
        status, content = reply if isinstance(reply, tuple) else (200, reply)
        text = content if isinstance(content, str) else json.dumps(content)
        # who asked may not have waited
        with suppress(OSError):
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/stolen")
            self.end_headers()
            self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


def _hmac64(key, text):
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


def _check_dingtalk(path, query, body, raw, headers):
    stamp = query.get("timestamp", "0")
    if query.get("access_token") != TOKEN:
        return {"errcode": 300001, "errmsg": "token is not exist"}
    if abs(int(stamp) / 1000 - time.time()) > HOUR:
        return {"errcode": 310000, "errmsg": "invalid timestamp"}
    if query.get("sign") != _hmac64(SECRET, f"{stamp}\n{SECRET}"):
        return {"errcode": 310000, "errmsg": "sign not match"}
    if body["msgtype"] != "markdown" or set(body["markdown"]) != {"title", "text"}:
        return {"errcode": 40035, "errmsg": "param error"}
    return {"errcode": 0, "errmsg": "ok"}


def _check_wecom(path, query, body, raw, headers):
    if query != {"key": TOKEN}:
        return {"errcode": 93000, "errmsg": "invalid webhook url"}
    kind = body["msgtype"]
    limit = {"markdown": 4096, "text": 2048}[kind]
    if len(body[kind]["content"].encode()) > limit:
        return {"errcode": 40058, "errmsg": "content exceed max length"}
    return {"errcode": 0, "errmsg": "ok"}


def _check_feishu(path, query, body, raw, headers):
    if path != PATHS["feishu"]:
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
    stamp = body.get("timestamp", "0")
    fresh = isinstance(stamp, str) and abs(int(stamp) - time.time()) < HOUR
    if not fresh or body.get("sign") != _hmac64(f"{stamp}\n{SECRET}", ""):
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
    if body["msg_type"] != "interactive" or not body["card"]["elements"]:
        return (400, {"code": 19002, "msg": "params error"})
    return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


def _check_plain(path, query, body, raw, headers):
    stamp = headers["X-Approval-Timestamp"]
    mine = hmac.new(SECRET.encode(), f"{stamp}.{raw}".encode(), hashlib.sha256).hexdigest()
    return (204, "") if headers["X-Approval-Signature"] == mine else (403, "")

"""How group robots are spoken to: bodies, signatures and answers of each vendor (A20).

Nothing here knows a record or reaches the network.
"""

import base64
import hashlib
import hmac
import json
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit

SENT, LIMITED, FAILED = "sent", "limited", "failed"

# codes by which a vendor says "too many messages, later please"
LIMIT_CODES = {
    "dingtalk": {130101, 410100},
    "wecom": {45009},
    "feishu": {9499, 11232},
}
# messages a minute; beyond, DingTalk shuts a robot out for ten minutes
PER_MINUTE = {"dingtalk": 20, "wecom": 20, "feishu": 100, "plain": 100}
LIMIT_PAUSE = {"dingtalk": 10, "wecom": 1, "feishu": 1, "plain": 1}

VALUE_LENGTH = 120
TEXT_BYTES = 2048

# Backslash escapes are not honoured alike by the three; look-alikes are nowhere markup, no mention
# of everybody and no link that passes for ours.
_LOOK_ALIKES = str.maketrans(
    dict(zip("*_`~#[]<>|\\@", "＊＿｀～＃［］＜＞｜＼＠", strict=True)),
)


class Answer(NamedTuple):
    """What came back: ``reason`` is empty, or limited, status, garbage or code."""

    outcome: str
    reason: str = ""
    detail: str = ""


# ---------------------------------------------------------------------- text


def shorten(text, length=VALUE_LENGTH):
    """One line of at most ``length`` characters."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"


def harmless(text):
    """What a person typed, so that no vendor reads it as markup, mention or link."""
    return shorten(text).translate(_LOOK_ALIKES).replace("://", "：//")


def canonical(value):
    """JSON with one spelling for one content."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def mask(text, webhook, secret):
    """``text`` without anything that would let its reader post into the group."""
    text = str(text or "")
    for part in _credentials(webhook, secret):
        for spelling in {part, quote(part, safe=""), quote_plus(part), unquote(part)}:
            text = text.replace(spelling, "***")
    return shorten(text, 200)


def _credentials(webhook, secret):
    try:
        url = urlsplit(webhook or "")
    except ValueError:
        return [secret] if secret else []
    # short words of an address are no secrets, and masking them would spoil every text
    values = [value for _name, value in parse_qsl(url.query) if len(value) >= 6]
    values += [part for part in url.path.split("/") if len(part) >= 16]
    known = [webhook, secret, url.query, *values]
    return sorted({part for part in known if part}, key=len, reverse=True)


# ---------------------------------------------------------------------- address


def address_problem(webhook, http_hosts=()):
    """Why an address cannot be used: a key, or an empty string.

    :param webhook: the address
    :param http_hosts: hosts that may be spoken to without encryption
    """
    if not webhook or webhook != "".join(webhook.split()) or not webhook.isprintable():
        return "broken"
    try:
        url = urlsplit(webhook)
        host, _port = url.hostname, url.port
    except ValueError:
        return "broken"
    if not host or url.scheme not in ("http", "https"):
        return "broken"
    if url.username is not None or url.password is not None:
        return "login"
    return "http" if url.scheme == "http" and host not in http_hosts else ""


# ---------------------------------------------------------------------- signatures


def _hmac(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256)


def sign_dingtalk(secret, milliseconds):
    """The signature of DingTalk's custom robots, not yet encoded for an address."""
    return base64.b64encode(_hmac(secret, f"{milliseconds}\n{secret}").digest()).decode()


def sign_feishu(secret, seconds):
    """The signature of Feishu's custom bots: the secret is part of the key, the text is empty."""
    return base64.b64encode(_hmac(f"{seconds}\n{secret}", "").digest()).decode()


def sign_plain(secret, seconds, body):
    """The signature of a plain webhook: over time and body, as hexadecimal digits."""
    return _hmac(secret, f"{seconds}.{body}").hexdigest()


# ---------------------------------------------------------------------- posting


def prepare(kind, webhook, secret, message, now):
    """What is posted for a message at one moment.

    :param message: ``{"title", "lines": [[label, value]], "link", "link_label", "mobiles", ...}``
    :param now: seconds since the epoch
    :return: ``(address, headers, body)``
    """
    seconds, headers = int(now), {"Content-Type": "application/json; charset=utf-8"}
    body = _BODIES[kind](message)
    if kind == "dingtalk" and secret:
        milliseconds = round(now * 1000)
        signed = {"timestamp": milliseconds, "sign": sign_dingtalk(secret, milliseconds)}
        webhook += ("&" if urlsplit(webhook).query else "?") + urlencode(signed)
    if kind == "feishu" and secret:
        body |= {"timestamp": str(seconds), "sign": sign_feishu(secret, seconds)}
    text = canonical(body)
    if kind == "plain" and secret:
        headers["X-Approval-Timestamp"] = str(seconds)
        headers["X-Approval-Signature"] = sign_plain(secret, seconds, text)
    return webhook, headers, text.encode()


def _dingtalk(message):
    called = " ".join(f"@{mobile}" for mobile in message["mobiles"])
    parts = [f"#### {harmless(message['title'])}"]
    parts += [f"- {harmless(label)}: {harmless(value)}" for label, value in message["lines"]]
    text = "\n".join(parts) + f"\n\n[{harmless(message['link_label'])}]({message['link']})"
    return {
        "msgtype": "markdown",
        "markdown": {
            "title": harmless(message["title"]),
            "text": f"{text}\n\n{called}" if called else text,
        },
        "at": {"atMobiles": message["mobiles"], "isAtAll": False},
    }


def _wecom(message):
    if message["mobiles"]:
        return _wecom_text(message)
    parts = [f"**{harmless(message['title'])}**"]
    parts += [f"> {harmless(label)}: {harmless(value)}" for label, value in message["lines"]]
    parts.append(f"[{harmless(message['link_label'])}]({message['link']})")
    return {"msgtype": "markdown", "markdown": {"content": "\n".join(parts)}}


def _wecom_text(message):
    """WeCom calls people by telephone number in plain text only, and takes less of it."""
    lines = [f"{harmless(label)}: {harmless(value)}" for label, value in message["lines"]]
    head = "\n".join([harmless(message["title"]), *lines])
    room = TEXT_BYTES - len(message["link"].encode()) - 1
    head = head.encode()[:room].decode(errors="ignore")
    return {
        "msgtype": "text",
        "text": {
            "content": f"{head}\n{message['link']}",
            "mentioned_mobile_list": message["mobiles"],
        },
    }


def _feishu(message):
    lines = [f"**{harmless(label)}**: {harmless(value)}" for label, value in message["lines"]]
    return {
        "msg_type": "interactive",
        "card": {
            "header": {"title": {"tag": "plain_text", "content": harmless(message["title"])}},
            "elements": [
                {"tag": "div", "text": {"tag": "lark_md", "content": "\n".join(lines)}},
                {
                    "tag": "action",
                    "actions": [
                        {
                            "tag": "button",
                            "type": "primary",
                            "text": {"tag": "plain_text", "content": message["link_label"]},
                            "url": message["link"],
                        }
                    ],
                },
            ],
        },
    }


_BODIES = {"dingtalk": _dingtalk, "wecom": _wecom, "feishu": _feishu, "plain": dict}


# ---------------------------------------------------------------------- answers


def read_answer(kind, status, content):
    """What an answer means.

    :param status: HTTP status
    :param content: the first bytes of the body
    """
    # beyond its limit DingTalk does not answer but redirects
    if status == 429 or (kind == "dingtalk" and status == 302):
        return Answer(LIMITED, "limited", str(status))
    accepted = 200 <= status < 300
    if kind == "plain":
        return Answer(SENT) if accepted else Answer(FAILED, "status", str(status))
    code, text = _code(kind, content)
    if code in LIMIT_CODES[kind]:
        return Answer(LIMITED, "limited", str(code))
    if not accepted:
        return Answer(FAILED, "status", str(status))
    if code is None:
        return Answer(FAILED, "garbage")
    return Answer(FAILED, "code", f"{code} {text}".strip()) if code else Answer(SENT)


def _code(kind, content):
    """``(code, text)`` of a vendor's answer; ``(None, "")`` when it is none."""
    try:
        answer = json.loads(content)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    names = ("code", "StatusCode") if kind == "feishu" else ("errcode",)
    code = next((answer[name] for name in names if name in answer), None)
    if isinstance(code, bool) or not isinstance(code, int):
        return None, ""
    return code, str(answer.get("errmsg") or answer.get("msg") or "")

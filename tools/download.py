"""Downloads that are complete and unaltered, or not there at all."""

import hashlib
import os
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools import paths
from tools.report import Problem, say

CHUNK = 1 << 20
ATTEMPTS = 3


def sha256(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def fetch(url: str, name: str, expected: str | None) -> Path:
    """The local copy of `url`; a copy whose hash is wrong is thrown away and fetched again."""
    target = paths.downloads() / name
    if target.exists() and expected and sha256(target) == expected:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        _download(url, part)
        found = sha256(part)
        if expected and found != expected:
            raise Problem(
                f"The download {url} has the hash {found} instead of {expected}: the server sent a "
                "different file. Run the command again; if it stays so, another mirror can be "
                "named in DEV_MIRROR."
            )
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _download(url: str, part: Path) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            request = urllib.request.Request(url, headers={"User-Agent": "dev"})
            with urllib.request.urlopen(request, timeout=60) as answer, part.open("wb") as output:
                shutil.copyfileobj(answer, output, CHUNK)
                _check_length(answer, output.tell(), url)
            return
        except urllib.error.HTTPError as error:
            raise Missing(url, error) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            if attempt == ATTEMPTS:
                raise Unreachable(url, error) from error
            say(f"    {url}: {error}; trying again")
            time.sleep(attempt)


def _check_length(answer, received: int, url: str) -> None:
    announced = answer.headers.get("Content-Length")
    if announced and int(announced) != received:
        raise ConnectionError(f"{url} ended after {received} of {announced} bytes")


class Missing(Problem):
    """The server answered, but does not have the file."""

    def __init__(self, url, error):
        super().__init__(f"{url} is not there ({error}).")


class Unreachable(Problem):
    """The server did not answer."""

    def __init__(self, url, error):
        super().__init__(
            f"The network cannot be reached: {url}: {error}. Check the connection and the proxy "
            "settings (http_proxy, https_proxy), then run the same command again: what is already "
            "downloaded is kept."
        )

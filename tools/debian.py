"""Debian packages without apt, dpkg or root: where the mirror is, and what is inside a package."""

import gzip
import lzma
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tools import download
from tools.report import Problem

AR_MAGIC = b"!<arch>\n"
AR_HEADER = 60


def mirrors() -> list[str]:
    """Base addresses that may hold Debian's pool, best first: DEV_MIRROR, then apt's own."""
    named = os.environ.get("DEV_MIRROR")
    found = [named] if named else []
    found += _apt_targets() + _apt_sources()
    return list(dict.fromkeys(site.rstrip("/") for site in found))


def _apt_targets() -> list[str]:
    if not shutil.which("apt-get"):
        return []
    command = ["apt-get", "indextargets", "--format", "$(SITE)"]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [site for site in output.split() if _holds_pool(site)]


def _apt_sources() -> list[str]:
    """The addresses in apt's source files, which are there before any `apt-get update`."""
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
    text = "\n".join(path.read_text(errors="replace") for path in files if path.is_file())
    active = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [site for site in re.findall(r"https?://\S+", active) if _holds_pool(site)]


def _holds_pool(site: str) -> bool:
    return site.rstrip("/").endswith("/debian")


def newest(package: str) -> tuple[str, str]:
    """Pool path and SHA-256 of a package in the unstable index, for when a pinned file is gone."""
    for mirror in mirrors():
        url = f"{mirror}/dists/sid/main/binary-all/Packages.xz"
        try:
            index = download.fetch(url, "sid-packages.xz", None)
        except Problem:
            continue
        for paragraph in lzma.open(index, "rt", encoding="utf-8").read().split("\n\n"):
            if paragraph.startswith(f"Package: {package}\n"):
                fields = dict(re.findall(r"^(\w+): (.*)$", paragraph, re.MULTILINE))
                return fields["Filename"], fields["SHA256"]
    raise Problem(f"No mirror of this machine has the Debian package {package}.")


def fetch_pool(pool_path: str, expected: str) -> Path:
    """A package from the first mirror that has it."""
    tried = mirrors()
    for mirror in tried:
        try:
            return download.fetch(f"{mirror}/{pool_path}", Path(pool_path).name, expected)
        except download.Missing:
            continue
    raise Problem(
        f"None of this machine's mirrors ({', '.join(tried) or 'no Debian mirror is configured'}) "
        f"has {pool_path}. Name a Debian mirror in DEV_MIRROR."
    )


@contextmanager
def content(package: Path) -> Iterator[tarfile.TarFile]:
    """The files of a package as a tar stream to be read once, from front to back."""
    with package.open("rb") as stream:
        name = _seek_data(stream, package)
        opener = {".xz": lzma.open, ".gz": gzip.open}.get(Path(name).suffix)
        if not opener:
            raise Problem(f"{package} is packed as {name}, which cannot be read here.")
        with opener(stream) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as tar:
            yield tar


def _seek_data(stream: BinaryIO, package: Path) -> str:
    """Move to the start of the data member of the ar archive and return the member's name."""
    if stream.read(len(AR_MAGIC)) != AR_MAGIC:
        raise Problem(f"{package} is no Debian package. Delete it and run the command again.")
    while header := stream.read(AR_HEADER):
        name, size = header[:16].decode().strip().rstrip("/"), int(header[48:58])
        if name.startswith("data.tar"):
            return name
        stream.seek(size + size % 2, os.SEEK_CUR)
    raise Problem(f"{package} holds no files. Delete it and run the command again.")

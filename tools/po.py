"""Translation files of addons: merging and checking them. Runs inside the environment (polib)."""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import polib

from tools import addons, paths

LANGUAGE = "zh_CN"
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[#0 +-]*\d*(?:\.\d+)?\w|%[sdifrx]|\{\w*\}")
BROKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef”]\n[ \t]+[\u3000-\u9fff\uff00-\uffef“]")
METADATA = {
    "Project-Id-Version": "Odoo Server 19.0",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def merge(template: polib.POFile, old: polib.POFile, memory: dict[str, str]) -> polib.POFile:
    """The template's terms with the translations there are: the addon's own, else known ones."""
    have = {entry.msgid: entry for entry in old if not entry.obsolete and not entry.fuzzy}
    merged = polib.POFile(wrapwidth=0)
    merged.metadata = dict(METADATA)
    for entry in template:
        own = have.get(entry.msgid)
        known = own.msgstr if own and own.msgstr else memory.get(entry.msgid, "")
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known,
                comment=entry.comment,
                tcomment=own.tcomment if own else "",
                occurrences=entry.occurrences,
            )
        )
    return merged


def faults(template: polib.POFile, translated: polib.POFile) -> list[str]:
    """What is wrong with a translation, one sentence each."""
    wanted = {entry.msgid for entry in template}
    found = {entry.msgid: entry for entry in translated if not entry.obsolete}
    lines = [f"is missing: {msgid!r}" for msgid in sorted(wanted - set(found))]
    lines += [f"is not used any more: {msgid!r}" for msgid in sorted(set(found) - wanted)]
    for msgid in sorted(wanted & set(found)):
        entry = found[msgid]
        if not entry.msgstr:
            lines.append(f"is not translated: {msgid!r}")
        elif entry.fuzzy:
            lines.append(f"is marked fuzzy: {msgid!r}")
        elif BROKEN.search(entry.msgstr):
            lines.append(
                f"breaks the line inside a Chinese sentence, which shows as a blank: {msgid!r}"
            )
        elif placeholders(msgid) != placeholders(entry.msgstr):
            lines.append(f"has other placeholders in its translation: {msgid!r}")
    lines += ["holds obsolete terms"] if any(entry.obsolete for entry in translated) else []
    return lines


def placeholders(text: str) -> list[str]:
    """The places of a text that are filled in, in a comparable order."""
    return sorted(PLACEHOLDER.findall(text))


def odoo_memory(source: Path, modules: set[str]) -> dict[str, str]:
    """Odoo's own translations of these modules; of several for one term, the most used."""
    known: dict[str, Counter] = {}
    for module in modules:
        for path in (source / "odoo" / "addons", source / "addons"):
            file = path / module / "i18n" / f"{LANGUAGE}.po"
            for entry in polib.pofile(str(file)) if file.is_file() else ():
                if entry.msgstr and not entry.obsolete:
                    known.setdefault(entry.msgid, Counter())[entry.msgstr] += 1
    return {msgid: words.most_common(1)[0][0] for msgid, words in known.items()}


def is_same(one: polib.POFile, other: polib.POFile) -> bool:
    """Whether two templates hold the same terms in the same places, whatever their dates are."""

    def content(file):
        return [(e.msgid, e.comment, sorted(e.occurrences)) for e in file]

    return content(one) == content(other)


def files_of(addon: str) -> tuple[Path, Path]:
    """The template and the translation of an addon."""
    folder = paths.ADDONS / addon / "i18n"
    return folder / f"{addon}.pot", folder / f"{LANGUAGE}.po"


def load(path: Path) -> polib.POFile:
    """A translation file; an empty one when it does not exist yet."""
    return polib.pofile(str(path), wrapwidth=0) if path.is_file() else polib.POFile(wrapwidth=0)


def update(addon: str, exported: Path, memory: dict[str, str]) -> None:
    """Write an addon's template and merged translation from a fresh export."""
    fresh = load(exported)
    template_path, translation_path = files_of(addon)
    template_path.parent.mkdir(exist_ok=True)
    if not template_path.is_file() or not is_same(fresh, load(template_path)):
        exported_text = exported.read_text(encoding="utf-8")
        template_path.write_text(exported_text.rstrip("\n") + "\n", encoding="utf-8")
    merged = merge(fresh, load(translation_path), memory)
    text = str(merged).rstrip("\n") + "\n"
    if not translation_path.is_file() or translation_path.read_text(encoding="utf-8") != text:
        translation_path.write_text(text, encoding="utf-8")


def check(addon: str, exported: Path | None = None) -> list[str]:
    """The faults of an addon's translation, and of its template if an export is at hand."""
    template_path, translation_path = files_of(addon)
    if not template_path.is_file() and exported is None:
        return []
    template = load(template_path)
    lines = [f"{addon}: a term {line}" for line in faults(template, load(translation_path))]
    if exported is not None and not is_same(load(exported), template):
        lines.insert(0, f"{addon}: {template_path.name} is out of date; run ./dev i18n")
    return lines


def main() -> int:
    """Update or check the addons whose exports stand in a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("exports", type=Path)
    parser.add_argument("source", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    exports = {path.stem: path for path in sorted(options.exports.glob("*.pot"))}
    lines = []
    if not options.check:
        memory = _memory(options.source)
        for addon, exported in exports.items():
            update(addon, exported, memory)
    for addon, exported in exports.items():
        found = check(addon, exported)
        print(f"{addon}: {len(load(exported))} terms, {len(found)} to be looked at")
        lines += found
    print("\n".join(lines))
    return 1 if lines else 0


def _memory(source: Path) -> dict[str, str]:
    modules = {"base", "web", "mail"}
    for manifest in addons.manifests().values():
        modules.update(manifest.get("depends", []))
    return odoo_memory(source, modules)


if __name__ == "__main__":
    sys.exit(main())

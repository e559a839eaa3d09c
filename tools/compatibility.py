"""What Odoo's own suites say about our addons: comparing two runs, and the page about it."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from tools import paths

PAGES = {"en": "compatibility.md", "zh": "compatibility.zh-CN.md"}
TEXTS = {
    "en": {
        "title": "Compatibility with Odoo's own suites",
        "intro": (
            "The tests Odoo ships for its own modules, run once on Odoo alone and once with our addons "
            "installed (`{addons}`), which change nothing until a company switches them on. Both sides have "
            "the same modules of Odoo ({odoo}), no demo data. Written by `./dev upstream`."
        ),
        "head": "module | tests run | failed alone | failed with ours | failed only with ours",
        "position": (
            "Tests run with every module loaded, so that they meet our code. {number} of them "
            "fail there without our addons too, because they are meant for the moment their module is "
            "installed; these were compared at that moment."
        ),
        "none": "Nothing fails only with our addons.",
        "only": "Failing only with our addons:",
        "alone": "Failing on both sides:",
        "other": "中文：[compatibility.zh-CN.md](compatibility.zh-CN.md)",
    },
    "zh": {
        "title": "与 Odoo 自带测试的兼容性",
        "intro": (
            "Odoo 为其自身模块附带的测试，先在单独的 Odoo 上运行一次，再在安装本项目模块（`{addons}`）后运行一次；"
            "这些模块在公司启用之前不改变任何行为。两边的 Odoo 模块相同（{odoo}），均无演示数据。"
            "本页由 `./dev upstream` 生成。"
        ),
        "head": "模块 | 运行的测试 | 单独运行时失败 | 安装本项目后失败 | 仅在安装本项目后失败",
        "position": (
            "测试在所有模块加载完成后运行，这样才会经过本项目的代码。其中 {number} 个即使没有本项目的模块也会在此失败，"
            "因为它们是为所属模块安装的那一刻编写的；这些测试按那一刻的结果比较。"
        ),
        "none": "没有任何测试仅因安装本项目的模块而失败。",
        "only": "仅在安装本项目后失败的测试：",
        "alone": "两边都失败的测试：",
        "other": "English: [compatibility.md](compatibility.md)",
    },
}


@dataclass
class Comparison:
    """What two runs of one module's suite say."""

    module: str
    run: int = 0
    alone: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    only_ours: list[str] = field(default_factory=list)
    moved: int = 0
    """Tests that were compared where Odoo runs them, because they fail elsewhere in any case."""


def read(path: Path) -> dict[str, dict]:
    """The outcome of each test from the lines written during the run; none if it broke off."""
    found: dict[str, dict] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    *entries, last = map(json.loads, lines or ["{}"])
    if not last.get("complete"):
        return {}
    for entry in entries:
        have = found.setdefault(entry["test"], {"outcome": "passed", "text": ""})
        if entry["outcome"] == "failed" or have["outcome"] == "passed" != entry["outcome"] != "run":
            have.update(outcome=entry["outcome"], text=entry["text"])
    return found


def names(outcomes: dict[str, dict], *wanted: str) -> list[str]:
    """The tests with one of these outcomes."""
    return sorted(test for test, found in outcomes.items() if found["outcome"] in wanted)


def replaced(first: dict[str, dict], again: dict[str, dict]) -> dict[str, dict]:
    """Outcomes after failing tests were run once more."""
    # the preparation of a class that works now is not mentioned any more
    mended = {t for t in names(first, "failed") if t not in again and _is_preparation(t)}
    return {**{t: found for t, found in first.items() if t not in mended}, **again}


def _is_preparation(test: str) -> bool:
    return "(" in test


def compare(module: str, alone: dict, ours: dict) -> Comparison:
    """Compare the two sides, each ``{"loaded": outcomes, "native": outcomes of those that failed}``."""
    moved = {
        t for t in names(alone["loaded"], "failed") if t not in names(alone["native"], "failed")
    }
    failed_alone = set(names(alone["loaded"], "failed")) - moved
    failed_ours = set(names(ours["loaded"], "failed"))
    failed_ours -= moved - set(names(ours["native"], "failed"))
    # a test that did not even begin with ours has failed, too
    began = set(names(alone["loaded"], "passed", "skipped"))
    failed_ours |= began - ours["loaded"].keys()
    # a test that only we make skip has not shown anything
    failed_ours |= set(names(ours["loaded"], "skipped")) & set(names(alone["loaded"], "passed"))
    return Comparison(
        module=module,
        run=len(names(ours["loaded"], "passed", "failed")),
        alone=sorted(failed_alone),
        ours=sorted(failed_ours),
        only_ours=sorted(failed_ours - failed_alone),
        moved=len(moved),
    )


def sentence(result: Comparison) -> str:
    """One line for the terminal."""
    return (
        f"{result.module}: {result.run} tests, {len(result.alone)} failed alone, "
        f"{len(result.ours)} with ours, {len(result.only_ours)} only with ours"
        + "".join(f"\n    {test}" for test in result.only_ours)
    )


def write(results: list[Comparison], odoo: str, own: list[str]) -> None:
    """Write the page in both languages."""
    for language, name in PAGES.items():
        page = paths.ROOT / "docs" / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(text(TEXTS[language], results, odoo, own), encoding="utf-8")


def text(words: dict[str, str], results: list[Comparison], odoo: str, own: list[str]) -> str:
    """The page."""
    results = sorted(results, key=lambda result: result.module)
    head = words["head"]
    lines = [f"# {words['title']}", "", words["other"], ""]
    lines += [words["intro"].format(addons="`, `".join(own), odoo=odoo), ""]
    lines += [f"| {head} |", "|---" + "|---:" * head.count("|") + "|"]
    lines += [
        f"| `{r.module}` | {r.run} | {len(r.alone)} | {len(r.ours)} | {len(r.only_ours)} |"
        for r in results
    ]
    if moved := sum(result.moved for result in results):
        lines += ["", words["position"].format(number=moved)]
    only = [test for result in results for test in result.only_ours]
    both = [test for result in results for test in result.alone]
    lines += ["", words["only"] if only else words["none"]]
    lines += [f"- `{test}`" for test in only]
    if both:
        lines += ["", words["alone"], *(f"- `{test}`" for test in both)]
    return "\n".join(lines) + "\n"

"""Reading the integrator's page: its fenced blocks, and what they are for."""

import re
from pathlib import Path

ADDON = Path(__file__).parents[1]
DOCS = ADDON.parents[1] / "docs"
PAGE = DOCS / "approval-for-your-own-model.md"
TRANSLATION = DOCS / "approval-for-your-own-model.zh-CN.md"

_BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    """``[(language, what it is for, text)]`` of the fenced blocks of a page."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))

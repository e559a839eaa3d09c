"""Run Odoo's tests and write down the outcome of each, one JSON line a test.

    python suite.py RESULTS loaded|native SERVER-ARGUMENTS...

`native` runs every test where Odoo runs it: those tagged at_install right after their module was
updated, when the modules that depend on it are not there yet. `loaded` runs them all with every
module in place, because only there can they meet the code of addons built on top.
"""

import json
import sys
from pathlib import Path

from odoo.cli import main
from odoo.tests import loader
from odoo.tests.result import OdooTestResult

LOADED = "loaded"
POSITIONS = {"at_install": (), "post_install": ("at_install", "post_install")}


def record_to(path: Path):
    """Let Odoo's test result write what it is told to a file as well; returns what writes a line."""
    stream = path.open("w", encoding="utf-8")

    def write(entry):
        stream.write(json.dumps(entry) + "\n")
        stream.flush()

    def note(outcome, test, text=""):
        # a part of a test (subTest) counts as the test
        name = getattr(test, "test_case", test).id()
        write({"test": name, "outcome": outcome, "text": text})

    def after(method, outcome, text):
        original = getattr(OdooTestResult, method)

        def wrapped(self, test, *details):
            # a first try that Odoo repeats by itself does not count
            if not self._soft_fail:
                note(outcome, test, text(self, test, *details))
            return original(self, test, *details)

        setattr(OdooTestResult, method, wrapped)

    def trace(result, test, error):
        return result._exc_info_to_string(error, test)

    after("startTest", "run", lambda result, test: "")
    after("addFailure", "failed", trace)
    after("addError", "failed", trace)
    after("addSkip", "skipped", lambda result, test, reason: reason)
    return write


def run_when_all_is_loaded() -> None:
    """Move the tests of both positions to the end."""
    make_suite = loader.make_suite

    def moved(module_names, position="at_install"):
        suite = loader.OdooSuite()
        for wanted in POSITIONS[position]:
            suite.addTests(make_suite(module_names, wanted))
        return suite

    loader.make_suite = moved


if __name__ == "__main__":
    results, position, *arguments = sys.argv[1:]
    write = record_to(Path(results))
    if position == LOADED:
        run_when_all_is_loaded()
    sys.argv = ["odoo", *arguments]
    try:
        main()
    except SystemExit as end:
        # 0 and 1 are Odoo's own words; anything else means that it did not come to its end
        if end.code in (None, 0, 1):
            write({"complete": True})
        raise
    write({"complete": True})

"""Rules of the project's test runs: a browser test runs, or it fails; it is never passed over."""

import os

import pytest

NO_BROWSER = "DEV_NO_BROWSER"


def pytest_configure(config):
    """Stop at once when HTTP tests would be skipped, or when browser tests could not start."""
    if not config.getoption("--odoo-database"):
        return
    if not config.getoption("--odoo-http"):
        raise pytest.UsageError("HTTP tests would be skipped: run pytest through ./dev test.")
    if os.environ.get(NO_BROWSER):
        _leave_browser_out()


def _leave_browser_out():
    from odoo.tests import HttpCase

    def browser_js(self, *args, **kwargs):
        self.skipTest("left out by --no-browser")

    HttpCase.browser_js = browser_js


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn the skip of an HTTP test into a failure, unless the user left the browser out."""
    report = (yield).get_result()
    if not report.skipped or hasattr(report, "wasxfail") or os.environ.get(NO_BROWSER):
        return
    if _is_http(item):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and HTTP tests may not be: {report.longrepr}"


def _is_http(item) -> bool:
    from odoo.tests import HttpCase

    return isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, HttpCase)

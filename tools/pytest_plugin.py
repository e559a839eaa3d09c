"""Rules of the project's test runs.

A browser test runs, or it fails; it is never passed over. Processes that test side by side share no file.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

NO_BROWSER = "DEV_NO_BROWSER"
WORKER = "PYTEST_XDIST_WORKER"


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


@pytest.fixture(scope="session", autouse=True)
def _files_of_this_process(request):
    """Give a process that tests beside others a filestore of its own.

    pytest-odoo lets them share one, but Odoo removes after each test class the files that are not in
    its database: those that the others just wrote, too.
    """
    worker = os.environ.get(WORKER)
    if not worker or not request.config.getoption("--odoo-database"):
        yield
        return
    request.getfixturevalue("load_registry")
    from odoo.tests.common import get_db_name
    from odoo.tools import config

    with own_copy(Path(config.filestore(get_db_name())), worker) as folder:
        with mock.patch.object(config, "filestore", return_value=str(folder)):
            yield


@contextmanager
def own_copy(folder: Path, worker: str):
    """The files of ``folder`` in a folder of this process, which goes afterwards.

    They are linked: Odoo removes files and writes new ones, but never changes one.
    """
    copy = folder.with_name(f"{folder.name}-{worker}")
    shutil.rmtree(copy, ignore_errors=True)
    try:
        shutil.copytree(folder, copy, copy_function=os.link) if folder.exists() else copy.mkdir(
            parents=True
        )
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)

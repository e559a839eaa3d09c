"""Every term of every addon is translated, and the templates say what the code says."""

import pytest

from tools import addons, po

TRANSLATED = [name for name in addons.manifests() if not name.startswith("test_")]


@pytest.fixture(scope="module")
def export(request, tmp_path_factory):
    """A function that exports an addon's terms from the test database."""
    if not request.config.getoption("--odoo-database", None):
        pytest.skip("needs a database: run ./dev test without naming tools/tests")
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name
    from odoo.tools.translate import trans_export

    folder, database = tmp_path_factory.mktemp("i18n"), get_db_name()

    def export_addon(name):
        path = folder / f"{name}.pot"
        with Registry(database).cursor() as cr, path.open("wb") as stream:
            trans_export(None, [name], stream, "po", Environment(cr, SUPERUSER_ID, {}))
        return path

    return export_addon


@pytest.mark.parametrize("name", TRANSLATED)
def test_an_addon_is_translated(export, name):
    assert po.check(name, export(name)) == []

from odoo.tests import BaseCase, tagged

from . import page


@tagged("post_install", "-at_install")
class TestPage(BaseCase):
    """A1: what the integrator's page shows is what is installed and tested here."""

    def test_files_on_the_page_are_the_files_of_the_example(self):
        """A1: byte for byte."""
        shown = [row for row in page.blocks(page.PAGE) if row[0] in ("python", "xml")]
        self.assertEqual(
            [name for _language, name, _text in shown],
            [
                "models/contract_approval.py",
                "views/contract_approval_views.xml",
                "models/contract_hooks.py",
            ],
        )
        for _language, name, text in shown:
            self.assertEqual(text.encode(), (page.ADDON / name).read_bytes(), name)

    def test_translated_page_shows_the_same_blocks(self):
        """A1: the two languages do not drift apart."""
        self.assertEqual(page.blocks(page.PAGE), page.blocks(page.TRANSLATION))

    def test_example_is_as_short_as_the_page_promises(self):
        """A1: about fifteen lines of Python and five of XML, imports and brackets apart."""
        python, xml = (text for _language, _name, text in page.blocks(page.PAGE)[:2])
        written = [
            line
            for line in python.splitlines()
            if line.strip(" )}]") and not line.startswith(("from ", "import "))
        ]
        self.assertLessEqual(len(written), 20)
        arch = xml.partition('<field name="arch"')[2].partition("</record>")[0]
        self.assertLessEqual(len(arch.strip().splitlines()), 5)

from io import BytesIO

import openpyxl

from odoo.tests import HttpCase, tagged

from .test_import import SpreadsheetCase

PATH = "/stocking_request/import_template"


@tagged("post_install", "-at_install")
class TestImportTemplate(SpreadsheetCase, HttpCase):
    """S1: the file that the import dialogue offers is filled in and read back."""

    def download(self, model):
        """The workbook of the link that the dialogue shows to the sales person, who reads Chinese."""
        link = self.as_user(self.env[model], self.sales).get_import_templates()[0]["template"]
        self.authenticate("sales", "sales")
        answer = self.url_open(link)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        return openpyxl.load_workbook(BytesIO(answer.content))

    def filled(self, book, *rows):
        """The file with rows below its headings."""
        for row in rows:
            book.active.append(row)
        content = BytesIO()
        book.save(content)
        return content.getvalue()

    def suggested(self, wizard, lang="zh_CN"):
        """The columns and the fields that Odoo finds for them, as the dialogue shows them."""
        preview = wizard.with_context(lang=lang).parse_preview(
            {"has_headers": True, "quoting": '"', "separator": ","}
        )
        self.assertNotIn("error", preview)
        matches = preview["matches"]
        return preview["headers"], ["/".join(matches[key]) for key in sorted(matches)]

    def test_every_heading_finds_its_field_in_the_language_of_the_user(self):
        """S1: nobody has to choose a column by hand."""
        for lang in ("en_US", "zh_CN"):
            for model in ("stocking.request", "stocking.request.line"):
                with self.subTest(model=model, lang=lang):
                    documents = self.as_user(self.env[model], self.sales).with_context(lang=lang)
                    book = openpyxl.load_workbook(BytesIO(documents._import_template_file()))
                    wizard = self.wizard(model, self.filled(book, ["-"]), "xlsx")
                    _headers, found = self.suggested(wizard, lang)
                    self.assertEqual(tuple(found), self.env[model]._import_template_columns)

    def test_a_filled_file_becomes_a_request(self):
        """S1: dates, words of a list, an empty unit and further lines."""
        pack = self.env.ref("uom.product_uom_pack_6")
        content = self.filled(
            self.download("stocking.request"),
            ["Stocking Plan", "Season A", "2030-01-31", "", "Import Pump", 5, "", ""],
            ["", "", "", "", "Import Valve", 2, pack.name, "2030-01-15"],
        )
        result = self.run_import(self.wizard("stocking.request", content, "xlsx"))
        self.assertFalse(result["messages"])
        request = self.env["stocking.request"].browse(result["ids"])
        self.assertEqual((request.reason, request.purpose), ("plan", "Season A"))
        self.assertEqual(
            request.line_ids.mapped(lambda line: (line.product_id, line.quantity)),
            [(self.pump, 5), (self.valve, 2)],
        )
        self.assertEqual(request.line_ids.product_uom_id, self.pump.uom_id | pack)

    def run_import(self, wizard, **options):
        headers, found = self.suggested(wizard)
        return wizard.execute_import(found, headers, {**self.options, **options})

    def test_lines_are_imported_into_the_request_they_were_asked_for(self):
        """S1: beside what it has."""
        request = self.draft()
        content = self.filled(
            self.download("stocking.request.line"),
            ["Import Valve", 7, "", "2030-01-15"],
            ["Import Pump", 3, "", ""],
        )
        self.run_import(self.lines_wizard(request, content))
        self.assertEqual(
            request.line_ids.mapped(lambda line: (line.product_id, line.quantity)),
            [(self.pump, 1), (self.valve, 7), (self.pump, 3)],
        )

    def draft(self):
        return self.as_user(self.env["stocking.request"], self.sales).create(
            {
                "purpose": "Season D",
                "date_needed": "2030-01-31",
                "line_ids": [(0, 0, {"product_id": self.pump.id, "quantity": 1})],
            }
        )

    def lines_wizard(self, request, content, user=None):
        """The import that the button of the request opens."""
        params = request.action_import_lines()["params"]
        wizard = self.wizard(params["model"], content, "xlsx", user)
        return wizard.with_context(**params["context"])

    def test_every_wrong_row_is_named_and_none_is_imported(self):
        """S1, X6: a service, a unit of another kind, an archived and an unknown product, a
        quantity below zero, a word for a quantity.
        """
        self.make_product("Import Past").active = False
        self.env["product.product"].create({"name": "Import Advice", "type": "service"})
        request = self.draft()
        for rows, at, text in (
            ([["Import Valve", 1, "", ""], ["Import Advice", 1, "", ""]], 1, "services are not"),
            ([["Import Valve", 1, "kg", ""]], 0, "cannot be converted"),
            ([["Import Past", 1, "", ""]], 0, "Import Past"),
            ([["Import Valve", 1, "", ""], ["Unheard-of Pump", 1, "", ""]], 1, "Unheard-of"),
            ([["Import Valve", -2, "", ""]], 0, "below zero"),
        ):
            with self.subTest(text):
                content = self.filled(self.download("stocking.request.line"), *rows)
                result = self.run_import(self.lines_wizard(request, content))
                # Odoo repeats the first message of a batch at its first row
                found = [
                    message["message"]
                    for message in result["messages"]
                    if message["rows"]["from"] == at
                ]
                self.assertIn(text, "".join(found))
                self.assertEqual(len(request.line_ids), 1)

    def test_lines_are_not_imported_into_what_is_decided_on_or_anothers(self):
        """S1, A10: by the same doors as by hand."""
        request = self.draft()
        content = self.filled(self.download("stocking.request.line"), ["Import Valve", 7, "", ""])
        stranger = self.lines_wizard(request, content, self.sales2)
        self.assertTrue(self.run_import(stranger)["messages"])
        request.action_send()
        self.as_user(request, self.assistant).action_submit()
        result = self.run_import(self.lines_wizard(request, content))
        self.assertTrue(result["messages"])
        self.assertEqual(request.line_ids.product_id, self.pump)

    def test_other_models_have_no_such_file(self):
        """S1, A10: the link serves what the dialogue offers."""
        self.authenticate("sales", "sales")
        for model in ("res.users", "nothing", "stocking.import.template"):
            self.assertEqual(self.url_open(f"{PATH}/{model}").status_code, 404)

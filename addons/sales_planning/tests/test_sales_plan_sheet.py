import base64
import io
import zipfile
from unittest.mock import patch

import openpyxl

from odoo.tests import tagged

from ..models import sales_plan_sheet
from .plan_case import PlanCase


@tagged("post_install", "-at_install")
class TestSalesPlanSheet(PlanCase):
    """P1: the grid goes out to a spreadsheet and comes back whole or not at all."""

    def setUp(self):
        super().setUp()
        self.plan = self.make_plan()
        self.root = self.plan.target_ids
        self.person, self.rest = self.divide(self.plan, self.root, "person", self.sales)
        self.enter(self.plan, self.root, {1: 100, 2: 50.5}, quantity=2)

    def opened(self):
        """The exported sheet, as it is read by a spreadsheet program."""
        data = base64.b64decode(self.plan.plan_sheet_export()["data"])
        return openpyxl.load_workbook(io.BytesIO(data))

    def bring_back(self, book):
        output = io.BytesIO()
        book.save(output)
        return self.plan.plan_sheet_import(base64.b64encode(output.getvalue()).decode())

    def test_what_was_filled_in_comes_back(self):
        """P1: amounts and quantities, text with thousands included; an empty cell is zero."""
        book = self.opened()
        sheet = book.active
        self.assertEqual([cell.value for cell in sheet[4]][4:6], [100, 50.5])
        # rows 4 and 5 are those of the company, 6 and 7 those of the person
        sheet.cell(6, 5, 60)
        sheet.cell(6, 7, "1,200.5")
        sheet.cell(7, 5, 1)
        sheet.cell(4, 6).value = None
        self.bring_back(book)
        self.assertEqual(self.amounts(self.person)[1], 60)
        self.assertEqual(self.amounts(self.person)[3], 1200.5)
        self.assertEqual(self.person.quantity_total, 1)
        self.assertEqual(self.amounts(self.root)[2], 0)

    def test_bad_rows_are_named_and_nothing_is_imported(self):
        """P1: negative, text, twice, of another plan; in one message."""
        book = self.opened()
        sheet = book.active
        sheet.cell(4, 5, 777)
        sheet.cell(6, 5, -3)
        sheet.cell(7, 6, "about ten")
        with self.assertRefused(f"Row 6 ({self.sales.name}), {self.year}-01: -3 is negative") as _:
            self.bring_back(book)
        with self.assertRefused("Row 7"):
            self.bring_back(book)
        self.assertEqual(self.amounts(self.root)[1], 100)
        sheet.cell(9, 1, sheet.cell(8, 1).value)
        with self.assertRefused("stands in the sheet twice, the first time in row 8"):
            self.bring_back(book)
        for key in ("", "abc", "-1:amount", f"{self.root.id}:price"):
            sheet.cell(9, 1, key or None)
            with self.subTest(key), self.assertRefused("Row 9"):
                self.bring_back(book)

    def test_sheets_of_other_currencies_years_and_columns_are_refused(self):
        """P1: amounts are not converted in silence."""
        for row, column, value, text in (
            (1, 3, "XXX", "the sheet is in XXX"),
            (1, 4, self.year + 1, f"the sheet is for {self.year + 1}"),
            (3, 5, f"{self.year}-02", "is headed"),
            (3, 16, "Sum", "is headed"),
        ):
            book = self.opened()
            book.active.cell(row, column, value)
            with self.subTest(text), self.assertRefused(text):
                self.bring_back(book)

    def test_files_that_are_no_sheets_are_refused(self):
        """P1: with what to do."""
        for data in (
            False,
            "",
            "no base64!",
            base64.b64encode(b"name;amount\n").decode(),
            base64.b64encode(b"PK\x03\x04broken").decode(),
        ):
            with self.subTest(data), self.assertRefused("Export the plan"):
                self.plan.plan_sheet_import(data)
        with self.assertRefused("no rows of a plan"):
            self.bring_back(openpyxl.Workbook())

    def test_formulas_without_a_result_are_refused(self):
        """P1: a program that wrote no result did not mean zero."""
        book = self.opened()
        book.active.cell(4, 5, "=50+70")
        text = (
            f"Row 4 ({self.company.name}), {self.year}-01: “=50+70” is a formula without a result"
        )
        with self.assertRefused(text):
            self.bring_back(book)
        self.assertEqual(self.amounts(self.root)[1], 100)

    def test_formulas_with_a_result_are_that_result(self):
        """P1: as a spreadsheet program writes them."""
        good = base64.b64decode(self.plan.plan_sheet_export()["data"])
        sheet = zipfile.ZipFile(io.BytesIO(good)).read("xl/worksheets/sheet1.xml")
        self.assertEqual(sheet.count(b"<v>50.5</v>"), 1)
        sheet = sheet.replace(b"<v>50.5</v>", b"<f>50+70</f><v>120</v>")
        self.plan.plan_sheet_import(self.packed(good, {"xl/worksheets/sheet1.xml": sheet}))
        self.assertEqual(self.amounts(self.root)[2], 120)

    def test_text_is_a_number_only_when_nobody_can_read_it_otherwise(self):
        """P1: a comma is one of thousands, or the figure is refused."""
        for text in ("1,5", "1.200,50", "12,00", "1_000", "nan", "inf", "1e3", "1,2345"):
            book = self.opened()
            book.active.cell(6, 5, text)
            with self.subTest(text), self.assertRefused(f"“{text}” is no number"):
                self.bring_back(book)
        for text, figure in (("1,234,567.5", 1234567.5), (" 1 200 ", 1200), ("0.5", 0.5)):
            book = self.opened()
            book.active.cell(6, 5, text)
            self.bring_back(book)
            self.assertEqual(self.amounts(self.person)[1], figure)

    def test_merged_cells_are_refused(self):
        """P1: the months that they hide are not meant to be zero."""
        book = self.opened()
        book.active.merge_cells("E4:G4")
        with self.assertRefused("has merged cells"):
            self.bring_back(book)
        self.assertEqual(self.amounts(self.root)[2], 50.5)

    def test_no_row_is_left_out_in_silence(self):
        """P1: a sheet with more rows than are read is refused."""
        with patch.object(sales_plan_sheet, "MOST_ROWS", 8):
            with self.assertRefused("has more than 8 rows"):
                self.bring_back(self.opened())
        with patch.object(sales_plan_sheet, "MOST_ROWS", 9):
            self.bring_back(self.opened())

    def test_damaged_files_are_refused(self):
        """P1: whatever of them is damaged, and however large they become."""
        good = base64.b64decode(self.plan.plan_sheet_export()["data"])
        names = zipfile.ZipFile(io.BytesIO(good)).namelist()
        for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
            for content in (b"", b"<open><and>never closed", b"\x00\xff"):
                with self.subTest(name, content=content):
                    self.assertIn(name, names)
                    with self.assertRefused("Export the plan"):
                        self.plan.plan_sheet_import(self.packed(good, {name: content}))
        squeezed = bytearray(good)
        squeezed[len(good) // 3 : len(good) // 3 + 200] = bytes(200)
        with self.assertRefused("Export the plan"):
            self.plan.plan_sheet_import(base64.b64encode(bytes(squeezed)).decode())
        with patch.object(sales_plan_sheet, "MOST_UNPACKED", 1000):
            with self.assertRefused("too large"):
                self.plan.plan_sheet_import(base64.b64encode(good).decode())

    def packed(self, content, exchanged):
        """The file with some of its parts exchanged."""
        output = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(output, "w") as new:
            for name in old.namelist():
                new.writestr(name, exchanged.get(name, old.read(name)))
        return base64.b64encode(output.getvalue()).decode()

    def test_names_are_no_formulas(self):
        """P1: whatever a company or a person is called."""
        self.company.name = "=1+1"
        self.assertEqual(self.opened().active.cell(4, 2).data_type, "s")
        self.assertEqual(self.opened().active.cell(1, 2).data_type, "s")

    def test_keys_and_years_are_read_as_a_spreadsheet_writes_them(self):
        """P1: a year as text is the year; a key of ten thousand digits is none."""
        book = self.opened()
        book.active.cell(1, 4, str(self.year))
        self.bring_back(book)
        book.active.cell(4, 1, "9" * 10000 + ":amount")
        with self.assertRefused("its key belongs to no row"):
            self.bring_back(book)

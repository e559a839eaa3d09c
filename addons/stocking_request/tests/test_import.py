import mimetypes

from odoo.tests import tagged

from .common import StockingCase

HEADER = "purpose,date_needed,reason,line_ids/product_id,line_ids/quantity"


class SpreadsheetCase(StockingCase):
    """Files that the sales person reads in with Odoo's import."""

    options = {
        "quoting": '"',
        "separator": ",",
        "has_headers": True,
        "date_format": "%Y-%m-%d",
        "float_decimal_separator": ".",
        "float_thousand_separator": ",",
    }

    def setUp(self):
        super().setUp()
        self.pump = self.make_product("Import Pump")
        self.valve = self.make_product("Import Valve")
        self.mine = [("user_id", "=", self.sales.id), ("purpose", "like", "Season%")]

    def wizard(self, model, content, kind="csv", user=None):
        return self.as_user(self.env["base_import.import"], user or self.sales).create(
            {
                "res_model": model,
                "file": content,
                "file_type": mimetypes.types_map[f".{kind}"],
                "file_name": f"requests.{kind}",
            }
        )


@tagged("post_install", "-at_install")
class TestImport(SpreadsheetCase):
    """S1: requests come out of a spreadsheet by Odoo's import; an error names its row."""

    def load(self, *rows, dry=False, header=HEADER):
        """Odoo's import of a CSV file, as the sales person."""
        content = "\n".join((header, *rows)).encode()
        columns = header.split(",")
        return self.wizard("stocking.request", content).execute_import(
            columns, columns, self.options, dryrun=dry
        )

    def test_one_file_makes_requests_with_several_lines(self):
        """S1: rows without a header of their own are further lines."""
        result = self.load(
            "Season A,2030-01-31,plan,Import Pump,5",
            ",,,Import Valve,7",
            "Season B,2030-02-28,plan,Import Pump,1",
        )
        self.assertFalse(result["messages"])
        found = self.env["stocking.request"].browse(result["ids"])
        self.assertEqual(
            [request.line_ids.mapped("quantity") for request in found.sorted("id")],
            [[5, 7], [1]],
        )
        self.assertEqual(set(found.mapped("state")), {"draft"})
        self.assertTrue(all(name.startswith("SR/") for name in found.mapped("name")))

    def test_rows_with_errors_are_named_and_nothing_is_imported(self):
        """S1, X6: the good row beside them is not half of an import."""
        self.env["product.product"].create({"name": "Import Advice", "type": "service"})
        result = self.load(
            "Season A,2030-01-31,plan,Import Pump,5",
            "Season B,2030-02-28,plan,Import Advice,1",
            "Season C,2030-02-28,plan,Import Pump,-3",
        )
        texts = {message["rows"]["from"]: message["message"] for message in result["messages"]}
        self.assertIn("services are not stocked", texts[1])
        self.assertIn("Import Pump: “Quantity” -3.0 is below zero", texts[2])
        self.assertFalse(self.env["stocking.request"].search(self.mine))

    def test_an_unknown_product_and_a_wrong_date_are_named(self):
        """S1, X6: Odoo's own sentences with row and field."""
        result = self.load("Season A,2030-01-31,plan,Unheard-of Pump,5")
        self.assertIn("Unheard-of Pump", str(result["messages"]))
        result = self.load("Season A,31st of January,plan,Import Pump,5")
        self.assertIn("date", str(result["messages"]).lower())
        self.assertFalse(self.env["stocking.request"].search(self.mine))

    def test_a_test_run_imports_nothing(self):
        """S1: the same answer, and nothing is kept."""
        result = self.load("Season A,2030-01-31,plan,Import Pump,5", dry=True)
        self.assertFalse(result["messages"])
        self.assertFalse(self.env["stocking.request"].search(self.mine))

    def test_a_decision_is_not_imported(self):
        """A10: states come from the buttons alone."""
        result = self.load(
            "Season A,2030-01-31,plan,Import Pump,5,approved", header=f"{HEADER},state"
        )
        self.assertIn("cannot be entered by hand", str(result["messages"]))
        self.assertFalse(self.env["stocking.request"].search(self.mine))

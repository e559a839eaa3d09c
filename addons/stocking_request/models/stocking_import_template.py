from io import BytesIO

import xlsxwriter

from odoo import api, models

PATH = "/stocking_request/import_template"
# so many rows below the headings offer the words of their column
ROWS = 500


class StockingImportTemplate(models.AbstractModel):
    """A document that is filled from a spreadsheet, with a file to begin with (S1, X6).

    The file is made when it is asked for: its headings are the labels of the fields in the language
    of the user, which Odoo's import finds again by themselves.
    """

    _name = "stocking.import.template"
    _description = "Document with a Spreadsheet to Fill In"

    # paths of the columns, lines as "line_ids/field"
    _import_template_columns = ()

    @api.model
    def get_import_templates(self):
        """What Odoo's import dialogue offers for download.

        :return: list of ``{"label", "template"}``, see base_import
        """
        return [
            {
                "label": self.env._("Spreadsheet to fill in"),
                "template": f"{PATH}/{self._name}",
            }
        ]

    @api.model
    def _import_template_file(self):
        """The empty spreadsheet.

        :return: bytes of an xlsx file
        """
        content = BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            heading = book.add_format({"bold": True, "bottom": 1})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.freeze_panes(1, 0)
            for column, path in enumerate(self._import_template_columns):
                labels, field = self._import_template_field(path)
                sheet.write(0, column, "/".join(labels), heading)
                sheet.set_column(column, column, 22, day if field["type"] == "date" else None)
                if field["type"] == "selection":
                    words = [label for _value, label in field["selection"]]
                    sheet.data_validation(
                        1, column, ROWS, column, {"validate": "list", "source": words}
                    )
        return content.getvalue()

    @api.model
    def _import_template_field(self, path):
        """The labels along the path of a column, and the description of its field."""
        model, labels = self, []
        for name in path.split("/"):
            field = model.fields_get([name], ["string", "type", "selection", "relation"])[name]
            labels.append(field["string"])
            model = self.env[field["relation"]] if field["type"] == "one2many" else model
        return labels, field

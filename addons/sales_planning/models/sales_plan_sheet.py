import base64
import io

import xlsxwriter

from odoo import fields, models
from odoo.exceptions import UserError

from ..spreadsheet import Formula, has_merged_cells, number_in, read_rows, unpacked_size

MEASURES = ("amount", "quantity")
# columns before the months: key, row, planned by, measure
FIRST_MONTH = 4
HEADER_ROW = 2
MOST_ROWS = 20000
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024


class SalesPlan(models.Model):
    """The grid as a spreadsheet: exported, filled in elsewhere, imported again (P1)."""

    _inherit = "sales.plan"

    def plan_sheet_export(self):
        """The rows that the user reads, as a spreadsheet (P1).

        :return: ``{"name": file name, "data": content in base64}``
        """
        self.ensure_one()
        grid = self.plan_grid_load()
        output = io.BytesIO()
        # names are text, whatever they begin with
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        workbook = xlsxwriter.Workbook(output, options)
        sheet = workbook.add_worksheet(self.name.replace("/", "-"))
        bold = workbook.add_format({"bold": True, "bg_color": "#EEEEEE"})
        number = workbook.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, [self.name, self.company_id.name, self.currency_id.name, self.year])
        labels = {"amount": self.env._("Amount"), "quantity": self.env._("Quantity")}
        months = [month["key"][:7] for month in grid["months"]]
        sheet.write_row(
            HEADER_ROW,
            0,
            [
                self.env._("Key"),
                self.env._("Row"),
                self.env._("Planned By"),
                self.env._("Figure"),
                *months,
                self.env._("Year"),
            ],
            bold,
        )
        dimensions = dict(
            self.env["sales.plan.target"]._fields["dimension"]._description_selection(self.env)
        )
        line = HEADER_ROW
        for row in grid["rows"]:
            for at, measure in enumerate(MEASURES):
                line += 1
                figures = [cell[at] for cell in row["cells"]]
                sheet.write_row(
                    line,
                    0,
                    [
                        f"{row['id']}:{measure}",
                        "    " * row["depth"] + row["label"],
                        dimensions[row["dimension"]],
                        labels[measure],
                    ],
                )
                sheet.write_row(line, FIRST_MONTH, figures, number)
                first = xlsxwriter.utility.xl_rowcol_to_cell(line, FIRST_MONTH)
                last = xlsxwriter.utility.xl_rowcol_to_cell(line, FIRST_MONTH + 11)
                sheet.write_formula(
                    line, FIRST_MONTH + 12, f"=SUM({first}:{last})", number, sum(figures)
                )
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 32)
        sheet.set_column(2, 3, 14)
        sheet.set_column(FIRST_MONTH, FIRST_MONTH + 12, 12)
        sheet.freeze_panes(HEADER_ROW + 1, FIRST_MONTH)
        workbook.close()
        return {
            "name": f"{self.name.replace('/', '-')}.xlsx",
            "data": base64.b64encode(output.getvalue()).decode(),
        }

    def plan_sheet_import(self, data):
        """Take the figures of an exported spreadsheet over; all of them or none (P1).

        :param data: the file (.xlsx) in base64
        :raise AccessError: for anybody but planners
        :raise UserError: naming each row of the sheet that is refused, and why
        :return: number of figures read
        """
        self._lock_for_change()
        rows = self._sheet_rows(data)
        months = self._sheet_months(rows)
        ids = {str(id_): id_ for id_ in self.sudo().target_ids.ids}
        changes, wrong, seen = [], [], {}
        for number, row in enumerate(rows[HEADER_ROW + 1 :], start=HEADER_ROW + 2):
            if not any(value not in (None, "") for value in row):
                continue
            label = str(row[1] or "").strip() if len(row) > 1 else ""
            where = self.env._("Row %(number)s (%(label)s)", number=number, label=label or "-")
            key, _colon, measure = str(row[0] or "").partition(":")
            target_id = ids.get(key)
            if not target_id or measure not in MEASURES:
                wrong.append(
                    self.env._(
                        "%(row)s: its key belongs to no row of %(plan)s.", row=where, plan=self.name
                    )
                )
                continue
            if (target_id, measure) in seen:
                wrong.append(
                    self.env._(
                        "%(row)s stands in the sheet twice, the first time in row %(number)s.",
                        row=where,
                        number=seen[target_id, measure],
                    )
                )
                continue
            seen[target_id, measure] = number
            changes += [
                {
                    "where": where,
                    "target_id": target_id,
                    "month": fields.Date.to_string(month),
                    measure: self._sheet_figure(row, FIRST_MONTH + at),
                }
                for at, month in enumerate(months)
            ]
        if wrong:
            raise UserError("\n".join(wrong[:50]))
        self._write_cells(self._checked_changes(changes))
        return len(changes)

    def _sheet_rows(self, data):
        try:
            content = base64.b64decode(data or "", validate=True)
            small = len(content) <= MOST_BYTES and unpacked_size(content) <= MOST_UNPACKED
            merged = small and has_merged_cells(content)
            rows = read_rows(content, FIRST_MONTH + 12, MOST_ROWS) if small else []
        except Exception as error:  # damaged files raise anything
            raise UserError(
                self.env._(
                    "The file is no spreadsheet that can be read. Export the plan, fill in that file "
                    "and keep its format (.xlsx)."
                )
            ) from error
        if not small:
            raise UserError(
                self.env._("The spreadsheet is too large: 20 MB at most, and 200 MB unpacked.")
            )
        if merged:
            raise UserError(
                self.env._(
                    "The spreadsheet has merged cells: nobody can tell which months their figures are "
                    "for. Take them apart, in every sheet of the file."
                )
            )
        if len(rows) > MOST_ROWS:
            raise UserError(
                self.env._("The spreadsheet has more than %s rows. Import it in parts.", MOST_ROWS)
            )
        return rows

    def _sheet_months(self, rows):
        """The months of the header, after a look at plan and currency."""
        if len(rows) <= HEADER_ROW or len(rows[0]) < FIRST_MONTH:
            raise UserError(
                self.env._("The spreadsheet has no rows of a plan. Export the plan to get them.")
            )
        currency, year = rows[0][2], rows[0][3]
        if currency != self.currency_id.name:
            raise UserError(
                self.env._(
                    "Row 1: the sheet is in %(theirs)s, %(plan)s in %(ours)s. Amounts are not converted: "
                    "enter them in %(ours)s.",
                    theirs=currency or "-",
                    ours=self.currency_id.name,
                    plan=self.name,
                )
            )
        if year not in (self.year, str(self.year)):
            raise UserError(
                self.env._(
                    "Row 1: the sheet is for %(theirs)s, %(plan)s for %(ours)s.",
                    theirs=year or "-",
                    ours=str(self.year),
                    plan=self.name,
                )
            )
        months = self._months()
        header = [str(value)[:7] for value in rows[HEADER_ROW][FIRST_MONTH : FIRST_MONTH + 12]]
        for at, month in enumerate(months):
            wanted = fields.Date.to_string(month)[:7]
            if at >= len(header) or header[at] != wanted:
                raise UserError(
                    self.env._(
                        "Row 3: column %(column)s is headed “%(found)s” instead of %(month)s. Keep the "
                        "columns as they were exported.",
                        column=FIRST_MONTH + at + 1,
                        found=header[at] if at < len(header) else "",
                        month=wanted,
                    )
                )
        return months

    def _sheet_figure(self, row, column):
        """What stands in a cell; an empty one is zero, a text with a number in it that number."""
        value = row[column] if column < len(row) else None
        if value is None or value == "":
            return 0.0
        if isinstance(value, str) and not isinstance(value, Formula):
            return number_in(value)
        return value

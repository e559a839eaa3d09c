"""What stands in the cells of a spreadsheet that somebody filled in."""

import io
import re
import zipfile

import openpyxl

# commas of thousands or none: "1,5" and "1.200,50" mean one thing here and another one elsewhere
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
MERGED = re.compile(rb"<(\w+:)?mergeCell\s")


class Formula(str):
    """A formula whose result the program that wrote the file left out."""

    __slots__ = ()


def unpacked_size(content):
    """How many bytes the parts of a file (.xlsx) take when they are read."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return sum(part.file_size for part in parts.infolist())


def has_merged_cells(content):
    """Whether cells are merged in any sheet of a file (.xlsx): all but the first of them are empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [name for name in parts.namelist() if "worksheets/" in name]
        return any(MERGED.search(parts.read(name)) for name in sheets)


def read_rows(content, columns, most):
    """The first sheet: results of formulas, and of those without one a :class:`Formula`.

    :param content: the file (.xlsx)
    :param columns: how many columns are read
    :param most: how many rows are read; one more is returned where the sheet has more
    :return: list of rows up to the last one in which something stands, each as long as ``columns``
    """
    results = _read(content, columns, most, data_only=True)
    rows = []
    for number, written in enumerate(_read(content, columns, most, data_only=False)):
        values = results[number] if number < len(results) else [None] * columns
        rows.append([_value(*pair) for pair in zip(values, written, strict=True)])
    return rows


def number_in(text):
    """The number that stands in a text, or the text when nobody can tell which."""
    plain = "".join(text.split())
    return float(plain.replace(",", "")) if NUMBER.fullmatch(plain) else text


def _read(content, columns, most, data_only):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    rows, blank = [], []
    for row in book.worksheets[0].iter_rows(max_col=columns, values_only=True):
        # spreadsheet programs write a million empty rows where somebody coloured a column
        if all(value in (None, "") for value in row):
            if len(blank) <= most:
                blank.append(row)
            continue
        rows += [*blank, row]
        blank = []
        if len(rows) > most:
            break
    return rows[: most + 1]


def _value(result, written):
    if result is None and written is not None:
        return Formula(getattr(written, "text", written))
    return result

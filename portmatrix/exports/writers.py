"""The file formats of exports: cells as CSV or XLSX, one row at a time, so that size costs time and not memory."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO

from ..utils.formulas import guarded
from .tables import Cell, Table

COLUMN_WIDTH = 24  # characters
LONGEST_CELL = 32_767  # characters; the writer leaves out longer ones without a word
LONGEST_TITLE = 200  # characters; a sheet's header takes 255


class _Echo:
    """A file that hands each line straight back, because that is all that the csv module needs of a file."""

    def write(self, line: str) -> str:
        return line


def write_csv(table: Table, objects: Iterable) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180: commas, CRLF), headings first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(table.headings)
    for row in table.rows(objects):
        yield writer.writerow([_plain(cell) for cell in row])


def _plain(cell: Cell) -> Cell:
    """A cell as CSV has it: words for truth values, an apostrophe before what a spreadsheet might calculate."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return guarded(cell) if isinstance(cell, str) else cell


def write_xlsx(table: Table, objects: Iterable, title: str = "") -> IO[bytes]:
    """A temporary file that holds a workbook of one sheet, read from its start; it vanishes when it is closed.

    The title says what the sheet holds: it heads every printed page and stands in the file's properties.
    """
    from xlsxwriter import Workbook  # 2 MiB, which a server without such exports need not

    with ExitStack() as unless_done:
        file = unless_done.enter_context(tempfile.TemporaryFile(suffix=".xlsx"))
        with Workbook(file, {"constant_memory": True}) as book:
            book.set_properties({"title": title or table.name})
            _write_sheet(book, table, objects, title or table.name)
        file.seek(0)
        unless_done.pop_all()  # who gets the file closes it
        return file


def _write_sheet(book, table, objects, title):
    sheet = book.add_worksheet(table.name)
    sheet.set_header(f"&L{title[:LONGEST_TITLE].replace('&', '&&')}&RPage &P of &N")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_column(0, len(table.headings) - 1, COLUMN_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, table.headings, book.add_format({"bold": True}))
    last = 0
    for last, row in enumerate(table.rows(objects), start=1):
        _write_row(sheet, last, row)
    sheet.autofilter(0, 0, last, len(table.headings) - 1)


def _write_row(sheet, position, row):
    """Write by the type of each cell: text is never looked at, so none of it becomes a formula, a number or a link."""
    for column, cell in enumerate(row):
        if isinstance(cell, bool):
            sheet.write_boolean(position, column, cell)
        elif isinstance(cell, int):
            sheet.write_number(position, column, cell)
        elif cell:
            sheet.write_string(position, column, _fitted(cell))


def _fitted(text: str) -> str:
    """A text that a cell holds: one that is too long ends in an ellipsis."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"

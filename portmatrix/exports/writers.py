"""The file formats of exports: CSV and XLSX, written row by row, so that a large table needs time and not memory."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any

from ..utils.formulas import guarded
from .tables import Cell, Table

COLUMN_WIDTH = 24  # characters
LONGEST_CELL = 32_767  # characters; xlsxwriter leaves longer texts out without an error
LONGEST_TITLE = 200  # characters; the header of a sheet takes 255


class _Echo:
    """A file whose `write` returns the line, which is how the csv module gives it to us."""

    def write(self, line: str) -> str:
        return line


def write_csv(table: Table, objects: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180: commas, CRLF), headings first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(table.headings)
    for row in table.rows(objects):
        yield writer.writerow([_csv_cell(cell) for cell in row])


def _csv_cell(cell: Cell) -> Cell:
    """A cell in CSV: `true` or `false` for truth values, an apostrophe before what a spreadsheet might calculate."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return guarded(cell) if isinstance(cell, str) else cell


def write_xlsx(table: Table, objects: Iterable[Any], title: str = "") -> IO[bytes]:
    """Return a temporary file with a workbook of one sheet, at its start. It is deleted when it is closed.

    The title says what the sheet contains. It heads every printed page and is one of the file's properties.
    """
    from xlsxwriter import Workbook  # takes 2 MiB, so only a process that needs it imports it

    with ExitStack() as on_error:
        file = on_error.enter_context(tempfile.TemporaryFile(suffix=".xlsx"))
        with Workbook(file, {"constant_memory": True}) as book:
            book.set_properties({"title": title or table.name})
            _write_sheet(book, table, objects, title or table.name)
        file.seek(0)
        on_error.pop_all()  # without an error, the caller closes the file
        return file


def _write_sheet(book: Any, table: Table, objects: Iterable[Any], title: str) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.set_header(f"&L{title[:LONGEST_TITLE].replace('&', '&&')}&RPage &P of &N")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_column(0, len(table.headings) - 1, COLUMN_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, table.headings, book.add_format({"bold": True}))
    count = 0
    for count, row in enumerate(table.rows(objects), start=1):
        _write_row(sheet, count, row)
    sheet.autofilter(0, 0, count, len(table.headings) - 1)


def _write_row(sheet: Any, position: int, row: list[Cell]) -> None:
    """Write each cell by its type: so no text becomes a formula, a number or a link."""
    for column, cell in enumerate(row):
        if isinstance(cell, bool):
            sheet.write_boolean(position, column, cell)
        elif isinstance(cell, int):
            sheet.write_number(position, column, cell)
        elif cell:
            sheet.write_string(position, column, _fitted(cell))


def _fitted(text: str) -> str:
    """A text that fits into a cell: one that is too long is cut and ends in an ellipsis."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"

"""The table of endpoints that people keep in spreadsheets, read from CSV with every fault by its row. Pure: whether an
address or a name is sound, the deployment's document judges.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..exports.tables import Table
from ..models import Component
from ..naming import Names, UnknownName, unknown
from ..utils.formulas import escaped, unguarded
from ..utils.text import printable

COLUMNS = ("component", "name", "address")
REQUIRED = ("component", "address")
DELIMITERS = ",;\t"  # what spreadsheets put between cells, depending on the country
MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 20  # named one by one when they are unknown

# What else people send, by its first bytes: the code of its fault.
OTHER_FILES = {
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"PK\x03\x04": "workbook",
    b"\xd0\xcf\x11\xe0": "workbook",
}
# What the csv module says of broken quotes, which has no codes: the code of the fault.
CSV_ERRORS = {"expected after": "text-after-quote", "field larger": "cell-too-large"}

_SAVE_AS = "Save the sheet as “CSV UTF-8”"
_COLUMNS = ", ".join(COLUMNS)

SENTENCES: Mapping[str, Callable[..., str]] = {
    # The file
    "nothing-sent": "{reason}".format,
    "no-way": "Say whether to add the rows or to replace what is there.".format,
    "too-large": "It is larger than {most:,} bytes. Upload it in parts.".format,
    "too-many-rows": "It has {count:,} rows; {most:,} are the most. Upload it in parts.".format,
    "utf-16": f"This is UTF-16, which Excel calls “Unicode text”. {_SAVE_AS} instead.".format,
    "workbook": f"This is a workbook, not a CSV file. {_SAVE_AS}.".format,
    "not-utf-8": f"Line {{line:,}} is not UTF-8: the file has another encoding. {_SAVE_AS}.".format,
    "empty": f"There is nothing in it. The first row names the columns: {_COLUMNS}.".format,
    # The first row
    "too-many-columns": f"It has {{count:,}} columns. Those of endpoints are {_COLUMNS}.".format,
    "unknown-column": lambda unknown: f"Unknown column '{printable(unknown.value)}'.{unknown.hint}",
    "unnamed-column": f"Column {{number}} has no name. Use one of: {_COLUMNS}; or leave the column out.".format,
    "column-twice": "The column '{name}' stands there twice. Leave one out.".format,
    "column-missing": "The column '{name}' is missing. Add it, named in the first row.".format,
    # A row
    "unclosed-quote": (
        "A cell begins with a quote that nothing closes. Add the closing quote, or write quotes in a cell twice."
    ).format,
    "text-after-quote": (
        "Text follows the closing quote of a cell. Write a quote that belongs to the cell twice."
    ).format,
    "cell-too-large": (
        f"A cell has more than {csv.field_size_limit():,} characters. Is a quote not closed, or a line not broken?"
    ).format,
    "other-width": lambda count, headings: (
        f"{count:,} cell{'' if count == 1 else 's'} where the first row has {len(headings)}: {', '.join(headings)}."
    ),
    "no-component": "Name the component.".format,
    "unknown-component": "{unknown}".format,
    # A row as the deployment's document judges it
    "row-twice": "{component} has {address} in row {first:,} too. Keep one of the two rows.".format,
    "name-too-long": "Give it a name: its address is too long to be one.".format,
    "document-fault": "{fault.message}".format,
}


@dataclass(frozen=True)
class Row:
    """A row as it was typed, with the number that a spreadsheet gives it.

    `slug` is that of its component, empty if there is no such one; `name` is empty if the row gives none.
    """

    number: int
    slug: str
    component: str
    name: str
    address: str


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in a table: in which row (None: in none of them), in which column (empty: in the row as a
    whole), a code, and the params of its sentence in `SENTENCES`.
    """

    row: int | None
    column: str
    code: str
    params: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What is wrong and how to mend it."""
        return SENTENCES[self.code](**self.params)


class TableRefused(Exception):
    """A text can't be read as a table of endpoints; `faults` is the list of every `RowFault`."""

    def __init__(self, faults: list[RowFault]):
        self.faults = faults
        super().__init__("\n".join(fault.message for fault in faults))


@dataclass
class Upload:
    """The rows of a table that can be read, and the faults of the others."""

    rows: list[Row] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


ENDPOINTS = Table(
    "endpoints",
    {
        "component": lambda endpoint: endpoint.component,
        "name": lambda endpoint: escaped(endpoint.name),
        "address": lambda endpoint: endpoint.address.text,
    },
)
AS_TYPED = Table(
    "endpoints",
    {
        "component": lambda row: escaped(row.component),
        "name": lambda row: escaped(row.name),
        "address": lambda row: escaped(row.address),
    },
)


def decode(content: bytes) -> str:
    """The text of a file, UTF-8 with or without a byte order mark. Raises `TableRefused`."""
    if len(content) > MOST_BYTES:
        raise _refusal(None, "too-large", most=MOST_BYTES)
    for begin, code in OTHER_FILES.items():
        if content.startswith(begin):
            raise _refusal(None, code)
    if content[:200].count(0) > len(content[:200]) // 4:  # every second byte of plain text
        raise _refusal(None, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        raise _refusal(None, "not-utf-8", line=line) from None


def read_table(text: str, components: Names[Component]) -> Upload:
    """Read a table whose first row names its columns. `components` are the `Names` of the catalogue's.

    Raises `TableRefused` if it is no such table at all, or too large.
    """
    rows = _rows(text.removeprefix("\ufeff"))
    number, header = next(rows, (0, None))
    if header is None:
        raise _refusal(None, "empty")
    headings = _headings(number, header)
    upload, count = Upload(), 0
    for count, (number, cells) in enumerate(rows, start=1):
        if count <= MOST_ROWS:
            _read_row(upload, number, cells, headings, components)
    if count > MOST_ROWS:
        raise _refusal(None, "too-many-rows", count=count, most=MOST_ROWS)
    return upload


def _refusal(row: int | None, code: str, **params: object) -> TableRefused:
    return TableRefused([RowFault(row, "", code, params)])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every row that is not blank, numbered as a spreadsheet does: blank ones count too."""
    number = 0
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    try:
        for number, cells in enumerate(lines, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        code = next((code for words, code in CSV_ERRORS.items() if words in str(error)), "unclosed-quote")
        raise _refusal(number + 1, code) from None


def _delimiter(text: str) -> str:
    """The delimiter that finds most columns in the first line that says anything."""
    lines = (line for line in io.StringIO(text, newline="") if line.strip(" ,;\t\r\n"))
    first = next(lines, "")[:10_000]

    def columns(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip(' "').casefold() for cell in first.split(delimiter)]
        return len(set(COLUMNS).intersection(cell.strip() for cell in cells)), len(cells)

    return max(DELIMITERS, key=columns)


def _headings(number: int, header: list[str]) -> list[str]:
    """The names of the columns in their order. Raises `TableRefused` if they are not those of endpoints."""
    names = [cell.strip().casefold() for cell in header]
    while not names[-1]:  # columns at the end that a spreadsheet saved though nothing is in them
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise _refusal(number, "too-many-columns", count=len(names))
    faults, meant = [], set(names)
    for position, name in enumerate(names):
        if not name:
            faults.append(RowFault(number, "", "unnamed-column", {"number": position + 1}))
        elif name not in COLUMNS:
            heading = unknown("column", name, COLUMNS)
            meant.add(heading.suggestion)
            faults.append(RowFault(number, printable(name), "unknown-column", {"unknown": heading}))
        elif name in names[:position]:
            faults.append(RowFault(number, name, "column-twice", {"name": name}))
    faults += [RowFault(number, name, "column-missing", {"name": name}) for name in REQUIRED if name not in meant]
    if faults:
        raise TableRefused(faults)
    return names


def _read_row(upload: Upload, number: int, cells: list[str], headings: list[str], components: Names[Component]) -> None:
    """Add a row, and what is wrong in it, to an upload."""
    if len(cells) < len(headings) or any(cell.strip() for cell in cells[len(headings) :]):
        fault = RowFault(number, "", "other-width", {"count": len(cells), "headings": headings})
        upload.faults.append(fault)
        return
    typed = dict.fromkeys(COLUMNS, "") | dict(zip(headings, map(_cell, cells), strict=False))
    slug = ""
    if not typed["component"]:
        upload.faults.append(RowFault(number, "component", "no-component", {}))
    else:
        try:
            slug = components.find(typed["component"]).slug
        except UnknownName as error:
            upload.faults.append(RowFault(number, "component", "unknown-component", {"unknown": error.unknown}))
    upload.rows.append(Row(number, slug, **typed))


def _cell(text: str) -> str:
    """What a cell says, without the apostrophes of our CSV files and without blanks around it."""
    return unguarded(text).strip()

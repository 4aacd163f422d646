"""The table of endpoints that people keep in spreadsheets: written as CSV, and read back with every fault by its row.
Pure: whether an address or a name is sound, the deployment's document judges.
"""

import csv
import io
import re
from dataclasses import dataclass, field

from ..exports.tables import Table
from ..utils.formulas import escaped, unguarded
from ..utils.text import did_you_mean, no_such, one_of, shown, suggestion_in

COLUMNS = ("component", "name", "address")
REQUIRED = ("component", "address")
DELIMITERS = ",;\t"  # what spreadsheets put between cells, depending on the country
MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 20  # named one by one when they are unknown
MOST_HINTS = 200  # the nearest component is looked for so often: a column of other things has no near ones

SAVE_AS = "Save the sheet as “CSV UTF-8”"
# What else people send, by its first bytes.
OTHER_FILES = {
    b"\xff\xfe": f"This is UTF-16, which Excel calls “Unicode text”. {SAVE_AS} instead.",
    b"\xfe\xff": f"This is UTF-16, which Excel calls “Unicode text”. {SAVE_AS} instead.",
    b"PK\x03\x04": f"This is a workbook, not a CSV file. {SAVE_AS}.",
    b"\xd0\xcf\x11\xe0": f"This is a workbook, not a CSV file. {SAVE_AS}.",
}

UNCLOSED = "A cell begins with a quote that nothing closes. Add the closing quote, or write quotes in a cell twice."
READERS_WORDS = {  # what the csv module says: what it means
    "expected after": "Text follows the closing quote of a cell. Write a quote that belongs to the cell twice.",
    "field larger": f"A cell has more than {csv.field_size_limit():,} characters. "
    "Is a quote not closed, or a line not broken?",
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
    """What is wrong in a row (None: not in any one), in which column (empty: in the row as a whole), with the fix."""

    row: int | None
    column: str
    message: str


class TableRefused(Exception):
    """A text can't be read as a table of endpoints; `faults` is the list of every `RowFault`."""

    def __init__(self, faults):
        self.faults = list(faults)
        super().__init__("\n".join(fault.message for fault in self.faults))


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
        _refuse(None, f"It is larger than {MOST_BYTES:,} bytes. Upload it in parts.")
    for begin, message in OTHER_FILES.items():
        if content.startswith(begin):
            _refuse(None, message)
    if content[:200].count(0) > len(content[:200]) // 4:  # every second byte of plain text
        _refuse(None, OTHER_FILES[b"\xff\xfe"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        _refuse(None, f"Line {line:,} is not UTF-8: the file has another encoding. {SAVE_AS}.")


def read_table(text: str, components: dict[str, str]) -> Upload:
    """Read a table whose first row names its columns. `components` maps slugs to names.

    Raises `TableRefused` if it is no such table at all, or too large.
    """
    rows = _rows(text.removeprefix("\ufeff"))
    number, header = next(rows, (0, None))
    if header is None:
        _refuse(None, f"There is nothing in it. The first row names the columns: {', '.join(COLUMNS)}.")
    reader = _Reader(components, number, header)
    count = 0
    for count, (number, cells) in enumerate(rows, start=1):
        if count <= MOST_ROWS:
            reader.read(number, cells)
    if count > MOST_ROWS:
        _refuse(None, f"It has {count:,} rows; {MOST_ROWS:,} are the most. Upload it in parts.")
    return reader.upload


def _refuse(row, message):
    raise TableRefused([RowFault(row, "", message)])


def _rows(text):
    """(number, cells) of every row that is not blank, numbered as a spreadsheet does: blank ones count too."""
    number = 0
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    try:
        for number, cells in enumerate(lines, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        why = next((why for words, why in READERS_WORDS.items() if words in str(error)), UNCLOSED)
        _refuse(number + 1, why)


def _delimiter(text):
    """The delimiter that finds most columns in the first line that says anything."""
    lines = (line for line in io.StringIO(text, newline="") if line.strip(" ,;\t\r\n"))
    first = next(lines, "")[:10_000]

    def found(delimiter):
        cells = [cell.strip(' "').casefold() for cell in first.split(delimiter)]
        return len(set(COLUMNS).intersection(cell.strip() for cell in cells)), len(cells)

    return max(DELIMITERS, key=found)


class _Reader:
    """Reads row after row by the columns of the header. Raises `TableRefused` if these are not those of endpoints."""

    def __init__(self, components, number, header):
        self.slugs = {name.casefold(): slug for slug, name in components.items()} | {slug: slug for slug in components}
        self.components = components
        self.headings = _headings(number, header)
        self.upload = Upload()

    def read(self, number, cells):
        width = len(self.headings)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            return self._refuse(number, "", f"{_cells(len(cells))} where the first row has {width}: {self._first()}.")
        typed = dict.fromkeys(COLUMNS, "") | dict(zip(self.headings, map(_cell, cells), strict=False))
        slug = self.slugs.get(typed["component"].casefold(), "")
        if not slug:
            self._refuse(number, "component", self._unknown(typed["component"]))
        self.upload.rows.append(Row(number, slug, **typed))

    def _refuse(self, number, column, message):
        self.upload.faults.append(RowFault(number, column, message))

    def _first(self):
        return ", ".join(self.headings)

    def _unknown(self, typed):
        if not typed:
            return "Name the component."
        return no_such("component", typed, self.components, with_hint=len(self.upload.faults) < MOST_HINTS)


def _cells(count):
    return f"{count:,} cell{'' if count == 1 else 's'}"


def _cell(text):
    """What a cell says, without the apostrophes of our CSV files and without blanks around it."""
    return unguarded(text).strip()


def _headings(number, header):
    """The names of the columns in their order. Raises `TableRefused`."""
    names = [cell.strip().casefold() for cell in header]
    while not names[-1]:  # columns at the end that a spreadsheet saved though nothing is in them
        names.pop()
    if len(names) > MOST_COLUMNS:
        _refuse(number, f"It has {len(names):,} columns. Those of endpoints are {', '.join(COLUMNS)}.")
    faults, meant = [], set(names)
    for position, name in enumerate(names):
        message = _heading_fault(names, position)
        if message:
            meant.add(suggestion_in(message))
            faults.append(RowFault(number, shown(name), message))
    faults += [
        RowFault(number, name, f"The column '{name}' is missing. Add it, named in the first row.")
        for name in REQUIRED
        if name not in meant
    ]
    if faults:
        raise TableRefused(faults)
    return names


def _heading_fault(names, position):
    name = names[position]
    if not name:
        return f"Column {position + 1} has no name. Use one of: {', '.join(COLUMNS)}; or leave the column out."
    if name not in COLUMNS:
        return f"Unknown column '{shown(name)}'.{did_you_mean(name, COLUMNS) or one_of(COLUMNS)}"
    if name in names[:position]:
        return f"The column '{name}' stands there twice. Leave one out."
    return ""

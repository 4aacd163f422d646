"""Text in CSV that a spreadsheet may take for a formula: an apostrophe before its first sign keeps it text. Pure.

Which character is the first of a cell depends on the program that reads the file. Some split lines at semicolons or
tabs, some ignore quotes in the middle of a line. So each `;`, tab and line break counts as the beginning of a cell.
"""

import re
from collections.abc import Callable

SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # the last four are full-width forms, which East Asian spreadsheets accept
# What may come before the first character of a cell, apostrophes that are there already, and a sign, if there is one.
# It matches at every beginning of a cell, with a sign or without, so that no long run of blanks is searched twice.
BEGINNING = re.compile(rf"((?:\A|[;\t\r\n])[\s\";]*+)('*+)([{SIGNS}]?)")
BREAKS = re.compile(r"('*)[\t\r\n]")  # some programs drop these at the beginning of a cell: then the rest begins it


def guarded(text: str) -> str:
    """Return the text with an apostrophe before each sign that may begin a cell."""
    text = _with_apostrophes(text, lambda apostrophes: apostrophes or "'")
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text


def escaped(text: str) -> str:
    """Return the text with one more apostrophe where it looks guarded already, so that `unguarded` can restore it.

    Apply it before `guarded` to text that is to be read back.
    """
    text = _with_apostrophes(text, lambda apostrophes: apostrophes and f"'{apostrophes}")
    match = BREAKS.match(text)
    return f"'{text}" if match and match[1] else text


def unguarded(text: str) -> str:
    """Return the original of a text that was escaped and then guarded."""
    match = BREAKS.match(text)
    return _with_apostrophes(text[1:] if match and match[1] else text, lambda apostrophes: apostrophes[1:])


def _with_apostrophes(text: str, change: Callable[[str], str]) -> str:
    """The text with the apostrophes before each sign that may begin a cell changed by a function."""

    def replacement(match: re.Match[str]) -> str:
        before, apostrophes, sign = match.groups()
        return f"{before}{change(apostrophes)}{sign}" if sign else match[0]

    return BEGINNING.sub(replacement, text)

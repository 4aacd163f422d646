"""Text in a CSV cell that a spreadsheet may take for a formula: an apostrophe before its sign keeps it plain text.

Where a sign begins a cell depends on who reads the file: a spreadsheet that splits at semicolons or tabs, or for which
a quote in the middle of a line quotes nothing, begins a new cell behind each `;`, tab and line break. Pure.
"""

import re
from collections.abc import Callable

SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # the same at full width are signs to spreadsheets of East Asia
# What comes before a cell's first character, apostrophes that stand there already, and the sign, if there is one. It
# always matches where a cell may begin, so that no long run of blanks is looked at twice.
BEGINNING = re.compile(rf"((?:\A|[;\t\r\n])[\s\";]*+)('*+)([{SIGNS}]?)")
BREAKS = re.compile(r"('*)[\t\r\n]")  # a cell that begins so loses them to some readers: then the rest begins it


def guarded(text: str) -> str:
    """The text with an apostrophe before each sign that may begin a cell."""
    text = _at_signs(text, lambda apostrophes: apostrophes or "'")
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text


def escaped(text: str) -> str:
    """The text with one more apostrophe wherever `guarded` might have put one, so that it reads back."""
    text = _at_signs(text, lambda apostrophes: apostrophes and f"'{apostrophes}")
    found = BREAKS.match(text)
    return f"'{text}" if found and found[1] else text


def unguarded(text: str) -> str:
    """The text that was escaped, then guarded."""
    found = BREAKS.match(text)
    return _at_signs(text[1:] if found and found[1] else text, lambda apostrophes: apostrophes[1:])


def _at_signs(text: str, change: Callable[[str], str]) -> str:
    """The text with other apostrophes before each sign that may begin a cell."""

    def changed(found: re.Match[str]) -> str:
        before, apostrophes, sign = found.groups()
        return f"{before}{change(apostrophes)}{sign}" if sign else found[0]

    return BEGINNING.sub(changed, text)

"""Words for people: the nearest valid value, and foreign text made fit to be shown in a message."""

import re
from difflib import get_close_matches

LONGEST_ECHO = 60


def shown(value):
    """A value from a request as a message may repeat it: shortened, control characters replaced."""
    return _printable(str(value)[:LONGEST_ECHO]) + ("…" if len(str(value)) > LONGEST_ECHO else "")


def one_line(text):
    """Foreign text fit for a header: all white space, line separators too, as blanks; control characters replaced."""
    return _printable(" ".join(text.split()))


def _printable(text):
    return "".join(character if character.isprintable() else "�" for character in text)


def did_you_mean(value, valid):
    """ " Did you mean “…”?" for the nearest of the valid values, or an empty string if none is near."""
    near = get_close_matches(str(value)[:LONGEST_ECHO].lower(), {word.lower() for word in valid}, n=1, cutoff=0.6)
    original = next((word for word in valid if near and word.lower() == near[0]), None)
    return f" Did you mean '{original}'?" if original else ""


def one_of(valid, most=12):
    """The valid values as a short list, or an empty string if there are too many to list."""
    valid = list(valid)
    return f" Use one of: {', '.join(valid)}." if 0 < len(valid) <= most else ""


def suggestion_in(message):
    """The value that a message made with `did_you_mean` suggests, or an empty string."""
    suggested = re.search(r" Did you mean '([^']+)'\?\Z", message)
    return suggested[1] if suggested else ""

"""Words for people: the nearest valid value, and foreign text made fit to be shown in a message."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

LONGEST_ECHO = 60
MOST_CODE_POINTS = 5  # that a message names
# Characters that count as printable though nothing can be seen: the fillers of Hangul and of Egyptian hieroglyphs, the
# empty pattern of Braille, the empty note head.
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800\U00013441\U00013442\U0001d159")


def shown(value: object) -> str:
    """A value from a request as a message may repeat it: shortened, control characters replaced."""
    return _printable(str(value)[:LONGEST_ECHO]) + ("…" if len(str(value)) > LONGEST_ECHO else "")


def folded(text: str) -> str:
    """A text as it is compared with others: in any case of letters or width of characters, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def one_line(text: str) -> str:
    """Foreign text fit for a header: all white space, line separators too, as blanks; control characters replaced."""
    return _printable(" ".join(text.split()))


def code_point(character: str) -> str:
    """U+2800, for a character that can't be shown."""
    return f"U+{ord(character):04X}"


def why_blank(text: str) -> str:
    """That nothing can be seen of a name, with the code points that it is made of; an empty string if something can.

    Marks that only combine with the letter before them show nothing by themselves.
    """
    if any(map(_is_seen, text)):
        return ""
    unseen = list(dict.fromkeys(code_point(character) for character in text if character != " "))
    if not unseen:
        return "Write something: it is blank."
    more = ", …" if len(unseen) > MOST_CODE_POINTS else ""
    return f"Write something that can be seen: it is only {', '.join(unseen[:MOST_CODE_POINTS])}{more}."


def _is_seen(character: str) -> bool:
    if character in UNSEEN or character.isspace() or not character.isprintable():
        return False
    return not unicodedata.category(character).startswith("M")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)


def did_you_mean(value: object, valid: Iterable[str], noun: str = "") -> str:
    """ " Did you mean '…'?" for the one valid value that may have been meant, or an empty string if there is none.

    `noun` says what the values are: slugs of components and listeners have their own way to be near. For components,
    `valid` may map slugs to names, or to objects whose text is the name: then the names count as well.
    """
    from ..naming import unknown

    names = {slug: str(name) for slug, name in valid.items()} if isinstance(valid, Mapping) else valid
    suggestion = unknown(noun, value, names).suggestion
    return f" Did you mean '{suggestion}'?" if suggestion else ""


def no_such(noun: str, value: object, known: Mapping[str, object], with_hint: bool = True) -> str:
    """That a slug names nothing, with the one that may have been meant: "No component 'agnet'. Did you mean 'agent'?"

    `known` maps valid slugs to names, or to objects whose text is the name.
    """
    return f"No {noun} '{shown(value)}'.{did_you_mean(value, known, noun) if with_hint else ''}"


def one_of(valid, most=12):
    """The valid values as a short list, or an empty string if there are too many to list."""
    valid = list(valid)
    return f" Use one of: {', '.join(valid)}." if 0 < len(valid) <= most else ""


def suggestion_in(message):
    """The value that a message made with `did_you_mean` suggests, or an empty string."""
    suggested = re.search(r" Did you mean '([^']+)'\?\Z", message)
    return suggested[1] if suggested else ""

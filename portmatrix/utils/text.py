"""Foreign text: made fit for a message, compared with other text, and refused where nothing of it can be seen."""

import unicodedata

LONGEST_ECHO = 60
MOST_CODE_POINTS = 5  # that a message names
# Characters that count as printable though nothing can be seen: the fillers of Hangul and of Egyptian hieroglyphs, the
# empty pattern of Braille, the empty note head.
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800\U00013441\U00013442\U0001d159")


def printable(value: object) -> str:
    """A value from a request as a message may repeat it: shortened, control characters replaced."""
    return _visible(str(value)[:LONGEST_ECHO]) + ("…" if len(str(value)) > LONGEST_ECHO else "")


def folded(text: str) -> str:
    """A text as it is compared with others: in any case of letters or width of characters, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def one_line(text: str) -> str:
    """Foreign text fit for a header: all white space, line separators too, as blanks; control characters replaced."""
    return _visible(" ".join(text.split()))


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


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)

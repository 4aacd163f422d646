"""JSON from people and programs, read so that nothing in it is lost in silence."""

import json
from collections import Counter
from typing import Any, NoReturn


class NotJSON(ValueError):
    """The bytes are not plain JSON; the message says what they are, to follow “It is”."""


def loads(body: bytes) -> Any:
    """What the bytes say: JSON in UTF-8, with or without a byte order mark.

    Raises `NotJSON`, also for a name that stands twice in one object and for NaN and Infinity.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise NotJSON("nested too deeply") from error
    except ValueError as error:
        raise NotJSON(f"not valid JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    for name in made:
        if not _is_text(name):
            raise ValueError(f"the name {name!a} is not valid Unicode")
    if len(made) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return made


def _is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8; JSON's escapes can spell half of a character."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")

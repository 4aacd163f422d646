"""JSON from people and programs, read strictly: a repeated name is refused, where `json.loads` would drop a value."""

import json
from collections import Counter
from typing import Any, NoReturn


class NotJSON(ValueError):
    """The bytes are not plain JSON. The message completes a sentence that begins with “It is”."""


def loads(body: bytes) -> Any:
    """Decode JSON in UTF-8, with or without a byte order mark.

    Raises `NotJSON`, also for a name that is used twice in one object, and for NaN and Infinity.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise NotJSON("nested too deeply") from error
    except ValueError as error:
        raise NotJSON(f"not valid JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    for name in result:
        if not _is_text(name):
            raise ValueError(f"the name {name!a} is not valid Unicode")
    if len(result) < len(pairs):
        repeated = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the name {repeated!r} stands twice in one object")
    return result


def _is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8. JSON's escapes can describe half of a character."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")

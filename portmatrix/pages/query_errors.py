"""What a listing answers to a question with a fault: what was wrong, and addresses that mend it."""

from dataclasses import dataclass

from ..utils.text import shown, suggestion_in
from .query_urls import Chip, at

MOST_MESSAGES = 20


@dataclass(frozen=True)
class Fault:
    """A message about a parameter; its last word may be a suggestion, with the address that follows it."""

    name: str
    text: str
    suggestion: str = ""
    address: str = ""


def faults(filterset, path, extra=()):
    """The faults of an invalid filter set, in the order of the query."""
    wrong = [(name, message) for name, messages in filterset.errors.items() for message in messages]
    return [_fault(filterset, path, list(extra), name, message) for name, message in wrong[:MOST_MESSAGES]]


def _fault(filterset, path, extra, name, message):
    suggestion = suggestion_in(message)
    if not suggestion:
        return Fault(name, message)
    text = message.removesuffix(f"'{suggestion}'?")
    return Fault(name, text, suggestion, at(path, [*_mended(filterset, name, message, suggestion), *extra]))


def _mended(filterset, name, message, suggestion):
    for given, values in filterset.data.lists():
        for value in values:
            if given == name and given not in filterset.form.fields:
                yield suggestion, value
            elif given == name and f"'{shown(value)}'" in message:
                yield given, suggestion
            else:
                yield given, value


def remainder(filterset):
    """A filter set of the parameters that were understood, to count the choices that are still open."""
    understood = filterset.data.copy()
    for name in filterset.errors:
        understood.pop(name, None)
    rest = type(filterset)(understood, queryset=filterset.queryset, request=filterset.request)
    rest.is_valid()  # cleans what it holds; there is nothing left to refuse
    return rest


def chips(filterset, understood, path, extra=()):
    """A chip for every filter given: the understood ones in words, the wrong ones as they were typed."""
    pairs = [(name, value) for name, values in filterset.data.lists() for value in values]

    def without(name, value):
        return at(path, [*(pair for pair in pairs if pair != (name, value)), *extra])

    right = [Chip(says, words, without(name, value)) for name, value, says, words in understood.active]
    wrong = []
    for name, value in pairs:
        if name in filterset.errors:
            says = getattr(filterset.filters.get(name), "says", "") or shown(name)
            wrong.append(
                Chip(says, shown(value) or "(empty)", without(name, value), wrong=_is_wrong(filterset, name, value))
            )
    return (right + wrong)[:MOST_MESSAGES]


def _is_wrong(filterset, name, value):
    """Of a repeated parameter, the values that a message names; of any other, whatever it holds."""
    if not getattr(filterset.form.fields.get(name), "repeatable", False) or value == "":
        return True
    return any(f"'{shown(value)}'" in message for message in filterset.errors[name])

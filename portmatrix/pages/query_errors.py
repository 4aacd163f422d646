"""What a listing answers to a query with errors: what was wrong, what was understood, and addresses that mend it."""

from dataclasses import dataclass

from ..utils.text import printable
from .presentation.listing import Chip
from .query_urls import with_query

MOST_SHOWN = 20  # errors, chips


@dataclass(frozen=True)
class QueryError:
    """An error of a parameter in words; with a suggestion, the address of the query in which it replaces the error."""

    name: str
    text: str
    suggestion: str = ""
    address: str = ""


def query_errors(form, path=None):
    """The `QueryError`s of a form or filter set; without a path, suggestions have no address."""
    errors = [(name, error) for name, of_name in form.errors.as_data().items() for error in of_name]
    return [_query_error(form, path, name, error) for name, error in errors[:MOST_SHOWN]]


def understood_part(filterset):
    """The filter set of all that has no error: of several values of a filter, the right ones stay."""
    query, wrong = filterset.data.copy(), wrong_pairs(filterset)
    for name in filterset.errors:
        query.setlist(name, [value for value in query.getlist(name) if (name, value) not in wrong])
        if not query.getlist(name):
            del query[name]
    understood = type(filterset)(query, queryset=filterset.queryset, request=filterset.request)
    understood.is_valid()  # cleans what it holds; there is nothing left to refuse
    return understood


def wrong_pairs(filterset):
    """The (name, value) pairs of a query that are wrong: the very values that errors name, or all of a parameter.

    A dictionary without values, in the order of the errors.
    """
    wrong: dict[tuple[str, str], None] = {}
    for name, errors in filterset.errors.as_data().items():
        values = filterset.data.getlist(name)
        named = [_param(error, "value") for error in errors]
        if len(values) > 1 and None not in named:
            values = [value for value in values if value in named or not value.strip()]
        wrong |= dict.fromkeys((name, value) for value in values)
    return wrong


def chips(filterset, understood, path):
    """A `Chip` for every filter given: the understood ones in words, the wrong ones as they were typed."""
    wrong = wrong_pairs(filterset)
    pairs = [
        (name, value if (name, value) in wrong or name not in filterset.filters else understood.written_as(name, value))
        for name, value in _pairs(filterset.data)
    ]

    def without(name, value):
        return with_query(path, [pair for pair in pairs if pair != (name, value)])

    right = [Chip(active.says, active.words, without(active.name, active.value)) for active in understood.active]
    return (
        right
        + [
            Chip(_said(filterset, name), printable(value) or "(empty)", without(name, value), wrong=True)
            for name, value in [pair for pair in pairs if pair in wrong][:MOST_SHOWN]
        ]
    )[:MOST_SHOWN]


def _query_error(form, path, name, error):
    suggestion = _param(error, "suggestion")
    if not (suggestion and path):
        return QueryError(name, error.messages[0])
    return QueryError(name, error.params["text"], suggestion, with_query(path, _mended(form.data, name, error)))


def _mended(query, name, error):
    """The pairs of the query with the suggestion instead of the unknown parameter, or of the wrong value."""
    suggestion, wrong = error.params["suggestion"], error.params.get("value")
    return [
        (suggestion, value)
        if given == name and error.code == "unknown_parameter"
        else (given, suggestion if (given, value) == (name, wrong) else value)
        for given, value in _pairs(query)
    ]


def _said(filterset, name):
    return filterset.filters[name].says if name in filterset.filters else printable(name)


def _param(error, name):
    return (error.params or {}).get(name)


def _pairs(query):
    return [(name, value) for name, values in query.lists() for value in values]

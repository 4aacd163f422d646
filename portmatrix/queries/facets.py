"""The count behind every choice of a listing's form: how many rows it would leave, given all other filters."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast


@dataclass(frozen=True)
class Facet:
    """How a form offers a filter as a list of choices with counts.

    `column` is the path from a row to what holds its choice, such as "ports__transport". `at_once` choices are shown,
    the others on demand (None: all are). `layout` is "", "inline" (side by side) or "fold" (closed until one asks).
    Facets stand in the order of their filters, but for one that `leads`. Choices that would find nothing are left out,
    unless chosen; `keeps_empty` is for short lists in which they say something too.
    """

    column: str
    at_once: int | None = None
    layout: str = ""
    leads: bool = False
    keeps_empty: bool = False


@dataclass(frozen=True)
class Choice:
    """One choice of a facet: its value in the query, its name, the rows it would leave, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facets:
    """The choices of each filter that has a facet (a mapping of name to a list of `Choice`), and how many rows match
    all filters.
    """

    choices: dict[str, list[Choice]]
    total: int


def count_facets(filterset: Any) -> Facets:
    """Count the choices of a valid filter set. One query, whatever the number of rows or choices."""
    filters = {name: declared for name, declared in filterset.filters.items() if declared.facet}
    if not filters:
        return Facets({}, filterset.qs.count())
    keys: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for name, value, key in _rows(filterset, filters):
        keys[name][value].add(key)
    choices = {
        name: [
            choice
            for choice in declared.choices(keys[name], filterset.chosen(name) or [])
            if declared.facet.keeps_empty or choice.count or choice.chosen
        ]
        for name, declared in sorted(filters.items(), key=lambda item: not item[1].facet.leads)
    }
    return Facets(choices, len(keys["all"][""]))


def _rows(filterset: Any, filters: dict[str, Any]) -> QuerySet[Any, tuple[str, str, int]]:
    """(facet, value, row's key): for every facet, the rows that all other filters leave."""
    matching = filterset.filter_queryset(filterset.queryset).order_by()
    parts = [matching.values_list(Value("all"), Value(""), "pk")]
    for name, declared in filters.items():
        rows = filterset.rows_to_count(name).order_by()
        parts.append(rows.values_list(Value(name), Cast(F(declared.facet.column), CharField()), "pk"))
    return parts[0].union(*parts[1:])

"""The count behind every choice of the connections' filter form: how many connections it would leave, given all
other filters.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from ..choices import Application, Section, TrafficClass, Transport

COLUMNS = {  # filter: the column of a connection that holds its choice
    "traffic_class": "traffic_class",
    "source": "source_id",
    "destination": "destination_id",
    "transport": "ports__transport",
    "application": "ports__application",
    "section": "statements__section",
}
WORDS = {"traffic_class": TrafficClass, "transport": Transport, "application": Application, "section": Section}
LISTENER_COLUMNS = ("transport", "application")
OFFERED_WHOLE = ("traffic_class", "transport", "section")  # short lists whose empty choices say something too


@dataclass(frozen=True)
class Choice:
    """One choice of a facet: its value in the query, its name, the connections it would leave, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facets:
    """The choices of each filter (a mapping of name to a list of `Choice`), and how many connections match all
    filters.
    """

    choices: dict
    total: int


def count_facets(filterset):
    """Count the choices of a valid `ConnectionFilter`. One query, whatever the number of rows or choices."""
    found = defaultdict(lambda: defaultdict(set))
    for facet, value, connection in _rows(filterset):
        found[facet][value].add(connection)
    choices = {name: _word_choices(filterset, name, words, found[name]) for name, words in WORDS.items()}
    for name in ("source", "destination"):
        choices[name] = _component_choices(filterset, name, found[name])
    offered = {name: [choice for choice in every if _is_offered(name, choice)] for name, every in choices.items()}
    return Facets(offered, len(found["all"][""]))


def _is_offered(name, choice):
    """There are many applications and components: those that would find nothing are left out, unless chosen."""
    return bool(name in OFFERED_WHOLE or choice.count or choice.chosen)


def _rows(filterset):
    """(facet, value, connection's key): for every facet, the connections that all other filters leave."""
    matching = filterset.filter_queryset(filterset.queryset).order_by()
    parts = [matching.values_list(Value("all"), Value(""), "pk")]
    for name, column in COLUMNS.items():
        rows = filterset.filter_queryset(filterset.queryset, without=name).order_by()
        if name in LISTENER_COLUMNS and (listeners := filterset.listeners(without=name)) is not None:
            rows = rows.filter(ports__in=listeners.values("pk"))
        parts.append(rows.values_list(Value(name), Cast(F(column), CharField()), "pk"))
    return parts[0].union(*parts[1:])


def _word_choices(filterset, name, words, found):
    chosen = filterset.chosen(name) or []
    return [Choice(word.value, word.label, len(found[word.value]), word.value in chosen) for word in words]


def _component_choices(filterset, name, found):
    """Every component that is an end in reach of which anything stands, most connections first; by reach, as the
    filter itself counts.
    """
    chosen = filterset.chosen(name) or []
    choices = []
    for component in filterset.known_components().values():
        connections = set().union(*(found[str(end)] for end in filterset.reach.of(component)))
        choices.append(Choice(component.slug, component.name, len(connections), component in chosen))
    return sorted(choices, key=lambda choice: (-choice.count, choice.label))

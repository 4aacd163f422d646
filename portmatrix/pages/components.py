"""The pages of components: all of them, and one with what reaches it and what it opens."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..choices import Kind
from ..filters import ComponentFilter
from ..history.overrides import overrides_by_port
from ..models import Component, Connection, Port
from ..permissions import edits_overrides, sees_overrides
from ..reach import Reach
from . import api_calls as take
from .listing import Listing, answer
from .presentation.diagram import neighbourhood
from .presentation.tree import in_tree_order
from .query_urls import at

LISTING = Listing("Components", "components/list.html", "api:component-list")


@dataclass(frozen=True)
class Entry:
    """A component in the list: its depth under its host or group, and how many connections reach and leave it."""

    component: Component
    depth: int
    reached_by: int
    opens: int


@dataclass(frozen=True)
class Flow:
    """A connection of a component: its end on this side, and how that belongs to the component ("" for itself)."""

    connection: Connection
    end: Component
    relation: str


@dataclass(frozen=True)
class Listener:
    """A listener and the override that moved it; None if it was not moved or the visitor may not see who did."""

    port: Port
    move: object


@require_safe
def listing(request):
    """Components by kind: hosted services under their host, members under their group."""
    components = Component.objects.select_related("host", "group").prefetch_related(_listeners())
    filterset = ComponentFilter(request.GET, queryset=components, request=request)
    controls = [
        ("q", "Words", ()),
        ("kind", "Kind", Kind.choices),
        ("host", "Runs on", _choices(filterset, "host_id")),
        ("group", "Member of", _choices(filterset, "group_id")),
    ]
    return answer(request, LISTING, filterset, controls, _by_kind)


@require_safe
def detail(request, slug):
    """One component, or 404."""
    components = Component.objects.select_related("host", "group").prefetch_related(_listeners())
    known = {component.slug: component for component in components}
    if slug not in known:
        raise Http404("There is no component of this name.")
    component, reach = known[slug], Reach(known.values())
    connections = list(_connections().touching(component, reach=reach))
    ends = reach.of(component)
    context = {
        "component": component,
        "services": [other for other in known.values() if other.host_id == component.pk],
        "members": [other for other in known.values() if other.group_id == component.pk],
        "listeners": _moved(component.ports.all(), request.user),
        "reached": [flow(row, row.destination, component) for row in connections if row.destination_id in ends],
        "opened": [flow(row, row.source, component) for row in connections if row.source_id in ends],
        "statements": in_page_order(connections),
        "assumptions": by_question(connections),
        "picture": neighbourhood(component, connections, reach),
        "edits": edits_overrides(request.user),
        "diagram_file": at(reverse("connections-diagram"), [("component", component.slug)]),
        "call": take.many(request, reverse("api:connection-list"), [("component", component.slug)]),
    }
    return render(request, "components/detail.html", context)


def flow(connection, end, component):
    """A `Flow`. Pure."""
    return Flow(connection, end, relation(end, component))


def relation(end, component):
    """How a component in reach belongs to the one asked for, in words. Pure."""
    if end.host_id == component.pk:
        return "which runs on it"
    if end.group_id == component.pk:
        return "which is a member of it"
    return "the group that it belongs to" if component.group_id == end.pk else ""


def in_page_order(connections):
    """The prefetched statements of several connections, each once, from top to bottom of the vendor's page. Pure."""
    found = {statement.pk: statement for connection in connections for statement in connection.statements.all()}
    return sorted(found.values(), key=lambda statement: (statement.section_order, statement.position))


def by_question(connections):
    """The prefetched assumptions of several connections, each once, by slug. Pure."""
    found = {assumption.slug: assumption for connection in connections for assumption in connection.assumptions.all()}
    return [found[slug] for slug in sorted(found)]


def _connections():
    return Connection.objects.with_ends().with_ports().with_statements().prefetch_related("assumptions")


def _listeners():
    return Prefetch("ports", queryset=Port.objects.with_effective_numbers())


def _moved(listeners, user):
    moves = overrides_by_port(listeners) if sees_overrides(user) else {}
    return [Listener(listener, moves.get(listener.pk)) for listener in listeners]


def _choices(filterset, relation):
    """(slug, name) of every component that another one runs on, or belongs to."""
    known = filterset.known_components().values()
    used = {getattr(component, relation) for component in known}
    return [(component.slug, component.name) for component in known if component.pk in used]


def _by_kind(question, components):
    """The entries under the kind of the component that heads their family."""
    reached, opened = _ends_in_use()
    groups = {}
    for component, depth in in_tree_order(components, "host", "group"):
        if not depth:
            entries = groups.setdefault(Kind(component.kind), [])
        ends = question.filterset.reach.of(component)
        entries.append(Entry(component, depth, sum(reached[end] for end in ends), sum(opened[end] for end in ends)))
    return {"groups": groups.items()}


def _ends_in_use():
    """How many connections have a component itself as destination, and as source: two mappings by key. One query."""
    ends = Connection.objects.order_by().values_list("source_id", "destination_id")
    sources, destinations = zip(*ends, strict=True) if ends else ((), ())
    return Counter(destinations), Counter(sources)

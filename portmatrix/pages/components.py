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
from ..models import Component, Connection, Port, PortOverride
from ..permissions import edits_overrides, sees_overrides
from ..reach import Reach
from .api_calls import set_call
from .listing import ListingView
from .presentation.diagram import neighbourhood
from .presentation.tree import in_tree_order
from .query_urls import with_query


@dataclass(frozen=True)
class ListedComponent:
    """A component in the list: its depth under its host or group, and how many connections reach and leave it."""

    component: Component
    depth: int
    reached_by: int
    opens: int


@dataclass(frozen=True)
class ComponentConnection:
    """A connection seen from a component: the end on the component's side, the other end, and how the former belongs to
    the component ("" for the component itself).
    """

    connection: Connection
    end: Component
    other_end: Component
    relation: str


@dataclass(frozen=True)
class ComponentPort:
    """A port and its override, which is None if there is none or the visitor may not see it."""

    port: Port
    override: PortOverride | None


class ComponentListing(ListingView):
    """Components by kind: hosted services under their host, members under their group."""

    filterset_class = ComponentFilter
    noun = "Components"
    template_name = "components/list.html"
    api_name = "api:component-list"

    def get_queryset(self):
        return _components()

    def get_rows(self, filterset, urls, total):
        context = super().get_rows(filterset, urls, total)
        return context | {"groups": _by_kind(context["rows"], filterset.known.reach)}


@require_safe
def detail(request, slug):
    """One component, or 404."""
    by_slug = {component.slug: component for component in _components()}
    if slug not in by_slug:
        raise Http404("There is no component of this name.")
    component, reach = by_slug[slug], Reach(by_slug.values())
    connections = list(_connections().touching(component, reach=reach))
    ends = reach.of(component)
    context = {
        "component": component,
        "aliases": list(component.aliases.all()),
        "services": [other for other in by_slug.values() if other.host_id == component.pk],
        "members": [other for other in by_slug.values() if other.group_id == component.pk],
        "ports": _with_overrides(component.ports.all(), request.user),
        "reached": [reaching(row, component) for row in connections if row.destination_id in ends],
        "opened": [leaving(row, component) for row in connections if row.source_id in ends],
        "statements": in_vendor_page_order(connections),
        "assumptions": assumptions_of(connections),
        "picture": neighbourhood(component, connections, reach),
        "edits": edits_overrides(request.user),
        "diagram_file": with_query(reverse("connections-diagram"), [("component", component.slug)]),
        "api_call": set_call(request, reverse("api:connection-list"), [("component", component.slug)]),
    }
    return render(request, "components/detail.html", context)


def reaching(connection, component):
    """The `ComponentConnection` of a connection that reaches a component. Pure."""
    end = connection.destination
    return ComponentConnection(connection, end, connection.source, relation(end, component))


def leaving(connection, component):
    """The `ComponentConnection` of a connection that a component opens. Pure."""
    end = connection.source
    return ComponentConnection(connection, end, connection.destination, relation(end, component))


def relation(end, component):
    """How a component in reach belongs to another, in words. Pure."""
    if end.host_id == component.pk:
        return "which runs on it"
    if end.group_id == component.pk:
        return "which is a member of it"
    return "the group that it belongs to" if component.group_id == end.pk else ""


def in_vendor_page_order(connections):
    """The prefetched statements of several connections, each once, from top to bottom of the vendor's page. Pure."""
    by_key = {statement.pk: statement for connection in connections for statement in connection.statements.all()}
    return sorted(by_key.values(), key=lambda statement: (statement.section_order, statement.position))


def assumptions_of(connections):
    """The prefetched assumptions of several connections, each once, by slug. Pure."""
    by_slug = {assumption.slug: assumption for connection in connections for assumption in connection.assumptions.all()}
    return [by_slug[slug] for slug in sorted(by_slug)]


def _components():
    ports = Prefetch("ports", queryset=Port.objects.with_effective_numbers())
    return Component.objects.select_related("host", "group").prefetch_related(ports)


def _connections():
    return Connection.objects.with_ends().with_ports().with_statements().prefetch_related("assumptions")


def _with_overrides(ports, user):
    overrides = overrides_by_port(ports) if sees_overrides(user) else {}
    return [ComponentPort(port, overrides.get(port.pk)) for port in ports]


def _by_kind(components, reach):
    """(kind, its `ListedComponent`s) pairs, each family under the kind of the component that heads it. One query."""
    opened, reached = _connections_by_end()
    groups: dict[Kind, list[ListedComponent]] = {}
    for component, depth in in_tree_order(components, "host", "group"):
        if not depth:
            group = groups.setdefault(Kind(component.kind), [])
        ends = reach.of(component)
        group.append(
            ListedComponent(component, depth, sum(reached[end] for end in ends), sum(opened[end] for end in ends))
        )
    return groups.items()


def _connections_by_end():
    """How many connections have a component itself as source, and as destination: two mappings by key. One query."""
    ends = Connection.objects.order_by().values_list("source_id", "destination_id")
    sources, destinations = zip(*ends, strict=True) if ends else ((), ())
    return Counter(sources), Counter(destinations)

"""The catalogue as a deployment meets it: loaded once, whole, in a fixed number of queries."""

from dataclasses import dataclass

from ..models import Component, Connection, Port, PortOverride


@dataclass(frozen=True)
class Catalogue:
    """Components and ports by slug, connections with their ports, statements and assumptions, and the overrides that
    hold everywhere. Components have their `host`, `group`, `platform`, `needs` and `aliases` at hand.
    """

    components: dict[str, Component]
    ports: dict[str, Port]
    connections: list[Connection]
    overrides: list[PortOverride]

    @classmethod
    def load(cls) -> "Catalogue":
        """Read it from the database. Nine queries, however large it is."""
        components = Component.objects.select_related("host", "group", "platform").prefetch_related("needs", "aliases")
        ports = Port.objects.select_related("component__host")
        connections = Connection.objects.select_related("source", "destination").with_statements()
        return cls(
            components={component.slug: component for component in components},
            ports={port.slug: port for port in ports},
            connections=list(connections.prefetch_related("ports", "assumptions")),
            overrides=list(PortOverride.objects.everywhere()),
        )

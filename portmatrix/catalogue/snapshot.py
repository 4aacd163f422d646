"""The catalogue as a deployment meets it: loaded once, whole, in a fixed number of queries."""

from dataclasses import dataclass

from ..models import Component, Connection, Port, PortOverride


@dataclass(frozen=True)
class Catalogue:
    """Components and listeners by slug, connections with their listeners, statements and assumptions, and the overrides
    that hold everywhere.
    """

    components: dict[str, Component]
    ports: dict[str, Port]
    connections: list[Connection]
    overrides: list[PortOverride]

    @classmethod
    def load(cls):
        """Read it from the database. Seven queries, however large it is."""
        ports = Port.objects.select_related("component__host")
        connections = Connection.objects.select_related("source", "destination").with_statements()
        return cls(
            components={component.slug: component for component in Component.objects.select_related("host", "group")},
            ports={port.slug: port for port in ports},
            connections=list(connections.prefetch_related("ports", "assumptions")),
            overrides=list(PortOverride.objects.everywhere()),
        )

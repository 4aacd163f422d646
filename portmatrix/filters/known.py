"""What filters may name: objects by slug, each kind loaded once for a query."""

from django.utils.functional import cached_property

from ..models import Component, Connection, Port
from ..reach import Reach


class KnownComponents:
    """All components of the catalogue, and their reach, in one query."""

    @cached_property
    def _components(self):
        return {component.slug: component for component in Component.objects.select_related("host")}

    def known_components(self):
        """Mapping of slug to component."""
        return self._components

    @cached_property
    def reach(self):
        """The reach of every component, without another query."""
        return Reach(self._components.values())


class KnownPorts:
    """All listeners of the catalogue, in one query."""

    @cached_property
    def _ports(self):
        return {port.slug: port for port in Port.objects.select_related("component")}

    def known_ports(self):
        """Mapping of slug to listener."""
        return self._ports


class KnownConnections:
    """All connections of the catalogue, in one query."""

    @cached_property
    def _connections(self):
        return {
            connection.slug: connection for connection in Connection.objects.select_related("source", "destination")
        }

    def known_connections(self):
        """Mapping of slug to connection."""
        return self._connections

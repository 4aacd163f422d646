"""What filters may name: objects by slug, each kind loaded once for a query."""

from django.utils.functional import cached_property

from ..models import Component, Connection, Deployment, Port
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


class KnownDeployments:
    """All deployments, in one query, for those who may see them. Anybody else's question knows none: then a slug that
    exists is refused in the same words as one that does not.
    """

    @cached_property
    def _deployments(self):
        if self.request is None:
            return {}
        visible = Deployment.objects.seen_by(self.request.user)
        return {one.slug: one for one in visible.only("slug", "name", "encrypted_only")}

    def known_deployments(self):
        """Mapping of slug to deployment, without its description."""
        return self._deployments


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

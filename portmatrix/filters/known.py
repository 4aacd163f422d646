"""What filters may name: objects by slug, each kind loaded once for a query."""

from functools import cached_property

from ..models import Component, Connection, Deployment, Port
from ..reach import Reach


class Known:
    """All that a user may name in a query, each kind in one query, when it is first asked for.

    Who may not see deployments knows none: a slug that exists is refused in the same words as one that does not.
    """

    def __init__(self, user):
        self.user = user

    def objects(self, noun):
        """The mapping of slugs to objects of a kind: "component", "connection", "deployment" or "listener"."""
        return getattr(self, f"{noun}s")

    @cached_property
    def components(self):
        return _by_slug(Component.objects.select_related("host"))

    @cached_property
    def reach(self):
        """The reach of every component (`Reach`), without another query."""
        return Reach(self.components.values())

    @cached_property
    def listeners(self):
        return _by_slug(Port.objects.select_related("component"))

    @cached_property
    def connections(self):
        return _by_slug(Connection.objects.select_related("source", "destination"))

    @cached_property
    def deployments(self):
        """Without their descriptions."""
        return _by_slug(Deployment.objects.seen_by(self.user).only("slug", "name", "encrypted_only"))


def _by_slug(rows):
    return {row.slug: row for row in rows}

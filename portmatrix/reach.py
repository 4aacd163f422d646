"""What "to" and "from" a component means, and at whose address it answers. Pure: no queries, no HTTP."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar


class HasReach(Protocol):
    """A component, as far as its reach goes."""

    @property
    def pk(self) -> Any: ...
    @property
    def host_id(self) -> Any: ...
    @property
    def group_id(self) -> Any: ...


Owner = TypeVar("Owner")


class Reach:
    """The reach of every component: the components whose connections really reach or leave it.

    Domain rule: asking for component X means X itself, the services hosted on X (what reaches them arrives at X's
    address), the members of the group X, and the group that X belongs to (a rule that names the group applies to
    every member). It is not transitive and not symmetric: a connector's reach holds no connection of the appliance
    that it runs on.
    """

    def __init__(self, components: Iterable[HasReach]) -> None:
        """Take all components, as objects with `pk`, `host_id` and `group_id`."""
        self._reach = {component.pk: {component.pk} for component in components}
        for component in components:
            if component.host_id:
                self._reach[component.host_id].add(component.pk)
            if component.group_id:
                self._reach[component.group_id].add(component.pk)
                self._reach[component.pk].add(component.group_id)

    def of(self, *components: HasReach) -> set[int]:
        """Return the primary keys (a set) of all components in reach of any of the given ones."""
        return {key for component in components for key in self._reach[component.pk]}


def address_owner(component: Owner, host: Owner | None) -> Owner:
    """Return the component at whose address this one answers: its host if it has one, else itself.

    Domain rule: what reaches a hosted service reaches its host. Both may be objects, slugs or primary keys; `host` is
    None (or blank) for a component that runs on no other.
    """
    return host or component

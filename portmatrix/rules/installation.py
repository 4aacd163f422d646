"""What rules are made from: the catalogue's components and flows, which of them one installation uses, and where they
are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..choices import ENCRYPTED_FORM


@dataclass(frozen=True)
class Component:
    """A component of the catalogue; `host` and `group` are slugs or None."""

    slug: str
    name: str
    host: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Port:
    """A port that a component listens on; `number` is the effective one in this installation."""

    slug: str
    component: str
    transport: str
    number: int
    application: str = ""

    @property
    def default_number(self) -> int:
        """Where the vendor's page puts it: a listener's slug ends in that number, wherever it was moved."""
        return int(self.slug.rpartition("-")[2])


@dataclass(frozen=True)
class Assumption:
    """One thing that the vendor's page leaves open: its slug, the question, and how it is read."""

    slug: str
    question: str
    reading: str


@dataclass(frozen=True)
class Connection:
    """A connection of the catalogue: slugs of its ends, its listeners, the statements (`section/position`, in the
    page's order) that tell of it, and the assumptions (by slug) under which they are read.
    """

    slug: str
    source: str
    destination: str
    activity: str
    ports: tuple[Port, ...]
    statements: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @cached_property
    def dispensable(self) -> tuple[Port, ...]:
        """The plain listeners that this same flow offers encrypted as well."""
        offered = {port.application for port in self.ports}
        return tuple(one for one in self.ports if ENCRYPTED_FORM.get(one.application) in offered)


@dataclass(frozen=True)
class Installation:
    """One installation of App Layering.

    `components` maps slugs to all components of the catalogue; `in_use` holds the slugs of those in use; `addresses`
    maps the slug of a component to the `Address` objects of its own endpoints (without an entry it has none);
    `overridden` are the ports with an override of this installation's own; `names` maps the text of an address to what
    people call it.
    """

    components: Mapping[str, Component]
    connections: tuple[Connection, ...]
    in_use: frozenset[str]
    addresses: Mapping[str, tuple]
    encrypted_only: bool = False
    overridden: tuple[Port, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def stands_for(self, slug: str) -> list[str]:
        """The components (slugs) in use that really stand at an end that names this one; none if it is not in use.

        Domain rule: an end is in use when the component itself is or, for a group, any member; what names the group
        applies to every member. A group that was chosen stands for itself as well if it has endpoints of its own, or
        if no member is in use: then nothing tells where it is.
        """
        members = [member for member in self._members.get(slug, ()) if member in self.in_use]
        itself = slug in self.in_use and (not members or slug in self.addresses)
        return [slug, *members] if itself else members

    def hosts_of(self, slug: str) -> list[str]:
        """The components (slugs, each once) at whose addresses an end is found.

        Domain rule: what reaches a hosted service reaches its host.
        """
        return list(dict.fromkeys(self.components[one].host or one for one in self.stands_for(slug)))

    def connections_in_use(self) -> Iterator[tuple[Connection, list[tuple[str, str]]]]:
        """Every flow that crosses the network here, with its pairs of hosts. From a host to itself nothing does."""
        for connection in self.connections:
            destinations = self.hosts_of(connection.destination)
            pairs = [(one, other) for one in self.hosts_of(connection.source) for other in destinations if one != other]
            if pairs:
                yield connection, pairs

    def ports_of(self, connection: Connection) -> list[Port]:
        """The listeners that a flow needs: with `encrypted_only` no plain one that it offers encrypted as well."""
        dropped = connection.dispensable if self.encrypted_only else ()
        return [port for port in connection.ports if port not in dropped]

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        members: dict[str, list[str]] = {}
        for component in self.components.values():
            if component.group:
                members.setdefault(component.group, []).append(component.slug)
        return members

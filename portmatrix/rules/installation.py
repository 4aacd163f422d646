"""What rules are made from: the catalogue's components and connections, what one installation uses of them, and where
that is. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..addresses import Address
from ..choices import ENCRYPTED_FORM
from ..reach import address_owner


@dataclass(frozen=True)
class Component:
    """A component of the catalogue. `host`, `group` and `platform` are slugs or None; `needs` holds slugs.

    It runs on its `host` and is a member of its `group`. A connector service connects the appliance with its
    `platform`. `needs` are further services without which the component does not work. A `file_share` is a network
    file share.
    """

    slug: str
    name: str
    host: str | None = None
    group: str | None = None
    platform: str | None = None
    needs: tuple[str, ...] = ()
    file_share: bool = False


@dataclass(frozen=True)
class Port:
    """A port that a component (its slug) listens on: at `number` in this installation, by default at
    `default_number`.
    """

    slug: str
    component: str
    transport: str
    default_number: int
    number: int
    application: str = ""


@dataclass(frozen=True)
class Assumption:
    """One thing that the vendor page leaves open: its slug, the question, and how it is read."""

    slug: str
    question: str
    reading: str


@dataclass(frozen=True)
class Connection:
    """A connection of the catalogue: the slugs of its source and destination, the ports of the destination that it
    uses, the statements of it (`section/position`, in the order of the vendor page), and the assumptions (by slug)
    under which these are read.
    """

    slug: str
    source: str
    destination: str
    activity: str
    ports: tuple[Port, ...]
    statements: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @cached_property
    def needlessly_plain(self) -> tuple[Port, ...]:
        """The ports with a plain protocol that this same connection offers encrypted as well."""
        offered = {port.application for port in self.ports}
        return tuple(port for port in self.ports if ENCRYPTED_FORM.get(port.application) in offered)


@dataclass(frozen=True)
class Installation:
    """One installation of App Layering.

    `components` maps slugs to all components of the catalogue, in its order; `in_use` holds the slugs of those in use;
    `addresses` maps the slug of a component to the addresses of its own endpoints (without an entry it has
    none); `overridden` are the ports with an override of this installation's own; `names` maps the text of an address
    to what people call it.
    """

    components: Mapping[str, Component]
    connections: tuple[Connection, ...]
    in_use: frozenset[str]
    addresses: Mapping[str, tuple[Address, ...]]
    encrypted_only: bool = False
    overridden: tuple[Port, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, slug: str) -> str:
        """What people call a component."""
        return self.components[slug].name

    def uses(self, slug: str) -> bool:
        """Whether the source or destination of this name is in use: the component itself or, of a group, any member."""
        return bool(self.components_meant_by(slug))

    def components_meant_by(self, slug: str) -> list[str]:
        """The components in use (slugs) that a source or destination of this name means; none if it is not in use.

        Domain rule (domain.md §4): what names a group applies to every member. A group that is in use itself counts as
        well if it has endpoints of its own, or if no member is in use: then nothing tells where it is.
        """
        members = [member for member in self._members.get(slug, ()) if member in self.in_use]
        itself = slug in self.in_use and (not members or slug in self.addresses)
        return [slug, *members] if itself else members

    def hosts_of(self, slug: str) -> list[str]:
        """The components (slugs, each once) at whose addresses a source or destination of this name is."""
        meant = self.components_meant_by(slug)
        return list(dict.fromkeys(address_owner(component, self.components[component].host) for component in meant))

    def connections_in_use(self) -> Iterator[tuple[Connection, list[tuple[str, str]]]]:
        """Every connection that crosses the network here, with its (source, destination) pairs of hosts.

        From a host to itself nothing crosses the network.
        """
        for connection in self.connections:
            sources, destinations = self.hosts_of(connection.source), self.hosts_of(connection.destination)
            pairs = [
                (source, destination) for source in sources for destination in destinations if source != destination
            ]
            if pairs:
                yield connection, pairs

    def ports_of(self, connection: Connection) -> list[Port]:
        """The ports that a connection needs: with `encrypted_only` no plain one that it offers encrypted as well."""
        closed = connection.needlessly_plain if self.encrypted_only else ()
        return [port for port in connection.ports if port not in closed]

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        members: dict[str, list[str]] = {}
        for component in self.components.values():
            if component.group:
                members.setdefault(component.group, []).append(component.slug)
        return members

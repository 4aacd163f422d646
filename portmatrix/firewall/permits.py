"""Rules with their addresses as every platform takes them: the fewest networks that cover exactly what was given."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network

from ..addresses import Address
from ..rules import AddressSet, Component, End, Rule


@dataclass(frozen=True)
class Side:
    """One end of a permit: networks that don't overlap, in order, and host names, by the alphabet."""

    component: Component
    networks: tuple[IPv4Network, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Permit:
    """A rule as it is written: its source may open connections to its destination on the rule's port.

    `inbound` is for host-based platforms: whether the host is the destination (else it is the source). `deployments`
    are the slugs of those that need it, by the alphabet.
    """

    rule: Rule
    source: Side
    destination: Side
    inbound: bool = False
    deployments: tuple[str, ...] = ()

    @property
    def pairs(self) -> int:
        """How many pairs of networks it has: the lines that it takes where a line holds one of each."""
        return len(self.source.networks) * len(self.destination.networks)

    @property
    def addresses(self) -> int:
        """How many networks and host names it has at both ends together."""
        return sum(len(side.networks) + len(side.names) for side in (self.source, self.destination))

    @property
    def peer(self) -> Side:
        """Whom the host talks with."""
        return self.source if self.inbound else self.destination

    @property
    def local(self) -> Side:
        """The host itself."""
        return self.destination if self.inbound else self.source


def permit_of(rule: Rule, deployments: tuple[str, ...] = ()) -> Permit:
    """A rule between all addresses of its ends."""
    return Permit(rule, side_of(rule.source), side_of(rule.destination), deployments=deployments)


def side_of(end: End) -> Side:
    """All addresses of an end, merged. No address that was not given is ever covered."""
    return _side(end.component, end.address_set)


def side_of_some(component: Component, addresses: Iterable[Address]) -> Side:
    """Some addresses of a component, merged likewise."""
    return _side(component, AddressSet(addresses))


def _side(component: Component, places: AddressSet) -> Side:
    return Side(component, places.networks, tuple(sorted(places.names)))

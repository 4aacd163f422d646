"""The rules that an installation needs, and those that can't be written yet because an end has no address. Pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..addresses import Address
from ..choices import ENCRYPTED
from .address_set import AddressSet
from .installation import Assumption, Component, Connection, Installation, Port


@dataclass(frozen=True)
class Reason:
    """Why a rule is there: a connection, and the port that it uses."""

    connection: Connection
    port: Port


@dataclass(frozen=True)
class End:
    """Source or destination of a rule: a component that has addresses of its own, and these, sorted."""

    component: Component
    addresses: tuple[Address, ...]

    @cached_property
    def texts(self) -> list[str]:
        """The addresses in their normal form."""
        return [address.text for address in self.addresses]

    @cached_property
    def address_set(self) -> AddressSet:
        """All that the addresses cover together, worked out once for all rules of the component."""
        return AddressSet(self.addresses)


@dataclass(frozen=True)
class Rule:
    """Every address of the source may open connections to every address of the destination on one port."""

    source: End
    destination: End
    transport: str
    number: int
    reasons: tuple[Reason, ...]

    @cached_property
    def id(self) -> str:
        """`r-` and 16 hexadecimal digits, made from what the rule permits: the same until that changes.

        The components count too: where two of them have one address they have two rules, and no two rules have one id.
        """
        ends = [[end.component.slug, end.texts] for end in (self.source, self.destination)]
        permitted = json.dumps([*ends, self.transport, self.number])
        return f"r-{hashlib.sha256(permitted.encode()).hexdigest()[:16]}"

    @property
    def is_resolved(self) -> bool:
        """Whether both ends have addresses. A missing address never means any address."""
        return bool(self.source.addresses and self.destination.addresses)

    @property
    def application(self) -> str:
        """What is spoken there, where the vendor page says it; if its connections differ, several with commas."""
        applications = {reason.port.application for reason in self.reasons} - {""}
        return ", ".join(sorted(applications))

    @property
    def statements(self) -> tuple[str, ...]:
        """Every statement (`section/position`) that demands it, each once."""
        return tuple(dict.fromkeys(row for reason in self.reasons for row in reason.connection.statements))

    @property
    def encrypted(self) -> bool:
        """Whether the vendor page names an encrypted protocol for all that the rule lets through."""
        return all(reason.port.application in ENCRYPTED for reason in self.reasons)


@dataclass(frozen=True)
class Rules:
    """What an installation needs: `rules` can be written, `unresolved` lack an address at one end or both."""

    rules: tuple[Rule, ...]
    unresolved: tuple[Rule, ...]

    @cached_property
    def all(self) -> tuple[Rule, ...]:
        """The resolved rules, then the others."""
        return (*self.rules, *self.unresolved)


def resolve(installation: Installation) -> Rules:
    """The rules of an installation, sorted by source, destination, transport and number.

    A connection that names a group becomes one rule for each member in use (and one for the group itself, should it
    have endpoints of its own), never one for the whole group: so the connection to vSphere merges with those to
    vCenter and to the ESXi hosts instead of repeating them, and a member without an address leaves the others' rules
    complete. Together these rules permit exactly what a rule for the group would: its addresses are those of its
    members.

    Rules with equal source, destination, transport and number are one, which keeps all their reasons.
    """
    reasons: dict[tuple[str, str, str, int], list[Reason]] = defaultdict(list)
    for connection, pairs in installation.connections_in_use():
        for port in installation.ports_of(connection):
            for source, destination in pairs:
                reasons[source, destination, port.transport, port.number].append(Reason(connection, port))
    ends = {slug: _end(installation, slug) for key in reasons for slug in key[:2]}
    rules = [
        Rule(ends[source], ends[destination], transport, number, tuple(sorted(rule_reasons, key=_by_slugs)))
        for (source, destination, transport, number), rule_reasons in sorted(reasons.items())
    ]
    return Rules(
        rules=tuple(rule for rule in rules if rule.is_resolved),
        unresolved=tuple(rule for rule in rules if not rule.is_resolved),
    )


def assumptions_of(rules: Iterable[Rule]) -> list[Assumption]:
    """The assumptions under which some rules are read, each once, by slug."""
    assumptions = {
        assumption.slug: assumption
        for rule in rules
        for reason in rule.reasons
        for assumption in reason.connection.assumptions
    }
    return [assumptions[slug] for slug in sorted(assumptions)]


def _end(installation: Installation, slug: str) -> End:
    addresses = installation.addresses.get(slug, ())
    return End(installation.components[slug], tuple(sorted(addresses, key=lambda address: address.sort_key)))


def _by_slugs(reason: Reason) -> tuple[str, str]:
    return reason.connection.slug, reason.port.slug

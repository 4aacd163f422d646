"""What comes nearest to a packet that no rule needs. Pure.

Each function looks for one kind of miss. The lists at the end say which of them are asked, and in which order.
"""

from collections.abc import Iterable, Iterator

from ..choices import ENCRYPTED_FORM
from .broadcasts import broadcast_or_multicast, has_no_address
from .installation import Connection
from .packet import Miss, Packet, address_with_size, port_in_words
from .resolve import Rule


def _same_host(packet: Packet) -> Iterator[Miss]:
    is_one_host = packet.source == packet.destination and packet.source.first == packet.source.last
    for slug in packet.senders:
        if slug in packet.receivers:
            name = packet.name_of(slug)
            if is_one_host:
                message = f"Source and destination are one host, {name}."
                yield Miss("same-host", f"{message} From a host to itself nothing crosses a firewall.")
            else:
                message = f"{name} is at both ends. No rule goes from one address of a component to another."
                yield Miss("same-component", message)


def _overridden(packet: Packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        for port in (reason.port for reason in rule.reasons):
            is_default = (port.transport, port.default_number) == (packet.transport, packet.port)
            if is_default and port.number != packet.port and packet.goes_to(rule.destination):
                component = packet.name_of(port.component)
                message = f"{packet.port_in_words} of {component} was moved to {port.number} here."
                yield Miss("moved", message, rule)
                return


def _encrypted_only(packet: Packet) -> Iterator[Miss]:
    if not packet.installation.encrypted_only:
        return
    for connection, pairs in packet.installation.connections_in_use():
        for port in connection.needlessly_plain:
            if packet.is_on(port) and _goes_between(packet, pairs):
                encrypted = ENCRYPTED_FORM[port.application]
                open_port = next(other for other in connection.ports if other.application == encrypted)
                message = (
                    f"{packet.port_in_words} ({port.application}) stays closed, because this deployment opens "
                    f"encrypted ports only. The same connection uses "
                    f"{port_in_words(open_port.transport, open_port.number)} ({encrypted})."
                )
                yield Miss("encrypted-only", message)
                return


def _partly(packet: Packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.is_between(rule):
            ends = (rule.source, packet.source), (rule.destination, packet.destination)
            parts = [asked.text for end, asked in ends if not packet.addresses_of(end.component.slug).covers(asked)]
            message = f"{_is_open(packet, rule)}; only part of {' and of '.join(parts)} is that."
            yield Miss("partly", message, rule)


def _other_source(packet: Packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.goes_to(rule.destination) and not packet.comes_from(rule.source):
            yield Miss("other-source", f"{_is_open(packet, rule)}, not from {packet.source.text}.", rule)


def _other_destination(packet: Packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.comes_from(rule.source) and not packet.goes_to(rule.destination):
            source, destination = packet.describe(rule.source), packet.describe(rule.destination)
            message = f"{source} may open {packet.port_in_words} to {destination}, not to {packet.destination.text}."
            yield Miss("other-destination", message, rule)


def _other_port(packet: Packet) -> Iterator[Miss]:
    between = [rule for rule in packet.rules.rules if packet.is_between(rule) and not packet.is_on(rule)]
    for rule, ports in _ports_by_ends(between):
        ends = f"{packet.describe(rule.source)} to {packet.describe(rule.destination)}"
        yield Miss("other-port", f"From {ends} are open: {ports}.", rule)


def _reverse(packet: Packet) -> Iterator[Miss]:
    back = [
        rule
        for rule in packet.rules.rules
        if rule.source.component.slug in packet.receivers and rule.destination.component.slug in packet.senders
    ]
    for rule, ports in _ports_by_ends(back):
        ends = f"{packet.describe(rule.source)} opens connections to {packet.describe(rule.destination)}"
        message = f"The other way round, {ends}: {ports}. Their answers need no rule of their own."
        yield Miss("reverse", message, rule)


def _no_connection(packet: Packet) -> Iterator[Miss]:
    """Between two components of the installation that no rule joins in this direction."""
    are_apart = packet.senders and packet.receivers and not set(packet.senders) & set(packet.receivers)
    if are_apart and not any(packet.is_between(rule) for rule in packet.rules.rules):
        sources, destinations = (
            " and ".join(map(packet.name_of, slugs)) for slugs in (packet.senders, packet.receivers)
        )
        yield Miss("no-connection", f"From {sources} to {destinations} no connection is needed here.")


def _unresolved(packet: Packet) -> Iterator[Miss]:
    for rule in packet.rules.unresolved:
        may_come_from = not rule.source.addresses or packet.comes_from(rule.source)
        may_go_to = not rule.destination.addresses or packet.goes_to(rule.destination)
        if packet.is_on(rule) and may_come_from and may_go_to:
            ends = (rule.source, packet.source), (rule.destination, packet.destination)
            lacking = [(end, asked) for end, asked in ends if not end.addresses]
            names = " and ".join(end.component.name for end, _ in lacking)
            addresses = " and ".join(address_with_size(asked) for _, asked in lacking)
            source, destination = rule.source.component.name, rule.destination.component.name
            needs = f"{source} needs {packet.port_in_words} to {destination}"
            message = f"{needs}, but {names} has no address. Is it {addresses}? Add an endpoint."
            yield Miss("unresolved", message, rule)


def _not_in_use(packet: Packet) -> Iterator[Miss]:
    """Connections of the catalogue that would use this port if the deployment used their missing end or ends. An end
    that is in use has to be where the packet comes from or goes to.
    """
    nearest: dict[tuple[str, ...], Connection] = {}
    for connection in packet.installation.connections:
        if not any(packet.is_on(port) for port in connection.ports):
            continue
        ends = (connection.source, packet.senders), (connection.destination, packet.receivers)
        missing = tuple(slug for slug, _ in ends if not packet.installation.uses(slug))
        if missing and all(slug in missing or _may_be_at(packet, slug, hosts) for slug, hosts in ends):
            nearest.setdefault(missing, connection)
    for missing, connection in sorted(nearest.items(), key=lambda item: len(item[0])):
        names = " and ".join(map(packet.name_of, missing))
        source, destination = packet.name_of(connection.source), packet.name_of(connection.destination)
        opens = f"{source} opens {packet.port_in_words} to {destination} ({connection.activity})"
        yield Miss("not-in-use", f"{opens}, but this deployment does not use {names}.")


def _unknown_source(packet: Packet) -> Iterator[Miss]:
    if has_no_address(packet.source):
        yield Miss("unknown-source", f"{packet.source.text} means a host that has no address yet.")
    elif not packet.senders:
        yield Miss("unknown-source", f"{packet.source.text} is no address of this deployment.")


def _unknown_destination(packet: Packet) -> Iterator[Miss]:
    if has_no_address(packet.destination):
        yield Miss("unknown-destination", f"{packet.destination.text} means a host that has no address yet.")
    elif not packet.receivers:
        yield Miss("unknown-destination", f"{packet.destination.text} is no address of this deployment.")


NEAR_BROADCASTS = (broadcast_or_multicast, _unknown_source)
NEAR_ICMP = (_same_host, broadcast_or_multicast, _other_port, _reverse, _unknown_source, _unknown_destination)
NEAR_HOSTS = (
    _partly,
    _same_host,
    _overridden,
    _encrypted_only,
    _other_source,
    _other_port,
    _unresolved,
    _no_connection,
    _reverse,
    _other_destination,
    _unknown_source,
    _unknown_destination,
    _not_in_use,
)


def _is_open(packet: Packet, rule: Rule) -> str:
    destination, source = packet.describe(rule.destination), packet.describe(rule.source)
    return f"{packet.port_in_words} of {destination} is open from {source}"


def _ports_by_ends(rules: Iterable[Rule]) -> Iterator[tuple[Rule, str]]:
    """For each pair of ends its first rule and all its ports, in words."""
    by_ends: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        by_ends.setdefault((rule.source.component.slug, rule.destination.component.slug), []).append(rule)
    for between in by_ends.values():
        yield between[0], ", ".join(port_in_words(rule.transport, rule.number) for rule in between)


def _goes_between(packet: Packet, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether the packet goes between any of these pairs of hosts."""
    return any(source in packet.senders and destination in packet.receivers for source, destination in pairs)


def _may_be_at(packet: Packet, slug: str, hosts: list[str]) -> bool:
    """Whether the source or destination of a connection is at one of these hosts, or has no address yet: then it may
    be.
    """
    own_hosts = packet.installation.hosts_of(slug)
    return any(host in hosts or host not in packet.installation.addresses for host in own_hosts)

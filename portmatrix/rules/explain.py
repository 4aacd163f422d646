"""Would this packet be needed, and by which rule? If by none, what comes nearest, for people who read a firewall's log.

Pure: all data is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ..choices import ENCRYPTED_FORM, ICMP, Verdict
from .broadcasts import cast, dhcp, has_no_address, is_broadcast, is_multicast
from .installation import Installation, Port
from .packet import Miss, Packet, port_in_words, sized
from .resolve import Rule, Rules

MOST_OF_A_KIND = 3  # of the misses with one code
ICMP_SENTENCE = (
    "Not known: ICMP has no ports, and the vendor's page names TCP and UDP ports alone, so nothing tells whether this "
    "deployment needs it."
)


@dataclass(frozen=True)
class Explanation:
    """How far a packet is needed, also in a sentence; the rules that need it, or, if none does, what comes nearest."""

    verdict: Verdict
    sentence: str
    rules: tuple[Rule, ...] = ()
    misses: tuple[Miss, ...] = ()

    @property
    def needed(self) -> bool | None:
        """Whether the deployment needs it, by a rule or allowed by hand; None if that is not known."""
        if self.verdict == Verdict.NOT_KNOWN:
            return None
        return self.verdict != Verdict.NOT_NEEDED


def explain(
    installation: Installation, rules: Rules, source, destination, transport: str, port: int | None
) -> Explanation:
    """Look for the rules that need packets from all of `source` to all of `destination` (`Address` objects), or for the
    nearest misses, most telling first. What only part of a network needs is not needed by the network. ICMP has no
    `port`.
    """
    packet = Packet(installation, rules, source, destination, transport, port)
    if needing := [rule for rule in rules.rules if packet.is_needed_by(rule)]:
        activities = dict.fromkeys(reason.connection.activity for rule in needing for reason in rule.reasons)
        ends = " and ".join(
            dict.fromkeys(f"{one.source.component.name} to {one.destination.component.name}" for one in needing)
        )
        return Explanation(Verdict.NEEDED, f"Needed: {ends}, for {', '.join(activities)}.", tuple(needing))
    if transport == ICMP:
        return Explanation(Verdict.NOT_KNOWN, ICMP_SENTENCE, (), _looked(packet, _LOOKS_AT_ICMP))
    looks = _LOOKS_AT_HOSTS
    if is_broadcast(packet) or is_multicast(destination):
        looks = _LOOKS_AT_OTHERS
    if answer := dhcp(packet):
        more = () if answer.verdict == Verdict.BY_HAND else _looked(packet, looks)
        return Explanation(answer.verdict, answer.sentence, (), (*answer.misses, *more))
    words = f"Not needed: no rule opens {packet.words} from {source.text} to {destination.text}."
    return Explanation(Verdict.NOT_NEEDED, words, (), _looked(packet, looks))


def _looked(packet, looks) -> tuple[Miss, ...]:
    return tuple(miss for look in looks for miss in islice(look(packet), MOST_OF_A_KIND))


def _same_host(packet) -> Iterator[Miss]:
    one_host = packet.source == packet.destination and packet.source.first == packet.source.last
    for slug in packet.senders:
        if slug in packet.receivers:
            name = packet.name(slug)
            if one_host:
                message = (
                    f"Source and destination are one host, {name}. From a host to itself nothing crosses a firewall."
                )
                yield Miss("same-host", message)
            else:
                message = f"{name} is at both ends. No rule goes from one address of a component to another."
                yield Miss("same-component", message)


def _moved(packet) -> Iterator[Miss]:
    for rule, port in _reasons(packet.rules.rules):
        was_here = (port.transport, port.default_number) == (packet.transport, packet.port)
        if was_here and port.number != packet.port and packet.goes_to(rule.destination):
            message = f"{packet.words} of {packet.name(port.component)} was moved to {port.number} here."
            yield Miss("moved", message, rule)
            return


def _encrypted_only(packet) -> Iterator[Miss]:
    if not packet.installation.encrypted_only:
        return
    for connection, pairs in packet.installation.connections_in_use():
        for port in connection.dispensable:
            if _stands_at(port, packet) and _joins(packet, pairs):
                form = ENCRYPTED_FORM[port.application]
                other = next(one for one in connection.ports if one.application == form)
                message = (
                    f"{packet.words} ({port.application}) stays closed, because this deployment opens encrypted "
                    f"ports only. The same connection uses {port_in_words(other.transport, other.number)} ({form})."
                )
                yield Miss("encrypted-only", message)
                return


def _partly(packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.is_between(rule):
            ends = (rule.source, packet.source), (rule.destination, packet.destination)
            parts = [asked.text for end, asked in ends if not packet.places(end.component.slug).covers(asked)]
            message = f"{_is_open(packet, rule)}; only part of {' and of '.join(parts)} is that."
            yield Miss("partly", message, rule)


def _other_source(packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.goes_to(rule.destination) and not packet.comes_from(rule.source):
            yield Miss("other-source", f"{_is_open(packet, rule)}, not from {packet.source.text}.", rule)


def _other_destination(packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.comes_from(rule.source) and not packet.goes_to(rule.destination):
            message = f"{packet.describe(rule.source)} may open {packet.words} to {packet.describe(rule.destination)}"
            yield Miss("other-destination", f"{message}, not to {packet.destination.text}.", rule)


def _other_port(packet) -> Iterator[Miss]:
    between = [rule for rule in packet.rules.rules if packet.is_between(rule) and not packet.is_on(rule)]
    for rule, ports in _ports_by_ends(between):
        ends = f"{packet.describe(rule.source)} to {packet.describe(rule.destination)}"
        yield Miss("other-port", f"From {ends} are open: {ports}.", rule)


def _reverse(packet) -> Iterator[Miss]:
    back = [
        rule
        for rule in packet.rules.rules
        if rule.source.component.slug in packet.receivers and rule.destination.component.slug in packet.senders
    ]
    for rule, ports in _ports_by_ends(back):
        ends = f"{packet.describe(rule.source)} opens connections to {packet.describe(rule.destination)}"
        message = f"The other way round, {ends}: {ports}. Their answers need no rule of their own."
        yield Miss("reverse", message, rule)


def _no_connection(packet) -> Iterator[Miss]:
    """Between two components of the installation that no rule joins in this direction."""
    pairs = {(source, destination) for source in packet.senders for destination in packet.receivers}
    apart = pairs and not any(source == destination for source, destination in pairs)
    if apart and not any(packet.is_between(rule) for rule in packet.rules.rules):
        sources, destinations = (" and ".join(map(packet.name, ends)) for ends in (packet.senders, packet.receivers))
        yield Miss("no-connection", f"From {sources} to {destinations} no connection is needed here.")


def _unresolved(packet) -> Iterator[Miss]:
    for rule in packet.rules.unresolved:
        fits = {
            rule.source: not rule.source.addresses or packet.comes_from(rule.source),
            rule.destination: not rule.destination.addresses or packet.goes_to(rule.destination),
        }
        if packet.is_on(rule) and all(fits.values()):
            lost = " and ".join(end.component.name for end in fits if not end.addresses)
            asked = {rule.source: sized(packet.source), rule.destination: sized(packet.destination)}
            where = " and ".join(asked[end] for end in fits if not end.addresses)
            needs = f"{rule.source.component.name} needs {packet.words} to {rule.destination.component.name}"
            yield Miss("unresolved", f"{needs}, but {lost} has no address. Is it {where}? Add an endpoint.", rule)


def _not_in_use(packet) -> Iterator[Miss]:
    """Connections of the catalogue that would use this port if the deployment used their missing end or ends. One that
    is in use has to be where the packet comes from or goes to.
    """
    found = {}
    for connection in packet.installation.connections:
        if not any(_stands_at(port, packet) for port in connection.ports):
            continue
        ends = (connection.source, packet.senders), (connection.destination, packet.receivers)
        missing = tuple(slug for slug, _ in ends if not packet.installation.stands_for(slug))
        there = [slug in missing or _is_among(packet, slug, hosts) for slug, hosts in ends]
        if missing and all(there):
            found.setdefault(missing, connection)
    for missing, connection in sorted(found.items(), key=lambda item: len(item[0])):
        names = " and ".join(map(packet.name, missing))
        ends = f"{packet.name(connection.source)} opens {packet.words} to {packet.name(connection.destination)}"
        yield Miss("not-in-use", f"{ends} ({connection.activity}), but this deployment does not use {names}.")


def _is_among(packet, slug, hosts) -> bool:
    """Whether an end of a flow is at one of these hosts, or has no address yet: then it may be."""
    stands_at = packet.installation.hosts_of(slug)
    return any(host in hosts or host not in packet.installation.addresses for host in stands_at)


def _unknown(packet) -> Iterator[Miss]:
    ends = (
        ("unknown-source", packet.source, packet.senders),
        ("unknown-destination", packet.destination, packet.receivers),
    )
    for code, address, found in ends:
        if has_no_address(address):
            yield Miss(code, f"{address.text} means a host that has no address yet.")
        elif not found:
            yield Miss(code, f"{address.text} is no address of this deployment.")


def _unknown_source(packet) -> Iterator[Miss]:
    return (miss for miss in _unknown(packet) if miss.code == "unknown-source")


_LOOKS_AT_OTHERS = [cast, _unknown_source]  # where the destination is no host
_LOOKS_AT_ICMP = [_same_host, cast, _other_port, _reverse, _unknown]
_LOOKS_AT_HOSTS = [
    _partly,
    _same_host,
    _moved,
    _encrypted_only,
    _other_source,
    _other_port,
    _unresolved,
    _no_connection,
    _reverse,
    _other_destination,
    _unknown,
    _not_in_use,
]


def _is_open(packet, rule) -> str:
    return f"{packet.words} of {packet.describe(rule.destination)} is open from {packet.describe(rule.source)}"


def _ports_by_ends(rules) -> Iterator[tuple[Rule, str]]:
    """For each pair of ends its first rule and all its ports, in words."""
    found: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        found.setdefault((rule.source.component.slug, rule.destination.component.slug), []).append(rule)
    for pair in found.values():
        yield pair[0], ", ".join(port_in_words(rule.transport, rule.number) for rule in pair)


def _reasons(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Port]]:
    return ((rule, reason.port) for rule in rules for reason in rule.reasons)


def _stands_at(port: Port, packet) -> bool:
    return (port.transport, port.number) == (packet.transport, packet.port)


def _joins(packet, pairs: list[tuple[str, str]]) -> bool:
    """Whether the packet goes between any of these pairs of hosts."""
    return any(source in packet.senders and destination in packet.receivers for source, destination in pairs)

"""Would this packet be needed, and by which rule? If by none, what comes nearest, for people who read a firewall's log.

Pure: all data is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from ..vocabulary import ENCRYPTED_FORM, Transport
from .installation import Installation, Listener
from .places import Places
from .resolve import Rule, Rules

MOST_OF_A_KIND = 3  # of the misses with one code
MOST_ADDRESSES = 3  # in a sentence


@dataclass(frozen=True)
class Miss:
    """Something near that does not need the packet: a stable code, a sentence, the rule that it is about, if any."""

    code: str
    message: str
    rule: Rule | None = None


@dataclass(frozen=True)
class Explanation:
    """Whether a packet is needed, in a sentence; the rules that need it, or, if none does, what comes nearest."""

    sentence: str
    rules: tuple[Rule, ...]
    misses: tuple[Miss, ...] = ()

    @property
    def needed(self) -> bool:
        return bool(self.rules)


def explain(installation: Installation, rules: Rules, source, destination, transport: str, port: int) -> Explanation:
    """Look for the rules that need packets from all of `source` to all of `destination` (`Address` objects), or for the
    nearest misses, most telling first. What only part of a network needs is not needed by the network.
    """
    packet = _Packet(installation, rules, source, destination, transport, port)
    if needing := [rule for rule in rules.rules if packet.is_needed_by(rule)]:
        activities = dict.fromkeys(reason.flow.activity for rule in needing for reason in rule.reasons)
        ends = " and ".join(
            dict.fromkeys(f"{one.source.component.name} to {one.destination.component.name}" for one in needing)
        )
        return Explanation(f"Needed: {ends}, for {', '.join(activities)}.", tuple(needing))
    misses = [miss for look in _LOOKS for miss in islice(look(packet), MOST_OF_A_KIND)]
    words = f"Not needed: no rule opens {packet.words} from {source.text} to {destination.text}."
    return Explanation(words, (), tuple(misses))


class _Packet:
    """What is asked about, among the rules."""

    def __init__(self, installation, rules, source, destination, transport, port):
        self.installation, self.rules = installation, rules
        self.source, self.destination, self.transport, self.port = source, destination, transport, port
        self._places = {}

    @property
    def words(self):
        return _port(self.transport, self.port)

    def is_needed_by(self, rule):
        ends = (rule.source, self.source), (rule.destination, self.destination)
        return self.is_on(rule) and all(self.places(end.component.slug).covers(address) for end, address in ends)

    def is_on(self, rule):
        return (rule.transport, rule.number) == (self.transport, self.port)

    def is_between(self, rule):
        """Whether any of its addresses are a rule's, at both ends."""
        return self.comes_from(rule.source) and self.goes_to(rule.destination)

    def comes_from(self, end):
        """Whether any of the source lies at an end."""
        return end.component.slug in self.senders

    def goes_to(self, end):
        """Whether any of the destination lies at an end."""
        return end.component.slug in self.receivers

    def places(self, slug):
        """Where a component is."""
        if slug not in self._places:
            self._places[slug] = Places(self.installation.addresses.get(slug, ()))
        return self._places[slug]

    @cached_property
    def senders(self):
        """The components in use where any of the source lies."""
        return self._at(self.source)

    @cached_property
    def receivers(self):
        """The components in use where any of the destination lies."""
        return self._at(self.destination)

    def _at(self, address):
        installation = self.installation
        hosts = dict.fromkeys(host for slug in sorted(installation.chosen) for host in installation.hosts_of(slug))
        return [slug for slug in hosts if self.places(slug).meets(address)]

    def name(self, slug):
        return self.installation.components[slug].name

    def describe(self, end):
        """An end of a rule with its addresses, called by the names that people gave them: Appliance (elm01)."""
        called = [self.installation.names.get(text, text) for text in end.texts]
        shown = list(dict.fromkeys(called))
        more = f" and {len(shown) - MOST_ADDRESSES} more" if len(shown) > MOST_ADDRESSES else ""
        return f"{end.component.name} ({', '.join(shown[:MOST_ADDRESSES])}{more})" if shown else end.component.name


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
    for rule, listener in _reasons(packet.rules.rules):
        was_here = (listener.transport, listener.default_number) == (packet.transport, packet.port)
        if was_here and listener.number != packet.port and packet.goes_to(rule.destination):
            message = f"{packet.words} of {packet.name(listener.component)} was moved to {listener.number} here."
            yield Miss("moved", message, rule)
            return


def _encrypted_only(packet) -> Iterator[Miss]:
    if not packet.installation.encrypted_only:
        return
    for flow, pairs in packet.installation.flows_in_use():
        for listener in flow.dispensable:
            if _stands_at(listener, packet) and _joins(packet, pairs):
                form = ENCRYPTED_FORM[listener.application]
                other = next(one for one in flow.listeners if one.application == form)
                message = (
                    f"{packet.words} ({listener.application}) stays closed, because this deployment opens encrypted "
                    f"ports only. The same connection uses {_port(other.transport, other.number)} ({form})."
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
            asked = {rule.source: packet.source.text, rule.destination: packet.destination.text}
            where = " and ".join(asked[end] for end in fits if not end.addresses)
            needs = f"{rule.source.component.name} needs {packet.words} to {rule.destination.component.name}"
            yield Miss("unresolved", f"{needs}, but {lost} has no address. Is it {where}? Add an endpoint.", rule)


def _not_in_use(packet) -> Iterator[Miss]:
    """Connections of the catalogue that would use this port if the deployment used their missing end or ends. One that
    is in use has to be where the packet comes from or goes to.
    """
    found = {}
    for flow in packet.installation.flows:
        if not any(_stands_at(listener, packet) for listener in flow.listeners):
            continue
        ends = (flow.source, packet.senders), (flow.destination, packet.receivers)
        missing = tuple(slug for slug, _ in ends if not packet.installation.stands_for(slug))
        there = [slug in missing or _is_among(packet, slug, hosts) for slug, hosts in ends]
        if missing and all(there):
            found.setdefault(missing, flow)
    for missing, flow in sorted(found.items(), key=lambda item: len(item[0])):
        names = " and ".join(map(packet.name, missing))
        ends = f"{packet.name(flow.source)} opens {packet.words} to {packet.name(flow.destination)}"
        yield Miss("not-in-use", f"{ends} ({flow.activity}), but this deployment does not use {names}.")


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
        if not found:
            yield Miss(code, f"{address.text} is no address of this deployment.")


_LOOKS = [
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
        yield pair[0], ", ".join(_port(rule.transport, rule.number) for rule in pair)


def _reasons(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Listener]]:
    return ((rule, reason.listener) for rule in rules for reason in rule.reasons)


def _stands_at(listener: Listener, packet) -> bool:
    return (listener.transport, listener.number) == (packet.transport, packet.port)


def _joins(packet, pairs: list[tuple[str, str]]) -> bool:
    """Whether the packet goes between any of these pairs of hosts."""
    return any(source in packet.senders and destination in packet.receivers for source, destination in pairs)


def _port(transport: str, number: int) -> str:
    return f"{Transport(transport).label} {number}"

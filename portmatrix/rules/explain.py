"""Would this packet be needed, and by which rule? If by none, what comes nearest, for people who read a firewall's log.

Pure: all data is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..vocabulary import ENCRYPTED_FORM, Transport
from .installation import Installation, Listener
from .places import Places
from .resolve import Rule, Rules

MOST_MISSES = 6
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
    misses = [miss for look in _LOOKS for miss in look(packet)]
    words = f"Not needed: no rule opens {packet.words} from {source.text} to {destination.text}."
    return Explanation(words, (), tuple(misses[:MOST_MISSES]))


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
        return self.is_on(rule) and self.comes_from(rule.source) and self.goes_to(rule.destination)

    def is_on(self, rule):
        return (rule.transport, rule.number) == (self.transport, self.port)

    def comes_from(self, end):
        return self.places(end.component.slug).covers(self.source)

    def goes_to(self, end):
        return self.places(end.component.slug).covers(self.destination)

    def places(self, slug):
        """Where a component is."""
        if slug not in self._places:
            self._places[slug] = Places(self.installation.addresses.get(slug, ()))
        return self._places[slug]

    def at(self, address, how):
        """The components in use at an address; `how` is `Places.covers` or `Places.meets`."""
        installation = self.installation
        hosts = dict.fromkeys(host for slug in sorted(installation.chosen) for host in installation.hosts_of(slug))
        return [slug for slug in hosts if how(self.places(slug), address)]

    @cached_property
    def senders(self):
        return self.at(self.source, Places.covers)

    @cached_property
    def receivers(self):
        return self.at(self.destination, Places.covers)

    def name(self, slug):
        return self.installation.components[slug].name

    def describe(self, end):
        """An end of a rule with its addresses, called by the names that people gave them: Appliance (elm01)."""
        called = [self.installation.names.get(text, text) for text in end.texts]
        shown = list(dict.fromkeys(called))
        more = f" and {len(shown) - MOST_ADDRESSES} more" if len(shown) > MOST_ADDRESSES else ""
        return f"{end.component.name} ({', '.join(shown[:MOST_ADDRESSES])}{more})" if shown else end.component.name


def _same_host(packet) -> Iterator[Miss]:
    for slug in packet.senders:
        if slug in packet.receivers:
            message = f"Both addresses are the {packet.name(slug)}'s. From a host to itself nothing crosses a firewall."
            yield Miss("same-host", message)


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


def _other_source(packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.goes_to(rule.destination):
            part = packet.places(rule.source.component.slug).meets(packet.source)
            only = f"only part of {packet.source.text} is that" if part else f"not from {packet.source.text}"
            message = (
                f"{packet.words} of {packet.describe(rule.destination)} is open from {packet.describe(rule.source)}"
            )
            yield Miss("other-source", f"{message}; {only}." if part else f"{message}, {only}.", rule)


def _other_destination(packet) -> Iterator[Miss]:
    for rule in packet.rules.rules:
        if packet.is_on(rule) and packet.comes_from(rule.source):
            message = f"{packet.describe(rule.source)} may open {packet.words} to {packet.describe(rule.destination)}"
            yield Miss("other-destination", f"{message}, not to {packet.destination.text}.", rule)


def _other_port(packet) -> Iterator[Miss]:
    between = [one for one in packet.rules.rules if packet.comes_from(one.source) and packet.goes_to(one.destination)]
    if between:
        ports = ", ".join(dict.fromkeys(_port(rule.transport, rule.number) for rule in between))
        ends = f"{packet.describe(between[0].source)} to {packet.describe(between[0].destination)}"
        yield Miss("other-port", f"From {ends} are open: {ports}.", between[0])


def _reverse(packet) -> Iterator[Miss]:
    back = [
        rule
        for rule in packet.rules.rules
        if packet.places(rule.source.component.slug).covers(packet.destination)
        and packet.places(rule.destination.component.slug).covers(packet.source)
    ]
    if back:
        ports = ", ".join(dict.fromkeys(_port(rule.transport, rule.number) for rule in back))
        ends = f"{packet.describe(back[0].source)} opens connections to {packet.describe(back[0].destination)}"
        message = f"The other way round, {ends}: {ports}. Their answers need no rule of their own."
        yield Miss("reverse", message, back[0])


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
    """Connections of the catalogue that would use this port if the deployment used both their ends."""
    in_use = {flow.slug for flow, _ in packet.installation.flows_in_use()}
    found = {}
    for flow in packet.installation.flows:
        for listener in flow.listeners:
            if _stands_at(listener, packet) and flow.slug not in in_use:
                missing = [end for end in (flow.source, flow.destination) if not packet.installation.stands_for(end)]
                found.setdefault(tuple(missing), flow)
    for missing, flow in found.items():
        if missing:
            names = " and ".join(packet.name(slug) for slug in missing)
            ends = f"{packet.name(flow.source)} opens {packet.words} to {packet.name(flow.destination)}"
            message = f"{ends} ({flow.activity}), but this deployment does not use {names}."
            yield Miss("not-in-use", message)


def _unknown(packet) -> Iterator[Miss]:
    for code, address in (("unknown-source", packet.source), ("unknown-destination", packet.destination)):
        if not packet.at(address, Places.meets):
            yield Miss(code, f"{address.text} is no address of this deployment.")


_LOOKS = [
    _same_host,
    _moved,
    _encrypted_only,
    _other_source,
    _other_port,
    _unresolved,
    _reverse,
    _other_destination,
    _not_in_use,
    _unknown,
]


def _reasons(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Listener]]:
    return ((rule, reason.listener) for rule in rules for reason in rule.reasons)


def _stands_at(listener: Listener, packet) -> bool:
    return (listener.transport, listener.number) == (packet.transport, packet.port)


def _joins(packet, pairs: list[tuple[str, str]]) -> bool:
    """Whether the packet goes between any of these pairs of hosts."""
    return any(source in packet.senders and destination in packet.receivers for source, destination in pairs)


def _port(transport: str, number: int) -> str:
    return f"{Transport(transport).label} {number}"

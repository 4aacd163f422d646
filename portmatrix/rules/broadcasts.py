"""Packets that do not go from one host to another: broadcast, multicast, and those of DHCP, which broadcasts before
anybody has an address and may go through relays that no deployment names. Rules say nothing of these. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from ..addresses import Address
from ..choices import Application, Verdict
from .packet import Miss, Packet
from .resolve import Rule

NO_ADDRESS = int(IPv4Address(0))
EVERY_HOST = 2**32 - 1  # of the sender's own network (RFC 919)
MULTICAST = IPv4Network("224.0.0.0/4")
SERVER_PORT = 67  # where DHCP's servers and relays listen by default (RFC 2131)
SMALLEST = 4  # addresses of a network that has one for broadcasts (RFC 3021)

ADDRESSES_ALONE = "The rules for DHCP are for what goes from one address of the deployment to another"


@dataclass(frozen=True)
class Answer:
    """What is known of a packet for which there is no rule: how far it is needed, in a sentence, and why."""

    verdict: Verdict
    sentence: str
    misses: tuple[Miss, ...]


def dhcp_answer(packet: Packet) -> Answer | None:
    """The answer to a packet that DHCP of this installation sends, or may send; None to any other."""
    for rule in packet.rules.all:
        if packet.is_on(rule) and (answer := _answer_by(rule, packet)):
            return answer
    return None


def broadcast_or_multicast(packet: Packet) -> Iterator[Miss]:
    """That the destination is no host, and what it is instead; nothing if it is a host, a network or a name."""
    destination = packet.destination
    if is_broadcast(packet):
        meaning = f"{destination.text} means every host of the sender's own network"
        if network := _network_of_broadcast(packet):
            meaning = f"{destination.text} is the broadcast address of {network}, and no host"
        yield Miss("broadcast", f"{meaning}. No rule is for broadcasts.")
        yield from _dhcp_not_in_use(packet)
    elif is_multicast(destination):
        message = f"{destination.text} is multicast. No rule is for multicast: each goes from host to host."
        yield Miss("multicast", message)


def is_broadcast(packet: Packet) -> bool:
    """Whether it goes to every host of a network: the sender's own, or one that an endpoint names."""
    destination = packet.destination
    return destination.interval == (EVERY_HOST, EVERY_HOST) or bool(_network_of_broadcast(packet))


def is_multicast(address: Address) -> bool:
    """Whether all of an address is multicast."""
    return address.interval is not None and (
        int(MULTICAST.network_address) <= address.interval[0]
        and address.interval[1] <= int(MULTICAST.broadcast_address)
    )


def has_no_address(address: Address) -> bool:
    """Whether it is what a host sends from that has no address yet."""
    return address.interval == (NO_ADDRESS, NO_ADDRESS)


def _network_of_broadcast(packet: Packet) -> str:
    """The network of an endpoint that the destination is the broadcast address of, with its name. An empty string if
    it is none, or is an endpoint itself.
    """
    destination, installation = packet.destination, packet.installation
    if destination.first is None or destination.first != destination.last:
        return ""
    endpoints = [address for slug in sorted(installation.in_use) for address in installation.addresses.get(slug, ())]
    if destination in endpoints:
        return ""
    for address in endpoints:
        is_network = "/" in address.text and address.size >= SMALLEST
        if is_network and address.last == destination.last:
            name = installation.names.get(address.text, address.text)
            return address.text if name == address.text else f"{address.text} ({name})"
    return ""


def _answer_by(rule: Rule, packet: Packet) -> Answer | None:
    """The answer to a packet on the port of a rule, if the rule is one of DHCP's and the packet may be."""
    port = next((reason.port for reason in rule.reasons if reason.port.application == Application.DHCP), None)
    if port is None:
        return None
    to_server = port.default_number == SERVER_PORT
    comes_from_source = packet.addresses_of(rule.source.component.slug).covers(packet.source)
    if is_broadcast(packet):
        if comes_from_source or (to_server and has_no_address(packet.source)):
            return _by_hand(packet, rule, to_server)
        if _may_be_relay(packet.source, packet.senders):
            if all(address.first is None for address in rule.source.addresses):
                return _without_address(packet, rule)
            return None if to_server else _relay(packet, rule, packet.source)
        return None
    comes_from_server = to_server and packet.addresses_of(rule.destination.component.slug).covers(packet.source)
    if packet.goes_to(rule.destination) and _may_be_relay(packet.source, packet.senders):
        return _relay(packet, rule, packet.source)
    may_go_to_relay = _may_be_relay(packet.destination, packet.receivers)
    if may_go_to_relay and (comes_from_server or (to_server and comes_from_source)):
        return _relay(packet, rule, packet.destination)
    return None


def _may_be_relay(address: Address, components: list[str]) -> bool:
    """Whether it is a single address of no component, where a router may be."""
    is_single = address.first is not None and address.first == address.last
    return is_single and not components and not has_no_address(address) and not is_multicast(address)


def _by_hand(packet: Packet, rule: Rule, to_server: bool) -> Answer:
    sender, receiver = packet.describe(rule.source), packet.describe(rule.destination)
    sends = f"{sender} answers {receiver} by broadcast as long as that has no address"
    if to_server:
        sends = f"{sender} looks for {receiver} by broadcast, from 0.0.0.0 as long as it has no address"
    packet_in_words = f"{packet.port_in_words} from {packet.source.text} to {packet.destination.text}"
    sentence = f"Needed by DHCP, but by no rule: allow {packet_in_words} by hand, or let a DHCP relay pass it on."
    return Answer(Verdict.BY_HAND, sentence, (Miss("dhcp-broadcast", f"{sends}. {ADDRESSES_ALONE}.", rule),))


def _relay(packet: Packet, rule: Rule, address: Address) -> Answer:
    passes = f"A DHCP relay passes on what {packet.describe(rule.source)} and {packet.describe(rule.destination)} send"
    fix = f"allow {packet.port_in_words} from {packet.source.text} to {packet.destination.text} by hand"
    miss = Miss("dhcp-relay", f"{passes}. If {address.text} is one, {fix}. {ADDRESSES_ALONE}.", rule)
    sentence = f"Not known: {address.text} may be a DHCP relay, which this deployment does not name."
    return Answer(Verdict.NOT_KNOWN, sentence, (miss,))


def _without_address(packet: Packet, rule: Rule) -> Answer:
    name = rule.source.component.name
    sentence = f"Not known: {name} broadcasts for DHCP, and this deployment does not say where it is."
    lacks = "is given by name alone" if rule.source.addresses else "has no address"
    message = f"{name} {lacks}. Is it {packet.source.text}? Add an endpoint."
    return Answer(Verdict.NOT_KNOWN, sentence, (Miss("unresolved", message, rule),))


def _dhcp_not_in_use(packet: Packet) -> Iterator[Miss]:
    """That DHCP would send it, if the installation used both components between which DHCP is spoken."""
    for connection in packet.installation.connections:
        if not any(port.application == Application.DHCP and packet.is_on(port) for port in connection.ports):
            continue
        ends = (connection.source, connection.destination)
        if missing := [packet.name_of(slug) for slug in ends if not packet.installation.uses(slug)]:
            names = " and ".join(missing)
            yield Miss("not-in-use", f"DHCP sends such broadcasts, but this deployment does not use {names}.")

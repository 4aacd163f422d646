"""What to send through a firewall of deployments: all that has to pass, and much that must not.

Both are told from the documents alone, one packet at a time (`one_by_one`): neither the rules nor what is written from
them has a part in it.
"""

import random
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from typing import NamedTuple

from .deployments import deployment
from .lab import Packet
from .one_by_one import COMPONENTS, PORTS, permitted

OTHER = {"tcp": "udp", "udp": "tcp"}
ALWAYS_THERE = {"admin-user", "appliance"}
AT_RANDOM = 500  # packets that must not pass and have nothing in common with one that must


class Span(NamedTuple):
    """The numbers of the first and last IPv4 address of an address in a document."""

    first: int
    last: int

    def inside(self):
        """Its first and last address, and one between them."""
        return {str(IPv4Address(number)) for number in (self.first, (self.first + self.last) // 2, self.last)}

    def outside(self):
        """The two addresses next to it."""
        return {str(IPv4Address(number)) for number in (self.first - 1, self.last + 1)}

    def holds(self, address):
        return self.first <= int(IPv4Address(address)) <= self.last


def span(text):
    """The `Span` of an address in a document. None for a host name, and for what has no address: "? slug"."""
    if not text[0].isdigit():
        return None
    if "/" in text:
        network = IPv4Network(text)
        return Span(int(network[0]), int(network[-1]))
    first, _, last = text.partition("-")
    return Span(int(IPv4Address(first)), int(IPv4Address(last or first)))


class Traffic:
    """The packets of one document, or of several, between `hosts`, the addresses at the edges of their endpoints and
    next to them.

    `needed_by` holds what each document permits, by its slug, and `needed` what any of them does; `refused` are the
    nearest misses and others.
    """

    def __init__(self, *documents):
        addresses = [endpoint["address"] for document in documents for endpoint in document["endpoints"]]
        self.hosts = sorted(
            {address for one in filter(None, map(span, addresses)) for address in one.inside() | one.outside()}
        )
        permissions = {document["slug"]: _permissions(document) for document in documents}
        self.needed_by = {slug: set(_all_between(self.hosts, found)) for slug, found in permissions.items()}
        self.needed = set().union(*self.needed_by.values())
        every = [permission for found in permissions.values() for permission in found]
        misses = {miss for permission in every for miss in _near_misses(*permission)}
        numbers = sorted({number for document in documents for number in _numbers(document)})
        self.refused = {*misses, *_at_random(self.hosts, numbers)} - self.needed

    @property
    def everything(self):
        return self.needed | self.refused


def _permissions(document):
    """Pairs of `Span`s with a transport and a number, as the document permits them."""
    permissions = {(span(source), span(destination), *port) for source, destination, *port, _, _ in permitted(document)}
    return sorted(permission for permission in permissions if None not in permission)


def _all_between(hosts, permissions):
    for source, destination, transport, number in permissions:
        for ends in product(filter(source.holds, hosts), filter(destination.holds, hosts)):
            yield from _crossing(*ends, transport, number)


def _near_misses(source, destination, transport, number):
    """Packets with one thing other than permitted: what an imprecise rule would let through."""
    one, other = min(source.inside()), max(destination.inside())
    yield from _crossing(other, one, transport, number)
    yield from _crossing(one, other, OTHER[transport], number)
    for near in (number - 1, number + 1):
        yield from _crossing(one, other, transport, near)
    for stranger in source.outside():
        yield from _crossing(stranger, other, transport, number)
    for stranger in destination.outside():
        yield from _crossing(one, stranger, transport, number)


def _at_random(hosts, numbers):
    chance = random.Random(len(hosts))
    for _ in range(AT_RANDOM):
        near = chance.choice(numbers) + chance.choice([-1, 0, 0, 1])
        yield from _crossing(*chance.choices(hosts, k=2), chance.choice(["tcp", "udp"]), near)


def _crossing(source, destination, transport, number):
    """The packet, if there is one that crosses the router."""
    if source != destination and 0 < number < 65536:
        yield Packet(source, destination, transport, number)


def _numbers(document):
    """Every port of the catalogue, at its own number and where the document moved it."""
    moved = {override["number"] for override in document["overrides"]}
    return sorted(moved | {port["number"] for port in PORTS.values()})


# Deployments that nobody thought of


def any_deployment(seed):
    """A document made at random, the same for the same seed. Its addresses lie close together, and some overlap."""
    chance = random.Random(seed)
    places = sorted(slug for slug, row in COMPONENTS.items() if "host" not in row)
    others = chance.sample(places, 8)
    located = sorted(ALWAYS_THERE.union(others))
    named = chance.choice(sorted({*others} - ALWAYS_THERE))  # by host names alone: its rules can't be written
    endpoints = {
        (slug, f"{slug}-{position}.example.com" if slug == named else _any_address(chance))
        for slug in located
        for position in range(chance.choice([1, 1, 2]))
    }
    moved = zip(chance.sample(sorted(PORTS), 6), chance.sample(range(20_000, 60_000), 6), strict=True)
    return deployment(
        *chance.sample(sorted(COMPONENTS), 12),
        endpoints=sorted(endpoints),
        overrides=moved,
        encrypted_only=chance.choice([True, False]),
    )


def _any_address(chance):
    """An address, a network or a range in a part of 10.0.0.0/8."""
    first = int(IPv4Address("10.0.1.0")) + chance.randrange(1024)
    one = str(IPv4Address(first))
    network = str(IPv4Network((first, chance.randrange(23, 31)), strict=False))
    longer = f"{one}-{IPv4Address(first + chance.randrange(2, 300))}"
    return chance.choice([one, one, network, longer])

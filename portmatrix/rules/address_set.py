"""All that some addresses cover together: whether one lies within, and what two of them share. Pure."""

from collections.abc import Iterable
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

from ..addresses import Address


class AddressSet:
    """The union of some addresses: intervals of IPv4 addresses that don't touch, in order, and host names."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        addresses = tuple(addresses)
        self.names = {address.text for address in addresses if not address.interval}
        self.intervals: list[tuple[int, int]] = []
        for first, last in sorted(address.interval for address in addresses if address.interval):
            if self.intervals and first <= self.intervals[-1][1] + 1:
                self.intervals[-1] = (self.intervals[-1][0], max(last, self.intervals[-1][1]))
            else:
                self.intervals.append((first, last))

    @cached_property
    def networks(self) -> tuple[IPv4Network, ...]:
        """The fewest networks that cover the intervals and nothing else, in order."""
        bounds = ((IPv4Address(first), IPv4Address(last)) for first, last in self.intervals)
        return tuple(network for first, last in bounds for network in summarize_address_range(first, last))

    def covers(self, address: Address) -> bool:
        """Whether all of an address lies within. A host name lies only within itself: it is not resolved."""
        if not address.interval:
            return address.text in self.names
        lowest, highest = address.interval
        return any(first <= lowest and highest <= last for first, last in self.intervals)

    def overlaps(self, address: Address) -> bool:
        """Whether any part of an address lies within."""
        if not address.interval:
            return address.text in self.names
        lowest, highest = address.interval
        return any(first <= highest and lowest <= last for first, last in self.intervals)

    def first_shared_with(self, other: "AddressSet") -> str | None:
        """The lowest IPv4 address that is in both, else the first host name by the alphabet, else None."""
        own_intervals, other_intervals = iter(self.intervals), iter(other.intervals)
        own, others = next(own_intervals, None), next(other_intervals, None)
        while own and others:
            if (shared := max(own[0], others[0])) <= min(own[1], others[1]):
                return str(IPv4Address(shared))
            if own[1] < others[1]:
                own = next(own_intervals, None)
            else:
                others = next(other_intervals, None)
        return min(self.names & other.names, default=None)

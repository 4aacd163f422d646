"""All that some addresses cover together: whether one lies within, and what two of them share. Pure."""

from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, summarize_address_range


class AddressSet:
    """The union of some `Address` objects: intervals that don't touch, in order, and host names."""

    def __init__(self, addresses):
        self.names = {address.text for address in addresses if address.first is None}
        self.intervals = []
        for first, last in sorted((one.first, one.last) for one in addresses if one.first is not None):
            if self.intervals and first <= self.intervals[-1][1] + 1:
                self.intervals[-1] = (self.intervals[-1][0], max(last, self.intervals[-1][1]))
            else:
                self.intervals.append((first, last))

    @cached_property
    def networks(self) -> tuple[IPv4Network, ...]:
        """The fewest networks that cover the intervals and nothing else, in order."""
        spans = ((IPv4Address(first), IPv4Address(last)) for first, last in self.intervals)
        return tuple(network for first, last in spans for network in summarize_address_range(first, last))

    def covers(self, address) -> bool:
        """Whether all of an address lies within. A host name lies only within itself: nobody asks what it means."""
        if address.first is None:
            return address.text in self.names
        return any(first <= address.first and address.last <= last for first, last in self.intervals)

    def meets(self, address) -> bool:
        """Whether any of an address lies within."""
        if address.first is None:
            return address.text in self.names
        return any(first <= address.last and address.first <= last for first, last in self.intervals)

    def first_shared_with(self, other) -> str | None:
        """The lowest shared IPv4 address, else the first shared name, else None."""
        mine, theirs = iter(self.intervals), iter(other.intervals)
        one, two = next(mine, None), next(theirs, None)
        while one and two:
            if (shared := max(one[0], two[0])) <= min(one[1], two[1]):
                return str(IPv4Address(shared))
            if one[1] < two[1]:
                one = next(mine, None)
            else:
                two = next(theirs, None)
        return min(self.names & other.names, default=None)

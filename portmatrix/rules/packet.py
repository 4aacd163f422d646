"""A packet that is asked about, among the rules of an installation. Pure."""

from dataclasses import dataclass
from functools import cached_property

from ..addresses import Address
from ..choices import Transport
from .address_set import AddressSet
from .installation import Installation, Port
from .resolve import End, Rule, Rules

MOST_ADDRESSES = 3  # in a sentence


@dataclass(frozen=True)
class Miss:
    """Something near that does not need the packet: a stable code, a sentence, the rule that it is about, if any."""

    code: str
    message: str
    rule: Rule | None = None


class Packet:
    """A packet among the rules: from all of an address to all of another. Of ICMP, `port` is None."""

    def __init__(
        self,
        installation: Installation,
        rules: Rules,
        source: Address,
        destination: Address,
        transport: str,
        port: int | None,
    ) -> None:
        self.installation, self.rules = installation, rules
        self.source, self.destination, self.transport, self.port = source, destination, transport, port
        self._address_sets: dict[str, AddressSet] = {}

    @property
    def port_in_words(self) -> str:
        """ "TCP 443"."""
        return port_in_words(self.transport, self.port)

    def is_needed_by(self, rule: Rule) -> bool:
        """Whether a rule opens all of it."""
        ends = (rule.source, self.source), (rule.destination, self.destination)
        return self.is_on(rule) and all(self.addresses_of(end.component.slug).covers(asked) for end, asked in ends)

    def is_on(self, port: Port | Rule) -> bool:
        """Whether it goes to this port, or to the port of this rule."""
        return (port.transport, port.number) == (self.transport, self.port)

    def is_between(self, rule: Rule) -> bool:
        """Whether any of its addresses are a rule's, at both ends."""
        return self.comes_from(rule.source) and self.goes_to(rule.destination)

    def comes_from(self, end: End) -> bool:
        """Whether any part of the source is at an end of a rule."""
        return end.component.slug in self.senders

    def goes_to(self, end: End) -> bool:
        """Whether any part of the destination is at an end of a rule."""
        return end.component.slug in self.receivers

    def addresses_of(self, slug: str) -> AddressSet:
        """The addresses of a component."""
        if slug not in self._address_sets:
            self._address_sets[slug] = AddressSet(self.installation.addresses.get(slug, ()))
        return self._address_sets[slug]

    @cached_property
    def senders(self) -> list[str]:
        """The components in use (slugs) where any part of the source is."""
        return self._at(self.source)

    @cached_property
    def receivers(self) -> list[str]:
        """The components in use (slugs) where any part of the destination is."""
        return self._at(self.destination)

    def _at(self, address: Address) -> list[str]:
        installation = self.installation
        hosts = dict.fromkeys(host for slug in sorted(installation.in_use) for host in installation.hosts_of(slug))
        return [slug for slug in hosts if self.addresses_of(slug).overlaps(address)]

    def name_of(self, slug: str) -> str:
        """What people call a component."""
        return self.installation.name_of(slug)

    def describe(self, end: End) -> str:
        """An end of a rule with the names that people gave its addresses: "Appliance (elm01)"."""
        names = list(dict.fromkeys(self.installation.names.get(text, text) for text in end.texts))
        if not names:
            return end.component.name
        more = f" and {len(names) - MOST_ADDRESSES} more" if len(names) > MOST_ADDRESSES else ""
        return f"{end.component.name} ({', '.join(names[:MOST_ADDRESSES])}{more})"


def address_with_size(address: Address) -> str:
    """An address as text; with the number of its addresses where they are several: "10.0.0.0/24 (256 addresses)"."""
    return f"{address.text} ({address.size:,} addresses)" if address.size > 1 else address.text


def port_in_words(transport: str, number: int | None) -> str:
    """ "TCP 443"."""
    return f"{Transport(transport).label} {number}"

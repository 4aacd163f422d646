"""A packet that is asked about, among the rules of an installation. Pure."""

from dataclasses import dataclass
from functools import cached_property

from ..choices import Transport
from .address_set import AddressSet
from .resolve import Rule

MOST_ADDRESSES = 3  # in a sentence


@dataclass(frozen=True)
class Miss:
    """Something near that does not need the packet: a stable code, a sentence, the rule that it is about, if any."""

    code: str
    message: str
    rule: Rule | None = None


class Packet:
    """What is asked about, among the rules."""

    def __init__(self, installation, rules, source, destination, transport, port):
        self.installation, self.rules = installation, rules
        self.source, self.destination, self.transport, self.port = source, destination, transport, port
        self._places = {}

    @property
    def words(self):
        return port_in_words(self.transport, self.port)

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
            self._places[slug] = AddressSet(self.installation.addresses.get(slug, ()))
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
        hosts = dict.fromkeys(host for slug in sorted(installation.in_use) for host in installation.hosts_of(slug))
        return [slug for slug in hosts if self.places(slug).meets(address)]

    def name(self, slug):
        return self.installation.components[slug].name

    def describe(self, end):
        """An end of a rule with its addresses, called by the names that people gave them: Appliance (elm01)."""
        called = [self.installation.names.get(text, text) for text in end.texts]
        shown = list(dict.fromkeys(called))
        more = f" and {len(shown) - MOST_ADDRESSES} more" if len(shown) > MOST_ADDRESSES else ""
        return f"{end.component.name} ({', '.join(shown[:MOST_ADDRESSES])}{more})" if shown else end.component.name


def sized(address) -> str:
    """An `Address` as text, with the number of its addresses where they are several."""
    several = address.first is not None and address.first < address.last
    return f"{address.text} ({address.last - address.first + 1:,} addresses)" if several else address.text


def port_in_words(transport: str, number: int) -> str:
    """ "TCP 443"."""
    return f"{Transport(transport).label} {number}"

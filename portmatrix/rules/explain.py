"""Is a packet needed, and by which rule? If by none, what comes nearest? For who reads a firewall's log. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ..addresses import Address
from ..choices import ICMP, Verdict
from .broadcasts import dhcp_answer, is_broadcast, is_multicast
from .installation import Installation
from .near_misses import NEAR_BROADCASTS, NEAR_HOSTS, NEAR_ICMP
from .packet import Miss, Packet
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
    installation: Installation, rules: Rules, source: Address, destination: Address, transport: str, port: int | None
) -> Explanation:
    """Look for the rules that need packets from all of `source` to all of `destination`, or for the nearest misses,
    most telling first. What only part of a network needs is not needed by the network. ICMP has no `port`.
    """
    packet = Packet(installation, rules, source, destination, transport, port)
    if needing := tuple(rule for rule in rules.rules if packet.is_needed_by(rule)):
        return Explanation(Verdict.NEEDED, _needed(needing), needing)
    if transport == ICMP:
        return Explanation(Verdict.NOT_KNOWN, ICMP_SENTENCE, misses=_misses(packet, NEAR_ICMP))
    near = NEAR_BROADCASTS if is_broadcast(packet) or is_multicast(destination) else NEAR_HOSTS
    if answer := dhcp_answer(packet):
        others = () if answer.verdict == Verdict.BY_HAND else _misses(packet, near)
        return Explanation(answer.verdict, answer.sentence, misses=(*answer.misses, *others))
    sentence = f"Not needed: no rule opens {packet.port_in_words} from {source.text} to {destination.text}."
    return Explanation(Verdict.NOT_NEEDED, sentence, misses=_misses(packet, near))


def _needed(rules: tuple[Rule, ...]) -> str:
    ends = dict.fromkeys(f"{rule.source.component.name} to {rule.destination.component.name}" for rule in rules)
    activities = dict.fromkeys(reason.connection.activity for rule in rules for reason in rule.reasons)
    return f"Needed: {' and '.join(ends)}, for {', '.join(activities)}."


def _misses(packet: Packet, looks: Iterable[Callable[[Packet], Iterator[Miss]]]) -> tuple[Miss, ...]:
    return tuple(miss for look in looks for miss in islice(look(packet), MOST_OF_A_KIND))

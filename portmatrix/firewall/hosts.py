"""One host's view of the rules: what it must accept and may open, between its own addresses and everyone else's."""

from ..words import did_you_mean, one_of, shown
from .order import HostUnknown, LeftOut, Order
from .permits import Permit, side_of


def permits_of_host(order: Order) -> tuple[list[Permit], list[LeftOut]]:
    """The permits that begin or end at a host, with its addresses alone at its end, and the rules that can't be cut
    down to it. Rules that don't concern the host are in neither. Raises `HostUnknown`.

    Several endpoints of one name are one host.
    """
    own = _addresses(order)
    permits, left_out = [], []
    for rule in order.rules.rules:
        for inbound, end in ((False, rule.source), (True, rule.destination)):
            here = [address for address in end.addresses if address in own.get(end.component.slug, ())]
            if names := [address.text for address in here if address.first is None]:
                left_out.append(LeftOut(rule, _why_not_local(order, names)))
            elif here:
                permits.append(_cut_down(rule, inbound, side_of(end.component, here)))
    unresolved = [rule for rule in order.rules.unresolved if own.keys() & {end.slug for end in _components(rule)}]
    return permits, [*left_out, *(LeftOut(rule, why_unresolved(rule)) for rule in unresolved)]


def why_unresolved(rule) -> str:
    """A sentence about the ends of a rule that have no address."""
    lacking = [end.component.name for end in (rule.source, rule.destination) if not end.addresses]
    return f"{' and '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no address. Add an endpoint."


def _addresses(order):
    """The addresses of the host that is asked for: sets, by component."""
    names = list(dict.fromkeys(name for _, name, _ in order.endpoints))
    if order.endpoint is None:
        raise HostUnknown(f"This platform is for the own firewall of one host: name its endpoint.{one_of(names)}")
    if order.endpoint not in names:
        raise HostUnknown(f"No endpoint '{shown(order.endpoint)}'.{did_you_mean(order.endpoint, names)}")
    found: dict[str, set] = {}
    for component, name, address in order.endpoints:
        if name == order.endpoint:
            found.setdefault(component, set()).add(address)
    return found


def _cut_down(rule, inbound, local):
    peer = rule.source if inbound else rule.destination
    peer = side_of(peer.component, peer.addresses)
    return Permit(rule, peer, local, True) if inbound else Permit(rule, local, peer)


def _components(rule):
    return rule.source.component, rule.destination.component


def _why_not_local(order, names):
    here = f"{order.endpoint} has the host name {' and '.join(names)}"
    return f"{here}, and a host's own address must be a number. Give the endpoint its IPv4 address."

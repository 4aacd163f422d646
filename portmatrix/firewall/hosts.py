"""One host's view of the rules: what it must accept and may open, between its own addresses and everyone else's."""

from ..utils.text import did_you_mean, one_of, shown
from .order import HostUnknown, LeftOut, Order
from .permits import Permit, side_of, side_of_some


def permits_of_host(order: Order) -> tuple[list[Permit], list[LeftOut]]:
    """The permits that begin or end at a host, with its addresses alone at its end, and the rules that can't be cut
    down to it. Rules that don't concern the host are in neither. Raises `HostUnknown`.

    Several endpoints of one name are one host. Of several deployments, each has to have an endpoint of that name, and
    they have to share an address: else they may mean different machines.
    """
    if order.endpoint is None:
        names = _names_in_all(order)
        raise HostUnknown(f"This platform is for the own firewall of one host: name its endpoint.{one_of(names)}")
    own = {one.slug: _addresses(order, one) for one in order.deployments}
    _insist_on_one_machine(order, own)
    permits, left_out = [], []
    for rule in order.rules.rules:
        deployments = tuple(one.slug for one in order.needing(rule))
        for inbound, end in ((False, rule.source), (True, rule.destination)):
            mine = {one for slug in deployments for one in own[slug].get(end.component.slug, ())}
            here = [address for address in end.addresses if address in mine]
            if names := [address.text for address in here if address.first is None]:
                left_out.append(LeftOut(rule, _why_not_local(order, names)))
            elif here:
                permits.append(_cut_down(rule, inbound, side_of_some(end.component, here), deployments))
    for rule in order.rules.unresolved:
        ends = {rule.source.component.slug, rule.destination.component.slug}
        if any(own[one.slug].keys() & ends for one in order.needing(rule)):
            left_out.append(LeftOut(rule, why_unresolved(rule)))
    return permits, left_out


def why_unresolved(rule) -> str:
    """A sentence about the ends of a rule that have no address."""
    lacking = [end.component.name for end in (rule.source, rule.destination) if not end.addresses]
    return f"{' and '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no address. Add an endpoint."


def _names(deployment):
    """The names of its endpoints, each once."""
    return list(dict.fromkeys(name for _, name, _ in deployment.endpoints))


def _names_in_all(order):
    first, *others = map(_names, order.deployments)
    return [name for name in first if all(name in names for names in others)]


def _addresses(order, deployment):
    """The addresses that a deployment has for the host that is asked for: sets, by component."""
    names = _names(deployment)
    if order.endpoint not in names:
        where = f" in {deployment.slug}" if order.parts else ""
        hint = did_you_mean(order.endpoint, names) or (" Leave that deployment out." if order.parts else "")
        raise HostUnknown(f"No endpoint '{shown(order.endpoint)}'{where}.{hint}")
    found: dict[str, set] = {}
    for component, name, address in deployment.endpoints:
        if name == order.endpoint:
            found.setdefault(component, set()).add(address)
    return found


def _insist_on_one_machine(order, own):
    """Raises `HostUnknown` if two deployments give one name to hosts that share no address."""
    (first, its), *others = [(slug, set().union(*found.values())) for slug, found in own.items()]
    for slug, found in others:
        if not its & found:
            one, other = (", ".join(sorted(address.text for address in each)) for each in (its, found))
            raise HostUnknown(
                f"'{shown(order.endpoint)}' is {one} in {first} and {other} in {slug}: these may be two machines. Give "
                "both endpoints the same address, or get a file for each deployment: on one machine they stand beside "
                "each other."
            )


def _cut_down(rule, inbound, local, deployments):
    peer = rule.source if inbound else rule.destination
    peer = side_of(peer)
    ends = (peer, local) if inbound else (local, peer)
    return Permit(rule, *ends, inbound, deployments)


def _why_not_local(order, names):
    here = f"{order.endpoint} has the host name {' and '.join(names)}"
    return f"{here}, and a host's own address must be a number. Give the endpoint its IPv4 address."

"""One host's view of the rules: what it must accept and may open, between its own addresses and everyone else's."""

from typing import Any

from ..addresses import Address
from ..naming import unknown
from ..rules import Rule
from .permits import Permit, Side, side_of, side_of_some
from .refusals import HostUnknown
from .request import ConfigurationRequest, DeploymentRules, LeftOut


def permits_of_host(request: ConfigurationRequest) -> tuple[list[Permit], list[LeftOut]]:
    """The permits that begin or end at a host, with its addresses alone at its end, and the rules that can't be cut
    down to it. Rules that don't concern the host are in neither. Raises `HostUnknown`.

    Several endpoints of one name are one host. Of several deployments, each has to have an endpoint of that name, and
    they have to share an address: else they may mean different machines.
    """
    own = _own_addresses(request)
    permits, left_out = [], []
    for rule in request.rules.rules:
        slugs = request.slugs_with(rule)
        for inbound, end in ((False, rule.source), (True, rule.destination)):
            all_own = {address for slug in slugs for address in own[slug].get(end.component.slug, ())}
            here = [address for address in end.addresses if address in all_own]
            if names := [address.text for address in here if address.first is None]:
                left_out.append(LeftOut(rule, slugs, _why_not_local(request.endpoint or "", names)))
            elif here:
                permits.append(_cut_down(rule, inbound, side_of_some(end.component, here), slugs))
    for rule in request.rules.unresolved:
        slugs, ends = request.slugs_with(rule), {rule.source.component.slug, rule.destination.component.slug}
        if any(own[slug].keys() & ends for slug in slugs):
            left_out.append(LeftOut(rule, slugs, why_unresolved(rule)))
    return permits, left_out


def why_unresolved(rule: Rule) -> str:
    """A sentence about the ends of a rule that have no address."""
    lacking = [end.component.name for end in (rule.source, rule.destination) if not end.addresses]
    return f"{' and '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no address. Add an endpoint."


def names_in_all(request: ConfigurationRequest) -> list[str]:
    """The names of endpoints that all deployments of a request have."""
    first, *others = [deployment.endpoint_names for deployment in request.deployments]
    return [name for name in first if all(name in names for names in others)]


def _own_addresses(request: ConfigurationRequest) -> dict[str, dict[str, set[Address]]]:
    """The addresses of the host: by deployment, then by component. Raises `HostUnknown`."""
    if request.endpoint is None:
        raise HostUnknown("missing", unknown=unknown("endpoint", "", names_in_all(request)))
    own = {}
    for deployment in request.deployments:
        if request.endpoint not in deployment.endpoint_names:
            where = deployment.slug if request.is_for_several else ""
            raise HostUnknown.no_endpoint(request.endpoint, deployment.endpoint_names, where)
        own[deployment.slug] = _addresses_by_component(deployment, request.endpoint)
    _refuse_several_machines(request.endpoint, own)
    return own


def _addresses_by_component(deployment: DeploymentRules, host: str) -> dict[str, set[Address]]:
    addresses: dict[str, set[Address]] = {}
    for component, name, address in deployment.endpoints:
        if name == host:
            addresses.setdefault(component, set()).add(address)
    return addresses


def _refuse_several_machines(host: str, own: dict[str, Any]) -> None:
    """Raise `HostUnknown` if two deployments give one name to hosts that share no address."""
    all_addresses = {slug: set().union(*by_component.values()) for slug, by_component in own.items()}
    (deployment, addresses), *others = all_addresses.items()
    for other_deployment, other_addresses in others:
        if not addresses & other_addresses:
            raise HostUnknown(
                "several-machines",
                value=host,
                deployment=deployment,
                addresses=_in_words(addresses),
                other_deployment=other_deployment,
                other_addresses=_in_words(other_addresses),
            )


def _in_words(addresses: set[Address]) -> str:
    return ", ".join(sorted(address.text for address in addresses))


def _cut_down(rule: Rule, inbound: bool, local: Side, deployments: tuple[str, ...]) -> Permit:
    if inbound:
        return Permit(rule, side_of(rule.source), local, inbound, deployments)
    return Permit(rule, local, side_of(rule.destination), inbound, deployments)


def _why_not_local(host: str, names: list[str]) -> str:
    here = f"{host} has the host name {' and '.join(names)}"
    return f"{here}, and a host's own address must be a number. Give the endpoint its IPv4 address."

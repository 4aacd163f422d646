"""What is worth knowing beside the rules: what is missing, what is open without need, what may be a slip."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, permutations

from ..choices import ENCRYPTED_FORM, Severity, Transport
from .address_set import AddressSet
from .installation import Installation
from .resolve import Rules

# Domain rule: the page's note says that the appliance must be connected to a network file share: SMB or NFS.
FILE_SHARES = ("smb-file-server", "nfs-file-server")

# Each connector service and what it connects the appliance with, as their names and the page's tables say.
PLATFORM_OF = {
    "azure-connector": "azure",
    "citrix-hypervisor-connector": "citrix-hypervisor",
    "citrix-provisioning-connector": "agent-on-citrix-provisioning",
    "google-connector": "google-cloud",
    "hyper-v-connector": "agent-on-hyper-v",
    "nutanix-connector": "nutanix-prism",
    "vsphere-connector": "vsphere",
}
# The agent on Hyper-V also uploads disks to the BITS server. Not the other way round: the admin user uploads there too.
SERVICES_NEEDED = [
    *((platform, service) for service, platform in PLATFORM_OF.items()),
    ("agent-on-hyper-v", "bits-server"),
]


@dataclass(frozen=True)
class Finding:
    """One thing worth knowing: a stable code, how much it matters, a sentence with the fix, slugs of components."""

    code: str
    severity: Severity
    message: str
    components: tuple[str, ...]


def find(installation: Installation, rules: Rules) -> list[Finding]:
    """All findings about an installation and its rules, the gravest first, then by code and components."""
    found = [finding for look in _LOOKS for finding in look(installation, rules)]
    gravity = list(Severity)
    return sorted(found, key=lambda one: (gravity.index(one.severity), one.code, one.components, one.message))


def _no_file_share(installation, rules) -> Iterator[Finding]:
    if not installation.in_use.intersection(FILE_SHARES):
        shares = sorted(FILE_SHARES, key=lambda slug: len(_opened_by(installation, slug)))
        fix = " or the ".join(f"{_name(installation, slug)} ({_opens(installation, slug)})" for slug in shares)
        message = f"The appliance must be connected to a network file share. Add the {fix}."
        yield Finding("no-file-share", Severity.ERROR, message, FILE_SHARES)


def _without_address(installation, rules) -> Iterator[Finding]:
    waiting = Counter(
        end.component.slug for rule in rules.unresolved for end in (rule.source, rule.destination) if not end.addresses
    )
    for slug, times in waiting.items():
        lost = "1 rule is" if times == 1 else f"{times} rules are"
        message = f"{_name(installation, slug)} has no address, so {lost} unresolved. Add an endpoint."
        yield Finding("component-without-address", Severity.ERROR, message, (slug,))


def _connector_without_platform(installation, rules) -> Iterator[Finding]:
    for service, platform in PLATFORM_OF.items():
        if installation.stands_for(service) and not installation.stands_for(platform):
            names = _name(installation, service), _name(installation, platform)
            fix = f"Leave out the service, or add the platform ({_opens(installation, platform)})."
            message = f"{' is in use, but '.join(names)} is not. {fix}"
            yield Finding("connector-without-platform", Severity.WARNING, message, (service, platform))


def _platform_without_connector(installation, rules) -> Iterator[Finding]:
    for platform, service in SERVICES_NEEDED:
        if installation.stands_for(platform) and not installation.stands_for(service):
            names = _name(installation, platform), _name(installation, service)
            fix = f"Add the service ({_opens(installation, service)})."
            message = f"{' is in use, but '.join(names)} is not, so its ports stay closed. {fix}"
            yield Finding("platform-without-connector", Severity.WARNING, message, (platform, service))


def _plain_text(installation, rules) -> Iterator[Finding]:
    if installation.encrypted_only:
        return
    connections = [connection for connection, _ in installation.connections_in_use()]
    for port in dict.fromkeys(port for connection in connections for port in connection.dispensable):
        place = f"{port.application} {port.number} of {_name(installation, port.component)}"
        encrypted = ENCRYPTED_FORM[port.application].label
        message = f"{place} stays open, although {encrypted} is offered too. Choose encrypted only to close it."
        yield Finding("plain-text-port", Severity.WARNING, message, (port.component,))


def _moved_but_not_in_use(installation, rules) -> Iterator[Finding]:
    for port in installation.overridden:
        if not installation.stands_for(port.component):
            name = _name(installation, port.component)
            message = f"The override of {port.slug} changes no rule: {name} is not in use."
            yield Finding("override-not-in-use", Severity.WARNING, message, (port.component,))


def _moved_in_part(installation, rules) -> Iterator[Finding]:
    """A port of a group reaches its members, and a member may have the same port by rows of its own: moving only one of
    the two leaves the other open.
    """
    needed = dict.fromkeys(
        port for connection, _ in installation.connections_in_use() for port in installation.ports_of(connection)
    )
    for whole, own in permutations(needed, 2):
        alike = (whole.transport, whole.default_number) == (own.transport, own.default_number)
        if not alike or whole.number == own.number or whole.component == own.component:
            continue
        if own.component in installation.stands_for(whole.component):
            port = f"{Transport(own.transport).label} {own.default_number}"
            group, member = _name(installation, whole.component), _name(installation, own.component)
            numbers = f"{port} of {group} stands at {whole.number}, that of {member} at {own.number}"
            message = f"{numbers}: both are open to {member}. If they are one port, move both."
            yield Finding("moved-in-part", Severity.NOTE, message, (whole.component, own.component))


def _shared_addresses(installation, rules) -> Iterator[Finding]:
    """Pairs of components that share addresses. Sorted and united first: thousands of endpoints cost little."""
    places = {
        slug: AddressSet(addresses) for slug, addresses in installation.addresses.items() if slug in installation.in_use
    }
    for one, other in combinations(sorted(places), 2):
        if shared := places[one].first_shared_with(places[other]):
            names = _name(installation, one), _name(installation, other)
            message = "{} and {} share addresses, {} among them. Check that this is meant.".format(*names, shared)
            yield Finding("shared-address", Severity.NOTE, message, (one, other))


_LOOKS = [
    _no_file_share,
    _without_address,
    _connector_without_platform,
    _platform_without_connector,
    _plain_text,
    _moved_but_not_in_use,
    _moved_in_part,
    _shared_addresses,
]


def _opened_by(installation, slug) -> list[tuple[str, str, str, int]]:
    """What would be open, and is not, if a component were in use too: (source, destination, transport, number), with
    slugs of hosts at the ends.
    """
    more = replace(installation, in_use=installation.in_use | {slug})
    return sorted(_open_in(more) - _open_in(installation))


def _open_in(installation) -> set[tuple[str, str, str, int]]:
    return {
        (source, destination, port.transport, port.number)
        for connection, pairs in installation.connections_in_use()
        for port in installation.ports_of(connection)
        for source, destination in pairs
    }


def _opens(installation, slug) -> str:
    """What putting a component in use would permit, in words."""
    between: dict[tuple[str, str], list[str]] = {}
    for source, destination, transport, number in _opened_by(installation, slug):
        between.setdefault((source, destination), []).append(f"{Transport(transport).label} {number}")
    parts = [
        f"{', '.join(ports)} from {_name(installation, source)} to {_name(installation, destination)}"
        for (source, destination), ports in between.items()
    ]
    return f"opens {'; '.join(parts)}" if parts else "opens no further port"


def _name(installation, slug) -> str:
    return installation.components[slug].name

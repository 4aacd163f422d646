"""What is worth knowing beside the rules: what is missing, what is open without need, what may be a slip. Pure.

Each kind of finding is a class, which says how grave it is and where it is mended, and looks for itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import ClassVar, Self

from ..choices import ENCRYPTED_FORM, Severity, Transport
from .address_set import AddressSet
from .installation import Installation
from .resolve import Rules


@dataclass(frozen=True)
class Finding:
    """One thing worth knowing about an installation: a sentence with the fix, and the slugs of the components that it
    is about. Of a pair of which one is missing, the missing one stands last.

    Each kind is a subclass, and has to declare all of these: a stable `code`; its `severity`; the `label` of the link
    to the fix; `page`, the URL name of the page where it is mended, which takes the slug of the deployment; `anchor`,
    the place on that page, where {first} and {last} stand for the first and the last component (blank: no place of its
    own); and `look`.
    """

    message: str
    components: tuple[str, ...]

    code: ClassVar[str]
    severity: ClassVar[Severity]
    label: ClassVar[str]
    page: ClassVar[str]
    anchor: ClassVar[str]
    kinds: ClassVar[list[type["Finding"]]] = []

    def __init_subclass__(cls) -> None:
        """Refuse a kind that is not declared in full (`TypeError`), else add it to `kinds`."""
        super().__init_subclass__()
        required = ("code", "severity", "label", "page", "anchor", "look")
        if missing := [name for name in required if name not in vars(cls)]:
            raise TypeError(f"The finding {cls.__name__} does not declare {', '.join(missing)}.")
        Finding.kinds.append(cls)

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        """All findings of this kind."""
        raise NotImplementedError

    @property
    def fragment(self) -> str:
        """The place on the page where it is mended, as the end of an address: "#component-agent", or blank."""
        anchor = self.anchor.format(first=self.components[0], last=self.components[-1])
        return f"#{anchor}" if anchor else ""


def find(installation: Installation, rules: Rules) -> list[Finding]:
    """All findings about an installation and its rules, the gravest first, then by code and components."""
    findings = [finding for kind in Finding.kinds for finding in kind.look(installation, rules)]
    gravity = list(Severity)
    return sorted(
        findings,
        key=lambda finding: (gravity.index(finding.severity), finding.code, finding.components, finding.message),
    )


class NoFileShare(Finding):
    """No network file share is in use. Domain rule: the note of the vendor page says that the appliance must be
    connected to one.
    """

    code = "no-file-share"
    severity = Severity.ERROR
    label = "Components"
    page = "deployment-components"
    anchor = "component-{first}"

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        shares = tuple(slug for slug, component in installation.components.items() if component.file_share)
        if not shares or installation.in_use.intersection(shares):
            return
        fixes = [
            f"{installation.name_of(slug)} ({_opens(installation, slug)})"
            for slug in sorted(shares, key=lambda slug: len(_opened_by(installation, slug)))
        ]
        message = f"The appliance must be connected to a network file share. Add the {' or the '.join(fixes)}."
        yield cls(message, shares)


class ComponentWithoutAddress(Finding):
    """A component in use has no endpoint."""

    code = "component-without-address"
    severity = Severity.ERROR
    label = "Add an address"
    page = "deployment-components"
    anchor = "component-{first}"

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        unresolved = Counter(
            end.component.slug
            for rule in rules.unresolved
            for end in (rule.source, rule.destination)
            if not end.addresses
        )
        for slug, count in unresolved.items():
            rules_are = "1 rule is" if count == 1 else f"{count} rules are"
            message = f"{installation.name_of(slug)} has no address, so {rules_are} unresolved. Add an endpoint."
            yield cls(message, (slug,))


class ConnectorWithoutPlatform(Finding):
    """A connector service is in use, and what it connects the appliance with is not."""

    code = "connector-without-platform"
    severity = Severity.WARNING
    label = "Components"
    page = "deployment-components"
    anchor = "component-{last}"

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        for service, platform in _platforms(installation):
            if installation.uses(service) and not installation.uses(platform):
                names = f"{installation.name_of(service)} is in use, but {installation.name_of(platform)} is not."
                fix = f"Leave out the service, or add the platform ({_opens(installation, platform)})."
                yield cls(f"{names} {fix}", (service, platform))


class PlatformWithoutConnector(Finding):
    """A component is in use without its connector service, or without another service that it needs."""

    code = "platform-without-connector"
    severity = Severity.WARNING
    label = "Components"
    page = "deployment-components"
    anchor = "component-{last}"

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        for component, service in _services(installation):
            if installation.uses(component) and not installation.uses(service):
                names = f"{installation.name_of(component)} is in use, but {installation.name_of(service)} is not"
                fix = f"Add the service ({_opens(installation, service)})."
                yield cls(f"{names}, so its ports stay closed. {fix}", (component, service))


class PlainTextPort(Finding):
    """A plain port is open although the same connection offers an encrypted one."""

    code = "plain-text-port"
    severity = Severity.WARNING
    label = "Encrypted only"
    page = "deployment-edit"
    anchor = "encrypted-only"

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        if installation.encrypted_only:
            return
        connections = [connection for connection, _ in installation.connections_in_use()]
        for port in dict.fromkeys(port for connection in connections for port in connection.needlessly_plain):
            place = f"{port.application} {port.number} of {installation.name_of(port.component)}"
            encrypted = ENCRYPTED_FORM[port.application].label
            message = f"{place} stays open, although {encrypted} is offered too. Choose encrypted only to close it."
            yield cls(message, (port.component,))


class OverrideNotInUse(Finding):
    """The deployment overrides a port of a component that it does not use."""

    code = "override-not-in-use"
    severity = Severity.WARNING
    label = "Overrides"
    page = "deployment-overrides"
    anchor = ""

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        for port in installation.overridden:
            if not installation.uses(port.component):
                name = installation.name_of(port.component)
                yield cls(f"The override of {port.slug} changes no rule: {name} is not in use.", (port.component,))


class OverriddenInPart(Finding):
    """A port of a group and the same port of a member have different numbers.

    A port of a group reaches its members, and a member may have the same port by statements of its own: an override of
    only one of the two leaves the other open.
    """

    code = "moved-in-part"
    severity = Severity.NOTE
    label = "Overrides"
    page = "deployment-overrides"
    anchor = ""

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        needed = dict.fromkeys(
            port for connection, _ in installation.connections_in_use() for port in installation.ports_of(connection)
        )
        for group_port, member_port in permutations(needed, 2):
            group, member = group_port.component, member_port.component
            default = (group_port.transport, group_port.default_number)
            if default != (member_port.transport, member_port.default_number):
                continue
            if group_port.number == member_port.number or group == member:
                continue
            if member in installation.components_meant_by(group):
                group_name, member_name = installation.name_of(group), installation.name_of(member)
                port = f"{Transport(member_port.transport).label} {member_port.default_number}"
                numbers = f"{port} of {group_name} stands at {group_port.number}, that of {member_name} at"
                fix = f"both are open to {member_name}. If they are one port, move both."
                yield cls(f"{numbers} {member_port.number}: {fix}", (group, member))


class SharedAddress(Finding):
    """Two components in use share addresses."""

    code = "shared-address"
    severity = Severity.NOTE
    label = "Components"
    page = "deployment-components"
    anchor = "component-{first}"

    @classmethod
    def look(cls, installation: Installation, rules: Rules) -> Iterator[Self]:
        """Unites the addresses of each component first: so thousands of endpoints cost little."""
        addresses = {
            slug: AddressSet(addresses)
            for slug, addresses in installation.addresses.items()
            if slug in installation.in_use
        }
        for slug, other in combinations(sorted(addresses), 2):
            if shared := addresses[slug].first_shared_with(addresses[other]):
                names = f"{installation.name_of(slug)} and {installation.name_of(other)}"
                yield cls(f"{names} share addresses, {shared} among them. Check that this is meant.", (slug, other))


def _platforms(installation: Installation) -> list[tuple[str, str]]:
    """Each connector service with its platform."""
    return [(slug, component.platform) for slug, component in installation.components.items() if component.platform]


def _services(installation: Installation) -> list[tuple[str, str]]:
    """Each component with a service that it needs: a platform with its connector service, and any with its `needs`."""
    connectors = [(platform, service) for service, platform in _platforms(installation)]
    needs = [(slug, service) for slug, component in installation.components.items() for service in component.needs]
    return [*connectors, *needs]


def _opened_by(installation: Installation, slug: str) -> list[tuple[str, str, str, int]]:
    """What would be open, and is not, if a component were in use too: (source, destination, transport, number), with
    the slugs of hosts as source and destination.
    """
    more = replace(installation, in_use=installation.in_use | {slug})
    return sorted(_open_in(more) - _open_in(installation))


def _open_in(installation: Installation) -> set[tuple[str, str, str, int]]:
    return {
        (source, destination, port.transport, port.number)
        for connection, pairs in installation.connections_in_use()
        for port in installation.ports_of(connection)
        for source, destination in pairs
    }


def _opens(installation: Installation, slug: str) -> str:
    """What putting a component in use would open: "opens TCP 445 from Appliance to SMB file server"."""
    ports: dict[tuple[str, str], list[str]] = {}
    for source, destination, transport, number in _opened_by(installation, slug):
        ports.setdefault((source, destination), []).append(f"{Transport(transport).label} {number}")
    parts = [
        f"{', '.join(opened)} from {installation.name_of(source)} to {installation.name_of(destination)}"
        for (source, destination), opened in ports.items()
    ]
    return f"opens {'; '.join(parts)}" if parts else "opens no further port"

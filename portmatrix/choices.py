"""The closed word lists of the domain: kinds, transports, applications, traffic classes, sections of the vendor's
page, bases.

A word that is not listed here is refused everywhere: by the catalogue loader, the database, the filters and the API.
"""

from django.db.models import TextChoices

PORT_MIN, PORT_MAX = 1, 65535  # RFC 6335: port 0 is reserved


class Kind(TextChoices):
    """What a component is; in the order in which pages list them."""

    USER = "user", "User"
    APPLIANCE = "appliance", "Appliance"
    CONNECTOR = "connector", "Connector service"
    AGENT = "agent", "Agent"
    COMPOSITING = "compositing", "Compositing"
    HYPERVISOR = "hypervisor", "Hypervisor"
    CLOUD = "cloud", "Cloud"
    SERVER = "server", "Server"
    INTERNET = "internet", "Internet"


class Transport(TextChoices):
    TCP = "tcp", "TCP"
    UDP = "udp", "UDP"


class Application(TextChoices):
    """What is spoken on a port, where the vendor page names it."""

    HTTP = "HTTP", "HTTP"
    HTTPS = "HTTPS", "HTTPS"
    SSH = "SSH", "SSH"
    LDAP = "LDAP", "LDAP"
    LDAPS = "LDAPS", "LDAPS"
    DNS = "DNS", "DNS"
    SMB = "SMB", "SMB"
    NFS = "NFS", "NFS"
    NTP = "NTP", "NTP"
    DHCP = "DHCP", "DHCP"
    ISCSI = "iSCSI", "iSCSI"
    SOAP = "SOAP", "SOAP"


# Each plain protocol and what says the same encrypted.
ENCRYPTED_FORM: dict[str, Application] = {Application.HTTP: Application.HTTPS, Application.LDAP: Application.LDAPS}
ENCRYPTED = frozenset({*ENCRYPTED_FORM.values(), Application.SSH})


class TrafficClass(TextChoices):
    """The page's own three classes of communication, then what its tables add."""

    MANAGEMENT = "management", "Management"
    AGENT = "agent", "Agent"
    HYPERVISOR = "hypervisor", "Hypervisor"
    INFRASTRUCTURE = "infrastructure", "Infrastructure"
    COMPOSITING = "compositing", "Compositing"
    INTERNET = "internet", "Internet"


class Section(TextChoices):
    """The sections of the vendor's page that state ports, in the page's order."""

    ADMIN_USER = "admin-user", "Admin user"
    INTERNAL = "internal", "Internal connections"
    EXTERNAL = "external", "External connection"
    OS_IMAGE = "os-image", "OS image, a Citrix Hypervisor requirement"
    KEY_MANAGEMENT = "key-management", "Key ports: basic appliance management and access (always required)"
    KEY_SERVERS = "key-servers", "Key ports: servers"
    KEY_AGENT = "key-agent", "Key ports: App Layering agent"
    KEY_CONNECTORS = "key-connectors", "Key ports: connectors to hypervisors and provisioning services"

    @property
    def short(self) -> str:
        """A name short enough for a table cell or a chip."""
        return SHORT_SECTIONS[self]


SHORT_SECTIONS = {
    Section.ADMIN_USER: "Admin user",
    Section.INTERNAL: "Internal",
    Section.EXTERNAL: "External",
    Section.OS_IMAGE: "OS image",
    Section.KEY_MANAGEMENT: "Key: management",
    Section.KEY_SERVERS: "Key: servers",
    Section.KEY_AGENT: "Key: agent",
    Section.KEY_CONNECTORS: "Key: connectors",
}


ICMP = "icmp"  # no transport of the catalogue, but one that firewalls log


class Verdict(TextChoices):
    """How far a deployment needs a packet."""

    NEEDED = "needed", "Needed"  # a rule opens it
    BY_HAND = "by-hand", "Needed, allowed by hand"  # no rule can open it
    NOT_KNOWN = "not-known", "Not known"  # nothing says so or otherwise
    NOT_NEEDED = "not-needed", "Not needed"


class Basis(TextChoices):
    """What an assumption rests on."""

    PAGE = "page", "stated elsewhere on the page"
    IANA = "iana", "IANA registry"
    INFERRED = "inferred", "inferred"


class Scope(TextChoices):
    """Where an override holds."""

    EVERYWHERE = "everywhere", "everywhere"
    DEPLOYMENT = "deployment", "in one deployment"


class Severity(TextChoices):
    """How much a finding about a deployment matters."""

    ERROR = "error", "Error"  # the deployment can't work, or its rules are not complete
    WARNING = "warning", "Warning"  # probably not what was meant
    NOTE = "note", "Note"  # may well be meant

"""The vendor's page as test data: its rows as printed, and what they say when read without the fixtures.

The page leaves things open: tables without a source, “Appliance” for a service that runs on it, bullets without a
transport. How each of these is read is written out by hand in the tables below.
"""

import re
from pathlib import Path
from typing import NamedTuple

PAGE = (Path(__file__).parent.parent / "data" / "vendor_page.txt").read_text(encoding="utf-8")

# The page's vocabulary, written by hand

SECTIONS = {
    "Admin user": "admin-user",
    "Internal connections": "internal",
    "External connection": "external",
    "OS image, a Citrix Hypervisor requirement": "os-image",
    "Basic appliance management and access (always required)": "key-management",
    "Servers": "key-servers",
    "App Layering agent": "key-agent",
    "Connectors to hypervisors and provisioning services": "key-connectors",
}
COLUMNS = {
    "App Layering Source": "source",
    "App Layering Destination": "destination",
    "Destination": "destination",
    "Activity": "activity",
    "Protocol": "protocol",
    "Ports": "ports",
}
APPLICATIONS = {"HTTP", "HTTPS", "SSH", "LDAP", "LDAPS", "DNS", "SMB", "NFS", "NTP", "DHCP", "iSCSI", "SOAP"}

# Printed name of an end in a table -> the components that it names.
ENDS = {
    "Admin user": {"admin-user"},
    "Agent": {"agent"},
    "Agent on Citrix Provisioning server": {"agent-on-citrix-provisioning"},
    "Agent on Hyper-V server": {"agent-on-hyper-v"},
    "Appliance": {"appliance"},
    "Compositing machine": {"compositing-machine"},
    "Azure connector service": {"azure-connector"},
    "BITS Server": {"bits-server"},
    "Citrix Hypervisor connector service": {"citrix-hypervisor-connector"},
    "Citrix Provisioning connector service": {"citrix-provisioning-connector"},
    "Google connector service": {"google-connector"},
    "Hyper-V connector service": {"hyper-v-connector"},
    "Nutanix connector service": {"nutanix-connector"},
    "vSphere connector service": {"vsphere-connector"},
    "vCenter, ESXI hosts": {"vcenter", "esxi-hosts"},
    "vSphere": {"vsphere"},
    "Active directory": {"active-directory"},
    "Azure": {"azure"},
    "Citrix Hypervisor": {"citrix-hypervisor"},
    "Prism": {"nutanix-prism"},
    "<https://applayeringwebapi.azurewebsites.net>": {"app-layering-web-api"},
    "<http://alcdn.citrix.com/>": {"citrix-cdn"},
}
# Tables without a source column: the admin user's by its heading, the other two by the text and by the internal table.
SOURCE_OF_TABLE = {"admin-user": "Admin user", "external": "Appliance", "os-image": "Appliance"}

# (section, what a bullet prints before its port) -> who opens the connection, who listens.
BULLET_ENDS = {
    ("key-management", "HTTP"): ("admin-user", "appliance"),
    ("key-management", "HTTPS"): ("admin-user", "appliance"),
    ("key-management", "SSH"): ("admin-user", "appliance"),
    ("key-management", "Log downloads"): ("admin-user", "appliance"),
    ("key-servers", "Active Directory server"): ("appliance", "active-directory"),
    ("key-servers", "Windows file servers, SMB"): ("appliance", "smb-file-server"),
    ("key-servers", "Network time servers"): ("appliance", "ntp-server"),
    ("key-servers", "Unix file servers"): ("appliance", "nfs-file-server"),
    ("key-servers", "DHCP server, DHCP"): ("appliance", "dhcp-server"),
    ("key-servers", "App Layering appliance"): ("dhcp-server", "appliance"),
    ("key-agent", "Commands from appliance/SOAP"): ("appliance", "agent"),
    ("key-agent", "Registration"): ("agent", "appliance"),
    ("key-agent", "Log export"): ("agent", "appliance"),
    ("key-agent", "Citrix Provisioning disk download"): (
        "agent-on-citrix-provisioning",
        "citrix-provisioning-connector",
    ),
    ("key-agent", "Hyper-V disk download"): ("agent-on-hyper-v", "hyper-v-connector"),
    ("key-agent", "Hyper-V disk upload"): ("agent-on-hyper-v", "bits-server"),
    ("key-connectors", "Citrix Hypervisor"): ("appliance", "citrix-hypervisor"),
    ("key-connectors", "Citrix Provisioning"): ("appliance", "agent"),  # "(App Layering agent)": through the group
    ("key-connectors", "Google Cloud"): ("appliance", "google-cloud"),
    ("key-connectors", "Microsoft Azure management"): ("appliance", "azure"),
    ("key-connectors", "Microsoft Hyper-V"): ("appliance", "agent"),  # "(App Layering agent)": through the group
    ("key-connectors", "Nutanix AHV"): ("appliance", "nutanix-prism"),
    ("key-connectors", "VMware vSphere"): ("appliance", "vsphere"),
}
# Bullets print no transport. IANA registry: NTP and DHCP are UDP, DNS is both; all else is TCP, as in the tables.
TRANSPORTS_OF_BULLET = {53: {"tcp", "udp"}, 67: {"udp"}, 68: {"udp"}, 123: {"udp"}}


# Reading the page


class Row(NamedTuple):
    """One row or bullet as printed; `cells` are keyed by column for a table row, `text` and `heading` for a bullet."""

    section: str
    position: int
    cells: dict

    @property
    def reference(self):
        return f"{self.section}/{self.position}"

    @property
    def is_bullet(self):
        return "text" in self.cells


def read_page(text):
    """The rows and bullets of the page in order. A line that is neither title, row nor bullet is a sub-heading."""
    rows, section, columns, heading = [], None, [], None
    for line in text.splitlines():
        if line in SECTIONS:
            section, columns, heading = SECTIONS[line], [], None
        elif line.startswith("- "):
            rows.append({"section": section, "text": line.removeprefix("- "), "heading": heading})
        elif line.endswith("|") and not line.startswith("---|"):
            cells = [cell.strip() for cell in line.removesuffix("|").split("|")]
            if columns:
                rows.append({"section": section} | dict(zip(columns, cells, strict=True)))
            else:
                columns = [COLUMNS[cell] for cell in cells]
        elif line and not line.startswith("---|"):
            heading = line
    return [numbered(row, rows[:index]) for index, row in enumerate(rows)]


def numbered(row, earlier):
    """The row with its 1-based position in its section; empty cells are left out."""
    position = 1 + sum(other["section"] == row["section"] for other in earlier)
    cells = {name: value for name, value in row.items() if name != "section" and value is not None}
    return Row(row["section"], position, cells)


ROWS = read_page(PAGE)


def words(text):
    """The applications that a printed text names."""
    return APPLICATIONS & set(re.findall(r"\w+", text))


def printed_ports(row):
    """{number: application or None} of one printed row, from that row alone."""
    return ports_of_bullet(row.cells["text"]) if row.is_bullet else ports_of_table_row(row.cells)


def ports_of_table_row(cells):
    """An application is named beside the number, by the URL's scheme or, for a single port, by the activity."""
    found = {}
    for item in cells["ports"].split(", "):
        number, application = re.fullmatch(r"(\d+)(?: \((\w+)\))?", item).groups()
        found[int(number)] = application
    if len(found) == 1:
        scheme = re.match(r"<(https?)://", cells["destination"])
        named = {scheme[1].upper()} if scheme else words(cells["activity"])
        return {number: application or next(iter(named), None) for number, application in found.items()}
    return found


def ports_of_bullet(text):
    """One application a number in “Ports 3009 HTTP, 3509 HTTPS”; anywhere in the bullet for a single port."""
    if pairs := re.search(r"- Ports (.+)$", text):
        return {int(number): application for number, application in re.findall(r"(\d+) (\w+)", pairs[1])}
    (number,) = re.findall(r"- Port (\d+)", text)
    named = words(text)
    assert len(named) <= 1, f"More than one application in {text!r}"
    return {int(number): next(iter(named), None)}


def printed_transport(row):
    """`tcp` or `udp` where the row prints it, else None."""
    if not row.is_bullet:
        return row.cells["protocol"].lower()
    found = re.search(r"- (TCP|UDP) protocol$", row.cells["text"])
    return found[1].lower() if found else None


CONNECTOR_OF_PORT = {
    number: row.cells["destination"]
    for row in ROWS
    if row.section == "admin-user" and row.cells["destination"] != "Appliance"
    for number in printed_ports(row)
}


def ends(row):
    """{(source slug, destination slug)} that the row names, by the readings above."""
    if row.is_bullet:
        return {BULLET_ENDS[row.section, re.split(r" - Ports? ", row.cells["text"])[0]]}
    source, destination = row.cells.get("source") or SOURCE_OF_TABLE[row.section], row.cells["destination"]
    if destination == "Appliance":  # a connector's port means the connector, which runs on the appliance
        (destination,) = {CONNECTOR_OF_PORT.get(number, destination) for number in printed_ports(row)}
    return {(opener, listener) for opener in ENDS[source] for listener in ENDS[destination]}


def listeners(row):
    """{(component, transport, number, application or None)} that the row needs."""
    return {
        (listener, transport, number, application)
        for _, listener in ends(row)
        for number, application in printed_ports(row).items()
        for transport in transports(row, number)
    }


def transports(row, number):
    """The transports of one port of a row: printed, or read by the IANA registry."""
    printed = printed_transport(row)
    return {printed} if printed else TRANSPORTS_OF_BULLET.get(number, {"tcp"})

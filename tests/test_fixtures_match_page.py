"""The catalogue's fixtures against the vendor's page: cell by cell, and against a second reading of its rows."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from .support.vendor_page import (
    CONNECTOR_OF_PORT,
    ENDS,
    ROWS,
    SECTIONS,
    ends,
    listeners,
    printed_ports,
    printed_transport,
    transports,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"
REFERENCES = [row.reference for row in ROWS]
each_row = pytest.mark.parametrize("row", ROWS, ids=REFERENCES)

ROWS_IN_SECTION = {
    "admin-user": 10,
    "internal": 22,
    "external": 2,
    "os-image": 1,
    "key-management": 4,
    "key-servers": 8,
    "key-agent": 6,
    "key-connectors": 7,
}
# Connections that stand in bullets only, so that no table prints their activity.
ACTIVITIES_NOT_IN_TABLES = {
    ("admin-user", "appliance", "SSH"),
    ("appliance", "google-cloud", "Communication"),
    ("appliance", "active-directory", "DNS"),
    ("appliance", "smb-file-server", "SMB"),
    ("appliance", "nfs-file-server", "NFS"),
    ("appliance", "ntp-server", "NTP"),
    ("appliance", "dhcp-server", "DHCP"),
    ("dhcp-server", "appliance", "DHCP"),
}


# The fixtures


def load(name):
    """A fixture's rows as they stand in the file."""
    return yaml.safe_load((FIXTURES / f"{name}.yaml").read_text(encoding="utf-8"))


COMPONENTS = {row["slug"]: row for row in load("components")}
PORTS = {f"{row['component']}-{row['transport']}-{row['number']}": row for row in load("ports")}
CONNECTIONS = {row["slug"]: row for row in load("connections")}
STATEMENTS = {f"{row['section']}/{row['position']}": row for row in load("statements")}
ASSUMPTIONS = {row["slug"]: row for row in load("assumptions")}
each_connection = pytest.mark.parametrize("slug", CONNECTIONS)


def stated_by(row):
    """The connections that the fixture ties to a printed row."""
    return [CONNECTIONS[slug] for slug in STATEMENTS[row.reference]["connections"]]


def rows_stating(slug, *sections):
    """The printed rows that state a connection, in the given sections or in all."""
    return [
        row
        for row in ROWS
        if slug in STATEMENTS[row.reference]["connections"] and (not sections or row.section in sections)
    ]


def numbers(connection):
    return {PORTS[slug]["number"] for slug in connection["ports"]}


def applications(connection):
    return {PORTS[slug].get("application") for slug in connection["ports"]}


# Word for word


def test_page_has_its_sixty_rows():
    assert Counter(row.section for row in ROWS) == ROWS_IN_SECTION


def test_every_row_has_its_statement_in_the_order_of_the_page():
    assert list(STATEMENTS) == REFERENCES


@each_row
def test_statement_prints_the_row_word_for_word(row):
    statement = STATEMENTS[row.reference]
    printed = {name: value for name, value in statement.items() if name not in ("section", "position", "connections")}
    assert printed == row.cells


# The second reading


@each_row
def test_connections_of_a_row_have_the_ends_that_it_names(row):
    assert {(c["source"], c["destination"]) for c in stated_by(row)} == ends(row)


@each_row
def test_connections_of_a_row_are_told_apart_by_their_ends(row):
    assert len(stated_by(row)) == len(ends(row))


@each_row
def test_connections_of_a_row_have_the_ports_that_it_prints(row):
    for connection in stated_by(row):
        # A bullet prints one port of two where the next bullet prints the other; a table prints all in one row.
        together = rows_stating(connection["slug"], row.section) if row.is_bullet else [row]
        assert numbers(connection) == {number for sibling in together for number in printed_ports(sibling)}
        assert set(printed_ports(row)) <= numbers(connection)


@each_row
def test_ports_of_a_row_have_the_transport_and_application_that_it_prints(row):
    for connection in stated_by(row):
        for port in (PORTS[slug] for slug in connection["ports"]):
            assert port["transport"] in transports(row, port["number"])
            assert printed_ports(row).get(port["number"]) in (None, port.get("application"))


def test_ports_are_those_that_the_rows_need_and_no_other():
    found = {}
    for component, transport, number, application in set().union(*map(listeners, ROWS)):
        found.setdefault((component, transport, number), set()).update({application} - {None})
    assert all(len(named) <= 1 for named in found.values())
    expected = {key: next(iter(named), None) for key, named in found.items()}
    assert {(p["component"], p["transport"], p["number"]): p.get("application") for p in PORTS.values()} == expected


@each_connection
def test_connection_uses_the_ports_that_its_rows_print(slug):
    connection = CONNECTIONS[slug]
    needed = set().union(*(listeners(row) for row in rows_stating(slug)))
    expected = {listener[:3] for listener in needed if listener[0] == connection["destination"]}
    assert {(p["component"], p["transport"], p["number"]) for p in map(PORTS.get, connection["ports"])} == expected


@each_connection
def test_activity_is_printed_by_a_table_or_stands_in_bullets_only(slug):
    connection = CONNECTIONS[slug]
    printed = {row.cells["activity"] for row in rows_stating(slug) if not row.is_bullet}
    ends_and_activity = (connection["source"], connection["destination"], connection["activity"])
    assert connection["activity"] in printed or (not printed and ends_and_activity in ACTIVITIES_NOT_IN_TABLES)


def test_host_names_are_those_of_the_printed_urls():
    urls = [row.cells["destination"] for row in ROWS if row.section == "external"]
    expected = {next(iter(ENDS[url])): re.fullmatch(r"<https?://([^/>]+)/?>", url)[1] for url in urls}
    assert {slug: row["fqdn"] for slug, row in COMPONENTS.items() if "fqdn" in row} == expected


def test_services_of_the_admin_user_table_run_on_the_appliance():
    services = {slug for name in CONNECTOR_OF_PORT.values() for slug in ENDS[name]}
    assert {slug: row["host"] for slug, row in COMPONENTS.items() if "host" in row} == dict.fromkeys(
        services, "appliance"
    )


def test_groups_are_the_agent_and_vsphere():
    assert {slug: row["group"] for slug, row in COMPONENTS.items() if "group" in row} == {
        "agent-on-citrix-provisioning": "agent",
        "agent-on-hyper-v": "agent",
        "vcenter": "vsphere",
        "esxi-hosts": "vsphere",
    }


# Assumptions: each touches exactly the connections whose reading rests on it


def stated_in(*sections):
    return {slug for slug in CONNECTIONS if rows_stating(slug, *sections)}


def where(test):
    return {slug for slug, connection in CONNECTIONS.items() if test(connection)}


def source_is_printed(slug):
    return any("source" in row.cells for row in rows_stating(slug))


def printed_at_the_appliance(connection):
    rows = rows_stating(connection["slug"], "internal")
    return connection["destination"] != "appliance" and any(row.cells["destination"] == "Appliance" for row in rows)


TOUCHED = {
    "admin-table-source": stated_in("admin-user"),
    "external-tables-source": stated_in("external", "os-image"),
    "appliance-means-connector": where(printed_at_the_appliance),
    "key-servers-direction": {slug for slug in stated_in("key-servers") if not source_is_printed(slug)},
    "bullet-transport": where(lambda c: not any(printed_transport(row) for row in rows_stating(c["slug"]))),
    "agent-platforms-by-group": where(lambda c: c["destination"] == "agent"),
    "google-connector-once": where(lambda c: c["destination"] in ("google-connector", "google-cloud")),
    "bits-upload-twice": where(lambda c: c["destination"] == "bits-server"),
    "both-ports": where(lambda c: applications(c) in ({"HTTP", "HTTPS"}, {"LDAP", "LDAPS"})),
    "os-image-repeats-5900": stated_in("os-image"),
    "dns-at-active-directory": where(lambda c: applications(c) == {"DNS"}),
    "any-port-may-move": set(CONNECTIONS),
    "file-share-required": where(lambda c: c["destination"] in ("smb-file-server", "nfs-file-server")),
    "management-bullets-source": stated_in("key-management") - stated_in(*set(SECTIONS.values()) - {"key-management"}),
    "vsphere-bullet-names-the-group": where(lambda c: c["destination"] in ("vsphere", "vcenter", "esxi-hosts")),
}


def test_assumptions_are_the_known_ones():
    assert list(ASSUMPTIONS) == list(TOUCHED)


@pytest.mark.parametrize("slug", TOUCHED)
def test_assumption_touches_the_connections_whose_reading_rests_on_it(slug):
    assert TOUCHED[slug]
    assert where(lambda connection: slug in connection["assumptions"]) == TOUCHED[slug]


# Structure

KINDS = {
    "user": {"admin-user"},
    "appliance": {"appliance"},
    "connector": {slug for name in CONNECTOR_OF_PORT.values() for slug in ENDS[name]},
    "agent": {"agent", "agent-on-citrix-provisioning", "agent-on-hyper-v"},
    "compositing": {"compositing-machine"},
    "hypervisor": {"vsphere", "vcenter", "esxi-hosts", "citrix-hypervisor", "nutanix-prism"},
    "cloud": {"azure", "google-cloud"},
    "server": {"active-directory", "smb-file-server", "nfs-file-server", "ntp-server", "dhcp-server"},
    "internet": {"app-layering-web-api", "citrix-cdn"},
}


@pytest.mark.parametrize(
    ("name", "index", "count"),
    [
        ("components", COMPONENTS, 28),
        ("ports", PORTS, 42),
        ("connections", CONNECTIONS, 36),
        ("statements", STATEMENTS, 60),
        ("assumptions", ASSUMPTIONS, 15),
    ],
)
def test_fixture_has_no_row_twice(name, index, count):
    assert (len(load(name)), len(index)) == (count, count)


def test_components_have_their_kinds():
    assert {slug: row["kind"] for slug, row in COMPONENTS.items()} == {
        slug: kind for kind, slugs in KINDS.items() for slug in slugs
    }


def facts(name):
    """What the fixture says under a name, of the components at which it stands."""
    return {slug: row[name] for slug, row in COMPONENTS.items() if name in row}


def test_components_have_their_platforms_and_needs():
    """As the names of the connector services and the tables of the page say.

    The agent on Hyper-V also uploads disks to the BITS server. Not the other way round: the admin user does so too.
    """
    assert facts("platform") == {
        "azure-connector": "azure",
        "citrix-hypervisor-connector": "citrix-hypervisor",
        "citrix-provisioning-connector": "agent-on-citrix-provisioning",
        "google-connector": "google-cloud",
        "hyper-v-connector": "agent-on-hyper-v",
        "nutanix-connector": "nutanix-prism",
        "vsphere-connector": "vsphere",
    }
    assert facts("needs") == {"agent-on-hyper-v": ["bits-server"]}


def test_file_shares_and_what_is_always_in_use():
    """The page's note demands a network file share: SMB or NFS. Without appliance and admin user there is nothing."""
    assert facts("file_share") == {"smb-file-server": True, "nfs-file-server": True}
    assert facts("always_in_use") == {"admin-user": True, "appliance": True}


@each_connection
def test_connection_slug_is_made_of_its_ends_and_its_activity(slug):
    connection = CONNECTIONS[slug]
    activity = connection["activity"].lower().replace(" ", "-")
    assert slug == f"{connection['source']}-to-{connection['destination']}-{activity}"


@each_connection
def test_connection_refers_to_what_exists(slug):
    connection = CONNECTIONS[slug]
    assert {connection["source"], connection["destination"]} <= COMPONENTS.keys()
    assert {PORTS[port]["component"] for port in connection["ports"]} == {connection["destination"]}
    assert set(connection["assumptions"]) <= ASSUMPTIONS.keys()
    for name in ("ports", "assumptions"):
        assert Counter(connection[name]).most_common(1)[0][1] == 1


def test_every_connection_is_stated_and_every_statement_states_what_exists():
    stated = [slug for statement in STATEMENTS.values() for slug in set(statement["connections"])]
    assert set(stated) == CONNECTIONS.keys()
    assert all(statement["connections"] for statement in STATEMENTS.values())


def test_every_port_is_used():
    assert {port for connection in CONNECTIONS.values() for port in connection["ports"]} == PORTS.keys()


def test_no_two_ports_on_one_host_share_transport_and_number():
    def place(port):
        component = port["component"]
        return COMPONENTS[component].get("host", component), port["transport"], port["number"]

    assert [key for key, count in Counter(map(place, PORTS.values())).items() if count > 1] == []


@each_connection
def test_traffic_class_follows_from_the_kinds_of_the_ends(slug):
    connection = CONNECTIONS[slug]
    kinds = {COMPONENTS[connection[end]]["kind"] for end in ("source", "destination")}
    by_kind = {
        "user": "management",
        "agent": "agent",
        "compositing": "compositing",
        "hypervisor": "hypervisor",
        "cloud": "hypervisor",
        "server": "infrastructure",
        "internet": "internet",
    }
    assert [by_kind[kind] for kind in kinds if kind in by_kind] == [connection["traffic_class"]]


@pytest.mark.parametrize("slug", ASSUMPTIONS)
def test_assumption_is_a_question_and_its_reading(slug):
    assumption = ASSUMPTIONS[slug]
    assert assumption.keys() == {"slug", "question", "reading", "basis"}
    assert assumption["question"].endswith("?")
    assert assumption["reading"].endswith(".")
    assert assumption["basis"] in {"page", "iana", "inferred"}

"""The API's listings and objects of the catalogue: their exact shapes, pages, order, and what the filters select."""

import pytest

from portmatrix.models import Connection

from .support.api_calls import HOST, get, slugs
from .support.helpers import override_port

pytestmark = pytest.mark.django_db

DISK_DOWNLOAD = "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download"
BASE = f"{HOST}/api"


def component_ref(slug, name, host=None):
    return {"slug": slug, "name": name, "url": f"{BASE}/components/{slug}/", "host": host}


def port_row(component, transport, default, application, number=None):
    slug = f"{component}-{transport}-{default}"
    return {
        "slug": slug,
        "url": f"{BASE}/ports/{slug}/",
        "transport": transport,
        "number": number or default,
        "default_number": default,
        "overridden": number is not None,
        "application": application,
    }


def refs(kind, *slugs):
    return [{"slug": slug, "url": f"{BASE}/{kind}/{slug}/"} for slug in slugs]


def test_root_links_to_what_anyone_may_see():
    names = ["components", "ports", "connections", "statements", "assumptions", "firewall-platforms", "schema", "docs"]
    assert get("").json() == {name: f"{BASE}/{name}/" for name in names}


def test_connection_has_the_shape_of_the_contract():
    connection = get(f"connections/{DISK_DOWNLOAD}/").json()
    assumptions = connection.pop("assumptions")
    assert connection == {
        "slug": DISK_DOWNLOAD,
        "url": f"{BASE}/connections/{DISK_DOWNLOAD}/",
        "source": component_ref("agent-on-citrix-provisioning", "Agent on Citrix Provisioning server"),
        "destination": component_ref(
            "citrix-provisioning-connector", "Citrix Provisioning connector service", "appliance"
        ),
        "activity": "Disk download",
        "traffic_class": "agent",
        "ports": [
            port_row("citrix-provisioning-connector", "tcp", 3009, "HTTP"),
            port_row("citrix-provisioning-connector", "tcp", 3509, "HTTPS"),
        ],
        "statements": [{"section": "internal", "position": 13}, {"section": "key-agent", "position": 4}],
    }
    stored = Connection.objects.get(slug=DISK_DOWNLOAD).assumptions.values_list("slug", flat=True)
    assert assumptions == refs("assumptions", *stored)


def test_listing_holds_the_same_objects_as_the_object_s_own_address():
    row = get("connections/?source__exact=agent-on-citrix-provisioning&port=3009").json()["results"][0]
    assert row == get(f"connections/{DISK_DOWNLOAD}/").json()


def test_component_names_its_host_services_members_and_listeners():
    assert get("components/bits-server/").json() == {
        "slug": "bits-server",
        "url": f"{BASE}/components/bits-server/",
        "name": "BITS Server",
        "kind": "connector",
        "description": get("components/?q=bits").json()["results"][0]["description"],
        "host": component_ref("appliance", "Appliance"),
        "group": None,
        "services": [],
        "members": [],
        "fqdn": "",
        "ports": [port_row("bits-server", "tcp", 3015, "HTTP"), port_row("bits-server", "tcp", 3515, "HTTPS")],
    }
    assert get("components/vsphere/").json()["members"] == [
        component_ref("esxi-hosts", "ESXi hosts"),
        component_ref("vcenter", "vCenter"),
    ]
    assert [service["slug"] for service in get("components/appliance/").json()["services"]] == [
        "azure-connector",
        "bits-server",
        "citrix-hypervisor-connector",
        "citrix-provisioning-connector",
        "google-connector",
        "hyper-v-connector",
        "nutanix-connector",
        "vsphere-connector",
    ]


def test_port_names_its_component_and_the_connections_that_use_it():
    expected = port_row("citrix-provisioning-connector", "tcp", 3509, "HTTPS")
    expected["component"] = component_ref(
        "citrix-provisioning-connector", "Citrix Provisioning connector service", "appliance"
    )
    expected["connections"] = refs(
        "connections", "admin-user-to-citrix-provisioning-connector-communication", DISK_DOWNLOAD
    )
    port = get("ports/citrix-provisioning-connector-tcp-3509/").json()
    port["connections"].sort(key=lambda connection: connection["slug"])
    assert port == expected


def test_statement_repeats_the_page_word_for_word():
    assert get("statements/internal/13/").json() == {
        "section": "internal",
        "position": 13,
        "url": f"{BASE}/statements/internal/13/",
        "heading": "",
        "source": "Agent on Citrix Provisioning server",
        "destination": "Appliance",
        "activity": "Disk download",
        "protocol": "TCP",
        "ports": "3009 (HTTP), 3509 (HTTPS)",
        "text": "",
        "connections": refs("connections", DISK_DOWNLOAD),
    }


def test_assumption_says_how_it_is_read_and_what_it_touches():
    assumption = get("assumptions/google-connector-once/").json()
    assert sorted(assumption) == ["basis", "connections", "question", "reading", "slug", "url"]
    assert assumption["url"] == f"{BASE}/assumptions/google-connector-once/"
    assert get("assumptions/?connection=appliance-to-active-directory-dns&basis=iana").json()["results"] == [
        get(f"assumptions/{slug}/").json() for slug in slugs(get("assumptions/?basis=iana"))
    ]


def test_moved_listener_shows_its_effective_number_everywhere():
    override_port("citrix-provisioning-connector-tcp-3509", 13509)
    moved = port_row("citrix-provisioning-connector", "tcp", 3509, "HTTPS", number=13509)
    assert get(f"connections/{DISK_DOWNLOAD}/").json()["ports"][1] == moved
    assert get("components/citrix-provisioning-connector/").json()["ports"][1] == moved
    assert slugs(get("ports/?number=13509")) == ["citrix-provisioning-connector-tcp-3509"]
    assert slugs(get("ports/?number=3509")) == []
    using = ["admin-user-to-citrix-provisioning-connector-communication", DISK_DOWNLOAD]
    assert sorted(slugs(get("connections/?port=13509"))) == using
    assert slugs(get("connections/?port=3509")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source=agent&destination__exact=appliance&port=8787", {"agent-to-appliance-log-deliveries-from-agent"}),
        (
            "destination=vsphere",
            {
                "appliance-to-vsphere-communication",
                "appliance-to-vcenter-communication-with-datastore-via-esxi-host",
                "appliance-to-esxi-hosts-communication-with-datastore-via-esxi-host",
            },
        ),
        ("destination__exact=vsphere", {"appliance-to-vsphere-communication"}),
        (
            "section=external&section=os-image",
            {
                "appliance-to-app-layering-web-api-api-access",
                "appliance-to-citrix-cdn-download-upgrade-media",
                "appliance-to-citrix-hypervisor-communication",
            },
        ),
        ("component__exact=bits-server&source=agent", {"agent-on-hyper-v-to-bits-server-disk-upload"}),
        (
            "transport=udp",
            {
                "appliance-to-active-directory-dns",
                "appliance-to-dhcp-server-dhcp",
                "appliance-to-ntp-server-ntp",
                "dhcp-server-to-appliance-dhcp",
            },
        ),
        ("application=iSCSI", {"compositing-machine-to-appliance-layer-disk-access-via-iscsi"}),
        ("port=3500&application=HTTP", set()),
    ],
)
def test_filters_of_connections(query, expected):
    assert set(slugs(get(f"connections/?{query}"))) == expected


def test_pages_follow_each_other_without_gap_or_overlap():
    whole = slugs(get("connections/?limit=1000"))
    pages, address = [], "connections/?limit=10&ordering=-activity"
    while address:
        page = get(address).json()
        assert page["count"] == 36
        pages.append([row["slug"] for row in page["results"]])
        address = page["next"] and page["next"].removeprefix(f"{BASE}/")
    assert [len(page) for page in pages] == [10, 10, 10, 6]
    assert sorted(slug for page in pages for slug in page) == sorted(whole)


def test_a_page_names_its_neighbours():
    page = get("statements/?limit=20&offset=20&section=internal&section=key-agent").json()
    query = "section=internal&section=key-agent"
    assert (page["count"], page["next"], len(page["results"])) == (28, None, 8)
    assert page["previous"] == f"{BASE}/statements/?limit=20&{query}"


def test_default_page_has_fifty_rows_and_the_largest_a_thousand():
    assert len(get("statements/").json()["results"]) == 50
    assert get("statements/?limit=5000&offset=10").json()["previous"] == f"{BASE}/statements/?limit=1000"


def test_statements_stand_in_the_order_of_the_page():
    rows = get("statements/?limit=1000").json()["results"]
    sections = ["admin-user", "internal", "external", "os-image"]
    sections += ["key-management", "key-servers", "key-agent", "key-connectors"]
    expected = zip(sections, [10, 22, 2, 1, 4, 8, 6, 7], strict=True)
    assert [(row["section"], row["position"]) for row in rows] == [
        (section, position) for section, last in expected for position in range(1, last + 1)
    ]


def test_ordering_sorts_and_reverses():
    upwards = slugs(get("components/?ordering=slug"))
    assert upwards == sorted(upwards)
    assert slugs(get("components/?ordering=-slug")) == upwards[::-1]


def test_answers_differ_by_format_and_person_for_a_cache():
    for path in ("connections/", "connections/?format=csv", "nothing/", "components/appliance/"):
        vary = {name.strip() for name in get(path)["Vary"].split(",")}
        assert {"Accept", "Authorization", "Cookie"} <= vary, path

"""What follows from a deployment, through the API: its rules as JSON and as files, and whether it needs a packet."""

import csv
import io
import json
import time

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portmatrix.deployments import service as store

from .support.api_calls import HOST, client_of, get, text_of
from .support.deployments import FOLDER, deployment, example
from .support.helpers import double_the_catalogue, editor, outsider, override_port, viewer
from .support.queries import QUERIES_FOR_A_TOKEN

pytestmark = pytest.mark.django_db

HERE = "There is nothing at this address."
COLUMNS = [
    *("source", "destination", "transport", "port", "direction", "reason", "id", "resolved"),
    *("source_component", "source_name", "destination_component", "destination_name", "application", "encrypted"),
    *("connections", "listeners", "statements"),
]
MISSING = ["Missing. Give it."]
NO_PORT = "'{}' is not a port. Give a whole number from 1 to 65535."
EMPTY = ["The value is empty. Give a value, or leave the parameter out."]
PACKET = "source=10.9.0.7&destination=10.20.0.10&transport=tcp&port=13504"


@pytest.fixture(autouse=True)
def _deployments(catalogue):
    for name in ("frankfurt", "ulm"):
        store.put(name, example(name), editor())


def rules(slug="frankfurt", query=""):
    return get(f"deployments/{slug}/rules/{query}", viewer())


def with_urls(shape, slug):
    """What the command writes, with the addresses that the API adds."""
    for rule in [*shape["rules"], *shape["unresolved"]]:
        for end in (rule["source"], rule["destination"]):
            end["component"]["url"] = f"{HOST}/api/components/{end['component']['slug']}/"
    for finding in shape["findings"]:
        finding["url"] = f"{HOST}/deployments/{slug}/components/#component-{finding['components'][0]}"
    return shape


def test_rules_are_those_of_the_command_with_addresses():
    response = rules("ulm")
    written = json.loads((FOLDER / "ulm.rules.json").read_text(encoding="utf-8"))
    assert (response.status_code, response.json()) == (200, with_urls(written, "ulm"))


def test_links_to_the_api_keep_the_format_that_was_asked_for():
    ends = [rule["destination"]["component"] for rule in rules(query="?format=json").json()["rules"]]
    assert {end["url"] for end in ends} == {f"{HOST}/api/components/{end['slug']}/?format=json" for end in ends}


def test_a_rule_has_the_shape_of_the_contract():
    (rule,) = (rule for rule in rules().json()["rules"] if rule["port"] == 13504)
    ident = rule.pop("id")
    assert len(ident) <= 24
    assert rule == {
        "source": {
            "component": {
                "slug": "admin-user",
                "name": "Admin user",
                "url": f"{HOST}/api/components/admin-user/",
                "host": None,
            },
            "addresses": ["10.9.0.0/24"],
        },
        "destination": {
            "component": {
                "slug": "appliance",
                "name": "Appliance",
                "url": f"{HOST}/api/components/appliance/",
                "host": None,
            },
            "addresses": ["10.20.0.10"],
        },
        "transport": "tcp",
        "port": 13504,
        "application": "HTTPS",
        "encrypted": True,
        "reasons": [
            {
                "connection": "admin-user-to-vsphere-connector-communication",
                "activity": "Communication",
                "listener": "vsphere-connector-tcp-3504",
                "statements": ["admin-user/10", "internal/17"],
            }
        ],
    }


def test_every_finding_leads_to_the_page_where_it_is_mended(client):
    document = deployment(
        "vsphere-connector",
        "agent-on-hyper-v",
        "ntp-server",
        endpoints=[("appliance", "10.0.0.1"), ("admin-user", "10.0.0.0/24")],
        overrides=[("azure-connector-tcp-3500", 13500)],
    )
    store.put("odd", {**document, "slug": "odd"}, editor())
    findings = rules("odd").json()["findings"]
    page = f"{HOST}/deployments/odd"
    assert {(one["code"], one["url"]) for one in findings} >= {
        ("no-file-share", f"{page}/components/#component-smb-file-server"),
        ("component-without-address", f"{page}/components/#component-ntp-server"),
        ("plain-text-port", f"{page}/edit/#encrypted-only"),
        ("override-not-in-use", f"{page}/overrides/"),
        ("shared-address", f"{page}/components/#component-admin-user"),
    }
    assert {one["code"] for one in findings} >= {"connector-without-platform", "platform-without-connector"}
    client.force_login(viewer())
    for address in {one["url"].split("#")[0] for one in findings if "/edit/" not in one["url"]}:
        assert client.get(address).status_code == 200, address


def test_rules_follow_a_port_that_moves_everywhere():
    override_port("appliance-tcp-443", 8443)
    assert {rule["port"] for rule in rules().json()["rules"]} >= {8443, 13504}
    assert 443 not in {
        rule["port"] for rule in rules().json()["rules"] if rule["destination"]["component"]["slug"] == "appliance"
    }


# Files


@pytest.mark.parametrize("slug", ["frankfurt", "ulm"])
def test_csv_and_xlsx_have_a_row_for_every_rule(slug):
    shape = rules(slug).json()
    expected = [rule["id"] for rule in [*shape["rules"], *shape["unresolved"]]]
    response = rules(slug, "?format=csv")
    assert response["Content-Disposition"] == f'attachment; filename="alports-{slug}-rules.csv"'
    assert response["Content-Description"] == f"Firewall rules of {slug.capitalize()}"
    table = list(csv.reader(io.StringIO(text_of(response), newline="")))
    assert table[0] == COLUMNS
    assert [row[6] for row in table[1:]] == expected
    response = rules(slug, "?format=xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="alports-{slug}-rules.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = list(book["rules"].iter_rows(values_only=True))
    as_text = [[{True: "true", False: "false"}.get(cell, str(cell or "")) for cell in row] for row in cells]
    assert as_text == table


def test_a_row_reads_like_a_request_for_a_firewall_rule():
    table = list(csv.DictReader(io.StringIO(text_of(rules(query="?format=csv")), newline="")))
    (row,) = (row for row in table if row["port"] == "13504")
    assert list(row.values())[:6] == [
        "10.9.0.0/24",
        "10.20.0.10",
        "tcp",
        "13504",
        "source to destination",
        "Communication (admin-user to vsphere-connector)",
    ]


def test_no_cell_of_a_sheet_loses_an_address():
    agents = [f"10.{100 + number // 250}.{number % 250}.1" for number in range(5_000)]
    store.put("frankfurt", deployment(endpoints=[("appliance", "10.0.0.1"), *(("agent", one) for one in agents)]), None)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(rules(query="?format=xlsx").streaming_content)))
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in book["rules"].iter_rows(min_row=2, values_only=True)]
    logs = [row for row in rows if (row["port"], row["destination_component"]) == (8787, "appliance")]
    assert sorted(one for row in logs for one in row["source"].split("; ")) == sorted(agents)


# What it costs


def large(count):
    document = example("frankfurt")
    places = [f"10.{100 + number // 62_500}.{number // 250 % 250}.{number % 250}" for number in range(count)]
    document["endpoints"] += [{"component": "compositing-machine", "name": "m", "address": place} for place in places]
    return document


@pytest.mark.parametrize(
    "path", ["rules/", "rules/?format=csv", f"explain/?{PACKET}", "firewall/nftables/?partial=true"]
)
def test_the_number_of_queries_does_not_grow(path):
    client = client_of(viewer())

    def asked():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(f"/api/deployments/frankfurt/{path}")
            assert response.status_code == 200
            if response.streaming:
                text_of(response)
        return len(captured)

    before = asked()
    store.put("frankfurt", large(300), editor())
    double_the_catalogue()
    assert asked() == before
    assert before <= QUERIES_FOR_A_TOKEN + 13


def test_rules_of_two_thousand_endpoints_take_less_than_a_second():
    store.put("frankfurt", large(2_000), editor())
    client = client_of(viewer())
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert client.get("/api/deployments/frankfurt/rules/").status_code == 200
        took.append(time.perf_counter() - began)
    assert min(took) < 1


# Explain


def explain(query, slug="frankfurt"):
    return get(f"deployments/{slug}/explain/?{query}", viewer())


def test_a_packet_that_is_needed():
    answer = explain(PACKET).json()
    assert (answer["needed"], answer["sentence"], answer["misses"]) == (
        True,
        "Needed: Admin user to Appliance, for Communication.",
        [],
    )
    assert answer["rules"] == [rule for rule in rules().json()["rules"] if rule["port"] == 13504]


def test_a_packet_that_no_rule_needs():
    answer = explain(PACKET.replace("13504", "3504")).json()
    assert (answer["needed"], answer["verdict"], answer["rules"]) == (False, "not-needed", [])
    assert answer["sentence"] == "Not needed: no rule opens TCP 3504 from 10.9.0.7 to 10.20.0.10."
    first = answer["misses"][0]
    assert first["code"] == "moved"
    assert first["message"] == "TCP 3504 of vSphere connector service was moved to 13504 here."
    assert first["rule"]["port"] == 13504
    assert first["rule"]["source"]["component"]["url"] == f"{HOST}/api/components/admin-user/"


def test_a_miss_may_have_no_rule():
    misses = explain("source=192.0.2.1&destination=198.51.100.1&transport=udp&port=9").json()["misses"]
    assert {"code": "unknown-source", "message": "192.0.2.1 is no address of this deployment.", "rule": None} in misses


@pytest.mark.parametrize(
    ("source", "destination", "code"),
    [
        ("0.0.0.0", "255.255.255.255", "broadcast"),
        ("10.20.0.10", "224.0.0.251", "multicast"),
        ("127.0.0.1", "169.254.169.254", "unknown-destination"),
    ],
)
def test_what_a_log_has_can_be_asked_about_although_no_endpoint_is_there(source, destination, code):
    answer = explain(f"source={source}&destination={destination}&transport=udp&port=67").json()
    assert answer["sentence"] == f"Not needed: no rule opens UDP 67 from {source} to {destination}."
    assert (answer["needed"], answer["verdict"]) == (False, "not-needed")
    assert code in [miss["code"] for miss in answer["misses"]]


def test_what_dhcp_broadcasts_is_needed_without_a_rule():
    store.put("ulm", deployment("dhcp-server", endpoints=[("appliance", "10.0.0.1")], slug="ulm"), editor())
    query = "source=0.0.0.0&destination=255.255.255.255&transport=udp&port=67"
    answer = get(f"deployments/ulm/explain/?{query}", viewer()).json()
    assert (answer["needed"], answer["verdict"], answer["rules"]) == (True, "by-hand", [])
    assert answer["sentence"] == (
        "Needed by DHCP, but by no rule: allow UDP 67 from 0.0.0.0 to 255.255.255.255 by hand, or let a DHCP relay "
        "pass it on."
    )
    [miss] = answer["misses"]
    assert (miss["code"], miss["rule"]["port"]) == ("dhcp-broadcast", 67)


@pytest.mark.parametrize("port", ["", "&port=", "&port=443"])
def test_whether_icmp_is_needed_is_not_known(port):
    answer = explain(f"source=10.9.0.7&destination=10.20.0.10&transport=icmp{port}").json()
    assert (answer["needed"], answer["verdict"], answer["rules"]) == (None, "not-known", [])
    assert answer["sentence"] == (
        "Not known: ICMP has no ports, and the vendor's page names TCP and UDP ports alone, so nothing tells whether "
        "this deployment needs it."
    )


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", dict.fromkeys(["source", "destination", "transport", "port"], MISSING)),
        ("source=10.9.0.7&port=1", dict.fromkeys(["destination", "transport"], MISSING)),
        (
            PACKET.replace("10.9.0.7", "10.9.0.300"),
            {"source": ["“10.9.0.300” is not an IPv4 address: none of its numbers may be above 255."]},
        ),
        (
            PACKET.replace("10.20.0.10", "fe80::1"),
            {"destination": ["“fe80::1” looks like IPv6, but the appliance requires IPv4. Give the IPv4 address."]},
        ),
        (
            PACKET.replace("10.9.0.7", "10.9.0.7/255.255.255.0"),
            {
                "source": [
                    "“10.9.0.7/255.255.255.0” is not a network: one is written with a slash and the number of its "
                    "bits. Write 10.9.0.7 for this one address, or 10.9.0.0/24 for the network of 256 addresses."
                ]
            },
        ),
        (PACKET.replace("=tcp", "=TCP"), {"transport": ["No transport 'TCP'. Did you mean 'tcp'?"]}),
        (PACKET.replace("=tcp", "=gre"), {"transport": ["No transport 'gre'. Use one of: tcp, udp, icmp."]}),
        (PACKET.replace("=tcp&port=13504", "=udp"), {"port": MISSING}),
        (PACKET.replace("=tcp&port=13504", "=icmp&port=0"), {"port": [NO_PORT.format("0")]}),
        (PACKET.replace("=tcp&port=13504", "=icmp&port=1&port=2"), {"port": ["Given more than once. Give it once."]}),
        *(
            (
                PACKET.replace("13504", port),
                {"port": [NO_PORT.format(port)]},
            )
            for port in ("0", "65536", "-1", "abc", "1.0", "\u0663", "1" * 30)
        ),
        (f"{PACKET}&port=443", {"port": ["Given more than once. Give it once."]}),
        (f"{PACKET}&sorce=x", {"sorce": ["Unknown parameter 'sorce'. Did you mean 'source'?"]}),
        (
            "source=&destination=%00&transport=&port=%20",
            {"source": EMPTY, "destination": ["Null characters are not allowed."], "transport": EMPTY, "port": EMPTY},
        ),
        (f"{PACKET}&format=csv", {"format": ["No format 'csv'. Use one of: json."]}),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)
def test_a_question_is_judged_strictly(query, fault):
    response = explain(query)
    assert (response.status_code, response.json()) == (400, fault)


# Who may ask


PATHS = ["rules/", "rules/?format=csv", f"explain/?{PACKET}", "explain/", "firewall/nftables/", "firewall/nope/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slug", ["frankfurt", "nowhere"])
def test_for_who_may_not_see_deployments_there_is_nothing(path, slug):
    for user in (None, outsider()):
        response = get(f"deployments/{slug}/{path}", user)
        assert response.status_code == 404
        assert response.json()["detail"].startswith(HERE)


@pytest.mark.parametrize("path", [PATHS[0], PATHS[2], PATHS[4]])
def test_answers_are_for_one_person_and_only_read(path):
    client = client_of(editor())
    response = client.get(f"/api/deployments/frankfurt/{path}")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert {"Authorization", "Cookie"} <= {name.strip() for name in response["Vary"].split(",")}
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/api/deployments/frankfurt/{path}").status_code == 405


@pytest.mark.parametrize("path", [PATHS[0], PATHS[2], PATHS[4]])
def test_a_misspelt_deployment_is_not_found(path):
    response = get(f"deployments/frankfort/{path}", viewer())
    assert response.status_code == 404
    assert response.json() == {"detail": "No deployment 'frankfort'. Did you mean 'frankfurt'?"}


def test_rules_take_no_parameters():
    response = rules(query="?port=443&limit=1")
    assert (response.status_code, response.json()) == (
        400,
        {"port": ["Unknown parameter 'port'."], "limit": ["Unknown parameter 'limit'."]},
    )


def test_a_deployment_without_addresses_has_no_rules_but_unresolved_ones():
    store.put("frankfurt", deployment(), editor())
    shape = rules().json()
    assert shape["rules"] == []
    assert [rule["port"] for rule in shape["unresolved"]] == [22, 80, 443, 8888]
    assert all(not end["addresses"] for rule in shape["unresolved"] for end in (rule["source"], rule["destination"]))

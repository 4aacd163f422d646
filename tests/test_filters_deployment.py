"""Connections of one deployment: only what it uses, its own port numbers everywhere, and only for who may see it."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from portmatrix.deployments import service as store
from portmatrix.deployments.evaluate import evaluate
from portmatrix.filters import ConnectionFilter
from portmatrix.models import Connection
from portmatrix.queries.facets import count_facets

from .support.api_calls import client_of, get, slugs, text_of
from .support.deployments import example
from .support.helpers import editor, outsider, override_port, viewer
from .support.reading import drawn_connections, html_of

pytestmark = pytest.mark.django_db

VSPHERE = "admin-user-to-vsphere-connector-communication"
CONSOLE = "admin-user-to-appliance-management-console"
NUTANIX = "admin-user-to-nutanix-connector-communication"
ULM = {
    "admin-user-to-appliance-log-download",
    CONSOLE,
    "admin-user-to-appliance-ssh",
    NUTANIX,
    "appliance-to-nfs-file-server-nfs",
    "appliance-to-ntp-server-ntp",
    "appliance-to-nutanix-prism-communication",
}
EVERY_USER = {"anonymous": lambda: None, "outsider": outsider}


@pytest.fixture(autouse=True)
def _deployments(catalogue):
    """Frankfurt keeps plain ports and moved 3504 to 13504; Ulm is encrypted only and moved 3506 to 13506."""
    for name in ("frankfurt", "ulm"):
        store.put(name, example(name), editor())


def asked(query, user=None):
    request = SimpleNamespace(user=user or viewer())
    return ConnectionFilter(QueryDict(query), queryset=Connection.objects.all(), request=request)


def found(query):
    filterset = asked(query)
    assert filterset.is_valid(), filterset.errors
    return [connection.slug for connection in filterset.qs]


def ports(query):
    """The ports that the rows show: slug of the connection to effective numbers."""
    return {row.slug: [port.effective_number for port in row.ports.all()] for row in asked(query).qs}


def test_only_what_the_deployment_uses():
    used = {flow.slug for flow, _ in evaluate("ulm").installation.connections_in_use()}
    assert used <= set(found("deployment=ulm"))
    assert set(found("deployment=ulm")) == ULM


@pytest.mark.parametrize("slug", ["frankfurt", "ulm"])
def test_the_ports_shown_are_those_that_the_rules_open(slug):
    override_port("appliance-tcp-443", 8443)
    installation = evaluate(slug).installation
    shown = ports(f"deployment={slug}")
    for flow, _ in installation.connections_in_use():
        assert sorted(shown[flow.slug]) == sorted(one.number for one in installation.ports_of(flow)), flow.slug


def test_a_port_is_asked_for_by_the_number_that_holds_there():
    assert found("deployment=frankfurt&port=13504") == [VSPHERE]
    assert found("deployment=frankfurt&port=3504") == []
    assert found("port=13504") == []
    assert found("port=3504") == [VSPHERE]
    assert ports("deployment=frankfurt&port=13504") == {VSPHERE: [3004, 13504]}


def test_a_move_everywhere_holds_there_unless_it_has_its_own():
    override_port("vsphere-connector-tcp-3504", 23504)
    override_port("vsphere-connector-tcp-3004", 23004)
    assert ports("deployment=frankfurt&destination__exact=vsphere-connector") == {VSPHERE: [23004, 13504]}
    assert ports("destination__exact=vsphere-connector")[VSPHERE] == [23004, 23504]


def test_digits_of_a_search_find_the_number_that_holds_there():
    assert found("deployment=frankfurt&q=13504") == found("deployment=frankfurt&q=3504") == [VSPHERE]
    assert found("q=13504") == []
    assert found("deployment=ulm&q=13506 communication") == [NUTANIX]


def test_a_port_that_stays_closed_is_neither_found_nor_shown():
    assert ports("deployment=ulm&destination__exact=appliance&q=management console") == {CONSOLE: [443]}
    assert found("deployment=ulm&port=80") == found("deployment=ulm&q=80") == []
    assert found("deployment=ulm&application=HTTP") == []
    assert CONSOLE in found("deployment=frankfurt&port=80")


def test_the_order_follows_the_ports_of_the_deployment():
    everything = ports("deployment=ulm&ordering=port")
    lowest = [min(numbers) for numbers in everything.values()]
    assert lowest == sorted(lowest)
    assert everything[NUTANIX] == [13506]
    assert list(everything)[-1] == NUTANIX


@pytest.mark.parametrize("query", ["deployment=ulm", "deployment=frankfurt&transport=tcp", "deployment=ulm&q=443"])
def test_each_count_is_what_choosing_it_would_leave(query):
    filterset = asked(query)
    assert filterset.is_valid()
    for name, choices in count_facets(filterset).choices.items():
        others = "&".join(part for part in query.split("&") if not part.startswith(f"{name}="))
        for choice in choices:
            chosen = f"{others}&{name}={choice.value}"
            assert (chosen, choice.count) == (chosen, len(found(chosen)))


def test_without_the_deployment_the_numbers_of_everywhere_hold():
    """What a page offers when nothing matches: the same question with one filter less."""
    for query, left in (("deployment=frankfurt&port=3504", {VSPHERE}), ("deployment=ulm&q=13506", set())):
        filterset = asked(query)
        assert filterset.is_valid()
        rows = filterset.filter_queryset(Connection.objects.all(), without="deployment")
        assert {row.slug for row in rows} == left


def test_it_is_given_once_and_has_to_exist():
    assert asked("deployment=frankfurt&deployment=ulm").errors == {
        "deployment": ["Given more than once. Give it once."]
    }
    assert asked("deployment=frankfort").errors == {
        "deployment": ["No deployment 'frankfort'. Did you mean 'frankfurt'?"]
    }
    assert asked("deployment=").errors == {
        "deployment": ["The value is empty. Give a value, or leave the parameter out."]
    }


@pytest.mark.parametrize("slug", ["frankfurt", "frankfort", "x"])
@pytest.mark.parametrize("person", EVERY_USER)
def test_to_who_may_not_see_it_a_deployment_is_like_none(person, slug):
    user = EVERY_USER[person]()
    fault = {"deployment": [f"No deployment '{slug}'."]}
    filterset = asked(f"deployment={slug}", user or AnonymousUser())
    assert filterset.errors == fault
    assert list(filterset.qs) == []
    for format in ("json", "csv", "xlsx"):
        response = get(f"connections/?deployment={slug}&format={format}", user)
        assert (response.status_code, response.json()) == (400, fault)


@pytest.mark.parametrize("path", ["/", "/connections/", "/connections/?view=diagram", "/connections/diagram.svg"])
def test_pages_show_no_deployment_to_who_may_not_see_it(client, path):
    response = client.get(path, {"deployment": "frankfurt"})
    assert response.status_code == 400
    assert "13504" not in response.content.decode()
    assert "Frankfurt" not in response.content.decode()


def test_who_asks_without_a_request_sees_none():
    assert not ConnectionFilter(QueryDict("deployment=frankfurt"), queryset=Connection.objects.all()).is_valid()


def test_the_api_shows_the_ports_of_the_deployment():
    (row,) = get("connections/?deployment=frankfurt&port=13504", viewer()).json()["results"]
    assert [(port["number"], port["default_number"], port["overridden"]) for port in row["ports"]] == [
        (3004, 3004, False),
        (13504, 3504, True),
    ]
    assert slugs(get("connections/?deployment=ulm&ordering=-port", viewer()))[0] == NUTANIX


def test_a_file_shows_the_ports_of_the_deployment():
    response = get("connections/?deployment=ulm&format=csv&port=13506", viewer())
    assert response["Content-Description"] == "Connections in Ulm, on port 13506"
    (row,) = csv.DictReader(io.StringIO(text_of(response), newline=""))
    assert (row["slug"], row["ports"], row["default_ports"]) == (NUTANIX, "tcp/13506 (HTTPS)", "tcp/3506")


def test_a_caches_copy_of_a_deployment_serves_nobody(client):
    client.force_login(viewer())
    for response in (
        client.get("/connections/?deployment=frankfurt"),
        client.get("/connections/diagram.svg?deployment=frankfurt"),
        client_of(viewer()).get("/api/connections/?deployment=frankfurt"),
        client_of().get("/api/connections/?deployment=frankfurt"),
    ):
        assert set(response["Cache-Control"].split(", ")) >= {"private", "no-store"}


class TestPages:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client):
        client.force_login(viewer())

    def test_the_table(self, client):
        response = client.get("/connections/?deployment=frankfurt&destination=vsphere-connector")
        assert response.context["title"] == "Connections in Frankfurt, to vSphere connector service"
        page = html_of(response)
        assert '<input type="hidden" name="deployment" value="frankfurt">' in page
        assert "<span>in <b>Frankfurt</b></span>" in page
        assert "Authorization: Token" in page  # the call asks for one
        assert [[port.effective_number for port in row.ports.all()] for row in response.context["rows"]] == [
            [3004, 13504]
        ]

    def test_the_matrix(self, client):
        response = client.get("/?deployment=ulm")
        found_labels = [
            label
            for group in response.context["matrix"].groups
            for row in group.rows
            for cell in row.cells
            for label in cell.labels
        ]
        assert {label.connection.slug: [port.number for port in label.ports] for label in found_labels} == {
            slug: sorted(numbers) for slug, numbers in ports("deployment=ulm").items()
        }

    def test_the_diagram(self, client):
        page = client.get("/connections/?view=diagram&deployment=ulm").content.decode()
        assert drawn_connections(page) == set(found("deployment=ulm"))
        assert 'href="/connections/diagram.svg?deployment=ulm"' in page

    def test_the_diagrams_file(self, client):
        text = client.get("/connections/diagram.svg?deployment=ulm&port=13506").content.decode()
        assert drawn_connections(text) == {NUTANIX}
        assert "13506" in text

    def test_what_is_offered_when_nothing_matches(self, client):
        response = client.get("/connections/?deployment=frankfurt&port=3504")
        assert response.context["offers"] == [
            ("in Frankfurt", 1, "/connections/?port=3504"),
            ("on port 3504", len(found("deployment=frankfurt")), "/connections/?deployment=frankfurt"),
        ]

    def test_an_unknown_one_is_refused_with_the_nearest(self, client):
        response = client.get("/connections/?deployment=ulmm")
        assert response.status_code == 400
        assert [error.address for error in response.context["errors"]] == ["/connections/?deployment=ulm"]

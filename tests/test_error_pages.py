"""What stands where a page would: 400, 403, 404, 500, and a form that is too old."""

from unittest.mock import Mock

import pytest
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.test import Client

from portmatrix.pages import components
from portmatrix.pages.errors import server_error

from .support import helpers
from .support.reading import addresses, headings, main_of, words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def failing(monkeypatch):
    """A site on which the list of components fails, and a client that sees what a browser would."""

    monkeypatch.setattr(components, "_by_kind", Mock(side_effect=RuntimeError("secret detail")))
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("path", "suggested"),
    [
        ("/components/aplliance/", ["/components/appliance/"]),
        ("/components/VSPHERE-CONECTOR/", ["/components/vsphere-connector/"]),
        ("/connections/admin-user-to-appliance-shh/", ["/connections/admin-user-to-appliance-ssh/"]),
        ("/ports/nfs-file-server/", ["/ports/2049/"]),
        ("/ports/0443/x/", []),
        ("/nutanix-prism", ["/components/nutanix-prism/"]),
        ("/components/ELM/", ["/components/appliance/"]),
        (
            "/components/pvs/",
            ["/components/agent-on-citrix-provisioning/", "/components/citrix-provisioning-connector/"],
        ),
        ("/zzz/", []),
    ],
)
def test_a_mistyped_address_is_not_found_and_names_the_nearest(client, path, suggested):
    response = client.get(path)
    assert response.status_code == 404
    assert headings(response) == ["Not found"]
    assert (
        addresses(main_of(response), r"(/(?:components|connections|ports)/[a-z0-9-]+/)")[: len(suggested)] == suggested
    )
    assert ("Did you mean" in main_of(response)) == bool(suggested)


def test_nothing_is_suggested_to_a_visitor_of_a_private_matrix(client, settings):
    settings.PUBLIC_MATRIX = False
    response = client.get("/aplliance/")
    assert response.status_code == 404
    assert "Did you mean" not in main_of(response)


@pytest.mark.parametrize(
    "path", ["/components/%00/", "/components/%ff/", "/ports/%F0%9F%94%A5/", "/components/" + "x" * 5000 + "/"]
)
def test_odd_bytes_are_a_plain_not_found(client, path):
    assert client.get(path).status_code == 404


def test_htmx_gets_the_message_without_a_frame(client):
    response = client.get("/components/aplliance/", headers=HTMX)
    assert response.status_code == 404
    assert words(response.content.decode()) == "There is no component of this name. Did you mean Appliance ?"


@pytest.mark.parametrize("path", ["/connections/", "/components/", "/ports/"])
def test_a_query_with_too_many_parameters_is_refused(client, path):
    query = "&".join(f"p{number}=1" for number in range(2000))
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    assert headings(response) == ["Not understood"]


UNKNOWN_HOST = (
    "alports does not answer under the name '{}'. If it should, add the name, without a port, to "
    "ALPORTS_ALLOWED_HOSTS and start alports again."
)


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("evil.example", UNKNOWN_HOST.format("evil.example")),
        ("ports.example.org:8443", UNKNOWN_HOST.format("ports.example.org:8443")),
        ("<b>x</b>", "The Host header '<b>x</b>' is not the name of a host."),
    ],
)
def test_a_foreign_host_is_refused_without_a_frame_and_names_the_variable(client, host, message):
    response = client.get("/components/", headers={"Host": host})
    assert response.status_code == 400
    assert headings(response) == ["Not understood"]
    assert "<b>x" not in response.content.decode()
    assert words(main_of(response)).replace(" .", ".") == f"Not understood {message}"
    answer = client.get("/api/", headers={"Host": host})
    assert (answer.status_code, answer.json()) == (400, {"detail": message})


def test_a_proxy_that_makes_up_a_host_is_told_from_the_browser(client):
    headers = {"Host": "10.0.0.7:8000", "X-Forwarded-Host": "ports.example.org"}
    assert client.get("/api/", headers=headers).json() == {
        "detail": "The proxy asked for '10.0.0.7:8000', the browser for 'ports.example.org'. Let the proxy pass on the "
        "Host header as the browser sent it (nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On), "
        "and see that ALPORTS_ALLOWED_HOSTS names it."
    }


def test_a_refusal_tells_what_the_page_said_and_nothing_of_the_inside(client, monkeypatch):
    for error, expected in ((BadRequest, "Not this."), (SuspiciousOperation, "The request could not be understood.")):
        monkeypatch.setattr(components, "_by_kind", Mock(side_effect=error("Not this.")))
        response = client.get("/components/")
        assert response.status_code == 400
        assert words(main_of(response)).startswith(f"Not understood {expected}")


def test_a_form_without_its_token_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "vera", "password": "x"})
    assert response.status_code == 403
    assert headings(response) == ["Not allowed"]
    assert "Load the page again and send the form once more." in words(main_of(response))


def test_not_allowed_says_so(client):
    client.force_login(helpers.viewer())
    response = client.get("/overrides/add/")
    assert (response.status_code, headings(response)) == (403, ["Not allowed"])


def test_a_failure_is_a_page_that_tells_nothing_of_the_inside(failing):
    response = failing.get("/components/")
    assert response.status_code == 500
    assert headings(response) == ["The server failed"]
    assert "secret detail" not in response.content.decode()


def test_the_page_of_a_failure_needs_no_database(failing, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = server_error(failing.get("/healthz").wsgi_request)
    assert headings(response) == ["The server failed"]


def test_under_the_api_a_refusal_is_json(client):
    response = client.get("/api/components/", headers={"Host": "evil.example"})
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/json")
    assert list(response.json()) == ["detail"]

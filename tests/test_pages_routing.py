"""What holds for every page by its address: no query parameter is ignored, and a private matrix asks for a login."""

import pytest
from django.urls import reverse

from portmatrix.pages.urls import urlpatterns

from .support import helpers
from .support.reading import headings, main_of, words

pytestmark = pytest.mark.django_db

ARGUMENTS = {
    "connection": ["appliance-to-agent-communication"],
    "component": ["appliance"],
    "port": [443],
    "deployment-component": ["frankfurt", "agent"],
}
PAGES = [pattern.name for pattern in urlpatterns]


@pytest.fixture
def moved():
    return helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)


@pytest.fixture
def address(frankfurt, moved):
    """The address of a page of that name that exists."""

    def made(name):
        if name in ("override-edit", "override-remove"):
            return reverse(name, args=[moved.pk])
        if name in ("deployments", "deployment-new", "deployment-send", "deployment-example"):
            return reverse(name)
        return reverse(name, args=ARGUMENTS.get(name, ["frankfurt"] if name.startswith("deployment") else []))

    return made


def refused(client, path):
    """The words of the page that refuses a query; of a file that does, its text."""
    response = client.get(path)
    assert response.status_code == 400
    if response.headers["Content-Type"].startswith("text/html"):
        assert len(headings(response)) == 1
        return words(main_of(response))
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_ignores_an_unknown_parameter(client, address, name):
    if name != "login":  # which leads on whoever is signed in
        client.force_login(helpers.editor())
    assert "Unknown parameter 'zzz'." in refused(client, f"{address(name)}?zzz=1")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/components/appliance/?foo=1", "Unknown parameter 'foo'. This page takes none."),
        ("/deployments/frankfurt/rules/?foo=1", "Unknown parameter 'foo'. This page takes none."),
        ("/deployments/frankfurt/history/?foo=1", "Unknown parameter 'foo'. Use one of: page."),
        ("/deployments/frankfurt/history/?pge=1", "Unknown parameter 'pge'. Did you mean 'page'?"),
        ("/overrides/add/?foo=1", "Unknown parameter 'foo'. Use one of: port, deployment."),
        ("/overrides/history/?page=1&page=2", "page: Given more than once. Give it once."),
        ("/overrides/history/?page=", "page: The value is empty. Give a value, or leave the parameter out."),
        ("/overrides/add/?port=", "port: The value is empty. Give a value, or leave the parameter out."),
    ],
)
def test_the_refusal_names_the_parameter_and_what_the_page_takes(editing, path, message):
    assert refused(editing, path).startswith(f"Not understood {message}")


def test_a_form_s_address_is_judged_when_it_is_sent_too(editing):
    response = editing.post("/deployments/_example/?foo=1")
    assert response.status_code == 400
    assert "Unknown parameter 'foo'." in words(main_of(response))


def test_htmx_gets_the_refusal_without_a_frame(editing):
    response = editing.get("/overrides/check/?foo=1", headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert words(response.content.decode()).startswith("Unknown parameter 'foo'.")


@pytest.mark.parametrize("path", ["/overrides/history/", "/deployments/frankfurt/history/"])
@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "1.5"])
def test_a_page_of_a_list_that_does_not_exist_is_not_found(editing, path, number):
    assert editing.get(f"{path}?page={number}").status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_private_matrix_is_for_those_who_signed_in(client, settings, address, name):
    settings.PUBLIC_MATRIX = False
    response = client.get(address(name))
    if name in ("login", "logout"):
        assert response.status_code == {"login": 200, "logout": 405}[name]
    else:
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address(name)}")


def test_beside_the_pages_of_a_private_matrix_each_asks_in_its_own_way(client, settings):
    settings.PUBLIC_MATRIX = False
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/api/connections/").status_code == 401
    assert client.get("/api/schema/").status_code == 200
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/").status_code == 200


def test_an_unknown_parameter_tells_nothing_of_what_one_may_not_see(client, frankfurt):
    path = "/deployments/frankfurt/?foo=1"
    assert client.get(path)["Location"] == "/accounts/login/?next=/deployments/frankfurt/%3Ffoo%3D1"
    client.force_login(helpers.outsider())
    assert client.get(path).status_code == 404

"""Text of a request that no column takes: PostgreSQL refuses what SQLite stores, so no such text may reach it."""

from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt, AccessLog

from .support import helpers
from .support.api_calls import client_of

pytestmark = pytest.mark.django_db

LOGINS = ["/accounts/login/", "/admin/login/"]
LONG = "x" * 400
NUL = "\0"


def log_in(client, address, username, password="wrong", **headers):
    return client.post(address, {"username": username, "password": password}, **headers).status_code


@pytest.mark.parametrize("address", LOGINS)
@pytest.mark.parametrize("username", [LONG, "é" * 400, f"{LONG}{NUL}", NUL, "x" * 151, "x" * 256])
def test_a_name_that_nobody_can_have_is_a_wrong_name(client, address, username):
    assert log_in(client, address, username) == 200


@pytest.mark.parametrize("address", LOGINS)
def test_headers_longer_than_their_columns_do_not_stop_a_login(client, address):
    helpers.staff()
    headers = {"HTTP_USER_AGENT": "é" * 400, "HTTP_ACCEPT": "x" * 2_000}
    assert log_in(client, address, "stella", **headers) == 200
    assert log_in(client, address, "stella", helpers.PASSWORD, **headers) == 302


@pytest.mark.parametrize("address", LOGINS)
@pytest.mark.parametrize("query", ["a=" + LONG * 10, "%00=%00", "next=%00", "next=/" + LONG * 10])
def test_the_query_of_a_login_is_answered_or_refused(client, address, query):
    """The admin's login takes any parameter and no NUL; ours takes `next` alone."""
    helpers.staff()
    refused = "%00" in query if address.startswith("/admin/") else not query.startswith("next=")
    assert log_in(client, f"{address}?{query}", "stella") == (400 if refused else 200)


@pytest.mark.parametrize(
    "value", [LONG, '"\\000\\000\\000\\000\\000\\000\\000\\000\\000"', '"a\\000bcdefghijk"', "é" * 40]
)
@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "theme", "messages"])
@pytest.mark.parametrize("address", ["/", "/overrides/", "/admin/login/", "/api/connections/"])
def test_a_cookie_that_we_never_set_is_no_cookie(client, address, cookie, value):
    client.raise_request_exception = False
    assert client.get(address, HTTP_COOKIE=f"{cookie}={value}").status_code in (200, 302)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/auth/user/?q=%00",
        "/admin/auth/user/?username=%00",
        "/admin/auth/user/?username__exact=" + LONG,
        "/admin/auth/user/%00/change/",
        "/admin/auth/user/?o=%00",
        "/admin/auth/user/?p=%00",
        "/admin/auth/user/?_to_field=%00",
        "/admin/auth/user/add/?username=%00",
        "/admin/portmatrix/port/?transport__exact=%00",
        "/admin/portmatrix/port/%00/change/",
        "/admin/portmatrix/component/?kind__exact=" + LONG,
        "/admin/portmatrix/component/?slug=%00",
        "/admin/portmatrix/portoverride/%00/history/",
        "/admin/portmatrix/deployment/%00/history/",
        "/admin/portmatrix/deployment/x/history/",
        "/admin/portmatrix/endpoint/x/history/",
        "/admin/portmatrix/deployment/99999999999999999999/history/",
        "/admin/portmatrix/deployment/?q=" + LONG,
        "/admin/portmatrix/apitoken/%00/change/",
        "/admin/portmatrix/apitoken/" + LONG + "/change/",
        "/admin/knox/%00/",
        "/admin/axes/accessattempt/?username=%00",
        "/admin/axes/accessattempt/?q=%00",
        "/admin/r/%00/%00/",
        "/admin/autocomplete/?term=%00&app_label=auth&model_name=%00&field_name=%00",
        "/connections/%00/",
        "/connections/x%00/",
        "/ports/%00/",
        "/deployments/%00/",
        "/deployments/?q=%00",
        "/search/?q=%00",
        "/api/components/%00/",
        "/api/deployments/%00/",
        "/api/overrides/%00/",
        "/overrides/history/?port=%00",
    ],
)
def test_no_address_with_text_that_no_column_takes_is_a_failure(client, address):
    client.force_login(helpers.staff())
    client.raise_request_exception = False
    assert client.get(address).status_code < 500


def test_a_long_name_is_recorded_as_far_as_its_column_goes(client):
    log_in(client, LOGINS[0], LONG)
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["x" * 255]


@pytest.mark.parametrize("address", LOGINS)
def test_a_long_name_is_locked_out_like_any_other(client, address):
    assert [log_in(client, address, LONG) for _ in range(6)] == [200, 200, 200, 200, 429, 429]


def test_a_login_with_long_headers_is_recorded(client):
    user = helpers.staff()
    log_in(client, LOGINS[0], user.username, helpers.PASSWORD, HTTP_USER_AGENT="a" * 400)
    assert [(entry.username, entry.user_agent) for entry in AccessLog.objects.all()] == [("stella", "a" * 255)]


def test_the_admin_says_what_is_wrong_with_an_address(client):
    client.force_login(helpers.staff())
    answer = client.get("/admin/portmatrix/component/?slug=%00")
    assert answer.status_code == 400
    assert "The address contains a NUL character." in answer.content.decode()


@pytest.mark.parametrize("address", ["/api/connections/?port=%00", "/connections/?port=%00"])
def test_pages_and_api_name_the_parameter_themselves(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "NUL" not in answer.content.decode()


BAD = {"long": "x" * 5_000, "nul": "a\0b", "nul alone": "\0"}
LISTENER = "citrix-provisioning-connector-tcp-3509"


def document(**fields):
    return {
        "name": "Ulm",
        "description": "",
        "encrypted_only": False,
        "in_use": [],
        "endpoints": [],
        "overrides": [],
    } | fields


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize(
    "make",
    [
        lambda bad: ("post", "overrides/", {"port": LISTENER, "number": 13509, "reason": bad}),
        lambda bad: ("post", "overrides/", {"port": bad, "number": 13509, "reason": "CHG-1"}),
        lambda bad: ("put", "deployments/ulm/", document(name=bad)),
        lambda bad: ("put", "deployments/ulm/", document(in_use=[bad])),
        lambda bad: (
            "put",
            "deployments/ulm/",
            document(endpoints=[{"component": "agent", "name": bad, "address": "10.0.0.1"}]),
        ),
        lambda bad: (
            "put",
            "deployments/ulm/",
            document(endpoints=[{"component": "agent", "name": "a", "address": bad}]),
        ),
        lambda bad: (
            "put",
            "deployments/ulm/",
            document(overrides=[{"port": LISTENER, "number": 13509, "reason": bad}]),
        ),
    ],
)
def test_the_api_refuses_text_that_no_column_takes(make, bad):
    method, path, body = make(bad)
    client = client_of(helpers.editor())
    assert getattr(client, method)(f"/api/{path}", body, format="json").status_code == 400


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_the_reason_of_an_end_is_refused_too(bad):
    override = helpers.override_port(LISTENER, 13509)
    client = client_of(helpers.editor())
    address = f"/api/overrides/{override.pk}/?{urlencode({'reason': bad})}"
    assert client.delete(address).status_code == 400
    override.refresh_from_db()


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/overrides/add/", {"port": LISTENER, "number": "13509", "reason": ...}),
        ("/deployments/_new/", {"name": ..., "slug": "ulm"}),
        ("/deployments/_new/", {"name": "Ulm", "slug": ...}),
        ("/deployments/_new/", {"name": "Ulm", "slug": "ulm", "description": ...}),
        (
            "/admin/auth/user/add/",
            {"username": ..., "password1": "orchard-lantern-42", "password2": "orchard-lantern-42"},
        ),
        ("/admin/auth/group/add/", {"name": ...}),
    ],
)
def test_forms_refuse_text_that_no_column_takes(client, address, fields, bad):
    client.force_login(helpers.staff())
    answer = client.post(address, {name: bad if value is ... else value for name, value in fields.items()})
    assert answer.status_code == (200 if address.startswith("/admin/") else 422)  # the form again, with its faults

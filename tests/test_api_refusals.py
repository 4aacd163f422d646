"""What the API refuses: always with a 4xx in JSON that names what was wrong, never with more rows than asked for."""

from unittest.mock import patch

import pytest
from django.db import DatabaseError

from .support.api_calls import client_of, get

pytestmark = pytest.mark.django_db

HERE = "There is nothing at this address."
HIDDEN = f"{HERE} If it needs a login, log in or send a token: “Authorization: Token …”."
NOT_A_PORT = "'{}' is not a port. Give a whole number from 1 to 65535."


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("destination=applaince", {"destination": ["No component 'applaince'. Did you mean 'appliance'?"]}),
        ("sorce=agent", {"sorce": ["Unknown parameter 'sorce'. Did you mean 'source'?"]}),
        ("port=0", {"port": [NOT_A_PORT.format(0)]}),
        ("port=65536", {"port": [NOT_A_PORT.format(65536)]}),
        ("port=abc", {"port": [NOT_A_PORT.format("abc")]}),
        ("port=3509&port=x", {"port": [NOT_A_PORT.format("x")]}),
        ("port=٣", {"port": [NOT_A_PORT.format("٣")]}),
        ("destination=", {"destination": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("q=%20", {"q": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("q=a&q=b", {"q": ["Given more than once. Give it once."]}),
        ("limit=1&limit=2", {"limit": ["Given more than once. Give it once."]}),
        ("limit=x", {"limit": ["Give a whole number."]}),
        ("limit=0", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        ("offset=-1", {"offset": ["Ensure this value is greater than or equal to 0."]}),
        ("q=%00", {"q": ["Null characters are not allowed."]}),
        ("source=%00", {"source": ["No component '�'."]}),
        ("transport=TCP", {"transport": ["No transport 'TCP'. Did you mean 'tcp'?"]}),
        ("application=http", {"application": ["No application 'http'. Did you mean 'HTTP'?"]}),
        ("ordering=slag", {"ordering": ["No ordering 'slag'. Did you mean 'slug'?"]}),
        ("format=xml", {"format": ["No format 'xml'. Use one of: json, csv, xlsx."]}),
        ("format=", {"format": ["No format ''. Use one of: json, csv, xlsx."]}),
        ("format=csv&format=csv", {"format": ["Given more than once. Give it once."]}),
        ("format=xlsx&port=0", {"port": [NOT_A_PORT.format(0)]}),
        (f"q={'a' * 10_000}", {"q": ["Ensure this value has at most 200 characters (it has 10000)."]}),
        ("&".join(f"a{n}=1" for n in range(1001)), {"detail": "The query has too many parameters."}),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_query_is_refused(query, fault):
    response = get(f"connections/?{query}")
    assert (response.status_code, response.json()) == (400, fault)
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["components/", "ports/", "statements/", "assumptions/"])
def test_every_listing_refuses_an_unknown_parameter(path):
    response = get(f"{path}?orderin=x")
    fault = {"orderin": ["Unknown parameter 'orderin'. Did you mean 'ordering'?"]}
    assert (response.status_code, response.json()) == (400, fault)


@pytest.mark.parametrize("path", ["", "components/appliance/", "statements/internal/1/", "schema/"])
def test_addresses_without_filters_refuse_every_parameter(path):
    response = get(f"{path}?q=x&limit=1")
    fault = {"q": ["Unknown parameter 'q'."], "limit": ["Unknown parameter 'limit'."]}
    assert (response.status_code, response.json()) == (400, fault)


def test_single_objects_come_as_json_only():
    response = get("components/appliance/?format=csv")
    assert (response.status_code, response.json()) == (400, {"format": ["No format 'csv'. Use one of: json."]})


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("components/applaince/", "No component 'applaince'. Did you mean 'appliance'?"),
        ("ports/appliance-tcp-444/", "No listener 'appliance-tcp-444'. Did you mean 'appliance-tcp-443'?"),
        ("ports/x/", "No listener 'x'."),
        ("ports/appliance-tcp-99999999999999999999/", "No listener 'appliance-tcp-99999999999999999999'."),
        ("assumptions/both-port/", "No assumption 'both-port'. Did you mean 'both-ports'?"),
        ("statements/internal/99/", "No statement 'internal/99'."),
        ("statements/internal/99999999999999999999/", "No statement 'internal/99999999999999999999'."),
        ("nothing/", HIDDEN),
        ("components/app%00liance/", HIDDEN),
        ("components/%ff/", HIDDEN),
        ("nothing", HIDDEN),
    ],
)
def test_unknown_address_is_not_found(path, detail):
    response = get(path)
    assert (response.status_code, response.json()) == (404, {"detail": detail})
    assert response["Content-Type"] == "application/json"


def test_missing_slash_leads_to_the_address_with_its_query():
    response = get("connections?port=3509")
    assert (response.status_code, response["Location"]) == (301, "/api/connections/?port=3509")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_catalogue_is_only_read(method):
    response = getattr(client_of(), method)("/api/components/", data={})
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json() == {"detail": f'Method "{method.upper()}" not allowed.'}


def test_format_that_does_not_exist_is_not_acceptable():
    response = get("connections/", Accept="image/png")
    assert (response.status_code, response["Content-Type"]) == (406, "application/json")
    assert response.json() == {"detail": "Could not satisfy the request Accept header."}


def test_a_crash_answers_in_json_and_tells_no_secret(caplog):
    client = client_of()
    client.raise_request_exception = False
    with patch("portmatrix.api.catalogue_views.ComponentViewSet.get_queryset", side_effect=DatabaseError("secret")):
        response = client.get("/api/components/")
    assert (response.status_code, response.json()) == (500, {"detail": "The server failed. The failure is in its log."})
    assert "Internal Server Error: /api/components/" in caplog.text

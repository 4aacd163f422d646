"""The OpenAPI schema: valid, complete, and true: generated calls of every operation are answered as it says."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis.config import SchemathesisConfig

from alports_site.wsgi import application
from portmatrix import filters
from portmatrix.api.filtering import StrictFilterBackend
from portmatrix.deployments import service as store
from portmatrix.filters.base import StrictFilterSet
from portmatrix.filters.kinds import QueryFilter
from portmatrix.firewall import PLATFORMS
from portmatrix.models import PortOverride

from .support.api_calls import client_of, get, token_of
from .support.deployments import deployment
from .support.helpers import editor, override_port

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parent.parent / "docs" / "api.md"
FIXTURES = Path(__file__).parent.parent / "fixtures"
FILTERSETS = {
    "components": filters.ComponentFilter,
    "ports": filters.PortFilter,
    "connections": filters.ConnectionFilter,
    "statements": filters.StatementFilter,
    "assumptions": filters.AssumptionFilter,
    "overrides": filters.OverrideFilter,
    "deployments": filters.DeploymentFilter,
}
HIDDEN = ("overrides", "deployments")  # from who may not see them
PUBLIC = {"/api/", *(f"/api/{name}/" for name in FILTERSETS if name not in HIDDEN)}
PUBLIC |= {f"/api/{name}/{{slug}}/" for name in ("components", "ports", "connections", "assumptions")}
PUBLIC |= {"/api/statements/{section}/{position}/", "/api/firewall-platforms/"}
FIREWALL = "/api/deployments/{slug}/firewall/{platform}/"
SHARED_FIREWALL = "/api/firewall/{platform}/"
FIREWALLS = {FIREWALL, SHARED_FIREWALL}
ANSWERS = {"/api/deployments/{slug}/rules/", "/api/deployments/{slug}/explain/", FIREWALL}


@pytest.fixture
def schema():
    return get("schema/?format=json").json()


def operations(schema):
    """Every operation as (path, method, description of it)."""
    return [(path, method, found) for path, item in schema["paths"].items() for method, found in item.items()]


def test_schema_is_valid_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_schema_comes_as_yaml_and_json(schema):
    response = get("schema/")
    assert response["Content-Type"] == "application/vnd.oai.openapi; charset=utf-8"
    assert yaml.safe_load(response.content) == schema


@pytest.mark.parametrize(
    ("format", "media_type"),
    [("yaml", "application/vnd.oai.openapi; charset=utf-8"), ("json", "application/vnd.oai.openapi+json")],
)
def test_schema_keeps_its_media_type_when_a_format_is_asked_for(format, media_type):
    assert get(f"schema/?format={format}")["Content-Type"] == media_type


def test_schema_holds_every_address_and_method(schema):
    read_only = {path: ["get"] for path in PUBLIC | ANSWERS | FIREWALLS}
    written = {f"/api/{name}/": ["get", "post"] for name in HIDDEN}
    written |= {f"/api/{one}/": ["delete", "get", "patch", "put"] for one in ("overrides/{id}", "deployments/{slug}")}
    assert {path: sorted(item) for path, item in schema["paths"].items()} == read_only | written


@pytest.mark.parametrize("listing", FILTERSETS)
def test_every_filter_is_described(schema, listing):
    parameters = schema["paths"][f"/api/{listing}/"]["get"]["parameters"]
    names = {*FILTERSETS[listing].base_filters, "format", "limit", "offset", "ordering"}
    assert {parameter["name"] for parameter in parameters} == names
    assert all(parameter["description"].endswith(".") for parameter in parameters)


def test_words_of_a_filter_are_listed(schema):
    parameters = schema["paths"]["/api/connections/"]["get"]["parameters"]
    (transport,) = (parameter for parameter in parameters if parameter["name"] == "transport")
    assert transport["schema"]["items"]["enum"] == ["tcp", "udp"]


def test_bounds_of_a_query_stand_in_the_schema(schema):
    """What its pattern and counts say is what is answered: eight words pass, nine do not; so do 100 values and 101."""
    shapes = {found["name"]: found["schema"] for found in schema["paths"]["/api/connections/"]["get"]["parameters"]}
    for text, fits in [
        ("a", True),
        (" a\tb ", True),
        ("a " * 8, True),
        ("a " * 9, False),
        (" ", False),
        ("a\0b", False),
        ("a\x1bb", False),
        ("a\x85b", False),
        ("a\u2028b", True),
    ]:
        assert (re.search(shapes["q"]["pattern"], text) is not None) == fits
        assert (get(f"connections/?{urlencode({'q': text})}").status_code == 200) == fits, text
    assert shapes["q"]["maxLength"] == 200
    assert shapes["source"]["maxItems"] == 100
    assert [get("connections/?" + "&".join(["source=agent"] * most)).status_code for most in (100, 101)] == [200, 400]


def test_a_filter_of_an_unknown_kind_is_noticed():
    class Odd(QueryFilter):
        """Its field says nothing for the schema."""

    class View:
        filterset_class = type("OddFilterSet", (StrictFilterSet,), {"odd": Odd(help_text="Odd.")})

    with pytest.raises(TypeError, match="The schema has no words for Field"):
        StrictFilterBackend().get_schema_operation_parameters(View())


def test_word_lists_have_names(schema):
    names = {"Kind", "Transport", "Application", "TrafficClass", "Section", "Basis", "Severity", "Verdict"}
    listed = {name for name, shape in schema["components"]["schemas"].items() if "enum" in shape}
    assert listed == {*names, "BlankEnum"}


def test_failures_are_described(schema):
    for path, method, operation in operations(schema):
        expected = {"400", "401", "409" if path in FIREWALLS else "406", "503"}
        expected |= {"404"} if "{" in path or path not in PUBLIC else set()
        expected |= {"403"} if method != "get" else set()
        expected |= {"413", "415"} if method in ("post", "put", "patch") else set()
        assert {status for status in operation["responses"] if status >= "400"} == expected, (method, path)


def test_what_is_public_needs_no_login(schema):
    for path, _, operation in operations(schema):
        assert ({} in operation["security"]) == (path in PUBLIC), path
        assert [need for need in operation["security"] if need] == [{"token": []}, {"cookieAuth": []}]


def test_a_private_matrix_needs_a_login(settings):
    settings.PUBLIC_MATRIX = False
    assert all({} not in operation["security"] for _, _, operation in operations(get("schema/?format=json").json()))


def test_exports_are_described(schema):
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for path in (*FILTERSETS, "deployments/{slug}/rules"):
        content = schema["paths"][f"/api/{path}/"]["get"]["responses"]["200"]["content"]
        assert set(content) == {"application/json", "text/csv", xlsx}


def test_overrides_are_posted_alone_or_as_a_list(schema):
    (body,) = schema["paths"]["/api/overrides/"]["post"]["requestBody"]["content"].values()
    one = {"$ref": "#/components/schemas/OverrideRequest"}
    assert body["schema"] == {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 1000}]}


@pytest.mark.parametrize("listing", FILTERSETS)
def test_the_guide_documents_every_filter(listing):
    (row,) = re.findall(rf"^\| `/api/{listing}/` \|(.*)\|$", GUIDE.read_text(), re.MULTILINE)
    assert set(re.findall(r"`([a-z_]+)`", row)) == set(FILTERSETS[listing].base_filters)


# Calls that are generated from the schema


def known(fixture):
    """The slugs of a fixture's rows."""
    return [row["slug"] for row in yaml.safe_load((FIXTURES / f"{fixture}.yaml").read_text())]


COMPONENTS, CONNECTIONS = known("components"), known("connections")
LISTENERS = [
    "{component}-{transport}-{number}".format(**row) for row in yaml.safe_load((FIXTURES / "ports.yaml").read_text())
]
SLUGS = {
    **dict.fromkeys(["host", "group", "component", "component__exact"], COMPONENTS),
    **dict.fromkeys(["source", "source__exact", "destination", "destination__exact"], COMPONENTS),
    "connection": CONNECTIONS,
    "deployment": ["frankfurt"],
    "endpoint": ["here"],
}
OBJECTS = {
    "/api/components/{slug}/": COMPONENTS,
    "/api/ports/{slug}/": LISTENERS,
    "/api/connections/{slug}/": CONNECTIONS,
    "/api/assumptions/{slug}/": known("assumptions"),
    **{path: ["frankfurt"] for path in ("/api/deployments/{slug}/", *ANSWERS)},
}
ADDRESSES = ["10.0.0.1", "10.9.0.0/24", "a.example.com"]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Tell the generator the catalogue's slugs, which the schema can't know, so that its calls reach real objects."""
    for path, item in raw_schema["paths"].items():
        for parameter in (found for operation in item.values() for found in operation.get("parameters", [])):
            shape = parameter["schema"].get("items", parameter["schema"])
            if parameter["in"] == "query" and "pattern" in shape and parameter["name"] != "q":
                shape["enum"] = (
                    LISTENERS if path == "/api/overrides/" and parameter["name"] == "port" else SLUGS[parameter["name"]]
                )
            elif parameter["name"] == "platform":
                shape["enum"] = list(PLATFORMS)
            elif path.endswith("/explain/") and parameter["name"] in ("source", "destination"):
                shape["enum"] = ADDRESSES
            elif parameter["in"] == "path" and path in OBJECTS:
                shape["enum"] = OBJECTS[path]
    shapes = raw_schema["components"]["schemas"]
    for name in ("OverrideRequest", "PatchedOverrideRequest", "DocumentOverrideRequest"):
        shapes[name]["properties"]["port"]["enum"] = LISTENERS
    for name in ("OverrideRequest", "PatchedOverrideRequest"):
        shapes[name]["properties"]["deployment"]["enum"] = ["frankfurt", None]
    shapes["DocumentEndpointRequest"]["properties"]["component"]["enum"] = COMPONENTS
    shapes["DocumentEndpointRequest"]["properties"]["address"]["enum"] = ADDRESSES
    for name in ("NewDocumentRequest", "ReplacementDocumentRequest", "PatchedDocumentRequest"):
        shapes[name]["properties"]["components"]["items"]["enum"] = COMPONENTS


CONFIG = SchemathesisConfig.from_dict(
    {
        "suppress-health-check": ["all"],
        "generation": {"max-examples": 10, "deterministic": True, "mode": "all"},
    }
)
api = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, config=CONFIG)
UNUSED = [
    # What one may not see does not exist: an address that needs a login answers 404, not the 401 that this check wants.
    schemathesis.checks.CHECKS.get_one("ignored_auth"),
]
MAY_BE_REFUSED = [*UNUSED, schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
# In an address every value is text: a number where the schema wants text is a slug like any other.
ANY_SLUG = [*MAY_BE_REFUSED, schemathesis.checks.CHECKS.get_one("negative_data_rejection")]


@pytest.fixture
def one_connection():
    """Keep Django from closing the test's own database connection after each request, as its test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def override(one_connection):
    """An override to find, to change and to take back; and a deployment."""
    store.put("frankfurt", deployment(endpoints=[("appliance", "10.0.0.1"), ("admin-user", "10.9.0.0/24")]), editor())
    return override_port("azure-connector-tcp-3500", 13500)


@pytest.fixture
def headers():
    """An editor's headers: the editor may call everything. Schemathesis asks for gzip, which it can't unpack here."""
    return {"Authorization": f"Token {token_of(editor())}", "Accept-Encoding": "identity"}


@pytest.mark.timeout(600)
@api.include(method="GET").parametrize()
def test_generated_reads_are_answered_as_the_schema_says(case, override, headers):
    """Not every platform takes an endpoint."""
    _call(case, override, headers, MAY_BE_REFUSED if case.operation.path in FIREWALLS else UNUSED)


@pytest.mark.timeout(600)
@api.exclude(method="GET").parametrize()
def test_generated_writes_are_answered_as_the_schema_says(case, override, headers):
    """A well-formed move can still be refused, by what stands at the number already."""
    makes_another = case.method == "PUT" and case.path_parameters.get("slug", "frankfurt") != "frankfurt"
    _call(case, override, headers, ANY_SLUG if makes_another else MAY_BE_REFUSED)


def _call(case, override, headers, excluded):
    """Make one call and take back what it wrote. A number that could be an override's is made the one that exists."""
    number = case.path_parameters.get("id")
    if type(number) is int and number > 0:
        case.path_parameters["id"] = override.pk
    with transaction.atomic():
        case.call_and_validate(headers=headers, excluded_checks=excluded)
        transaction.set_rollback(True)
    assert [(found.pk, found.number) for found in PortOverride.objects.all()] == [(override.pk, 13500)]


@pytest.mark.browser
def test_documentation_page_works_under_the_security_policy(page):
    page.goto("/api/docs/")
    operation = page.locator("#operations-connections-connections_list")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert page.get_by_role("heading", name="API documentation").is_visible()


def test_documentation_page_is_for_anyone():
    assert client_of().get("/api/docs/").status_code == 200

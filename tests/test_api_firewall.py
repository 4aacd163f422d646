"""Configurations of firewalls through the API: every platform, files and their headers, and what can't be in them."""

import datetime
import json

import pytest
from django.utils import timezone

from portmatrix.deployments import service as store
from portmatrix.deployments.evaluate import configuration_request, evaluate
from portmatrix.firewall import PLATFORMS, render

from .support.api_calls import get
from .support.deployments import deployment, example
from .support.helpers import editor, viewer

pytestmark = pytest.mark.django_db

NETWORK = [slug for slug, platform in PLATFORMS.items() if not platform.per_host]
OF_HOSTS = [slug for slug, platform in PLATFORMS.items() if platform.per_host]
# The hosts on the internet have the names that the page prints, which most platforms can't hold.
ADDRESSES = [("app-layering-web-api", "192.0.2.10"), ("citrix-cdn", "192.0.2.20"), ("ntp-server", "10.20.0.4")]


@pytest.fixture(autouse=True)
def _deployments(catalogue):
    """Frankfurt lacks an address and has host names; complete has all of them."""
    store.put("frankfurt", example("frankfurt"), editor())
    document = example("frankfurt")
    document["endpoints"] += [{"component": slug, "name": slug, "address": address} for slug, address in ADDRESSES]
    store.put("complete", {**document, "slug": "complete", "name": "Complete"}, editor())


def ask(platform, query="", slug="frankfurt", user=None):
    return get(f"deployments/{slug}/firewall/{platform}/{query}", user or viewer())


def rendered(platform, endpoint=None, slug="frankfurt"):
    return render(PLATFORMS[platform], configuration_request([evaluate(slug)], endpoint))


def test_platforms_are_for_anyone():
    response = get("firewall-platforms/")
    assert response.status_code == 200
    assert response.json() == [
        {
            "slug": platform.slug,
            "name": platform.name,
            "extension": platform.extension,
            "per_host": platform.per_host,
            "takes_names": platform.takes_names,
            "beside": platform.beside,
            "limits": list(platform.limits),
        }
        for platform in PLATFORMS.values()
    ]
    assert get("").json()["firewall-platforms"].endswith("/api/firewall-platforms/")
    assert get("firewall-platforms/?limit=1").status_code == 400


@pytest.mark.parametrize("platform", NETWORK)
def test_a_complete_deployment_is_a_file(platform):
    response = ask(platform, slug="complete")
    made = rendered(platform, slug="complete")
    assert made.left_out == ()
    assert (response.status_code, response.content.decode()) == (200, made.text)
    assert response["Content-Type"] == f"{PLATFORMS[platform].media_type}; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{made.filename}"'
    assert made.filename == f"complete-{platform}.{PLATFORMS[platform].extension}"
    assert not response.has_header("X-Left-Out")
    assert ask(platform, "?partial=true", slug="complete").content == response.content


@pytest.mark.parametrize("platform", NETWORK)
def test_rules_that_can_not_be_in_the_file_are_listed_and_there_is_none(platform):
    response = ask(platform)
    left_out = rendered(platform).left_out
    assert response.status_code == 409
    assert response["Content-Type"] == "application/json"
    assert not response.has_header("Content-Disposition")
    rules = f"{len(left_out)} rule{'' if len(left_out) == 1 else 's'}"
    assert response.json() == {
        "detail": f"{rules} can't be in the file. Add ?partial=true to have the rest.",
        "left_out": [
            {
                "id": one.rule.id,
                "source": one.rule.source.component.slug,
                "destination": one.rule.destination.component.slug,
                "transport": one.rule.transport,
                "port": one.rule.number,
                "deployments": ["frankfurt"],
                "why": one.why,
            }
            for one in left_out
        ],
    }
    assert ask(platform, "?partial=false").status_code == 409


@pytest.mark.parametrize("platform", NETWORK)
def test_a_partial_file_says_what_it_lacks(platform):
    response = ask(platform, "?partial=true")
    made = rendered(platform)
    assert (response.status_code, response.content.decode()) == (200, made.text)
    ids = [one.rule.id for one in made.left_out]
    assert response["X-Left-Out"] == ", ".join(ids)
    assert all(ident in made.text for ident in ids)


def test_an_address_that_lacks_says_so():
    (row,) = (row for row in ask("juniper-srx").json()["left_out"] if row["destination"] == "ntp-server")
    assert (row["source"], row["transport"], row["port"]) == ("appliance", "udp", 123)
    assert row["why"] == "NTP server has no address. Add an endpoint."


@pytest.mark.parametrize("platform", OF_HOSTS)
class TestHosts:
    def test_a_file_for_one_host(self, platform):
        response = ask(platform, "?endpoint=pvs01", slug="complete")
        made = rendered(platform, "pvs01", slug="complete")
        assert (response.status_code, response.content.decode()) == (200, made.text)
        assert response["Content-Disposition"] == f'attachment; filename="{made.filename}"'
        assert "10.20.4.21" in made.text

    def test_a_name_with_blanks(self, platform):
        assert ask(platform, "?endpoint=admin%20LAN").status_code == 200

    def test_the_host_has_to_be_named(self, platform):
        response = ask(platform)
        assert (response.status_code, list(response.json())) == (400, ["endpoint"])
        assert response.json()["endpoint"][0].startswith("This platform is for the own firewall of one host: name its")

    def test_the_host_has_to_be_known(self, platform):
        response = ask(platform, "?endpoint=pvs1")
        fault = {"endpoint": ["No endpoint 'pvs1'. Did you mean 'pvs01'?"]}
        assert (response.status_code, response.json()) == (400, fault)


NO_BIT = "'{}' is not a bit of the packet mark. Give a whole number from 0 to 31."


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?endpoint=pvs01", {"endpoint": ["A file for nftables is not for one host. Leave the endpoint out."]}),
        ("?endpoint=", {"endpoint": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("?mark_bit=32", {"mark_bit": [NO_BIT.format("32")]}),
        ("?mark_bit=-1", {"mark_bit": [NO_BIT.format("-1")]}),
        ("?mark_bit=07", {"mark_bit": [NO_BIT.format("07")]}),
        ("?mark_bit=0x1", {"mark_bit": [NO_BIT.format("0x1")]}),
        ("?mark_bit=1&mark_bit=1", {"mark_bit": ["Given more than once. Give it once."]}),
        ("?partial=yes", {"partial": ["'yes' is neither true nor false."]}),
        ("?partial=True", {"partial": ["'True' is neither true nor false."]}),
        ("?partial", {"partial": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("?partial=true&partial=true", {"partial": ["Given more than once. Give it once."]}),
        ("?partal=true", {"partal": ["Unknown parameter 'partal'. Did you mean 'partial'?"]}),
        ("?format=json", {"format": ["Unknown parameter 'format'."]}),
    ],
)
def test_a_query_is_judged_strictly(query, fault):
    response = ask("nftables", query)
    assert (response.status_code, response.json()) == (400, fault)


@pytest.mark.parametrize("bit", [0, 31])
def test_a_bit_of_the_packet_mark_is_chosen(bit):
    text = ask("nftables", f"?mark_bit={bit}", slug="complete").content.decode()
    assert f"define ALPORTS_BIT = {1 << bit:#010x}\n" in text


def test_a_platform_without_marks_takes_no_bit(catalogue):
    response = ask("iptables", "?mark_bit=31", slug="complete")
    fault = {"mark_bit": ["A file for iptables sets no packet mark. Leave the bit out."]}
    assert (response.status_code, response.json()) == (400, fault)


def test_how_to_have_the_rest_fits_the_address():
    for query, hint in (("", "Add ?partial=true"), ("?mark_bit=1", "Add &partial=true")):
        assert hint in ask("nftables", query).json()["detail"]


def test_a_misspelt_platform_is_not_found():
    response = ask("nftable")
    assert response.status_code == 404
    assert response.json() == {"detail": "No platform 'nftable'. Did you mean 'nftables'?"}


@pytest.mark.parametrize("accept", ["text/plain", "application/json", "image/png", "*/*"])
def test_the_file_comes_whatever_is_accepted(accept):
    response = get("deployments/complete/firewall/nftables/", viewer(), Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")


def test_the_file_bears_the_date_of_the_time_zone(settings, monkeypatch):
    late = datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    with timezone.override("Europe/Berlin"):
        assert configuration_request([evaluate("complete")]).date.isoformat() == "2026-07-01"
    settings.TIME_ZONE = "Europe/Berlin"
    assert "2026-07-01" in ask("nftables", slug="complete").content.decode()


def test_the_header_stays_short_however_much_is_left_out(monkeypatch):
    monkeypatch.setattr("portmatrix.api.firewall_views.MOST_IN_HEADER", 2)
    store.put("frankfurt", deployment("ntp-server", "active-directory"), editor())
    ids = [row["id"] for row in ask("nftables").json()["left_out"]]
    assert ask("nftables", "?partial=true")["X-Left-Out"] == f"{ids[0]}, {ids[1]}, and {len(ids) - 2} more"


@pytest.mark.parametrize("platform", [slug for slug in NETWORK if PLATFORMS[slug].media_type == "application/json"])
def test_a_json_file_is_an_object(platform):
    assert isinstance(json.loads(ask(platform, slug="complete").content), dict)

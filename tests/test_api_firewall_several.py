"""One file for several deployments through the API."""

import pytest

from portmatrix.deployments import service as store
from portmatrix.deployments.evaluate import configuration_request, evaluate_all
from portmatrix.firewall import PLATFORMS, render

from .support.api_calls import client_of, get
from .support.deployments import deployment, example
from .support.helpers import editor, outsider, viewer

pytestmark = pytest.mark.django_db

OF_NETWORKS = [slug for slug, platform in PLATFORMS.items() if not platform.per_host]
OF_HOSTS = [slug for slug, platform in PLATFORMS.items() if platform.per_host]
ENDPOINTS = [("appliance", "10.0.0.1"), ("admin-user", "10.9.0.0/24"), ("smb-file-server", "10.0.0.5")]


@pytest.fixture(autouse=True)
def _deployments(catalogue):
    """Hamburg and Kiel are complete; Ulm lacks addresses."""
    store.put("hamburg", deployment(slug="hamburg", name="Hamburg", endpoints=ENDPOINTS), editor())
    endpoints = [*ENDPOINTS[1:], ("appliance", "10.0.0.2")]
    store.put("kiel", deployment(slug="kiel", name="Kiel", endpoints=endpoints), editor())
    store.put("ulm", example("ulm"), editor())


def ask(platform, query, user=None):
    return get(f"firewall/{platform}/{query}", user or viewer())


def rendered(platform, *slugs, endpoint=None):
    return render(PLATFORMS[platform], configuration_request(evaluate_all(slugs), endpoint))


@pytest.mark.parametrize("platform", OF_NETWORKS)
def test_several_deployments_are_one_file(platform):
    response = ask(platform, "?deployment=kiel&deployment=hamburg")
    made = rendered(platform, "hamburg", "kiel")
    assert (response.status_code, response.content.decode()) == (200, made.text)
    assert response["Content-Type"] == f"{PLATFORMS[platform].media_type}; charset=utf-8"
    filename = f"hamburg_kiel-{platform}.{PLATFORMS[platform].extension}"
    assert response["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert not response.has_header("X-Left-Out")


def test_one_deployment_gives_its_own_file():
    alone = get("deployments/hamburg/firewall/nftables/", viewer())
    for query in ("?deployment=hamburg", "?deployment=hamburg&deployment=hamburg"):
        response = ask("nftables", query)
        assert (response.status_code, response.content) == (200, alone.content)
        assert response["Content-Disposition"] == alone["Content-Disposition"]


@pytest.mark.parametrize("platform", OF_HOSTS)
def test_the_host_of_several(platform):
    both = "?deployment=hamburg&deployment=kiel"
    response = ask(platform, f"{both}&endpoint=here")
    assert (response.status_code, response.content.decode()) == (
        200,
        rendered(platform, "hamburg", "kiel", endpoint="here").text,
    )
    fault = {"endpoint": ["No endpoint 'nobody' in hamburg. Leave that deployment out."]}
    assert ask(platform, f"{both}&endpoint=nobody").json() == fault


def test_rules_that_can_not_be_in_the_file_are_listed_with_those_who_need_them():
    response = ask("nftables", "?deployment=hamburg&deployment=ulm")
    left_out = rendered("nftables", "hamburg", "ulm").left_out
    assert response.status_code == 409
    body = response.json()
    assert body["detail"] == "2 rules can't be in the file. Add &partial=true to have the rest."
    assert [row["id"] for row in body["left_out"]] == [one.rule.id for one in left_out]
    assert [row["deployments"] for row in body["left_out"]] == [["ulm"], ["ulm"]]


def test_a_partial_file_says_what_it_lacks():
    response = ask("nftables", "?deployment=hamburg&deployment=ulm&partial=true")
    made = rendered("nftables", "hamburg", "ulm")
    assert (response.status_code, response.content.decode()) == (200, made.text)
    assert response["X-Left-Out"] == ", ".join(one.rule.id for one in made.left_out)


def test_a_bit_of_the_packet_mark_is_chosen():
    response = ask("nftables", "?deployment=hamburg&deployment=kiel&mark_bit=0")
    assert b"define ALPORTS_BIT = 0x00000001\n" in response.content


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", {"deployment": ["Name a deployment, or several. Use one of: hamburg, kiel, ulm."]}),
        ("?deployment=", {"deployment": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("?deployment=hamburg&deployment=kil", {"deployment": ["No deployment 'kil'. Did you mean 'kiel'?"]}),
        (
            "?deployment=zzz&deployment=yyy",
            {"deployment": [f"No deployment '{slug}'. Use one of: hamburg, kiel, ulm." for slug in ("zzz", "yyy")]},
        ),
        (
            "?deployment=hamburg&endpoint=here",
            {"endpoint": ["A file for nftables is not for one host. Leave the endpoint out."]},
        ),
        ("?deployments=hamburg", {"deployments": ["Unknown parameter 'deployments'. Did you mean 'deployment'?"]}),
        ("?deployment=hamburg&partial=1", {"partial": ["'1' is neither true nor false."]}),
    ],
)
def test_a_query_is_judged_strictly(query, fault):
    response = ask("nftables", query)
    assert response.status_code == 400
    assert fault.items() <= response.json().items()


def test_a_file_is_for_at_most_twenty():
    for number in range(21):
        store.put(f"d{number}", deployment(slug=f"d{number}", endpoints=ENDPOINTS), editor())
    query = "&".join(f"deployment=d{number}" for number in range(20))
    assert ask("nftables", f"?{query}").status_code == 200
    response = ask("nftables", f"?{query}&deployment=d20")
    fault = {"deployment": ["21 deployments. A file is for at most 20."]}
    assert (response.status_code, response.json()) == (400, fault)


def test_a_misspelt_platform_is_not_found():
    response = ask("nftable", "?deployment=hamburg")
    assert response.status_code == 404
    assert response.json() == {"detail": "No platform 'nftable'. Did you mean 'nftables'?"}


@pytest.mark.parametrize("path", ["firewall/nftables/?deployment=hamburg", "firewall/nftables/?deployment=none"])
def test_who_may_not_see_deployments_finds_nothing(path):
    for user in (None, outsider()):
        assert get(path, user).status_code == get("firewall/", user).status_code == 404
        assert get(path, user).json() == get("nowhere/", user).json()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_only(method):
    assert getattr(client_of(editor()), method)("/api/firewall/nftables/?deployment=hamburg").status_code == 405

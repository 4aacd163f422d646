"""One host's own firewall: which rules concern it, between which addresses, and who is no host."""

import re

import pytest

from portmatrix.firewall import PLATFORMS, HostUnknown

from .support.deployments import deployment, example
from .support.firewalls import configured

pytestmark = pytest.mark.django_db

HOST_BASED = [slug for slug, platform in PLATFORMS.items() if platform.per_host]


def named(document, *names):
    """A document whose endpoints have these names, in their order."""
    endpoints = [{**one, "name": name} for one, name in zip(document["endpoints"], names, strict=True)]
    return {**document, "endpoints": endpoints}


def seen(configuration):
    """Pairs of (source, destination) of the rules that are written, each once."""
    rules = configuration.written
    return sorted({(rule.source.component.slug, rule.destination.component.slug) for rule in rules})


def addresses(configuration):
    """The (direction, local addresses, remote addresses) of PowerShell's rules, each once."""
    found = re.findall(r"-Direction (\w+) .*-LocalAddress (\S+) -RemoteAddress (\S+)", configuration.text)
    return sorted({tuple(part.replace("'", "") for part in one) for one in found})


def test_which_platforms_are_host_based():
    assert HOST_BASED == ["windows-powershell", "windows-netsh"]


@pytest.mark.parametrize("platform", HOST_BASED)
def test_a_host_has_the_rules_that_begin_or_end_at_it(catalogue, platform):
    assert seen(configured(platform, example("frankfurt"), endpoint="pvs01")) == [
        ("agent-on-citrix-provisioning", "appliance"),
        ("appliance", "agent-on-citrix-provisioning"),
    ]


def test_at_its_own_end_stand_its_own_addresses_alone(catalogue):
    assert addresses(configured("windows-powershell", example("frankfurt"), endpoint="pvs01")) == [
        ("Inbound", "10.20.4.21/32", "10.20.0.10/32"),
        ("Outbound", "10.20.4.21/32", "10.20.0.10/32"),
    ]
    assert addresses(configured("windows-powershell", example("frankfurt"), endpoint="dc02")) == [
        ("Inbound", "10.20.0.3/32", "10.20.0.10/32")
    ]


def test_endpoints_of_one_name_are_one_host(catalogue):
    endpoints = [("appliance", "10.0.0.1"), ("active-directory", "10.0.0.2"), ("smb-file-server", "10.0.0.3")]
    document = named(deployment(endpoints=endpoints), "elm01", "srv01", "srv01")
    configuration = configured("windows-powershell", document, endpoint="srv01")
    assert seen(configuration) == [("appliance", "active-directory"), ("appliance", "smb-file-server")]
    assert addresses(configuration) == [
        ("Inbound", "10.0.0.2/32", "10.0.0.1/32"),
        ("Inbound", "10.0.0.3/32", "10.0.0.1/32"),
    ]


GROUP = {"windows-powershell": r"\$group = '(\S+)'", "windows-netsh": r'delete rule name="(\S+)"'}


@pytest.mark.parametrize("platform", HOST_BASED)
@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("elm01", "alports-frankfurt.elm01"),
        ("elm01.example.com", "alports-frankfurt.elm01.example.com"),
        ("ELM01", "alports-frankfurt.ELM01-fd160d5e"),
        ("elm 01", "alports-frankfurt.elm-01-e4d2d9bb"),
        ("elm-01", "alports-frankfurt.elm-01"),
        ("☃", "alports-frankfurt.51643361"),
        ("e" * 61, "alports-frankfurt." + "e" * 51 + "-b81a396c"),
    ],
)
def test_rules_are_known_by_deployment_and_endpoint(catalogue, platform, name, group):
    document = named(deployment(endpoints=[("appliance", "10.0.0.1"), ("smb-file-server", "10.0.0.3")]), name, "fs01")
    text = configured(platform, document, endpoint=name).text
    assert re.search(GROUP[platform], text)[1] == group


def test_a_host_with_both_ends_has_the_rule_in_both_directions(catalogue):
    endpoints = [("appliance", "10.0.0.1"), ("appliance", "10.0.0.9"), ("smb-file-server", "10.0.0.3")]
    document = named(deployment(endpoints=endpoints), "one", "two", "one")
    assert addresses(configured("windows-powershell", document, endpoint="one")) == [
        ("Inbound", "10.0.0.3/32", "10.0.0.1/32,10.0.0.9/32"),
        ("Outbound", "10.0.0.1/32", "10.0.0.3/32"),
    ]


def test_a_host_name_of_its_own_can_t_be_its_address(catalogue):
    endpoints = [("appliance", "10.0.0.1"), ("smb-file-server", "fs01.example.com")]
    document = named(deployment(endpoints=endpoints), "elm01", "fs01")
    configuration = configured("windows-powershell", document, endpoint="fs01")
    assert configuration.written == ()
    assert [(one.rule.number, one.why) for one in configuration.left_out] == [
        (
            445,
            "fs01 has the host name fs01.example.com, and a host's own address must be a number. "
            "Give the endpoint its IPv4 address.",
        )
    ]


def test_a_host_name_of_another_is_left_out_as_everywhere(catalogue):
    endpoints = [("appliance", "10.0.0.1"), ("smb-file-server", "fs01.example.com")]
    document = named(deployment(endpoints=endpoints), "elm01", "fs01")
    assert [
        one.why for one in configured("windows-netsh", document, endpoint="elm01").left_out if one.rule.number == 445
    ] == [
        "A file for Windows Firewall (netsh) holds no host names. Resolve fs01.example.com and allow the addresses "
        "by hand, or give the endpoint its IPv4 address."
    ]


@pytest.mark.parametrize("platform", HOST_BASED)
def test_unresolved_rules_are_told_where_they_concern_the_host(catalogue, platform):
    ends = {
        host: [
            one.rule.destination.component.slug
            for one in configured(platform, example("frankfurt"), endpoint=host).left_out
        ]
        for host in ("elm01", "pvs01")
    }
    assert ends == {"elm01": ["app-layering-web-api", "citrix-cdn", "ntp-server"], "pvs01": []}


@pytest.mark.parametrize("platform", HOST_BASED)
@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (
            None,
            "This platform is for the own firewall of one host: name its endpoint. Use one of: admin LAN, elm01, "
            "pvs01, pvs02, packaging, vc01, esx pool, dc01, dc02, fs01.",
        ),
        ("pvs1", "No endpoint 'pvs1'. Did you mean 'pvs01'?"),
        ("x" * 99, f"No endpoint '{'x' * 60}…'."),
    ],
    ids=["none", "misspelt", "strange"],
)
def test_who_is_no_host(catalogue, platform, endpoint, message):
    with pytest.raises(HostUnknown) as unknown:
        configured(platform, example("frankfurt"), endpoint=endpoint)
    assert str(unknown.value) == message


@pytest.mark.parametrize("platform", [slug for slug in PLATFORMS if slug not in HOST_BASED])
def test_others_are_not_for_one_host(catalogue, platform):
    with pytest.raises(HostUnknown) as refused:
        configured(platform, example("ulm"), endpoint="elm01")
    assert str(refused.value) == f"A file for {PLATFORMS[platform].name} is not for one host. Leave the endpoint out."

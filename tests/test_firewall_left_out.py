"""What a configuration leaves out and says so: no address, names, and what would be too much for one file."""

import re
import time

import pytest

from portmatrix.firewall import PLATFORMS, render

from .support.deployments import deployment, example
from .support.firewall_readers import READERS
from .support.firewalls import configured, request_for

pytestmark = pytest.mark.django_db

NETWORKS = [slug for slug, platform in PLATFORMS.items() if not platform.per_host]
WITHOUT_NAMES = [slug for slug in NETWORKS if not PLATFORMS[slug].takes_names]
MOST_SECONDS = 20  # for one platform; a few are usual, and a machine under test is slow


def scattered(component, count, net=50):
    """Endpoints whose addresses never touch, so that none are merged."""
    return [(component, f"10.{net}.{number // 100}.{2 * (number % 100)}") for number in range(count)]


def large():
    """Two thousand endpoints, nearly all of them agents at single addresses."""
    others = [("appliance", "10.0.0.10"), ("admin-user", "10.0.1.0/24"), ("smb-file-server", "10.0.2.5")]
    agents = scattered("agent-on-citrix-provisioning", 950) + scattered("agent-on-hyper-v", 950, 60)
    hosts = scattered("esxi-hosts", 97, 70)
    return deployment(
        "vsphere-connector",
        "citrix-provisioning-connector",
        "hyper-v-connector",
        endpoints=[*others, *agents, *hosts],
    )


@pytest.mark.parametrize("platform", NETWORKS)
def test_without_an_address_a_rule_is_left_out_and_never_means_any(catalogue, platform):
    endpoints = [("appliance", "10.0.0.1"), ("smb-file-server", "10.0.0.2")]
    configuration = configured(platform, deployment("agent", "ntp-server", endpoints=endpoints))
    assert [rule.destination.component.slug for rule in configuration.written] == ["smb-file-server"]
    assert {one.why for one in configuration.left_out} == {
        "Admin user has no address. Add an endpoint.",
        "Agent has no address. Add an endpoint.",
        "NTP server has no address. Add an endpoint.",
    }


def test_both_ends_without_an_address_are_named(catalogue):
    [first, *_] = configured("nftables", deployment()).left_out
    assert first.why == "Admin user and Appliance have no address. Add an endpoint."


@pytest.mark.parametrize("platform", WITHOUT_NAMES)
def test_a_rule_with_a_name_among_its_addresses_is_left_out_whole(catalogue, platform):
    endpoints = [("appliance", "10.0.0.1"), ("smb-file-server", "10.0.0.2"), ("smb-file-server", "fs.example.com")]
    configuration = configured(platform, deployment(endpoints=endpoints))
    [why] = [one.why for one in configuration.left_out if one.rule.number == 445]
    assert configuration.written == ()
    assert why == (
        f"A file for {PLATFORMS[platform].name} holds no host names. Resolve fs.example.com and allow the addresses by "
        "hand, or give the endpoint its IPv4 address."
    )


def test_srx_takes_names_beside_addresses(catalogue):
    endpoints = [("appliance", "10.0.0.1"), ("smb-file-server", "10.0.0.2"), ("smb-file-server", "fs.example.com")]
    text = configured("juniper-srx", {**deployment(endpoints=endpoints)}).text
    number = 10 * 2**24
    assert READERS["juniper-srx"](text)[0] == [
        (("net", number + 1, number + 1), ("net", number + 2, number + 2), "tcp", 445),
        (("net", number + 1, number + 1), ("name", "fs.example.com"), "tcp", 445),
    ]


def test_srx_has_one_address_for_a_name_in_several_rules(catalogue):
    names = [
        ("appliance", "elm.example.com"),
        ("smb-file-server", "fs.example.com"),
        ("smb-file-server", "b.example.com"),
    ]
    others = [("appliance", "10.0.0.1"), ("nfs-file-server", "fs.example.com"), ("admin-user", "10.0.1.0/24")]
    configuration = configured("juniper-srx", deployment(endpoints=[*names, *others]))
    assert len(configuration.written) > 3
    found = re.findall(r"address (\S+)-[0-9a-f]{8}_FQDN_(\d+) {\s+dns-name (\S+);", configuration.text)
    assert found == [
        ("appliance", "0", "elm.example.com"),
        ("nfs-file-server", "0", "fs.example.com"),
        ("smb-file-server", "0", "b.example.com"),
        ("smb-file-server", "1", "fs.example.com"),
    ]
    members = re.findall(r"address (\S+)-[0-9a-f]{8}_FQDN_(\d+);", configuration.text)
    assert members == [(component, number) for component, number, _ in found]


def test_what_is_left_out_stands_in_the_order_of_the_rules(catalogue):
    request = request_for(example("frankfurt"))
    ids = [one.rule.id for one in render(PLATFORMS["pf"], request).left_out]
    assert ids == [rule.id for rule in (*request.rules.rules, *request.rules.unresolved) if rule.id in ids]


@pytest.mark.parametrize(
    ("platform", "needed"),
    [
        ("iptables", "60,000"),
        ("cisco-asa", "60,000"),
        ("cisco-ios", "120,000"),
        ("cisco-nxos", "120,000"),
        ("cisco-iosxr", "120,000"),
        ("arista-eos", "120,000"),
        ("openconfig", "120,000"),
    ],
)
def test_a_rule_that_would_fill_a_file_is_left_out(catalogue, platform, needed):
    endpoints = [*scattered("appliance", 300), *scattered("smb-file-server", 200, 60), ("nfs-file-server", "10.0.0.9")]
    configuration = configured(platform, deployment(endpoints=endpoints))
    [why] = [one.why for one in configuration.left_out if one.rule.number == 445]
    assert why == (
        f"From 300 to 200 networks it needs {needed} entries, and with those before it that is more than the 50,000 "
        f"that a file for {PLATFORMS[platform].name} holds. Allow it by hand, or give the "
        "endpoints as networks: then every address of these is permitted."
    )
    assert [rule.number for rule in configuration.written] == [2049], "smaller ones still fit"


@pytest.mark.parametrize("names", [0, 3])
def test_a_policy_of_srx_holds_as_many_addresses_as_the_firewall_takes(catalogue, names):
    servers = [("smb-file-server", f"fs{number}.example.com") for number in range(names)]
    most = [("appliance", "10.0.0.1"), *servers, *scattered("smb-file-server", 1022 - names)]
    assert [rule.number for rule in configured("juniper-srx", deployment(endpoints=most)).written] == [445]
    more = [*most, ("appliance", "10.0.0.9"), ("nfs-file-server", "10.0.0.5")]
    configuration = configured("juniper-srx", deployment(endpoints=more))
    assert [rule.number for rule in configuration.written] == [2049]
    assert [one.why for one in configuration.left_out if one.rule.number == 445] == [
        "Its ends have 1,024 addresses together, and one rule for Juniper SRX holds 1,023. Allow it by hand with "
        "several rules, or give the endpoints as networks: then every address of these is permitted."
    ]


@pytest.mark.parametrize(("count", "lines"), [(50, [50]), (51, [50, 1]), (120, [50, 50, 20])])
def test_a_line_of_fortigate_holds_fifty_members(catalogue, count, lines):
    endpoints = [("appliance", "10.0.0.1"), *scattered("smb-file-server", count)]
    text = configured("fortigate", deployment(endpoints=endpoints)).text
    found = re.findall(r"(set|append) member ((?:.smb-file-server\S+ ?)+)", text)
    assert [len(members.split()) for _, members in found] == lines
    assert [word for word, _ in found] == ["set", *["append"] * (len(lines) - 1)]


@pytest.mark.parametrize("platform", ["cisco-ios", "cisco-nxos", "cisco-iosxr", "cisco-asa", "arista-eos"])
def test_components_at_one_address_have_one_line_and_all_remarks(catalogue, platform):
    shared = [("active-directory", "10.0.0.2"), ("dhcp-server", "10.0.0.2"), ("vcenter", "10.0.0.2")]
    document = deployment(
        "vsphere-connector", endpoints=[("appliance", "10.0.0.1"), *shared, ("esxi-hosts", "10.0.0.2")]
    )
    configuration = configured(platform, document)
    permits, answers = READERS[platform](configuration.text)
    assert len(permits) == len(set(permits)) < len(configuration.written)
    assert len(answers) == len(set(answers))
    assert re.findall(r"remark (r-[0-9a-f]{16})$", configuration.text, re.MULTILINE) == [
        rule.id for rule in configuration.written
    ]


def test_addresses_that_touch_are_one_line(catalogue):
    endpoints = [("smb-file-server", f"10.0.1.{number}") for number in range(256)]
    text = configured("iptables", deployment(endpoints=[("appliance", "10.0.0.1"), *endpoints])).text
    assert [line.split()[3:6:2] for line in text.splitlines() if "--dport 445" in line] == [
        ["10.0.0.1/32", "10.0.1.0/24"]
    ]


def test_clouds_leave_out_what_their_quotas_don_t_hold(catalogue):
    request = request_for(large())
    for platform, most in (("azure-nsg", "4,000"), ("aws-security-groups", "1,000")):
        configuration = render(PLATFORMS[platform], request)
        assert configuration.written
        assert any(f"more than the {most} that" in one.why for one in configuration.left_out)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_two_thousand_endpoints_are_written_in_seconds(catalogue, platform):
    document = large()
    document["endpoints"][0]["name"] = "elm01"
    request = request_for(document, endpoint="elm01" if PLATFORMS[platform].per_host else None)
    begin = time.monotonic()
    configuration = render(PLATFORMS[platform], request)
    assert time.monotonic() - begin < MOST_SECONDS
    permits, _ = READERS[platform](configuration.text)
    if platform not in ("aws-security-groups", "google-cloud"):
        pairs = sum(len(rule.source.addresses) * len(rule.destination.addresses) for rule in configuration.written)
        assert len(set(permits)) == len(permits) == pairs

"""Several deployments on one firewall: files for them together, and what files for each mean beside each other."""

import json
import re
from itertools import permutations

import pytest

from portmatrix.firewall import PLATFORMS, ConfigurationRequest, DeploymentRules, HostUnknown, MarkRefused, render
from portmatrix.rules import Rules

from .support.deployments import deployment, example
from .support.firewall_permits import assert_faithful, cells, expected, random_document
from .support.firewall_readers import READERS
from .support.firewalls import DATE, FRANKFURT, ULM, configured, request_for

pytestmark = pytest.mark.django_db

HOST_BASED = [slug for slug, platform in PLATFORMS.items() if platform.per_host]
OF_NETWORKS = [slug for slug in PLATFORMS if slug not in HOST_BASED]
ONE_PLACE = {
    "iptables",
    "cisco-ios",
    "cisco-nxos",
    "cisco-iosxr",
    "cisco-asa",
    "arista-eos",
    "juniper-mx",
    "pf",
    "openconfig",
    "azure-nsg",
}


def words_of(text):
    """The words of a file, without what continues a comment."""
    return " ".join(re.sub(r"\n(#|!|rem)|\\n", " ", text).replace('",\n', " ").replace('"', " ").split())


# What a file for several permits


def deployment_alone(configuration, request, deployment, platform):
    """What a deployment's own rules permit, of those that were written for all."""
    ids = {rule.id for rule in configuration.written}
    written = tuple(rule for rule in deployment.rules.rules if rule.id in ids)
    return expected(type(configuration)("", "", written, ()), request, platform, [deployment])


@pytest.mark.parametrize("platform", OF_NETWORKS)
def test_a_file_for_several_permits_what_any_of_them_needs(catalogue, platform):
    cases = [(FRANKFURT, ULM), (example("frankfurt"), example("ulm"), FRANKFURT | {"slug": "third"})]
    cases += [
        tuple(random_document(seed + number) | {"slug": slug} for number, slug in enumerate(("one", "other", "third")))
        for seed in range(100, 112, 3)
    ]
    for documents in cases:
        request = request_for(*documents)
        configuration = assert_faithful(platform, request)
        found, right = cells(
            READERS[platform](configuration.text, request.slug)[0],
            [
                permit
                for deployment in request.deployments
                for permit in deployment_alone(configuration, request, deployment, platform)
            ],
        )
        assert found == right
        every = {
            rule.id
            for deployment in request.deployments
            for rule in (*deployment.rules.rules, *deployment.rules.unresolved)
        }
        assert {rule.id for rule in (*configuration.written, *(one.rule for one in configuration.left_out))} == every


@pytest.mark.parametrize("platform", OF_NETWORKS)
def test_the_order_in_which_deployments_are_named_makes_no_difference(catalogue, platform):
    texts = {
        configured(platform, *documents).text
        for documents in permutations([FRANKFURT, ULM, example("ulm") | {"slug": "third"}])
    }
    assert len(texts) == 1


def test_a_request_for_one_deployment_has_its_rules_as_they_are(catalogue):
    request = request_for(FRANKFURT)
    [deployment] = request.deployments
    assert not request.is_for_several
    assert request.rules is deployment.rules
    assert request.slug == deployment.slug == "frankfurt"


def test_a_rule_of_several_is_written_once_with_the_reasons_of_all(catalogue):
    moved = [("appliance-tcp-8888", 443), ("appliance-tcp-443", 4443)]  # another reason for the same rule
    other = {**FRANKFURT, "slug": "other", "overrides": [{"port": p, "number": n, "reason": "x"} for p, n in moved]}
    request = request_for(FRANKFURT, other)
    [rule] = [rule for rule in request.rules.rules if (rule.source.component.slug, rule.number) == ("admin-user", 443)]
    listeners = [
        {reason.port.slug for reason in each.reasons}
        for deployment in request.deployments
        for each in deployment.rules.rules
        if each.id == rule.id
    ]
    assert listeners == [{"appliance-tcp-443"}, {"appliance-tcp-8888"}]
    assert {reason.port.slug for reason in rule.reasons} == {"appliance-tcp-443", "appliance-tcp-8888"}
    text = render(PLATFORMS["iptables"], request).text
    assert len([line for line in text.splitlines() if line.startswith("-A") and rule.id in line]) == 1


@pytest.mark.parametrize("slugs", [[], ["one", "one"]], ids=["none", "twice"])
def test_these_are_not_several_deployments(slugs):
    with pytest.raises(ValueError, match="not several deployments"):
        ConfigurationRequest(tuple(DeploymentRules(slug, slug, Rules((), ())) for slug in slugs), DATE)


# Names


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_name_for_several_is_that_of_no_others(catalogue, platform):
    """Neither that of one deployment whose slug reads like theirs, nor that of others whose slugs do."""
    slugs = [("a-b", "c"), ("a", "b-c"), ("a-b-c",), ("a", "b", "c")]
    names = []
    for each in slugs:
        documents = [FRANKFURT | {"slug": slug} for slug in each]
        made = configured(platform, *documents, endpoint="here" if PLATFORMS[platform].per_host else None)
        names.append((made.filename, frozenset(re.findall(r"\balports[-.]a[\w.-]*", made.text, re.IGNORECASE))))
    assert len({filename for filename, _ in names}) == len(slugs)
    found = [name for _, name in names if name]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("count", [2, 20])
def test_the_longest_names_fit(catalogue, platform, count):
    slugs = ["a1-" * 38 + f"a1-{number:02}" for number in range(count)]
    documents = [FRANKFURT | {"slug": slug} for slug in slugs]
    made = configured(platform, *documents, endpoint="here" if PLATFORMS[platform].per_host else None)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,200}", made.filename)
    assert max(map(len, re.findall(r"alports-a1[\w-]+", made.text.partition("Made by")[2])), default=0) <= 60 + 30
    chains = re.findall(r"^:(ALPORTS\S+)", made.text, re.MULTILINE)
    assert all(len(chain) <= 28 for chain in chains)


def test_tables_of_pf_have_names_that_it_takes_and_one_content_each(catalogue):
    documents = [
        deployment(
            "citrix-provisioning-connector",
            slug=slug,
            endpoints=[
                ("appliance", "10.0.0.1"),
                ("agent-on-citrix-provisioning", address),
                ("smb-file-server", "10.0.0.9"),
            ],
        )
        for slug, address in (("one", "10.1.0.1"), ("other", "10.1.0.2"))
    ]
    text = configured("pf", *documents).text
    names = re.findall(r"^table <([^>]+)>", text, re.MULTILINE)
    assert len(names) == len(set(names)) == 4
    assert max(map(len, names)) == 31


# Zones


@pytest.mark.parametrize("platform", ["juniper-srx", "palo-alto", "fortigate"])
def test_a_component_at_different_addresses_has_a_zone_in_each_deployment(catalogue, platform):
    """The appliance and the directory are the same in both, so each has one zone."""
    text = configured(platform, FRANKFURT, ULM).text
    pattern = {
        "juniper-srx": r"(?:from|to)-zone (\S+)",
        "palo-alto": r"<(?:from|to)>\s*<member>([^<]+)</member>",
        "fortigate": r"set (?:src|dst)intf (.+)",
    }[platform]
    zones = {zone.strip('"') for zone in re.findall(pattern, text)}
    assert zones == {
        "active-directory",
        "appliance",
        *(f"{component}_{slug}" for component in ("admin-user", "smb-file-server") for slug in ("frankfurt", "ulm")),
    }


# The head


@pytest.mark.parametrize("platform", OF_NETWORKS)
def test_the_head_names_all_deployments_and_who_needs_what(catalogue, platform):
    words = words_of(configured(platform, example("frankfurt"), ULM).text)
    assert f"{PLATFORMS[platform].name} configuration for Frankfurt (frankfurt) and Ulm (ulm)" in words
    assert "Appliance to SMB file server, tcp 445: SMB (frankfurt)" in words
    assert "Appliance to SMB file server, tcp 445: SMB (ulm)" in words
    assert "NTP (frankfurt). NTP server has no address. Add an endpoint." in words


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_for_one_says_whether_it_cuts_others_off(catalogue, platform):
    host = "here" if PLATFORMS[platform].per_host else None
    alone = words_of(configured(platform, FRANKFURT, endpoint=host).text)
    both = words_of(configured(platform, FRANKFURT, ULM, endpoint=host).text) if not host else ""
    assert PLATFORMS[platform].beside == (platform not in ONE_PLACE)
    warning = "This file is for one deployment, and cuts off the connections of any other on the same firewall."
    assert (warning in alone) == (platform in ONE_PLACE)
    assert (f"in the API at /api/firewall/{platform}/ with the parameter deployment once for each" in alone) == (
        platform in ONE_PLACE
    )
    assert warning not in both
    other = "This file is for these deployments, and cuts off the connections of any other on the same firewall."
    assert (other in both) == (platform in ONE_PLACE)
    assert any("get one file for all of them" in one for one in PLATFORMS[platform].limits) == (platform in ONE_PLACE)


# Hosts


@pytest.mark.parametrize("platform", HOST_BASED)
class TestHosts:
    def test_a_host_of_several_deployments(self, catalogue, platform):
        shared = [("active-directory", "10.1.0.2"), ("ntp-server", "10.1.0.3")]
        first = deployment(slug="first", endpoints=[("appliance", "10.0.0.1"), *shared])
        second = deployment(slug="second", endpoints=[("appliance", "10.0.0.2"), *shared[:1]])
        for document in (first, second):
            for endpoint in document["endpoints"]:
                endpoint["name"] = "dc" if endpoint["component"] != "appliance" else "elm"
        request = request_for(first, second, endpoint="dc")
        configuration = assert_faithful(platform, request)
        sources = {tuple(rule.source.texts) for rule in configuration.written}
        assert sources == {("10.0.0.1",), ("10.0.0.2",)}
        assert configuration.filename.startswith("first_second-dc-")
        assert "alports-first_second.dc" in configuration.text

    def test_each_deployment_has_to_know_it(self, catalogue, platform):
        with pytest.raises(HostUnknown) as unknown:
            configured(platform, example("frankfurt"), example("ulm"), endpoint="pvs01")
        assert str(unknown.value) == "No endpoint 'pvs01' in ulm. Leave that deployment out."

    def test_those_that_all_know_are_offered(self, catalogue, platform):
        with pytest.raises(HostUnknown, match=r"name its endpoint\. Use one of: admin LAN, elm01\.$"):
            configured(platform, example("frankfurt"), example("ulm"))

    def test_a_name_for_what_may_be_two_machines_is_refused(self, catalogue, platform):
        with pytest.raises(HostUnknown) as refused:
            configured(platform, example("frankfurt"), example("ulm"), endpoint="elm01")
        assert str(refused.value) == (
            "'elm01' is 10.20.0.10 in frankfurt and 10.30.0.10 in ulm: these may be two machines. Give both endpoints "
            "the same address, or get a file for each deployment: on one machine they stand beside each other."
        )


# Limits


def test_a_group_of_azure_holds_as_many_rules_as_it_may(catalogue):
    documents = [
        {
            **example("frankfurt"),
            "slug": f"d{number}",
            "endpoints": [
                {**one, "address": re.sub(r"\b10\.\d+", f"10.{number + 30}", one["address"])}
                for one in example("frankfurt")["endpoints"]
            ],
        }
        for number in range(22)
    ]
    configuration = configured("azure-nsg", *documents)
    assert len(configuration.written) == 499
    [group] = json.loads(configuration.text)["resources"]
    assert len(group["properties"]["securityRules"]) == 1000
    assert "A file for Azure network security group holds 499 rules. Allow it by hand." in {
        one.why for one in configuration.left_out
    }


@pytest.mark.parametrize("platform", [slug for slug in PLATFORMS if slug != "nftables"])
def test_other_platforms_set_no_mark(catalogue, platform):
    with pytest.raises(MarkRefused) as refused:
        configured(platform, FRANKFURT, endpoint="here" if PLATFORMS[platform].per_host else None, mark_bit=31)
    assert str(refused.value) == f"A file for {PLATFORMS[platform].name} sets no packet mark. Leave the bit out."

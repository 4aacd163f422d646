"""Configurations as files: to the last byte, in their formats, whatever a deployment is called."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from portmatrix.firewall import PLATFORMS, render
from portmatrix.firewall.generator import Definitions, NotRendered, generate
from portmatrix.rules import Rules

from .support.deployments import deployment, example
from .support.firewall_readers import READERS
from .support.firewalls import DATE, GOLDEN, HOSTILE, configured, golden, request_for

pytestmark = pytest.mark.django_db

# By hand: letters that no platform can take for a sign.
SAFE = re.compile(r"[A-Za-z0-9 .,:;()/_+=-]*\Z")


def ordered(platform, data, endpoint="elm01"):
    return request_for(data, endpoint=endpoint if PLATFORMS[platform].per_host else None)


# Bytes


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_is_written_to_the_last_byte(catalogue, platform):
    configuration = golden(platform)
    with open(GOLDEN / configuration.filename, encoding="utf-8", newline="") as file:
        assert configuration.text == file.read()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_another_order_of_the_document_gives_the_same_bytes(catalogue, platform):
    document = example("frankfurt")
    turned = {**document, "components": document["components"][::-1], "endpoints": document["endpoints"][::-1]}
    texts = {render(PLATFORMS[platform], ordered(platform, one)).text for one in (document, document, turned)}
    assert len(texts) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_another_date_changes_the_date_alone(catalogue, platform):
    request = ordered(platform, example("frankfurt"))
    later = replace(request, date=DATE.replace(year=2031))
    one, two = (render(PLATFORMS[platform], each).text for each in (request, later))
    assert one.replace("2026-07-01", "2031-07-01") == two
    assert one != two


def test_threads_don_t_mix_their_networks(catalogue):
    wanted = {}
    for number in range(4):
        endpoints = [("appliance", f"10.{number}.0.10"), ("admin-user", f"10.{number}.1.0/24")]
        document = deployment(endpoints=[*endpoints, ("active-directory", f"10.{number}.2.2")])
        wanted |= {(platform, number): ordered(platform, document, "here") for platform in PLATFORMS}
    alone = {key: render(PLATFORMS[key[0]], request).text for key, request in wanted.items()}
    with ThreadPoolExecutor(4) as pool:
        together = dict(pool.map(lambda item: (item[0], render(PLATFORMS[item[0][0]], item[1]).text), wanted.items()))
    assert together == alone


def test_the_generator_says_nothing_and_leaves_logging_as_it_was(catalogue, capfd):
    absl, root = logging.getLogger("absl"), logging.getLogger()
    before = list(absl.handlers), absl.propagate, list(root.handlers)
    for platform in PLATFORMS:
        render(PLATFORMS[platform], ordered(platform, example("frankfurt")))
    assert capfd.readouterr() == ("", "")
    assert (list(absl.handlers), absl.propagate, list(root.handlers)) == before


# Nothing is lost unseen


def test_what_the_generator_complains_of_is_a_fault():
    with pytest.raises(NotRendered, match='No generator found for target "none"'):
        generate("none", [("x", [{"name": "r-1", "action": "deny"}])], Definitions())


def test_a_rule_that_stands_in_the_heading_alone_is_a_fault(catalogue):
    forgetful = replace(PLATFORMS["nftables"], write=lambda content: "\n".join(content.notes))
    with pytest.raises(NotRendered, match="not written: r-"):
        render(forgetful, request_for(example("ulm")))


# Words


def heading(platform, text):
    """The lines of comment at the head of a file, without their signs."""
    if text.startswith("{"):
        content = json.loads(text)
        if "openconfig-acl:acl-set" in content:
            [acl] = content["openconfig-acl:acl-set"]
            return acl["config"]["description"].split("\n")
        found = content.get("Metadata") or content.get("metadata") or content
        return found.get("Comments") or found["comments"]
    if platform == "palo-alto":
        return [line.removeprefix("  ") for line in text.partition("<!--\n")[2].partition("\n-->")[0].splitlines()]
    sign = {"windows-netsh": "rem"}.get(platform) or text[0]
    lines = text.removeprefix("@echo off\r\n").splitlines()
    return [line.removeprefix(sign).removeprefix(" ") for line in lines[: lines.index("")]]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_heading_tells_of_rules_assumptions_and_what_is_left_out(catalogue, platform):
    request = ordered(platform, example("frankfurt"))
    configuration = render(PLATFORMS[platform], request)
    words = " ".join(" ".join(heading(platform, configuration.text)).split())
    host = ", host elm01" if PLATFORMS[platform].per_host else ""
    name = PLATFORMS[platform].name
    assert words.startswith(f"{name} configuration for Frankfurt (frankfurt){host} Made by alports on 2026-07-01")
    assert "- r-9925d906d2dd5fce Agent on Citrix Provisioning server to Appliance, tcp 3009: Disk download" in words
    assert "- admin-table-source: Who opens the connections of the Admin user table" in words
    ids = re.findall(r"- (r-[0-9a-f]{16})", words)
    assert ids == [rule.id for rule in (*configuration.written, *(one.rule for one in configuration.left_out))]
    assert f"NOT in this file, to be done by hand: {len(configuration.left_out)} " in words
    assert "NTP server has no address. Add an endpoint." in words


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_with_rules_for_dhcp_tells_of_broadcasts(catalogue, platform):
    without = [("appliance", "10.0.0.1"), ("ntp-server", "10.0.0.2")]
    for endpoints, told in ((without, False), ([*without, ("dhcp-server", "10.0.0.3")], True)):
        moved = [("appliance-udp-68", 6868)] if told else []
        document = deployment("dhcp-server", "ntp-server", endpoints=endpoints, overrides=moved)
        words = " ".join(heading(platform, render(PLATFORMS[platform], ordered(platform, document, "here")).text))
        assert ("allow broadcasts, and a relay, by hand." in " ".join(words.split())) == told


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_its_comment(catalogue, platform, name):
    document = example("frankfurt")
    plain = render(PLATFORMS[platform], ordered(platform, document))
    hostile = {**document, "name": name, "endpoints": [{**one, "name": name} for one in document["endpoints"]]}
    for one, other in zip(hostile["endpoints"], document["endpoints"], strict=True):
        one["name"] = name if other["name"] == "elm01" else other["name"]
    request = ordered(platform, hostile, name)
    [deployed] = request.deployments
    rules = Rules(*(tuple(map(renamed(name), part)) for part in parts_of(deployed.rules)))
    found = render(PLATFORMS[platform], replace(request, deployments=(replace(deployed, rules=rules),)))
    assert READERS[platform](found.text) == READERS[platform](plain.text)
    assert found.text.isascii()
    assert all(map(SAFE.match, heading(platform, found.text)))
    assert re.fullmatch(r"[a-z0-9]+(-[A-Za-z0-9]+)*\.[a-z0-9]+", found.filename)


def parts_of(rules):
    return rules.rules, rules.unresolved


def renamed(name):
    """A rule whose every activity and assumption bears a name."""

    def rename(rule):
        reasons = []
        for reason in rule.reasons:
            assumptions = tuple(replace(one, question=name) for one in reason.connection.assumptions)
            reasons.append(
                replace(reason, connection=replace(reason.connection, activity=name, assumptions=assumptions))
            )
        return replace(rule, reasons=tuple(reasons))

    return rename


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_longest_slug_fits(catalogue, platform):
    document = {**example("frankfurt"), "slug": "a1-" * 39 + "a1"}
    text = render(PLATFORMS[platform], ordered(platform, document)).text
    assert len(min(re.findall(r"alports-a1[a-z0-9-]+", text), key=len, default="")) <= 60


@pytest.mark.parametrize("platform", PLATFORMS)
def test_version_controls_keywords_stand_nowhere(catalogue, platform):
    text = render(PLATFORMS[platform], ordered(platform, example("frankfurt"))).text
    assert not re.search(r"\$(Id|Date|Revision)", text)


# Formats in JSON, by the rules of their makers


def test_azure_takes_its_template(catalogue):
    template = json.loads(configured("azure-nsg", example("frankfurt")).text)
    assert list(template) == ["$schema", "contentVersion", "metadata", "parameters", "resources"]
    [group] = template["resources"]
    assert (group["type"], group["name"]) == ("Microsoft.Network/networkSecurityGroups", "[parameters('name')]")
    rules = group["properties"]["securityRules"]
    assert len({rule["name"] for rule in rules}) == len(rules) <= 1000
    places = [(rule["properties"]["direction"], rule["properties"]["priority"]) for rule in rules]
    assert len(set(places)) == len(places)
    for rule in rules:
        one = rule["properties"]
        assert re.fullmatch(r"\w[\w.-]{0,78}\w", rule["name"])
        assert 100 <= one["priority"] <= 4096
        assert len(one["description"]) <= 140
        last = one["priority"] == 4096
        assert (one["access"], one["protocol"]) in ([("Deny", "*")] if last else [("Allow", "Tcp"), ("Allow", "Udp")])
        assert ("*" in (one.get("sourceAddressPrefix"), one.get("destinationAddressPrefix"))) == last
        assert last or (one["sourceAddressPrefixes"] and one["destinationAddressPrefixes"])
    assert sorted(direction for direction, priority in places if priority == 4096) == ["Inbound", "Outbound"]


def test_aws_takes_its_template(catalogue):
    shared = [("vcenter", "10.1.0.5"), ("esxi-hosts", "10.1.0.5"), ("appliance", "10.1.0.1")]
    for document in (example("frankfurt"), deployment("vsphere-connector", endpoints=shared)):
        template = json.loads(configured("aws-security-groups", document).text)
        assert template["AWSTemplateFormatVersion"] == "2010-09-09"
        for name, group in template["Resources"].items():
            properties = group["Properties"]
            assert name.isalnum()
            assert properties["VpcId"] == {"Ref": "VpcId"}
            assert properties["SecurityGroupEgress"], "AWS would let everything out"
            for way in ("Ingress", "Egress"):
                entries = properties[f"SecurityGroup{way}"]
                keys = [(one["IpProtocol"], one["FromPort"], one["ToPort"], one["CidrIp"]) for one in entries]
                assert len(set(keys)) == len(keys), "AWS refuses a rule that stands there twice"
                for one in entries:
                    assert re.fullmatch(r"[a-zA-Z0-9. _:/()#,@\[\]+=&;{}!$*-]{1,255}", one["Description"])


def test_a_group_of_aws_without_connections_of_its_own_lets_nothing_out(catalogue):
    groups = json.loads(configured("aws-security-groups", example("frankfurt")).text)["Resources"]
    assert groups["SmbFileServer"]["Properties"]["SecurityGroupEgress"] == [
        {
            "IpProtocol": "tcp",
            "FromPort": 65535,
            "ToPort": 65535,
            "CidrIp": "127.0.0.1/32",
            "Description": "Nothing leaves",
        }
    ]


def test_google_takes_its_rules_and_none_is_without_a_target(catalogue):
    items = json.loads(configured("google-cloud", example("frankfurt")).text)["items"]
    assert len({one["name"] for one in items}) == len(items)
    for one in items:
        inward = one["direction"] == "INGRESS"
        keys = {"allowed", "description", "direction", "name", "network", "targetTags"}
        assert set(one) == keys | {"sourceRanges" if inward else "destinationRanges"}
        assert re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", one["name"])
        assert all(re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", tag) for tag in one["targetTags"])
        assert one["targetTags"]
        assert len(one["description"]) <= 2048


@pytest.mark.parametrize(
    ("slug", "tag"),
    [
        ("frankfurt", "frankfurt-smb-file-server"),
        ("a" * 47, "a" * 47 + "-smb-file-server"),
        ("a" * 48, "a" * 48 + "-smb-f-"),
        ("2nd-site", "d"),
    ],
    ids=["usual", "longest", "cut", "digit"],
)
def test_a_tag_of_google_is_of_one_component_of_one_deployment(catalogue, slug, tag):
    rules = json.loads(configured("google-cloud", {**example("frankfurt"), "slug": slug}).text)["items"]
    tags = {one for rule in rules for one in rule["targetTags"]}
    expected = json.loads(configured("google-cloud", example("frankfurt")).text)["items"]
    assert len(tags) == len({one for rule in expected for one in rule["targetTags"]})
    assert any(one.startswith(tag) for one in tags)
    assert all(re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", one) for one in tags)


def test_openconfig_has_every_entry_under_its_own_number(catalogue):
    content = json.loads(configured("openconfig", example("frankfurt")).text)
    assert list(content) == ["openconfig-acl:acl-set"], "sent to its place, it replaces itself alone"
    [acl] = content["openconfig-acl:acl-set"]
    identity = {"name": "alports-frankfurt", "type": "ACL_IPV4"}
    assert {**identity, **{key: acl[key] for key in identity}} == identity
    entries = acl["acl-entries"]["acl-entry"]
    assert [one["sequence-id"] for one in entries] == list(range(1, len(entries) + 1))
    assert [one["config"]["sequence-id"] for one in entries] == list(range(1, len(entries) + 1))


# Without rules


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_without_rules_permits_nothing(catalogue, platform):
    configuration = render(
        PLATFORMS[platform], ordered(platform, deployment(endpoints=[("vsphere", "10.0.0.1")]), "here")
    )
    assert configuration.written == ()
    assert READERS[platform](configuration.text) == ([], [])

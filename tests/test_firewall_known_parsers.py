"""Files read by parsers that others wrote: Amazon's rules of templates, a grammar of PowerShell, a library of Cisco's
lists, Palo Alto's own classes.
"""

from xml.etree import ElementTree

import cisco_acl
import pytest
import tree_sitter_powershell
from cfnlint import ManualArgs
from cfnlint.api import lint
from panos.objects import AddressGroup, AddressObject, ServiceObject
from panos.policies import SecurityRule
from tree_sitter import Language, Parser

from portmatrix.firewall import PLATFORMS, render

from .support.deployments import example
from .support.firewall_ends import net
from .support.firewall_permits import STATELESS, cells, expected, random_document
from .support.firewalls import HOSTILE, request_for

pytestmark = pytest.mark.django_db

HOST = "elm01"


def hostile():
    """Frankfurt, with names that would be code if they were not made text."""
    document = example("frankfurt")
    document |= {"name": HOSTILE[0], "description": HOSTILE[1]}
    for endpoint, name in zip(document["endpoints"], HOSTILE * 4, strict=False):
        if endpoint["name"] != HOST:
            endpoint["name"] = name
    return document


def documents(of_random=10):
    return [example("frankfurt"), example("ulm"), hostile(), *map(random_document, range(of_random))]


def written(platform, document, host=None):
    """The `Configuration`, and what its rules permit."""
    request = request_for(document, endpoint=host)
    configuration = render(PLATFORMS[platform], request)
    return configuration, expected(configuration, request, platform)


# Amazon


def complaints(template):
    """What is wrong in a template. Neither is advice (I), nor that one without groups has its parameter all the same:
    scripts that give it go on to work.
    """
    return [str(found) for found in lint(template, config=ManualArgs(ignore_checks=["I", "W2001"]))]


def test_templates_of_amazon_are_sound(catalogue):
    for document in documents(of_random=4):
        assert complaints(written("aws-security-groups", document)[0].text) == []


def test_a_template_of_amazon_for_several_deployments_is_sound(catalogue):
    template = render(PLATFORMS["aws-security-groups"], request_for(example("frankfurt"), example("ulm"))).text
    assert complaints(template) == []


@pytest.mark.parametrize(
    ("whole", "damaged"),
    [('"IpProtocol": "tcp"', '"IpProtocol": "tpc"'), ('"FromPort": 22,', ""), ('"CidrIp": "10.', '"CidrIp": "10x.')],
)
def test_damaged_templates_are_not(catalogue, whole, damaged):
    text = written("aws-security-groups", example("frankfurt"))[0].text
    assert whole in text
    assert complaints(text.replace(whole, damaged))


# PowerShell


def nodes(node, kind):
    found = [node] if node.type == kind else []
    return found + [one for child in node.children for one in nodes(child, kind)]


def parsed(script):
    return Parser(Language(tree_sitter_powershell.language())).parse(script.encode()).root_node


def test_scripts_call_what_they_should_and_nothing_that_a_name_says(catalogue):
    for document in documents():
        for host in dict.fromkeys(endpoint["name"] for endpoint in document["endpoints"]):
            configuration, permits = written("windows-powershell", document, host)
            script = parsed(configuration.text)
            assert not script.has_error
            called = [node.text.decode() for node in nodes(script, "command_name")]
            made = called.count("New-NetFirewallRule")
            assert called == [
                "Get-NetFirewallRule",
                "Remove-NetFirewallRule",
                *["New-NetFirewallRule", "Out-Null"] * made,
            ]
            assert bool(made) == bool(permits)
            variables = {node.text.decode() for node in nodes(script, "variable")}
            assert variables == {"$ErrorActionPreference", "$group"}
            assert not nodes(script, "expandable_string_literal")
            assert not nodes(script, "sub_expression")


def test_a_name_that_left_its_quotes_would_be_seen():
    script = parsed("New-NetFirewallRule -Name 'x'; Remove-Item C:\\ -Description '$(reboot)'")
    assert [node.text.decode() for node in nodes(script, "command_name")] == ["New-NetFirewallRule", "Remove-Item"]
    assert parsed("New-NetFirewallRule -Name 'x").has_error


# Cisco's lists, which Arista has too


def entries(platform, text):
    """The list's entries that permit: of packets, and of answers, as (source, destination, transport, number)."""
    [found] = cisco_acl.acls(config=text, platform="ios" if platform == "cisco-ios" else "nxos")
    permits, answers = [], []
    for entry in found.items:
        if not isinstance(entry, cisco_acl.Ace) or entry.action != "permit":
            continue
        ends = [net(str(end.ipnet)) for end in (entry.srcaddr, entry.dstaddr)]
        [number] = entry.dstport.ports or entry.srcport.ports
        assert not (entry.dstport.ports and entry.srcport.ports)
        into = permits if entry.dstport.ports else answers
        assert entry.option.flags == (["established"] if into is answers and entry.protocol.name == "tcp" else [])
        into.append((*ends, entry.protocol.name, number))
    return permits, answers


@pytest.mark.parametrize("platform", ["cisco-ios", "cisco-nxos", "arista-eos"])
def test_lists_permit_what_the_rules_do(catalogue, platform):
    assert platform in STATELESS
    for document in documents():
        configuration, wanted = written(platform, document)
        permits, answers = entries(platform, configuration.text)
        back = [(two, one, *port) for one, two, *port in answers]
        found, returned, right = cells(permits, back, wanted)
        assert found == returned == right


# Palo Alto


def objects(root, kind, path):
    """Palo Alto's own objects of what stands at a path, by name."""
    found = {}
    for entry in root.iterfind(f".//vsys/entry/{path}/entry"):
        [made] = kind().refreshall_from_xml(ElementTree.fromstring(b"<r>" + ElementTree.tostring(entry) + b"</r>"))
        assert made.name not in found
        found[made.name] = made
    return found


def test_palo_altos_own_classes_read_the_same_rules(catalogue):
    for document in documents():
        configuration, wanted = written("palo-alto", document)
        root = ElementTree.fromstring(configuration.text)
        addresses = objects(root, AddressObject, "address")
        groups = objects(root, AddressGroup, "address-group")
        services = objects(root, ServiceObject, "service")
        rules = objects(root, SecurityRule, "rulebase/security/rules")
        assert {one.type for one in addresses.values()} <= {"ip-netmask"}
        permits = []
        for rule in rules.values():
            assert (rule.action, rule.disabled, rule.application) == ("allow", None, ["any"])
            ends = [
                [net(addresses[name].value) for group in side for name in groups[group].static_value]
                for side in (rule.source, rule.destination)
            ]
            [service] = [services[name] for name in rule.service]
            port = service.protocol, int(service.destination_port)
            permits += [(one, two, *port) for one in ends[0] for two in ends[1]]
        found, right = cells(permits, wanted)
        assert found == right

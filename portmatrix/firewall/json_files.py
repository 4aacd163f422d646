"""Files in JSON: OpenConfig, Google Cloud, Azure, AWS."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from ..rules.installation import Component
from ..rules.resolve import Rule
from .comments import describe, plain
from .content import Content
from .generator import Definitions, generate, term
from .names import bounded, digest, name_of
from .permits import Permit

PROTOCOL_NUMBERS = {"tcp": 6, "udp": 17}  # IANA registry
LONGEST_AZURE_DESCRIPTION = 140
LONGEST_AWS_DESCRIPTION = 255
LONGEST_TAG = 63  # RFC 1035, as Google Cloud demands


def openconfig(content: Content) -> str:
    """An access control list of OpenConfig, as RFC 7951 writes it. It ends with an entry that drops the rest.

    The list stands by itself, as the resource that a PUT replaces: with the containers around it, sent to their place,
    it would take the place of all lists and bindings of the device.
    """
    # The number of an entry is 32 bits wide, so there is room for all.
    entries = [*(entry for permit in content.permits for entry in _entries(permit)), {"actions": _action("DROP")}]
    numbered = [
        {"sequence-id": number, "config": {"sequence-id": number, **entry.pop("config", {})}, **entry}
        for number, entry in enumerate(entries, start=1)
    ]
    identity = {"name": content.name, "type": "ACL_IPV4"}
    acl = {
        **identity,
        "config": {**identity, "description": "\n".join(content.notes)},
        "acl-entries": {"acl-entry": numbered},
    }
    return _written({"openconfig-acl:acl-set": [acl]}, indent=1)


def _entries(permit: Permit) -> Iterator[dict[str, Any]]:
    """Every pair of networks, there and back."""
    rule = permit.rule
    for source in permit.source.networks:
        for destination in permit.destination.networks:
            yield _entry(rule, source, destination, {"destination-port": rule.number})
            established = {"detail-mode": "BUILTIN", "builtin-detail": "TCP_ESTABLISHED"}
            back = {"source-port": rule.number, **(established if rule.transport == "tcp" else {})}
            yield _entry(rule, destination, source, back, " (answers)")


def _entry(
    rule: Rule, source: IPv4Network, destination: IPv4Network, transport: dict[str, Any], more: str = ""
) -> dict[str, Any]:
    return {
        "config": {"description": f"{rule.id} {describe(rule)}{more}"},
        "ipv4": {
            "config": {
                "source-address": str(source),
                "destination-address": str(destination),
                "protocol": PROTOCOL_NUMBERS[rule.transport],
            }
        },
        "transport": {"config": transport},
        "actions": _action("ACCEPT"),
    }


def _action(what: str) -> dict[str, dict[str, str]]:
    return {"config": {"forwarding-action": what}}


def google(content: Content) -> str:
    """Rules for a network of Google Cloud: each a body of `firewalls.insert`.

    A rule names the addresses of one end, and the instances at the other by their tag.
    """
    definitions = Definitions()
    pairs = [(slug, permit) for permit in content.permits for slug in permit.deployments]
    inward = [_tagged(slug, permit, definitions, "destination") for slug, permit in pairs]
    outward = [_tagged(slug, permit, definitions, "source") for slug, permit in pairs]
    network = "global/networks/default"
    filters = [(f"INGRESS {network} inet", inward), (f"EGRESS {network} inet", outward)]
    rules = json.loads(generate("gce", filters, definitions) or "[]")
    return _written({"comments": list(content.notes), "items": rules})


def _tagged(deployment: str, permit: Permit, definitions: Definitions, end: str) -> dict[str, str]:
    """A term in which one end is a tag instead of addresses. Its name changes with the tag: a rule that is there under
    its name already would be refused, and go on to mean the instances of another deployment.
    """
    tagged = {**term(permit, definitions), "comment": f"{permit.rule.id} {describe(permit.rule)}"}
    del tagged[f"{end}-address"]
    tag = _tag(deployment, getattr(permit, end).component)
    return {**tagged, "name": f"{permit.rule.id}-{digest(tag)}", f"{end}-tag": tag}


def _tag(deployment: str, component: Component) -> str:
    """The tag of a component's instances, with the deployment's slug: tags hold in a whole network, which may be that
    of several deployments. It has to begin with a letter.
    """
    tag = f"{deployment}-{component.slug}"
    return bounded(tag if tag[0].isalpha() else f"d{digest(tag)}-{tag}", LONGEST_TAG)


def azure(content: Content) -> str:
    """A template with one network security group for the subnets of all components. What it doesn't allow it denies."""
    rules = [_azure_rule(permit, number, way) for way in WAYS for number, permit in enumerate(content.permits, 100)]
    rules += [_azure_deny(way) for way in WAYS]
    group = {
        "type": "Microsoft.Network/networkSecurityGroups",
        "apiVersion": "2023-09-01",
        "name": "[parameters('name')]",
        "location": "[parameters('location')]",
        "tags": {"deployment": content.slug, "made-by": "alports", "date": content.request.date.isoformat()},
        "properties": {"securityRules": rules},
    }
    return _written(
        {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "metadata": {"comments": list(content.notes)},
            "parameters": {
                "name": {"type": "string", "defaultValue": content.name},
                "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
            },
            "resources": [group],
        }
    )


WAYS = ("Inbound", "Outbound")


def _azure_rule(permit: Permit, priority: int, way: str) -> dict[str, Any]:
    rule = permit.rule
    return _azure_entry(
        f"{rule.id}-{way}",
        way,
        priority,
        access="Allow",
        protocol=rule.transport.capitalize(),
        description=describe(rule, LONGEST_AZURE_DESCRIPTION),
        sourceAddressPrefixes=[str(network) for network in permit.source.networks],
        sourcePortRange="*",
        destinationAddressPrefixes=[str(network) for network in permit.destination.networks],
        destinationPortRange=str(rule.number),
    )


def _azure_deny(way: str) -> dict[str, Any]:
    """Azure lets everything through within a virtual network unless a rule before its own denies it."""
    return _azure_entry(
        f"deny-all-{way}",
        way,
        4096,
        access="Deny",
        protocol="*",
        description="What no rule before this one allows",
        sourceAddressPrefix="*",
        sourcePortRange="*",
        destinationAddressPrefix="*",
        destinationPortRange="*",
    )


def _azure_entry(name: str, way: str, priority: int, **properties: list[str] | str) -> dict[str, Any]:
    return {"name": name, "properties": {"priority": priority, "direction": way, **properties}}


def aws(content: Content) -> str:
    """A CloudFormation template with a security group for each component at an end, for its network interfaces."""
    ends = {
        (slug, side.component.slug)
        for permit in content.permits
        for slug in permit.deployments
        for side in (permit.source, permit.destination)
    }
    groups = {_aws_id(content, *end): _aws_group(content, *end) for end in sorted(ends)}
    return _written(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": f"Security groups of {content.name}",
            "Metadata": {"Comments": list(content.notes)},
            "Parameters": {
                "VpcId": {"Type": "AWS::EC2::VPC::Id", "Description": "The VPC in which the components are"}
            },
            "Resources": groups or _AWS_NOTHING,
        },
        indent=1,  # a template handed over with the call has 51,200 bytes at most
    )


def _aws_group(content: Content, deployment: str, component: str) -> dict[str, Any]:
    permits = [permit for permit in content.permits if deployment in permit.deployments]
    inward = [
        (network, permit.rule)
        for permit in permits
        if permit.destination.component.slug == component
        for network in permit.source.networks
    ]
    outward = [
        (network, permit.rule)
        for permit in permits
        if permit.source.component.slug == component
        for network in permit.destination.networks
    ]
    name = name_of(deployment)
    return {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": f"{component} of {name}",
            "VpcId": {"Ref": "VpcId"},
            "SecurityGroupIngress": _aws_entries(inward),
            # Without any, AWS adds one that lets everything out. This one lets nothing out.
            "SecurityGroupEgress": _aws_entries(outward) or [_AWS_NOWHERE],
            "Tags": [{"Key": "Name", "Value": f"{name}-{component}"}],
        },
    }


def _aws_entries(pairs: list[tuple[IPv4Network, Rule]]) -> list[dict[str, Any]]:
    """Entries of a group. Where components share an address several rules need the same, and AWS refuses it twice."""
    rules: dict[tuple[str, int, str], list[Rule]] = {}
    for network, rule in pairs:
        rules.setdefault((rule.transport, rule.number, str(network)), []).append(rule)
    return [
        {
            "IpProtocol": transport,
            "FromPort": number,
            "ToPort": number,
            "CidrIp": network,
            "Description": plain(f"{', '.join(rule.id for rule in same)} {describe(same[0])}", LONGEST_AWS_DESCRIPTION),
        }
        for (transport, number, network), same in rules.items()
    ]


def _aws_id(content: Content, deployment: str, component: str) -> str:
    """A logical name, which holds within a stack: letters and digits. Of several deployments, none has that of another:
    without their hyphens two slugs may read alike.
    """
    words = [component, deployment, digest(deployment)] if content.request.is_for_several else [component]
    return "".join(part.capitalize() for word in words for part in word.split("-"))


_AWS_NOWHERE = {
    "IpProtocol": "tcp",
    "FromPort": 65535,
    "ToPort": 65535,
    "CidrIp": "127.0.0.1/32",
    "Description": "Nothing leaves",
}
# A template has to have a resource; this one makes nothing.
_AWS_NOTHING = {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}


def _written(content: dict[str, Any], indent: int = 2) -> str:
    return json.dumps(content, indent=indent) + "\n"

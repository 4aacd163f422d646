"""Readers of firewall configurations in JSON. See `firewall_readers`."""

import json
import re

from .firewall_ends import net, only


def openconfig(text, slug="frankfurt"):
    [acl] = json.loads(text)["openconfig-acl:acl-set"]
    assert acl["name"] == f"alports-{slug}"
    *entries, last = acl["acl-entries"]["acl-entry"]
    assert last["actions"]["config"] == {"forwarding-action": "DROP"}
    permits, answers = [], []
    for entry in entries:
        ip, transport = entry["ipv4"]["config"], entry["transport"]["config"]
        assert entry["actions"]["config"] == {"forwarding-action": "ACCEPT"}
        kind = {6: "tcp", 17: "udp"}[ip["protocol"]]
        is_answer = "source-port" in transport
        number = transport.pop("source-port" if is_answer else "destination-port")
        established = {"detail-mode": "BUILTIN", "builtin-detail": "TCP_ESTABLISHED"}
        assert transport == (established if is_answer and kind == "tcp" else {})
        read = net(ip["source-address"]), net(ip["destination-address"]), kind, number
        (answers if is_answer else permits).append(read)
    return permits, answers


def azure(text, slug="frankfurt"):
    """The rules for what comes in; those for what goes out must be the same."""
    ways = {"Inbound": [], "Outbound": []}
    for rule in json.loads(text)["resources"][0]["properties"]["securityRules"]:
        one = rule["properties"]
        if one["access"] == "Deny":
            continue
        ends = ((a, b) for a in one["sourceAddressPrefixes"] for b in one["destinationAddressPrefixes"])
        port = one["protocol"].lower(), int(one["destinationPortRange"])
        ways[one["direction"]] += [(net(a), net(b), *port) for a, b in ends]
    assert ways["Inbound"] == ways["Outbound"]
    return ways["Inbound"], []


def aws(text, slug="frankfurt"):
    permits = []
    for name, group in json.loads(text)["Resources"].items():
        if group["Type"] != "AWS::EC2::SecurityGroup":
            continue
        component, owner = group["Properties"]["GroupDescription"].split(" of alports-")
        assert group["Properties"]["Tags"] == [{"Key": "Name", "Value": f"alports-{owner}-{component}"}]
        assert owner in slug.split("_")
        if "_" in slug:
            tag = "tag", f"{owner} {component}"
            assert name.lower().startswith(f"{component}{owner}".replace("-", ""))
        else:
            tag = "tag", component
            assert name.lower() == component.replace("-", "")
        for way in ("Ingress", "Egress"):
            for one in group["Properties"][f"SecurityGroup{way}"]:
                assert one["FromPort"] == one["ToPort"]
                if one["CidrIp"] == "127.0.0.1/32":
                    continue
                ends = (net(one["CidrIp"]), tag) if way == "Ingress" else (tag, net(one["CidrIp"]))
                permits.append((*ends, one["IpProtocol"], one["FromPort"]))
    return permits, []


def google(text, slug="frankfurt"):
    permits = []
    for one in json.loads(text)["items"]:
        [tag], [allowed] = one["targetTags"], one["allowed"]
        owner, tag = only(re.fullmatch(rf"({slug.replace('_', '|')})-(.+)", tag), tag).groups()
        tag = f"{owner} {tag}" if "_" in slug else tag
        [port] = allowed["ports"]
        inward = one["direction"] == "INGRESS"
        for network in one["sourceRanges" if inward else "destinationRanges"]:
            ends = (net(network), ("tag", tag)) if inward else (("tag", tag), net(network))
            permits.append((*ends, allowed["IPProtocol"], int(port)))
    return permits, []

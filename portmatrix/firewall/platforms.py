"""The platforms that a configuration can be written for, and what an engineer must know of each: one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import json_files, linux, lists, windows, zones
from .content import Content
from .permits import Permit

Place = tuple[str, ...]  # in a file, as `Platform.size` tells them apart

MOST_LINES = 50_000
MOST_AZURE_ADDRESSES = 4_000  # as sources in all rules of one group, and as many as destinations
MOST_AZURE_PERMITS = 499  # a group has 1,000 rules, two for each permit and two that deny the rest
MOST_AWS_RULES = 1_000  # of one group in one direction; the default quota is 60
MOST_SRX_ADDRESSES = 1_023  # of one policy, sources and destinations together


def pairs(permit: Permit) -> Mapping[Place, int]:
    """A line for every pair of networks."""
    return {(): permit.pairs}


def pairs_both_ways(permit: Permit) -> Mapping[Place, int]:
    """A line for every pair of networks, there and back."""
    return {(): 2 * permit.pairs}


def sources_and_destinations(permit: Permit) -> Mapping[Place, int]:
    """A place for every network in the rule for what comes in, and again in that for what goes out."""
    return {("source",): 2 * len(permit.source.networks), ("destination",): 2 * len(permit.destination.networks)}


def networks(permit: Permit) -> Mapping[Place, int]:
    """A place for every network."""
    return {(): len(permit.source.networks) + len(permit.destination.networks)}


def networks_of_each(permit: Permit) -> Mapping[Place, int]:
    """A place for every network, for every deployment."""
    return {(): len(permit.deployments) * (len(permit.source.networks) + len(permit.destination.networks))}


def rules_of_groups(permit: Permit) -> Mapping[Place, int]:
    """A rule for every network of the other end, in the group of each end in each deployment."""
    outward = {("out", slug, permit.source.component.slug): permit.destination for slug in permit.deployments}
    inward = {("in", slug, permit.destination.component.slug): permit.source for slug in permit.deployments}
    return {place: len(side.networks) for place, side in (outward | inward).items()}


@dataclass(frozen=True)
class Platform:
    """A firewall's language.

    `per_host` ones describe the own firewall of one host. `takes_names` tells whether host names can stand in it.
    Files of several deployments stand `beside` each other on one firewall, or one takes the place of the other; then a
    firewall needs one file for them all. `marks` tells whether a file uses a bit of the packet mark.
    `limits` are sentences: what it can't express, and what has to be done or known before a file is loaded.
    Private to rendering: `write` makes the text; `size` tells how many entries a permit takes at which place of the
    file, and none of these places holds more than `most`. One rule has at most `most_of_one` addresses at both ends,
    and a file at most `most_rules` rules.
    """

    slug: str
    name: str
    extension: str
    media_type: str
    write: Callable[[Content], str] = field(repr=False)
    per_host: bool = False
    takes_names: bool = False
    beside: bool = False
    marks: bool = False
    limits: tuple[str, ...] = ()
    size: Callable[[Permit], Mapping[Place, int]] = field(default=networks, repr=False)
    most: int = field(default=MOST_LINES, repr=False)
    most_of_one: int | None = field(default=None, repr=False)
    most_rules: int | None = field(default=None, repr=False)


_ROUTER = "The file is for a Linux router: it filters what is forwarded, and drops all that it does not allow."
_MARKS = (
    "The file is for a Linux router: it filters what is forwarded. What no loaded file allows is dropped. A packet has "
    "to pass the forward chains of all other tables too."
)
_IPV4 = "It filters IPv4 alone. A router that forwards IPv6 too needs a filter of its own for that."
_STATELESS = (
    "The list keeps no state. Behind every rule stands one for its answers: from the same port, and with TCP only "
    "packets of a connection that is there. Apply the one list in every direction that you filter.",
    "What the list does not name is denied, ICMP too: where path MTU discovery is needed, allow it by hand.",
    "Inbound on an interface it judges packets for the router itself as well. Allow what that needs before the rules "
    "of the list: management, routing and redundancy protocols, DHCP.",
)
_ONE_FILE = (
    "The file takes the place of files for other deployments on the same firewall, interface or subnet: for several, "
    "get one file for all of them."
)
_ZONES = (
    "Every component has a zone named after it, or after it and a deployment where several have different addresses "
    "for it: rename each to the zone that it is in, and leave out rules within a zone that you do not filter.",
    "The names of addresses carry a digest of what they stand for, those of rules one of what they permit. So files of "
    "several deployments stand beside each other, and where two need the same rule it is one.",
    "Loading a later file changes no rule and takes none away: delete those that were in an earlier file and are in no "
    "file of any deployment any more.",
)
_HOST = (
    "The file is for this one host, between the addresses of its endpoint and all others.",
    "Windows lets everything out unless its outbound default is set to block, and other rules of the host stay.",
    "The rules bear the names of the deployment and the endpoint. Files for other deployments, and for other endpoints "
    "of the same machine, stand beside this one. After an endpoint was renamed, delete the rules with its old name.",
)

_ALL = [
    Platform(
        "nftables",
        "nftables",
        "nft",
        "text/plain",
        linux.nftables,
        beside=True,
        marks=True,
        limits=(
            _MARKS,
            _IPV4,
            "Load it with nft -f, which needs nft 1.0. It replaces its own table, fills the table alports_shared, "
            "which is the same in every file, and touches no other. Files of several deployments stand beside each "
            "other, loaded in any order.",
            "Its own table sets one bit of the packet mark on what it allows. The table alports_shared clears the bit "
            "on all that is forwarded, later drops what does not have it, and clears it again on the rest. Other bits "
            "of the mark, and marks of connections, stay as they are.",
            "All files on one router have to use the same bit, which no other program there uses: with another bit a "
            "file cuts off what those loaded before it allow.",
            "The table alports_shared alone drops all that is forwarded. Without it nothing is dropped: remove it with "
            "nft delete table ip alports_shared, but last, after the tables of all deployments.",
            "A table from a file of alports without such marks drops what it does not allow itself, also for others: "
            "load a new file for each of those deployments.",
        ),
    ),
    Platform(
        "iptables",
        "iptables",
        "rules",
        "text/plain",
        linux.iptables,
        size=pairs,
        limits=(
            _ONE_FILE,
            _ROUTER,
            _IPV4,
            "Load it with iptables-restore -n, which is the option noflush: INPUT, OUTPUT and the chains of others "
            "stay as they are. Without the option all of them are lost.",
            "Each time it empties the chain FORWARD and puts there the jump to its own chain alone. Where more has to "
            "pass, for containers say, add their jumps again behind it. A chain of an earlier file for other "
            "deployments is not used any more.",
        ),
    ),
    Platform(
        "cisco-ios",
        "Cisco IOS",
        "txt",
        "text/plain",
        lists.ios,
        size=pairs_both_ways,
        limits=(
            _ONE_FILE,
            *_STATELESS,
            "Loading it removes the list before it makes it anew, and an interface with a list that is not there "
            "lets everything through: take the list off the interfaces first, or load it in a maintenance window.",
        ),
    ),
    Platform(
        "cisco-nxos",
        "Cisco NX-OS",
        "txt",
        "text/plain",
        lists.nxos,
        size=pairs_both_ways,
        limits=(
            _ONE_FILE,
            *_STATELESS,
            "Loading it removes the list before it makes it anew: use a configuration session where it is applied.",
        ),
    ),
    Platform(
        "cisco-iosxr",
        "Cisco IOS XR",
        "txt",
        "text/plain",
        lists.iosxr,
        size=pairs_both_ways,
        limits=(_ONE_FILE, *_STATELESS, "It takes effect with commit."),
    ),
    Platform(
        "cisco-asa",
        "Cisco ASA",
        "txt",
        "text/plain",
        lists.asa,
        size=pairs,
        limits=(
            _ONE_FILE,
            "Loading it clears the list first, which takes it off the interfaces: apply it again with access-group. "
            "Meanwhile the security levels decide, and from a higher to a lower one everything passes: load it within "
            "configure session after forward-reference enable, or in a maintenance window.",
            "Apply the one list inbound to every interface, or once to all of them with the word global.",
        ),
    ),
    Platform(
        "arista-eos",
        "Arista EOS",
        "txt",
        "text/plain",
        lists.eos,
        size=pairs_both_ways,
        limits=(
            _ONE_FILE,
            *_STATELESS,
            "Loading it removes the list before it makes it anew: use a configuration session where it is applied.",
        ),
    ),
    Platform(
        "juniper-mx",
        "Juniper MX",
        "conf",
        "text/plain",
        lists.junos,
        limits=(
            _ONE_FILE,
            *_STATELESS,
            "Later fragments have no port and match no term: where datagrams of UDP come in fragments, allow those by "
            "hand.",
            "Load it with load replace: it replaces the filter of this name and nothing else.",
        ),
    ),
    Platform(
        "juniper-srx",
        "Juniper SRX",
        "conf",
        "text/plain",
        zones.srx,
        takes_names=True,
        most_of_one=MOST_SRX_ADDRESSES,
        beside=True,
        limits=(
            *_ZONES,
            "Load it with load merge. New policies stand behind those of the same zones: move them before a denial.",
            "The firewall resolves host names itself, so it and the hosts must ask the same name servers.",
            "The addresses stand in the global address book, which excludes address books within zones.",
        ),
    ),
    Platform(
        "palo-alto",
        "Palo Alto PAN-OS",
        "xml",
        "application/xml",
        zones.paloalto,
        beside=True,
        limits=(
            *_ZONES,
            "It is no whole configuration. Load its parts (address, address-group, service, rules) with load config "
            "partial and the mode merge, never the file as the configuration of the firewall.",
            "Merged rules stand behind all others: move them before a denial.",
            "The rules allow ports, whatever application is spoken there.",
        ),
    ),
    Platform(
        "fortigate",
        "FortiGate",
        "txt",
        "text/plain",
        zones.fortigate,
        beside=True,
        limits=(
            *_ZONES,
            "Policies get the next free numbers. A policy whose name is there already is refused or doubled, by the "
            "version: it permits the same, so leave it, or delete it first.",
            "New policies stand behind all others: move them before a denial.",
        ),
    ),
    Platform(
        "pf",
        "pf (OpenBSD, FreeBSD)",
        "conf",
        "text/plain",
        lists.pf,
        limits=(
            _ONE_FILE,
            "The file is a whole rule set: it blocks all that it does not allow, to and from the firewall itself too, "
            "but for the loopback interface. Add what you need to manage it before you load the file.",
            "Loading it with pfctl -f replaces the rules and tables that are there.",
        ),
    ),
    Platform(
        "openconfig",
        "OpenConfig",
        "json",
        "application/json",
        json_files.openconfig,
        size=pairs_both_ways,
        limits=(
            _ONE_FILE,
            *_STATELESS,
            "The file is one list. Replace that alone: the path is /openconfig-acl:acl/acl-sets/acl-set=NAME,ACL_IPV4 "
            "with the name that stands in the file. A replacement further up takes away all other lists and bindings.",
            "The device has to know the leaf builtin-detail of the model, by which answers with TCP are recognized.",
        ),
    ),
    Platform(
        "azure-nsg",
        "Azure network security group",
        "json",
        "application/json",
        json_files.azure,
        size=sources_and_destinations,
        most=MOST_AZURE_ADDRESSES,
        most_rules=MOST_AZURE_PERMITS,
        limits=(
            _ONE_FILE,
            "Associate the one group with the subnets of all components in Azure. It denies all that it does not "
            "allow, in both directions: also what Azure allows by default, such as the probes of a load balancer.",
            f"A group holds 1,000 rules, and in all of them {MOST_AZURE_ADDRESSES:,} addresses and networks as "
            "sources and as many as destinations.",
            "Deploying the template again replaces the rules of the group.",
        ),
    ),
    Platform(
        "aws-security-groups",
        "AWS security groups",
        "json",
        "application/json",
        json_files.aws,
        size=rules_of_groups,
        most=MOST_AWS_RULES,
        beside=True,
        limits=(
            "Attach each group to the network interfaces of its component. A group replaces none: take off those that "
            "allow more.",
            f"AWS allows 60 rules of a group in each direction unless the quota is raised, at most to "
            f"{MOST_AWS_RULES:,}; for that fewer groups fit to an interface.",
            "The groups are those of the deployment. Make a stack of its own for each file: in a stack that is there "
            "the file takes the place of what is in it.",
            "The default network ACL of the VPC has to let the traffic through.",
            "A template of more than 51,200 bytes has to come from S3.",
        ),
    ),
    Platform(
        "google-cloud",
        "Google Cloud VPC firewall",
        "json",
        "application/json",
        json_files.google,
        size=networks_of_each,
        beside=True,
        limits=(
            "A rule reaches instances by a network tag, of the deployment and the component: give each instance the "
            "tag that the rules have for its component. Who has the tag is taken for it, whatever the address.",
            "Each object in items is the body of one call of the method firewalls.insert. Replace the network "
            "global/networks/default by yours.",
            "A rule's name stands for what it permits and for its tag: one that is there already means the same, and "
            "is refused. Delete the rules of an earlier file for the same deployment whose names are not in this one: "
            "until then they go on to permit. Rules with the tags of other deployments stay.",
            "Google Cloud lets everything out unless a rule denies it, and the network named default lets everything "
            "in from within: remove those rules. An egress rule matters only beside one that denies.",
            "Each rule holds 256 networks; more of them make several rules.",
        ),
    ),
    Platform(
        "windows-powershell",
        "Windows Firewall (PowerShell)",
        "ps1",
        "text/plain",
        windows.powershell,
        per_host=True,
        beside=True,
        limits=(*_HOST, "Run it as an administrator. It removes the rules of its group before it makes them anew."),
    ),
    Platform(
        "windows-netsh",
        "Windows Firewall (netsh)",
        "bat",
        "text/plain",
        windows.netsh,
        per_host=True,
        beside=True,
        limits=(*_HOST, "Run it as an administrator. It deletes the rules of its name before it makes them anew."),
    ),
]
PLATFORMS = {platform.slug: platform for platform in _ALL}

"""The rules of a deployment, worked out by hand from the vendor's page, and how groups, hosts and silence are read."""

import ast
import sys
import time
from pathlib import Path

import pytest

from portmatrix import rules as package
from portmatrix.addresses import parse_address
from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.rules import Component, Connection, Installation, Port, resolve

from .support.deployments import deployment, example, rules_of
from .support.helpers import override_port

PVS = "citrix-provisioning-connector-tcp-3509"


@pytest.fixture
def loaded(catalogue):
    return Catalogue.load()


def lines(rules):
    """Each rule as `source > destination transport/number`."""
    return [
        f"{rule.source.component.slug} > {rule.destination.component.slug} {rule.transport}/{rule.number}"
        for rule in rules
    ]


def one(rules, line):
    return next(rule for rule in rules.rules if lines([rule]) == [line])


def reasons(rule):
    return [(reason.connection.slug, reason.port.slug, reason.connection.statements) for reason in rule.reasons]


# Frankfurt: vSphere with Citrix Provisioning, whose HTTPS port was moved to 13509 in every installation

FRANKFURT = [
    "admin-user > appliance tcp/22",
    "admin-user > appliance tcp/80",
    "admin-user > appliance tcp/443",
    "admin-user > appliance tcp/3004",
    "admin-user > appliance tcp/3009",
    "admin-user > appliance tcp/8888",
    "admin-user > appliance tcp/13504",
    "admin-user > appliance tcp/13509",
    "agent-on-citrix-provisioning > appliance tcp/443",
    "agent-on-citrix-provisioning > appliance tcp/3009",
    "agent-on-citrix-provisioning > appliance tcp/8787",
    "agent-on-citrix-provisioning > appliance tcp/13509",
    "appliance > active-directory tcp/53",
    "appliance > active-directory tcp/389",
    "appliance > active-directory tcp/636",
    "appliance > active-directory udp/53",
    "appliance > agent-on-citrix-provisioning tcp/8016",
    "appliance > app-layering-web-api tcp/443",
    "appliance > citrix-cdn tcp/80",
    "appliance > compositing-machine tcp/443",
    "appliance > esxi-hosts tcp/443",
    "appliance > smb-file-server tcp/445",
    "appliance > vcenter tcp/443",
    "compositing-machine > appliance tcp/443",
    "compositing-machine > appliance tcp/3260",
]
PLAIN = {
    "admin-user > appliance tcp/80",
    "admin-user > appliance tcp/3004",
    "admin-user > appliance tcp/3009",
    "agent-on-citrix-provisioning > appliance tcp/3009",
    "appliance > active-directory tcp/389",
}


@pytest.fixture
def frankfurt(catalogue):
    override_port(PVS, 13509)
    return rules_of(example("frankfurt"), Catalogue.load())[0]


def test_frankfurt_has_the_rules_that_the_page_states(frankfurt):
    assert lines(frankfurt.rules) == FRANKFURT
    assert lines(frankfurt.unresolved) == ["appliance > ntp-server udp/123"]


def test_frankfurt_encrypted_only_loses_the_plain_ports(catalogue):
    override_port(PVS, 13509)
    rules, _ = rules_of({**example("frankfurt"), "encrypted_only": True}, Catalogue.load())
    # Upgrade media come over HTTP and nothing else, so that port stays.
    assert lines(rules.rules) == [line for line in FRANKFURT if line not in PLAIN]


def test_frankfurts_addresses_stand_at_both_ends(frankfurt):
    ends = {end.component.slug: end.texts for rule in frankfurt.rules for end in (rule.source, rule.destination)}
    assert ends == {
        "active-directory": ["10.20.0.2", "10.20.0.3"],
        "admin-user": ["10.9.0.0/24"],
        "agent-on-citrix-provisioning": ["10.20.4.21", "10.20.4.22"],
        "app-layering-web-api": ["applayeringwebapi.azurewebsites.net"],
        "appliance": ["10.20.0.10"],
        "citrix-cdn": ["alcdn.citrix.com"],
        "compositing-machine": ["10.20.8.10-10.20.8.60"],
        "esxi-hosts": ["10.20.1.32/27"],
        "smb-file-server": ["10.20.2.15"],
        "vcenter": ["10.20.1.5"],
    }


def test_a_hosted_service_is_named_in_the_reason_and_its_host_in_the_rule(frankfurt):
    rule = one(frankfurt, "admin-user > appliance tcp/13504")
    assert (rule.destination.component.name, rule.application, rule.encrypted) == ("Appliance", "HTTPS", True)
    assert reasons(rule) == [
        (
            "admin-user-to-vsphere-connector-communication",
            "vsphere-connector-tcp-3504",
            ("admin-user/10", "internal/17"),
        )
    ]


def test_flows_to_a_group_and_to_its_member_are_one_rule(frankfurt):
    assert reasons(one(frankfurt, "appliance > vcenter tcp/443")) == [
        (
            "appliance-to-vcenter-communication-with-datastore-via-esxi-host",
            "vcenter-tcp-443",
            ("internal/4",),
        ),
        ("appliance-to-vsphere-communication", "vsphere-tcp-443", ("internal/18", "key-connectors/7")),
    ]


def test_what_the_page_does_not_call_encrypted_is_not(frankfurt):
    found = {line: one(frankfurt, line) for line in FRANKFURT}
    assert [line for line, rule in found.items() if rule.encrypted] == [
        "admin-user > appliance tcp/22",
        "admin-user > appliance tcp/443",
        "admin-user > appliance tcp/13504",
        "admin-user > appliance tcp/13509",
        "agent-on-citrix-provisioning > appliance tcp/443",
        "agent-on-citrix-provisioning > appliance tcp/13509",
        "appliance > active-directory tcp/636",
        "appliance > app-layering-web-api tcp/443",
        "compositing-machine > appliance tcp/443",
    ]


def test_a_rule_is_called_the_same_until_it_permits_something_else(frankfurt, loaded):
    line = "appliance > smb-file-server tcp/445"
    assert one(frankfurt, line).id == "r-369d8c60098ec25e"
    document = example("frankfurt")
    document["endpoints"].append({"component": "smb-file-server", "name": "fs02", "address": "10.20.2.16"})
    assert one(rules_of(document, loaded)[0], line).id != "r-369d8c60098ec25e"


# The ends


def test_nothing_chosen_needs_the_admins_rules_without_addresses(loaded):
    rules, _ = rules_of(deployment(), loaded)
    assert rules.rules == ()
    assert lines(rules.unresolved) == [f"admin-user > appliance tcp/{number}" for number in (22, 80, 443, 8888)]


AGENT_RULES = [
    "agent > appliance tcp/443",
    "agent > appliance tcp/8787",
    "appliance > agent tcp/8016",
]


def beside_the_admin(rules):
    return [line for line in lines(rules) if not line.startswith("admin-user")]


def test_a_chosen_group_without_a_place_is_unresolved(loaded):
    rules, _ = rules_of(deployment("agent", endpoints=[("appliance", "10.0.0.1")]), loaded)
    assert beside_the_admin(rules.rules) == []
    assert beside_the_admin(rules.unresolved) == AGENT_RULES


def test_a_group_with_endpoints_of_its_own_stands_for_itself(loaded):
    rules, _ = rules_of(deployment(endpoints=[("appliance", "10.0.0.1"), ("agent", "10.0.0.2")]), loaded)
    assert beside_the_admin(rules.rules) == AGENT_RULES


def test_a_group_whose_members_are_in_use_is_where_they_are(loaded):
    endpoints = [("appliance", "10.0.0.1"), ("agent-on-hyper-v", "10.0.0.2")]
    rules, _ = rules_of(deployment("agent", "agent-on-citrix-provisioning", endpoints=endpoints), loaded)
    assert beside_the_admin(rules.rules) == [
        "agent-on-hyper-v > appliance tcp/443",
        "agent-on-hyper-v > appliance tcp/8787",
        "appliance > agent-on-hyper-v tcp/8016",
    ]
    assert beside_the_admin(rules.unresolved) == [
        "agent-on-citrix-provisioning > appliance tcp/443",
        "agent-on-citrix-provisioning > appliance tcp/8787",
        "appliance > agent-on-citrix-provisioning tcp/8016",
    ]


def test_a_chosen_group_does_not_choose_its_members(loaded):
    endpoints = [("appliance", "10.0.0.1"), ("agent", "10.0.0.2")]
    rules, _ = rules_of(deployment("hyper-v-connector", "bits-server", endpoints=endpoints), loaded)
    assert beside_the_admin(rules.rules) == AGENT_RULES  # disks are for the agent on Hyper-V


def test_a_hosted_service_is_in_use_only_when_chosen(loaded):
    endpoints = [("appliance", "10.0.0.1"), ("admin-user", "10.9.0.0/24")]
    basic = [f"admin-user > appliance tcp/{number}" for number in (22, 80, 443, 8888)]
    assert lines(rules_of(deployment(endpoints=endpoints), loaded)[0].rules) == basic
    rules, _ = rules_of(deployment("google-connector", endpoints=endpoints), loaded)
    assert lines(rules.rules) == [
        "admin-user > appliance tcp/22",
        "admin-user > appliance tcp/80",
        "admin-user > appliance tcp/443",
        "admin-user > appliance tcp/3016",
        "admin-user > appliance tcp/3516",
        "admin-user > appliance tcp/8888",
    ]


def test_a_printed_host_name_holds_until_told_otherwise(loaded):
    def upgrade(document):
        return rules_of(document, loaded)[0].rules[0].destination.texts

    appliance = ("appliance", "10.0.0.1")
    assert upgrade(deployment("citrix-cdn", endpoints=[appliance])) == ["alcdn.citrix.com"]
    assert upgrade(deployment(endpoints=[appliance, ("citrix-cdn", "10.0.0.9")])) == ["10.0.0.9"]


def test_a_printed_host_name_alone_puts_nothing_in_use(loaded):
    rules, _ = rules_of(deployment(endpoints=[("appliance", "10.0.0.1")]), loaded)
    assert beside_the_admin([*rules.rules, *rules.unresolved]) == []


# What the catalogue has no example of

BOX, GUEST, OTHER = Component("box", "Box"), Component("guest", "Guest", host="box"), Component("other", "Other")
WEB = Port("box-tcp-80", "box", "tcp", 80, 80, "HTTP")


def small(*connections, **others):
    return Installation(
        components={one.slug: one for one in (BOX, GUEST, OTHER)},
        connections=connections,
        in_use=frozenset({"box", "guest", "other"}),
        addresses={"box": (parse_address("10.0.0.1"),), "other": (parse_address("10.0.0.2"),)},
        **others,
    )


def test_from_a_host_to_itself_no_rule_is_needed():
    assert resolve(small(Connection("a", "guest", "box", "Talk", (WEB,)))).rules == ()


def test_what_leaves_a_hosted_service_leaves_its_host():
    rules = resolve(small(Connection("a", "guest", "other", "Talk", (Port("other-tcp-1", "other", "tcp", 1, 1),))))
    assert lines(rules.rules) == ["box > other tcp/1"]


def test_a_plain_port_stays_where_its_own_flow_offers_no_other():
    secure = Port("box-tcp-443", "box", "tcp", 443, 443, "HTTPS")
    both, plain = (
        Connection("both", "other", "box", "Both", (WEB, secure)),
        Connection("plain", "other", "box", "Plain", (WEB,)),
    )
    rules = resolve(small(both, plain, encrypted_only=True))
    assert [
        (line, [reason.connection for reason in rule.reasons])
        for line, rule in zip(lines(rules.rules), rules.rules, strict=True)
    ] == [
        ("other > box tcp/80", [plain]),
        ("other > box tcp/443", [both]),
    ]


def test_a_rule_of_several_protocols_is_encrypted_only_if_all_are():
    secure, plain = Port("a", "box", "tcp", 9, 9, "HTTPS"), Port("b", "box", "tcp", 9, 9, "HTTP")
    rules = resolve(
        small(Connection("x", "other", "box", "X", (secure,)), Connection("y", "other", "guest", "Y", (plain,)))
    )
    assert [(rule.application, rule.encrypted) for rule in rules.rules] == [("HTTP, HTTPS", False)]


# The plan of the house


def test_rules_know_nothing_of_databases_and_http():
    own, allowed = Path(package.__file__).parent, {"addresses", "choices", "reach"}
    for module in own.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level < 2 or node.module in allowed, module
                names = [node.module] if node.level == 0 else []
            assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names, module


# Size

MANY = ("compositing-machine", "esxi-hosts", "agent-on-hyper-v", "appliance")


def test_two_thousand_endpoints_take_less_than_a_second(loaded):
    endpoints = [(slug, f"10.{i // 250}.{i % 250}.{octet}") for i in range(500) for octet, slug in enumerate(MANY, 1)]
    document = deployment("vsphere-connector", endpoints=endpoints)
    began = time.perf_counter()
    rules, _ = rules_of(document, loaded)
    took = time.perf_counter() - began
    print(f"{len(endpoints)} endpoints: {took:.3f} s")
    assert len(one(rules, "compositing-machine > appliance tcp/3260").source.addresses) == 500
    assert took < 2  # generous: about a tenth of that on an idle machine

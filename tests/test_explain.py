"""Explain: would this packet be needed, by which rule, or what comes nearest."""

import inspect
import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from portmatrix.addresses import parse_address
from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.choices import Verdict
from portmatrix.deployments.document import read_document
from portmatrix.deployments.evaluate import evaluate_document
from portmatrix.rules import broadcasts, explain, near_misses

from .support.deployments import deployment, example

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(catalogue):
    """Ask about a packet of a document (Frankfurt's unless told otherwise)."""
    loaded = Catalogue.load()

    def asked(source, destination, transport, port, document=None):
        answers = evaluate_document(read_document(document or example("frankfurt"), loaded), loaded)
        source, destination = parse_address(source), parse_address(destination)
        return explain(answers.installation, answers.rules, source, destination, transport, port)

    return asked


def told(explanation):
    return {miss.code: miss.message for miss in explanation.misses}


def first(explanation):
    assert not explanation.needed
    return explanation.misses[0].code, explanation.misses[0].message


def test_a_needed_packet_names_its_rules_and_activities(asked):
    found = asked("10.9.0.77", "10.20.0.10", "tcp", 443)
    assert found.needed
    assert found.sentence == "Needed: Admin user to Appliance, for Management console."
    [rule] = found.rules
    assert (rule.source.texts, rule.destination.texts, rule.number) == (["10.9.0.0/24"], ["10.20.0.10"], 443)
    assert found.misses == ()


@pytest.mark.parametrize("source", ["10.20.8.10", "10.20.8.60", "10.20.8.12-10.20.8.20", "10.20.8.10-10.20.8.60"])
def test_all_of_a_range_is_needed_up_to_its_ends(asked, source):
    assert asked(source, "10.20.0.10", "tcp", 3260).needed


@pytest.mark.parametrize("source", ["10.20.8.9", "10.20.8.61"])
def test_beside_a_range_nothing_is_needed(asked, source):
    found = asked(source, "10.20.0.10", "tcp", 3260)
    assert not found.needed
    assert found.sentence == f"Not needed: no rule opens TCP 3260 from {source} to 10.20.0.10."
    assert told(found) == {
        "other-source": "TCP 3260 of Appliance (elm01) is open from Compositing machine (packaging), "
        f"not from {source}.",
        "unknown-source": f"{source} is no address of this deployment.",
    }


def test_a_network_of_which_only_part_is_needed_is_not_needed(asked):
    found = asked("10.20.8.0/24", "10.20.0.10", "tcp", 3260)
    assert not found.needed
    assert told(found) == {
        "partly": "TCP 3260 of Appliance (elm01) is open from Compositing machine (packaging); "
        "only part of 10.20.8.0/24 is that.",
        "other-port": "From Compositing machine (packaging) to Appliance (elm01) are open: TCP 443.",
        "reverse": "The other way round, Appliance (elm01) opens connections to Compositing machine (packaging): "
        "TCP 443. Their answers need no rule of their own.",
    }


# Half of each of these networks is in the installation.
HALVES = deployment(
    endpoints=[
        *(("admin-user", "10.9.0.0/24"), ("appliance", "10.30.0.10"), ("smb-file-server", "10.30.2.5")),
        *(("esxi-hosts", "10.40.0.0/24"), ("agent-on-hyper-v", "10.50.0.1"), ("agent-on-hyper-v", "10.50.0.2")),
    ]
)


def test_of_both_networks_only_part_is_needed(asked):
    assert first(asked("10.30.0.0/24", "10.40.0.0/23", "tcp", 443, HALVES)) == (
        "partly",
        "TCP 443 of ESXi hosts (here) is open from Appliance (here); "
        "only part of 10.30.0.0/24 and of 10.40.0.0/23 is that.",
    )
    assert first(asked("10.30.0.10", "10.40.0.0/23", "tcp", 443, HALVES)) == (
        "partly",
        "TCP 443 of ESXi hosts (here) is open from Appliance (here); only part of 10.40.0.0/23 is that.",
    )


@pytest.mark.parametrize(("source", "destination"), [("10.30.0.10", "10.40.0.0/23"), ("10.30.0.0/24", "10.40.0.9")])
def test_part_of_a_network_has_other_ports_open(asked, source, destination):
    assert first(asked(source, destination, "tcp", 902, HALVES)) == (
        "other-port",
        "From Appliance (here) to ESXi hosts (here) are open: TCP 443.",
    )


def test_neighbours_that_together_cover_a_network_need_it(asked):
    document = deployment(endpoints=[("appliance", "10.0.0.1"), ("agent", "10.1.0.0/25"), ("agent", "10.1.0.128/25")])
    assert asked("10.1.0.0/24", "10.0.0.1", "tcp", 443, document).needed


def test_a_host_name_is_only_itself(asked):
    assert asked("10.20.0.10", "alcdn.citrix.com", "tcp", 80).needed
    found = asked("10.20.0.10", "cdn.example.com", "tcp", 80)
    assert told(found)["unknown-destination"] == "cdn.example.com is no address of this deployment."


def test_the_default_number_of_a_moved_port_leads_to_where_it_is(asked):
    found = asked("10.9.0.5", "10.20.0.10", "tcp", 3504)
    assert told(found)["moved"] == "TCP 3504 of vSphere connector service was moved to 13504 here."
    assert next(miss for miss in found.misses if miss.code == "moved").rule.number == 13504
    assert asked("10.9.0.5", "10.20.0.10", "tcp", 13504).needed


def test_another_transport_of_the_same_hosts_names_what_is_open(asked):
    found = asked("10.20.0.10", "10.20.2.15", "udp", 445)
    assert told(found) == {"other-port": "From Appliance (elm01) to SMB file server (fs01) are open: TCP 445."}


def test_answers_are_told_from_connections(asked):
    found = asked("10.20.2.15", "10.20.0.10", "tcp", 50123)
    assert told(found) == {
        "no-connection": "From SMB file server to Appliance no connection is needed here.",
        "reverse": "The other way round, Appliance (elm01) opens connections to SMB file server (fs01): TCP 445. "
        "Their answers need no rule of their own.",
    }


def test_another_destination_is_named(asked):
    found = asked("10.20.0.10", "10.20.2.99", "tcp", 445)
    assert told(found)["other-destination"] == (
        "Appliance (elm01) may open TCP 445 to SMB file server (fs01), not to 10.20.2.99."
    )


def test_a_component_without_an_address_may_be_the_one(asked):
    found = asked("10.20.0.10", "10.20.0.123", "udp", 123)
    assert told(found)["unresolved"] == (
        "Appliance needs UDP 123 to NTP server, but NTP server has no address. Is it 10.20.0.123? Add an endpoint."
    )
    [miss] = [miss for miss in found.misses if miss.code == "unresolved"]
    assert miss.rule.destination.component.slug == "ntp-server"


def test_a_network_that_may_be_a_component_is_told_with_its_size(asked):
    assert told(asked("10.20.0.10", "10.20.1.0/24", "udp", 123))["unresolved"] == (
        "Appliance needs UDP 123 to NTP server, but NTP server has no address. Is it 10.20.1.0/24 (256 addresses)? "
        "Add an endpoint."
    )


def test_a_port_of_a_component_that_is_not_in_use_is_told(asked):
    found = asked("10.9.0.5", "10.20.0.10", "tcp", 3506)
    assert told(found)["not-in-use"] == (
        "Admin user opens TCP 3506 to Nutanix connector service (Communication), "
        "but this deployment does not use Nutanix connector service."
    )


def test_a_plain_port_that_stays_closed_names_the_encrypted_one(asked):
    found = asked("10.9.0.5", "10.20.0.10", "tcp", 80, {**example("frankfurt"), "encrypted_only": True})
    assert told(found)["encrypted-only"] == (
        "TCP 80 (HTTP) stays closed, because this deployment opens encrypted ports only. "
        "The same connection uses TCP 443 (HTTPS)."
    )


def test_within_one_host_nothing_is_needed(asked):
    found = asked("10.20.0.10", "10.20.0.10", "tcp", 443)
    assert told(found)["same-host"] == (
        "Source and destination are one host, Appliance. From a host to itself nothing crosses a firewall."
    )


@pytest.mark.parametrize(
    ("source", "destination", "name"),
    [
        ("10.50.0.1", "10.50.0.2", "Agent on Hyper-V server"),
        ("10.40.0.5", "10.40.0.9", "ESXi hosts"),
        ("10.9.0.0/25", "10.9.0.0/25", "Admin user"),
    ],
)
def test_two_hosts_of_one_component_are_not_one_host(asked, source, destination, name):
    assert first(asked(source, destination, "tcp", 8016, HALVES)) == (
        "same-component",
        f"{name} is at both ends. No rule goes from one address of a component to another.",
    )


def test_what_is_not_in_use_stands_where_the_packet_goes_to(asked):
    """The appliance itself opens TCP 443 to much that is not in use here, which does not concern packets to it."""
    found = asked("8.8.8.8", "10.30.0.10", "tcp", 443, HALVES)
    assert [miss.code for miss in found.misses] == ["other-source", "other-source", "unknown-source", "not-in-use"]
    assert told(found)["not-in-use"] == (
        "Compositing machine opens TCP 443 to Appliance (Communication), "
        "but this deployment does not use Compositing machine."
    )


def test_two_unknown_addresses_are_both_told(asked):
    found = asked("8.8.8.8", "9.9.9.9", "tcp", 443, HALVES)
    assert [miss.code for miss in found.misses][:2] == ["unknown-source", "unknown-destination"]


def test_an_installation_tells_something_of_every_packet(asked):
    """Whatever lies wholly, partly or not at all in it."""
    asked_about = ["10.9.0.5", "10.9.0.0/23", "10.30.0.10", "10.30.0.0/16", "10.40.0.9", "10.40.0.0/23", "8.8.8.8"]
    for source, destination in product(asked_about, repeat=2):
        for port in (443, 902, 8016):
            found = asked(source, destination, "tcp", port, HALVES)
            assert found.needed or found.misses, (source, destination, port)
            kinds = Counter(miss.code for miss in found.misses)
            assert not kinds or max(kinds.values()) <= 3


def test_many_names_are_shortened(asked):
    document = deployment(endpoints=[("appliance", "10.0.0.1"), *(("agent", f"10.1.0.{n}") for n in range(1, 6))])
    for number, endpoint in enumerate(document["endpoints"]):
        endpoint["name"] = f"host{number}"
    found = asked("10.2.0.1", "10.0.0.1", "tcp", 8787, document)
    assert told(found)["other-source"] == (
        "TCP 8787 of Appliance (host0) is open from Agent (host1, host2, host3 and 2 more), not from 10.2.0.1."
    )


def test_every_packet_that_a_rule_opens_is_needed_by_it(catalogue):
    loaded = Catalogue.load()
    answers = evaluate_document(read_document(example("frankfurt"), loaded), loaded)
    for rule in answers.rules.rules:
        for source in rule.source.addresses:
            for destination in rule.destination.addresses:
                found = explain(answers.installation, answers.rules, source, destination, rule.transport, rule.number)
                assert rule in found.rules


def test_the_guide_lists_every_code():
    guide = (Path(__file__).parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    table = guide.partition("## Is this packet needed?")[2]
    documented = {
        code for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for code in re.findall(r"`(.+?)`", row)
    }
    source = inspect.getsource(near_misses) + inspect.getsource(broadcasts)
    assert documented == {*re.findall(r'Miss\("([a-z-]+)"', source), *Verdict}

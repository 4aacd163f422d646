"""The written firewalls in the kernel that they are for: packets are sent through a router that loaded them."""

import os
import socket
from contextlib import suppress

import pytest

from .support.deployments import deployment, example
from .support.lab import CommandFailed, Lab, Outcome, Packet
from .support.lab_routers import IN_VAIN, LIST, LOAD, TRY, call, firewall, site_of, talk, written
from .support.lab_traffic import any_deployment

# Every kind of address, also such that overlap or touch; UDP both ways; ports moved next to others.
BERLIN = deployment(
    "vsphere-connector",
    "citrix-hypervisor",
    endpoints=[
        ("admin-user", "10.9.0.0/23"),
        ("admin-user", "10.9.1.250-10.9.2.6"),
        ("appliance", "10.40.0.10"),
        ("appliance", "10.40.0.11"),
        ("compositing-machine", "10.40.8.1-10.40.8.254"),
        ("compositing-machine", "10.40.8.128/25"),
        ("vcenter", "vcenter.example.com"),
        ("esxi-hosts", "10.40.1.32/27"),
        ("esxi-hosts", "10.40.1.64"),
        ("active-directory", "10.40.0.2-10.40.0.3"),
        ("ntp-server", "10.40.0.2"),
        ("dhcp-server", "10.40.0.12/30"),
        ("smb-file-server", "10.40.0.12/31"),
        ("app-layering-web-api", "192.0.2.80"),
    ],
    overrides=[("vsphere-connector-tcp-3504", 8889), ("ntp-server-udp-123", 124), ("appliance-udp-68", 65535)],
)
DEPLOYMENTS = {
    "frankfurt": example("frankfurt"),
    "ulm": example("ulm"),
    "berlin": BERLIN,
    **{f"any-{seed}": any_deployment(seed) for seed in range(1, 7)},
}

ADMIN, APPLIANCE, DIRECTORY = "10.9.0.0", "10.40.0.10", "10.40.0.3"  # some of Berlin's hosts

pytestmark = [pytest.mark.django_db, pytest.mark.kernel]


@pytest.fixture(scope="module", params=DEPLOYMENTS)
def site(request, _kernel):
    """Each deployment in turn. What a firewall is then found to drop, it drops: the lab itself lost nothing."""
    with site_of(DEPLOYMENTS[request.param]) as site:
        yield site


@pytest.fixture(scope="module")
def berlin(_kernel):
    with site_of(BERLIN) as site:
        yield site


@pytest.fixture(params=LOAD)
def platform(request):
    return request.param


def test_what_is_needed_passes_and_nothing_else(platform, site):
    needed = site.traffic.needed
    with firewall(platform, site.lab, *site.documents):
        outcome = site.lab.send(site.traffic.everything, needed)
    assert {"closed": needed - outcome.arrived, "opened": outcome.arrived - needed} == {
        "closed": set(),
        "opened": set(),
    }
    assert needed - outcome.answered == set()


def test_the_traffic_has_something_of_everything(berlin):
    needed, refused = berlin.traffic.needed, berlin.traffic.refused
    ends = {(packet.source, packet.destination) for packet in needed}
    assert {packet.transport for packet in needed} == {packet.transport for packet in refused} == {"tcp", "udp"}
    # The edges of two networks that overlap
    assert {(admin, "10.40.0.10") for admin in ("10.9.0.0", "10.9.1.255", "10.9.2.6")} <= ends
    assert ("10.9.2.7", "10.40.0.10") not in ends
    assert {packet.number for packet in needed} >= {8889, 124, 65535}
    assert not refused & needed


@pytest.mark.parametrize(
    "endpoints", [[], [("admin-user", "10.9.0.0/23"), ("appliance", "elm.example.com")]], ids=["nowhere", "names"]
)
def test_nothing_passes_where_no_rule_can_be_written(platform, berlin, endpoints):
    with firewall(platform, berlin.lab, deployment(endpoints=endpoints)):
        assert berlin.lab.send(berlin.traffic.needed, set()) == Outcome(set(), set())


OTHER_PROTOCOLS = [socket.IPPROTO_ICMP, socket.IPPROTO_GRE, socket.IPPROTO_SCTP]
ECHO_REQUEST = b"\x08\x00\xf7\xff\x00\x00\x00\x00"


def passes(lab, protocol):
    """Whether what is sent to a host as this protocol arrives there."""
    with (
        lab.hosts[ADMIN].socket(socket.SOCK_RAW, protocol) as sender,
        lab.hosts[APPLIANCE].socket(socket.SOCK_RAW, protocol) as receiver,
    ):
        sender.sendto(ECHO_REQUEST, (APPLIANCE, 0))
        receiver.settimeout(IN_VAIN)
        with suppress(TimeoutError):
            return receiver.recv(128).endswith(ECHO_REQUEST)
    return False


def test_no_other_protocol_passes_even_where_a_connection_may(platform, berlin):
    with firewall(platform, berlin.lab, BERLIN):
        assert [protocol for protocol in OTHER_PROTOCOLS if passes(berlin.lab, protocol)] == []
    assert [protocol for protocol in OTHER_PROTOCOLS if passes(berlin.lab, protocol)] == OTHER_PROTOCOLS


# Answers: who is called may answer, and nobody calls back


def test_who_is_called_answers_and_does_not_call_back(platform, berlin):
    with firewall(platform, berlin.lab, BERLIN), call(berlin.lab, ADMIN, APPLIANCE, 443) as (caller, called):
        talk(caller, called)
        with pytest.raises(TimeoutError), call(berlin.lab, APPLIANCE, ADMIN, 443, IN_VAIN):
            pass
        talk(called, caller)
    with call(berlin.lab, APPLIANCE, ADMIN, 443) as (caller, called):  # it was the firewall that forbade it
        talk(caller, called)


def test_a_datagram_is_answered_and_none_comes_unasked(platform, berlin):
    with (
        firewall(platform, berlin.lab, BERLIN),
        berlin.lab.hosts[DIRECTORY].socket(socket.SOCK_DGRAM) as server,
        berlin.lab.hosts[APPLIANCE].socket(socket.SOCK_DGRAM) as client,
        berlin.lab.hosts[APPLIANCE].socket(socket.SOCK_DGRAM) as stranger,
    ):
        server.bind((DIRECTORY, 53))
        client.bind((APPLIANCE, 40_001))
        stranger.bind((APPLIANCE, 40_002))
        server.settimeout(5)
        client.settimeout(5)
        client.sendto(b"where?", (DIRECTORY, 53))
        assert server.recvfrom(16) == (b"where?", (APPLIANCE, 40_001))
        server.sendto(b"unasked", (APPLIANCE, 40_002))
        server.sendto(b"there", (APPLIANCE, 40_001))
        assert client.recvfrom(16) == (b"there", (DIRECTORY, 53))
        stranger.settimeout(IN_VAIN)
        with pytest.raises(TimeoutError):
            stranger.recvfrom(16)


# Loading


def test_loading_again_changes_nothing_and_cuts_no_connection(platform, berlin):
    router = berlin.lab.router
    with (
        firewall(platform, berlin.lab, BERLIN) as text,
        call(berlin.lab, ADMIN, APPLIANCE, 443) as (caller, called),
    ):
        once = router.run(*LIST)
        router.run(*LOAD[platform], text=text)
        assert router.run(*LIST) == once
        talk(called, caller)
        talk(caller, called)


def test_a_new_version_leaves_nothing_of_the_old_one(platform, berlin):
    smaller = {**BERLIN, "endpoints": BERLIN["endpoints"][:3]}
    with firewall(platform, berlin.lab, smaller):
        alone = berlin.lab.router.run(*LIST)
        berlin.lab.router.run(*LOAD[platform], text=written(platform, BERLIN))
        assert berlin.lab.router.run(*LIST) != alone
        berlin.lab.router.run(*LOAD[platform], text=written(platform, smaller))
        assert berlin.lab.router.run(*LIST) == alone


def test_a_file_can_be_tried_without_being_loaded(platform, berlin):
    berlin.lab.router.run(*TRY[platform], text=written(platform, BERLIN))
    assert berlin.lab.router.run(*LIST) == ""


def test_the_router_s_other_tables_stay(platform, berlin):
    other = "table ip others {\n\tchain mine {\n\t\ttcp dport 22 accept\n\t}\n}\n"
    berlin.lab.router.run("nft", "-f", "-", text=other)
    with firewall(platform, berlin.lab, BERLIN):
        assert other in berlin.lab.router.run(*LIST)


@pytest.fixture
def own_rules(berlin):
    """iptables' rules for the router itself, and one in FORWARD that lets everything through."""
    own = ["-P INPUT DROP", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", "-N MINE", "-A OUTPUT -j MINE"]
    router = berlin.lab.router
    try:
        for rule in [*own, "-A FORWARD -j ACCEPT"]:
            router.run("iptables-nft", *rule.split())
        yield {chain: router.run("iptables-nft", "-S", chain) for chain in ("INPUT", "OUTPUT", "MINE")}
    finally:
        router.run("nft", "flush", "ruleset")


def test_iptables_takes_forward_and_leaves_the_router_s_other_chains(berlin, own_rules):
    router = berlin.lab.router
    with firewall("iptables", berlin.lab, BERLIN) as text:
        router.run(*LOAD["iptables"], text=text)
        assert {chain: router.run("iptables-nft", "-S", chain) for chain in own_rules} == own_rules
        assert router.run("iptables-nft", "-S", "FORWARD").splitlines() == [
            "-P FORWARD DROP",
            f"-A FORWARD -j ALPORTS-{BERLIN['slug']}",
        ]
        assert berlin.lab.send(berlin.traffic.everything, berlin.traffic.needed).arrived == berlin.traffic.needed


# The lab itself


@pytest.mark.parametrize("addresses", [["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "nowhere"]], ids=["used", "failed"])
@pytest.mark.usefixtures("_kernel")
def test_a_lab_leaves_nothing_behind(addresses):
    before = what_is_open()
    packet = Packet(*addresses, "tcp", 80)
    with suppress(CommandFailed), Lab(addresses) as lab:
        assert lab.send({packet}, {packet}).arrived == {packet}
    assert what_is_open() == before


def what_is_open():
    """This process's open files, the network namespace that it is in, and the interfaces there."""
    return os.listdir("/proc/self/fd"), os.readlink("/proc/self/ns/net"), socket.if_nameindex()

"""Several deployments on one router, in the kernel: what any of them needs passes, and nothing else."""

import socket
import threading
from contextlib import contextmanager
from itertools import permutations

import pytest

from .support.deployments import deployment
from .support.lab import Outcome
from .support.lab_routers import IN_VAIN, LOAD, call, firewall, site_of, talk, written

# North and south overlap; north and east have rules in common to the letter.
NORTH = deployment(
    slug="north",
    endpoints=[
        ("admin-user", "10.9.0.0/24"),
        ("appliance", "10.40.0.10"),
        ("active-directory", "10.40.0.2"),
        ("ntp-server", "10.40.0.2"),
        ("smb-file-server", "10.40.0.20"),
    ],
)
SOUTH = deployment(
    slug="south",
    endpoints=[
        ("admin-user", "10.9.0.128-10.9.1.3"),
        ("appliance", "10.40.0.10-10.40.0.11"),
        ("active-directory", "10.40.0.2"),
        ("compositing-machine", "10.40.0.8/30"),
    ],
    overrides=[("appliance-tcp-443", 8443), ("active-directory-tcp-389", 1389)],
)
EAST = deployment(
    slug="east",
    endpoints=[
        ("admin-user", "10.9.4.1"),
        ("appliance", "10.40.0.10"),
        ("active-directory", "10.40.0.2"),
        ("nfs-file-server", "10.40.0.20"),
    ],
    encrypted_only=True,
)
ALL = {"north": NORTH, "south": SOUTH, "east": EAST}
ADMIN, APPLIANCE = "10.9.0.0", "10.40.0.10"  # some of north's hosts

pytestmark = [pytest.mark.django_db, pytest.mark.kernel]


@pytest.fixture(scope="module")
def site(_kernel):
    with site_of(*ALL.values()) as site:
        yield site


@pytest.fixture
def router(site):
    """The router, without a firewall before and after."""
    yield site.lab.router
    site.lab.router.run("nft", "flush", "ruleset")


def load(router, *slugs, **options):
    router.run(*LOAD["nftables"], text=written("nftables", *(ALL[slug] for slug in slugs), **options))


def remove(router, name):
    router.run("nft", "delete", "table", "ip", name)


def assert_open(site, *slugs):
    """What these deployments need passes, both ways, and nothing else of the traffic of all."""
    needed = set().union(*(site.traffic.needed_by[slug] for slug in slugs))
    outcome = site.lab.send(site.traffic.everything, needed)
    assert {"closed": needed - outcome.arrived, "opened": outcome.arrived - needed} == {
        "closed": set(),
        "opened": set(),
    }
    assert needed - outcome.answered == set()


def test_the_traffic_tells_the_deployments_apart(site):
    needed = site.traffic.needed_by
    for one, other in permutations(ALL, 2):
        assert needed[one] & needed[other]
        assert needed[one] - needed[other]
    assert {packet.transport for packet in site.traffic.refused} == {"tcp", "udp"}


@pytest.mark.parametrize("slugs", permutations(ALL), ids="-".join)
def test_files_stand_beside_each_other_in_every_order(site, router, slugs):
    for number, slug in enumerate(slugs, start=1):
        load(router, slug)
        if number > 1:
            assert_open(site, *slugs[:number])


def test_files_are_loaded_again_and_removed_one_by_one(site, router):
    for slug in ("north", "south", "east", "north", "north", "east"):
        load(router, slug)
    assert_open(site, "north", "south", "east")
    for removed, left in (("east", ["north", "south"]), ("north", ["south"]), ("south", [])):
        remove(router, f"alports-{removed}")
        assert_open(site, *left)
    load(router, "east")
    assert_open(site, "east")
    remove(router, "alports-east")
    remove(router, "alports_shared")
    everything = site.traffic.everything
    assert router.run("nft", "list", "ruleset") == ""
    assert site.lab.send(everything, everything).arrived == everything


@pytest.mark.parametrize("platform", LOAD)
@pytest.mark.parametrize("slugs", [("north", "south"), ("east", "north"), ("south", "north", "east")], ids="-".join)
def test_one_file_for_several(site, platform, slugs):
    with firewall(platform, site.lab, *(ALL[slug] for slug in slugs)):
        assert_open(site, *slugs)


def test_one_file_for_several_takes_the_place_of_those_of_each(site, router):
    """With iptables a file for one cuts the other off, until one for both is loaded."""
    for documents, opened in (
        ([NORTH], ["north"]),
        ([SOUTH], ["south"]),
        ([NORTH, SOUTH], ["north", "south"]),
        ([NORTH, SOUTH], ["north", "south"]),
    ):
        router.run(*LOAD["iptables"], text=written("iptables", *documents))
        assert_open(site, *opened)


def test_a_file_for_several_stands_beside_others(site, router):
    load(router, "north", "south")
    load(router, "east")
    assert_open(site, "north", "south", "east")
    load(router, "south")
    remove(router, "alports-north_south")
    assert_open(site, "south", "east")
    load(router, "north", "south")
    remove(router, "alports-south")
    assert_open(site, "north", "south", "east")


def earlier(document):
    """A file as it was before deployments stood beside each other: its table dropped what it did not allow."""
    own = written("nftables", document).rpartition(f"table ip alports-{document['slug']} {{")
    text = own[1] + own[2].replace("priority -1; policy accept;", "priority 0; policy drop;")
    return text.replace("meta mark set meta mark or $ALPORTS_BIT ", "")


def test_a_table_of_an_earlier_version_is_replaced(site, router):
    router.run(*LOAD["nftables"], text=earlier(NORTH))
    assert_open(site, "north")
    load(router, "north")
    load(router, "south")
    assert_open(site, "north", "south")


# Marks

BIT = 0x80000000
FOREIGN = 0x00C41234


def others(arriving, leaving):
    """A table of other people: all packets arrive with a mark, and only those that leave with another one do so. It
    marks connections, too.
    """
    return (
        "table ip others {\n"
        "chain arriving { type filter hook prerouting priority mangle;\n"
        f"meta mark set {arriving}; ct mark set 0x55; }}\n"
        "chain leaving { type filter hook postrouting priority mangle;\n"
        f"meta mark != {leaving} drop; ct mark != 0x55 drop; }}\n"
        "}\n"
    )


@pytest.mark.parametrize("arriving", [FOREIGN, BIT | FOREIGN, BIT, 0xFFFFFFFF], ids=hex)
def test_marks_of_others_stay_and_none_lets_a_packet_pass(site, router, arriving):
    """Our bit is cleared on a packet that arrives with it, so that it passes by no rule of others."""
    router.run("nft", "-f", "-", text=others(arriving, arriving & ~BIT))
    load(router, "north")
    load(router, "south")
    assert_open(site, "north", "south")


def test_another_bit(site, router):
    router.run("nft", "-f", "-", text=others(BIT | 1 << 7, BIT))
    load(router, "north", mark_bit=7)
    load(router, "south", "east", mark_bit=7)
    assert_open(site, "north", "south", "east")


def test_files_with_different_bits_permit_no_more_than_the_last(site, router):
    load(router, "south", mark_bit=30)
    load(router, "north")
    assert_open(site, "north")
    load(router, "south")
    assert_open(site, "north", "south")


# Loading


def test_a_connection_goes_on_while_deployments_come_and_go(site, router):
    load(router, "north")
    with call(site.lab, ADMIN, APPLIANCE, 443) as (caller, called):
        for step in (
            lambda: load(router, "south"),
            lambda: load(router, "north"),
            lambda: load(router, "north", "east"),
            lambda: remove(router, "alports-south"),
        ):
            step()
            talk(caller, called)
            talk(called, caller)


TIMES = 60


@contextmanager
def flood(site, source, destination, number):
    """Datagrams, sent as fast as can be; gives a list to which those that arrived are added at the end."""
    arrived, ended = [], threading.Event()
    with (
        site.lab.hosts[source].socket(socket.SOCK_DGRAM) as sender,
        site.lab.hosts[destination].socket(socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind((destination, number))

        def send():
            while not ended.is_set():
                sender.sendto(b"?", (destination, number))

        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield arrived
        finally:
            ended.set()
            thread.join()
        receiver.settimeout(IN_VAIN)
        try:
            while True:
                arrived.append(receiver.recv(16))
        except TimeoutError:
            pass


def test_nothing_slips_through_while_files_are_loaded(site, router):
    load(router, "north")
    texts = [written("nftables", ALL[slug]) for slug in ("south", "north")]
    with flood(site, APPLIANCE, ADMIN, 53) as arrived:
        for text in texts * (TIMES // 2):
            router.run(*LOAD["nftables"], text=text)
    assert arrived == []


def test_a_flood_finds_a_gap(site, router):
    """Were the shared table removed first and filled afterwards, something would slip through."""
    load(router, "north")
    text = written("nftables", NORTH)
    with flood(site, APPLIANCE, ADMIN, 53) as arrived:
        remove(router, "alports_shared")
        router.run(*LOAD["nftables"], text=text)
    assert arrived


def test_the_shared_table_alone_drops_everything(site, router):
    load(router, "north")
    remove(router, "alports-north")
    assert site.lab.send(site.traffic.needed, set()) == Outcome(set(), set())

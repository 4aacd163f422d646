"""Explain, where a packet does not go from one host to another: DHCP before anybody has an address and through relays,
broadcasts, multicast, and ICMP, of which the vendor's page says nothing.
"""

import pytest

from portmatrix.addresses import parse_logged_address
from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.choices import Verdict
from portmatrix.deployments.document import read_document
from portmatrix.deployments.evaluate import evaluate_document
from portmatrix.rules import explain

from .support.deployments import deployment

pytestmark = pytest.mark.django_db

NOBODY, EVERYBODY = "0.0.0.0", "255.255.255.255"
APPLIANCE, SERVER, ROUTER = "10.20.0.10", "10.40.0.5", "10.20.0.1"
PLACES = [("admin-user", "10.9.0.0/24"), ("appliance", APPLIANCE), ("nfs-file-server", "10.20.0.30")]
WITH_DHCP = deployment(endpoints=[*PLACES, ("dhcp-server", SERVER)])
WITHOUT_DHCP = deployment(endpoints=PLACES)
ALONE = "The rules for DHCP are for what goes from one address of the deployment to another."
LOOKS_FOR = (
    f"Appliance (here) looks for DHCP server (here) by broadcast, from 0.0.0.0 as long as it has no address. {ALONE}"
)
ANSWERS = f"DHCP server (here) answers Appliance (here) by broadcast as long as that has no address. {ALONE}"
EVERY_HOST = "255.255.255.255 means every host of the sender's own network. No rule is for broadcasts."


@pytest.fixture
def asked(catalogue):
    """Ask about a packet as a log has it."""
    loaded = Catalogue.load()

    def asked(source, destination, transport, port, document=WITH_DHCP):
        answers = evaluate_document(read_document(document, loaded), loaded)
        ends = parse_logged_address(source), parse_logged_address(destination)
        return explain(answers.installation, answers.rules, *ends, transport, port)

    return asked


def misses(explanation):
    return [(miss.code, miss.message) for miss in explanation.misses]


def by_hand(port, source, destination):
    return (
        f"Needed by DHCP, but by no rule: allow UDP {port} from {source} to {destination} by hand, or let a DHCP relay "
        "pass it on."
    )


def not_needed(words, source, destination):
    return f"Not needed: no rule opens {words} from {source} to {destination}."


class TestDhcpByBroadcast:
    @pytest.mark.parametrize("source", [NOBODY, APPLIANCE])
    def test_a_client_looks_for_its_server(self, asked, source):
        found = asked(source, EVERYBODY, "udp", 67)
        assert (found.verdict, found.needed, found.rules) == (Verdict.BY_HAND, True, ())
        assert found.sentence == by_hand(67, source, EVERYBODY)
        assert misses(found) == [("dhcp-broadcast", LOOKS_FOR)]
        [miss] = found.misses
        assert (miss.rule.source.texts, miss.rule.destination.texts, miss.rule.number) == ([APPLIANCE], [SERVER], 67)

    def test_the_server_answers(self, asked):
        found = asked(SERVER, EVERYBODY, "udp", 68)
        assert (found.verdict, found.needed, found.sentence) == (Verdict.BY_HAND, True, by_hand(68, SERVER, EVERYBODY))
        assert misses(found) == [("dhcp-broadcast", ANSWERS)]
        [miss] = found.misses
        assert (miss.rule.source.texts, miss.rule.destination.texts, miss.rule.number) == ([SERVER], [APPLIANCE], 68)

    def test_to_the_broadcast_address_of_its_network_too(self, asked):
        document = deployment(endpoints=[*PLACES[:1], ("appliance", "10.20.0.0/28"), ("dhcp-server", SERVER)])
        assert asked("10.20.0.3", "10.9.0.255", "udp", 67, document).sentence == by_hand(67, "10.20.0.3", "10.9.0.255")
        assert asked(SERVER, "10.9.0.255", "udp", 68, document).sentence == by_hand(68, SERVER, "10.9.0.255")

    def test_on_the_port_to_which_it_was_moved(self, asked):
        moved = deployment(endpoints=WITH_DHCP_PLACES, overrides=[("dhcp-server-udp-67", 1067)])
        assert asked(NOBODY, EVERYBODY, "udp", 1067, moved).verdict == Verdict.BY_HAND
        assert asked(NOBODY, EVERYBODY, "udp", 67, moved).verdict == Verdict.NOT_NEEDED

    def test_a_server_without_an_address_is_looked_for_as_well(self, asked):
        found = asked(NOBODY, EVERYBODY, "udp", 67, deployment("dhcp-server", endpoints=PLACES))
        assert (found.verdict, found.sentence) == (Verdict.BY_HAND, by_hand(67, NOBODY, EVERYBODY))
        assert "looks for DHCP server by broadcast" in found.misses[0].message

    @pytest.mark.parametrize(
        ("source", "port"),
        [("10.20.0.30", 67), ("10.9.0.7", 67), ("10.77.0.5", 67), ("10.20.0.30", 68), (APPLIANCE, 68), (NOBODY, 68)],
    )
    def test_of_others_it_is_not_needed(self, asked, source, port):
        found = asked(source, EVERYBODY, "udp", port)
        assert (found.verdict, found.needed) == (Verdict.NOT_NEEDED, False)
        assert found.sentence == not_needed(f"UDP {port}", source, EVERYBODY)
        assert misses(found)[0] == ("broadcast", EVERY_HOST)

    @pytest.mark.parametrize("port", [67, 68])
    def test_over_tcp_it_is_not_needed(self, asked, port):
        assert asked(NOBODY, EVERYBODY, "tcp", port).verdict == Verdict.NOT_NEEDED

    def test_without_dhcp_it_is_not_needed(self, asked):
        found = asked(NOBODY, EVERYBODY, "udp", 67, WITHOUT_DHCP)
        assert (found.verdict, found.needed) == (Verdict.NOT_NEEDED, False)
        assert found.sentence == not_needed("UDP 67", NOBODY, EVERYBODY)
        assert misses(found) == [
            ("broadcast", EVERY_HOST),
            ("not-in-use", "DHCP sends such broadcasts, but this deployment does not use DHCP server."),
            ("unknown-source", "0.0.0.0 means a host that has no address yet."),
        ]

    def test_who_has_no_address_may_be_the_server(self, asked):
        found = asked("10.40.0.7", EVERYBODY, "udp", 68, deployment("dhcp-server", endpoints=PLACES))
        assert (found.verdict, found.needed) == (Verdict.NOT_KNOWN, None)
        assert (
            found.sentence
            == "Not known: DHCP server broadcasts for DHCP, and this deployment does not say where it is."
        )
        assert misses(found)[0] == ("unresolved", "DHCP server has no address. Is it 10.40.0.7? Add an endpoint.")

    def test_who_is_given_by_name_may_be_the_client(self, asked):
        places = [("appliance", "elm.example.com"), ("dhcp-server", SERVER)]
        found = asked("10.20.0.99", EVERYBODY, "udp", 67, deployment(endpoints=places))
        assert found.verdict == Verdict.NOT_KNOWN
        assert misses(found)[0] == (
            "unresolved",
            "Appliance is given by name alone. Is it 10.20.0.99? Add an endpoint.",
        )


WITH_DHCP_PLACES = [(one["component"], one["address"]) for one in WITH_DHCP["endpoints"]]


class TestDhcpFromAddressToAddress:
    @pytest.mark.parametrize(
        ("source", "destination", "port", "ends"),
        [(APPLIANCE, SERVER, 67, "Appliance to DHCP server"), (SERVER, APPLIANCE, 68, "DHCP server to Appliance")],
    )
    def test_a_renewal_has_its_rule(self, asked, source, destination, port, ends):
        found = asked(source, destination, "udp", port)
        assert (found.verdict, found.needed, found.misses) == (Verdict.NEEDED, True, ())
        assert found.sentence == f"Needed: {ends}, for DHCP."
        [rule] = found.rules
        assert (rule.source.texts, rule.destination.texts, rule.number) == ([source], [destination], port)

    @pytest.mark.parametrize(
        ("source", "destination", "port", "first", "second"),
        [
            (ROUTER, SERVER, 67, "Appliance (here)", "DHCP server (here)"),
            (SERVER, ROUTER, 67, "Appliance (here)", "DHCP server (here)"),
            (APPLIANCE, ROUTER, 67, "Appliance (here)", "DHCP server (here)"),
            (ROUTER, APPLIANCE, 68, "DHCP server (here)", "Appliance (here)"),
            (ROUTER, EVERYBODY, 68, "DHCP server (here)", "Appliance (here)"),
        ],
    )
    def test_what_may_be_a_relay_is_not_known(self, asked, source, destination, port, first, second):
        found = asked(source, destination, "udp", port)
        assert (found.verdict, found.needed, found.rules) == (Verdict.NOT_KNOWN, None, ())
        assert found.sentence == "Not known: 10.20.0.1 may be a DHCP relay, which this deployment does not name."
        assert misses(found)[0] == (
            "dhcp-relay",
            f"A DHCP relay passes on what {first} and {second} send. If 10.20.0.1 is one, allow UDP {port} from "
            f"{source} to {destination} by hand. {ALONE}",
        )
        assert (found.misses[0].rule.transport, found.misses[0].rule.number) == ("udp", port)

    @pytest.mark.parametrize(
        ("source", "destination", "port"),
        [
            ("10.20.0.30", SERVER, 67),  # another component is no router
            ("10.20.0.0/25", SERVER, 67),  # nor is a network
            ("relay.example.com", SERVER, 67),
            (NOBODY, SERVER, 67),
            (SERVER, ROUTER, 68),
            (ROUTER, "10.77.0.1", 67),
            (ROUTER, "224.0.0.1", 67),
        ],
    )
    def test_nothing_else_may_be_one(self, asked, source, destination, port):
        found = asked(source, destination, "udp", port)
        assert (found.verdict, found.needed) == (Verdict.NOT_NEEDED, False)
        assert "dhcp-relay" not in [miss.code for miss in found.misses]

    def test_without_dhcp_there_is_no_relay(self, asked):
        assert asked(ROUTER, SERVER, "udp", 67, WITHOUT_DHCP).verdict == Verdict.NOT_NEEDED


class TestOtherBroadcasts:
    def test_the_broadcast_address_of_a_network_is_no_host_of_it(self, asked):
        found = asked("10.9.0.5", "10.9.0.255", "udp", 137)
        assert (found.verdict, found.sentence) == (
            Verdict.NOT_NEEDED,
            not_needed("UDP 137", "10.9.0.5", "10.9.0.255"),
        )
        message = "10.9.0.255 is the broadcast address of 10.9.0.0/24 (here), and no host. No rule is for broadcasts."
        assert misses(found) == [("broadcast", message)]

    @pytest.mark.parametrize("destination", ["10.9.0.254", "10.9.0.0", "10.9.1.255", "10.9.0.0/24"])
    def test_other_addresses_are_none(self, asked, destination):
        assert "broadcast" not in [miss.code for miss in asked("10.9.0.5", destination, "udp", 137).misses]

    @pytest.mark.parametrize(
        ("network", "address", "expected"),
        [
            ("10.5.0.0/30", "10.5.0.3", True),
            ("10.5.0.2/31", "10.5.0.3", False),
            ("10.5.0.0-10.5.0.6", "10.5.0.6", False),
        ],
    )
    def test_a_pair_and_a_range_have_none(self, asked, network, address, expected):
        document = deployment(endpoints=[("appliance", APPLIANCE), ("agent", network)])
        found = asked(APPLIANCE, address, "udp", 9, document)
        assert ("broadcast" in [miss.code for miss in found.misses]) == expected

    def test_an_endpoint_that_has_such_an_address_is_a_host(self, asked):
        document = deployment(endpoints=[*PLACES, ("agent", "10.9.0.255")])
        assert asked(APPLIANCE, "10.9.0.255", "tcp", 8016, document).needed
        assert "broadcast" not in [miss.code for miss in asked(APPLIANCE, "10.9.0.255", "udp", 9, document).misses]

    def test_the_broadcast_to_one_s_own_network(self, asked):
        found = asked("8.8.8.8", EVERYBODY, "udp", 137)
        assert (found.verdict, misses(found)) == (
            Verdict.NOT_NEEDED,
            [("broadcast", EVERY_HOST), ("unknown-source", "8.8.8.8 is no address of this deployment.")],
        )

    @pytest.mark.parametrize("group", ["224.0.0.0", "224.0.0.251", "239.255.255.255", "224.0.0.0/4"])
    def test_multicast(self, asked, group):
        found = asked(APPLIANCE, group, "udp", 5353)
        assert (found.verdict, found.sentence) == (Verdict.NOT_NEEDED, not_needed("UDP 5353", APPLIANCE, group))
        message = f"{group} is multicast. No rule is for multicast: each goes from host to host."
        assert misses(found) == [("multicast", message)]

    @pytest.mark.parametrize("address", ["223.255.255.255", "240.0.0.0"])
    def test_beside_it_is_none(self, asked, address):
        assert "multicast" not in [miss.code for miss in asked(APPLIANCE, address, "udp", 5353).misses]


class TestIcmp:
    SENTENCE = (
        "Not known: ICMP has no ports, and the vendor's page names TCP and UDP ports alone, so nothing tells whether "
        "this deployment needs it."
    )

    def test_it_can_not_be_judged(self, asked):
        found = asked("10.9.0.5", APPLIANCE, "icmp", None, deployment(endpoints=PLACES, encrypted_only=True))
        assert (found.verdict, found.needed, found.rules) == (Verdict.NOT_KNOWN, None, ())
        assert found.sentence == self.SENTENCE
        assert misses(found) == [
            ("other-port", "From Admin user (here) to Appliance (here) are open: TCP 22, TCP 443, TCP 8888.")
        ]

    def test_what_is_known_of_its_ends_is_told(self, asked):
        assert misses(asked(APPLIANCE, "8.8.8.8", "icmp", None)) == [
            ("unknown-destination", "8.8.8.8 is no address of this deployment.")
        ]
        assert misses(asked(APPLIANCE, APPLIANCE, "icmp", None))[0][0] == "same-host"
        assert misses(asked(NOBODY, "224.0.0.1", "icmp", None)) == [
            ("multicast", "224.0.0.1 is multicast. No rule is for multicast: each goes from host to host."),
            ("unknown-source", "0.0.0.0 means a host that has no address yet."),
            ("unknown-destination", "224.0.0.1 is no address of this deployment."),
        ]

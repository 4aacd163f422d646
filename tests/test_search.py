"""The search: what typed words mean, what they find, and in which order."""

import re

import pytest

from portmatrix.models import Component, Statement
from portmatrix.queries import search

from .support import helpers

pytestmark = pytest.mark.django_db

CITRIX = "citrix-provisioning-connector"
TO_CITRIX = [
    f"admin-user-to-{CITRIX}-communication",
    f"agent-on-citrix-provisioning-to-{CITRIX}-disk-download",
]


@pytest.fixture
def overridden():
    return helpers.override_port(f"{CITRIX}-tcp-3509", 13509)


def found(text):
    return search.find(text, search.load())


def slugs(rows):
    return [row.slug for row in rows]


def references(statements):
    return [statement.reference for statement in statements]


def numbers(hits):
    return [hit.number for hit in hits.ports]


class TestUnderstanding:
    @pytest.mark.parametrize(
        ("text", "numbers_asked", "words_asked"),
        [
            ("3509", ("3509",), ()),
            ("  Hyper-V   LOG ", (), ("hyper-v", "log")),
            ("tcp/3509", ("3509",), ("tcp",)),
            ("10.0.0.1:3509", ("3509",), ("10.0.0.1",)),
            ("00443", ("443",), ()),
            ("0", ("0",), ()),
            ("\N{FULLWIDTH DIGIT FOUR}\N{FULLWIDTH DIGIT THREE}", ("43",), ()),
            ("“log”", (), ("log",)),
            ("- → ?", (), ()),
            ("", (), ()),
        ],
    )
    def test_a_text_is_split_into_numbers_and_words(self, text, numbers_asked, words_asked):
        asked = search.understand(text)
        assert (asked.numbers, asked.words) == (numbers_asked, words_asked)

    @pytest.mark.parametrize(
        ("word", "expected"),
        [
            ("hyper-v", search.EXACT),
            ("hyperv", search.EXACT),
            ("server", search.EXACT),
            ("ser", search.BEGINS),
            ("erv", search.INSIDE),
            ("er", None),
            ("take", search.ELSEWHERE),
            ("akes", None),
            ("3509", search.EXACT),
            ("35", search.BEGINS),
            ("509", None),
            ("zebra", None),
        ],
    )
    def test_a_word_matches_by_grades(self, word, expected):
        assert search.grade([word], "Agent on Hyper-V server 3509", "takes commands") == expected

    def test_the_worst_word_decides_and_all_have_to_match(self):
        assert search.grade(["agent", "ser"], "Agent server") == search.BEGINS
        assert search.grade(["agent", "zebra"], "Agent server") is None
        assert search.grade([], "Agent server") == search.EXACT

    @pytest.mark.parametrize(
        ("word", "expected"),
        [
            ("applaince", 1),  # swapped
            ("aplliance", 1),  # mistaken
            ("appliace", 1),  # left out
            ("apppliance", 1),  # added
            ("aplaince", 2),  # two in a long word
            ("aplain", None),  # two in a short one
            ("aplli", 1),  # the beginning, while typing
            ("apliiannce", None),  # three
            ("apx", None),  # too short to tell
        ],
    )
    def test_slips_of_the_hand_are_counted(self, word, expected):
        assert search.faults_between(word, "Appliance") == expected


class TestPorts:
    def test_a_number_finds_the_port_its_connections_and_its_rows(self):
        hits = found("3509")
        assert [(hit.number, slugs(hit.ports)) for hit in hits.ports] == [(3509, [f"{CITRIX}-tcp-3509"])]
        assert hits.components == hits.near == []
        assert slugs(hits.connections) == TO_CITRIX
        assert references(hits.statements) == ["admin-user/6", "internal/12", "internal/13", "key-agent/4"]
        assert hits.best is hits.ports[0]

    @pytest.mark.parametrize("number", ["3509", "13509"])
    def test_an_overridden_port_is_found_by_both_its_numbers(self, overridden, number):
        hits = found(number)
        assert [(hit.number, slugs(hit.ports)) for hit in hits.ports] == [(int(number), [f"{CITRIX}-tcp-3509"])]
        assert slugs(hits.connections) == TO_CITRIX

    def test_the_exact_number_stands_before_those_that_begin_so(self):
        assert numbers(found("80")) == [80, 8016]
        assert numbers(found("301")) == [3012, 3015, 3016]

    def test_ports_that_have_a_number_now_come_before_those_that_had_it(self, overridden):
        helpers.override_port("appliance-tcp-8787", 3509)
        assert [slugs(hit.ports) for hit in found("3509").ports] == [["appliance-tcp-8787", f"{CITRIX}-tcp-3509"]]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("tcp 53", [53]),
            ("udp/123", [123]),
            ("udp 443", []),
            ("port 22", [22]),
            ("443 vcenter", [443]),
            ("443 dhcp", []),
            ("ldap", [389, 636]),
            ("port ldaps", [636]),
            ("tcp", []),
            ("port", []),
        ],
    )
    def test_words_narrow_a_number_or_name_an_application(self, text, expected):
        assert numbers(found(text)) == expected

    @pytest.mark.parametrize(
        ("text", "unused", "no_port"),
        [
            ("4711", 4711, None),
            ("port 4711", 4711, None),
            ("65535", 65535, None),
            ("65536", None, 65536),
            ("0", None, 0),
            ("udp 443", None, None),
            ("443", None, None),
        ],
    )
    def test_a_number_without_a_port_is_told(self, text, unused, no_port):
        hits = found(text)
        assert (hits.unused, hits.no_port) == (unused, no_port)


class TestComponents:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("hyper", ["agent-on-hyper-v", "hyper-v-connector", "citrix-hypervisor", "citrix-hypervisor-connector"]),
            ("hyperv", ["agent-on-hyper-v", "hyper-v-connector", "citrix-hypervisor", "citrix-hypervisor-connector"]),
            ("vsphere", ["vsphere", "vsphere-connector", "esxi-hosts", "vcenter"]),
            ("alcdn.citrix.com", ["citrix-cdn"]),
            ("provisioning connector", [CITRIX]),
            ("ahv", ["nutanix-connector", "nutanix-prism"]),
            ("elm", ["appliance"]),
            ("pvs", ["agent-on-citrix-provisioning", CITRIX]),
            ("XenServer", ["citrix-hypervisor", "citrix-hypervisor-connector"]),
            ("domain controller", ["active-directory"]),
            ("connector for vsphere", ["vsphere-connector"]),
        ],
    )
    def test_words_find_them_by_name_slug_host_name_and_description(self, text, expected):
        hits = found(text)
        assert (slugs(hits.components), hits.near) == (expected, [])

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("applaince", ["appliance"]),
            ("vsphre", ["vsphere", "vsphere-connector"]),
            ("citirx provisionning", ["agent-on-citrix-provisioning", CITRIX]),
            ("XenSrever", ["citrix-hypervisor", "citrix-hypervisor-connector"]),
            ("domian controller", ["active-directory"]),
            ("zebra", []),
        ],
    )
    def test_a_mistyped_name_finds_the_nearest(self, text, expected):
        hits = found(text)
        assert (hits.components, slugs(hits.near), hits.best) == ([], expected, None)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("vsphere", "vsphere"),
            ("  BITS   server ", "bits-server"),
            ("agent-on-hyper-v", "agent-on-hyper-v"),
            ("ELM", "appliance"),
            ("ad", "active-directory"),
            ("Domain  controller", "active-directory"),
            ("XenServer", "citrix-hypervisor"),
            ("Hyper-V server", "agent-on-hyper-v"),
            ("PVS", None),
            ("hyper-v", None),
            ("hyper", None),
            ("server", None),
        ],
    )
    def test_an_exact_slug_name_or_alias_is_the_best_hit_and_stands_first(self, text, expected):
        hits = found(text)
        assert (hits.best.slug if hits.best else None) == expected
        assert expected in (None, hits.components[0].slug)

    def test_an_alias_is_answered_with_the_components_own_name(self):
        assert [component.name for component in found("elm").components] == ["Appliance"]

    def test_one_name_of_two_components_is_not_clear(self):
        Component.objects.create(slug="second-prism", name="Prism", kind="hypervisor")
        hits = found("prism")
        assert (slugs(hits.components), hits.best) == (["nutanix-prism", "second-prism"], None)


class TestConnectionsAndRows:
    def test_a_word_finds_activities_and_printed_rows(self):
        hits = found("log")
        assert slugs(hits.connections) == [
            "admin-user-to-appliance-log-download",
            "agent-to-appliance-log-deliveries-from-agent",
        ]
        assert references(hits.statements) == [
            statement.reference
            for statement in Statement.objects.in_page_order()
            if any(word.startswith("log") for word in re.findall(r"\w+", " ".join(statement.cells).lower()))
        ]

    def test_words_may_stand_in_the_activity_and_in_the_ends(self):
        assert slugs(found("hyper upload").connections) == ["agent-on-hyper-v-to-bits-server-disk-upload"]

    def test_an_activity_stands_before_an_end_of_that_name(self):
        connections = slugs(found("dhcp").connections)
        assert connections == ["appliance-to-dhcp-server-dhcp", "dhcp-server-to-appliance-dhcp"]
        assert slugs(found("agent").connections)[0] == "agent-to-appliance-log-deliveries-from-agent"

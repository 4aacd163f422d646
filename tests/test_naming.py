"""What a typed name means, and what is said where it means nothing or several things."""

import time
from dataclasses import dataclass
from functools import cached_property

import pytest

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.models import Component as StoredComponent
from portmatrix.models import ComponentAlias
from portmatrix.naming import Names, Unknown, UnknownName, unknown

WIDE_ELM = "\N{FULLWIDTH LATIN CAPITAL LETTER E}LM"


@dataclass
class Component:
    """A component as `Names` looks at it."""

    slug: str
    name: str
    aliases: tuple = ()

    @cached_property
    def names(self):
        return [self.name, *self.aliases]


def components(*rows):
    return {row.slug: row for row in rows}


APPLIANCE = Component("appliance", "Appliance", ("ELM", "Enterprise Layer Manager"))
AGENT = Component("agent", "Agent on a server", ("PVS",))
CONNECTOR = Component("connector", "Connector service", ("PVS",))
NAMES = Names("component", components(APPLIANCE, AGENT, CONNECTOR))


def refused(names, text):
    with pytest.raises(UnknownName) as error:
        names.find(text)
    assert str(error.value) == str(error.value.unknown)
    return error.value.unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("appliance", APPLIANCE),
        ("APPLIANCE", APPLIANCE),
        ("Appliance", APPLIANCE),
        ("elm", APPLIANCE),
        (WIDE_ELM, APPLIANCE),
        ("  enterprise   LAYER\tmanager ", APPLIANCE),
        ("agent on a Server", AGENT),
        ("Connector service", CONNECTOR),
    ],
)
def test_a_component_is_found_by_slug_name_and_alias(text, expected):
    assert NAMES.find(text) is expected


def test_a_name_of_several_components_is_answered_with_the_choices():
    found = refused(NAMES, "pvs")
    assert found == Unknown("component", "pvs", meanings=("agent", "connector"))
    assert str(found) == "'pvs' may be 'agent' or 'connector'. Name one of them."
    assert found.hint == " It may be 'agent' or 'connector'. Name one of them."


def test_a_slug_means_its_own_component_whatever_others_are_called():
    box, other = Component("box", "Prism"), Component("prism", "Something", ("Box",))
    names = Names("component", components(box, other))
    assert [names.find(text) for text in ("box", "BOX", "prism", "Prism")] == [box, box, other, other]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("applaince", "No component 'applaince'. Did you mean 'appliance'?"),
        ("Enterprise Layer Manger", "No component 'Enterprise Layer Manger'. Did you mean 'appliance'?"),
        ("SQL server", "No component 'SQL server'. Use one of: appliance, agent, connector."),
        ("", "No component ''. Use one of: appliance, agent, connector."),
        ("\x00" * 61, f"No component '{'�' * 60}…'. Use one of: appliance, agent, connector."),
    ],
)
def test_an_unknown_component(text, sentence):
    assert str(refused(NAMES, text)) == sentence


def test_a_long_list_of_choices_is_left_out():
    names = Names("component", components(APPLIANCE, AGENT, CONNECTOR), most=2)
    assert str(refused(names, "SQL server")) == "No component 'SQL server'."


def test_other_objects_are_found_by_slug_alone():
    names = Names("deployment", {"ulm": 1, "frankfurt": 2})
    assert names.find("ulm") == 1
    assert str(refused(names, "Ulm")) == "No deployment 'Ulm'. Did you mean 'ulm'?"
    assert str(refused(names, "bonn")) == "No deployment 'bonn'. Use one of: ulm, frankfurt."


def test_an_unknown_value_is_data():
    assert unknown("component", "agnet", {"agent", "appliance"}, most=0) == Unknown("component", "agnet", "agent")
    assert unknown("component", "The ELM", {"appliance": APPLIANCE}, most=0).suggestion == "appliance"
    assert unknown("component", "PVS", components(AGENT, CONNECTOR)).meanings == ("agent", "connector")
    assert unknown("transport", "icmp", ["tcp", "udp"]).hint == " Use one of: tcp, udp."
    assert unknown("listener", "agent-tcp-8017", ["agent-tcp-8016"], most=0).suggestion == "agent-tcp-8016"


def test_fifty_misspelt_names_among_five_thousand_take_less_than_two_seconds():
    rows = [Component(f"site{n:04}-vcenter", f"vCenter of site {n:04}", (f"VC{n}",)) for n in range(5_000)]
    names = Names("component", components(*rows))
    begin = time.process_time()
    found = [refused(names, f"site{n:04}-vcentre").suggestion for n in range(50)]
    assert found == [f"site{n:04}-vcenter" for n in range(50)]
    assert time.process_time() - begin < 2  # a third of a second, unless others use the processor too


@pytest.mark.django_db
class TestOfTheCatalogue:
    def test_every_unshared_alias_means_its_component(self, catalogue):
        names = Names("component", Catalogue.load().components)
        for alias in ComponentAlias.objects.filter(shared=False).select_related("component"):
            assert names.find(alias.name.upper()) == alias.component

    def test_every_shared_alias_is_answered_with_its_components(self, catalogue):
        names = Names("component", Catalogue.load().components)
        meanings = {
            alias.name: refused(names, alias.name).meanings for alias in ComponentAlias.objects.filter(shared=True)
        }
        provisioning = ("agent-on-citrix-provisioning", "citrix-provisioning-connector")
        assert meanings == {
            "PVS": provisioning,
            "Citrix Provisioning": provisioning,
            "Provisioning Services": provisioning,
            "Hyper-V": ("agent-on-hyper-v", "hyper-v-connector"),
            "Nutanix": ("nutanix-connector", "nutanix-prism"),
            "Nutanix AHV": ("nutanix-connector", "nutanix-prism"),
        }

    def test_components_load_their_aliases_together_and_only_when_needed(self, catalogue, django_assert_num_queries):
        names = Names("component", {component.slug: component for component in StoredComponent.objects.all()})
        with django_assert_num_queries(0):
            assert names.find("vcenter").slug == "vcenter"
        with django_assert_num_queries(1):
            assert names.find("VCSA").slug == "vcenter"
            refused(names, "vcentre")

    def test_a_catalogue_has_loaded_the_names_already(self, catalogue, django_assert_num_queries):
        names = Names("component", Catalogue.load().components)
        with django_assert_num_queries(0):
            assert names.find("VCSA").slug == "vcenter"
            refused(names, "vcentre")

    @pytest.mark.parametrize(
        ("text", "slug"),
        [
            ("ELM", "appliance"),
            ("App Layering appliance", "appliance"),
            ("XenServer", "citrix-hypervisor"),
            ("ad", "active-directory"),
            ("domain controller", "active-directory"),
            ("LDAP server", "active-directory"),
            ("vCenter Server", "vcenter"),
            ("VCSA", "vcenter"),
            ("ESX", "esxi-hosts"),
            ("ESXi", "esxi-hosts"),
            ("ESXi server", "esxi-hosts"),
            ("SMB", "smb-file-server"),
            ("NFS", "nfs-file-server"),
            ("NTP", "ntp-server"),
            ("DHCP", "dhcp-server"),
            ("Unidesk Agent", "agent"),
            ("App Layering agent", "agent"),
            ("GCP", "google-cloud"),
            ("Nutanix Prism", "nutanix-prism"),
            ("Connector for Azure", "azure-connector"),
            ("Connector for Google", "google-connector"),
            ("Connector for Hyper-V", "hyper-v-connector"),
            ("Connector for Nutanix", "nutanix-connector"),
            ("Connector for PVS", "citrix-provisioning-connector"),
            ("Connector for vSphere", "vsphere-connector"),
            ("Connector for XenServer", "citrix-hypervisor-connector"),
        ],
    )
    def test_what_people_and_older_editions_call_them(self, catalogue, text, slug):
        assert Names("component", Catalogue.load().components).find(text).slug == slug

"""The document of a deployment: what it may leave out, and what is refused, with its path and in which words."""

import time

import pytest

from portmatrix.addresses import Address, parse_address
from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments.document import Document, DocumentRefused, Endpoint, read_document
from portmatrix.models import Component
from portmatrix.naming import Unknown

from .support.deployments import deployment, example
from .support.helpers import override_port

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"
HYPER_V = "hyper-v-connector-tcp-3512"


def read(data):
    return read_document(data, Catalogue.load())


def faults(data):
    with pytest.raises(DocumentRefused) as refused:
        read(data)
    return {str(fault.path): fault.message for fault in refused.value.faults}


def moves(document):
    return [(override.port.slug, override.number, override.reason) for override in document.overrides]


# What is taken


def test_slug_and_name_are_enough():
    assert read({"slug": "x", "name": "X"}) == Document(
        slug="x",
        name="X",
        description="",
        encrypted_only=False,
        components=frozenset({"admin-user", "appliance"}),
        endpoints=(),
        overrides=(),
    )


def test_example_is_read_whole():
    document = read(example("frankfurt"))
    assert (document.slug, document.name) == ("frankfurt", "Frankfurt")
    assert document.description == "vSphere with Citrix Provisioning."
    assert document.encrypted_only is False
    assert document.components == {
        "active-directory",
        "admin-user",
        "agent-on-citrix-provisioning",
        "app-layering-web-api",
        "appliance",
        "citrix-cdn",
        "citrix-provisioning-connector",
        "compositing-machine",
        "esxi-hosts",
        "ntp-server",
        "smb-file-server",
        "vcenter",
        "vsphere-connector",
    }
    assert document.endpoints[0] == Endpoint("admin-user", "admin LAN", parse_address("10.9.0.0/24"))
    assert document.endpoints[-1] == Endpoint("smb-file-server", "fs01", parse_address("10.20.2.15"))
    assert len(document.endpoints) == 10
    assert moves(document) == [("vsphere-connector-tcp-3504", 13504, "CHG-1042")]


def test_an_endpoint_puts_its_component_in_use():
    document = read(deployment(endpoints=[("agent", "elm.example.com.")]))
    assert document.components == {"admin-user", "appliance", "agent"}
    assert document.endpoints == (Endpoint("agent", "here", Address("elm.example.com")),)


def test_two_components_may_have_one_address_and_one_component_two():
    endpoints = [("active-directory", "10.0.0.1"), ("ntp-server", "10.0.0.1"), ("ntp-server", "10.0.0.2")]
    assert len(read(deployment(endpoints=endpoints)).endpoints) == 3


# What a component may be called


@pytest.mark.parametrize("name", ["appliance", "Appliance", "ELM", "elm", "Enterprise Layer Manager"])
def test_a_component_is_named_by_slug_name_or_alias_and_stored_by_its_slug(name):
    document = read(deployment(name, endpoints=[(name, "10.0.0.1")]))
    assert document.components == {"admin-user", "appliance"}
    assert document.endpoints == (Endpoint("appliance", "here", parse_address("10.0.0.1")),)


def test_a_component_that_is_named_twice_by_two_of_its_names_is_refused():
    twice = deployment("ELM", "appliance", endpoints=[("NTP", "10.0.0.1"), ("NTP server", "10.0.0.1")])
    assert faults(twice) == {
        "components[1]": "'appliance' stands at components[0] already. Keep one of the two.",
        "endpoints[1]": "ntp-server has 10.0.0.1 at endpoints[0] already. Keep one of the two.",
    }


def test_a_name_of_several_components_is_refused_with_the_choices():
    choices = "'agent-on-citrix-provisioning' or 'citrix-provisioning-connector'"
    message = f"'PVS' may be {choices}. Name one of them."
    assert faults(deployment("PVS", endpoints=[("PVS", "10.0.0.1")])) == {
        "components[0]": message,
        "endpoints[0].component": message,
    }


def test_what_is_always_in_use_the_catalogue_says():
    Component.objects.filter(slug="admin-user").update(always_in_use=False)
    assert read(deployment()).components == {"appliance"}
    Component.objects.update(always_in_use=False)
    assert read(deployment()).components == frozenset()


# What is refused

WHOLE = "slug, name, description, encrypted_only, components, endpoints, overrides"


@pytest.mark.parametrize("data", [None, [], "frankfurt", 1])
def test_a_document_is_an_object(data):
    assert faults(data) == {"": f"Write an object with {WHOLE}."}


def test_every_fault_is_told_at_once_with_its_path():
    data = {
        "slug": "Frank furt",
        "descriptoin": "",
        "description": "a\0b",
        "encrypted_only": "yes",
        "components": ["vsphere", "applaince", 7, "vsphere"],
        "endpoints": [
            {"component": "appliance", "name": "elm01", "address": "10.20.0.10"},
            {"component": "azure-connector", "name": "elm01", "address": "10.20.0.10/24"},
            {"component": "vcentre", "name": " ", "adress": "10.20.0.11"},
            {"component": None, "name": "x\ny", "address": 1},
            "10.20.0.10",
            {"component": "appliance", "name": "twice", "address": "10.20.0.10/32"},
        ],
        "overrides": [
            {"port": "agent-tcp-8017", "number": "8017", "reason": ""},
            {"port": "agent-tcp-8016", "number": True, "reason": "x" * 201},
            {"port": "agent-tcp-8016", "number": 0, "reason": "CHG-1"},
            {"number": 1.5},
        ],
    }
    assert faults(data) == {
        "descriptoin": "Unknown key. Did you mean 'description'?",
        "name": "Missing. Add it.",
        "slug": "Use lower-case letters, digits and single hyphens, like “citrix-hypervisor”.",
        "description": "Leave out control characters.",
        "encrypted_only": "Write true or false.",
        "components[1]": "No component 'applaince'. Did you mean 'appliance'?",
        "components[2]": "Write the slug of a component as text, in quotes.",
        "components[3]": "'vsphere' stands at components[0] already. Keep one of the two.",
        "endpoints[1].component": "Azure connector service runs on Appliance and uses its address. "
        "Put 'azure-connector' into components, and give endpoints to 'appliance'.",
        "endpoints[1].address": "10.20.0.10/24 is an address inside a network. "
        "Write 10.20.0.10 for this one address, or 10.20.0.0/24 for the network of 256 addresses.",
        "endpoints[2].adress": "Unknown key. Did you mean 'address'?",
        "endpoints[2].address": "Missing. Add it.",
        "endpoints[2].component": "No component 'vcentre'. Did you mean 'vcenter'?",
        "endpoints[2].name": "Write something: it is blank.",
        "endpoints[3].component": "Write the slug of a component as text, in quotes.",
        "endpoints[3].name": "Leave out what can't be seen and is no plain blank: U+000A.",
        "endpoints[3].address": "Write the address as text, in quotes.",
        "endpoints[4]": "Write an object with component, name, address.",
        "endpoints[5]": "appliance has 10.20.0.10 at endpoints[0] already. Keep one of the two.",
        "overrides[0].port": "No listener 'agent-tcp-8017'. Did you mean 'agent-tcp-8016'?",
        "overrides[0].number": "Write a whole number, without quotes.",
        "overrides[0].reason": "Write something: it is blank.",
        "overrides[1].number": "Write a whole number, without quotes.",
        "overrides[1].reason": "Ensure this value has at most 200 characters (it has 201).",
        "overrides[2].number": "0 is not a port. Give a number from 1 to 65535.",
        "overrides[3].port": "Missing. Add it.",
        "overrides[3].number": "Write a whole number, without quotes.",
        "overrides[3].reason": "Missing. Add it.",
    }


@pytest.mark.parametrize("key", ["components", "endpoints", "overrides"])
@pytest.mark.parametrize("value", [None, {}, "appliance"])
def test_lists_are_lists(key, value):
    assert faults({"slug": "x", "name": "X", key: value}) == {key: "Write a list, in square brackets."}


def test_a_fault_reads_as_path_and_message():
    with pytest.raises(DocumentRefused) as refused:
        read({"slug": "x", "name": "X", "components": "all"})
    assert str(refused.value) == "components: Write a list, in square brackets."


def test_a_fault_is_data_from_which_its_sentence_is_made():
    with pytest.raises(DocumentRefused) as refused:
        read(deployment("applaince", endpoints=[("appliance", "10.0.0.1"), ("ELM", "10.0.0.1/32")]))
    unknown, twice = refused.value.faults
    assert (unknown.path, unknown.code) == (("components", 0), "unknown-name")
    assert unknown.params == {"unknown": Unknown("component", "applaince", suggestion="appliance")}
    assert (twice.path, twice.code) == (("endpoints", 1), "endpoint-twice")
    component = Component.objects.get(slug="appliance")
    assert twice.params == {"component": component, "address": "10.0.0.1", "first": ("endpoints", 0)}


def test_a_document_full_of_unknown_names_is_refused_soon():
    """A suggestion is looked for a bounded number of times, and once for each name."""
    components = [f"Server {number} of site {number}" for number in range(20_000)]
    overrides = [(f"agnet-tcp-{number}", 1) for number in range(20_000)]
    catalogue = Catalogue.load()
    began = time.perf_counter()
    with pytest.raises(DocumentRefused) as refused:
        read_document(deployment(*components, *components, overrides=overrides), catalogue)
    assert time.perf_counter() - began < 10  # about a second on an idle machine
    assert len(refused.value.faults) == 60_000


def test_half_a_character_is_refused():
    message = "Leave out what can't be seen and is no plain blank: U+D800."
    assert faults({"slug": "x", "name": "x\ud800"}) == {"name": message}


def test_ten_thousand_endpoints_with_one_slip_give_one_fault():
    endpoints = [("compositing-machine", f"10.{i // 250}.{i % 250}.1") for i in range(10_000)]
    endpoints[7_000] = ("compositing-machine", "10.20.30.400")
    catalogue = Catalogue.load()
    began = time.perf_counter()
    with pytest.raises(DocumentRefused) as refused:
        read_document(deployment(endpoints=endpoints), catalogue)
    assert time.perf_counter() - began < 5  # a fraction of a second on an idle machine
    assert [fault.path for fault in refused.value.faults] == [("endpoints", 7000, "address")]


# Overrides: the same rule as everywhere


def test_a_taken_number_is_refused_with_the_other_party():
    assert faults(deployment(overrides=[(PVS, 3512)])) == {
        "overrides[0].number": "TCP 3512 is taken on Appliance by Hyper-V connector service. Next free: 3513."
    }


def test_a_listener_that_stands_there_anyway_needs_no_override():
    assert faults(deployment(overrides=[(PVS, 3509)])) == {
        "overrides[0].number": "Citrix Provisioning connector service listens on 3509 anyway. "
        "Give another number, or no override."
    }


def test_a_listener_is_moved_once():
    assert faults(deployment(overrides=[(PVS, 13509), (PVS, 23509)])) == {
        "overrides[1].port": "Citrix Provisioning connector service, TCP 3509 has been moved already, to 13509. "
        "Change that override instead."
    }


def test_two_listeners_can_swap_their_numbers():
    assert moves(read(deployment(overrides=[(PVS, 3512), (HYPER_V, 3509)]))) == [
        (PVS, 3512, "CHG-1"),
        (HYPER_V, 3509, "CHG-1"),
    ]


def test_overrides_stand_on_those_that_hold_everywhere():
    override_port(PVS, 13509)
    assert faults(deployment(overrides=[(PVS, 13509)]))["overrides[0].number"].startswith(
        "Citrix Provisioning connector service listens on 13509 anyway."
    )
    assert faults(deployment(overrides=[(HYPER_V, 13509)])) == {
        "overrides[0].number": "TCP 13509 is taken on Appliance by Citrix Provisioning connector service. "
        "Next free: 13510."
    }
    assert moves(read(deployment(overrides=[(HYPER_V, 3509)]))) == [(HYPER_V, 3509, "CHG-1")]
    assert moves(read(deployment(overrides=[(PVS, 3509)]))) == [(PVS, 3509, "CHG-1")]

"""Findings about a deployment: when each is told, how grave it is and in which words."""

import pytest

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.choices import Severity
from portmatrix.rules import Finding

from .support.deployments import deployment, example, rules_of
from .support.helpers import override_port
from .support.one_by_one import COMPONENTS

SOUND = [("admin-user", "10.9.0.0/24"), ("appliance", "10.20.0.10"), ("smb-file-server", "10.20.2.15")]


@pytest.fixture
def loaded(catalogue):
    return Catalogue.load()


def findings(document, loaded):
    """Each finding as (code, severity, message, components)."""
    found = rules_of(document, loaded)[1]
    return [(one.code, str(one.severity), one.message, one.components) for one in found]


def sound(*components, endpoints=(), **others):
    """A deployment about which there is nothing to say but what a test adds."""
    return deployment(*components, endpoints=[*SOUND, *endpoints], **{"encrypted_only": True, **others})


def test_nothing_is_said_about_a_sound_deployment(loaded):
    assert findings(sound(), loaded) == []


def test_a_file_share_is_missing(loaded):
    document = sound()
    document["endpoints"].pop()
    assert findings(document, loaded) == [
        (
            "no-file-share",
            "error",
            "The appliance must be connected to a network file share. Add the SMB file server (opens TCP 445 from "
            "Appliance to SMB file server) or the NFS file server (opens TCP 2049 from Appliance to NFS file server).",
            ("smb-file-server", "nfs-file-server"),
        )
    ]


def test_either_file_share_will_do(loaded):
    document = sound(endpoints=[("nfs-file-server", "10.20.2.16")])
    document["endpoints"] = [one for one in document["endpoints"] if one["component"] != "smb-file-server"]
    assert findings(document, loaded) == []


def test_a_component_has_no_address(loaded):
    assert findings(sound("ntp-server", "active-directory"), loaded) == [
        (
            "component-without-address",
            "error",
            "Active Directory has no address, so 3 rules are unresolved. Add an endpoint.",
            ("active-directory",),
        ),
        (
            "component-without-address",
            "error",
            "NTP server has no address, so 1 rule is unresolved. Add an endpoint.",
            ("ntp-server",),
        ),
    ]


def test_a_connector_has_no_platform(loaded):
    assert findings(sound("vsphere-connector"), loaded) == [
        (
            "connector-without-platform",
            "warning",
            "vSphere connector service is in use, but vSphere is not. Leave out the service, or add the platform "
            "(opens TCP 443 from Appliance to vSphere).",
            ("vsphere-connector", "vsphere"),
        )
    ]


def test_a_fix_names_the_plain_ports_too_where_they_would_be_open(loaded):
    document = sound("vsphere-connector", endpoints=[("vsphere", "10.20.1.1")], encrypted_only=False)
    without = {**document, "components": []}
    [message] = [one[2] for one in findings(without, loaded) if one[0] == "platform-without-connector"]
    assert message == (
        "vSphere is in use, but vSphere connector service is not, so its ports stay closed. Add the service (opens "
        "TCP 3004, TCP 3504 from Admin user to Appliance)."
    )


def test_any_member_is_the_platform(loaded):
    assert findings(sound("vsphere-connector", endpoints=[("esxi-hosts", "10.20.1.32/27")]), loaded) == []


def test_a_platform_has_no_connector(loaded):
    def missing(service, name, *ports):
        ends = [f"from {source} to Appliance" for source in ("Admin user", "Agent on Hyper-V server")]
        opens = "; ".join(f"{', '.join(ports)} {end}" for end in ends)
        closed = f"Agent on Hyper-V server is in use, but {name} is not, so its ports stay closed."
        message = f"{closed} Add the service (opens {opens})."
        return "platform-without-connector", "warning", message, ("agent-on-hyper-v", service)

    document = sound(endpoints=[("agent-on-hyper-v", "10.20.4.30")])
    upload = missing("bits-server", "BITS Server", "TCP 3515")
    download = missing("hyper-v-connector", "Hyper-V connector service", "TCP 3512")
    assert findings(document, loaded) == [upload, download]
    assert findings({**document, "components": ["hyper-v-connector"]}, loaded) == [upload]
    assert findings({**document, "components": ["hyper-v-connector", "bits-server"]}, loaded) == []


def test_admins_upload_to_the_bits_server_on_any_platform(loaded):
    assert findings(sound("bits-server"), loaded) == []


def test_plain_ports_stay_open(loaded):
    def open_port(place, encrypted, component):
        message = f"{place} stays open, although {encrypted} is offered too. Choose encrypted only to close it."
        return "plain-text-port", "warning", message, (component,)

    document = sound("bits-server", endpoints=[("active-directory", "10.20.0.2")], encrypted_only=False)
    document["overrides"] = [{"port": "bits-server-tcp-3015", "number": 13015, "reason": "CHG-1"}]
    assert findings(document, loaded) == [
        open_port("LDAP 389 of Active Directory", "LDAPS", "active-directory"),
        open_port("HTTP 80 of Appliance", "HTTPS", "appliance"),
        open_port("HTTP 13015 of BITS Server", "HTTPS", "bits-server"),
    ]
    assert findings({**document, "encrypted_only": True}, loaded) == []


def test_http_without_an_encrypted_form_is_not_held_against_anyone(loaded):
    assert findings(sound("citrix-cdn"), loaded) == []


def test_an_override_moves_what_is_not_in_use(loaded):
    overrides = [("agent-tcp-8016", 18016), ("appliance-tcp-22", 2222)]
    document = sound()
    document["overrides"] = deployment(overrides=overrides)["overrides"]
    assert findings(document, loaded) == [
        (
            "override-not-in-use",
            "warning",
            "The override of agent-tcp-8016 changes no rule: Agent is not in use.",
            ("agent",),
        )
    ]


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("10.20.2.15", "10.20.2.15"),
        ("10.20.2.0/24", "10.20.2.15"),
        ("10.20.2.10-10.20.2.15", "10.20.2.15"),
        ("10.20.2.15-10.20.2.20", "10.20.2.15"),
        ("10.20.2.14", None),
        ("10.20.2.16-10.20.2.30", None),
        ("fs01.example.com", None),
    ],
)
def test_two_components_share_addresses(loaded, address, shared):
    message = f"NTP server and SMB file server share addresses, {shared} among them. Check that this is meant."
    expected = [("shared-address", "note", message, ("ntp-server", "smb-file-server"))]
    endpoints = [("ntp-server", "10.20.0.1"), ("ntp-server", address), ("ntp-server", "10.20.9.9")]
    assert findings(sound(endpoints=endpoints), loaded) == (expected if shared else [])


def test_two_components_share_a_host_name(loaded):
    endpoints = [("ntp-server", "dc.example.com"), ("dhcp-server", "DC.example.com")]
    message = "DHCP server and NTP server share addresses, dc.example.com among them. Check that this is meant."
    assert findings(sound(endpoints=endpoints), loaded) == [
        ("shared-address", "note", message, ("dhcp-server", "ntp-server"))
    ]


def test_an_address_inside_another_of_the_same_component_hides_nothing(loaded):
    endpoints = [("ntp-server", "10.20.2.0/24"), ("ntp-server", "10.20.2.5")]
    message = "NTP server and SMB file server share addresses, 10.20.2.15 among them. Check that this is meant."
    assert findings(sound(endpoints=endpoints), loaded) == [
        ("shared-address", "note", message, ("ntp-server", "smb-file-server"))
    ]


def test_the_printed_address_of_what_is_not_in_use_is_shared_with_nobody(loaded):
    document = sound(endpoints=[("ntp-server", "alcdn.citrix.com")])
    assert findings(document, loaded) == []
    assert [code for code, *_ in findings({**document, "components": ["citrix-cdn"]}, loaded)] == ["shared-address"]


def test_the_gravest_stand_first(loaded):
    found = findings(deployment("vsphere-connector", endpoints=SOUND[:2]), loaded)
    assert [(code, severity) for code, severity, _, _ in found] == [
        ("no-file-share", "error"),
        ("connector-without-platform", "warning"),
        ("plain-text-port", "warning"),
        ("plain-text-port", "warning"),
    ]


def test_frankfurts_findings(loaded):
    assert [(code, components) for code, _, _, components in findings(example("frankfurt"), loaded)] == [
        ("component-without-address", ("ntp-server",)),
        ("plain-text-port", ("active-directory",)),
        ("plain-text-port", ("appliance",)),
        ("plain-text-port", ("citrix-provisioning-connector",)),
        ("plain-text-port", ("vsphere-connector",)),
    ]


def test_findings_speak_of_components_of_the_catalogue():
    shares = {slug for slug, row in COMPONENTS.items() if row.get("file_share")}
    platform_of = {slug: row["platform"] for slug, row in COMPONENTS.items() if "platform" in row}
    needs = [(slug, service) for slug, row in COMPONENTS.items() for service in row.get("needs", ())]
    named = {*shares, *platform_of, *platform_of.values(), *(slug for pair in needs for slug in pair)}
    assert named <= set(COMPONENTS)
    assert shares == {"smb-file-server", "nfs-file-server"}
    assert needs == [("agent-on-hyper-v", "bits-server")]
    assert {slug for slug, row in COMPONENTS.items() if row["kind"] == "connector"} == {*platform_of, "bits-server"}


DECLARED = {
    "code": "odd",
    "severity": Severity.NOTE,
    "label": "Mend it",
    "page": "deployment",
    "anchor": "",
    "look": classmethod(lambda cls, installation, rules: iter(())),
}


@pytest.mark.parametrize("missing", DECLARED)
def test_a_kind_of_finding_that_is_not_declared_in_full_is_refused_when_it_is_made(missing):
    declared = {name: value for name, value in DECLARED.items() if name != missing}
    before = list(Finding.kinds)
    with pytest.raises(TypeError, match=f"^The finding Odd does not declare {missing}.$"):
        type("Odd", (Finding,), declared)
    assert Finding.kinds == before


def test_every_kind_of_finding_has_a_code_of_its_own():
    codes = [kind.code for kind in Finding.kinds]
    assert len(codes) == len(set(codes)) == 8


class TestAPortMovedInPart:
    """The page has 443 of vSphere as a whole, and 443 of vCenter and of ESXi hosts: three listeners, often one port."""

    PLACES = [("vcenter", "10.20.1.5"), ("esxi-hosts", "10.20.1.32/27")]

    def told(self, loaded, *overrides, endpoints=PLACES):
        document = sound("vsphere-connector", endpoints=endpoints)
        document["overrides"] = deployment(overrides=overrides)["overrides"]
        return [one[1:] for one in findings(document, loaded) if one[0] == "moved-in-part"]

    def test_the_member_alone(self, loaded):
        message = (
            "TCP 443 of vSphere stands at 443, that of vCenter at 8443: both are open to vCenter. "
            "If they are one port, move both."
        )
        assert self.told(loaded, ("vcenter-tcp-443", 8443)) == [("note", message, ("vsphere", "vcenter"))]

    def test_the_group_alone(self, loaded):
        found = self.told(loaded, ("vsphere-tcp-443", 8443))
        assert [components for _, _, components in found] == [("vsphere", "esxi-hosts"), ("vsphere", "vcenter")]
        assert found[0][1].startswith("TCP 443 of vSphere stands at 8443, that of ESXi hosts at 443:")

    def test_both(self, loaded):
        assert self.told(loaded, ("vsphere-tcp-443", 8443), ("vcenter-tcp-443", 8443), endpoints=self.PLACES[:1]) == []

    def test_none(self, loaded):
        assert self.told(loaded) == []

    def test_everywhere(self, loaded):
        override_port("vcenter-tcp-443", 8443)
        assert [components for *_, components in self.told(Catalogue.load())] == [("vsphere", "vcenter")]

    def test_a_member_that_is_not_in_use(self, loaded):
        assert self.told(loaded, ("vcenter-tcp-443", 8443), endpoints=self.PLACES[1:]) == []

    def test_one_port_number_of_components_that_are_no_group_and_member(self, loaded):
        """443 of the appliance has nothing to do with 443 of vSphere."""
        assert self.told(loaded, ("appliance-tcp-443", 8443)) == []

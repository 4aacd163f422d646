"""What is suggested for a word that is not valid: of components only what was meant, or nothing."""

import time
from pathlib import Path

import pytest
import yaml

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments.document import DocumentRefused, read_document
from portmatrix.suggestions import nearest, nearest_component, nearest_port

from .support.api_calls import client_of, get
from .support.deployments import deployment
from .support.helpers import viewer

FIXTURES = Path(__file__).parent.parent / "fixtures"
COMPONENTS = yaml.safe_load((FIXTURES / "components.yaml").read_text(encoding="utf-8"))
NAMES = {row["slug"]: [row["name"], *(alias["name"] for alias in row.get("aliases", []))] for row in COMPONENTS}
PORTS = yaml.safe_load((FIXTURES / "ports.yaml").read_text(encoding="utf-8"))
LISTENERS = [f"{port['component']}-{port['transport']}-{port['number']}" for port in PORTS]

# Names as people have them in their lists. Nothing is the right answer wherever following a suggestion would open the
# ports of something else: an agent is not a connector, and a file share in a cloud is not that cloud's management.
EVERYDAY = {
    # with the word that tells, and others that don't
    "vCenter Server": "vcenter",
    "vcenter-server": "vcenter",
    "VMware vCenter Server Appliance": "vcenter",
    "vCenter servers": "vcenter",
    "V-Center": "vcenter",
    "ESXi host": "esxi-hosts",
    "ESXi servers": "esxi-hosts",
    "VMware ESXi": "esxi-hosts",
    "VMware vSphere": "vsphere",
    "vSphere connector": "vsphere-connector",
    "Nutanix Prism": "nutanix-prism",
    "Nutanix connector": "nutanix-connector",
    "Microsoft Azure": "azure",
    "Azure cloud": "azure",
    "Google Cloud Platform": "google-cloud",
    "Google Cloud connector": "google-connector",
    "Microsoft Active Directory": "active-directory",
    "Active Directory server": "active-directory",
    "SMB server": "smb-file-server",
    "SMB": "smb-file-server",
    "NFS server": "nfs-file-server",
    "NTP": "ntp-server",
    "ntpserver": "ntp-server",
    "DHCP": "dhcp-server",
    "DHCP servers": "dhcp-server",
    "BITS": "bits-server",
    "CDN": "citrix-cdn",
    "Admin users": "admin-user",
    "App Layering appliance": "appliance",
    "Layering appliance": "appliance",
    "App Layering agent": "agent",
    "Citrix agent": "agent",
    "Agent server": "agent",  # the vendor's page itself says so
    "Hyper-V agent": "agent-on-hyper-v",
    "Hyper-V server": "agent-on-hyper-v",
    "HyperV connector": "hyper-v-connector",
    "Citrix Provisioning server": "agent-on-citrix-provisioning",
    "Citrix Provisioning connector": "citrix-provisioning-connector",
    "Compositing": "compositing-machine",
    "Citrix Hypervisor server": "citrix-hypervisor",
    # by what else it is called
    "XenServer": "citrix-hypervisor",
    "Citrix XenServer": "citrix-hypervisor",
    "xen-server": "citrix-hypervisor",
    "LDAP server": "active-directory",
    "Domain controllers": "active-directory",
    "Domain controller": "active-directory",
    "Microsoft AD": "active-directory",
    "ELM": "appliance",
    "ELM appliance": "appliance",
    "Unidesk appliance": "appliance",
    "Unidesk agents": "agent",
    "VCSA": "vcenter",
    "VMware ESX server": "esxi-hosts",
    "Windows file servers": "smb-file-server",
    "GCP connector service": "google-connector",
    # misspelt
    "Citrix XenSrever": "citrix-hypervisor",
    "Domian controller": "active-directory",
    "Connector for XenSever": "citrix-hypervisor-connector",
    "applaince": "appliance",
    "vsphre-connector": "vsphere-connector",
    "vSphere conector": "vsphere-connector",
    "vcentre": "vcenter",
    "vCentre Server": "vcenter",
    "vsfere": "vsphere",
    "agnet": "agent",
    "Nutanx Prism": "nutanix-prism",
    "Activ Directory": "active-directory",
    "DHPC server": "dhcp-server",
    "smb-file-sever": "smb-file-server",
    "Citrix Hypervisr": "citrix-hypervisor",
    # nothing of the catalogue
    "SQL server": "",
    "XenCenter": "",
    "PVS server": "",
    "PVS": "",
    "MCS/PVS connector": "",
    "AD/LDAP server": "",
    "DNS server": "",
    "DNS": "",
    "ESX/ESXi server": "",
    "FTP server": "",
    "ftpserver": "",
    "TFTP server": "",
    "KMS server": "",
    "License server": "",
    "Print server": "",
    "Mail server": "",
    "Web server": "",
    "Proxy server": "",
    "Time server": "",
    "Delivery Controller": "",
    "Citrix Director": "",
    "StoreFront server": "",
    "Web Studio": "",
    "NetScaler Gateway": "",
    "Management": "",
    "Management console": "",
    "Management server": "",
    "SCVMM": "",
    "vSAN": "",
    "iSCSI target": "",
    "DHCP relay": "",
    "Compositing engine": "",
    "Unidesk": "",
    "NNTP server": "",  # one letter more than NTP
    "GCS connector": "",
    # near, and something else
    "Domain name server": "",
    "PVS license server": "",
    "XenServer agent": "",
    "ELM connector": "",
    "Citrix Cloud": "",
    "Citrix Cloud Connector": "",
    "Connector appliance": "",
    "vCenter connector": "",
    "vSphere agent": "",
    "vSphere host": "",
    "Azure AD": "",
    "Azure Active Directory": "",
    "Azure Files": "",
    "Azure file share": "",
    "NFS share": "",
    "Prism Central": "",
    "API server": "",
    "App Layering": "",
    # one of several
    "Server": "",
    "Servers": "",
    "Host": "",
    "Connector": "",
    "User": "",
    "File server": "",
    "SMB/NFS server": "",
    "Hypervisor": "",
    "Hyper-V": "",
    "Hyper-V host": "",
    "Nutanix": "",
    "Citrix Provisioning": "",
    "Provisioning Services": "",
    "Citrix": "",
    "": "",
    "—": "",
}


@pytest.mark.parametrize(("typed", "expected"), EVERYDAY.items())
def test_a_component_is_suggested_only_where_every_telling_word_is_its_own(typed, expected):
    assert nearest_component(typed, NAMES) == expected


@pytest.mark.parametrize("slug", NAMES)
def test_each_slug_and_name_in_capitals_is_its_component(slug):
    assert nearest_component(slug.upper(), NAMES) == slug
    assert nearest_component(NAMES[slug][0].upper(), NAMES) == slug


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("agent-tcp-8017", "agent-tcp-8016"),
        ("appliance-tcp-444", "appliance-tcp-443"),
        ("APPLIANCE-TCP-443", "appliance-tcp-443"),
        ("applaince-tcp-443", "appliance-tcp-443"),
        ("appliance-tpc-443", "appliance-tcp-443"),
        ("vcenter-server-tcp-443", "vcenter-tcp-443"),
        ("citrix-provisioning-conector-tcp-3509", "citrix-provisioning-connector-tcp-3509"),
        ("xenserver-tcp-443", ""),
        ("ftp-server-udp-123", ""),
        ("appliance-tcp-9999", ""),
        ("appliance", ""),
        ("443", ""),
    ],
)
def test_a_listener_is_suggested_of_the_component_that_was_meant(typed, expected):
    assert nearest_port(typed, LISTENERS) == expected


@pytest.mark.parametrize(
    ("typed", "valid", "expected"),
    [
        ("adress", ["component", "name", "address"], "address"),
        ("comment", ["component", "name", "address"], ""),
        ("hostname", ["component", "name", "address"], ""),
        ("TCP", ["tcp", "udp"], "tcp"),
        ("tpc", ["tcp", "udp"], "tcp"),
        ("icmp", ["tcp", "udp"], ""),
        ("sctp", ["tcp", "udp"], ""),
        ("http", ["HTTP", "HTTPS"], "HTTP"),
        ("pvs1", ["pvs01", "elm01"], "pvs01"),
        ("pvs0", ["pvs01", "pvs02"], ""),
        ("frankfort", ["frankfurt", "ulm"], "frankfurt"),
        ("frankfurt-test", ["frankfurt-prod", "ulm"], ""),
        ("ab", ["ac"], ""),
        ("", ["a", "b"], ""),
        ("x" * 5_000, ["x"], ""),
        (None, ["none"], "none"),
        ("x", [], ""),
    ],
)
def test_of_other_words_the_only_nearest_is_suggested(typed, valid, expected):
    assert nearest(typed, valid) == expected


def test_among_ten_thousand_names_one_is_suggested_within_milliseconds():
    names = {
        f"site{number:05}-{kind}": [f"Site {number:05} {kind}"]
        for number in range(5_000)
        for kind in ("vcenter", "dhcp-server")
    }
    assert nearest_component("site00001-vcentre", names) == "site00001-vcenter"  # from now on the names are known
    begin = time.process_time()
    assert nearest_component("site04999-vcentre", names) == "site04999-vcenter"
    assert time.process_time() - begin < 0.1


def test_fifty_misspelt_names_among_five_thousand_take_less_than_a_second():
    sites = [f"site{number:04}" for number in range(1_250)]
    kinds = ["storage server", "vcenter", "file server", "print connector"]
    names = {f"{site}-{kind.replace(' ', '-')}": [f"{site} {kind}"] for site in sites for kind in kinds}
    assert len(names) == 5_000
    begin = time.process_time()
    found = [nearest_component(f"site{number:04}-vcentre", names) for number in range(50)]
    took = time.process_time() - begin
    assert found == [f"site{number:04}-vcenter" for number in range(50)]
    assert took < 1


# The places where a component is named

WRONG = ["sql-server", "pvs-server", "dns-server", "management", "mcs-pvs-connector"]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", WRONG)
def test_no_surface_names_a_component_that_was_not_meant(client, catalogue, slug):
    message = f"No component '{slug}'."
    assert get(f"connections/?destination={slug}").json() == {"destination": [message]}
    assert get(f"components/{slug}/").json() == {"detail": message}
    assert client_of(viewer()).get(f"/api/deployments/?component={slug}").json() == {"component": [message]}
    for path in (f"/components/{slug}/", f"/ports/{slug}/", f"/connections/?destination={slug}"):
        assert "Did you mean" not in client.get(path).content.decode()


@pytest.mark.django_db
def test_a_document_names_the_component_by_its_everyday_name(catalogue):
    with pytest.raises(DocumentRefused) as refused:
        read_document(deployment("vCentre Server", "SQL server"), Catalogue.load())
    assert [fault.message for fault in refused.value.faults] == [
        "No component 'vCentre Server'. Did you mean 'vcenter'?",
        "No component 'SQL server'.",
    ]

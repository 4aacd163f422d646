"""What "to" and "from" a component mean, for every component of the catalogue, as exact sets of connections."""

import pytest

from portmatrix.models import Component, Connection
from portmatrix.reach import Reach, address_owner

pytestmark = pytest.mark.django_db

FLOWS = {
    "console": "admin-user-to-appliance-management-console",
    "ssh": "admin-user-to-appliance-ssh",
    "logs": "admin-user-to-appliance-log-download",
    "azure-admin": "admin-user-to-azure-connector-communication",
    "xen-admin": "admin-user-to-citrix-hypervisor-connector-communication",
    "google-admin": "admin-user-to-google-connector-communication",
    "nutanix-admin": "admin-user-to-nutanix-connector-communication",
    "vsphere-admin": "admin-user-to-vsphere-connector-communication",
    "pvs-admin": "admin-user-to-citrix-provisioning-connector-communication",
    "hyper-v-admin": "admin-user-to-hyper-v-connector-communication",
    "bits-admin": "admin-user-to-bits-server-disk-upload",
    "agent": "appliance-to-agent-communication",
    "compositing": "appliance-to-compositing-machine-communication",
    "vsphere": "appliance-to-vsphere-communication",
    "vcenter": "appliance-to-vcenter-communication-with-datastore-via-esxi-host",
    "esxi": "appliance-to-esxi-hosts-communication-with-datastore-via-esxi-host",
    "xen": "appliance-to-citrix-hypervisor-communication",
    "prism": "appliance-to-nutanix-prism-communication",
    "azure": "appliance-to-azure-communication",
    "google": "appliance-to-google-cloud-communication",
    "ldap": "appliance-to-active-directory-ldap",
    "dns": "appliance-to-active-directory-dns",
    "smb": "appliance-to-smb-file-server-smb",
    "nfs": "appliance-to-nfs-file-server-nfs",
    "ntp": "appliance-to-ntp-server-ntp",
    "dhcp": "appliance-to-dhcp-server-dhcp",
    "web-api": "appliance-to-app-layering-web-api-api-access",
    "cdn": "appliance-to-citrix-cdn-download-upgrade-media",
    "registration": "agent-to-appliance-initial-registration",
    "log-delivery": "agent-to-appliance-log-deliveries-from-agent",
    "pvs-download": "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
    "hyper-v-download": "agent-on-hyper-v-to-hyper-v-connector-disk-download",
    "hyper-v-upload": "agent-on-hyper-v-to-bits-server-disk-upload",
    "compositing-back": "compositing-machine-to-appliance-communication",
    "iscsi": "compositing-machine-to-appliance-layer-disk-access-via-iscsi",
    "dhcp-back": "dhcp-server-to-appliance-dhcp",
}

OWN_OF_APPLIANCE = "console ssh logs registration log-delivery compositing-back iscsi dhcp-back"
OF_ITS_SERVICES = (
    "azure-admin xen-admin google-admin nutanix-admin vsphere-admin pvs-admin hyper-v-admin bits-admin "
    "pvs-download hyper-v-download hyper-v-upload"
)

REACHING = {
    "admin-user": "",
    "appliance": f"{OWN_OF_APPLIANCE} {OF_ITS_SERVICES}",
    "azure-connector": "azure-admin",
    "citrix-hypervisor-connector": "xen-admin",
    "google-connector": "google-admin",
    "nutanix-connector": "nutanix-admin",
    "vsphere-connector": "vsphere-admin",
    "citrix-provisioning-connector": "pvs-admin pvs-download",
    "hyper-v-connector": "hyper-v-admin hyper-v-download",
    "bits-server": "bits-admin hyper-v-upload",
    "agent": "agent",
    "agent-on-citrix-provisioning": "agent",
    "agent-on-hyper-v": "agent",
    "compositing-machine": "compositing",
    "vsphere": "vsphere vcenter esxi",
    "vcenter": "vcenter vsphere",
    "esxi-hosts": "esxi vsphere",
    "citrix-hypervisor": "xen",
    "nutanix-prism": "prism",
    "azure": "azure",
    "google-cloud": "google",
    "active-directory": "ldap dns",
    "smb-file-server": "smb",
    "nfs-file-server": "nfs",
    "ntp-server": "ntp",
    "dhcp-server": "dhcp",
    "app-layering-web-api": "web-api",
    "citrix-cdn": "cdn",
}
REACHING_EXACTLY = REACHING | {
    "appliance": OWN_OF_APPLIANCE,
    "agent-on-citrix-provisioning": "",
    "agent-on-hyper-v": "",
    "vsphere": "vsphere",
    "vcenter": "vcenter",
    "esxi-hosts": "esxi",
}

NOTHING = dict.fromkeys(REACHING, "")
LEAVING = NOTHING | {
    "admin-user": "console ssh logs azure-admin xen-admin google-admin nutanix-admin vsphere-admin pvs-admin "
    "hyper-v-admin bits-admin",
    "appliance": "agent compositing vsphere vcenter esxi xen prism azure google ldap dns smb nfs ntp dhcp web-api cdn",
    "agent": "registration log-delivery pvs-download hyper-v-download hyper-v-upload",
    "agent-on-citrix-provisioning": "registration log-delivery pvs-download",
    "agent-on-hyper-v": "registration log-delivery hyper-v-download hyper-v-upload",
    "compositing-machine": "compositing-back iscsi",
    "dhcp-server": "dhcp-back",
}
LEAVING_EXACTLY = LEAVING | {
    "agent": "registration log-delivery",
    "agent-on-citrix-provisioning": "pvs-download",
    "agent-on-hyper-v": "hyper-v-download hyper-v-upload",
}

EXPECTED = {
    "reaching": REACHING,
    "reaching_exactly": REACHING_EXACTLY,
    "leaving": LEAVING,
    "leaving_exactly": LEAVING_EXACTLY,
    "touching": {slug: f"{REACHING[slug]} {LEAVING[slug]}" for slug in REACHING},
    "touching_exactly": {slug: f"{REACHING_EXACTLY[slug]} {LEAVING_EXACTLY[slug]}" for slug in REACHING},
}
PARAMETERS = {
    "reaching": "destination",
    "reaching_exactly": "destination__exact",
    "leaving": "source",
    "leaving_exactly": "source__exact",
    "touching": "component",
    "touching_exactly": "component__exact",
}
CASES = [(meaning, slug) for meaning, answers in EXPECTED.items() for slug in answers]


def flows(keys):
    return {FLOWS[key] for key in keys.split()}


def test_the_tables_name_every_component_and_every_connection():
    assert set(REACHING) == set(Component.objects.values_list("slug", flat=True))
    assert set(FLOWS.values()) == set(Connection.objects.values_list("slug", flat=True))
    assert set().union(*map(flows, REACHING_EXACTLY.values())) == set(FLOWS.values())


@pytest.mark.parametrize(("meaning", "slug"), CASES)
def test_queryset_method_answers_exactly(meaning, slug):
    component = Component.objects.get(slug=slug)
    answer = getattr(Connection.objects, meaning)(component)
    assert sorted(answer.values_list("slug", flat=True)) == sorted(flows(EXPECTED[meaning][slug]))


@pytest.mark.parametrize(("meaning", "slug"), CASES)
def test_api_parameter_answers_exactly(client, meaning, slug):
    response = client.get("/api/connections/", {PARAMETERS[meaning]: slug, "limit": 1000})
    assert sorted(row["slug"] for row in response.json()["results"]) == sorted(flows(EXPECTED[meaning][slug]))


def test_several_components_mean_any_of_them():
    components = Component.objects.filter(slug__in=["vcenter", "bits-server"])
    answer = Connection.objects.reaching(*components).values_list("slug", flat=True)
    assert set(answer) == flows("vcenter vsphere bits-admin hyper-v-upload")


def test_reach_is_not_transitive():
    class Thing:
        def __init__(self, pk, host_id=None, group_id=None):
            self.pk, self.host_id, self.group_id = pk, host_id, group_id

    host, service, of_service = Thing(1), Thing(2, host_id=1), Thing(3, host_id=2)
    reach = Reach([host, service, of_service])
    assert reach.of(host) == {1, 2}
    assert reach.of(service) == {2, 3}
    assert reach.of(of_service) == {3}
    assert reach.of(host, of_service) == {1, 2, 3}
    assert reach.of() == set()


@pytest.mark.parametrize("none", [None, ""])
def test_a_component_answers_at_its_hosts_address_or_at_its_own(none):
    assert address_owner("bits-server", "appliance") == "appliance"
    assert address_owner("appliance", none) == "appliance"
    assert address_owner(7, 3) == 3

"""`manage.py load_catalogue`: what a load writes; one transaction, users' overrides untouched."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Q

from portmatrix import catalogue
from portmatrix.deployments import service as store
from portmatrix.models import Component, ComponentAlias, Connection, PortOverride, Statement

from .support.catalogue_files import edit, entry, everything, faults, set_field
from .support.deployments import deployment
from .support.helpers import editor, get_port, override_port

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"


def slugs(components):
    return sorted(component.slug for component in components)


def test_loading_again_changes_nothing():
    before = everything()
    report = catalogue.load(settings.CATALOGUE_DIR)
    assert not report
    assert everything() == before


def test_the_command_says_what_there_is():
    output = StringIO()
    call_command("load_catalogue", stdout=output)
    assert output.getvalue() == (
        "Catalogue: 28 components, 42 ports, 15 assumptions, 36 connections, 60 statements. Nothing changed.\n"
    )


def test_the_command_counts_a_long_list_unless_told_to_name_it():
    Statement.objects.all().delete()
    Connection.objects.all().delete()
    output = StringIO()
    call_command("load_catalogue", stdout=output)
    assert output.getvalue().splitlines()[0] == "added: 96 entries (--verbosity 2 names them)"
    Statement.objects.all().delete()
    output = StringIO()
    call_command("load_catalogue", stdout=output, verbosity=2)
    assert output.getvalue().splitlines()[0] == "added: statement admin-user/1"


def test_an_empty_database_gets_everything_added():
    Statement.objects.all().delete()
    Connection.objects.all().delete()
    report = catalogue.load(settings.CATALOGUE_DIR)
    assert (len(report.added), report.changed, report.removed, report.kept) == (96, [], [], [])
    assert "statement internal/4" in report.added
    assert {c.slug for c in Statement.objects.get(section="internal", position=4).connections.all()} == {
        "appliance-to-vcenter-communication-with-datastore-via-esxi-host",
        "appliance-to-esxi-hosts-communication-with-datastore-via-esxi-host",
    }


def test_a_changed_field_a_new_row_and_a_removed_row(folder):
    set_field(folder, "components", {"slug": "vcenter"}, name="vCenter Server")
    edit(folder, "ports", lambda entries: entries.append({"component": "vcenter", "transport": "tcp", "number": 902}))
    set_field(
        folder,
        "connections",
        {"slug": "appliance-to-vcenter-communication-with-datastore-via-esxi-host"},
        ports=["vcenter-tcp-902"],
    )
    edit(folder, "ports", lambda entries: entries.remove(entry(entries, component="vcenter", number=443)))
    report = catalogue.load(folder)
    assert report.added == ["port vcenter-tcp-902"]
    assert report.removed == ["port vcenter-tcp-443"]
    assert report.changed == [
        "component vcenter: name from “vCenter” to “vCenter Server”",
        "connection appliance-to-vcenter-communication-with-datastore-via-esxi-host: "
        "ports from “vcenter-tcp-443” to “vcenter-tcp-902”",
    ]
    assert [port.slug for port in Component.objects.get(slug="vcenter").ports.all()] == ["vcenter-tcp-902"]


def test_aliases_and_facts_of_a_component_are_read(catalogue):
    connector = Component.objects.get(slug="hyper-v-connector")
    agent = Component.objects.get(slug="agent-on-hyper-v")
    assert (connector.platform, agent.platform) == (agent, None)
    assert [component.slug for component in agent.needs.all()] == ["bits-server"]
    assert not connector.needs.exists()
    assert [(alias.name, alias.source, alias.shared) for alias in agent.aliases.all()] == [
        ("Hyper-V server", "the vendor page", False),
        ("Agent on Hyper-V", "common usage", False),
        ("Hyper-V agent", "common usage", False),
        ("Hyper-V", "common usage", True),
    ]
    assert slugs(Component.objects.filter(file_share=True)) == ["nfs-file-server", "smb-file-server"]
    assert slugs(Component.objects.filter(always_in_use=True)) == ["admin-user", "appliance"]


def test_a_catalogue_without_aliases_and_facts_can_be_loaded(folder):
    optional = ("aliases", "platform", "needs", "file_share", "always_in_use")

    def leave_out(entries):
        for component in entries:
            for name in optional:
                component.pop(name, None)

    edit(folder, "components", leave_out)
    catalogue.load(folder)
    assert not ComponentAlias.objects.exists()
    assert not Component.needs.through.objects.exists()
    assert not Component.objects.exclude(platform=None).exists()
    assert not Component.objects.filter(Q(file_share=True) | Q(always_in_use=True)).exists()


def test_changed_aliases_and_facts(folder):
    names = [{"name": "DHCP", "source": "RFC 2131"}, {"name": "IP address server", "source": "common usage"}]
    set_field(folder, "components", {"slug": "dhcp-server"}, aliases=names, file_share=True)
    set_field(folder, "components", {"slug": "agent-on-hyper-v"}, needs=["dhcp-server"])
    set_field(folder, "components", {"slug": "vsphere-connector"}, platform="vcenter")
    assert catalogue.load(folder).changed == [
        "component dhcp-server: file_share from “false” to “true”",
        "component vsphere-connector: platform from “vSphere” to “vCenter”",
        "component agent-on-hyper-v: needs from “bits-server” to “dhcp-server”",
        "component dhcp-server: aliases from “DHCP” to “DHCP, IP address server”",
    ]
    assert list(ComponentAlias.objects.filter(component__slug="dhcp-server").values("name", "source")) == names
    assert not catalogue.load(folder)


def test_circles_of_platforms_and_needs_do_no_harm(folder):
    set_field(folder, "components", {"slug": "azure"}, platform="azure-connector", needs=["azure-connector"])
    set_field(folder, "components", {"slug": "azure-connector"}, needs=["azure"])
    catalogue.load(folder)
    assert Component.objects.get(slug="azure").platform.slug == "azure-connector"


def test_two_components_can_exchange_their_aliases(folder):
    one, other = ({"name": name, "source": "common usage"} for name in ("DHCP", "NTP"))
    set_field(folder, "components", {"slug": "ntp-server"}, aliases=[one])
    set_field(folder, "components", {"slug": "dhcp-server"}, aliases=[other])
    catalogue.load(folder)
    assert ComponentAlias.objects.get(name="DHCP").component.slug == "ntp-server"


def test_an_overridden_port_that_left_the_catalogue_is_kept_and_reported(folder):
    override = override_port(PVS, 13509)
    for slug in (
        "admin-user-to-citrix-provisioning-connector-communication",
        "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
    ):
        set_field(folder, "connections", {"slug": slug}, ports=["citrix-provisioning-connector-tcp-3009"])
    edit(folder, "ports", lambda entries: entries.remove(entry(entries, number=3509)))
    report = catalogue.load(folder)
    assert report.kept == [f"port {PVS}: it has an override. Remove that, then load again."]
    assert report.removed == []
    assert PortOverride.objects.get() == override
    assert get_port(PVS).overrides.get().number == 13509
    assert not get_port(PVS).connections.exists()


def drop_bits_server(folder):
    """Take a component out of the catalogue, with all that refers to it."""
    gone = ["admin-user-to-bits-server-disk-upload", "agent-on-hyper-v-to-bits-server-disk-upload"]
    edit(folder, "components", lambda entries: entries.remove(entry(entries, slug="bits-server")))
    set_field(folder, "components", {"slug": "agent-on-hyper-v"}, needs=[])

    def drop(entries, keep):
        entries[:] = [one for one in entries if keep(one)]

    edit(folder, "ports", lambda entries: drop(entries, lambda one: one["component"] != "bits-server"))
    edit(folder, "connections", lambda entries: drop(entries, lambda one: one["slug"] not in gone))
    edit(folder, "assumptions", lambda entries: drop(entries, lambda one: one["slug"] != "bits-upload-twice"))
    edit(folder, "statements", lambda entries: drop(entries, lambda one: not set(gone) & set(one["connections"])))

    def renumber(entries):
        positions = {}
        for one in entries:
            positions[one["section"]] = one["position"] = positions.get(one["section"], 0) + 1

    edit(folder, "statements", renumber)


def test_a_component_whose_overridden_port_is_kept_stays_too(folder):
    override_port("bits-server-tcp-3515", 13515)
    drop_bits_server(folder)
    report = catalogue.load(folder)
    assert report.removed[-1] == "port bits-server-tcp-3015"
    assert Component.objects.filter(slug="bits-server").exists()
    assert [line.split(":")[0] for line in report.kept] == ["port bits-server-tcp-3515"]


def test_what_a_kept_component_refers_to_is_kept_with_it(folder):
    """The platform of a component that deployments use: it has left the catalogue too, and nothing uses it."""

    def add(entries):
        entries += [
            {"slug": "far-host", "name": "Far host", "kind": "server"},
            {"slug": "far-platform", "name": "Far platform", "kind": "server", "host": "far-host"},
        ]

    before = (folder / "components.yaml").read_text()
    edit(folder, "components", add)
    set_field(folder, "components", {"slug": "bits-server"}, platform="far-platform")
    catalogue.load(folder)
    store.create(deployment("bits-server", slug="ulm"), editor())
    (folder / "components.yaml").write_text(before)
    drop_bits_server(folder)
    assert [line.split(":")[0] for line in catalogue.load(folder).kept] == ["component bits-server"]
    assert Component.objects.get(slug="bits-server").platform.host.slug == "far-host"


def test_a_component_that_deployments_use_stays_until_they_leave_it_out(folder):
    for slug in ("ulm", "frankfurt"):
        store.create(deployment("bits-server", slug=slug), editor())
    drop_bits_server(folder)
    fix = "Leave it out there, then load again."
    assert catalogue.load(folder).kept == [f"component bits-server: it is in use in frankfurt, ulm. {fix}"]
    for slug in ("ulm", "frankfurt"):
        store.change(slug, lambda data: data["components"].remove("bits-server"), editor())
    report = catalogue.load(folder)
    assert (report.kept, report.removed) == ([], ["component bits-server"])
    assert not Component.objects.filter(slug="bits-server").exists()


def test_connections_can_exchange_their_activities(folder):
    one, other = "agent-to-appliance-initial-registration", "agent-to-appliance-log-deliveries-from-agent"
    activities = {slug: Connection.objects.get(slug=slug).activity for slug in (one, other)}
    set_field(folder, "connections", {"slug": one}, activity=activities[other])
    set_field(folder, "connections", {"slug": other}, activity=activities[one])
    report = catalogue.load(folder)
    assert sorted(report.changed) == [
        f"connection {one}: its ends or its activity",
        f"connection {other}: its ends or its activity",
    ]
    assert Connection.objects.get(slug=one).activity == activities[other]
    assert [s.reference for s in Connection.objects.get(slug=one).statements.in_page_order()] == [
        "internal/1",
        "key-agent/2",
    ]


def test_a_catalogue_that_collides_with_an_override_is_refused_whole(folder):
    override_port(PVS, 13509)
    edit(
        folder, "ports", lambda entries: entries.append({"component": "appliance", "transport": "tcp", "number": 13509})
    )
    set_field(folder, "components", {"slug": "vcenter"}, name="Renamed")
    before = everything()
    fix = "It would have TCP 13509 as “{}” has. Change the override of one of them."
    assert sorted(faults(folder)) == [
        ("ports.yaml", "number", 3509, fix.format("appliance-tcp-13509")),
        ("ports.yaml", "number", 13509, fix.format(PVS)),
    ]
    assert everything() == before

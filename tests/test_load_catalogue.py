"""`manage.py load_catalogue`: all faults at once, one transaction, users' overrides untouched."""

import shutil
from io import StringIO

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from portmatrix import catalogue
from portmatrix.deployments import service as store
from portmatrix.models import Assumption, Component, Connection, Port, PortOverride, Statement

from .support.deployments import deployment
from .support.helpers import editor, listener, move

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue that a test may change."""
    return shutil.copytree(settings.CATALOGUE_DIR, tmp_path / "fixtures")


def edit(folder, stem, change):
    """Let `change` alter the list of entries of a file."""
    path = folder / f"{stem}.yaml"
    entries = yaml.safe_load(path.read_text())
    change(entries)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False))


def entry(entries, **fields):
    return next(one for one in entries if all(one.get(name) == value for name, value in fields.items()))


def set_field(folder, stem, which, **values):
    edit(folder, stem, lambda entries: entry(entries, **which).update(values))


def faults(folder):
    """Every fault as (file, field, value, fix)."""
    with pytest.raises(catalogue.CatalogueFaults) as refused:
        catalogue.load(folder)
    return [(fault.file, fault.field, fault.value, fault.fix) for fault in refused.value.faults]


def everything():
    """All rows of the catalogue, to see that nothing was written."""
    models = (Component, Port, Assumption, Connection, Statement)
    return [list(model.objects.order_by("pk").values()) for model in models] + [
        list(Connection.ports.through.objects.order_by("pk").values()),
        list(Connection.assumptions.through.objects.order_by("pk").values()),
        list(Statement.connections.through.objects.order_by("pk").values()),
    ]


def test_loading_again_changes_nothing():
    before = everything()
    report = catalogue.load(settings.CATALOGUE_DIR)
    assert not report
    assert everything() == before


def test_the_command_says_what_there_is():
    output = StringIO()
    call_command("load_catalogue", stdout=output)
    assert output.getvalue() == (
        "Catalogue: 28 components, 42 listeners, 15 assumptions, 36 connections, 60 statements. Nothing changed.\n"
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
    assert report.added == ["listener vcenter-tcp-902"]
    assert report.removed == ["listener vcenter-tcp-443"]
    assert report.changed == [
        "component vcenter: name from “vCenter” to “vCenter Server”",
        "connection appliance-to-vcenter-communication-with-datastore-via-esxi-host: "
        "ports from “vcenter-tcp-443” to “vcenter-tcp-902”",
    ]
    assert [port.slug for port in Component.objects.get(slug="vcenter").ports.all()] == ["vcenter-tcp-902"]


def test_a_moved_listener_that_left_the_catalogue_is_kept_and_reported(folder):
    override = move(PVS, 13509)
    for slug in (
        "admin-user-to-citrix-provisioning-connector-communication",
        "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
    ):
        set_field(folder, "connections", {"slug": slug}, ports=["citrix-provisioning-connector-tcp-3009"])
    edit(folder, "ports", lambda entries: entries.remove(entry(entries, number=3509)))
    report = catalogue.load(folder)
    assert report.kept == [f"listener {PVS}: it has been moved. Take its override back, then load again."]
    assert report.removed == []
    assert PortOverride.objects.get() == override
    assert listener(PVS).overrides.get().number == 13509
    assert not listener(PVS).connections.exists()


def drop_bits_server(folder):
    """Take a component out of the catalogue, with all that refers to it."""
    gone = ["admin-user-to-bits-server-disk-upload", "agent-on-hyper-v-to-bits-server-disk-upload"]
    edit(folder, "components", lambda entries: entries.remove(entry(entries, slug="bits-server")))

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


def test_a_component_whose_moved_listener_is_kept_stays_too(folder):
    move("bits-server-tcp-3515", 13515)
    drop_bits_server(folder)
    report = catalogue.load(folder)
    assert report.removed[-1] == "listener bits-server-tcp-3015"
    assert Component.objects.filter(slug="bits-server").exists()
    assert [line.split(":")[0] for line in report.kept] == ["listener bits-server-tcp-3515"]


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
    move(PVS, 13509)
    edit(
        folder, "ports", lambda entries: entries.append({"component": "appliance", "transport": "tcp", "number": 13509})
    )
    set_field(folder, "components", {"slug": "vcenter"}, name="Renamed")
    before = everything()
    fix = "It would meet “{}” at TCP 13509. Change the override of one of them."
    assert sorted(faults(folder)) == [
        ("ports.yaml", "number", 3509, fix.format("appliance-tcp-13509")),
        ("ports.yaml", "number", 13509, fix.format(PVS)),
    ]
    assert everything() == before


FIELD_FAULTS = [
    (
        "components",
        {"slug": "agent"},
        {"kind": "agnet"},
        "kind",
        "agnet",
        "Value 'agnet' is not a valid choice. Did you mean 'agent'?",
    ),
    (
        "components",
        {"slug": "agent"},
        {"hots": "appliance"},
        "hots",
        "appliance",
        "Unknown field. Did you mean 'host'?",
    ),
    (
        "components",
        {"slug": "agent"},
        {"host": "applaince"},
        "host",
        "applaince",
        "Not in components.yaml. Did you mean 'appliance'?",
    ),
    ("components", {"slug": "agent"}, {"host": 7}, "host", 7, "Give a slug of components.yaml."),
    ("components", {"slug": "agent"}, {"name": ""}, "name", "", "This field cannot be blank."),
    (
        "components",
        {"slug": "agent"},
        {"name": "\u2800"},
        "name",
        "\u2800",
        "Write something that can be seen: it is only U+2800.",
    ),
    (
        "components",
        {"slug": "agent"},
        {"host": "xenserver"},
        "host",
        "xenserver",
        "Not in components.yaml.",
    ),
    (
        "components",
        {"slug": "agent"},
        {"host": "agent"},
        "host",
        "agent",
        "“agent” would be its own host. Choose another or none.",
    ),
    ("ports", {"component": "vcenter"}, {"number": "http"}, "number", "http", "Write a whole number."),
    ("ports", {"component": "vcenter"}, {"number": True}, "number", True, "Write a whole number."),
    (
        "statements",
        {"section": "admin-user", "position": 1},
        {"ports": 80},
        "ports",
        80,
        "Write text; put it in quotes.",
    ),
    (
        "statements",
        {"section": "admin-user", "position": 1},
        {"connections": []},
        "connections",
        [],
        "Name at least one.",
    ),
    (
        "statements",
        {"section": "admin-user", "position": 1},
        {"connections": "x"},
        "connections",
        "x",
        "Give a list of slugs of connections.yaml.",
    ),
]


@pytest.mark.parametrize(("stem", "which", "values", "field", "value", "fix"), FIELD_FAULTS)
def test_a_fault_names_file_field_value_and_fix(folder, stem, which, values, field, value, fix):
    set_field(folder, stem, which, **values)
    assert (f"{stem}.yaml", field, value, fix) in faults(folder)


@pytest.mark.parametrize("number", [0, 65536])
def test_a_number_that_is_no_port(folder, number):
    edit(
        folder, "ports", lambda entries: entries.append({"component": "vcenter", "transport": "tcp", "number": number})
    )
    assert faults(folder) == [("ports.yaml", "number", number, "A port number lies between 1 and 65535.")]


def test_a_missing_field_and_an_entry_given_twice(folder):
    edit(folder, "assumptions", lambda entries: entries[0].pop("basis"))
    edit(folder, "components", lambda entries: entries.append(dict(entries[0])))
    found = faults(folder)
    assert ("assumptions.yaml", "basis", None, "Missing. Add the field.") in found
    assert any(
        fix.startswith("Stands already in entry 1 (line ") for file, _, _, fix in found if file == "components.yaml"
    )


def test_circles_of_hosts_are_refused(folder):
    set_field(folder, "components", {"slug": "appliance"}, host="bits-server")
    assert (
        "components.yaml",
        "host",
        "bits-server",
        "“appliance” would be its own host. Choose another or none.",
    ) in faults(folder)


def test_two_listeners_on_one_host_cannot_share_a_socket(folder):
    edit(
        folder,
        "ports",
        lambda entries: entries.append({"component": "bits-server", "transport": "tcp", "number": 3509}),
    )
    assert faults(folder) == [
        ("ports.yaml", "number", 3509, f"TCP 3509 is taken on “appliance” by “{PVS}”. Give another number.")
    ]


def test_a_connection_uses_its_destinations_listeners_only(folder):
    set_field(folder, "connections", {"slug": "admin-user-to-appliance-ssh"}, ports=["vcenter-tcp-443"])
    assert faults(folder) == [
        ("connections.yaml", "ports", "vcenter-tcp-443", "Not a listener of the destination “appliance”.")
    ]


def test_a_gap_in_a_section_and_a_connection_that_nothing_states(folder):
    edit(folder, "statements", lambda entries: entries.remove(entry(entries, section="external", position=1)))
    assert faults(folder) == [
        ("statements.yaml", "position", 2, "Row 1 of “external” is missing before it."),
        (
            "connections.yaml",
            "slug",
            "appliance-to-app-layering-web-api-api-access",
            "No row of the page states it. Name it in statements.yaml.",
        ),
    ]


def test_all_faults_come_at_once_and_nothing_is_written(folder):
    set_field(folder, "components", {"slug": "agent"}, kind="agnet")
    set_field(folder, "ports", {"component": "appliance", "number": 22}, transport="icmp")
    set_field(folder, "statements", {"section": "internal", "position": 4}, section="intern")
    before = everything()
    assert [(file, field) for file, field, _, _ in faults(folder)][:3] == [
        ("components.yaml", "kind"),
        ("ports.yaml", "transport"),
        ("statements.yaml", "section"),
    ]
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- slug: [", "Not valid YAML"),
        ("- slug: a\n  slug: b\n", "the field “slug” stands twice in line 2, column 3"),
        ("slug: a", "Write a list of entries that start with “- ”."),
        ("", "Write a list of entries that start with “- ”."),
        ("- just text\n", "Write fields as “name: value”."),
        ("- !!python/object/apply:os.system ['true']\n", "Not valid YAML"),
    ],
)
def test_files_that_are_not_lists_of_entries(folder, text, said):
    (folder / "components.yaml").write_text(text)
    assert any(said in fix for file, _, _, fix in faults(folder) if file == "components.yaml")


def test_a_missing_file_and_one_that_is_not_text(folder):
    (folder / "ports.yaml").unlink()
    (folder / "components.yaml").write_bytes(b"\xff\xfe\x00")
    assert [(file, fix) for file, _, _, fix in faults(folder)] == [
        ("components.yaml", "Save it as UTF-8."),
        ("ports.yaml", "Can't be read: No such file or directory."),
    ]


def test_the_command_lists_every_fault_with_its_line(folder):
    set_field(folder, "components", {"slug": "admin-user"}, kind="usr")
    with pytest.raises(CommandError) as refused:
        call_command("load_catalogue", str(folder))
    assert str(refused.value) == (
        "The catalogue has 1 fault; nothing was written.\n"
        "  components.yaml, entry 1 (line 1), kind: 'usr': Value 'usr' is not a valid choice. Did you mean 'user'?"
    )

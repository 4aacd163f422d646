"""What the catalogue's loader refuses: all faults at once, each with its place and the fix, and nothing is written."""

import pytest
from django.core.management import CommandError, call_command

from .support.catalogue_files import edit, entry, everything, faults, set_field

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"


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
    (
        "components",
        {"slug": "agent"},
        {"file_share": "yes"},
        "file_share",
        "yes",
        "Write true or false.",
    ),
    (
        "components",
        {"slug": "azure-connector"},
        {"platform": "azur"},
        "platform",
        "azur",
        "Not in components.yaml. Did you mean 'azure'?",
    ),
    (
        "components",
        {"slug": "azure"},
        {"platform": "azure"},
        "platform",
        "azure",
        "“azure” is this component itself. Name another or none.",
    ),
    (
        "components",
        {"slug": "azure"},
        {"needs": ["azure"]},
        "needs",
        "azure",
        "“azure” is this component itself. Name another or none.",
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


LONG = "V" * 121
WIDE = "\N{FULLWIDTH LATIN SMALL LETTER V}Center"


def alias(name, **others):
    return {"name": name, "source": "common usage", **others}


@pytest.mark.parametrize(
    ("aliases", "field", "value", "fix"),
    [
        ("Ford", "aliases", "Ford", "Write a list of entries that start with “- ”."),
        (["Ford"], "aliases[0]", "Ford", "Write fields as “name: value”."),
        ([alias("Ford"), {"name": "Opel"}], "aliases[1].source", None, "Missing. Add the field."),
        ([alias("Ford", sourec="x")], "aliases[0].sourec", "x", "Unknown field. Did you mean 'source'?"),
        ([alias("Ford", shared=1)], "aliases[0].shared", 1, "Write true or false."),
        ([alias("")], "aliases[0].name", "", "This field cannot be blank."),
        ([alias(" ")], "aliases[0].name", " ", "Write something: it is blank."),
        ([alias("\u3164")], "aliases[0].name", "\u3164", "Write something that can be seen: it is only U+3164."),
        ([alias("Ford", source=" ")], "aliases[0].source", " ", "Write something: it is blank."),
        (
            [alias("V" * 121)],
            "aliases[0].name",
            "V" * 121,
            "Ensure this value has at most 120 characters (it has 121).",
        ),
        ([alias("vCENTER")], "aliases[0].name", "vCENTER", "“vcenter” is called so. Leave the alias out."),
        ([alias("esxi-Hosts")], "aliases[0].name", "esxi-Hosts", "“esxi-hosts” is called so. Leave the alias out."),
        ([alias("Admin  User")], "aliases[0].name", "Admin  User", "“admin-user” is called so. Leave the alias out."),
        (
            [alias(WIDE)],
            "aliases[0].name",
            WIDE,
            "“vcenter” is called so. Leave the alias out.",
        ),
        ([alias("Ford"), alias("FORD")], "aliases[1].name", "FORD", "Stands twice in the list. Keep one."),
        (
            [alias("Ford", shared=True)],
            "aliases[0].shared",
            True,
            "No other component has this alias. Leave “shared” out.",
        ),
        (
            [alias("elm")],
            "aliases[0].name",
            "elm",
            "An alias of “appliance” as well. Write “shared: true” at each of them, or leave it out.",
        ),
        (
            [alias("pvs")],
            "aliases[0].name",
            "pvs",
            "An alias of “agent-on-citrix-provisioning”, “citrix-provisioning-connector” as well. "
            "Write “shared: true” at each of them, or leave it out.",
        ),
    ],
)
def test_an_alias_that_is_none(folder, aliases, field, value, fix):
    set_field(folder, "components", {"slug": "bits-server"}, aliases=aliases)
    assert ("components.yaml", field, value, fix) in faults(folder)


def test_an_alias_that_says_at_one_component_only_that_it_is_shared(folder):
    set_field(folder, "components", {"slug": "bits-server"}, aliases=[alias("Ford", shared=True)])
    set_field(folder, "components", {"slug": "ntp-server"}, aliases=[alias("ford")])
    fix = "An alias of “bits-server” as well. Write “shared: true” at each of them, or leave it out."
    assert faults(folder) == [("components.yaml", "aliases[0].name", "ford", fix)]


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


def test_two_ports_on_one_host_cannot_share_a_socket(folder):
    edit(
        folder,
        "ports",
        lambda entries: entries.append({"component": "bits-server", "transport": "tcp", "number": 3509}),
    )
    assert faults(folder) == [
        ("ports.yaml", "number", 3509, f"TCP 3509 is taken on “appliance” by “{PVS}”. Give another number.")
    ]


def test_a_connection_uses_its_destinations_ports_only(folder):
    set_field(folder, "connections", {"slug": "admin-user-to-appliance-ssh"}, ports=["vcenter-tcp-443"])
    assert faults(folder) == [
        ("connections.yaml", "ports", "vcenter-tcp-443", "Not a port of the destination “appliance”.")
    ]


def test_a_gap_in_a_section_and_a_connection_that_nothing_states(folder):
    edit(folder, "statements", lambda entries: entries.remove(entry(entries, section="external", position=1)))
    assert faults(folder) == [
        ("statements.yaml", "position", 2, "Row 1 of “external” is missing before it."),
        (
            "connections.yaml",
            "slug",
            "appliance-to-app-layering-web-api-api-access",
            "No row of the vendor page states it. Name it in statements.yaml.",
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

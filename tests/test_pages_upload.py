"""Uploading endpoints: the preview, all or nothing, every fault by its row."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portmatrix.deployments import service as store
from portmatrix.models import Deployment, Endpoint

from .support import helpers
from .support.deployments import deployment, stored_example
from .support.reading import addresses, faults, hidden_fields, main_of, section, words

pytestmark = pytest.mark.django_db

PATH = "/deployments/frankfurt/upload/"
HEAD = "component,name,address\n"


@pytest.fixture
def editing(client, catalogue):
    stored_example("frankfurt", helpers.editor())
    client.force_login(helpers.editor())
    return client


def stored():
    return store.to_data(store.document_of(Deployment.objects.get()))


def look(client, rows, way="add", **others):
    return client.post(PATH, {"text": HEAD + rows, "way": way, "do": "preview", **others})


def apply(client, preview, way="add"):
    return client.post(PATH, {**hidden_fields(preview), "way": way, "do": "apply"})


def test_who_may(client, editing):
    client.logout()
    assert client.get(PATH)["Location"] == f"/accounts/login/?next={PATH}"
    client.force_login(helpers.outsider())
    assert client.get(PATH).status_code == client.post(PATH).status_code == 404
    client.force_login(helpers.viewer())
    assert client.get(PATH).status_code == look(client, "agent,,10.1.0.1\n").status_code == 403
    assert client.get("/deployments/frankfurt/endpoints.csv").status_code == 200
    client.force_login(helpers.editor())
    assert client.get("/deployments/nowhere/upload/").status_code == 404
    assert client.get("/deployments/nowhere/endpoints.csv").status_code == 404


def test_a_preview_tells_what_would_change_and_changes_nothing(editing):
    before = stored()
    page = look(editing, "agent,vda01,10.1.0.1\nappliance,elm02,10.20.0.10\n")
    found = words(section(page, "h-preview"))
    assert "1 address added, 1 renamed. 9 stay as they are. Newly in use: agent." in found
    assert "Of the rules, 3 would appear, 0 vanish, 0 change their addresses, 26 stay." in found
    assert "Added agent 10.1.0.1 vda01" in found
    assert "Renamed appliance 10.20.0.10 elm01 elm02" in found
    assert stored() == before


def test_what_was_looked_at_is_applied(editing):
    answer = apply(editing, look(editing, "agent,vda01,10.1.0.1\nappliance,elm02,10.20.0.10\n"))
    assert answer["Location"] == "/deployments/frankfurt/components/"
    assert "1 address added, 1 renamed." in words(editing.get(answer["Location"]).content.decode())
    endpoints = stored()["endpoints"]
    assert {"component": "agent", "name": "vda01", "address": "10.1.0.1"} in endpoints
    assert {"component": "appliance", "name": "elm02", "address": "10.20.0.10"} in endpoints
    assert len(endpoints) == 11


def test_replacing_removes_what_the_table_does_not_name(editing):
    page = look(editing, "appliance,elm01,10.20.0.10\n", way="replace")
    assert "9 addresses removed. 1 stays as it is." in words(section(page, "h-preview"))
    apply(editing, page, way="replace")
    assert stored()["endpoints"] == [{"component": "appliance", "name": "elm01", "address": "10.20.0.10"}]
    assert "vcenter" in stored()["components"]


def test_a_name_that_is_left_out_keeps_the_one_that_is_there(editing):
    assert "No difference" in words(section(look(editing, "appliance,,10.20.0.10\n"), "h-preview"))
    apply(editing, look(editing, "agent,,10.1.0.0/24\n"))
    assert {"component": "agent", "name": "10.1.0.0/24", "address": "10.1.0.0/24"} in stored()["endpoints"]


def test_every_fault_is_told_by_its_row_and_nothing_changes(editing):
    before, records = stored(), Endpoint.history.count()
    rows = (
        "agent,a,10.1.0.1\nagent,b,::1\nagnet,c,10.1.0.3\nazure-connector,d,10.1.0.4\nagent,e,10.1.0.1\n"
        "agent,f,10.1.0.0/8\nappliance,g,10.20.0.10\nappliance,h,10.20.0.10\n"
    )
    assert faults(look(editing, rows)) == [
        ("3", "address", "“::1” looks like IPv6, but the appliance requires IPv4. Give the IPv4 address."),
        ("4", "component", "No component 'agnet'. Did you mean 'agent'?"),
        (
            "5",
            "component",
            "Azure connector service runs on Appliance and uses its address. "
            "Put 'azure-connector' into components, and give endpoints to 'appliance'.",
        ),
        ("6", "", "Agent has 10.1.0.1 in row 2 too. Keep one of the two rows."),
        (
            "7",
            "address",
            "10.1.0.0/8 is an address inside a network. "
            "Write 10.1.0.0 for this one address, or 10.0.0.0/8 for the network of 16,777,216 addresses.",
        ),
        ("9", "", "Appliance has 10.20.0.10 in row 8 too. Keep one of the two rows."),
    ]
    assert (stored(), Endpoint.history.count()) == (before, records)


def test_a_component_is_named_as_people_call_it(editing):
    names = {
        "AD": "active-directory",
        "ESXi": "esxi-hosts",
        "NTP": "ntp-server",
        "elm": "appliance",
        "SMB": "smb-file-server",
    }
    rows = "".join(f"{name},,10.1.0.{number}\n" for number, name in enumerate(names, start=1))
    apply(editing, look(editing, rows))
    added = [endpoint["component"] for endpoint in stored()["endpoints"] if endpoint["address"].startswith("10.1.0.")]
    assert added == list(names.values())


def test_a_name_of_several_components_is_refused_with_the_choices(editing):
    assert faults(look(editing, "PVS,,10.1.0.1\n")) == [
        (
            "2",
            "component",
            "'PVS' may be 'agent-on-citrix-provisioning' or 'citrix-provisioning-connector'. Name one of them.",
        )
    ]


def test_two_names_of_one_component_make_no_two_endpoints(editing):
    assert faults(look(editing, "AD,a,10.1.0.1\nActive Directory,b,10.1.0.1\n")) == [
        ("3", "", "Active Directory has 10.1.0.1 in row 2 too. Keep one of the two rows.")
    ]
    apply(editing, look(editing, "ELM,elm02,10.20.0.10\n"))
    assert {"component": "appliance", "name": "elm02", "address": "10.20.0.10"} in stored()["endpoints"]
    assert len(stored()["endpoints"]) == 10


def test_a_row_is_told_once_what_it_lacks(editing):
    found = faults(look(editing, f"agent,,\nagent,,{'a' * 60}.{'b' * 60}.example.com\n"))
    assert [(row, column) for row, column, _ in found] == [("2", "address"), ("3", "name")]
    assert found[1][2] == "Give it a name: its address is too long to be one."


def test_many_faults_are_counted_and_the_first_are_shown(editing):
    page = look(editing, "".join(f"agent,,10.1.0.{number}\n" for number in range(300, 551)))
    assert len(faults(page)) == 200
    assert "251 faults" in words(section(page, "h-faults"))


def test_among_ten_thousand_rows_the_bad_one_is_found(editing):
    rows = [f"agent,,10.{number // 250}.{number % 250}.1" for number in range(10_000)]
    rows[5_000] = "agent,,10.300.0.1"
    [(row, column, message)] = faults(look(editing, "\n".join(rows)))
    assert (row, column) == ("5002", "address")
    assert "none of its numbers may be above 255" in message
    assert Endpoint.objects.count() == 10


def test_a_change_between_looking_and_applying_is_looked_at_again(editing):
    page = look(editing, "agent,vda01,10.1.0.1\n")
    store.change("frankfurt", lambda data: data["endpoints"].pop(), helpers.editor())
    again = apply(editing, page)
    assert again.status_code == 200
    assert "Somebody changed the deployment meanwhile." in words(main_of(again))
    assert "8 stay" not in words(section(again, "h-preview"))
    assert len(stored()["endpoints"]) == 9
    assert apply(editing, again).status_code == 302
    assert len(stored()["endpoints"]) == 10


def test_an_override_that_says_by_now_what_holds_anyway_is_no_hindrance(editing):
    """First Frankfurt moved the listener, then everybody did."""
    helpers.override_port("vsphere-connector-tcp-3504", 13504)
    preview = look(editing, "agent,vda01,10.1.0.1\n")
    assert preview.status_code == 200
    assert apply(editing, preview).status_code == 302
    assert {"component": "agent", "name": "vda01", "address": "10.1.0.1"} in stored()["endpoints"]
    assert [moved["number"] for moved in stored()["overrides"]] == [13504]


def test_what_can_be_downloaded_can_be_uploaded_without_a_difference(editing):
    store.change("frankfurt", lambda data: data["endpoints"][0].update(name='=cmd|"x", <b>ü</b>'), helpers.editor())
    response = editing.get("/deployments/frankfurt/endpoints.csv")
    assert response["Content-Disposition"] == 'attachment; filename="frankfurt-endpoints.csv"'
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbfcomponent,name,address\r\n")
    for way in ("add", "replace"):
        page = editing.post(PATH, {"file": SimpleUploadedFile("a.csv", content), "way": way, "do": "preview"})
        assert "No difference" in words(section(page, "h-preview"))
        assert "apply" not in addresses(main_of(page), '([^"]*)')


def test_names_are_shown_as_text(editing):
    page = look(editing, 'agent,"<script>alert(1)</script>",10.1.0.1\n')
    assert "<script>alert" not in page.content.decode()
    apply(editing, page)
    assert stored()["endpoints"][-1]["name"] == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"way": "add"}, "Choose a file, or paste rows into the field."),
        (
            {"way": "perhaps", "text": f"{HEAD}agent,,10.1.0.1"},
            "Say whether to add the rows or to replace what is there.",
        ),
        ({"way": "add", "file": SimpleUploadedFile("a.csv", HEAD.encode("utf-16"))}, "This is UTF-16"),
        (
            {"way": "add", "text": f"{HEAD}agent,a\x07b,10.1.0.1"},
            "Leave out what can't be seen and is no plain blank: U+0007.",
        ),
    ],
)
def test_what_can_t_be_read_is_refused(editing, sent, message):
    assert message in faults(editing.post(PATH, {**sent, "do": "preview"}))[0][2]
    assert len(stored()["endpoints"]) == 10


def test_more_than_a_form_may_hold_is_refused_in_words(editing):
    page = look(editing, "agent,,10.1.0.1\n" * 200_000)
    assert page.status_code == 413
    assert "What was sent is too long. Send at most 2,621,440 bytes." in words(page.content.decode())


def test_a_new_deployment_is_filled_at_once(editing):
    store.create(deployment(slug="large", name="Large"), helpers.editor())
    rows = HEAD + "".join(f"agent,vda{number},10.{number // 250}.{number % 250}.1\n" for number in range(5_000))
    path = "/deployments/large/upload/"
    page = editing.post(path, {"text": rows, "way": "add", "do": "preview"})
    assert "5,000 addresses added." in words(section(page, "h-preview"))
    editing.post(path, {**hidden_fields(page), "way": "add", "do": "apply"})
    assert Endpoint.objects.filter(deployment__slug="large").count() == 5_000


@pytest.mark.parametrize("way", ["add", "replace"])
def test_a_downloaded_table_uploads_to_the_same_names(editing, way):
    """Whatever they begin with, or have behind a semicolon."""
    names = ["=1+1", "x;=1+1", "x; '-y", "'=x", "\uff1d1", "a; b", 'say "hi";@x', "-"]
    document = stored()
    for number, name in enumerate(names, start=1):
        document["endpoints"].append({"component": "agent", "name": name, "address": f"10.77.0.{number}"})
    store.put("frankfurt", document, helpers.editor())
    file = b"".join(editing.get("/deployments/frankfurt/endpoints.csv").streaming_content)
    assert not [line for line in file.decode("utf-8-sig").splitlines() if ";=" in line or ",=" in line]
    sent = SimpleUploadedFile("endpoints.csv", file, "text/csv")
    preview = editing.post(PATH, {"file": sent, "way": way, "do": "preview"})
    assert words(section(preview, "h-preview")) == "No difference What was sent is what is there already."
    assert set(Endpoint.objects.values_list("name", flat=True)) >= set(names)

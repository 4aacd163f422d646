"""A deployment as a JSON document: downloaded, sent back, what it makes or would change, every fault by its place."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portmatrix.deployments import service as store
from portmatrix.models import Deployment, Endpoint
from portmatrix.pages.deployments import document as page_of_document

from .support import helpers
from .support.deployments import deployment, example, stored_example
from .support.reading import addresses, faults, hidden_fields, main_of, section, words

pytestmark = pytest.mark.django_db

PATH = "/deployments/_document/"
FILE = "/deployments/frankfurt/document.json"


@pytest.fixture
def editing(client, catalogue):
    client.force_login(helpers.editor())
    return client


@pytest.fixture
def frankfurt(editing):
    return stored_example("frankfurt", helpers.editor())


def stored(slug="frankfurt"):
    return store.to_data(store.get_document(slug))


def send(client, data, **others):
    text = data if isinstance(data, str) else json.dumps(data)
    return client.post(PATH, {"text": text, "do": "send", **others})


def apply(client, preview):
    """Press the preview's button."""
    return client.post(PATH, {**hidden_fields(preview), "do": "apply"})


def test_who_may(client, frankfurt):
    client.logout()
    for path in (PATH, FILE):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
    client.force_login(helpers.outsider())
    assert {client.get(PATH).status_code, send(client, deployment()).status_code} == {404}
    assert client.get(FILE).status_code == 404
    client.force_login(helpers.viewer())
    assert {client.get(PATH).status_code, send(client, deployment(slug="new")).status_code} == {403}
    assert client.get(FILE).status_code == 200
    assert PATH not in client.get("/deployments/").content.decode()
    client.force_login(helpers.editor())
    assert addresses(client.get("/deployments/").content.decode(), f"({PATH})") == [PATH]
    assert client.get("/deployments/nowhere/document.json").status_code == 404
    assert list(Deployment.objects.values_list("slug", flat=True)) == ["frankfurt"]


def test_a_document_makes_its_deployment(editing):
    answer = send(editing, example("frankfurt"))
    assert answer["Location"] == "/deployments/frankfurt/"
    assert "Frankfurt is made from the document." in words(editing.get(answer["Location"]).content.decode())
    wanted = example("frankfurt")
    assert stored()["endpoints"] == wanted["endpoints"]
    assert stored()["overrides"] == wanted["overrides"]
    assert set(stored()["components"]) == {*wanted["components"], *(one["component"] for one in wanted["endpoints"])}


def test_a_file_is_taken_with_a_byte_order_mark_as_well(editing):
    content = b"\xef\xbb\xbf" + json.dumps(deployment(name="Köln"), ensure_ascii=False).encode()
    answer = editing.post(PATH, {"file": SimpleUploadedFile("a.json", content), "do": "send"})
    assert answer["Location"] == "/deployments/frankfurt/"
    assert stored()["name"] == "Köln"


def test_the_file_has_one_line_for_each_part(editing):
    """What a repository of configuration shows as a difference is one machine, not the whole file."""
    store.create(
        deployment("ntp-server", endpoints=[("appliance", "10.20.0.10")], name="Köln", description="a\nb"),
        helpers.editor(),
    )
    response = editing.get(FILE)
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="frankfurt.json"'
    assert response.content.decode() == (
        '{\n  "slug": "frankfurt",\n  "name": "Köln",\n  "description": "a\\nb",\n  "encrypted_only": false,\n'
        '  "components": [\n    "admin-user",\n    "appliance",\n    "ntp-server"\n  ],\n'
        '  "endpoints": [\n    {"component": "appliance", "name": "here", "address": "10.20.0.10"}\n  ],\n'
        '  "overrides": []\n}\n'
    )


def test_what_was_downloaded_is_no_difference(editing, frankfurt):
    content = editing.get(FILE).content
    assert json.loads(content) == stored()
    page = editing.post(PATH, {"file": SimpleUploadedFile("a.json", content), "do": "send"})
    assert "No difference What was sent is what is there already." in words(section(page, "h-preview"))
    assert 'value="apply"' not in main_of(page)


@pytest.fixture
def changed():
    """Frankfurt with a change of every kind."""
    data = example("frankfurt")
    data |= {"name": "Frankfurt am Main", "encrypted_only": True, "description": "New."}
    data["components"].remove("ntp-server")
    data["components"].append("azure-connector")
    data["endpoints"] = [one for one in data["endpoints"] if one["name"] != "fs01"]
    data["endpoints"][1]["name"] = "elm02"
    data["endpoints"].append({"component": "agent", "name": "vda01", "address": "10.1.0.1"})
    data["overrides"] = [
        {"port": "vsphere-connector-tcp-3504", "number": 13505, "reason": "CHG-2"},
        {"port": "azure-connector-tcp-3500", "number": 13500, "reason": "CHG-3"},
    ]
    return data


def test_what_would_change_is_shown_and_nothing_changes(editing, frankfurt, changed):
    before = stored()
    page = send(editing, changed)
    found = words(section(page, "h-preview"))
    assert "1 address added, 1 renamed, 1 removed. 8 stay as they are." in found
    assert "Newly in use: agent, azure-connector. No longer in use: ntp-server, smb-file-server." in found
    assert "Added agent 10.1.0.1 vda01" in found
    assert "Removed smb-file-server 10.20.2.15 fs01" in found
    assert "Renamed appliance 10.20.0.10 elm01 elm02" in found
    settings = "Renamed from “Frankfurt” to “Frankfurt am Main”. Encrypted ports only. Description changed."
    assert f"Settings {settings}" in found
    assert "Azure connector service, TCP 3500 moved to 13500: CHG-3" in found
    assert "vSphere connector service, TCP 3504 moved from 13504 to 13505: CHG-2" in found
    assert stored() == before


def test_what_was_looked_at_is_applied(editing, frankfurt, changed):
    answer = apply(editing, send(editing, changed))
    assert answer["Location"] == "/deployments/frankfurt/"
    assert "Frankfurt am Main is what the document says." in words(editing.get(answer["Location"]).content.decode())
    assert stored()["endpoints"] == changed["endpoints"]
    assert stored()["overrides"] == sorted(changed["overrides"], key=lambda one: one["port"])
    assert {"agent", "azure-connector"} <= set(stored()["components"])
    assert not {"ntp-server", "smb-file-server"} & set(stored()["components"])
    assert [stored()[key] for key in ("name", "encrypted_only", "description")] == ["Frankfurt am Main", True, "New."]


def test_what_a_document_leaves_out_is_empty_afterwards(editing, frankfurt):
    page = send(editing, {"slug": "frankfurt", "name": "Frankfurt"})
    assert "vSphere connector service, TCP 3504 no longer stands at 13504." in words(section(page, "h-preview"))
    assert "10 addresses removed. 0 stay as they are." in words(section(page, "h-preview"))
    apply(editing, page)
    assert stored() == {
        "slug": "frankfurt",
        "name": "Frankfurt",
        "description": "",
        "encrypted_only": False,
        "components": ["admin-user", "appliance"],
        "endpoints": [],
        "overrides": [],
    }


def test_every_fault_is_told_by_its_place_and_nothing_is_stored(editing):
    data = deployment("agnet", endpoints=[("agent", "::1"), ("appliance", "10.0.0.1"), ("appliance", "10.0.0.1")])
    data |= {"encrypted_only": "yes", "zone": 1, "overrides": [{"port": "azure-connector-tcp-3500", "number": 0}]}
    found = faults(send(editing, data))
    assert {place for place, _ in found} == {
        "zone",
        "encrypted_only",
        "components[0]",
        "endpoints[0].address",
        "endpoints[2]",
        "overrides[0].number",
        "overrides[0].reason",
    }
    assert ("components[0]", "No component 'agnet'. Did you mean 'agent'?") in found
    assert not Deployment.objects.exists()


def test_faults_of_a_change_keep_what_was_typed(editing, frankfurt, changed):
    before = stored()
    changed["endpoints"][0]["address"] = "10.9.0.1/24"
    page = send(editing, changed)
    [(place, _)] = faults(page)
    assert place == "endpoints[0].address"
    assert "10.9.0.1/24" in unescape(main_of(page).split('id="send-text"')[1])
    assert stored() == before


def test_among_ten_thousand_endpoints_the_bad_one_is_found(editing):
    addresses = [("agent", f"10.{number // 250}.{number % 250}.1") for number in range(10_000)]
    addresses[5_000] = ("agent", "10.300.0.1")
    [(place, _)] = faults(send(editing, deployment(endpoints=addresses)))
    assert place == "endpoints[5000].address"
    assert not Endpoint.objects.exists()


def test_many_faults_are_counted_and_the_first_are_shown(editing):
    page = send(editing, deployment(endpoints=[("agent", f"10.1.0.{number}") for number in range(300, 551)]))
    assert len(faults(page)) == 200
    assert "251 faults" in words(section(page, "h-faults"))


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Choose a file, or paste a document into the field."),
        (
            {"text": "{}", "file": SimpleUploadedFile("a.json", b"{}")},
            "Choose a file or paste a document, not both.",
        ),
        ({"text": '{"slug": '}, "It is not valid JSON: "),
        ({"text": '{"slug": "a", "slug": "b"}'}, "It is not valid JSON: the name 'slug' stands twice in one object"),
        ({"text": "[" * 20_000}, "It is nested too deeply."),
        ({"text": "[]"}, "Write an object with slug, name, "),
        ({"file": SimpleUploadedFile("a.json", "{}".encode("utf-16"))}, "It is not valid JSON: "),
        ({"file": SimpleUploadedFile("a.json", b" " * 2_000_001)}, "It is larger than 2,000,000 bytes."),
    ],
)
def test_what_is_no_document_is_refused(editing, sent, message):
    [(place, said)] = faults(editing.post(PATH, {**sent, "do": "send"}))
    assert place == "document"
    assert said.startswith(message)


@pytest.mark.parametrize("slug", [["a"], {"a": 1}, 7, None, "", "fr\x00", "ö", "\ud800", "_new", "a" * 300])
def test_a_slug_that_can_t_be_one_is_refused(editing, frankfurt, slug):
    assert "slug" in dict(faults(send(editing, {"slug": slug, "name": "Frankfurt"})))
    assert Deployment.objects.count() == 1


def test_a_change_between_looking_and_applying_is_looked_at_again(editing, frankfurt, changed):
    page = send(editing, changed)
    store.change("frankfurt", lambda data: data.update(name="Elsewhere"), helpers.editor())
    again = apply(editing, page)
    assert again.status_code == 200
    assert "Somebody changed the deployment meanwhile." in words(main_of(again))
    assert "Renamed from “Elsewhere” to “Frankfurt am Main”." in words(section(again, "h-preview"))
    assert stored()["name"] == "Elsewhere"
    assert apply(editing, again).status_code == 302
    assert stored()["name"] == "Frankfurt am Main"


def test_a_deployment_removed_between_is_not_made_anew_in_silence(editing, frankfurt, changed):
    page = send(editing, changed)
    store.delete("frankfurt", helpers.editor())
    assert faults(apply(editing, page)) == [
        ("slug", "Somebody removed the deployment 'frankfurt' meanwhile. Send the document again to make it anew.")
    ]
    assert not Deployment.objects.exists()


def test_a_deployment_made_between_is_looked_at_first(editing, monkeypatch):
    def too_late(data, user):
        raise store.SlugTaken(data["slug"])

    monkeypatch.setattr(page_of_document.service, "create", too_late)
    [(place, said)] = faults(send(editing, deployment()))
    assert (place, said.split(" since")[0]) == ("slug", "There is a deployment 'frankfurt'")


def test_an_override_that_says_by_now_what_holds_anyway_is_no_hindrance(editing, frankfurt):
    """First Frankfurt moved the listener, then everybody did: what is downloaded can be sent back."""
    helpers.override_port("vsphere-connector-tcp-3504", 13504)
    data = json.loads(editing.get(FILE).content)
    assert "No difference" in words(section(send(editing, data), "h-preview"))
    data["name"] = "Renamed"
    assert apply(editing, send(editing, data)).status_code == 302
    assert (stored()["name"], stored()["overrides"]) == ("Renamed", data["overrides"])


def test_names_are_shown_as_text(editing, frankfurt, changed):
    changed["endpoints"][-1]["name"] = "</textarea><script>alert(1)</script>"
    page = send(editing, changed)
    assert "<script>alert" not in page.content.decode()
    apply(editing, page)
    assert stored()["endpoints"][-1]["name"] == "</textarea><script>alert(1)</script>"

"""Names and reasons of which nothing can be seen are refused wherever they come in, with their code points."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portmatrix.deployments import service as store
from portmatrix.models import ApiToken, Deployment, PortOverride
from portmatrix.utils.text import why_blank

from .support import helpers
from .support.api_calls import client_of
from .support.deployments import deployment, example
from .support.reading import main_of, words

PORT = "citrix-provisioning-connector-tcp-3509"
BRAILLE = "\u2800"
UNSEEN = [
    *("\u2800", "\u3164", "\u115f", "\u1160", "\uffa0"),  # printable, and blank
    *("\u200b", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u202e"),  # format characters
    *("\u00a0", "\u3000", "\t", "\u2028"),  # white space
    *("\u0301", "\u034f", "\ufe0f", "\u180b", "\u20dd"),  # marks with nothing to stand on
    *("\x00", "\ue000", "\ud800", "\U000e0041"),
]


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
def test_what_can_not_be_seen_is_named_by_its_code_point(character):
    message = f"Write something that can be seen: it is only U+{ord(character):04X}."
    assert why_blank(character) == why_blank(f" {character}{character} ") == message


def test_several_are_named_each_once_and_not_all_of_them():
    assert why_blank("\u2800\u3164\u2800") == "Write something that can be seen: it is only U+2800, U+3164."
    message = "Write something that can be seen: it is only U+0300, U+0301, U+0302, U+0303, U+0304, …."
    assert why_blank("".join(map(chr, range(0x300, 0x306)))) == message


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_nothing_and_blanks_are_called_blank(text):
    assert why_blank(text) == "Write something: it is blank."


@pytest.mark.parametrize(
    "text", ["x", "-", "e\u0301", "\u0935\u093f", "东京", "한", "❤\ufe0f", f"{BRAILLE}x", "⠿", "。", "\u0661"]
)
def test_what_can_be_seen_is_a_name(text):
    assert why_blank(text) == ""


ONLY = "Write something that can be seen: it is only U+2800."


def stored():
    return store.to_data(store.document_of(Deployment.objects.get()))


@pytest.mark.django_db
class TestApi:
    def test_a_document_s_names_and_reasons(self, frankfurt):
        document = deployment(endpoints=[("appliance", "10.0.0.1")], overrides=[("agent-tcp-8016", 8017)], name=BRAILLE)
        document["endpoints"][0]["name"] = "\u3164"
        document["overrides"][0]["reason"] = "\u200b"
        response = client_of(helpers.editor()).put("/api/deployments/ulm/", {**document, "slug": "ulm"}, format="json")
        assert (response.status_code, response.json()) == (
            400,
            {
                "name": [ONLY],
                "endpoints[0].name": ["Write something that can be seen: it is only U+3164."],
                "overrides[0].reason": ["Write something that can be seen: it is only U+200B."],
            },
        )
        assert Deployment.objects.count() == 1

    def test_an_override_s_reason(self, catalogue):
        client = client_of(helpers.editor())
        body = {"port": PORT, "number": 13509, "reason": BRAILLE}
        for sent, messages in ((body, {"reason": [ONLY]}), ([body], [{"reason": [ONLY]}])):
            response = client.post("/api/overrides/", sent, format="json")
            assert (response.status_code, response.json()) == (400, messages)
        assert not PortOverride.objects.exists()
        override = helpers.override_port(PORT, 13509)
        response = client.patch(f"/api/overrides/{override.pk}/", {"reason": BRAILLE}, format="json")
        assert (response.status_code, response.json()) == (400, {"reason": [ONLY]})

    def test_the_reason_why_one_is_taken_back(self, catalogue):
        override = helpers.override_port(PORT, 13509)
        response = client_of(helpers.editor()).delete(f"/api/overrides/{override.pk}/?reason={BRAILLE}")
        assert (response.status_code, response.json()) == (400, {"reason": [ONLY]})
        assert PortOverride.objects.get() == override


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize(
        ("path", "fields"),
        [
            ("/deployments/_new/", {"name": BRAILLE, "slug": "ulm"}),
            ("/deployments/frankfurt/edit/", {"name": BRAILLE}),
            (
                "/deployments/frankfurt/components/",
                {"component": "agent", "do": "add", "address": "10.1.0.1", "name": BRAILLE},
            ),
            (
                "/deployments/frankfurt/components/",
                {"component": "appliance", "do": "rename", "address": "10.20.0.10", "name": BRAILLE},
            ),
            ("/overrides/add/", {"port": PORT, "number": "13509", "reason": BRAILLE}),
        ],
    )
    def test_forms(self, editing, path, fields):
        before = stored()
        response = editing.post(path, fields)
        assert response.status_code == 422
        assert ONLY in words(main_of(response))
        assert stored() == before
        assert not PortOverride.objects.filter(deployment=None).exists()

    def test_the_form_that_takes_an_override_back(self, editing):
        override = helpers.override_port(PORT, 13509)
        response = editing.post(f"/overrides/{override.pk}/remove/", {"reason": BRAILLE})
        assert ONLY in words(main_of(response))
        assert PortOverride.objects.filter(pk=override.pk).exists()

    def test_a_table_by_its_row(self, editing):
        before = stored()
        text = f"component,name,address\nagent,{BRAILLE},10.1.0.1\n"
        response = editing.post("/deployments/frankfurt/upload/", {"text": text, "way": "add", "do": "preview"})
        assert f"2 name {ONLY}" in words(main_of(response))
        assert stored() == before

    def test_the_admin_s_form(self, catalogue):
        client = Client()
        client.force_login(helpers.staff())
        fields = {"port": helpers.get_port(PORT).pk, "number": "13509", "reason": BRAILLE}
        response = client.post("/admin/portmatrix/portoverride/add/", fields)
        assert ONLY in words(response.content.decode())
        assert not PortOverride.objects.exists()


@pytest.mark.django_db
def test_the_name_of_a_token():
    helpers.editor()
    with pytest.raises(CommandError, match=r"^--name: Write something that can be seen: it is only U\+2800\.$"):
        call_command("create_token", "edith", name=BRAILLE, stdout=StringIO(), stderr=StringIO())
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
def test_a_name_with_an_unseen_character_beside_others_stays_as_it_is(catalogue):
    document = {**example("frankfurt"), "name": f"Frankfurt{BRAILLE}1"}
    assert store.put("frankfurt", document, helpers.editor())[0].name == f"Frankfurt{BRAILLE}1"

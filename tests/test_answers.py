"""What holds for every answer: caches, policy, bounds on what a question may cost."""

import pytest
from django.test import override_settings

from portmatrix.models import PortOverride

from .support.helpers import editor, get_port, override_port, staff, viewer

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"
PERSONAL = "private, no-store"
SINGLE_PAGES = [
    "/components/appliance/",
    "/ports/443/",
    "/connections/admin-user-to-appliance-ssh/",
    "/document/",
]


class TestCaches:
    @pytest.mark.parametrize("path", ["/", "/components/appliance/", "/ports/3509/", "/api/overrides/", "/api/ports/"])
    def test_an_answer_for_a_user_is_stored_by_nobody(self, client, path):
        client.force_login(viewer())
        assert set(client.get(path)["Cache-Control"].split(", ")) >= {"private", "no-store"}

    @pytest.mark.parametrize("path", ["/", "/api/connections/"])
    def test_the_public_matrix_may_be_stored(self, client, path):
        assert not client.get(path).has_header("Cache-Control")

    @override_settings(PUBLIC_MATRIX=False)
    def test_a_private_matrix_is_stored_by_nobody(self, client):
        response = client.get("/api/connections/")
        assert (response.status_code, response["Cache-Control"]) == (401, PERSONAL)

    def test_a_refusal_is_stored_by_nobody(self, client):
        assert client.get("/api/connections/?port=0")["Cache-Control"] == PERSONAL


@pytest.mark.parametrize("path", ["/", "/api/", "/admin/login/", "/nowhere/", "/healthz", "/accounts/login/"])
def test_every_answer_has_the_policy(client, path):
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


class TestBounds:
    def test_a_hundred_values_are_taken_and_no_more(self, client):
        ports = "&".join(f"port={number}" for number in range(1, 101))
        assert client.get(f"/api/connections/?{ports}").status_code == 200
        refused = client.get(f"/api/connections/?{ports}&port=101")
        assert refused.json() == {"port": ["Given 101 times. Give it at most 100 times."]}
        assert client.get(f"/connections/?{ports}&port=101").status_code == 400

    def test_eight_words_are_taken_and_no_more(self, client):
        assert client.get("/api/connections/?q=1+2+3+4+5+6+7+8").status_code == 200
        refused = client.get("/api/connections/?q=1+2+3+4+5+6+7+8+9")
        assert refused.json() == {"q": ["Too many words. Give at most 8."]}

    @pytest.mark.parametrize("control", ["%08", "%0e", "%1b", "%1f", "%7f", "%c2%85", "%c2%9f"])
    def test_control_characters_are_not_searched_for(self, client, control):
        refused = client.get(f"/api/connections/?q=r{control}d")
        assert refused.json() == {"q": ["Leave out control characters."]}

    @pytest.mark.parametrize("blank", ["+", "%09", "%0a", "%0d", "%0d%0a", "%c2%a0", "%e2%80%a8"])
    def test_any_white_space_parts_words(self, client, blank):
        found = client.get(f"/api/connections/?q=datastore{blank}esxi").json()
        assert found["results"]
        assert found["results"] == client.get("/api/connections/?q=esxi+datastore").json()["results"]

    @pytest.mark.parametrize("value", ["1_0", "10.0", "\uff11\uff10", "0x10", "1e1", " "])
    def test_a_count_of_rows_is_written_in_digits(self, client, value):
        assert list(client.get("/api/connections/", {"limit": value}).json()) == ["limit"]


class TestAskedOfOneThing:
    @pytest.mark.parametrize("path", SINGLE_PAGES)
    def test_a_page_without_filters_refuses_a_query(self, client, path):
        assert client.get(path).status_code == 200
        response = client.get(path, {"section": "internal"})
        assert response.status_code == 400
        assert "Unknown parameter &#x27;section&#x27;. This page takes none." in response.content.decode()

    @pytest.mark.parametrize("view", ["matrix", "diagram"])
    @pytest.mark.parametrize("name", ["limit", "offset"])
    def test_a_picture_has_no_pages(self, client, view, name):
        response = client.get("/connections/", {"view": view, name: "1"})
        assert response.status_code == 400
        assert f"The {view} shows the whole set." in response.content.decode()

    def test_the_diagrams_file_has_no_pages(self, client):
        response = client.get("/connections/diagram.svg?limit=1")
        assert (response.status_code, response.content.decode()) == (
            400,
            "limit: The diagram shows the whole set. Leave it out, or ask for the table.\n",
        )

    def test_the_first_page_shows_a_table_when_certain_rows_are_asked_for(self, client):
        assert client.get("/?limit=5").context["view"] == "table"
        assert client.get("/").context["view"] == "matrix"


class TestOverrides:
    def test_saving_an_unchanged_override_records_nothing(self, client):
        override = override_port(PVS, 13509, "CHG-1")
        client.force_login(editor())
        client.post(f"/overrides/{override.pk}/edit/", {"number": "13509", "reason": "CHG-1"})
        assert override.history.count() == 1

    @pytest.mark.parametrize("number", ["13_016", "13016.0", "\uff11\uff13\uff10\uff11\uff16"])
    def test_the_form_takes_plain_digits_alone(self, client, number):
        client.force_login(editor())
        response = client.post("/overrides/add/", {"port": PVS, "number": number, "reason": "CHG-1"})
        assert response.status_code == 422
        assert not PortOverride.objects.exists()

    def test_the_longest_reason_fits_the_history(self, client):
        override = override_port(PVS, 13509)
        client.force_login(editor())
        assert client.post(f"/overrides/{override.pk}/remove/", {"reason": "x" * 200}).status_code == 302
        assert PortOverride.history.first().history_change_reason == "x" * 200

    def test_the_api_records_why_an_override_is_taken_back(self, client):
        override = override_port(PVS, 13509)
        client.force_login(editor())
        assert client.delete(f"/api/overrides/{override.pk}/?reason=CHG-7").status_code == 204
        record = PortOverride.history.first()
        assert (record.history_type, record.history_change_reason, record.history_user) == ("-", "CHG-7", editor())

    @pytest.mark.parametrize("query", ["reason=a&reason=b", f"reason={'x' * 201}", "reason=%00"])
    def test_a_reason_that_can_not_be_kept(self, client, query):
        override = override_port(PVS, 13509)
        client.force_login(editor())
        response = client.delete(f"/api/overrides/{override.pk}/?{query}")
        assert (response.status_code, list(response.json())) == (400, ["reason"])
        assert PortOverride.objects.filter(pk=override.pk).exists()

    @pytest.mark.parametrize("body", ['{"\\ud800": 1}', '{"port": {"\\udfff": 1}}'])
    def test_half_a_character_as_a_name_is_refused(self, client, body):
        client.force_login(editor())
        response = client.post("/api/overrides/", body, content_type="application/json")
        assert response.status_code == 400
        assert "is not valid Unicode" in response.json()["detail"]

    def test_a_number_as_text_is_told_what_is_wrong(self, client):
        client.force_login(editor())
        body = {"port": PVS, "number": "13509", "reason": "CHG-1"}
        response = client.post("/api/overrides/", body, content_type="application/json")
        assert response.json() == {"number": ["Give the number as a JSON number, not as text."]}


def test_a_listener_has_one_address(client):
    assert client.get("/api/ports/appliance-tcp-443/").json()["slug"] == get_port("appliance-tcp-443").slug
    assert client.get("/api/ports/appliance-tcp-0443/").status_code == 404


def test_the_admin_knows_no_history_of_no_number(client):
    client.force_login(staff())
    assert client.get("/admin/portmatrix/portoverride/x/history/").status_code == 404

"""The pages of overrides: who sees them, what they show, how a listener is moved, changed and taken back."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portmatrix.forms.overrides import OverrideForm
from portmatrix.models import PortOverride
from portmatrix.overrides import service
from portmatrix.overrides.numbers import Fault

from .support import helpers
from .support.reading import addresses, connections_in, headings, main_of, part, section, words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/overrides/add/"}
CITRIX_HTTPS = "citrix-provisioning-connector-tcp-3509"
HYPER_V_HTTPS = "hyper-v-connector-tcp-3512"
TAKEN = "TCP 3512 is taken on Appliance by Hyper-V connector service. Next free: 3513."


@pytest.fixture
def moved():
    return helpers.override_port(CITRIX_HTTPS, 13509, "CHG-1042")


@pytest.fixture
def editing(client):
    client.force_login(helpers.editor())
    return client


@pytest.fixture
def viewing(client):
    client.force_login(helpers.viewer())
    return client


def stored():
    return [(override.port.slug, override.number, override.reason) for override in PortOverride.objects.all()]


def paths(override):
    own = [f"/overrides/{override.pk}/edit/", f"/overrides/{override.pk}/remove/"]
    return ["/overrides/", "/overrides/history/", "/overrides/add/", *own]


def oops(response):
    return [words(fault) for fault in re.findall(r'<p class="oops".*?</p>', response.content.decode(), re.DOTALL)]


class TestWhoMay:
    def test_a_visitor_signs_in_first(self, client, moved):
        for path in paths(moved):
            response = client.get(path)
            assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={path}")

    def test_for_an_outsider_there_is_nothing(self, client, moved):
        client.force_login(helpers.outsider())
        for path in paths(moved):
            assert client.get(path).status_code == 404
            assert client.post(path).status_code in (404, 405)
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]

    def test_a_viewer_sees_and_has_no_buttons(self, viewing, moved):
        html = main_of(viewing.get("/overrides/"))
        assert "CHG-1042" in html
        assert addresses(html, '(/overrides/[^"]*)') == []
        assert viewing.get("/overrides/history/").status_code == 200

    def test_a_viewer_who_writes_is_refused(self, viewing, moved):
        for path in paths(moved)[2:]:
            assert viewing.get(path).status_code == 403
            response = viewing.post(path, {"port": HYPER_V_HTTPS, "number": "13512", "reason": "CHG-2"})
            assert response.status_code == 403
            assert "Your account may see overrides, not change them." in words(main_of(response))
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]

    def test_an_editor_has_the_buttons(self, editing, moved):
        assert addresses(main_of(editing.get("/overrides/")), '(/overrides/[^"]*)') == [
            "/overrides/add/",
            f"/overrides/{moved.pk}/edit/",
            f"/overrides/{moved.pk}/remove/",
        ]

    def test_pages_are_not_kept_by_caches(self, editing, moved):
        assert "no-store" in editing.get("/overrides/").headers["Cache-Control"]

    def test_a_form_of_another_site_is_refused(self, moved):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(helpers.editor())
        response = strict.post(f"/overrides/{moved.pk}/remove/", {"reason": "CHG-2"})
        assert response.status_code == 403
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]


class TestListing:
    def test_every_page_has_one_heading(self, editing, moved):
        for path in paths(moved):
            assert len(headings(editing.get(path))) == 1

    def test_a_row_says_what_where_why_who_and_when(self, editing):
        editing.post("/overrides/add/", {"port": CITRIX_HTTPS, "number": "13509", "reason": "CHG-1042"})
        change = PortOverride.history.get()
        PortOverride.history.update(history_date=datetime(2026, 3, 4, 14, 12, tzinfo=UTC))
        row = words(part(editing.get("/overrides/"), f'<tr role="row" id="override-{change.id}"', "</tr>"))
        assert row == (
            "Citrix Provisioning connector service TCP HTTPS 3509 to 13509 everywhere CHG-1042 "
            "edith, 4 Mar 2026, 14:12 UTC Change Take back"
        )

    def test_nothing_moved_says_what_to_do(self, editing, viewing):
        assert "No listener is moved." in words(main_of(viewing.get("/overrides/")))
        editing.force_login(helpers.editor())
        assert "Move it here too" in words(main_of(editing.get("/overrides/")))

    def test_filters_are_those_of_the_api(self, viewing, moved):
        helpers.override_port(HYPER_V_HTTPS, 13512, "CHG-7")
        html = main_of(viewing.get("/overrides/?component=hyper-v-connector"))
        assert re.findall(r'id="override-(\d+)"', html) == [str(PortOverride.objects.get(number=13512).pk)]

    def test_an_unknown_filter_shows_no_rows(self, viewing, moved):
        response = viewing.get("/overrides/?component=hyper-v-conector")
        assert response.status_code == 400
        assert "Did you mean hyper-v-connector ?" in words(main_of(response))
        assert "CHG-1042" not in main_of(response)

    @pytest.mark.parametrize("path", ["/overrides/", "/overrides/history/"])
    def test_more_rows_cost_no_more_queries(self, viewing, moved, path):
        with CaptureQueriesContext(database) as before:
            viewing.get(path)
        for number in (3000, 3002, 3004, 3006):
            slug = {3000: "azure", 3002: "citrix-hypervisor", 3004: "vsphere", 3006: "nutanix"}[number]
            helpers.override_port(f"{slug}-connector-tcp-{number}", number + 10000)
        with CaptureQueriesContext(database) as after:
            viewing.get(path)
        assert len(after) == len(before) <= 10


class TestHistory:
    def records(self, response):
        found = re.findall(r"<p>\s*(<b>.*?)</p>", section(response, "h-history"), re.DOTALL)
        return [words(record) for record in found]

    def test_it_tells_who_did_what_newest_first_and_outlives_the_override(self, editing):
        listener = "Citrix Provisioning connector service , TCP 3509 :"
        editing.post("/overrides/add/", {"port": CITRIX_HTTPS, "number": "13509", "reason": "CHG-1"})
        pk = PortOverride.objects.get().pk
        editing.post(f"/overrides/{pk}/edit/", {"number": "13510", "reason": "CHG-1"})
        editing.post(f"/overrides/{pk}/edit/", {"number": "13510", "reason": "CHG-2"})
        editing.post(f"/overrides/{pk}/remove/", {"reason": "CHG-3"})
        response = editing.get("/overrides/")
        assert self.records(response) == [
            f"Taken back {listener} it no longer stands at 13510 , because “CHG-3”",
            f"Changed {listener} still at 13510 , because “CHG-2” (before: “CHG-1”)",
            f"Changed {listener} from 13509 to 13510",
            f"Moved {listener} to 13509 , because “CHG-1”",
        ]
        assert len(re.findall(r"<cite>\s*edith,\s*<time", section(response, "h-history"))) == 4

    def test_the_overview_shows_the_newest_and_leads_to_all(self, viewing, moved, monkeypatch):
        monkeypatch.setattr("portmatrix.pages.overrides.LATEST", 2)
        for number in (13510, 13511):
            moved.number = number
            service.save_overrides([moved])
        assert len(self.records(viewing.get("/overrides/"))) == 2
        assert 'href="/overrides/history/"' in viewing.get("/overrides/").content.decode()
        older = words(main_of(viewing.get("/overrides/history/?page=2")))
        assert "Moved Citrix Provisioning connector service , TCP 3509 : to 13509" in older
        assert "Page 2 of 2" in older

    @pytest.mark.parametrize("number", ["0", "2", "x", "-1"])
    def test_a_page_that_does_not_exist_is_not_found(self, viewing, moved, number):
        assert viewing.get(f"/overrides/history/?page={number}").status_code == 404


class TestAdd:
    def test_it_moves_a_listener_and_says_so(self, editing):
        response = editing.post("/overrides/add/", {"port": CITRIX_HTTPS, "number": "13509", "reason": "CHG-1042"})
        assert (response.status_code, response.headers["Location"]) == (302, "/overrides/")
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]
        said = words(editing.get("/overrides/").content.decode())
        assert "Citrix Provisioning connector service, TCP 3509 moved to 13509." in said

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ({"number": "3512"}, TAKEN),
            (
                {"number": "3509"},
                "Citrix Provisioning connector service listens on 3509 anyway. Give another number, or no override.",
            ),
            ({"number": "0"}, "Give a port number from 1 to 65535."),
            ({"number": "65536"}, "Give a port number from 1 to 65535."),
            ({"number": ""}, "Give a port number from 1 to 65535."),
            ({"number": "13,509"}, "Give a port number from 1 to 65535."),
            ({"number": "9" * 5000}, "Give a port number from 1 to 65535."),
            ({"reason": ""}, "Say why, for instance with the number of the change."),
            ({"reason": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
            ({"reason": "CHG\0"}, "Null characters are not allowed."),
            ({"port": ""}, "Choose the listener that moves."),
            (
                {"port": "citrix-provisioning-conector-tcp-3509"},
                "No listener 'citrix-provisioning-conector-tcp-3509'. "
                "Did you mean 'citrix-provisioning-connector-tcp-3509'?",
            ),
        ],
    )
    def test_a_fault_is_shown_and_nothing_typed_is_lost(self, editing, typed, message):
        sent = {"port": CITRIX_HTTPS, "number": "13509", "reason": "CHG-1042", **typed}
        response = editing.post("/overrides/add/", sent)
        assert response.status_code == 422
        assert oops(response) == [message]
        assert stored() == []
        form = OverrideForm(sent, user=helpers.editor())
        form.is_valid()
        html = response.content.decode()
        assert str(form["reason"]) in html
        assert form["number"].value() in html

    def test_the_wrong_field_is_marked(self, editing):
        sent = {"port": CITRIX_HTTPS, "number": "3512", "reason": "CHG-1042"}
        html = editing.post("/overrides/add/", sent).content.decode()
        assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', html) == ["number"]
        assert f'<option value="{CITRIX_HTTPS}" selected>' in html

    def test_a_listener_that_is_moved_already_is_refused(self, editing, moved):
        response = editing.post("/overrides/add/", {"port": CITRIX_HTTPS, "number": "13510", "reason": "CHG-2"})
        assert response.status_code == 422
        assert oops(response) == [
            "Citrix Provisioning connector service, TCP 3509 has been moved already, to 13509. "
            "Change that override instead."
        ]

    def test_a_collision_that_arises_while_saving_is_a_fault_of_the_form(self, editing, monkeypatch):
        port, other = helpers.get_port(CITRIX_HTTPS), helpers.get_port(HYPER_V_HTTPS)
        collision = {"port": port, "number": 3512, "other": other, "deployment": None, "next_free": 3513}

        def refuse(overrides):
            raise service.OverridesRefused({0: [Fault("number", "taken", collision)]})

        monkeypatch.setattr("portmatrix.pages.overrides.save_overrides", refuse)
        response = editing.post("/overrides/add/", {"port": CITRIX_HTTPS, "number": "13509", "reason": "CHG-2"})
        assert (response.status_code, oops(response)) == (422, [TAKEN])

    def test_a_listener_can_be_chosen_beforehand(self, editing):
        response = editing.get(f"/overrides/add/?port={CITRIX_HTTPS}")
        assert f'<option value="{CITRIX_HTTPS}" selected>' in response.content.decode()
        assert connections_in(part(response, '<div id="check"', "</div>")) == [
            "admin-user-to-citrix-provisioning-connector-communication",
            "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
        ]

    def test_choosing_a_moved_one_leads_to_its_override(self, editing, moved):
        response = editing.get(f"/overrides/add/?port={CITRIX_HTTPS}")
        assert response.headers["Location"] == f"/overrides/{moved.pk}/edit/"

    def test_choosing_an_unknown_one_is_refused(self, editing):
        response = editing.get("/overrides/add/?port=nothing-tcp-1")
        assert response.status_code == 400
        assert "There is no such listener." in words(main_of(response))


class TestEdit:
    def test_the_form_holds_what_is_stored(self, editing, moved):
        html = editing.get(f"/overrides/{moved.pk}/edit/").content.decode()
        assert 'value="13509"' in html
        assert 'value="CHG-1042"' in html
        assert 'name="port"' not in html

    def test_number_and_reason_change(self, editing, moved):
        editing.post(f"/overrides/{moved.pk}/edit/", {"number": "13510", "reason": "CHG-2"})
        assert stored() == [(CITRIX_HTTPS, 13510, "CHG-2")]

    def test_the_reason_alone_may_change(self, editing, moved):
        editing.post(f"/overrides/{moved.pk}/edit/", {"number": "13509", "reason": "CHG-2"})
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-2")]

    def test_a_collision_is_refused(self, editing, moved):
        response = editing.post(f"/overrides/{moved.pk}/edit/", {"number": "3512", "reason": "CHG-2"})
        assert (response.status_code, oops(response)) == (422, [TAKEN])
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]

    @pytest.mark.parametrize("form", ["edit", "remove"])
    def test_an_override_that_is_gone_is_not_found_and_says_so(self, editing, moved, form):
        path = f"/overrides/{moved.pk}/{form}/"
        service.remove_overrides([moved])
        for response in (editing.get(path), editing.post(path, {"number": "13510", "reason": "CHG-2"})):
            assert response.status_code == 404
            assert "There is no such override any more: somebody took it back." in words(main_of(response))
        assert stored() == []

    def test_one_that_goes_while_it_is_saved_does_not_come_back(self, editing, moved, monkeypatch):
        save = service.save_overrides

        def too_late(overrides):
            PortOverride.objects.all().delete()
            return save(overrides)

        monkeypatch.setattr("portmatrix.pages.overrides.save_overrides", too_late)
        response = editing.post(f"/overrides/{moved.pk}/edit/", {"number": "13510", "reason": "CHG-2"})
        assert response.status_code == 422
        assert oops(response) == [
            "The move of Citrix Provisioning connector service, TCP 3509 has been taken back meanwhile."
        ]
        assert stored() == []

    def test_a_key_too_long_for_a_database_is_not_found(self, editing):
        assert editing.get(f"/overrides/{'9' * 30}/edit/").status_code == 404


class TestRemove:
    def test_it_takes_the_override_back(self, editing, moved):
        response = editing.post(f"/overrides/{moved.pk}/remove/", {"reason": "CHG-2"})
        assert (response.status_code, response.headers["Location"]) == (302, "/overrides/")
        assert stored() == []
        assert PortOverride.history.first().history_change_reason == "CHG-2"

    def test_a_get_changes_nothing(self, editing, moved):
        assert editing.get(f"/overrides/{moved.pk}/remove/").status_code == 200
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]

    def test_it_asks_why(self, editing, moved):
        response = editing.post(f"/overrides/{moved.pk}/remove/", {"reason": " "})
        assert response.status_code == 422
        assert oops(response) == ["Say why, for instance with the number of the change."]
        assert stored() == [(CITRIX_HTTPS, 13509, "CHG-1042")]

    def test_it_is_refused_when_the_default_is_taken_meanwhile(self, editing, moved):
        helpers.override_port(HYPER_V_HTTPS, 3509)
        response = editing.post(f"/overrides/{moved.pk}/remove/", {"reason": "CHG-2"})
        assert response.status_code == 422
        assert oops(response) == [
            "TCP 3509 is taken on Appliance by Hyper-V connector service. Move Hyper-V connector service first."
        ]
        assert 'value="CHG-2"' in response.content.decode()
        assert PortOverride.objects.count() == 2


class TestCheck:
    def check(self, client, **query):
        return client.get("/overrides/check/", query, headers=HTMX)

    def test_a_collision_is_told_while_typing(self, editing):
        assert oops(self.check(editing, port=CITRIX_HTTPS, number="3512")) == [TAKEN]

    def test_the_consequences_are_told_before_saving(self, editing):
        response = self.check(editing, port=CITRIX_HTTPS, number="13509")
        assert words(response.content.decode()) == (
            "13509 is free. 2 connections follow: "
            "Admin user → Citrix Provisioning connector service: Communication "
            "Agent on Citrix Provisioning server → Citrix Provisioning connector service: Disk download"
        )
        assert stored() == []

    def test_an_override_does_not_collide_with_itself(self, editing, moved):
        assert oops(self.check(editing, override=moved.pk, number="13509")) == []
        assert oops(self.check(editing, override=moved.pk, number="3512")) == [TAKEN]

    def test_an_empty_field_is_no_fault_yet(self, editing):
        assert oops(self.check(editing, port="", number="")) == []
        assert oops(self.check(editing, port=CITRIX_HTTPS, number="")) == []

    def test_what_is_no_number_is_told(self, editing):
        assert oops(self.check(editing, port="", number="abc")) == ["Give a port number from 1 to 65535."]

    @pytest.mark.parametrize("key", ["", "x", "9" * 30, "12345"])
    def test_an_override_that_is_not_there_is_not_found(self, editing, key):
        assert self.check(editing, override=key, number="1").status_code == 404

    def test_it_is_for_editors(self, client, viewing):
        assert self.check(viewing, port=CITRIX_HTTPS, number="1").status_code == 403
        client.force_login(helpers.outsider())
        assert self.check(client, port=CITRIX_HTTPS, number="1").status_code == 404

    def test_a_session_that_ended_leads_to_the_login_and_back(self, client):
        response = self.check(client, port=CITRIX_HTTPS, number="1")
        assert response.headers["HX-Redirect"] == "/accounts/login/?next=/overrides/add/"

    def test_without_htmx_it_is_the_form(self, editing):
        assert editing.get("/overrides/check/?number=1").headers["Location"] == "/overrides/add/"

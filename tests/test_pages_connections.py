"""The page of connections: the same set as the API, refusals, the form, the htmx fragment, its cost."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from portmatrix.models import Assumption, Component, Connection, Port, PortOverride, Statement

from .support import helpers
from .support.reading import html_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


class Reader(HTMLParser):
    """Gathers what a test asks about: links, the words of chips, rows, alerts and the sentence."""

    VOID = {"meta", "link", "input", "br", "use", "path", "circle"}

    def __init__(self, html):
        super().__init__()
        self.links, self.fields, self.headings, self.found, self.open = {}, [], [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.links[attributes.get("aria-label") or len(self.links)] = attributes["href"]
        if tag == "input" and attributes.get("type") != "radio":
            self.fields.append(attributes)
        if tag not in self.VOID:
            self.open.append((tag, attributes))

    def handle_startendtag(self, tag, attributes):
        """Nothing to close."""

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, attributes in self.open:
            for key in (tag, attributes.get("role"), attributes.get("id"), *attributes.get("class", "").split()):
                if key:
                    self.found[key] = self.found.get(key, "") + data

    def text(self, key):
        """All text inside elements of this tag, role, id or class, with single spaces."""
        return " ".join(self.found.get(key, "").split())


def read(response):
    return Reader(response.content.decode())


def form_of(response):
    """The filter form alone."""
    return Reader(re.search(r'<form id="filter-form".*?</form>', html_of(response))[0])


def rows(response):
    """The slugs of the connections in the table, in its order."""
    return re.findall(r'class="act"><a href="/connections/([^/"]+)/"', html_of(response))


QUERIES = [
    "",
    "destination=appliance&transport=tcp",
    "source=agent-on-hyper-v",
    "source__exact=agent-on-hyper-v",
    "component=bits-server",
    "port=443&port=80&application=HTTPS",
    "q=log",
    "section=key-agent&section=os-image&traffic_class=agent",
    "ordering=-destination&limit=5&offset=10",
    "destination=vsphere&transport=udp",
]


class TestSet:
    @pytest.mark.parametrize("query", QUERIES)
    def test_page_and_api_show_the_same_rows(self, client, query):
        page, api = client.get(f"/connections/?{query}"), client.get(f"/api/connections/?{query}")
        assert rows(page) == [row["slug"] for row in api.json()["results"]]

    def test_home_shows_the_connections(self, client):
        assert rows(client.get("/?view=table")) == rows(client.get("/connections/"))

    def test_sentence_chips_and_title_say_the_same(self, client):
        page = read(client.get("/connections/?destination=appliance&transport=tcp"))
        assert page.text("sentence") == "18 of 36 connections to Appliance, over TCP."
        assert page.text("title") == "Connections to Appliance, over TCP · alports"
        assert page.text("chips") == "to Appliance over TCP Clear all"
        assert page.links["Remove the filter to Appliance"] == "/connections/?transport=tcp"
        assert page.links["Remove the filter over TCP"] == "/connections/?destination=appliance"

    def test_several_values_of_a_filter_are_said_with_or(self, client):
        page = read(client.get("/connections/?port=443&port=80"))
        assert page.text("sentence").endswith("of 36 connections on port 443 or 80.")
        assert page.links["Remove the filter on port 443"] == "/connections/?port=80"

    def test_whole_set_is_said_without_filters(self, client):
        page = read(client.get("/connections/"))
        assert page.text("sentence") == "36 connections between 28 components."
        assert page.text("chips") == ""

    def test_sections_say_where_a_connection_is_stated(self, client):
        page = read(client.get("/connections/?q=log+download"))
        assert page.text("refs").endswith("Admin user 2, Internal 5, Management 4")

    def test_counts_behind_choices_honour_the_other_filters(self, client):
        html = html_of(client.get("/connections/?destination=appliance&transport=tcp"))
        counts = dict(re.findall(r'id="f-(traffic_class-\w+|transport-\w+)".*?class="n">(\d+)<', html))
        assert counts == {
            "traffic_class-management": "11",
            "traffic_class-agent": "5",
            "traffic_class-hypervisor": "0",
            "traffic_class-infrastructure": "0",
            "traffic_class-compositing": "2",
            "traffic_class-internet": "0",
            "transport-tcp": "18",
            "transport-udp": "1",
        }

    def test_moved_listener_shows_number_default_and_badge(self, client):
        helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)
        page = client.get("/connections/?port=13509")
        assert rows(page) == [
            "admin-user-to-citrix-provisioning-connector-communication",
            "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
        ]
        assert html_of(page).count('<span class="pt">13509</span><s title="default">3509</s>') == 2
        assert read(page).text("badge") == "moved moved"

    def test_visitor_is_not_told_why_a_listener_was_moved(self, client):
        helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509, reason="secret ticket")
        assert "secret ticket" not in client.get("/connections/").content.decode()

    def test_call_and_files_ask_for_the_same_set(self, client):
        page = client.get("/connections/?view=table&destination=appliance&limit=5")
        assert read(page).text("call") == "GET /api/connections/?destination=appliance&limit=5"
        html = unescape(page.content.decode())
        assert "curl 'http://testserver/api/connections/?destination=appliance&limit=5'" in html
        assert 'href="/api/connections/?destination=appliance&format=csv"' in html
        assert 'href="/api/connections/?destination=appliance&format=xlsx"' in html


class TestNames:
    """A component is understood by its name and by its aliases, and said by its own name."""

    @pytest.mark.parametrize("name", ["ELM", "elm", "Unidesk+ELM", "Appliance"])
    def test_page_and_api_answer_as_for_the_slug(self, client, name):
        page = client.get(f"/connections/?destination={name}&transport=tcp")
        assert page.context["title"] == "Connections to Appliance, over TCP"
        assert rows(page) == rows(client.get("/connections/?destination=appliance&transport=tcp"))
        by_name, by_slug = (client.get(f"/api/connections/?destination={value}") for value in (name, "appliance"))
        assert by_name.json()["count"] == by_slug.json()["count"] == 19
        assert by_name.json()["results"] == by_slug.json()["results"]

    def test_addresses_of_the_page_have_the_slug(self, client):
        query = "destination=ELM&destination=Appliance&transport=tcp"
        page = client.get(f"/connections/?{query}", headers=HTMX)
        assert page["HX-Push-Url"] == "/connections/?destination=appliance&transport=tcp"
        links = read(page).links
        assert links["Remove the filter to Appliance"] == "/connections/?transport=tcp"
        assert links["Remove the filter over TCP"] == "/connections/?destination=appliance"
        assert read(page).text("call") == "GET /api/connections/?destination=appliance&transport=tcp"

    def test_a_refusal_has_the_slug_too(self, client):
        links = read(client.get("/connections/?destination=ELM&port=x")).links
        assert links["Remove the filter to Appliance"] == "/connections/?port=x"
        assert links["Remove the filter on port x"] == "/connections/?destination=appliance"

    def test_a_name_of_several_is_refused_with_the_choices(self, client):
        page = client.get("/connections/?source=PVS")
        assert (page.status_code, rows(page)) == (400, [])
        assert read(page).text("fault") == (
            "source 'PVS' may be 'agent-on-citrix-provisioning' or 'citrix-provisioning-connector'. Name one of them."
        )


class TestOrderAndPages:
    def test_sorted_column_turns_round(self, client):
        html = unescape(html_of(client.get("/connections/?q=log&ordering=destination&offset=1")))
        heading = re.search(r'<th[^>]*class="dst"[^>]*>', html)[0]
        assert 'aria-sort="ascending"' in heading
        assert 'id="sort-dst" href="/connections/?q=log&ordering=-destination"' in html
        assert 'id="sort-src" href="/connections/?q=log&ordering=source"' in html
        assert html.count("aria-sort") == 1

    def test_pages_join_to_the_whole_set(self, client):
        whole, found, address = rows(client.get("/connections/")), [], "/connections/?limit=10"
        while address:
            html = client.get(address)
            found += rows(html)
            following = re.search(r'id="page-next" href="([^"]+)"', html_of(html))
            address = following and unescape(following[1])
        assert found == whole

    def test_page_beyond_the_last_row_leads_back(self, client):
        page = client.get("/connections/?offset=500")
        assert (page.status_code, rows(page)) == (200, [])
        assert "This page lies beyond the last row." in page.content.decode()


class TestRefusal:
    @pytest.mark.parametrize(
        ("query", "parameter", "message"),
        [
            ("destination=applaince", "destination", "No component 'applaince'. Did you mean appliance?"),
            ("sorce=agent", "sorce", "Unknown parameter 'sorce'. Did you mean source?"),
            ("port=0", "port", "'0' is not a port. Give a whole number from 1 to 65535."),
            ("port=65536", "port", "'65536' is not a port. Give a whole number from 1 to 65535."),
            ("port=", "port", "The value is empty. Give a value, or leave the parameter out."),
            ("ordering=destinatio", "ordering", "No ordering 'destinatio'. Did you mean destination?"),
            ("view=cube", "view", "Give one view: matrix, table, diagram."),
            ("view=table&view=table", "view", "Give one view: matrix, table, diagram."),
        ],
    )
    def test_fault_is_named_and_no_row_is_shown(self, client, query, parameter, message):
        page = client.get(f"/connections/?{query}")
        assert (page.status_code, rows(page)) == (400, [])
        assert read(page).text("fault") == f"{parameter} {message}"

    @pytest.mark.parametrize(
        ("query", "mended"),
        [
            ("destination=applaince&transport=tcp", "/connections/?destination=appliance&transport=tcp"),
            ("sorce=agent", "/connections/?source=agent"),
            ("source=agent&source=aplliance", "/connections/?source=agent&source=appliance"),
        ],
    )
    def test_suggestion_is_a_link_that_mends_the_query(self, client, query, mended):
        page = client.get(f"/connections/?{query}")
        assert f'href="{mended}"' in unescape(page.content.decode())
        assert client.get(mended).status_code == 200

    def test_every_fault_is_named_at_once_and_the_rest_is_kept(self, client):
        page = read(client.get("/connections/?destination=applaince&port=x&transport=tcp"))
        assert page.text("chips") == "over TCP to applaince on port x Clear all"
        assert page.links["Remove the filter to applaince"] == "/connections/?port=x&transport=tcp"
        assert page.text("fault").startswith("destination No component 'applaince'. Did you mean appliance? port 'x'")

    @pytest.mark.parametrize(
        ("query", "right", "wrong"),
        [
            ("source=appliance&source=aplliance", ["from Appliance"], ["from aplliance"]),
            ("source=aplliance&source=appliance", ["from Appliance"], ["from aplliance"]),
            ("port=443&port=x&port=80", ["on port 443", "on port 80"], ["on port x"]),
            ("port=443&port=", ["on port 443"], ["on port (empty)"]),
            ("transport=tcp&transport=TCP", ["over TCP"], ["over TCP"]),
            ("q=a&q=b", [], ["with a", "with b"]),
            ("foo=1&foo=2&port=80", ["on port 80"], ["foo 1", "foo 2"]),
        ],
    )
    def test_of_several_values_the_wrong_ones_alone_are_marked(self, client, query, right, wrong):
        page = client.get(f"/connections/?{query}")
        chips = [(f"{chip.says} {chip.words}", chip.wrong) for chip in page.context["chips"]]
        assert chips == [*((words, False) for words in right), *((words, True) for words in wrong)]
        assert page.content.decode().count('<li class="wrong">') == len(wrong)

    def test_the_right_ones_of_several_values_stay_in_the_form(self, client):
        html = html_of(client.get("/connections/?source=appliance&source=aplliance&port=x&port=443"))
        assert 'name="source" value="appliance" checked' in html
        assert '<input type="hidden" name="port" value="443">' in html
        assert 'name="port" value="x"' in html

    @pytest.mark.parametrize(
        "query",
        [
            "q=%00",
            "%00=1",
            "%ff=%fe",
            "q=" + "a" * 10_000,
            "source=" + "a" * 10_000,
            "a" * 10_000 + "=1",
            "&".join(f"a{i}=1" for i in range(900)),
            "&".join(f"port={i}" for i in range(1, 2000)),
            "offset=99999999999999999999",
            "limit=-1",
        ],
        ids=["nul", "nul name", "not utf-8", "long q", "long slug", "long name", "many", "too many", "huge", "minus"],
    )
    def test_odd_bytes_and_sizes_are_refused(self, client, query):
        assert client.get(f"/connections/?{query}").status_code == 400

    def test_what_was_typed_is_never_markup(self, client):
        html = client.get("/connections/?destination=<script>x</script>&<b>=1").content.decode()
        assert "<script>x" not in html
        assert "<b>=" not in html


class TestNothingToShow:
    def test_no_match_says_so_and_offers_each_filter_less(self, client):
        page = read(client.get("/connections/?destination=vsphere&transport=udp"))
        assert page.text("sentence") == "0 of 36 connections to vSphere, over UDP."
        expected = "No connection to vSphere, over UDP. Without “to vSphere” there are 4; without “over UDP”, 3."
        assert page.text("blank") == expected

    def test_no_data_says_what_to_do(self, client):
        for model in (PortOverride, Statement, Connection, Port):
            model.objects.all().delete()
        Component.objects.update(host=None, group=None, platform=None)
        Component.objects.all().delete()
        Assumption.objects.all().delete()
        page = client.get("/connections/")
        assert page.status_code == 200
        assert "python manage.py load_catalogue" in read(page).text("blank")


class TestForm:
    def test_submitted_form_leads_to_the_address_without_empty_fields(self, client):
        submitted = client.get("/connections/?apply=1&q=&port=443&source=agent&ordering=+&view=table")
        assert (submitted.status_code, submitted["Location"]) == (302, "/connections/?port=443&source=agent&view=table")

    def test_form_keeps_what_it_cannot_show(self, client):
        query = "q=a&port=443&port=80&source__exact=appliance&ordering=-source&limit=7&view=table"
        fields = form_of(client.get(f"/connections/?{query}")).fields
        sent = {(field["name"], field["value"]) for field in fields if field.get("type") == "hidden"}
        carried = {("source__exact", "appliance"), ("port", "80"), ("ordering", "-source"), ("limit", "7")}
        assert sent == carried | {("view", "table"), ("apply", "1")}

    def test_submitting_the_form_unchanged_gives_the_same_set(self, client):
        address = "/connections/?q=co&port=443&port=80&component=appliance&traffic_class=hypervisor&limit=7"
        sent = [
            (field["name"], field["value"])
            for field in form_of(client.get(address)).fields
            if field.get("type") != "checkbox" or "checked" in field
        ]
        answer = client.get("/connections/", sent_as(sent))
        assert sorted(parse_qsl(urlsplit(answer["Location"]).query)) == sorted(parse_qsl(urlsplit(address).query))

    def test_faulty_field_is_marked_and_keeps_what_was_typed(self, client):
        form = {field["id"]: field for field in read(client.get("/connections/?port=70000")).fields if "id" in field}
        assert (form["f-port"]["value"], form["f-port"]["aria-invalid"]) == ("70000", "true")
        assert "aria-invalid" not in form["f-q"]


def sent_as(pairs):
    """Pairs as the data of a test client's request."""
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


class TestFragment:
    def test_htmx_gets_the_parts_that_change(self, client):
        answer = client.get("/connections/?apply=1&q=&port=&destination=appliance&transport=tcp", headers=HTMX)
        html = answer.content.decode()
        assert answer.status_code == 200
        assert answer["HX-Push-Url"] == "/connections/?destination=appliance&transport=tcp"
        assert "<header" not in html
        assert "<title>Connections to Appliance, over TCP · alports</title>" in html
        assert read(answer).text("sentence") == "18 of 36 connections to Appliance, over TCP."
        assert rows(answer) == rows(client.get("/connections/?destination=appliance&transport=tcp"))

    def test_answer_varies_by_the_header(self, client):
        for headers in ({}, HTMX):
            assert "HX-Request" in client.get("/connections/", headers=headers)["Vary"]

    def test_restored_history_gets_the_whole_page(self, client):
        answer = client.get("/connections/", headers={**HTMX, "HX-History-Restore-Request": "true"})
        assert "<header" in answer.content.decode()

    def test_fault_keeps_its_status_and_its_address(self, client):
        answer = client.get("/connections/?apply=1&port=0&q=", headers=HTMX)
        assert (answer.status_code, answer["HX-Push-Url"]) == (400, "/connections/?port=0")


class TestFrame:
    def test_footer_counts_the_catalogue(self, client):
        expected = f"60 rows, 36 connections, 28 components; {Assumption.objects.count()} assumptions"
        assert expected in read(client.get("/connections/")).text("foot")

    @pytest.mark.parametrize(("chosen", "shown"), [("dark", "dark"), ("light", "light"), ("<x>", "auto"), ("", "auto")])
    def test_theme_comes_from_the_cookie(self, client, chosen, shown):
        client.cookies["theme"] = chosen
        html = html_of(client.get("/connections/"))
        assert f'<html lang="en" data-theme="{shown}">' in html
        assert re.findall(r'name="theme" value="(\w+)" checked', html) == [shown]

    @pytest.mark.parametrize(
        ("who", "sees"), [(None, True), (helpers.viewer, True), (helpers.editor, True), (helpers.outsider, False)]
    )
    def test_overrides_are_listed_for_those_who_may_see_them(self, client, who, sees):
        if who:
            client.force_login(who())
        assert ("Overrides" in read(client.get("/connections/")).text("nav")) is sees

    def test_private_matrix_sends_visitors_to_the_login(self, client, settings):
        settings.PUBLIC_MATRIX = False
        answer = client.get("/connections/?port=443")
        assert (answer.status_code, answer["Location"]) == (
            302,
            "/accounts/login/?next=/connections/%3Fport%3D443",
        )
        assert client.get("/connections/", headers=HTMX)["HX-Redirect"] == "/accounts/login/?next=/connections/"
        client.force_login(helpers.outsider())
        assert client.get("/connections/").status_code == 200


class TestCost:
    @pytest.mark.parametrize(
        ("query", "most"), [("", 6), ("destination=appliance&transport=tcp&q=com", 6), ("q=nothing&transport=udp", 6)]
    )
    def test_queries_are_few_and_do_not_grow_with_the_rows(self, client, query, most):
        def cost():
            with CaptureQueriesContext(database) as made:
                client.get(f"/connections/?{query}")
            return len(made)

        before = cost()
        assert before <= most
        helpers.double_the_catalogue()
        assert cost() == before

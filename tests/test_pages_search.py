"""The search's pages: where Enter leads, the page of all hits, hits while typing, refusals, who may search."""

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from portmatrix.models import Assumption, Component, Connection, Port, Statement

from .support import helpers
from .support.reading import addresses, headings, html_of, main_of, section, words

pytestmark = pytest.mark.django_db

CITRIX = "citrix-provisioning-connector"
TO_CITRIX = [
    f"admin-user-to-{CITRIX}-communication",
    f"agent-on-citrix-provisioning-to-{CITRIX}-disk-download",
]
SECRET = "CHG-1042 by the night shift"


@pytest.fixture
def moved():
    return helpers.override_port(f"{CITRIX}-tcp-3509", 13509, SECRET)


def typed(client, text):
    """The answer to htmx, as while typing."""
    return client.get("/search/", {"q": text}, headers={"HX-Request": "true"})


class TestEnter:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("3509", "/ports/3509/"),
            ("13509", "/ports/13509/"),
            ("tcp 3509", "/ports/3509/"),
            ("443", "/ports/443/"),
            ("Appliance", "/components/appliance/"),
            ("nutanix-prism", "/components/nutanix-prism/"),
        ],
    )
    def test_what_is_clearly_meant_opens(self, client, moved, text, address):
        response = client.get("/search/", {"q": text})
        assert (response.status_code, response.headers["Location"]) == (302, address)
        assert "HX-Request" in response.headers["Vary"].split(", ")
        assert client.get(address).status_code == 200

    @pytest.mark.parametrize("text", ["hyper", "log", "4711", "35", "applaince", "zebra", "3509 citrix"])
    def test_what_is_not_clear_shows_the_page(self, client, text):
        response = client.get("/search/", {"q": text})
        assert response.status_code == 200
        assert headings(response) == [f"Search for “{text}”"]

    def test_all_shows_the_page_anyway(self, client):
        response = client.get("/search/", {"q": "3509", "all": "1"})
        assert response.status_code == 200
        assert addresses(section(response, "found-ports"), r"([^\"]+)") == ["/ports/3509/"]


class TestPage:
    def test_every_hit_is_on_it_by_kind(self, client, moved):
        response = client.get("/search/", {"q": "3509", "all": "1"})
        assert words(section(response, "found-ports")) == (
            "Ports 1 3509 Citrix Provisioning connector service TCP HTTPS, moved to 13509"
        )
        assert addresses(section(response, "found-connections"), r"/connections/([a-z0-9-]+)/") == TO_CITRIX
        assert addresses(section(response, "found-rows"), r"([^\"]+)") == [
            "/document/#admin-user-6",
            "/document/#internal-12",
            "/document/#internal-13",
            "/document/#key-agent-4",
        ]
        assert "Communication: TCP 3009, TCP 13509 (moved from 3509) · Management" in words(main_of(response))

    def test_a_number_says_who_came(self, client, moved):
        page = section(client.get("/search/", {"q": "13509", "all": "1"}), "found-ports")
        assert words(page).endswith("Citrix Provisioning connector service TCP HTTPS, moved here from 3509")

    def test_a_number_of_many_listeners_is_one_hit(self, client):
        page = section(client.get("/search/", {"q": "443", "all": "1"}), "found-ports")
        assert words(page) == "Ports 1 443 App Layering web API, Appliance and 6 more 8 listeners"

    def test_a_moved_one_among_many_is_named(self, client):
        helpers.override_port("agent-tcp-8016", 443)
        page = section(client.get("/search/", {"q": "8016", "all": "1"}), "found-ports")
        assert words(page) == "Ports 1 8016 Agent TCP SOAP, moved to 443"
        page = section(client.get("/search/", {"q": "443", "all": "1"}), "found-ports")
        assert words(page).endswith("9 listeners; Agent moved here from 8016")

    def test_both_transports_of_a_number_are_said(self, client):
        page = section(client.get("/search/", {"q": "53", "all": "1"}), "found-ports")
        assert words(page) == "Ports 1 53 Active Directory TCP DNS, UDP DNS"

    def test_an_unused_number_leads_to_its_page(self, client):
        page = main_of(client.get("/search/", {"q": "4711"}))
        assert "Nothing listens on port 4711 , now or by default." in words(page)
        assert addresses(page, r"/ports/(\d+)/") == ["4711"]

    def test_a_number_that_is_no_port_says_so(self, client):
        page = main_of(client.get("/search/", {"q": "70000"}))
        assert "70000 is not a port. Port numbers go from 1 to 65535." in words(page)
        assert addresses(page, r"/ports/(\d+)/") == []

    def test_no_match_says_what_to_try(self, client):
        page = words(main_of(client.get("/search/", {"q": "zebra <b>"})))
        assert "Nothing matches “zebra <b>”. Every word has to match: try fewer of them" in page
        assert page.endswith("All connections All components All ports")

    def test_no_catalogue_is_not_no_match(self, client):
        for model in (Connection, Statement, Assumption, Port):
            model.objects.all().delete()
        Component.objects.update(host=None, group=None, platform=None)
        Component.objects.all().delete()
        page = words(main_of(client.get("/search/", {"q": "log"})))
        assert "The catalogue is not loaded." in page
        assert "Nothing matches" not in page

    def test_without_a_text_it_says_what_can_be_found(self, client):
        response = client.get("/search/")
        assert (response.status_code, headings(response)) == (200, ["Search"])
        assert "Type into the box above: a port number" in words(main_of(response))

    def test_the_box_keeps_the_text_and_stands_on_every_page(self, client):
        box = r'<input type="search" name="q" value="([^"]*)" maxlength="200" placeholder="3509, hyper, log"'
        for address, value in (("/search/?q=hyper", "hyper"), ("/", ""), ("/components/?q=hyper", ""), ("/x/", "")):
            assert re.findall(box, html_of(client.get(address))) == [value]


class TestWhileTyping:
    def test_the_answer_is_the_hits_alone(self, client):
        response = typed(client, "hyper")
        assert "<html" not in response.content.decode()
        assert "HX-Request" in response.headers["Vary"].split(", ")

    def test_each_kind_shows_its_first_five(self, client):
        html = html_of(typed(client, "443"))
        assert re.findall(r'<p id="hits-([a-z]+)">(.*?)</p>', html) == [
            ("ports", "Ports"),
            ("connections", "Connections, the first 5 of 10"),
            ("rows", "Rows of the document, the first 5 of 13"),
        ]
        assert len(addresses(html, r"/connections/([a-z0-9-]+)/")) == 5
        assert addresses(html, r"(/search/[^\"]+)") == ["/search/?q=443&all=1"]

    def test_enter_is_announced_where_it_leads(self, client):
        assert re.findall(r'<a class="best" href="([^"]+)".*?<kbd>', html_of(typed(client, "3509"))) == ["/ports/3509/"]
        html = typed(client, "hyper").content.decode()
        assert 'class="best"' not in html
        assert "All 21 results on a page Enter" in words(html)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("3509", "7 results: Ports 1, Connections 2, Rows of the document 4. Arrow down goes to them."),
            ("applaince", "1 result: Did you mean 1. Arrow down goes to them."),
            ("4711", "No result."),
            ("x" * 201, "The question was not understood."),
        ],
    )
    def test_the_count_is_said_out_of_band(self, client, text, said):
        html = html_of(typed(client, text))
        assert words(re.search(r'<p id="hits-said" hx-swap-oob="innerHTML">.*?</p>', html)[0]) == said

    def test_a_restored_page_is_whole(self, client):
        headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
        response = client.get("/search/", {"q": "hyper"}, headers=headers)
        assert headings(response) == ["Search for “hyper”"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("q=", "q The value is empty. Give a value, or leave the parameter out."),
            ("q=%20", "q The value is empty. Give a value, or leave the parameter out."),
            ("q=a&q=b", "q Given more than once. Give it once."),
            ("q=" + "x" * 201, "q Ensure this value has at most 200 characters (it has 201)."),
            ("q=a%00b", "q Null characters are not allowed."),
            ("query=3509", "query Unknown parameter 'query'. Use one of: q, all."),
            ("q=3509&all=yes", "all Give 1, or leave the parameter out."),
        ],
    )
    def test_a_faulty_question_is_400_with_the_message(self, client, query, message):
        page, fragment = (
            client.get(f"/search/?{query}"),
            client.get(f"/search/?{query}", headers={"HX-Request": "true"}),
        )
        assert (page.status_code, fragment.status_code) == (400, 400)
        assert message in words(main_of(page))
        assert message in words(fragment.content.decode())
        assert b"\0" not in page.content + fragment.content

    @pytest.mark.parametrize(
        "text", ["x" * 200, "9" * 200, "%_\\'\"", "<script>", "\ud7ff\U0010ffff", "a" + "\u0301" * 99]
    )
    def test_odd_text_is_only_text(self, client, text):
        assert client.get("/search/", {"q": text}).status_code == 200
        assert typed(client, text).status_code == 200

    def test_it_is_read_only(self, client):
        assert client.post("/search/").status_code == 405


class TestAccess:
    @pytest.mark.parametrize("person", [helpers.viewer, helpers.outsider, None])
    def test_who_moved_a_listener_and_why_is_never_shown(self, client, moved, person):
        if person:
            client.force_login(person())
        for text in ("13509", "CHG-1042", "night shift"):
            assert SECRET not in client.get("/search/", {"q": text, "all": "1"}).content.decode()

    def test_a_private_matrix_is_not_searched(self, client, settings):
        settings.PUBLIC_MATRIX = False
        response = client.get("/search/?q=3509")
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/accounts/login/?next=/search/%3Fq%3D3509",
        )
        assert "HX-Redirect" in typed(client, "3509").headers
        assert 'class="search"' not in client.get("/accounts/login/").content.decode()

    def test_a_private_matrix_is_searched_after_signing_in(self, client, settings):
        settings.PUBLIC_MATRIX = False
        client.force_login(helpers.outsider())
        assert client.get("/search/?q=3509").headers["Location"] == "/ports/3509/"
        assert 'class="search"' in client.get("/").content.decode()


@pytest.mark.parametrize("text", ["3509", "hyper", "a", "applaince"])
def test_double_rows_cost_the_same_queries(client, text):
    def queries(ask):
        with CaptureQueriesContext(database) as asked:
            ask()
        return len(asked)

    def page():
        client.get("/search/", {"q": text, "all": "1"})

    def fragment():
        typed(client, text)

    before = queries(page), queries(fragment)
    helpers.double_the_catalogue()
    assert (queries(page), queries(fragment)) == before == (7, 6)

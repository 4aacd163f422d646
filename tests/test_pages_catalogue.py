"""The pages of components and ports, and what all pages of the catalogue have in common."""

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from portmatrix.models import Assumption, Component, Connection, Port, Statement
from portmatrix.pages import ports

from .support import helpers
from .support.reading import addresses, connections_in, headings, html_of, main_of, part, section, words

pytestmark = pytest.mark.django_db

CITRIX = "/components/citrix-provisioning-connector/"
TO_CITRIX = [
    "admin-user-to-citrix-provisioning-connector-communication",
    "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
]
PAGES = [
    "/components/",
    "/components/appliance/",
    "/components/agent/",
    "/ports/",
    "/ports/443/",
    "/ports/4711/",
    "/document/",
    "/connections/appliance-to-agent-communication/",
]


@pytest.fixture
def moved():
    return helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509, "CHG-1042")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_and_nothing_inline(client, path):
    response = client.get(path)
    html = response.content.decode()
    assert response.status_code == 200
    assert len(headings(response)) == 1
    assert re.findall(r"<style|\sstyle=|<script>|\son[a-z]+=", html) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_the_same_queries_when_rows_double(client, path):
    with CaptureQueriesContext(database) as before:
        client.get(path)
    helpers.double_the_catalogue()
    with CaptureQueriesContext(database) as after:
        client.get(path)
    assert len(after) == len(before) <= 8


@pytest.mark.parametrize("path", PAGES)
def test_a_private_matrix_asks_for_a_login(client, settings, path):
    settings.PUBLIC_MATRIX = False
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_read_only(client, path):
    assert client.post(path).status_code == 405


class TestComponents:
    def rows(self, response):
        return re.findall(r'class="depth-(\d)"><a href="/components/([a-z0-9-]+)/"', html_of(response))

    def test_services_stand_under_their_host_and_members_under_their_group(self, client):
        assert self.rows(client.get("/components/")) == [
            ("0", "admin-user"),
            ("0", "appliance"),
            ("1", "azure-connector"),
            ("1", "bits-server"),
            ("1", "citrix-hypervisor-connector"),
            ("1", "citrix-provisioning-connector"),
            ("1", "google-connector"),
            ("1", "hyper-v-connector"),
            ("1", "nutanix-connector"),
            ("1", "vsphere-connector"),
            ("0", "agent"),
            ("1", "agent-on-citrix-provisioning"),
            ("1", "agent-on-hyper-v"),
            ("0", "compositing-machine"),
            ("0", "citrix-hypervisor"),
            ("0", "nutanix-prism"),
            ("0", "vsphere"),
            ("1", "esxi-hosts"),
            ("1", "vcenter"),
            ("0", "azure"),
            ("0", "google-cloud"),
            ("0", "active-directory"),
            ("0", "dhcp-server"),
            ("0", "nfs-file-server"),
            ("0", "ntp-server"),
            ("0", "smb-file-server"),
            ("0", "app-layering-web-api"),
            ("0", "citrix-cdn"),
        ]

    def test_services_without_their_host_in_the_list_say_on_what_they_run(self, client):
        response = client.get("/components/?kind=connector&q=azure")
        assert self.rows(response) == [("0", "azure-connector")]
        assert "Azure connector service on Appliance" in words(main_of(response))

    def test_counts_go_by_reach(self, client):
        html = client.get("/components/").content.decode()
        counts = dict(re.findall(r'href="/connections/\?(\w+=[a-z0-9-]+)">(\d+)<', html))
        assert counts["destination=appliance"] == "19"
        assert counts["source=appliance"] == "17"
        assert counts["source=agent-on-hyper-v"] == "4"
        assert counts["destination=vsphere"] == "3"
        assert counts["destination=azure-connector"] == "1"

    def test_counts_are_what_the_linked_listing_holds(self, client):
        html = client.get("/components/").content.decode()
        for query, count in re.findall(r'href="/connections/\?(\w+=[a-z0-9-]+)">(\d+)<', html):
            assert client.get(f"/api/connections/?{query}").json()["count"] == int(count), query

    @pytest.mark.parametrize(
        "query", ["", "host=appliance", "group=agent&group=vsphere", "kind=cloud", "q=hyper", "limit=5&offset=3"]
    )
    def test_page_and_api_show_the_same_components(self, client, query):
        page, api = client.get(f"/components/?{query}"), client.get(f"/api/components/?{query}")
        assert {slug for _, slug in self.rows(page)} == {row["slug"] for row in api.json()["results"]}

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("kind=conector", "No kind 'conector'. Did you mean connector ?"),
            ("host=aplliance", "No component 'aplliance'. Did you mean appliance ?"),
            ("colour=red", "Unknown parameter 'colour'."),
            ("q=", "The value is empty."),
            ("limit=0", "Ensure this value is greater than or equal to 1."),
        ],
    )
    def test_a_fault_is_refused_by_name_and_shows_no_rows(self, client, query, message):
        response = client.get(f"/components/?{query}")
        assert response.status_code == 400
        assert message in words(part(response, 'role="alert"', "</main>"))
        assert self.rows(response) == []

    def test_no_match_is_told_from_no_data(self, client):
        assert "No components match." in words(main_of(client.get("/components/?q=zebra")))
        for model in (Statement, Connection, Port, Assumption):
            model.objects.all().delete()
        Component.objects.update(host=None, group=None, platform=None)
        Component.objects.all().delete()
        assert "The catalogue is not loaded." in words(main_of(client.get("/components/")))

    def test_the_form_works_without_scripts(self, client):
        response = client.get("/components/?apply=1&q=&kind=agent&host=&group=")
        assert (response.status_code, response.headers["Location"]) == (302, "/components/?kind=agent")
        assert '<option value="agent" selected>' in client.get("/components/?kind=agent").content.decode()

    def test_the_form_loses_no_further_value(self, client):
        html = client.get("/components/?kind=agent&kind=cloud&ordering=-name").content.decode()
        assert '<input type="hidden" name="kind" value="cloud">' in html
        assert '<input type="hidden" name="ordering" value="-name">' in html


class TestComponent:
    def test_its_other_names_say_who_calls_it_so(self, client):
        head = part(client.get("/components/appliance/"), '<div class="head">', '<dl class="strip">')
        assert words(head).endswith(
            "Also called App Layering appliance , ELM , Enterprise Layer Manager , Unidesk ELM , Unidesk appliance ."
        )
        assert '<span title="older editions of the vendor page">ELM</span>' in head
        assert "Also called" not in words(main_of(client.get("/components/citrix-cdn/")))

    def test_a_service_is_reached_by_its_own_connections_alone(self, client):
        response = client.get(CITRIX)
        assert connections_in(section(response, "h-reach")) == TO_CITRIX
        assert connections_in(section(response, "h-opens")) == []
        assert "It runs on the Appliance , so what reaches it arrives at that address." in words(main_of(response))

    def test_a_member_does_what_its_group_does(self, client):
        response = client.get("/components/agent-on-hyper-v/")
        assert sorted(connections_in(section(response, "h-opens"))) == [
            "agent-on-hyper-v-to-bits-server-disk-upload",
            "agent-on-hyper-v-to-hyper-v-connector-disk-download",
            "agent-to-appliance-initial-registration",
            "agent-to-appliance-log-deliveries-from-agent",
        ]
        assert connections_in(section(response, "h-reach")) == ["appliance-to-agent-communication"]
        assert words(section(response, "h-opens")).count("from Agent , the group that it belongs to") == 2

    def test_a_group_is_reached_through_its_members(self, client):
        said = words(section(client.get("/components/vsphere/"), "h-reach"))
        assert said.count("which is a member of it") == 2
        assert "to vCenter , which is a member of it" in said

    def test_a_host_is_reached_through_its_services_and_says_through_which(self, client):
        response = client.get("/components/appliance/")
        reached = section(response, "h-reach")
        assert set(TO_CITRIX) < set(connections_in(reached))
        assert words(reached).count("to Citrix Provisioning connector service , which runs on it") == 2
        assert "19 connections reach it; it opens 17 ." in words(main_of(response))

    def test_what_the_page_says_stands_word_for_word_in_its_order(self, client):
        said = section(client.get(CITRIX), "h-said")
        assert addresses(said, "/document/#([a-z0-9-]+)") == [
            "admin-user-6",
            "internal-12",
            "internal-13",
            "key-agent-4",
        ]
        quotes = [words(quote) for quote in re.findall(r"<blockquote>.*?</blockquote>", said, re.DOTALL)]
        assert quotes == [
            "Citrix Provisioning connector service Communication TCP 3009 (HTTP), 3509 (HTTPS)",
            "Admin user Appliance Citrix Provisioning connector communication TCP 3009 (HTTP), 3509 (HTTPS)",
            "Agent on Citrix Provisioning server Appliance Disk download TCP 3009 (HTTP), 3509 (HTTPS)",
            "Agent server to appliance: Citrix Provisioning disk download - Ports 3009 HTTP, 3509 HTTPS",
        ]

    def test_assumptions_stand_apart_with_their_basis(self, client):
        how = section(client.get(CITRIX), "h-how")
        assert addresses(how, "/document/#assumption-([a-z-]+)") == [
            "admin-table-source",
            "any-port-may-move",
            "appliance-means-connector",
            "both-ports",
        ]
        assert re.findall(r"<small>(.*?)</small>", how) == [
            "stated elsewhere on the page",
            "inferred",
            "stated elsewhere on the page",
            "inferred",
        ]

    def test_a_moved_listener_shows_now_and_default(self, client, moved):
        strip = words(part(client.get(CITRIX), '<dl class="strip">', "</dl>"))
        assert "13509 TCP HTTPS moved from 3509 everywhere" in strip

    def test_who_moved_it_and_why_is_for_viewers(self, client, moved):
        assert "CHG-1042" not in client.get(CITRIX).content.decode()
        client.force_login(helpers.outsider())
        assert "CHG-1042" not in client.get(CITRIX).content.decode()
        client.force_login(helpers.viewer())
        html = html_of(client.get(CITRIX))
        assert "CHG-1042, user not recorded" in html
        assert "/overrides/" not in main_of(client.get(CITRIX))

    def test_editors_move_from_here(self, client, moved):
        client.force_login(helpers.editor())
        assert addresses(main_of(client.get(CITRIX)), '(/overrides/[^"]*)') == [
            "/overrides/add/?port=citrix-provisioning-connector-tcp-3009",
            f"/overrides/{moved.pk}/edit/",
        ]

    def test_the_api_call_asks_for_the_same(self, client):
        calls = addresses(section(client.get(CITRIX), "h-take"), r"(/api/[^\"]*)")
        assert calls[0] == "/api/connections/?component=citrix-provisioning-connector"
        assert [row["slug"] for row in client.get(calls[0]).json()["results"]] == TO_CITRIX
        assert [client.get(call).status_code for call in calls] == [200, 200, 200]


class TestPorts:
    @pytest.mark.parametrize(
        "query",
        ["", "number=443", "transport=udp", "component=appliance", "application=HTTPS&q=connector", "ordering=-number"],
    )
    def test_page_and_api_show_the_same_listeners_in_the_same_order(self, client, moved, query):
        page, api = client.get(f"/ports/?{query}"), client.get(f"/api/ports/?{query}")
        shown = re.findall(r'href="/ports/(\d+)/">.*?href="/components/([a-z0-9-]+)/"', main_of(page), re.DOTALL)
        listed = [(str(row["number"]), row["component"]["slug"]) for row in api.json()["results"]]
        assert shown == listed

    def test_the_default_of_a_moved_listener_is_struck_out(self, client, moved):
        response = client.get("/ports/?number=13509")
        assert '<s title="default">3509</s>' in main_of(response)
        assert "13509 3509 moved TCP HTTPS Citrix Provisioning connector service on Appliance 2" in words(
            main_of(response)
        )

    def test_a_number_that_is_no_port_is_refused(self, client):
        response = client.get("/ports/?number=65536")
        assert response.status_code == 400
        assert "'65536' is not a port." in words(main_of(response))

    def test_headings_sort(self, client):
        heading = part(
            client.get("/ports/?ordering=component"), '<th scope="col" role="columnheader" class="dst"', "</th>"
        )
        assert 'aria-sort="ascending"' in heading
        assert addresses(heading, '(/[^"]*)') == ["/ports/?ordering=-component"]


class TestPort:
    def test_a_default_in_effect(self, client):
        response = client.get("/ports/3509/")
        assert headings(response) == ["Port 3509"]
        assert "1 listener at this number." in words(main_of(response))
        listener = section(response, "h-citrix-provisioning-connector-tcp-3509")
        assert words(listener).startswith("Citrix Provisioning connector service , TCP HTTPS default and in effect")
        assert connections_in(listener) == TO_CITRIX

    def test_moved_away(self, client, moved):
        response = client.get("/ports/3509/")
        assert "Nothing listens here now: 1 listener stood here by default and moved away." in words(main_of(response))
        listener = section(response, "h-citrix-provisioning-connector-tcp-3509")
        assert "moved away to 13509" in words(listener)
        assert connections_in(listener) == TO_CITRIX

    def test_moved_here(self, client, moved):
        listener = section(client.get("/ports/13509/"), "h-citrix-provisioning-connector-tcp-3509")
        assert "moved here from 3509" in words(listener)
        assert connections_in(listener) == TO_CITRIX

    def test_one_moved_in_where_another_moved_out(self, client, moved):
        helpers.override_port("hyper-v-connector-tcp-3512", 3509)
        response = client.get("/ports/3509/")
        assert "1 listener at this number; 1 more stood here by default and moved away." in words(main_of(response))
        assert re.findall(r'<section aria-labelledby="h-([a-z0-9-]+)"', main_of(response)) == [
            "hyper-v-connector-tcp-3512",
            "citrix-provisioning-connector-tcp-3509",
            "take",
        ]

    def test_why_it_moved_is_for_viewers(self, client, moved):
        assert "CHG-1042" not in client.get("/ports/13509/").content.decode()
        client.force_login(helpers.viewer())
        assert "CHG-1042, user not recorded" in html_of(client.get("/ports/13509/"))

    def test_both_transports_of_a_number(self, client):
        html = main_of(client.get("/ports/53/"))
        assert re.findall(r'<section aria-labelledby="h-([a-z0-9-]+)"', html) == [
            "active-directory-tcp-53",
            "active-directory-udp-53",
            "take",
        ]

    def test_a_number_that_nobody_uses_names_the_nearest(self, client):
        response = client.get("/ports/4711/")
        assert response.status_code == 200
        assert "Nothing uses this number, now or by default." in words(main_of(response))
        assert addresses(main_of(response), r"/ports/(\d+)/") == ["3516", "5900"]

    @pytest.mark.parametrize(
        ("number", "expected"), [(1, [22]), (21, [22]), (30, [22, 80]), (100, [80]), (65535, [80])]
    )
    def test_nearest(self, number, expected):
        assert ports.nearest(number, {22, 80}) == expected

    @pytest.mark.parametrize("number", ["0", "65536", "99999999999999999999999"])
    def test_what_is_no_port_number_is_not_found_and_says_so(self, client, number):
        response = client.get(f"/ports/{number}/")
        assert response.status_code == 404
        assert "is not a port. Port numbers go from 1 to 65535." in words(main_of(response))

    @pytest.mark.parametrize("number", [1, 65535])
    def test_the_outermost_port_numbers_have_pages(self, client, number):
        assert client.get(f"/ports/{number}/").status_code == 200

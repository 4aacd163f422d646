"""The page of one connection, and the vendor's document row by row."""

import re

import pytest

from portmatrix.models import Assumption, Statement
from portmatrix.pages import vendor_page

from .support import helpers
from .support.reading import addresses, connections_in, main_of, part, section, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved():
    return helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509, "CHG-1042")


class TestConnection:
    SLUG = "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download"

    def test_ends_ports_and_sources(self, client, moved):
        response = client.get(f"/connections/{self.SLUG}/")
        strip = words(part(response, '<dl class="strip">', "</dl>"))
        assert strip == (
            "From Agent on Citrix Provisioning server Agent "
            "To Citrix Provisioning connector service Runs on the Appliance , at its address. "
            "Class Agent Disk download"
        )
        said = words(section(response, "h-ports"))
        assert "3009 HTTP TCP 3009" in said
        assert "13509 3509 HTTPS moved TCP 3509" in said
        assert addresses(section(response, "h-ports"), "/ports/([0-9]+)/") == ["3009", "13509"]
        quoted = addresses(section(response, "h-said"), "/document/#([a-z0-9-]+)")
        assert quoted == ["internal-13", "key-agent-4"]

    def test_the_api_call_is_for_this_connection(self, client):
        calls = addresses(section(client.get(f"/connections/{self.SLUG}/"), "h-take"), '(/[^"]*)')
        assert calls == [f"/api/connections/{self.SLUG}/"]
        assert client.get(calls[0]).json()["slug"] == self.SLUG

    def test_a_host_name_of_the_page_is_shown(self, client):
        response = client.get("/connections/appliance-to-citrix-cdn-download-upgrade-media/")
        assert "To Citrix CDN alcdn.citrix.com" in words(part(response, '<dl class="strip">', "</dl>"))

    def test_an_unknown_one_is_not_found(self, client):
        assert client.get("/connections/appliance-to-nowhere/").status_code == 404


class TestDocument:
    def test_every_row_stands_in_the_order_of_the_page(self, client):
        html = main_of(client.get("/document/"))
        anchors = re.findall(r'<(?:tr role="row"|li) id="((?!assumption)[a-z-]+-\d+)"', html)
        sizes = {
            "admin-user": 10,
            "internal": 22,
            "external": 2,
            "os-image": 1,
            "key-management": 4,
            "key-servers": 8,
            "key-agent": 6,
            "key-connectors": 7,
        }
        assert anchors == [f"{name}-{row}" for name, rows in sizes.items() for row in range(1, rows + 1)]

    def test_a_table_has_the_columns_that_the_page_prints(self, client):
        response = client.get("/document/")
        columns = re.findall(r'columnheader">(.*?)</th>', section(response, "section-admin-user"))
        assert columns == ["Destination", "Activity", "Protocol", "Ports", "States"]
        columns = re.findall(r'columnheader">(.*?)</th>', section(response, "section-internal"))
        assert columns == ["Source", "Destination", "Activity", "Protocol", "Ports", "States"]

    def test_bullets_stand_under_their_sub_headings(self, client):
        agent = section(client.get("/document/"), "section-key-agent")
        assert re.findall(r"<h3>(.*?)</h3>", agent) == ["Appliance to agent server:", "Agent server to appliance:"]
        assert "Commands from appliance/SOAP - Port 8016" in words(agent)

    def test_a_row_is_tied_to_all_its_connections(self, client):
        row = part(client.get("/document/"), '<tr role="row" id="internal-4"', "</tr>")
        assert sorted(connections_in(row)) == [
            "appliance-to-esxi-hosts-communication-with-datastore-via-esxi-host",
            "appliance-to-vcenter-communication-with-datastore-via-esxi-host",
        ]

    def test_assumptions_stand_with_their_basis_and_what_they_touch(self, client):
        html = part(client.get("/document/"), '<li id="assumption-dns-at-active-directory"', "</details>")
        assert "inferred" in words(html)
        assert connections_in(html) == ["appliance-to-active-directory-dns"]

    def test_the_lead_counts_rows_and_assumptions_by_basis(self, client):
        lead = words(part(client.get("/document/"), '<p class="lead">', "</p>"))
        assert "all 60 rows as printed" in lead
        bases = vendor_page.count_by_basis(Assumption.objects.all())
        assert sum(count for _, count in bases) == Assumption.objects.count()
        assert lead.endswith(": " + ", ".join(f"{count} {basis}" for basis, count in bases) + ".")

    def test_every_reference_of_other_pages_leads_to_an_anchor(self, client):
        html = client.get("/document/").content.decode()
        for thing in [*Statement.objects.all(), *Assumption.objects.all()]:
            assert f'id="{thing.get_absolute_url().partition("#")[2]}"' in html

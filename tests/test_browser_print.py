"""Pages on paper: a sheet that can go into a change request, read back from the PDF that the browser prints."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from portmatrix.models import Component, Connection

from .support import helpers

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NAVIGATION = (
    "Skip to content",
    "Sign in",
    "Overrides",
    "Document",
    "Clear all",
    "Apply",
    "JSON",
    "XLSX",
    "OpenAPI",
    "Keyboard",
)
AS_OF = r"as of \d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d UTC"


@pytest.fixture
def moved(live_server):
    return helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)


def sheets_of(page, path):
    """The sheets that the browser prints of a page."""
    page.goto(path)
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, format="A4"))).pages


def text_of(sheet):
    return " ".join(sheet.extract_text().split())


def printed_ports(text):
    """Every number on a sheet that could be a port, moved ones and struck-out defaults included."""
    return {int(number) for number in re.findall(r"(?<![\d:.,])\d{2,5}(?![\d:])", text)}


def frame_of(sheets, address):
    """Assert what stands around the content of every printed page, and return the text between."""
    texts = [text_of(sheet) for sheet in sheets]
    assert re.search(f"Printed from {re.escape(address)}, {AS_OF}", texts[0])
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
    everything = " ".join(texts)
    assert [word for word in NAVIGATION if word in everything] == []
    return everything


def is_upright(sheet):
    return sheet.mediabox.height > sheet.mediabox.width


class TestConnections:
    def test_the_matrix_is_one_sheet_with_every_port(self, page, live_server, moved):
        sheets = sheets_of(page, "/")
        text = frame_of(sheets, f"{live_server.url}/")
        assert len(sheets) == 1
        assert "Connections 36 connections between 28 components." in text
        for connection in Connection.objects.with_ports():
            assert {port.effective_number for port in connection.ports.all()} <= printed_ports(text)
        assert "68/udp" in text
        assert 3509 not in printed_ports(text)

    def test_the_table_says_its_filters_and_has_all_its_rows(self, page, live_server, moved):
        sheets = sheets_of(page, "/connections/?destination=appliance&transport=tcp")
        text = frame_of(sheets, f"{live_server.url}/connections/?destination=appliance&transport=tcp")
        assert "Connections 18 of 36 connections to Appliance, over TCP." in text
        assert "Source Destination Activity Transport Port Class Stated in" in text
        assert "1\N{EN DASH}18 of 18" in text
        appliance = Component.objects.get(slug="appliance")
        rows = Connection.objects.reaching(appliance).with_ends().with_ports().exclude(ports__transport="udp")
        for row in rows:
            ports = " ".join(ports_as_printed(row))
            assert f"{row.source} {row.destination} {row.activity} TCP {ports}" in text

    def test_a_part_of_a_set_says_that_it_is_one(self, page, live_server):
        text = frame_of(sheets_of(page, "/connections/?limit=5"), f"{live_server.url}/connections/?limit=5")
        assert "1\N{EN DASH}5 of 36" in text

    def test_the_line_for_paper_follows_the_filters(self, page, live_server):
        page.goto("/connections/")
        page.check("#f-destination-appliance")
        page.wait_for_url("**/connections/?destination=appliance")
        page.emulate_media(media="print")
        assert f"Printed from {live_server.url}/connections/?destination=appliance, as of" in page.inner_text(
            "#printed"
        )

    def test_the_diagram_lies_on_one_sheet(self, page, live_server):
        sheets = sheets_of(page, "/?view=diagram")
        text = frame_of(sheets, f"{live_server.url}/?view=diagram")
        assert [is_upright(sheet) for sheet in sheets] == [False]
        assert "App Layering web API" in text
        assert 9440 in printed_ports(text)

    def test_the_matrix_stands_upright(self, page, live_server):
        assert [is_upright(sheet) for sheet in sheets_of(page, "/")] == [True]


def ports_as_printed(connection):
    """The ports of a row of the table: number, struck-out default, application, badge."""
    for port in connection.ports.all():
        yield str(port.effective_number)
        if port.is_overridden:
            yield str(port.number)
        if port.application:
            yield port.get_application_display()
        if port.is_overridden:
            yield "moved"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "/components/citrix-provisioning-connector/",
            [
                "Citrix Provisioning connector service",
                "Listens on 13509 TCP HTTPS moved from",
                "Agent on Citrix Provisioning server Disk download",
            ],
        ),
        ("/ports/3509/", ["Port 3509", "moved away to 13509", "Agent on Citrix Provisioning server Disk download"]),
        ("/document/", ["The page, row by row", "Key ports: App Layering agent", "What the page leaves open 15"]),
        ("/components/?kind=cloud", ["Components 2 components.", "Google Cloud"]),
    ],
)
def test_other_pages_are_sheets_too(page, live_server, moved, path, expected):
    text = frame_of(sheets_of(page, path), live_server.url + path)
    assert [words for words in expected if words not in text] == []


def test_paper_is_white_whatever_the_theme(page, live_server):
    page.emulate_media(color_scheme="dark")
    page.goto("/")
    page.get_by_title("Dark").click()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"

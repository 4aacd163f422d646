"""What a page says of itself to search engines and link previews, and the line that it carries for paper."""

import re
from html import unescape

import pytest
from django.conf import settings

from .support import helpers

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"


def metas(response):
    """{name or property: content} of the head's meta elements; an element may have both."""
    found = {}
    for attributes in re.findall(r"<meta ([^>]*)>", response.content.decode()):
        pairs = dict(re.findall(r'([a-z-]+)="([^"]*)"', attributes))
        found |= {pairs[key]: unescape(pairs.get("content", "")) for key in ("name", "property") if key in pairs}
    return found


@pytest.mark.parametrize(
    ("path", "title", "description"),
    [
        (
            "/connections/?destination=appliance&transport=tcp",
            "Connections to Appliance, over TCP",
            "18 of 36 connections to Appliance, over TCP. Firewall ports of Citrix App Layering, "
            "as a matrix, a table and a diagram.",
        ),
        (
            "/ports/3509/",
            "Port 3509",
            "Port 3509 in Citrix App Layering: Citrix Provisioning connector service, TCP HTTPS "
            "(by default; moved away to 13509).",
        ),
        ("/ports/4711/", "Port 4711", "Port 4711 in Citrix App Layering: nothing listens there."),
        (
            "/connections/agent-to-appliance-initial-registration/",
            "Agent to Appliance: Initial registration",
            "Agent opens a connection to Appliance on TCP 443: Initial registration. "
            "Stated by 2 rows of the vendor\N{RIGHT SINGLE QUOTATION MARK}s page.",
        ),
    ],
)
def test_a_link_preview_says_what_the_page_says(client, path, title, description):
    helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)
    response = client.get(path)
    said = metas(response)
    assert f"<title>{title} · alports</title>" in unescape(response.content.decode())
    assert said["og:title"] == title
    assert said["description"] == said["og:description"] == description
    assert said["og:url"] == f"http://testserver{path}"
    assert said["og:type"] == "website"


@pytest.mark.parametrize(
    "path", ["/", "/components/", "/components/vsphere/", "/ports/", "/document/", "/search/?q=log"]
)
def test_every_page_describes_itself(client, path):
    described = metas(client.get(path))["description"]
    assert 40 < len(described) < 400
    assert "<" not in described


def test_the_picture_of_a_link_is_ours_and_small(client):
    said = metas(client.get("/"))
    assert said["og:image"] == "http://testserver/static/portmatrix/card.png"
    picture = (settings.BASE_DIR / "portmatrix/static/portmatrix/card.png").read_bytes()
    assert picture.startswith(PNG)
    assert len(picture) < 60 * 1024


@pytest.mark.parametrize("path", ["/search/", "/connections/"])
def test_what_someone_typed_stays_text(client, path):
    typed = '"><script>alert(1)</script>'
    response = client.get(path, {"q": typed})
    assert "<script>alert" not in response.content.decode()
    assert typed in metas(response)["og:title"]


def test_the_line_for_paper_names_the_zone_of_the_installation(client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    html = client.get("/connections/?transport=udp", headers={"HX-Request": "true"}).content.decode()
    line = re.search(r'<p id="printed" hx-swap-oob="innerHTML">(.*?)</p>', html, re.DOTALL)[1]
    assert "http://testserver/connections/?transport=udp" in line
    assert re.search(r"as of \d{1,2} \w+ 20\d\d, \d\d:\d\d JST", line)

"""The diagram on pages and as a file: which connections it draws, what lights up, that a file stands alone."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portmatrix.choices import TrafficClass

from .support import helpers
from .support.reading import drawn_connections
from .support.stand_ins import catalogue

WHOLE = catalogue()
ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_draws_the_filtered_set(client, db):
    page = client.get("/connections/?view=diagram&traffic_class=agent").content.decode()
    assert drawn_connections(page) == {c.slug for c in WHOLE.connections if c.traffic_class == "agent"}
    assert 'href="/connections/diagram.svg?traffic_class=agent"' in page


def test_a_components_page_draws_its_neighbourhood(client, db):
    page = client.get("/components/agent-on-hyper-v/").content.decode()
    assert drawn_connections(page) == {c.slug for c in WHOLE.touching(WHOLE.components["agent-on-hyper-v"])}


def test_the_file_stands_alone(client, db):
    helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)
    response = client.get("/connections/diagram.svg?port=13509")
    text = response.content.decode()
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="connections.svg"'
    assert drawn_connections(text) == {
        "admin-user-to-citrix-provisioning-connector-communication",
        "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
    }
    drawing = ElementTree.fromstring(text)
    used = {use.get("href") for use in drawing.iter(f"{SVG}use")}
    assert used == {"#g-management", "#g-agent", "#i-moved"}
    assert used <= {f"#{symbol.get('id')}" for symbol in drawing.iter(f"{SVG}symbol")}
    assert {link.get("href").split("/")[2] for link in drawing.iter(f"{SVG}a")} == {"testserver"}
    assert "var(" not in text


def test_the_file_of_a_faulty_question_is_refused(client, db):
    response = client.get("/connections/diagram.svg?port=x&sorce=agent")
    assert response.status_code == 400
    assert response.content.decode() == (
        "port: 'x' is not a port. Give a whole number from 1 to 65535.\n"
        "sorce: Unknown parameter 'sorce'. Did you mean 'source'?\n"
    )


def test_the_files_colours_are_those_of_the_light_theme():
    tokens = (ROOT / "portmatrix/static/portmatrix/alports.css").read_text(encoding="utf-8")
    style = (ROOT / "templates/connections/diagram.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): light-dark\((#\w+),", tokens))
    for name in TrafficClass.values:
        assert set(re.findall(rf"\.c-{name} rect {{\s+(?:fill|stroke): (#\w+)", style)) <= {light[name]}
        assert style.count(light[name]) == 2
    assert set(re.findall(r"#\w{6}", style)) <= set(light.values())


@pytest.mark.browser
@pytest.mark.django_db
class TestInABrowser:
    def lit(self, page):
        return set(page.eval_on_selector_all("[data-node].lit", "nodes => nodes.map(node => node.dataset.node)"))

    def test_a_component_under_the_pointer_dims_what_is_not_its_own(self, page):
        page.goto("/connections/?view=diagram")
        page.hover("[data-node=agent-on-hyper-v]")
        assert self.lit(page) == {"agent-on-hyper-v", "agent", "appliance", "bits-server", "hyper-v-connector"}
        page.mouse.move(2, 2)
        expect(page.locator("svg.diagram.dim")).to_have_count(0)

    def test_a_connection_under_focus_lights_its_two_ends(self, page):
        page.goto("/connections/?view=diagram")
        page.focus("a.cap[data-flow=appliance-to-azure-communication]")
        assert self.lit(page) == {"appliance", "azure"}
        page.keyboard.press("Escape")
        expect(page.locator("svg.diagram.dim")).to_have_count(0)

    def test_a_component_leads_to_its_page(self, page, live_server):
        page.goto("/connections/?view=diagram")
        page.click("[data-node=nutanix-prism]")
        expect(page).to_have_url(f"{live_server.url}/components/nutanix-prism/")

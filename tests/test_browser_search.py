"""The search in a browser: hits while typing, keyboard, without a script, phone, themes, accessibility."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .support import helpers

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def box(page):
    return page.get_by_role("searchbox", name="Search ports, components, connections")


def hits(page):
    return page.locator("#hits")


def type_into(page, text):
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type(text)


@pytest.fixture
def moved(live_server):
    return helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)


class TestTyping:
    def test_a_number_and_enter_land_on_the_ports_page(self, page, live_server):
        page.goto("/")
        type_into(page, "3509")
        page.keyboard.press("Enter")
        expect(page).to_have_url(live_server.url + "/ports/3509/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Port 3509")

    def test_hits_appear_by_kind_and_enter_opens_the_best(self, page, live_server, moved):
        page.goto("/components/")
        type_into(page, "3509")
        expect(hits(page).locator("a.best")).to_have_text(
            "3509 Citrix Provisioning connector serviceTCP HTTPS, moved to 13509 Enter"
        )
        expect(hits(page).locator("p")).to_have_text(["Ports", "Connections", "Rows of the document"])
        expect(page.locator("#hits-said")).to_have_text(re.compile(r"^\s*7\s+results:\s+Ports 1,\s+Connections 2"))
        page.keyboard.press("Enter")
        expect(page).to_have_url(live_server.url + "/ports/3509/")

    def test_enter_opens_the_page_where_nothing_is_clearly_meant(self, page, live_server):
        page.goto("/")
        type_into(page, "hyper")
        expect(hits(page)).to_contain_text("All 21 results on a page")
        page.keyboard.press("Enter")
        expect(page).to_have_url(live_server.url + "/search/?q=hyper")
        expect(box(page)).to_have_value("hyper")

    def test_typing_on_replaces_the_hits(self, page):
        page.goto("/")
        type_into(page, "appl")
        expect(hits(page)).to_contain_text("Appliance")
        page.keyboard.type("zebra")
        expect(hits(page)).to_contain_text("Nothing matches “applzebra”.")
        expect(page.locator("#hits-said")).to_have_text("No result.")

    def test_an_emptied_box_shows_and_asks_nothing(self, page, live_server):
        asked = []
        page.on("request", lambda request: asked.append(request.url) if "/search/" in request.url else None)
        page.goto("/")
        type_into(page, "log")
        expect(hits(page).locator("a")).not_to_have_count(0)
        box(page).fill("")
        expect(hits(page)).to_be_hidden()
        box(page).press("Enter")
        page.wait_for_timeout(400)
        assert asked == [live_server.url + "/search/?q=log"]
        expect(page).to_have_url(live_server.url + "/")

    def test_filtering_beside_it_goes_on_working(self, page):
        page.goto("/connections/")
        type_into(page, "hyper")
        expect(hits(page)).to_contain_text("Components")
        page.check("#f-transport-udp")
        expect(page.locator("#sentence")).to_contain_text("over UDP")
        expect(hits(page)).to_be_hidden()


class TestKeyboard:
    def test_arrows_walk_the_hits_and_enter_follows_one(self, page, live_server):
        page.goto("/")
        type_into(page, "hyper")
        expect(hits(page)).to_contain_text("Components")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(hits(page).locator("a").nth(1)).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(box(page)).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(live_server.url + "/components/agent-on-hyper-v/")

    def test_arrows_stop_at_the_last_hit(self, page):
        page.goto("/")
        type_into(page, "prism")
        expect(hits(page)).to_contain_text("Prism")
        last = hits(page).locator("a").last
        last.focus()
        page.keyboard.press("ArrowDown")
        expect(last).to_be_focused()

    def test_escape_closes_and_keeps_the_text(self, page):
        page.goto("/")
        type_into(page, "hyper")
        expect(hits(page)).to_contain_text("Components")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        expect(hits(page)).to_be_hidden()
        expect(box(page)).to_be_focused()
        expect(box(page)).to_have_value("hyper")

    def test_leaving_the_search_closes_the_hits_and_coming_back_shows_them(self, page):
        page.goto("/")
        type_into(page, "hyper")
        expect(hits(page)).to_contain_text("Components")
        page.get_by_role("link", name="Overrides").focus()
        expect(hits(page)).to_be_hidden()
        box(page).focus()
        expect(hits(page)).to_be_visible()
        page.mouse.click(200, 700)
        expect(hits(page)).to_be_hidden()

    def test_slash_in_a_field_is_a_slash(self, page):
        page.goto("/components/")
        page.get_by_label("Words").press("/")
        expect(page.get_by_label("Words")).to_have_value("/")


class TestWithoutJavaScript:
    def test_the_form_works(self, browser, live_server):
        with browser.new_context(java_script_enabled=False, base_url=live_server.url) as context:
            page = context.new_page()
            page.goto("/")
            box(page).fill("hyper")
            box(page).press("Enter")
            expect(page).to_have_url(live_server.url + "/search/?q=hyper")
            expect(page.get_by_role("heading", level=2)).to_have_text(
                ["Components 4", "Connections 5", "Rows of the document 12"]
            )
            box(page).fill("3509")
            box(page).press("Enter")
            expect(page).to_have_url(live_server.url + "/ports/3509/")


class TestPhone:
    @pytest.mark.parametrize("width", [320, 390, 820, 1200, 1440])
    def test_hits_and_page_fit_the_window(self, page, moved, width):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto("/components/")
        box(page).fill("3509")
        expect(hits(page)).to_contain_text("Connections")
        around = hits(page).bounding_box()
        assert (around["x"] >= 0, around["x"] + around["width"] <= width) == (True, True)
        assert around["y"] >= box(page).bounding_box()["y"] + box(page).bounding_box()["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto("/search/?q=hyper")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


class TestAccessibility:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing_in_the_hits_or_on_the_page(self, page, console_faults, moved, scheme):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            for text in ("3509", "hyper", "4711", "applaince"):
                page.goto("/ports/4711/")
                box(page).fill(text)
                expect(page.locator("#hits-said")).to_contain_text("result")
                assert faults(page) == []
            for query in ("", "?q=hyper", "?q=3509&all=1", "?q=4711", "?q=zebra", "?q="):
                page.goto(f"/search/{query}")
                assert faults(page) == []
        assert [fault for fault in console_faults if "400" not in fault] == []
        console_faults.clear()


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found]

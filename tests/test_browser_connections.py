"""The page of connections in a browser: filtering in place, Back, keyboard, phone, themes, accessibility."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .support import helpers
from .support.browser import pasted

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PHONE = {"width": 390, "height": 844}
FILTERED = "/connections/?destination=appliance&transport=tcp"


def sentence(page):
    return page.locator("#sentence")


def table_rows(page):
    return page.locator("table.list tbody tr")


@pytest.fixture
def loads(page):
    """The documents that the browser loaded as a whole, without the ones that htmx fetched."""
    loaded = []
    page.on("request", lambda request: loaded.append(request.url) if request.is_navigation_request() else None)
    return loaded


class TestFiltering:
    def test_choice_swaps_the_set_without_a_page_load(self, page, live_server, loads):
        page.goto("/connections/")
        page.check("#f-destination-appliance")
        expect(sentence(page)).to_have_text("19 of 36 connections to Appliance.")
        page.check("#f-transport-tcp")
        expect(sentence(page)).to_have_text("18 of 36 connections to Appliance, over TCP.")
        expect(page).to_have_url(live_server.url + FILTERED)
        expect(page).to_have_title("Connections to Appliance, over TCP · alports")
        expect(table_rows(page)).to_have_count(18)
        expect(page.locator("label:has(#f-traffic_class-hypervisor) .n")).to_have_text("0")
        assert loads == [live_server.url + "/connections/"]

    def test_focus_stays_on_the_control(self, page):
        page.goto("/connections/")
        page.focus("#f-transport-udp")
        page.keyboard.press("Space")
        expect(sentence(page)).to_contain_text("over UDP")
        expect(page.locator("#f-transport-udp")).to_be_focused()

    def test_text_is_sent_by_enter(self, page, live_server):
        page.goto("/connections/")
        page.fill("#f-port", "8888")
        page.keyboard.press("Enter")
        expect(sentence(page)).to_have_text("1 of 36 connections on port 8888.")
        expect(page).to_have_url(live_server.url + "/connections/?port=8888")
        expect(page.locator("#f-port")).to_be_focused()

    def test_enter_asks_once(self, page):
        asked = []
        page.goto("/connections/")
        page.on("request", lambda request: asked.append(request.url) if "/connections/" in request.url else None)
        page.fill("#f-q", "log")
        page.keyboard.press("Enter")
        expect(sentence(page)).to_contain_text("connections with “log”.")
        assert len(asked) == 1

    def test_back_and_forward_show_the_sets_again(self, page, live_server):
        page.goto("/connections/")
        page.check("#f-destination-appliance")
        expect(sentence(page)).to_have_text("19 of 36 connections to Appliance.")
        page.go_back()
        expect(sentence(page)).to_have_text("36 connections between 28 components.")
        expect(page.locator("#f-destination-appliance")).not_to_be_checked()
        page.go_forward()
        expect(sentence(page)).to_have_text("19 of 36 connections to Appliance.")
        expect(page.locator("#f-destination-appliance")).to_be_checked()

    def test_reloading_shows_the_same_set(self, page):
        page.goto("/connections/")
        page.check("#f-source-admin-user")
        expect(sentence(page)).to_contain_text("from Admin user")  # a request that is under way would be cut off
        page.check("#f-traffic_class-management")
        expect(sentence(page)).to_have_text("11 of 36 connections from Admin user, of class Management.")
        before = table_rows(page).all_inner_texts()
        page.reload()
        expect(sentence(page)).to_have_text("11 of 36 connections from Admin user, of class Management.")
        assert table_rows(page).all_inner_texts() == before
        page.go_back()
        expect(page.locator("#f-traffic_class-management")).not_to_be_checked()

    def test_a_deep_link_with_three_filters(self, page, live_server):
        page.goto("/?source=agent-on-hyper-v&application=HTTPS&section=key-agent&view=table")
        expect(sentence(page)).to_have_text(
            "3 of 36 connections from Agent on Hyper-V server, speaking HTTPS, stated in Key: agent."
        )
        expect(table_rows(page)).to_have_count(3)
        for name in ("source-agent-on-hyper-v", "application-HTTPS", "section-key-agent"):
            expect(page.locator(f"#f-{name}")).to_be_checked()
        page.get_by_label("Remove the filter stated in Key: agent").click()
        expect(page).to_have_url(live_server.url + "/?source=agent-on-hyper-v&application=HTTPS&view=table")

    def test_chip_is_removed_and_the_keyboard_goes_on_from_the_set(self, page, live_server):
        page.goto(FILTERED)
        page.get_by_label("Remove the filter over TCP").click()
        expect(sentence(page)).to_have_text("19 of 36 connections to Appliance.")
        expect(page).to_have_url(live_server.url + "/connections/?destination=appliance")
        expect(page.locator("#f-transport-tcp")).not_to_be_checked()
        expect(page.locator("#main")).to_be_focused()
        page.get_by_role("link", name="Clear all").click()
        expect(sentence(page)).to_have_text("36 connections between 28 components.")

    def test_folded_groups_stay_as_they_were(self, page):
        page.goto("/connections/")
        page.click("#fold-section-summary")
        page.check("#f-section-key-agent")
        expect(sentence(page)).to_contain_text("stated in Key: agent")
        page.uncheck("#f-section-key-agent")
        expect(sentence(page)).to_have_text("36 connections between 28 components.")
        expect(page.locator("#fold-section")).to_have_attribute("open", "")

    def test_fault_is_shown_in_place(self, page, console_faults):
        page.goto("/connections/")
        page.fill("#f-port", "70000")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("'70000' is not a port. Give a whole number from 1 to 65535.")
        expect(page.locator("#f-port")).to_have_value("70000")
        expect(table_rows(page)).to_have_count(0)
        assert [fault for fault in console_faults if "400" not in fault] == []
        console_faults.clear()
        page.fill("#f-port", "8787")
        page.keyboard.press("Enter")
        expect(table_rows(page)).to_have_count(1)

    def test_heading_sorts_and_keeps_the_focus(self, page, live_server):
        page.goto("/connections/")
        page.click("#sort-dst")
        expect(page.locator("th.dst")).to_have_attribute("aria-sort", "ascending")
        expect(page).to_have_url(live_server.url + "/connections/?ordering=destination")
        expect(page.locator("#sort-dst")).to_be_focused()

    def test_call_is_copied_as_curl(self, page, context, live_server):
        context.grant_permissions(["clipboard-write"])
        page.goto(FILTERED)
        page.get_by_label("Copy this API call as curl").click()
        expect(page.locator(".copy.done")).to_be_visible()
        copied = pasted(page)
        assert copied == f"curl '{live_server.url}/api/connections/?destination=appliance&transport=tcp'"


class TestWithoutJavaScript:
    def test_the_same_form_and_links_work(self, browser, live_server):
        with browser.new_context(java_script_enabled=False, base_url=live_server.url) as context:
            page = context.new_page()
            page.goto("/connections/")
            page.check("#f-destination-appliance")
            page.check("#f-transport-tcp")
            page.get_by_role("button", name="Apply").click()
            expect(page).to_have_url(live_server.url + FILTERED)
            expect(table_rows(page)).to_have_count(18)
            page.get_by_label("Remove the filter over TCP").click()
            expect(page).to_have_url(live_server.url + "/connections/?destination=appliance")
            page.click("#sort-dst")
            expect(page).to_have_url(live_server.url + "/connections/?destination=appliance&ordering=destination")


class TestPhone:
    @pytest.mark.parametrize("path", ["/connections/", FILTERED, "/connections/?destination=vsphere&transport=udp"])
    def test_nothing_is_wider_than_the_window(self, page, path):
        helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)
        for width in (320, 390, 820, 1200, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_select_sorts_where_headings_are_hidden(self, page, live_server):
        page.set_viewport_size(PHONE)
        page.goto("/connections/?destination=appliance")
        page.select_option("#sort", "-source")
        expect(page).to_have_url(live_server.url + "/connections/?destination=appliance&ordering=-source")
        expect(table_rows(page).first).to_contain_text("DHCP server")
        expect(page.locator("#sort")).to_have_value("-source")

    def test_filters_unfold(self, page):
        page.set_viewport_size(PHONE)
        page.goto("/connections/")
        page.get_by_text("Filters", exact=True).click()
        page.check("#f-transport-udp")
        expect(sentence(page)).to_contain_text("over UDP")
        expect(page.locator("#active-count")).to_have_text("1")
        expect(page.locator("#f-transport-udp")).to_be_visible()


class TestTheme:
    def test_choice_outlives_the_page_without_a_flash(self, page):
        page.goto("/connections/")
        background = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(background)
        page.get_by_title("Dark").click()
        dark = page.evaluate(background)
        assert dark != light
        page.goto("/connections/?transport=tcp")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate(background) == dark

    def test_system_decides_until_then(self, page):
        page.goto("/connections/")
        background = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(background)
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(background) != light


class TestAccessibility:
    @pytest.mark.parametrize(
        "path",
        [
            "/connections/",
            FILTERED + "&limit=5",
            "/connections/?destination=vsphere&transport=udp",
            "/connections/?destination=applaince&port=",
        ],
        ids=["all", "filtered", "no match", "refused"],
    )
    def test_axe_finds_nothing(self, page, console_faults, path):
        helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)
        for scheme, width in product(("light", "dark"), (390, 1440)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            found = Axe().run(page).response["violations"]
            assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found] == []
        assert [fault for fault in console_faults if "400" not in fault] == []
        console_faults.clear()

"""The smaller pages in a browser: signing in, moving a listener while being told, phone, accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .support import helpers
from .support.browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CITRIX_HTTPS = "citrix-provisioning-connector-tcp-3509"
TAKEN = "TCP 3512 is taken on Appliance by Hyper-V connector service. Next free: 3513."
PUBLIC = [
    "/components/",
    "/components/?kind=conector",
    "/components/?q=zebra",
    "/components/appliance/",
    "/components/citrix-provisioning-connector/",
    "/components/agent-on-hyper-v/",
    "/ports/",
    "/ports/443/",
    "/ports/3509/",
    "/ports/4711/",
    "/ports/70000/",
    "/connections/appliance-to-citrix-cdn-download-upgrade-media/",
    "/document/",
    "/accounts/login/",
    "/components/aplliance/",
]
PRIVATE = [
    "/overrides/",
    "/overrides/history/",
    "/overrides/add/",
    f"/overrides/add/?port={CITRIX_HTTPS}",
    "/overrides/{}/edit/",
    "/overrides/{}/remove/",
    "/components/citrix-provisioning-connector/",
]


@pytest.fixture
def moved(live_server):
    return helpers.override_port(CITRIX_HTTPS, 13509, "CHG-1042")


@pytest.fixture
def editing(page, live_server):
    sign_in(page, helpers.editor())
    return page


def is_accessible(page, path):
    for scheme, width in (("light", 390), ("dark", 1440)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        found = Axe().run(page).response["violations"]
        assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_accessible_and_fits(page, moved, console_faults, path):
    is_accessible(page, path)
    assert [fault for fault in console_faults if "status of 40" not in fault] == []
    console_faults.clear()


@pytest.mark.parametrize("path", PRIVATE)
def test_an_editors_page_is_accessible_and_fits(editing, moved, path):
    is_accessible(editing, path.format(moved.pk))


class TestMoving:
    def test_a_collision_shows_while_typing_and_goes_with_it(self, editing):
        editing.goto("/overrides/add/")
        editing.select_option("#move-port", CITRIX_HTTPS)
        expect(editing.locator(".followers li")).to_have_count(2)
        editing.locator("#move-number").press_sequentially("3512")
        expect(editing.locator("#check .oops")).to_have_text(TAKEN)
        editing.locator("#move-number").fill("13509")
        expect(editing.locator("#check")).to_contain_text("13509 is free. 2 connections follow:")
        expect(editing.locator("#check .oops")).to_have_count(0)

    def test_what_was_seen_is_what_is_saved(self, editing, live_server):
        editing.goto(f"/overrides/add/?port={CITRIX_HTTPS}")
        editing.fill("#move-number", "13509")
        editing.fill("#move-reason", "CHG-1042")
        editing.get_by_role("button", name="Move", exact=True).click()
        expect(editing).to_have_url(f"{live_server.url}/overrides/")
        expect(editing.locator(".messages")).to_contain_text("TCP 3509 moved to 13509.")
        expect(editing.locator("table.overrides tbody tr")).to_have_count(1)
        editing.goto("/components/citrix-provisioning-connector/")
        expect(editing.locator(".strip")).to_contain_text("edith")

    def test_the_token_of_the_form_stays_out_of_addresses(self, editing):
        editing.goto(f"/overrides/add/?port={CITRIX_HTTPS}")
        with editing.expect_request("**/overrides/check/**") as asked:
            editing.fill("#move-number", "13509")
        assert "csrf" not in asked.value.url
        assert "reason" not in asked.value.url

    def test_a_failed_check_leaves_the_form_alone(self, editing, console_faults):
        editing.goto(f"/overrides/add/?port={CITRIX_HTTPS}")
        editing.route("**/overrides/check/**", lambda route: route.abort())
        editing.fill("#move-reason", "CHG-1042")
        with editing.expect_event("requestfailed"):
            editing.fill("#move-number", "13509")
        expect(editing.locator("#move-reason")).to_have_value("CHG-1042")
        expected = ("htmx:afterRequest", "htmx:sendError", "Failed to load resource: net::ERR_FAILED")
        assert [fault for fault in console_faults if not fault.startswith(expected)] == []
        console_faults.clear()

    def test_taking_back_asks_why(self, editing, moved, live_server):
        editing.goto("/overrides/")
        editing.get_by_role("link", name="Take back the override of").click()
        editing.fill("#remove-reason", "CHG-2")
        editing.get_by_role("button", name="Take back").click()
        expect(editing).to_have_url(f"{live_server.url}/overrides/")
        expect(editing.locator("main")).to_contain_text("No listener is moved.")
        expect(editing.locator(".history li").first).to_contain_text("because “CHG-2”")


class TestWithoutScripts:
    def test_signing_in_moving_and_filtering_work(self, browser, live_server):
        helpers.editor()
        with browser.new_context(java_script_enabled=False, base_url=live_server.url) as context:
            page = context.new_page()
            page.goto("/overrides/add/")
            page.fill("#sign-in-user", "edith")
            page.fill("#sign-in-password", helpers.PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            expect(page).to_have_url(f"{live_server.url}/overrides/add/")
            page.select_option("#move-port", CITRIX_HTTPS)
            page.fill("#move-number", "3512")
            page.fill("#move-reason", "CHG-1042")
            page.get_by_role("button", name="Move", exact=True).click()
            expect(page.locator("#check .oops")).to_have_text(TAKEN)
            expect(page.locator("#move-reason")).to_have_value("CHG-1042")
            page.fill("#move-number", "13509")
            page.get_by_role("button", name="Move", exact=True).click()
            expect(page.locator("table.overrides tbody tr")).to_have_count(1)
            page.goto("/components/")
            page.select_option("#c-kind", "cloud")
            page.get_by_role("button", name="Apply").click()
            expect(page).to_have_url(f"{live_server.url}/components/?kind=cloud")


def test_a_reference_leads_to_its_row(page, live_server):
    page.goto("/components/citrix-provisioning-connector/")
    page.get_by_role("link", name="Internal connections, row 13").click()
    expect(page).to_have_url(f"{live_server.url}/document/#internal-13")
    expect(page.locator("#internal-13")).to_be_in_viewport()

"""The main job without a mouse: filter, matrix, search, help sheet; and the same job without a script."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FOCUSED = "document.activeElement"
OUTLINE = f"getComputedStyle({FOCUSED}).outlineStyle"
TABS = 60  # more than any element that is looked for is away


def tab_to(page, selector):
    """Press Tab until the element has the focus, and assert that it shows."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({selector!r})"):
            break
    expect(page.locator(selector)).to_be_focused()
    assert page.evaluate(OUTLINE) != "none"


def label_of_focus(page):
    return page.evaluate(f"{FOCUSED}.getAttribute('aria-label') ?? {FOCUSED}.textContent")


class TestTheMainJob:
    def test_filter_walk_the_matrix_open_a_connection_and_find_a_port(self, page, live_server):
        page.goto("/")
        tab_to(page, "#f-destination-appliance")
        page.keyboard.press("Space")
        expect(page.locator("#sentence")).to_have_text("19 of 36 connections to Appliance.")
        expect(page.locator("#f-destination-appliance")).to_be_focused()

        tab_to(page, ".flow[tabindex='0']")
        assert label_of_focus(page).startswith("80 443: Admin user to Appliance, Management console")
        page.keyboard.press("ArrowDown")
        assert "Azure connector service" in label_of_focus(page)
        page.keyboard.press("ArrowUp")
        page.keyboard.press("End")
        assert label_of_focus(page).startswith("68/udp: DHCP server to Appliance")
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{live_server.url}/connections/admin-user-to-appliance-management-console/")

        page.keyboard.press("/")
        page.keyboard.type("3509")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{live_server.url}/ports/3509/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Port 3509")

    def test_the_first_stop_skips_to_the_content(self, page):
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()

    def test_the_matrix_is_one_stop(self, page):
        page.goto("/")
        tab_to(page, ".flow[tabindex='0']")
        page.keyboard.press("Tab")
        assert not page.evaluate(f"{FOCUSED}.matches('.flow')")

    def test_every_stop_of_a_page_shows_where_it_is(self, page):
        page.goto("/ports/3509/")
        seen = []
        for _ in range(TABS):
            page.keyboard.press("Tab")
            if page.evaluate(f"{FOCUSED} === document.body"):
                break
            mark = page.evaluate(
                "[document.activeElement, document.activeElement.closest('label')]"
                ".some((element) => element && getComputedStyle(element).outlineStyle !== 'none')"
            )
            seen.append((label_of_focus(page).strip(), mark))
        assert "Keyboard ?" in [label for label, _ in seen]
        assert [label for label, mark in seen if not mark] == []


class TestLandmarks:
    @pytest.mark.parametrize("path", ["/", "/components/appliance/", "/ports/3509/", "/document/", "/search/?q=log"])
    def test_a_page_has_one_of_each_and_one_heading(self, page, path):
        page.goto(path)
        for role in ("banner", "main", "contentinfo", "search"):
            expect(page.get_by_role(role)).to_have_count(1)
        expect(page.get_by_role("navigation", name="Main")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)

    def test_the_count_is_announced(self, page):
        page.goto("/")
        expect(page.get_by_role("status").filter(has_text="36 connections between 28 components.")).to_have_count(1)


class TestHelpSheet:
    def test_question_mark_opens_it_and_escape_closes_it(self, page):
        page.goto("/")
        tab_to(page, "#view-table")
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keyboard")
        expect(sheet).to_be_visible()
        expect(sheet.get_by_role("button", name="Close")).to_be_focused()
        page.keyboard.press("/")
        expect(sheet.get_by_role("button", name="Close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(page.locator("#view-table")).to_be_focused()

    def test_its_own_button_closes_it_and_the_focus_returns(self, page):
        page.goto("/ports/3509/")
        page.focus("#help-open")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.locator("#help-open")).to_be_focused()

    def test_a_press_beside_it_closes_it_and_one_inside_does_not(self, page):
        page.goto("/")
        page.keyboard.press("?")
        page.get_by_role("heading", name="In the matrix").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.mouse.click(10, 10)
        expect(page.get_by_role("dialog")).to_be_hidden()

    def test_keys_work_at_once_after_it_is_closed(self, page):
        """The browser takes the focus off the closed sheet's button later: until then that is where keys arrive."""
        page.goto("/")
        target = page.evaluate(
            "() => { const sheet = document.querySelector('#help'); sheet.showModal(); sheet.close();"
            " const target = document.activeElement; const key = { key: '/', bubbles: true, cancelable: true };"
            " target.dispatchEvent(new KeyboardEvent('keydown', key)); return target.textContent; }"
        )
        assert target == "Close"
        expect(page.get_by_role("searchbox", name="Search")).to_be_focused()

    def test_question_mark_in_a_field_is_a_question_mark(self, page):
        page.goto("/")
        page.focus("#f-q")
        page.keyboard.type("what?/")
        expect(page.locator("#f-q")).to_have_value("what?/")
        expect(page.get_by_role("dialog")).to_be_hidden()


class TestWithoutScripts:
    def test_the_same_job_is_done_with_links_and_forms(self, browser, live_server):
        with browser.new_context(java_script_enabled=False, base_url=live_server.url) as context:
            page = context.new_page()
            page.goto("/")
            page.focus("#f-destination-appliance")
            page.keyboard.press("Space")
            page.focus("#filter-form button")
            page.keyboard.press("Enter")
            expect(page).to_have_url(f"{live_server.url}/?destination=appliance")
            expect(page.locator("#sentence")).to_have_text("19 of 36 connections to Appliance.")

            page.locator(".flow").first.focus()
            page.keyboard.press("Enter")
            expect(page).to_have_url(f"{live_server.url}/connections/admin-user-to-appliance-management-console/")

            page.get_by_role("searchbox").focus()
            page.keyboard.type("3509")
            page.keyboard.press("Enter")
            expect(page).to_have_url(f"{live_server.url}/ports/3509/")

    def test_there_is_no_button_that_does_nothing(self, browser, live_server):
        with browser.new_context(java_script_enabled=False, base_url=live_server.url) as context:
            page = context.new_page()
            page.goto("/")
            expect(page.locator("#help-open")).to_be_hidden()

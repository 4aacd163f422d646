"""A page shows that the server is at work when an answer takes longer than a moment, and what came of a file."""

import pytest
from playwright.sync_api import expect

from .support import helpers
from .support.browser import sign_in
from .support.deployments import stored_example

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(300)]

CONFIGURATION = "/deployments/frankfurt/configuration/?platform=juniper-srx"
FILE = "**/api/deployments/frankfurt/firewall/**"


@pytest.fixture
def viewing(page, live_server):
    stored_example("frankfurt", helpers.editor())
    sign_in(page, helpers.viewer())
    return page


def held_back(page, address):
    """Requests for an address, which wait until the test lets them go on."""
    asked = []
    page.route(address, lambda route: asked.append(route))
    return asked


# What the line said, for the page after it: no browser lets anybody look at a page that is being left.
NOTE = """() => new MutationObserver(() => {
    const text = document.getElementById("working").textContent;
    if (text) sessionStorage.setItem("said", text);
}).observe(document.getElementById("working"), {childList: true})"""


def test_a_page_that_takes_its_time_is_announced(viewing):
    viewing.goto("/deployments/frankfurt/")
    expect(viewing.locator("#working")).to_be_hidden()
    viewing.evaluate(NOTE)
    asked = held_back(viewing, "**/deployments/frankfurt/rules/")
    viewing.get_by_role("link", name="Rules").first.click(no_wait_after=True)
    viewing.wait_for_timeout(1500)
    asked.pop().continue_()
    viewing.wait_for_url("**/rules/")
    assert viewing.evaluate("sessionStorage.getItem('said')") == "The server is working on the page…"
    expect(viewing.locator("#working")).to_be_hidden()


def test_a_page_that_comes_at_once_is_not_announced(viewing):
    viewing.goto("/deployments/frankfurt/")
    viewing.evaluate(NOTE)
    viewing.get_by_role("link", name="History").first.click()
    viewing.wait_for_url("**/history/")
    assert viewing.evaluate("sessionStorage.getItem('said')") is None


def test_a_file_that_takes_its_time_is_announced_and_comes_whole(viewing):
    viewing.goto(CONFIGURATION)
    working = viewing.locator("#working")
    shown = viewing.locator("#file").inner_text()
    asked = held_back(viewing, FILE)
    with viewing.expect_download() as download:
        viewing.get_by_role("link", name="Download").click(no_wait_after=True)
        expect(working).to_have_text("The server is making the file…")
        asked.pop().continue_()
    assert download.value.suggested_filename == "frankfurt-juniper-srx.conf"
    assert download.value.path().read_text().split() == shown.split()
    expect(working).to_be_hidden()


def test_a_file_that_does_not_come_is_explained(viewing, console_faults):
    viewing.goto(CONFIGURATION)
    body = '{"detail": "The server is busy. Try again in 5 seconds."}'
    viewing.route(FILE, lambda route: route.fulfill(status=503, content_type="application/json", body=body))
    viewing.get_by_role("link", name="Download").click()
    expected = "The file did not come: The server is busy. Try again in 5 seconds."
    expect(viewing.locator("#working")).to_have_text(expected)
    assert [fault for fault in console_faults if "503" not in fault] == []
    console_faults.clear()


@pytest.mark.parametrize(
    ("path", "link", "name"),
    [
        ("/deployments/frankfurt/", "Its document", "frankfurt.json"),
        ("/deployments/frankfurt/rules/", "CSV", "alports-frankfurt-rules.csv"),
        ("/connections/?view=table", "XLSX", "alports-connections.xlsx"),
    ],
)
def test_files_keep_their_names(viewing, path, link, name):
    viewing.goto(path)
    with viewing.expect_download() as download:
        viewing.get_by_role("link", name=link, exact=True).click()
    assert download.value.suggested_filename == name
    expect(viewing.locator("#working")).to_be_hidden()

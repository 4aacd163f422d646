"""Accessibility: axe finds nothing on any page, in any state, in either theme, on a laptop or a phone."""

import pytest
from playwright.sync_api import expect

from .support import helpers
from .support.browser import LOOKS, faults_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(300)]

CITRIX_HTTPS = "citrix-provisioning-connector-tcp-3509"
PUBLIC = {
    "matrix": "/",
    "matrix, filtered": "/?destination=appliance&transport=tcp",
    "table": "/connections/",
    "table, a part": "/connections/?destination=appliance&transport=tcp&limit=5",
    "diagram": "/?view=diagram",
    "no match": "/connections/?destination=vsphere&transport=udp",
    "refused": "/connections/?destination=applaince&port=",
    "beyond the last page": "/connections/?offset=500",
    "connection": "/connections/admin-user-to-citrix-provisioning-connector-communication/",
    "components": "/components/",
    "components, refused": "/components/?kind=conector",
    "components, no match": "/components/?q=zebra",
    "component with services": "/components/appliance/",
    "component that moved": "/components/citrix-provisioning-connector/",
    "group": "/components/vsphere/",
    "ports": "/ports/",
    "port that moved away": "/ports/3509/",
    "port of many": "/ports/443/",
    "unused port": "/ports/4711/",
    "document": "/document/",
    "search": "/search/",
    "search, hits": "/search/?q=hyper",
    "search, nothing": "/search/?q=zebra",
    "search, refused": "/search/?q=hyper&x=1",
    "sign in": "/accounts/login/",
    "not found": "/components/aplliance/",
}
EDITING = {
    "overrides": "/overrides/",
    "history": "/overrides/history/",
    "move": "/overrides/add/",
    "move, chosen": "/overrides/add/?port=azure-connector-tcp-3500",
    "move of one that is moved": f"/overrides/add/?port={CITRIX_HTTPS}",
    "change": "/overrides/{pk}/edit/",
    "take back": "/overrides/{pk}/remove/",
    "component, may move": "/components/citrix-provisioning-connector/",
}


@pytest.fixture
def moved(live_server):
    return helpers.override_port(CITRIX_HTTPS, 13509, "CHG-1042")


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]} {look[1]}")
def reader(request, browser, live_server):
    """A page in one theme and width; one for all that a test opens, since a browser takes long to start."""
    scheme, width = request.param
    window = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with browser.new_context(base_url=live_server.url, **window) as context:
        yield context.new_page()


def faults_of_all(page, paths, **parts):
    found = {}
    for state, path in paths.items():
        page.goto(path.format(**parts))
        found[state] = faults_of(page)
    return {state: faults for state, faults in found.items() if faults}


def test_pages_for_everybody(reader, moved):
    assert faults_of_all(reader, PUBLIC) == {}


def test_pages_for_editors(reader, moved):
    sign_in(reader, helpers.editor())
    assert faults_of_all(reader, EDITING, pk=moved.pk) == {}


def test_what_appears_while_a_page_is_used(reader, moved):
    found = {}
    reader.goto("/")
    reader.keyboard.press("?")
    found["help sheet"] = faults_of(reader)
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("dialog")).to_be_hidden()
    reader.keyboard.press("/")
    expect(reader.get_by_role("searchbox", name="Search")).to_be_focused()
    reader.keyboard.type("hyper")
    expect(reader.locator("#hits a").first).to_be_visible()
    found["hits while typing"] = faults_of(reader)
    reader.keyboard.press("Escape")
    reader.goto("/accounts/login/")
    reader.fill("#sign-in-user", "nobody")
    reader.fill("#sign-in-password", "wrong")
    reader.get_by_role("button", name="Sign in").click()
    expect(reader.get_by_role("alert")).to_be_visible()
    found["sign in, refused"] = faults_of(reader)
    sign_in(reader, helpers.editor())
    reader.goto("/overrides/add/?port=azure-connector-tcp-3500")
    reader.fill("#move-number", "3512")
    expect(reader.locator("#check .oops")).to_be_visible()
    found["a collision while typing"] = faults_of(reader)
    reader.get_by_role("button", name="Move", exact=True).click()
    expect(reader.locator("#move-reason")).to_have_attribute("aria-invalid", "true")
    found["a move, refused"] = faults_of(reader)
    assert {state: faults for state, faults in found.items() if faults} == {}


def test_pages_that_refuse(reader):
    sign_in(reader, helpers.outsider())
    assert faults_of_all(reader, {"not for this account": "/overrides/"}) == {}

"""Deployments in a real browser: described in under two minutes, by keyboard alone, on a laptop and on a phone."""

import re
import time

import pytest
from playwright.sync_api import expect

from portmatrix.deployments import service as store
from portmatrix.deployments.evaluate import evaluate
from portmatrix.models import Deployment

from .support import helpers
from .support.browser import LOOKS, faults_of, pasted, sign_in
from .support.deployments import stored_example

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(300)]

TWO_MINUTES = 120  # seconds
PAGES = {
    "list": "/deployments/",
    "new": "/deployments/_new/",
    "from a document": "/deployments/_document/",
    "overview": "/deployments/frankfurt/",
    "a packet, needed": "/deployments/frankfurt/?source=10.9.0.5&destination=10.20.0.10&transport=tcp&port=443",
    "a packet, near": "/deployments/frankfurt/?source=10.9.0.5&destination=10.20.0.10&transport=tcp&port=3504",
    "a packet, refused": "/deployments/frankfurt/?source=x&destination=&port=0",
    "components": "/deployments/frankfurt/components/",
    "component": "/deployments/frankfurt/components/active-directory/",
    "component, not in use": "/deployments/frankfurt/components/azure/",
    "hosted service": "/deployments/frankfurt/components/vsphere-connector/",
    "upload": "/deployments/frankfurt/upload/",
    "overrides": "/deployments/frankfurt/overrides/",
    "move here": "/overrides/add/?deployment=frankfurt",
    "rules": "/deployments/frankfurt/rules/",
    "change request": "/deployments/frankfurt/change-request/",
    "configuration": "/deployments/frankfurt/configuration/",
    "configuration, choose": "/deployments/frankfurt/configuration/?platform=windows-powershell",
    "configuration, a host": "/deployments/frankfurt/configuration/?platform=windows-powershell&endpoint=elm01",
    "configuration, together": "/deployments/frankfurt/configuration/?with=ulm",
    "history": "/deployments/frankfurt/history/",
    "settings": "/deployments/frankfurt/edit/",
    "remove": "/deployments/frankfurt/remove/",
    "its matrix": "/connections/?deployment=frankfurt&view=matrix",
    "its diagram": "/connections/?deployment=frankfurt&view=diagram",
}


@pytest.fixture
def frankfurt(live_server):
    return stored_example("frankfurt", helpers.editor())


@pytest.fixture
def editing(page, live_server):
    sign_in(page, helpers.editor())
    return page


def add_address(page, component, text):
    """Type an address into a component's field and press Enter, as fast as a person who knows it."""
    page.locator(f"#address-{component}").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(f"#component-{component} .chip").last).to_contain_text(text.split()[0])


def test_an_installation_is_described_and_its_file_downloaded_in_under_two_minutes(editing):
    started = time.monotonic()
    editing.get_by_role("link", name="Deployments", exact=True).click()
    editing.get_by_role("link", name="New deployment").click()
    editing.get_by_label("Name", exact=True).fill("Ulm")
    editing.get_by_label("Encrypted ports only").check()
    editing.get_by_role("button", name="Go on to its components").click()
    for component, address in {
        "admin-user": "10.9.0.0/24",
        "appliance": "10.30.0.10",
        "vcenter": "10.30.1.5",
        "esxi-hosts": "10.30.1.32/27",
        "active-directory": "10.30.0.2",
        "smb-file-server": "10.30.2.5",
    }.items():
        add_address(editing, component, address)
    editing.get_by_role("button", name="Use vSphere connector service").click()
    expect(editing.get_by_role("button", name="Leave out vSphere connector service")).to_be_visible()
    editing.locator("#tabs").get_by_role("link", name="Configuration").click()
    editing.get_by_role("link", name="Cisco IOS", exact=True).click()
    with editing.expect_download() as download:
        editing.get_by_role("link", name="Download").click()
    text = download.value.path().read_text()
    assert time.monotonic() - started < TWO_MINUTES
    assert download.value.suggested_filename == "ulm-cisco-ios.txt"
    assert "permit tcp 10.9.0.0 0.0.0.255 host 10.30.0.10 eq 3504" in text
    assert "eq 3004" not in text


def test_the_keyboard_alone_describes_an_installation(editing):
    editing.goto("/deployments/_new/")
    editing.get_by_label("Name", exact=True).focus()
    editing.keyboard.type("Ulm")
    editing.keyboard.press("Enter")
    expect(editing.locator("#address-admin-user")).to_be_visible()
    editing.locator("#address-admin-user").focus()
    editing.keyboard.type("10.9.0.0/24")
    editing.keyboard.press("Enter")
    expect(editing.locator("#component-admin-user .chip")).to_have_text("10.9.0.0/24")
    expect(editing.locator("#address-admin-user")).to_be_focused()  # ready for the next address
    editing.keyboard.press("ArrowDown")
    expect(editing.locator("#address-appliance")).to_be_focused()
    editing.keyboard.type("10.30.0.10")
    editing.keyboard.press("Tab")
    editing.keyboard.type("elm01")
    editing.keyboard.press("Enter")
    expect(editing.locator("#component-appliance .chip")).to_contain_text("elm01")
    editing.locator("#use-nutanix-connector").focus()
    editing.keyboard.press("Enter")
    expect(editing.locator("#use-nutanix-connector")).to_have_text("Leave out")
    expect(editing.locator("#use-nutanix-connector")).to_be_focused()
    editing.get_by_role("button", name="Remove 10.9.0.0/24 from Admin user").focus()
    editing.keyboard.press("Enter")
    expect(editing.locator("#component-admin-user .chip")).to_have_count(0)
    expect(editing.locator("#address-admin-user")).to_be_focused()
    made = store.to_data(store.document_of(Deployment.objects.get(slug="ulm")))
    assert made["endpoints"] == [{"component": "appliance", "name": "elm01", "address": "10.30.0.10"}]
    assert "nutanix-connector" in made["components"]


def test_the_fix_of_a_finding_begins_in_the_field_of_its_component(editing, frankfurt):
    editing.goto("/deployments/frankfurt/")
    editing.get_by_role("link", name="Add an address").click()
    expect(editing.locator("#address-ntp-server")).to_be_focused()


def test_an_address_sent_before_the_scripts_were_there_leads_back_to_its_field(editing, frankfurt, console_faults):
    editing.route("**/htmx*.js", lambda route: route.abort())
    editing.goto("/deployments/frankfurt/components/")
    editing.locator("#address-ntp-server").fill("10.20.0.9")
    editing.keyboard.press("Enter")
    expect(editing.locator("#component-ntp-server .chip")).to_have_text("10.20.0.9")
    expect(editing.locator("#address-ntp-server")).to_be_focused()
    assert {fault for fault in console_faults if "ERR_FAILED" not in fault} == set()
    console_faults.clear()


def test_a_wrong_address_is_told_where_it_was_typed(editing, frankfurt, console_faults):
    editing.goto("/deployments/frankfurt/components/")
    editing.locator("#address-ntp-server").fill("10.20.0.900")
    editing.keyboard.press("Enter")
    expect(editing.locator("#component-ntp-server .oops")).to_contain_text("none of its numbers may be above 255")
    expect(editing.locator("#address-ntp-server")).to_have_value("10.20.0.900")
    expect(editing.locator("#address-ntp-server")).to_be_focused()
    add_address(editing, "ntp-server", "10.20.0.9")
    expect(editing.locator("#component-ntp-server .oops")).to_have_count(0)
    assert [fault for fault in console_faults if "422" not in fault] == []
    console_faults.clear()


def test_a_table_is_uploaded_looked_at_and_applied_by_keyboard(editing, frankfurt, tmp_path):
    file = tmp_path / "endpoints.csv"
    file.write_text("component,name,address\nagent,vda01,10.20.4.31\nagent,vda02,10.20.4.32\n")
    editing.goto("/deployments/frankfurt/upload/")
    editing.get_by_label("File").set_input_files(file)
    editing.get_by_role("button", name="Show what would change").focus()
    editing.keyboard.press("Enter")
    expect(editing.locator("#h-preview")).to_have_text("What would change")
    assert faults_of(editing) == []
    editing.get_by_role("button", name="Apply").focus()
    editing.keyboard.press("Enter")
    expect(editing.locator(".messages")).to_contain_text("2 addresses added.")
    expect(editing.locator("#component-agent .chip")).to_have_count(2)


def test_a_table_with_a_fault_is_told_by_row(editing, frankfurt, console_faults):
    editing.goto("/deployments/frankfurt/upload/")
    editing.get_by_label("Or paste rows").fill("component,name,address\nagnet,vda01,10.20.4.31\n")
    editing.get_by_role("button", name="Show what would change").click()
    expect(editing.locator(".faults tbody tr")).to_have_text("2 component No component 'agnet'. Did you mean 'agent'?")
    assert faults_of(editing) == []
    console_faults.clear()  # the answer's status


def test_a_document_is_downloaded_changed_and_sent_back_by_keyboard(editing, frankfurt, tmp_path, console_faults):
    editing.goto("/deployments/frankfurt/")
    with editing.expect_download() as downloading:
        editing.get_by_role("link", name="Its document").press("Enter")
    file = tmp_path / downloading.value.suggested_filename
    assert file.name == "frankfurt.json"
    downloading.value.save_as(file)
    file.write_text(file.read_text().replace("10.20.2.15", "10.20.2.16"))

    editing.goto("/deployments/")
    editing.get_by_role("link", name="From a document").press("Enter")
    editing.get_by_label("File").set_input_files(file)
    editing.get_by_role("button", name="Send").press("Enter")
    expect(editing.locator("#h-preview")).to_have_text("What would change")
    expect(editing.locator(".preview").first).to_have_text("smb-file-server 10.20.2.16 fs01")
    assert faults_of(editing) == []
    editing.get_by_role("button", name="Change Frankfurt").press("Enter")
    expect(editing.locator(".messages")).to_contain_text("Frankfurt is what the document says.")

    file.write_text(file.read_text().replace("10.20.2.16", "::1"))
    editing.goto("/deployments/_document/")
    editing.get_by_label("File").set_input_files(file)
    editing.get_by_role("button", name="Send").press("Enter")
    expect(editing.locator(".faults tbody tr")).to_contain_text("endpoints[9].address")
    assert faults_of(editing) == []
    assert [fault for fault in console_faults if "422" not in fault] == []
    console_faults.clear()  # the answer's status


def test_the_counts_beside_the_tabs_follow(editing, frankfurt):
    editing.goto("/deployments/frankfurt/components/")
    rules = editing.locator("#tabs a", has_text="Rules").locator(".n")
    expect(rules).to_have_text("26")
    editing.get_by_role("button", name="Use Azure connector service").click()
    expect(rules).to_have_text("28")


def test_the_text_of_a_configuration_is_copied(editing, frankfurt):
    editing.context.grant_permissions(["clipboard-write"])
    editing.goto("/deployments/frankfurt/configuration/")
    editing.get_by_role("button", name="Copy", exact=True).click()
    expect(editing.locator(".copy.done")).to_be_visible()
    copied = pasted(editing)
    assert copied.startswith("# nftables configuration for Frankfurt (frankfurt)")
    assert copied.rstrip().endswith("}")


def test_a_file_for_several_is_chosen_and_downloaded(editing, frankfurt):
    stored_example("ulm", helpers.editor())
    editing.goto("/deployments/frankfurt/configuration/?platform=pf")
    editing.get_by_text("Together with other deployments").click()
    editing.get_by_label("Ulm").check()
    editing.get_by_role("button", name="Show").click()
    expect(editing).to_have_url(re.compile(r"/deployments/frankfurt/configuration/\?platform=pf&with=ulm$"))
    expect(editing.locator("#h-file")).to_have_text("frankfurt_ulm-pf.conf")
    with editing.expect_download() as downloading:
        editing.get_by_role("link", name="Download").click()
    assert downloading.value.suggested_filename == "frankfurt_ulm-pf.conf"


def test_without_scripts_the_same_forms_work(browser, live_server, frankfurt):
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, helpers.editor())
        page.goto("/deployments/frankfurt/components/")
        page.locator("#address-ntp-server").fill("10.20.0.9")
        page.keyboard.press("Enter")
        expect(page.locator("#component-ntp-server .chip")).to_contain_text("10.20.0.9")
        page.locator("#use-azure-connector").click()
        expect(page.locator("#use-azure-connector")).to_have_text("Leave out")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]} {look[1]}")
def test_axe_finds_nothing(browser, live_server, frankfurt, look):
    stored_example("ulm", helpers.editor())
    scheme, width = look
    window = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with browser.new_context(base_url=live_server.url, **window) as context:
        page = context.new_page()
        sign_in(page, helpers.editor())
        found = {}
        for state, path in PAGES.items():
            page.goto(path)
            found[state] = faults_of(page)
        assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.parametrize("path", ["rules/", "change-request/"])
def test_paper_holds_every_rule_and_no_controls(editing, frankfurt, path):
    editing.emulate_media(media="print")
    editing.goto(f"/deployments/frankfurt/{path}")
    for control in editing.locator("main button, main .take, main .tabs").all():
        expect(control).to_be_hidden()
    printed = editing.locator("main").inner_text()
    for rule in evaluate(frankfurt.slug).rules.rules:
        assert rule.id in printed
    expect(editing.locator("#printed")).to_contain_text(f"/deployments/frankfurt/{path}")

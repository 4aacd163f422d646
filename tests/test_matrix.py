"""The matrix: which rows, columns and cells a set of connections gives, and how the page prints and walks them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portmatrix.pages.presentation.matrix import build_matrix
from tests.support import helpers
from tests.support.reading import html_of
from tests.support.stand_ins import Connection, Port, Rows, catalogue

WHOLE = catalogue()


def matrix(*slugs):
    """The matrix of connections named by slug; of all without any."""
    return build_matrix([c for c in WHOLE.connections if not slugs or c.slug in slugs])


def rows(table):
    return [(group.heading, [(row.destination.slug, row.depth) for row in group.rows]) for group in table.groups]


def cells(table):
    """{(source, destination): what its labels print} of all cells that hold any."""
    return {
        (cell.source.slug, row.destination.slug): [" ".join(p.text for p in label.ports) for label in cell.labels]
        for group in table.groups
        for row in group.rows
        for cell in row.cells
        if cell.labels
    }


def test_columns_are_the_components_that_open_something():
    assert [(column.source.slug, column.opens) for column in matrix().columns] == [
        ("admin-user", 11),
        ("appliance", 17),
        ("agent", 2),
        ("agent-on-citrix-provisioning", 1),
        ("agent-on-hyper-v", 2),
        ("compositing-machine", 2),
        ("dhcp-server", 1),
    ]


def test_rows_stand_by_kind_with_services_below_their_host_and_members_below_their_group():
    services = ["azure-connector", "bits-server", "citrix-hypervisor-connector", "citrix-provisioning-connector"]
    services += ["google-connector", "hyper-v-connector", "nutanix-connector", "vsphere-connector"]
    hypervisors = [("citrix-hypervisor", 0), ("nutanix-prism", 0), ("vsphere", 0), ("esxi-hosts", 1), ("vcenter", 1)]
    assert rows(matrix()) == [
        ("Appliance and its services", [("appliance", 0), *((slug, 1) for slug in services)]),
        ("Agents and compositing", [("agent", 0), ("compositing-machine", 0)]),
        ("Hypervisors and clouds", [*hypervisors, ("azure", 0), ("google-cloud", 0)]),
        (
            "Servers",
            [
                ("active-directory", 0),
                ("dhcp-server", 0),
                ("nfs-file-server", 0),
                ("ntp-server", 0),
                ("smb-file-server", 0),
            ],
        ),
        ("Internet", [("app-layering-web-api", 0), ("citrix-cdn", 0)]),
    ]


def test_every_connection_stands_in_the_cell_of_its_ends():
    shown = [c.connection for g in matrix().groups for r in g.rows for cell in r.cells for c in cell.labels]
    assert {c.slug for c in shown} == {c.slug for c in WHOLE.connections}
    assert len(shown) == len(WHOLE.connections)
    assert cells(matrix())["admin-user", "appliance"] == ["80 443", "22", "8888"]
    assert cells(matrix())["appliance", "active-directory"] == ["53 53/udp", "389 636"]
    assert cells(matrix())["agent-on-hyper-v", "bits-server"] == ["3015 3515"]


def test_a_group_of_rows_counts_what_arrives_in_it():
    assert {group.heading: group.reached for group in matrix().groups} == {
        "Appliance and its services": 19,
        "Agents and compositing": 2,
        "Hypervisors and clouds": 7,
        "Servers": 6,
        "Internet": 2,
    }


def test_between_a_component_and_its_own_address_stands_the_same_host():
    hosted = {slug for slug, component in WHOLE.components.items() if component.host_id}
    same = {
        (cell.source.slug, row.destination.slug)
        for group in matrix().groups
        for row in group.rows
        for cell in row.cells
        if cell.is_same_host
    }
    assert same == {
        ("agent", "agent"),
        ("appliance", "appliance"),
        ("compositing-machine", "compositing-machine"),
        ("dhcp-server", "dhcp-server"),
        *(("appliance", slug) for slug in hosted),
    }


def test_a_service_without_its_host_in_the_set_stands_alone():
    table = matrix("admin-user-to-azure-connector-communication")
    assert rows(table) == [("Appliance and its services", [("azure-connector", 0)])]
    assert table.width == 2
    assert not table.has_same_host
    assert table.groups[0].rows[0].has_one_source


def test_a_row_that_two_sources_reach_is_told_apart():
    by_slug = {row.destination.slug: row.has_one_source for group in matrix().groups for row in group.rows}
    assert {slug for slug, one in by_slug.items() if not one} == {
        "appliance",
        "bits-server",
        "citrix-provisioning-connector",
        "hyper-v-connector",
    }


def test_a_moved_listener_shows_where_it_stands_now_in_every_cell():
    source, destination = WHOLE.components["admin-user"], WHOLE.components["azure-connector"]
    moved = Port("tcp", 3500, "HTTPS", effective_number=13500)
    flow = Connection(source, destination, "Communication", "management", Rows([Port("tcp", 3000, "HTTP"), moved]))
    ((label,),) = (cell.labels for cell in build_matrix([flow]).groups[0].rows[0].cells)
    assert [(port.text, port.is_overridden) for port in label.ports] == [("3000", False), ("13500", True)]
    assert label.accessible_name == (
        "3000 13500: Admin user to Azure connector service, Communication, TCP 3000 HTTP,"
        " TCP 13500 HTTPS, moved from 3500, Management"
    )


def test_no_connections_give_an_empty_matrix():
    assert build_matrix([]).columns == build_matrix([]).groups == ()


# ---- the page


def links(response):
    """The connections that the labels lead to, and their accessible names."""
    found = re.findall(r'<a class="flow [^"]*" href="/connections/([^/"]+)/" aria-label="([^"]*)"', html_of(response))
    return dict(found)


def test_home_opens_with_the_matrix_of_all_connections(client, catalogue):
    assert set(links(client.get("/"))) == {c.slug for c in WHOLE.connections}
    assert links(client.get("/")) == links(client.get("/connections/?view=matrix"))


def test_the_matrix_holds_the_filtered_set(client, catalogue):
    assert set(links(client.get("/?traffic_class=compositing"))) == {
        "appliance-to-compositing-machine-communication",
        "compositing-machine-to-appliance-communication",
        "compositing-machine-to-appliance-layer-disk-access-via-iscsi",
    }


def test_the_matrix_follows_a_moved_listener(client, catalogue):
    helpers.override_port("citrix-provisioning-connector-tcp-3509", 13509)
    names = links(client.get("/"))
    for slug in ("admin-user-to", "agent-on-citrix-provisioning-to"):
        name = names[f"{slug}-citrix-provisioning-connector-{'communication' if 'admin' in slug else 'disk-download'}"]
        assert name.startswith("3009 13509: ")
        assert "TCP 13509 HTTPS, moved from 3509" in name


def test_the_matrix_asks_as_little_when_there_is_twice_as_much(client, catalogue, django_assert_max_num_queries):
    client.get("/")
    helpers.double_the_catalogue()
    with django_assert_max_num_queries(6):
        client.get("/")


@pytest.mark.browser
@pytest.mark.django_db
class TestInABrowser:
    def focused(self, page):
        return page.evaluate("document.activeElement.getAttribute('aria-label').split(',')[0]")

    def test_arrow_keys_walk_from_label_to_label(self, page):
        page.goto("/")
        page.locator(".matrix .flow").first.focus()
        walked = []
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "End", "ArrowUp", "Home"):
            page.keyboard.press(key)
            walked.append(self.focused(page))
        assert walked == [
            "22: Admin user to Appliance",
            "3000 3500: Admin user to Azure connector service",
            "3015 3515: Admin user to BITS Server",
            "3015 3515: Agent on Hyper-V server to BITS Server",
            "3015 3515: Agent on Hyper-V server to BITS Server",
            "3015 3515: Admin user to BITS Server",
        ]

    def test_the_matrix_is_one_tab_stop_also_after_a_swap(self, page):
        page.goto("/")
        expect(page.locator('.matrix .flow[tabindex="0"]')).to_have_count(1)
        page.check("#f-traffic_class-agent")
        expect(page.locator(".matrix .flow")).to_have_count(6)
        expect(page.locator('.matrix .flow[tabindex="0"]')).to_have_count(1)

    def test_enter_opens_the_connection(self, page, live_server):
        page.goto("/")
        page.locator(".matrix .flow").first.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{live_server.url}/connections/admin-user-to-appliance-management-console/")

    def test_a_view_is_swapped_in_and_back_returns(self, page, live_server):
        page.goto("/?traffic_class=agent")
        page.click("#view-diagram")
        expect(page.locator("svg.diagram .cap")).to_have_count(6)
        expect(page).to_have_url(f"{live_server.url}/?traffic_class=agent&view=diagram")
        page.go_back()
        expect(page.locator(".matrix .flow")).to_have_count(6)

    @pytest.mark.parametrize("view", ["matrix", "diagram"])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_nothing_is_inaccessible_or_wider_than_the_window(self, page, view, theme, width):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/connections/?view={view}")
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

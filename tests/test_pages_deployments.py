"""The pages of deployments: who sees them, what they show, what their forms write."""

import re

import pytest
from django.contrib.auth.models import Permission

from portmatrix.deployments import service as store
from portmatrix.deployments.example import example as the_example
from portmatrix.models import Deployment, Endpoint, PortOverride

from .support import helpers
from .support.deployments import deployment, example
from .support.reading import addresses, headings, main_of, section, words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/deployments/frankfurt/components/"}
READING = [
    "",
    "components/",
    "components/agent/",
    "overrides/",
    "rules/",
    "change-request/",
    "configuration/",
    "history/",
]
WRITING = ["edit/", "remove/"]
COMPONENTS = "/deployments/frankfurt/components/"


def stored(slug="frankfurt"):
    return store.to_data(store.document_of(Deployment.objects.get(slug=slug)))


def at(component):
    """The addresses of a component, with their names."""
    return [(one["address"], one["name"]) for one in stored()["endpoints"] if one["component"] == component]


def change(client, component, do, **fields):
    return client.post(COMPONENTS, {"component": component, "do": do, **fields})


class TestWhoMay:
    def test_a_visitor_signs_in_first(self, client, frankfurt):
        for path in ["/deployments/", "/deployments/_new/", *(f"/deployments/frankfurt/{part}" for part in READING)]:
            response = client.get(path)
            assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")

    def test_for_an_outsider_there_is_nothing(self, client, frankfurt):
        client.force_login(helpers.outsider())
        for path in ["/deployments/", *(f"/deployments/frankfurt/{part}" for part in [*READING, *WRITING])]:
            assert client.get(path).status_code == 404
        assert change(client, "agent", "add", address="10.1.1.1").status_code == 404
        assert "Deployments" not in words(client.get("/").content.decode())

    def test_a_viewer_reads_and_has_nothing_to_change(self, client, frankfurt):
        client.force_login(helpers.viewer())
        questions = re.compile(r'<form\s+class="(explain|addrs|controls)"')
        for part in READING:
            response = client.get(f"/deployments/frankfurt/{part}")
            assert response.status_code == 200
            assert "<form" not in questions.sub("", main_of(response))
        for part in WRITING:
            assert client.get(f"/deployments/frankfurt/{part}").status_code == 403
        before = stored()
        assert change(client, "agent", "add", address="10.1.1.1").status_code == 403
        assert client.post("/deployments/frankfurt/remove/").status_code == 403
        assert client.post("/deployments/_example/").status_code == 403
        assert stored() == before

    def test_what_is_not_there_is_not_found(self, editing):
        for part in [*READING, *WRITING]:
            assert editing.get(f"/deployments/nowhere/{part}").status_code == 404
        assert editing.post("/deployments/nowhere/components/", {"do": "use", "component": "agent"}).status_code == 404
        assert editing.get("/deployments/frankfurt/components/nothing/").status_code == 404
        assert change(editing, "agent", "explode").status_code == 404

    def test_no_cache_keeps_them(self, editing):
        assert "no-store" in editing.get("/deployments/frankfurt/")["Cache-Control"]


class TestList:
    def test_without_any_it_says_what_to_do(self, client, catalogue):
        client.force_login(helpers.editor())
        response = client.get("/deployments/")
        assert headings(response) == ["Deployments"]
        assert "No deployment is described yet." in words(main_of(response))
        assert addresses(main_of(response), '(/deployments/[^"]*)') == ["/deployments/_new/", "/deployments/_document/"]

    def test_it_tells_how_much_each_describes(self, editing):
        row = section_of_row(editing.get("/deployments/"), "frankfurt")
        assert row.startswith("Frankfurt frankfurt 13 10 1 plain too ")

    def test_it_asks_as_often_for_many_as_for_few(self, editing, django_assert_max_num_queries):
        with django_assert_max_num_queries(9):
            editing.get("/deployments/")
        for number in range(5):
            store.create(deployment(slug=f"site-{number}", name=f"Site {number}"), helpers.editor())
        with django_assert_max_num_queries(9):
            editing.get("/deployments/")

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "q=frank",
            "component=nutanix-prism",
            "component=Nutanix+Prism",
            "ordering=-name",
            "limit=1",
            "limit=1&offset=1",
        ],
    )
    def test_page_and_api_show_the_same_deployments(self, editing, query):
        store.create(example("ulm"), helpers.editor())
        page, api = (editing.get(f"/{path}deployments/?{query}") for path in ("", "api/"))
        listed = addresses(main_of(page), r"/deployments/([a-z][a-z-]*)/")
        assert listed == [row["slug"] for row in api.json()["results"]]

    def test_the_title_and_the_chips_say_what_is_asked_for(self, editing):
        response = editing.get("/deployments/?q=frank&component=ntp-server")
        assert response.context["title"] == "Deployments with “frank”, using NTP server"
        assert [(chip.says, chip.words, chip.remove) for chip in response.context["chips"]] == [
            ("with", "“frank”", "/deployments/?component=ntp-server"),
            ("using", "NTP server", "/deployments/?q=frank"),
        ]

    def test_an_error_is_refused_by_name_and_shows_no_rows(self, editing):
        for query, message in [
            ("q=frankfurt&foo=1", "foo Unknown parameter 'foo'. Use one of: q, component, limit, offset, ordering."),
            ("component=agnet", "component No component 'agnet'. Did you mean agent ?"),
            ("limit=0", "limit Ensure this value is greater than or equal to 1."),
        ]:
            response = editing.get(f"/deployments/?{query}")
            assert response.status_code == 400
            assert message in words(main_of(response))
            assert "/deployments/frankfurt/" not in main_of(response)

    def test_no_match_is_told_from_no_deployment(self, editing):
        text = words(main_of(editing.get("/deployments/?q=zebra")))
        assert "No deployments match." in text
        assert "No deployment is described yet." not in text

    def test_the_form_leads_to_an_address_without_empty_fields(self, editing):
        response = editing.get("/deployments/?apply=1&q=&component=agent")
        assert response["Location"] == "/deployments/?component=agent"

    def test_pages_join_to_the_whole(self, editing):
        store.create(example("ulm"), helpers.editor())
        response = editing.get("/deployments/?limit=1")
        assert "1\N{EN DASH}1 of 2" in words(main_of(response))
        assert response.context["pager"].next == "/deployments/?limit=1&offset=1"
        assert section_of_row(editing.get(response.context["pager"].next), "ulm").startswith("Ulm ulm ")

    def test_the_example_is_offered_until_it_is_there(self, editing):
        def offered(query):
            return 'action="/deployments/_example/"' in editing.get(f"/deployments/?{query}").content.decode()

        assert offered("")
        assert offered("q=frank")
        editing.post("/deployments/_example/")
        assert not offered("")
        assert not offered("q=frank")
        assert not offered("limit=1&ordering=-name")


def section_of_row(response, slug):
    """The words of the table's row that names a deployment."""
    rows = main_of(response).split("<tr")
    return words("<tr" + next(row for row in rows if f"/deployments/{slug}/" in row))


class TestNew:
    def test_the_slug_is_made_from_the_name(self, editing):
        response = editing.post(
            "/deployments/_new/", {"name": "Köln Süd", "encrypted_only": "on", "description": "a\r\nb"}
        )
        assert response["Location"] == "/deployments/koln-sud/components/"
        made = Deployment.objects.get(slug="koln-sud")
        assert (made.name, made.encrypted_only, made.description) == ("Köln Süd", True, "a\nb")
        assert made.history.get().history_user == helpers.editor()

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"name": ""}, "Give it a name, for instance that of the site."),
            ({"name": "Frankfurt"}, "There is a deployment 'frankfurt' already. Choose another short name."),
            (
                {"name": "Ulm", "slug": "Ulm!"},
                "Use lower-case letters, digits and single hyphens, like “citrix-hypervisor”.",
            ),
            ({"name": "東京"}, "Write something: it is blank."),
        ],
    )
    def test_what_is_refused_comes_back_with_the_reason(self, editing, fields, message):
        response = editing.post("/deployments/_new/", fields)
        assert response.status_code == 422
        assert message in words(main_of(response))
        assert f'value="{fields["name"]}"' in response.content.decode() or not fields["name"]
        assert Deployment.objects.count() == 1

    def test_the_example_is_made_with_one_click_and_removed_with_another(self, editing):
        assert editing.post("/deployments/_example/")["Location"] == "/deployments/example/"
        assert stored("example")["endpoints"] == the_example()["endpoints"]
        page = editing.get("/deployments/example/")
        assert "This is the invented example." in words(main_of(page))
        assert 'action="/deployments/example/remove/"' in page.content.decode()
        assert editing.post("/deployments/example/remove/")["Location"] == "/deployments/"
        assert not Deployment.objects.filter(slug="example").exists()

    def test_the_example_is_made_only_once(self, editing):
        editing.post("/deployments/_example/")
        editing.post("/deployments/example/components/", {"component": "agent", "do": "use"})
        assert editing.post("/deployments/_example/")["Location"] == "/deployments/example/"
        assert "agent" in stored("example")["components"]


class TestEdit:
    def test_the_name_and_encrypted_only_are_changed(self, editing):
        response = editing.post("/deployments/frankfurt/edit/", {"name": "Main", "encrypted_only": "on"})
        assert response["Location"] == "/deployments/frankfurt/"
        found = stored()
        assert (found["slug"], found["name"], found["encrypted_only"]) == ("frankfurt", "Main", True)
        assert found["endpoints"] == example("frankfurt")["endpoints"]

    def test_a_form_without_a_name_changes_nothing(self, editing):
        before = stored()
        assert editing.post("/deployments/frankfurt/edit/", {"name": " "}).status_code == 422
        assert stored() == before

    def test_a_closed_plain_port_that_was_moved_stays_moved(self, editing):
        editing.post("/deployments/frankfurt/edit/", {"name": "Main", "encrypted_only": "on"})
        assert PortOverride.objects.get().number == 13504

    def test_removing_asks_first(self, editing):
        page = editing.get("/deployments/frankfurt/remove/")
        assert "13 components in use, 10 addresses and 1 moved port." in words(main_of(page))
        assert Deployment.objects.exists()
        assert editing.post("/deployments/frankfurt/remove/")["Location"] == "/deployments/"
        assert not Deployment.objects.exists()
        assert not Endpoint.objects.exists()


class TestPlaces:
    def test_an_address_puts_its_component_in_use(self, editing):
        response = change(editing, "ntp-server", "add", address="10.20.0.9", name="clock")
        assert response["Location"] == f"{COMPONENTS}#component-ntp-server"
        assert at("ntp-server") == [("10.20.0.9", "clock")]
        assert "ntp-server" in stored()["components"]

    def test_without_a_name_an_address_is_its_own_name(self, editing):
        change(editing, "agent", "add", address=" 10.20.4.0/24 ")
        assert at("agent") == [("10.20.4.0/24", "10.20.4.0/24")]

    def test_several_addresses_come_at_once(self, editing):
        change(editing, "agent", "add", address="10.1.0.1, 10.1.0.2;10.1.0.5 - 10.1.0.9  vda.example.com")
        assert [address for address, _ in at("agent")] == [
            "10.1.0.1",
            "10.1.0.2",
            "10.1.0.5-10.1.0.9",
            "vda.example.com",
        ]

    def test_of_several_addresses_one_fault_keeps_all_out(self, editing):
        response = change(editing, "agent", "add", address="10.1.0.1, 10.1.0.999", name="vdas")
        assert response.status_code == 422
        text = response.content.decode()
        assert "“10.1.0.999” is not an IPv4 address: none of its numbers may be above 255." in words(text)
        assert 'value="10.1.0.1, 10.1.0.999"' in text
        assert 'value="vdas"' in text
        assert at("agent") == []

    @pytest.mark.parametrize(
        ("component", "address", "message"),
        [
            ("agent", "", "Write the address"),
            ("agent", "fe80::1", "looks like IPv6, but the appliance requires IPv4."),
            ("agent", "0.0.0.0/0", "is every address there is."),
            *(
                (
                    "agent",
                    address,
                    "Write 10.1.0.7 for this one address, or 10.1.0.0/24 for the network of 256 addresses.",
                )
                for address in ("10.1.0.7/24", "10.1.0.7/255.255.255.0", "10.1.0.7 255.255.255.0", "10.1.0.7 0.0.0.255")
            ),
            ("appliance", "10.20.0.10", "appliance has 10.20.0.10 already."),
        ],
    )
    def test_a_wrong_address_is_refused_with_the_fix(self, editing, component, address, message):
        before = stored()
        response = change(editing, component, "add", address=address)
        assert response.status_code == 422
        assert message.replace("Write the address", "Give an IPv4 address") in words(main_of(response))
        assert stored() == before

    def test_a_hosted_service_has_no_address(self, editing):
        response = change(editing, "azure-connector", "add", address="10.1.1.1")
        assert "runs on Appliance and uses its address" in words(main_of(response))

    def test_an_address_is_removed_and_its_component_stays(self, editing):
        change(editing, "smb-file-server", "remove", address="10.20.2.15")
        assert at("smb-file-server") == []
        assert "smb-file-server" in stored()["components"]

    def test_an_address_gets_another_name(self, editing):
        change(editing, "appliance", "rename", address="10.20.0.10", name="elm02")
        assert at("appliance") == [("10.20.0.10", "elm02")]
        assert change(editing, "appliance", "rename", address="10.9.9.9", name="x").status_code == 422

    def test_a_component_is_used_and_left_out(self, editing):
        change(editing, "azure-connector", "use")
        assert "azure-connector" in stored()["components"]
        change(editing, "azure-connector", "leave")
        change(editing, "active-directory", "leave")
        assert not {"azure-connector", "active-directory"} & set(stored()["components"])
        assert at("active-directory") == []

    def test_the_appliance_is_always_in_use(self, editing):
        change(editing, "appliance", "leave")
        assert "appliance" in stored()["components"]

    def test_htmx_gets_the_row_and_the_tabs(self, editing):
        fields = {"component": "ntp-server", "do": "add", "address": "10.20.0.9", "name": "clock"}
        response = editing.post(COMPONENTS, fields, headers=HTMX)
        text = response.content.decode()
        assert response.status_code == 200
        assert text.lstrip().startswith('<tr role="row" id="component-ntp-server"')
        assert "10.20.0.9" in text
        assert 'id="tabs"' in text
        assert "hx-swap-oob" in text

    def test_htmx_gets_the_row_with_the_fault(self, editing):
        fields = {"component": "ntp-server", "do": "add", "address": "10.20.0.900"}
        response = editing.post(COMPONENTS, fields, headers=HTMX)
        assert response.status_code == 422
        assert 'aria-invalid="true"' in response.content.decode()

    def test_many_addresses_are_counted_in_the_row_and_listed_on_their_page(self, editing):
        many = ", ".join(f"10.1.0.{number}" for number in range(1, 31))
        change(editing, "agent", "add", address=many)
        assert "and 18 more" in words(main_of(editing.get(COMPONENTS)))
        page = main_of(editing.get(f"{COMPONENTS}agent/"))
        assert page.count('class="rename"') == 30
        assert "its 30 addresses go with it" in words(page)

    def test_a_component_s_addresses_come_in_pages(self, editing):
        change(editing, "agent", "add", address=", ".join(f"10.{n // 250}.0.{n % 250 + 1}" for n in range(250, 451)))
        first, second = (main_of(editing.get(f"{COMPONENTS}agent/?page={page}")) for page in (1, 2))
        assert (first.count('class="rename"'), second.count('class="rename"')) == (200, 1)
        assert "Page 2 of 2" in words(second)
        assert editing.get(f"{COMPONENTS}agent/?page=3").status_code == 404

    def test_what_is_missing_is_marked(self, editing):
        rows = main_of(editing.get(COMPONENTS)).split("<tr")
        marked = [words("<" + row.split(">", 1)[1])[:10] for row in rows if "no address" in row]
        assert marked == ["NTP server"]


class TestOverrides:
    def test_a_listener_is_moved_here_alone(self, editing):
        page = editing.get("/overrides/add/?deployment=frankfurt")
        assert headings(page) == ["Move a listener in Frankfurt"]
        fields = {"deployment": "frankfurt", "port": "appliance-tcp-8888", "number": "18888", "reason": "CHG-7"}
        response = editing.post("/overrides/add/", fields)
        assert response["Location"] == "/deployments/frankfurt/overrides/"
        assert {moved["port"]: moved["number"] for moved in stored()["overrides"]} == {
            "appliance-tcp-8888": 18888,
            "vsphere-connector-tcp-3504": 13504,
        }
        assert not PortOverride.objects.everywhere().exists()

    def test_a_collision_here_is_refused(self, editing):
        fields = {"deployment": "frankfurt", "port": "appliance-tcp-8888", "number": "13504", "reason": "CHG-7"}
        response = editing.post("/overrides/add/", fields)
        assert response.status_code == 422
        assert "TCP 13504 is taken on Appliance by vSphere connector service." in words(main_of(response))

    def test_a_deployment_that_is_not_there_is_refused(self, editing):
        assert editing.get("/overrides/add/?deployment=nowhere").status_code == 400
        fields = {"deployment": "nowhere", "port": "appliance-tcp-8888", "number": "18888", "reason": "CHG-7"}
        assert editing.post("/overrides/add/", fields).status_code == 422
        assert PortOverride.objects.count() == 1

    def test_the_tab_tells_what_holds_here_and_why(self, editing):
        helpers.override_port("appliance-tcp-8888", 18888, "CHG-8")
        page = editing.get("/deployments/frankfurt/overrides/")
        own, everywhere = section(page, "h-own"), section(page, "h-all")
        assert "vSphere connector service TCP HTTPS 3504 to 13504 Frankfurt CHG-1042" in words(own)
        assert "8888 to 18888 everywhere CHG-8" in words(everywhere)
        moved = PortOverride.objects.get(number=13504)
        assert editing.post(f"/overrides/{moved.pk}/remove/", {"reason": "back"})["Location"].endswith(
            "/frankfurt/overrides/"
        )
        assert stored()["overrides"] == []

    def test_what_stands_in_a_deployment_is_seen_and_changed_with_the_deployment(self, client, frankfurt):
        """For somebody who may move ports and not see deployments: a group of an administrator's may be like that."""
        moved = helpers.override_port("appliance-tcp-8888", 18888, "CHG-8")
        hidden = PortOverride.objects.get(number=13504)
        mover = helpers.user("mona")
        rights = [f"{verb}_portoverride" for verb in ("view", "add", "change", "delete")]
        mover.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(mover)
        for path in ("/overrides/", "/overrides/history/"):
            text = main_of(client.get(path))
            assert "CHG-8" in text
            assert "CHG-1042" not in text
        assert client.get(f"/overrides/{moved.pk}/edit/").status_code == 200
        assert client.get(f"/overrides/{hidden.pk}/edit/").status_code == 404
        assert client.post(f"/overrides/{hidden.pk}/remove/", {"reason": "x"}).status_code == 404
        assert client.get("/overrides/add/?deployment=frankfurt").status_code == 400
        fields = {"deployment": "frankfurt", "port": "azure-connector-tcp-3500", "number": "13500", "reason": "x"}
        assert client.post("/overrides/add/", fields).status_code == 422
        mover.user_permissions.add(Permission.objects.get(codename="view_deployment"))
        assert client.get(f"/overrides/{hidden.pk}/edit/").status_code == 403
        assert PortOverride.objects.count() == 2

    def test_the_page_of_a_number_tells_who_moved_there_or_away(self, client, editing):
        for number in (3504, 13504):
            found = words(section(editing.get(f"/ports/{number}/"), "h-moves"))
            assert "vSphere connector service TCP HTTPS 3504 to 13504 Frankfurt CHG-1042" in found
        client.force_login(helpers.outsider())
        assert "Frankfurt" not in client.get("/ports/13504/").content.decode()
        client.logout()
        assert "Nothing uses this number" in words(main_of(client.get("/ports/13504/")))

"""What the pages of a deployment tell: findings, explanations, rules, configurations, the change request, history."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from portmatrix.deployments import service as store
from portmatrix.deployments.evaluate import configuration_request, evaluate, evaluate_all
from portmatrix.firewall import PLATFORMS, render
from portmatrix.history.deployments import ONE_WRITE, writes_of
from portmatrix.models import Deployment, Endpoint
from portmatrix.pages.deployments.overview import fix_of

from .support import helpers
from .support.deployments import deployment, example
from .support.reading import addresses, main_of, part, section, words

pytestmark = pytest.mark.django_db

FRANKFURT = "/deployments/frankfurt/"


def rows_of(html):
    """The words of every row of the tables in a part."""
    return [words(row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]


def explain(client, **query):
    return client.get(FRANKFURT, query)


class TestOverview:
    def test_every_finding_stands_there_with_the_way_to_its_fix(self, editing, frankfurt):
        found = section(editing.get(FRANKFURT), "h-find")
        expected = evaluate(frankfurt.slug).findings
        assert [finding.code for finding in expected] == ["component-without-address", *["plain-text-port"] * 4]
        for finding in expected:
            assert finding.message in words(found)
        assert addresses(found, '(/[^"]*)') == [fix_of(finding, "frankfurt") for finding in expected]
        assert addresses(found, '(/[^"]*)')[:2] == [
            f"{FRANKFURT}components/#component-ntp-server",
            f"{FRANKFURT}edit/#encrypted-only",
        ]

    def test_every_fix_leads_to_a_place_that_exists(self, editing, frankfurt):
        store.put("frankfurt", deployment("hyper-v-connector", "agent-on-citrix-provisioning", overrides=[
            ("azure-connector-tcp-3500", 13500), ("vcenter-tcp-443", 8443)], endpoints=[("appliance", "10.0.0.1"),
            ("admin-user", "10.0.0.0/24"), ("vcenter", "10.1.0.1")]), helpers.editor())  # fmt: skip
        codes = set()
        for finding in evaluate(frankfurt.slug).findings:
            path, _, anchor = fix_of(finding, "frankfurt").partition("#")
            page = editing.get(path)
            assert page.status_code == 200
            assert not anchor or f'id="{anchor}"' in page.content.decode()
            codes.add(finding.code)
        assert codes == {
            "no-file-share", "component-without-address", "connector-without-platform", "platform-without-connector",
            "plain-text-port", "override-not-in-use", "moved-in-part", "shared-address",
        }  # fmt: skip

    def test_address_groups_are_those_of_the_rules(self, editing):
        found = words(section(editing.get(FRANKFURT), "h-groups"))
        assert "Agent on Citrix Provisioning server 10.20.4.21 pvs01 10.20.4.22 pvs02 5" in found
        assert "NTP server no address 1" in found

    def test_a_needed_packet_names_the_rule_and_its_reasons(self, editing, frankfurt):
        page = explain(editing, source="10.9.0.5", destination="10.20.0.10", transport="tcp", port="13504")
        assert page.status_code == 200
        found = section(page, "h-explain")
        assert "Needed: Admin user to Appliance, for Communication." in words(found)
        assert "Admin user → Appliance, TCP 13504 : Communication ( Admin user 10 , Internal 17 )" in words(found)
        [rule] = [one for one in evaluate(frankfurt.slug).rules.rules if one.number == 13504]
        assert f"{FRANKFURT}rules/#{rule.id}" in addresses(found, '(/[^"]*)')

    def test_a_packet_that_is_not_needed_tells_what_is_near(self, editing):
        page = explain(editing, source="10.9.0.5", destination="10.20.0.10", transport="tcp", port="3504")
        found = words(section(page, "h-explain"))
        assert "Not needed: no rule opens TCP 3504 from 10.9.0.5 to 10.20.0.10." in found
        assert "TCP 3504 of vSphere connector service was moved to 13504 here." in found

    def test_what_dhcp_broadcasts_is_allowed_by_hand(self, editing, frankfurt):
        document = deployment("dhcp-server", endpoints=[("appliance", "10.0.0.1")])
        store.put("frankfurt", document, helpers.editor())
        page = explain(editing, source="0.0.0.0", destination="255.255.255.255", transport="udp", port="67")
        found = section(page, "h-explain")
        assert page.status_code == 200
        assert '<p class="verdict by-hand">' in found
        assert "allow UDP 67 from 0.0.0.0 to 255.255.255.255 by hand" in words(found)
        [rule] = [one for one in evaluate("frankfurt").rules.unresolved if one.number == 67]
        assert f"{FRANKFURT}rules/#{rule.id}" in addresses(found, '(/[^"]*)')

    def test_icmp_is_asked_about_without_a_port(self, editing):
        page = explain(editing, source="10.9.0.5", destination="10.20.0.10", transport="icmp", port="")
        found = section(page, "h-explain")
        assert page.status_code == 200
        assert '<p class="verdict not-known">' in found
        assert '<option value="icmp" selected>ICMP</option>' in found
        assert "Not known: ICMP has no ports, and the vendor's page names TCP and UDP ports alone" in words(found)
        assert "From Admin user (admin LAN) to Appliance (elm01) are open: TCP 22" in words(found)

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"destination": "10.20.0.10", "port": ""}, "port The value is empty."),
            ({}, "destination Missing. Give it."),
            ({"destination": "::1"}, "looks like IPv6"),
            ({"destination": "10.20.0.10", "port": "0"}, "'0' is not a port. Give a whole number from 1 to 65535."),
            ({"destination": "10.20.0.10", "transport": "tpc"}, "No transport 'tpc'. Did you mean 'tcp'?"),
            ({"destination": "10.20.0.10", "color": "red"}, "Unknown parameter 'color'."),
            ({"destination": ["10.20.0.10", "10.20.0.11"]}, "Given more than once. Give it once."),
        ],
    )
    def test_a_question_that_is_not_understood_is_not_answered(self, editing, query, message):
        page = explain(editing, **{"source": "10.9.0.5", "transport": "tcp", "port": "443", **query})
        assert page.status_code == 400
        assert message in words(section(page, "h-explain"))
        assert "eeded:" not in words(main_of(page))


class TestRules:
    def test_every_rule_stands_there_once_with_its_place(self, editing, frankfurt):
        text = main_of(editing.get(f"{FRANKFURT}rules/"))
        rules = evaluate(frankfurt.slug).rules
        expected = {rule.id for rule in [*rules.rules, *rules.unresolved]}
        assert sorted(re.findall(r'<tr role="row" id="(r-[0-9a-f]{16})"', text)) == sorted(expected)

    def test_a_moved_port_shows_its_default_and_an_unresolved_rule_its_lack(self, editing):
        rows = rows_of(main_of(editing.get(f"{FRANKFURT}rules/")))
        [moved] = [row for row in rows if "13504" in row]
        assert "13504 3504 HTTPS Communication Admin user 10 , Internal 17 r-" in moved
        [lost] = [row for row in rows if "/udp NTP" in row]
        assert "NTP no address Servers 5" in lost

    def test_without_any_rule_it_says_what_to_do(self, editing):
        store.put("empty", deployment(slug="empty", overrides=[]), helpers.editor())
        editing.post("/deployments/empty/components/", {"component": "admin-user", "do": "use"})
        page = editing.get("/deployments/empty/rules/")
        assert "unresolved" in words(main_of(page))

    def test_pages_of_many_endpoints_ask_as_often_as_of_few(self, editing):
        paths = [f"{FRANKFURT}{part}" for part in ("", "components/", "rules/", "configuration/", "change-request/")]

        def queries():
            counts = {}
            for path in paths:
                with CaptureQueriesContext(database) as asked:
                    assert editing.get(path).status_code == 200
                counts[path] = len(asked)
            return counts

        few = queries()
        many = [("agent", f"10.1.{number // 250}.{number % 250 + 1}") for number in range(2_000)]
        store.put("frankfurt", deployment(endpoints=[("appliance", "10.0.0.1"), *many]), helpers.editor())
        assert queries() == few
        assert max(few.values()) <= 22


class TestChangeRequest:
    def test_it_holds_what_a_change_board_asks_for(self, editing, frankfurt):
        page = editing.get(f"{FRANKFURT}change-request/")
        rules = section(page, "h-rules")
        rows = rows_of(rules)[1:]
        assert len(rows) == len(evaluate(frankfurt.slug).rules.rules) == 25
        assert rows[0].startswith("1 Admin user 10.9.0.0/24 Appliance 10.20.0.10 TCP 22 source to destination SSH")
        assert "NTP server" in words(section(page, "h-open"))
        assert "Error. NTP server has no address" in words(section(page, "h-find"))
        assert "Is a file share required, although no table lists one?" in words(section(page, "h-how"))
        assert "Requested by Approved by Carried out by Ticket" in words(section(page, "h-sign"))


class TestConfiguration:
    @pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
    def test_the_text_is_that_of_the_platform(self, editing, frankfurt, platform):
        query = {"platform": platform.slug, **({"endpoint": "elm01"} if platform.per_host else {})}
        page = editing.get(f"{FRANKFURT}configuration/", query)
        endpoint = "elm01" if platform.per_host else None
        made = render(platform, configuration_request([evaluate(frankfurt.slug)], endpoint))
        shown = re.sub(r"<[^>]+>", "", part(page, '<pre id="file"', "</pre>"))
        assert unescape(shown).rstrip("\n").splitlines() == made.text.rstrip("\n").splitlines()[:2_000]
        left_out = words(main_of(page))
        for one in made.left_out:
            assert words(one.why) in left_out
        for sentence in platform.limits:
            assert words(sentence) in left_out

    def test_the_first_platform_is_shown_unasked(self, editing):
        page = editing.get(f"{FRANKFURT}configuration/")
        assert "frankfurt-nftables.nft" in words(main_of(page))
        assert "3 rules stay out." in words(main_of(page))
        [download] = addresses(main_of(page), '(/api/deployments/[^"]*firewall[^"]*)')
        assert download == "/api/deployments/frankfurt/firewall/nftables/?partial=true"

    def test_a_host_based_platform_asks_for_the_host(self, editing):
        page = editing.get(f"{FRANKFURT}configuration/?platform=windows-powershell")
        assert page.status_code == 200
        assert "Choose the host." in words(main_of(page))
        names = re.findall(r"<option[^>]*>([^<]*)</option>", main_of(page))
        assert names == ["Choose the host", *(one["name"] for one in example("frankfurt")["endpoints"])]

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("platform=nftable", "No platform 'nftable'. Did you mean 'nftables'?"),
            ("platform=windows-netsh&endpoint=pvs", "pvs"),
            ("colour=red", "colour: Unknown parameter 'colour'. Use one of: platform, endpoint, mark_bit, with."),
            ("with=frankfurt", "with: No deployment 'frankfurt'."),
            ("with=ulm&with=kiel", "with: No deployment 'ulm'."),
            ("mark_bit=32", "mark_bit: '32' is not a bit of the packet mark. Give a whole number from 0 to 31."),
            ("platform=pf&mark_bit=3", "A file for pf (OpenBSD, FreeBSD) sets no packet mark. Leave the bit out."),
            ("platform=windows-netsh&mark_bit=3", "sets no packet mark. Leave the bit out."),
            ("platform=nftables&platform=pf", "platform: Given more than once. Give it once."),
        ],
    )
    def test_what_is_not_understood_is_refused(self, editing, query, message):
        page = editing.get(f"{FRANKFURT}configuration/?{query}")
        assert page.status_code == 400
        assert message in words(main_of(page))

    def test_without_other_deployments_there_is_nothing_to_choose(self, editing):
        assert "<form" not in main_of(editing.get(f"{FRANKFURT}configuration/?platform=pf"))

    @pytest.mark.parametrize("platform", ["nftables", "cisco-ios", "google-cloud"])
    def test_one_file_together_with_other_deployments(self, editing, platform):
        store.put("ulm", example("ulm"), helpers.editor())
        store.put("kiel", deployment(slug="kiel", name="Kiel"), helpers.editor())
        page = editing.get(f"{FRANKFURT}configuration/?platform={platform}&with=ulm&with=kiel&with=ulm")
        made = render(PLATFORMS[platform], configuration_request(evaluate_all(["frankfurt", "kiel", "ulm"])))
        shown = re.sub(r"<[^>]+>", "", part(page, '<pre id="file"', "</pre>"))
        assert unescape(shown).rstrip("\n").splitlines() == made.text.rstrip("\n").splitlines()[:2_000]
        assert f"frankfurt_kiel_ulm-{platform}" in words(main_of(page))
        assert "Together with Kiel, Ulm" in words(main_of(page))
        assert "UDP 123 (Frankfurt): NTP server has no address." in words(main_of(page))
        assert "UDP 123 (Ulm): NTP server has no address." in words(main_of(page))
        [download] = addresses(main_of(page), '(/api/[^"]*firewall[^"]*)')
        together = "deployment=frankfurt&deployment=kiel&deployment=ulm&partial=true"
        assert unescape(download) == f"/api/firewall/{platform}/?{together}"
        assert editing.get(unescape(download)).content.decode() == made.text
        assert re.findall(r'name="with" value="([^"]+)"( checked)?', main_of(page)) == [
            ("kiel", " checked"),
            ("ulm", " checked"),
        ]
        links = [unescape(one) for one in addresses(main_of(page), '(/deployments/[^"]*platform=pf[^"]*)')]
        assert f"{FRANKFURT}configuration/?platform=pf&with=kiel&with=ulm" in links

    def test_a_file_is_for_at_most_twenty(self, editing):
        for number in range(20):
            store.put(f"d{number}", deployment(slug=f"d{number}"), helpers.editor())
        path = f"{FRANKFURT}configuration/?" + "&".join(f"with=d{number}" for number in range(19))
        page = editing.get(path)
        [download] = addresses(main_of(page), '(/api/[^"]*firewall[^"]*)')
        assert (page.status_code, editing.get(download).status_code) == (200, 200)
        page = editing.get(f"{path}&with=d19")
        assert page.status_code == 400
        assert "with: 21 deployments. A file is for at most 20." in words(main_of(page))

    def test_that_a_file_cuts_others_off_is_said_beside_it(self, editing):
        store.put("ulm", example("ulm"), helpers.editor())
        sentence = "cuts off the connections of any other on the same firewall."
        for query, begin in (
            ("", "This file is for one deployment"),
            ("&with=ulm", "This file is for these deployments"),
        ):
            limits = section(editing.get(f"{FRANKFURT}configuration/?platform=pf{query}"), "h-limits")
            assert f"{begin}, and {sentence}" in words(limits)

    def test_a_host_of_several_deployments(self, editing):
        store.put("kiel", {**example("frankfurt"), "slug": "kiel", "name": "Kiel"}, helpers.editor())
        page = editing.get(f"{FRANKFURT}configuration/?platform=windows-netsh&with=kiel&endpoint=elm01")
        [download] = addresses(main_of(page), '(/api/[^"]*firewall[^"]*)')
        query = "deployment=frankfurt&deployment=kiel&endpoint=elm01&partial=true"
        assert unescape(download) == f"/api/firewall/windows-netsh/?{query}"
        store.put("ulm", example("ulm"), helpers.editor())
        page = editing.get(f"{FRANKFURT}configuration/?platform=windows-netsh&with=ulm")
        names = re.findall(r"<option[^>]*>([^<]*)</option>", main_of(page))
        assert names == ["Choose the host", "admin LAN", "elm01"]
        page = editing.get(f"{FRANKFURT}configuration/?platform=windows-netsh&with=ulm&endpoint=pvs01")
        assert page.status_code == 400
        assert "No endpoint 'pvs01' in ulm. Leave that deployment out." in words(main_of(page))
        store.put("empty", deployment(slug="empty"), helpers.editor())
        page = editing.get(f"{FRANKFURT}configuration/?platform=windows-netsh&with=empty")
        assert "These deployments have no host in common." in words(main_of(page))

    def test_the_bit_of_the_packet_mark(self, editing):
        page = editing.get(f"{FRANKFURT}configuration/?platform=nftables&mark_bit=7")
        assert "define ALPORTS_BIT = 0x00000080" in words(main_of(page))
        [download] = addresses(main_of(page), '(/api/[^"]*firewall[^"]*)')
        assert unescape(download) == "/api/deployments/frankfurt/firewall/nftables/?mark_bit=7&partial=true"
        page = editing.get(f"{FRANKFURT}configuration/?platform=nftables&mark_bit=31")
        [download] = addresses(main_of(page), '(/api/[^"]*firewall[^"]*)')
        assert download == "/api/deployments/frankfurt/firewall/nftables/?partial=true"

    def test_without_an_address_there_is_no_host(self, editing):
        store.put("empty", deployment(slug="empty"), helpers.editor())
        page = editing.get("/deployments/empty/configuration/?platform=windows-netsh")
        assert "There is no host yet." in words(main_of(page))


class TestHistory:
    def test_it_tells_each_write_in_words(self, editing, frankfurt):
        Endpoint.history.update(history_date=frankfurt.history.get().history_date)
        store.change("frankfurt", lambda data: data.update(name="Main", encrypted_only=True), helpers.editor())
        newest, oldest = writes_of(Deployment.objects.get())[0], writes_of(Deployment.objects.get())[-1]
        assert "Renamed from “Frankfurt” to “Main”. Encrypted ports only." in newest.sentences
        assert "Made as “Frankfurt”." in oldest.sentences
        page = words(section(editing.get(f"{FRANKFURT}history/"), "h-history"))
        assert "edith" in page
        assert "Appliance: 10.20.0.10 (elm01) added." in page
        assert "vSphere connector service, TCP 3504 moved to 13504: CHG-1042" in page

    def test_what_was_written_apart_is_told_apart(self, frankfurt):
        store.change("frankfurt", lambda data: data["endpoints"].pop(), helpers.editor())
        newest = Endpoint.history.filter(history_type="-").get()
        newest.history_date += ONE_WRITE + timedelta(seconds=1)
        newest.save()
        writes = writes_of(frankfurt)
        assert len(writes[0].records) == 1
        assert writes[0].sentences == ["SMB file server: 10.20.2.15 (fs01) removed."]

    def test_many_alike_are_counted(self, catalogue):
        many = [("agent", f"10.1.0.{number}") for number in range(1, 101)]
        made = store.create(deployment(slug="many", endpoints=many), helpers.editor())
        [write] = writes_of(made)
        assert "and 92 more addresses added" in write.sentences
        assert len(write.sentences) < 20

    def test_pages_of_the_history_end(self, editing):
        assert editing.get(f"{FRANKFURT}history/?page=1").status_code == 200
        for page in ("0", "99", "x"):
            assert editing.get(f"{FRANKFURT}history/?page={page}").status_code == 404

"""`manage.py rules`: what it writes where, its exit codes, its queries, and its guide."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments import service as store
from portmatrix.models import Component, Connection, Port, Statement
from portmatrix.rules import Finding

from .support.commands import FullDisk, runner
from .support.deployments import FOLDER, deployment, example
from .support.helpers import double_the_catalogue, editor, override_port

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parent.parent / "docs" / "rules.md"
ULM = FOLDER / "ulm.json"
WHOLE = "slug, name, description, encrypted_only, components, endpoints, overrides"
COMPLETE = {"appliance": "10.30.0.10", "admin-user": "10.9.0.0/24", "smb-file-server": "10.30.2.5"}


@pytest.fixture
def run(monkeypatch, capsys, catalogue):
    """Run the command; return exit code, standard output and standard error."""
    return runner("rules", monkeypatch, capsys)


def as_bytes(document):
    return json.dumps(document).encode()


def complete():
    """A document whose rules are all resolved."""
    return deployment(endpoints=COMPLETE.items(), encrypted_only=True)


# What it writes


def test_json_is_written_to_the_last_byte(run):
    code, out, err = run(ULM)
    assert out == (FOLDER / "ulm.rules.json").read_text(encoding="utf-8")
    assert (code, err) == (1, "CommandError: 1 rule unresolved: a component has no address.\n")


def test_json_has_rules_unresolved_and_findings(run):
    shape = json.loads(run(ULM)[1])
    assert list(shape) == ["deployment", "rules", "unresolved", "findings"]
    assert shape["deployment"] == "ulm"
    assert [(rule["destination"]["component"]["slug"], rule["port"]) for rule in shape["rules"]] == [
        ("appliance", 22),
        ("appliance", 443),
        ("appliance", 8888),
        ("appliance", 13506),
        ("nfs-file-server", 2049),
        ("nutanix-prism", 9440),
    ]
    assert [rule["destination"] for rule in shape["unresolved"]] == [
        {"component": {"slug": "ntp-server", "name": "NTP server", "host": None}, "addresses": []}
    ]
    assert shape["findings"] == [
        {
            "code": "component-without-address",
            "severity": "error",
            "message": "NTP server has no address, so 1 rule is unresolved. Add an endpoint.",
            "components": ["ntp-server"],
        }
    ]


def test_csv_has_a_row_for_every_rule_and_findings_beside_it(run):
    code, out, err = run(ULM, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [(row["resolved"], row["destination_component"], row["port"]) for row in rows] == [
        ("true", "appliance", "22"),
        ("true", "appliance", "443"),
        ("true", "appliance", "8888"),
        ("true", "appliance", "13506"),
        ("true", "nfs-file-server", "2049"),
        ("true", "nutanix-prism", "9440"),
        ("false", "ntp-server", "123"),
    ]
    assert rows[3] == {
        "source": "10.9.0.0/24",
        "destination": "10.30.0.10",
        "transport": "tcp",
        "port": "13506",
        "direction": "source to destination",
        "reason": "Communication (admin-user to nutanix-connector)",
        "id": "r-60f27a227cb56331",
        "resolved": "true",
        "source_component": "admin-user",
        "source_name": "Admin user",
        "destination_component": "appliance",
        "destination_name": "Appliance",
        "application": "HTTPS",
        "encrypted": "true",
        "connections": "admin-user-to-nutanix-connector-communication",
        "listeners": "nutanix-connector-tcp-3506",
        "statements": "admin-user/9; internal/21",
    }
    assert rows[6]["destination"] == "no address: NTP server"  # a blank might pass for any
    assert (code, err) == (
        1,
        "error: NTP server has no address, so 1 rule is unresolved. Add an endpoint.\n"
        "CommandError: 1 rule unresolved: a component has no address.\n",
    )


def test_csv_breaks_a_rule_that_no_cell_holds_into_rows_that_permit_the_same(run):
    agents = [f"10.{number // 250}.{number % 250}.1" for number in range(7_000)]
    document = deployment(endpoints=[*COMPLETE.items(), *(("agent", address) for address in agents)])
    _, out, _ = run("-", "--format", "csv", stdin=as_bytes(document))
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert max(len(row["source"]) for row in rows) < 32_767
    logs = [row for row in rows if row["port"] == "8787"]
    assert len(logs) > 1
    assert len({row["id"] for row in logs}) == 1
    assert sorted(address for row in logs for address in row["source"].split("; ")) == sorted(agents)
    assert {row["destination"] for row in logs} == {"10.30.0.10"}


def test_all_is_well(run):
    code, out, err = run("-", stdin=as_bytes(complete()))
    assert (code, err) == (0, "")
    assert [rule["port"] for rule in json.loads(out)["rules"]] == [22, 443, 8888, 445]


def test_standard_input_is_read_as_a_file_is(run):
    assert run("-", stdin=ULM.read_bytes()) == run(ULM)


def test_a_byte_order_mark_is_no_fault(run):
    assert run("-", stdin=b"\xef\xbb\xbf" + as_bytes(complete()))[0] == 0


# What it refuses


def test_every_fault_is_told_and_nothing_written(run):
    document = deployment("vsphere", "vsfere", endpoints=[("appliance", "fe80::1")])
    assert run("-", stdin=as_bytes(document)) == (
        2,
        "",
        "CommandError: The document has 2 faults.\n"
        "  components[1]: No component 'vsfere'. Did you mean 'vsphere'?\n"
        "  endpoints[0].address: “fe80::1” looks like IPv6, but the appliance requires IPv4. Give the IPv4 address.\n",
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The document is not valid JSON: Expecting value: line 1 column 1 (char 0)."),
        (b'{"slug": "x", "slug": "y"}', "The document is not valid JSON: the name 'slug' stands twice in one object."),
        (b'{"slug": NaN}', "The document is not valid JSON: NaN is not a number."),
        (b"[" * 100_000, "The document is nested too deeply."),
        (b"[]", f"The document has 1 fault.\n  document: Write an object with {WHOLE}."),
    ],
    ids=["empty", "name twice", "not a number", "deep", "list"],
)
def test_what_is_no_document_is_refused(run, body, message):
    assert run("-", stdin=body) == (2, "", f"CommandError: {message}\n")


def test_a_file_that_is_not_there(run, tmp_path):
    path = tmp_path / "none.json"
    assert run(path) == (2, "", f"CommandError: {path} can't be read: No such file or directory.\n")


def test_what_was_saved_is_taken_although_a_listener_stands_there_anyway_by_now(run):
    """First the deployment moved it, then everybody did; a document of another deployment can do without."""
    saved = {**complete(), "overrides": [{"port": "appliance-tcp-22", "number": 2222, "reason": "CHG-1"}]}
    store.create(saved, editor())
    override_port("appliance-tcp-22", 2222)
    code, out, _ = run("-", stdin=as_bytes(saved))
    assert code == 0
    assert 2222 in [rule["port"] for rule in json.loads(out)["rules"]]
    code, _, err = run("-", stdin=as_bytes({**saved, "slug": "other"}))
    assert code == 2
    assert "overrides[0].number: Appliance listens on 2222 anyway. Give another number, or no override." in err


@pytest.mark.parametrize("slug", ["a\0", "\ud800", "ä", 1, None, [], {}])
def test_a_strange_slug_is_refused_like_any_other_fault(run, slug):
    code, out, err = run("-", stdin=as_bytes({**complete(), "slug": slug}))
    assert (code, out) == (2, "")
    assert err.startswith("CommandError: The document has 1 fault.\n  slug: ")


def test_a_standard_output_that_takes_no_more(run, monkeypatch):
    monkeypatch.setattr(sys, "stdout", FullDisk())
    code, _, err = run(ULM, "--format", "csv")
    assert (code, err) == (2, "CommandError: Standard output can't be written: No space left on device.\n")


def test_a_standard_output_that_is_closed(run, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    code, _, err = run(ULM, "--format", "csv")
    assert (code, err) == (2, "CommandError: Standard output is closed.\n")


def test_a_standard_input_that_is_closed(run):
    assert run("-", stdin=None) == (2, "", "CommandError: Standard input is closed.\n")


def test_an_empty_catalogue_judges_nothing(run):
    for model in (Statement, Connection, Port):
        model.objects.all().delete()
    Component.objects.update(host=None, group=None, platform=None)
    Component.objects.all().delete()
    assert run(ULM) == (2, "", "CommandError: The catalogue is empty. Run manage.py load_catalogue first.\n")


def test_a_database_without_a_catalogue_is_no_unresolved_rule(run, monkeypatch):
    def fail():
        raise OperationalError("no such table: portmatrix_port")

    monkeypatch.setattr(Catalogue, "load", fail)
    message = "CommandError: The catalogue can't be read: no such table: portmatrix_port.\n"
    assert run(ULM) == (2, "", message)


# What it costs


def test_it_asks_ten_questions_however_much_there_is(django_assert_num_queries, monkeypatch, catalogue):
    big = {**example("ulm"), "components": ["nutanix-connector"]}
    big["endpoints"] += [
        {"component": "compositing-machine", "name": "c", "address": f"10.1.{i}.1"} for i in range(200)
    ]
    for double in (False, True):
        if double:
            double_the_catalogue()
        for document in (complete(), big):
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(as_bytes(document))))
            with django_assert_num_queries(10):
                call_command("rules", "-", stdout=io.StringIO())


# Its guide


def blocks():
    return [
        json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    ]


def test_the_guides_example_is_real(run):
    document, rule = blocks()
    assert document == example("ulm")
    assert rule in json.loads(run(ULM)[1])["rules"]


def test_the_guide_lists_every_finding():
    listed = re.findall(r"^\| `([a-z-]+)` \| (error|warning|note) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted((kind.code, str(kind.severity)) for kind in Finding.kinds)

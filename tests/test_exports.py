"""Listings as files: the same rows as JSON has, cell by cell, and text that no spreadsheet calculates."""

import csv
import io
import re
import time
from email.header import decode_header, make_header
from operator import itemgetter
from types import SimpleNamespace
from urllib.parse import quote

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portmatrix.exports import writers
from portmatrix.exports.tables import Table, columns
from portmatrix.models import Connection
from portmatrix.utils import formulas

from .support.api_calls import client_of, get, slugs, text_of
from .support.helpers import editor, override_port, viewer

pytestmark = pytest.mark.django_db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PVS = "citrix-provisioning-connector-tcp-3509"
DISK_DOWNLOAD = "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download"
LISTINGS = {
    "components": [
        *("slug", "name", "kind", "description", "host", "group", "services", "members", "fqdn", "ports"),
    ],
    "ports": [
        *("slug", "component", "component_name", "host", "transport", "number", "default_number", "overridden"),
        *("application", "connections"),
    ],
    "connections": [
        *("slug", "source", "source_name", "source_host", "destination", "destination_name", "destination_host"),
        *("activity", "traffic_class", "ports", "default_ports", "overridden", "statements", "assumptions"),
    ],
    "statements": [
        *("section", "position", "heading", "source", "destination", "activity", "protocol", "ports", "text"),
        "connections",
    ],
    "assumptions": ["slug", "question", "reading", "basis", "connections"],
    "overrides": [
        *("id", "port", "component", "component_name", "transport", "default_number", "number", "deployment"),
        *("reason", "changed_by", "changed_at"),
    ],
}


def read_csv(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(text_of(response), newline="")))


def sheet_of(response):
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def cells_of(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("listing", LISTINGS)
def test_every_listing_exports_its_rows_in_the_order_of_its_pages(listing):
    override_port(PVS, 13509)
    override_port("azure-connector-tcp-3500", 13500)
    client = client_of(viewer())
    key = {"statements": "position", "overrides": "id"}.get(listing, "slug")
    pages = [row[key] for row in client.get(f"/api/{listing}/?limit=1000").json()["results"]]
    sheet = cells_of(sheet_of(client.get(f"/api/{listing}/?format=xlsx")))
    rows = read_csv(client.get(f"/api/{listing}/?format=csv"))
    assert sheet[0] == LISTINGS[listing]
    assert list(rows[0]) == LISTINGS[listing]
    assert [row[sheet[0].index(key)] for row in sheet[1:]] == pages
    assert [row[key] for row in rows] == [str(value) for value in pages]


def test_a_connection_is_one_row():
    override_port(PVS, 13509)
    expected = {
        "slug": DISK_DOWNLOAD,
        "source": "agent-on-citrix-provisioning",
        "source_name": "Agent on Citrix Provisioning server",
        "source_host": "",
        "destination": "citrix-provisioning-connector",
        "destination_name": "Citrix Provisioning connector service",
        "destination_host": "appliance",
        "activity": "Disk download",
        "traffic_class": "agent",
        "ports": "tcp/3009 (HTTP); tcp/13509 (HTTPS)",
        "default_ports": "tcp/3009; tcp/3509",
        "overridden": "true",
        "statements": "internal/13; key-agent/4",
    }
    (row,) = read_csv(get("connections/?source__exact=agent-on-citrix-provisioning&format=csv"))
    stored = Connection.objects.get(slug=DISK_DOWNLOAD).assumptions.values_list("slug", flat=True)
    assert row == expected | {"assumptions": "; ".join(stored)}


def test_numbers_and_truth_values_are_cells_of_their_kind():
    sheet = sheet_of(get("ports/?component=appliance&number=443&format=xlsx"))
    names = [cell.value for cell in sheet[1]]
    cells = {name: (cell.value, cell.data_type) for name, cell in zip(names, sheet[2], strict=True)}
    assert [cells[name] for name in ("number", "default_number", "overridden", "application")] == [
        (443, "n"),
        (443, "n"),
        (False, "b"),
        ("HTTPS", "s"),
    ]


class Related(list):
    """Stands for a manager of related objects."""

    def all(self):
        return self


def test_a_column_is_a_heading_a_path_or_a_function():
    table = Table("sample", columns("slug", ("zone", "host.zone.name"), ("ports", "ports.number"), ("key", id)))
    assert table.headings == ["slug", "zone", "ports", "key"]
    zone = SimpleNamespace(name="DMZ")
    ports = Related([SimpleNamespace(number=80), SimpleNamespace(number=443), SimpleNamespace(number=80)])
    rows = [
        SimpleNamespace(slug="a", host=None, ports=Related()),
        SimpleNamespace(slug=None, host=SimpleNamespace(zone=None), ports=ports),
        SimpleNamespace(slug=7, host=SimpleNamespace(zone=zone), ports=ports),
    ]
    assert list(table.rows(rows)) == [
        ["a", None, "", id(rows[0])],
        [None, None, "80; 443", id(rows[1])],
        [7, "DMZ", "80; 443", id(rows[2])],
    ]


def test_an_export_answers_the_same_query():
    query = "destination=appliance&transport=tcp&ordering=-activity"
    rows = read_csv(get(f"connections/?{query}&format=csv"))
    assert [row["slug"] for row in rows] == slugs(get(f"connections/?{query}"))


def test_an_export_holds_all_rows_unless_a_limit_is_given():
    assert len(read_csv(get("statements/?format=csv"))) == 60
    rows = read_csv(get("connections/?limit=3&offset=2&format=csv"))
    assert [row["slug"] for row in rows] == slugs(get("connections/?limit=3&offset=2"))
    assert len(read_csv(get("connections/?offset=30&format=csv"))) == 6
    assert len(read_csv(get(f"connections/?limit={10**20}&format=csv"))) == 36


def test_no_match_is_a_file_with_headings_only():
    assert text_of(get("connections/?port=1&format=csv")) == ",".join(LISTINGS["connections"]) + "\r\n"
    assert cells_of(sheet_of(get("connections/?port=1&format=xlsx"))) == [LISTINGS["connections"]]


@pytest.mark.parametrize(
    ("format", "media_type", "content_type"),
    [("csv", "text/csv", "text/csv; charset=utf-8"), ("xlsx", XLSX, XLSX)],
)
def test_a_file_is_asked_for_by_format_or_accept_header(format, media_type, content_type):
    for response in (get(f"ports/?format={format}"), get("ports/", Accept=media_type)):
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"] == f'attachment; filename="alports-ports.{format}"'


def test_format_wins_over_the_accept_header():
    assert get("ports/?format=csv", Accept="application/json")["Content-Type"] == "text/csv; charset=utf-8"
    assert get("ports/?format=json", Accept="text/csv")["Content-Type"] == "application/json"


def test_a_cell_that_no_spreadsheet_holds_is_cut_and_says_so():
    texts = ["x" * 32_767, "x" * 32_768]
    sheet = openpyxl.load_workbook(writers.write_xlsx(Table("sample", {"cell": str}), texts))["sample"]
    assert [sheet.cell(row, 1).value for row in (2, 3)] == [texts[0], "x" * 32_766 + "…"]


FULL_WIDTH = [chr(ord(sign) + 0xFEE0) for sign in "=+-@"]
GUARDED = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\tx": "'\tx",
    "\rx": "'\rx",
    "\nx": "'\nx",
    " =1": " '=1",
    "x;=1+1": "x;'=1+1",
    "x; =1+1": "x; '=1+1",
    'x; "=1+1"': 'x; "\'=1+1"',
    "x;;=1": "x;;'=1",
    "x\t=1": "x\t'=1",
    "x\n-1": "x\n'-1",
    "x\r\n@y": "x\r\n'@y",
    "=1;+2;x": "'=1;'+2;x",
    **{f"{sign}1": f"'{sign}1" for sign in FULL_WIDTH},
    **{f"x;{sign}1": f"x;'{sign}1" for sign in FULL_WIDTH},
}
ORDINARY = [
    "a-b",
    "x; y",
    "a=b",
    "a@b.example",
    "1 - 2",
    "x, =1",
    "10.0.0.1; 10.0.0.2",
    "x;'=1",
    "'=1",
    "a\nb",
    "ü; ö",
    "",
]


@pytest.mark.parametrize(("text", "cell"), GUARDED.items())
def test_csv_puts_an_apostrophe_before_what_could_be_calculated(text, cell):
    table = Table("sample", {"cell": lambda value: value})
    lines = "".join(writers.write_csv(table, [text, -1]))
    assert list(csv.reader(io.StringIO(lines, newline=""))) == [["cell"], [cell], ["-1"]]


@pytest.mark.parametrize("text", ORDINARY)
def test_csv_keeps_ordinary_text_as_it_is(text):
    table = Table("sample", {"first": lambda value: "x", "cell": lambda value: value})
    lines = "".join(writers.write_csv(table, [text]))
    assert list(csv.reader(io.StringIO(lines, newline=""))) == [["first", "cell"], ["x", text]]


LIVE = st.text(["=", "+", "-", "@", ";", '"', "'", "\t", "\r", "\n", ",", " ", "x", *FULL_WIDTH], max_size=12)


@given(st.lists(LIVE, min_size=2, max_size=3))
def test_no_reader_finds_a_cell_that_begins_with_a_sign(cells):
    """However it splits the lines: it may take quotes in the middle of a line for text, or not know them at all."""
    table = Table("sample", {str(number): itemgetter(number) for number in range(len(cells))})
    text = "".join(writers.write_csv(table, [cells]))
    for delimiter in ",;\t":
        if delimiter == ",":
            found = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        else:
            found = re.split(rf"[{delimiter}\r\n]", text)
        assert not [cell for cell in found if cell.strip(' "').startswith(("=", "+", "-", "@", *FULL_WIDTH))]


@given(LIVE)
def test_what_was_escaped_and_guarded_is_read_back(text):
    assert formulas.unguarded(formulas.guarded(formulas.escaped(text))) == text


def test_a_million_characters_are_guarded_at_once():
    begin = time.process_time()
    for text in ("\n" * 1_000_000, "; " * 500_000, "x;=" * 300_000, "'" * 1_000_000):
        formulas.guarded(text)
    assert time.process_time() - begin < 5


def test_a_reason_that_looks_like_a_formula_stays_text():
    reason = '=HYPERLINK("http://example.org")'
    body = {"port": PVS, "number": 13509, "reason": reason}
    assert client_of(editor()).post("/api/overrides/", body).status_code == 201
    client = client_of(viewer())
    (row,) = read_csv(client.get("/api/overrides/?format=csv"))
    assert row["reason"] == f"'{reason}"
    sheet = sheet_of(client.get("/api/overrides/?format=xlsx"))
    cell = sheet.cell(2, LISTINGS["overrides"].index("reason") + 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (reason, "s", None)


def test_an_override_s_row_says_who_and_when():
    body = {"port": PVS, "number": 13509, "reason": "CHG-1042"}
    made = client_of(editor()).post("/api/overrides/", body).json()
    (row,) = read_csv(client_of(viewer()).get("/api/overrides/?format=csv"))
    assert row.pop("changed_at") == f"{made['changed_at'][:19]}+00:00"
    assert row == {
        "id": str(made["id"]),
        "port": PVS,
        "component": "citrix-provisioning-connector",
        "component_name": "Citrix Provisioning connector service",
        "transport": "tcp",
        "default_number": "3509",
        "number": "13509",
        "deployment": "",
        "reason": "CHG-1042",
        "changed_by": "edith",
    }


def test_a_sheet_that_fails_half_way_leaves_no_open_file(monkeypatch):
    opened = []
    make = writers.tempfile.TemporaryFile
    monkeypatch.setattr(
        writers.tempfile, "TemporaryFile", lambda **options: opened.append(make(**options)) or opened[-1]
    )

    def failing():
        yield "one"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        writers.write_xlsx(Table("sample", {"cell": str}), failing())
    assert [file.closed for file in opened] == [True]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_says_which_set_it_holds(kind):
    response = get(f"connections/?destination=appliance&transport=tcp&format={kind}")
    assert response["Content-Description"] == "Connections to Appliance, over TCP"
    assert response["Content-Disposition"] == f'attachment; filename="alports-connections.{kind}"'
    assert get(f"ports/?format={kind}")["Content-Description"] == "Ports"


# What parts lines for HTTP, for Python (str.splitlines) or for Unicode would break the header in two.
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\v", "\f", "\u2028", "\u2029"], ids=ascii)
def test_line_separators_of_a_search_are_blanks_in_its_file(separator, kind):
    response = get(f"connections/?q={quote(f'r{separator}d')}&format={kind}")
    assert not {"\r", "\n"} & set(response["Content-Description"])
    assert str(make_header(decode_header(response["Content-Description"]))) == "Connections with “r d”"
    if kind == "xlsx":
        assert sheet_of(response).oddHeader.left.text == "Connections with “r d”"


@pytest.mark.parametrize("character", ["\u200b", "\ufffe", "\uffff"], ids=ascii)
def test_what_can_not_be_shown_is_replaced_in_what_heads_a_file(character):
    response = get(f"connections/?q={quote(f'r{character}d')}&format=xlsx")
    assert str(make_header(decode_header(response["Content-Description"]))) == "Connections with “r�d”"
    assert sheet_of(response).oddHeader.left.text == "Connections with “r�d”"


def test_a_printed_sheet_is_headed_by_its_filters():
    sheet = sheet_of(get("connections/?destination=appliance&q=r%26d&format=xlsx"))
    assert sheet.oddHeader.left.text == "Connections with “r&&d”, to Appliance"
    assert sheet.parent.properties.title == "Connections with “r&d”, to Appliance"

"""The listing of deployments through the API: its rows, filters, order, files and queries."""

import csv
import io

import openpyxl
import pytest

from portmatrix.deployments import service as store

from .support.api_calls import HOST, client_of, get, slugs, text_of
from .support.deployments import deployment, example
from .support.helpers import editor, viewer
from .support.queries import QUERIES_FOR_A_TOKEN, count_queries

pytestmark = pytest.mark.django_db

ROW = {
    "slug": "frankfurt",
    "url": f"{HOST}/api/deployments/frankfurt/",
    "name": "Frankfurt",
    "description": "vSphere with Citrix Provisioning.",
    "encrypted_only": False,
    "component_count": 13,
    "endpoint_count": 10,
    "override_count": 1,
}


@pytest.fixture
def both(catalogue):
    """Frankfurt and Ulm."""
    for name in ("ulm", "frankfurt"):
        store.put(name, example(name), editor())


def test_a_row_tells_how_much_a_deployment_describes(both):
    page = get("deployments/?q=frank", viewer()).json()
    assert page == {"count": 1, "next": None, "previous": None, "results": [ROW]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["frankfurt", "ulm"]),
        ("ordering=-name", ["ulm", "frankfurt"]),
        ("ordering=-slug&limit=1", ["ulm"]),
        ("offset=1", ["ulm"]),
        ("q=citrix", ["frankfurt"]),
        ("q=ENCRYPTED nutanix", ["ulm"]),
        ("component=ntp-server", ["frankfurt", "ulm"]),
        ("component=nutanix-prism", ["ulm"]),
        ("component=vsphere", ["frankfurt"]),
        ("component=smb-file-server&component=nfs-file-server", ["frankfurt", "ulm"]),
        ("component=azure", []),
    ],
)
def test_filters_and_order(both, query, expected):
    assert slugs(get(f"deployments/?{query}", viewer())) == expected


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("component=vsfere", {"component": ["No component 'vsfere'. Did you mean 'vsphere'?"]}),
        ("nam=x", {"nam": ["Unknown parameter 'nam'. Use one of: q, component, limit, offset, ordering."]}),
        ("ordering=nam", {"ordering": ["No ordering 'nam'. Did you mean 'name'?"]}),
    ],
)
def test_a_query_is_refused(query, fault):
    response = get(f"deployments/?{query}", viewer())
    assert (response.status_code, response.json()) == (400, fault)


def test_the_listing_as_a_file(both):
    response = get("deployments/?format=csv&component=vcenter", viewer())
    assert response["Content-Disposition"] == 'attachment; filename="alports-deployments.csv"'
    assert response["Content-Description"] == "Deployments using vCenter"
    (row,) = csv.DictReader(io.StringIO(text_of(response), newline=""))
    cells = {name: value for name, value in ROW.items() if name != "url"}
    assert row == {name: str(value) for name, value in cells.items()} | {"encrypted_only": "false"}
    book = openpyxl.load_workbook(io.BytesIO(b"".join(get("deployments/?format=xlsx", viewer()).streaming_content)))
    rows = list(book["deployments"].iter_rows(values_only=True))
    assert rows[:2] == [tuple(cells), tuple(cells.values())]
    assert [row[0] for row in rows[1:]] == ["frankfurt", "ulm"]


@pytest.mark.parametrize("format", ["json", "csv"])
def test_the_listing_asks_the_same_number_for_more_rows(format):
    store.put("frankfurt", example("frankfurt"), editor())
    client = client_of(viewer())
    before, rows = count_queries(client, f"deployments/?format={format}")
    store.put("ulm", example("ulm"), editor())
    agents = [("agent", f"10.0.0.{number}") for number in range(1, 200)]
    store.put("large", deployment(slug="large", endpoints=agents), editor())
    after, more = count_queries(client, f"deployments/?format={format}")
    assert (rows, more, after) == (1, 3, before)
    assert before <= QUERIES_FOR_A_TOKEN + 2

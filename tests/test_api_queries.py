"""How many queries the API asks: doubling the rows leaves their number as it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .support.api_calls import client_of, text_of
from .support.helpers import double_the_catalogue, move, viewer

pytestmark = pytest.mark.django_db

MOST_FOR_A_LISTING = 6
MOST_FOR_WHO_ASKS = 3  # the token with its user, the permissions of the user, those of the groups
QUERIES = {
    "components": "components/?limit=1000",
    "ports": "ports/?limit=1000",
    "connections": "connections/?limit=1000",
    "connections, filtered": "connections/?limit=1000&destination=appliance&port=443&port=3009&section=internal&q=a",
    "statements": "statements/?limit=1000",
    "assumptions": "assumptions/?limit=1000",
}


def queries(client, path):
    """The number of queries for a request whose rows are read to the end, and the number of those rows."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(f"/api/{path}")
        assert response.status_code == 200
        rows = len(text_of(response).splitlines()) - 1 if response.streaming else len(response.json()["results"])
    return len(asked), rows


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("format", ["json", "csv"])
def test_listing_asks_the_same_number_for_twice_the_rows(name, format):
    client, path = client_of(), f"{QUERIES[name]}&format={format}"
    before, rows = queries(client, path)
    double_the_catalogue()
    after, more = queries(client, path)
    assert more > rows or name in ("assumptions", "connections, filtered")
    assert after == before
    assert before <= MOST_FOR_A_LISTING


def test_overrides_ask_the_same_number_for_twice_the_rows():
    client, path = client_of(viewer()), "overrides/?limit=1000"
    move("azure-connector-tcp-3500", 13500)
    before, rows = queries(client, path)
    move("hyper-v-connector-tcp-3512", 13512)
    after, more = queries(client, path)
    assert (rows, more, after) == (1, 2, before)
    assert before <= MOST_FOR_A_LISTING + MOST_FOR_WHO_ASKS

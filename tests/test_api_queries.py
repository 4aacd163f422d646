"""How many queries the API asks: doubling the rows leaves their number as it is."""

import pytest

from .support.api_calls import client_of
from .support.helpers import double_the_catalogue, override_port, viewer
from .support.queries import QUERIES_FOR_A_TOKEN, count_queries

pytestmark = pytest.mark.django_db

MOST_FOR_A_LISTING = 6
QUERIES = {
    "components": "components/?limit=1000",
    "ports": "ports/?limit=1000",
    "connections": "connections/?limit=1000",
    "connections, filtered": "connections/?limit=1000&destination=appliance&port=443&port=3009&section=internal&q=a",
    "statements": "statements/?limit=1000",
    "assumptions": "assumptions/?limit=1000",
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("format", ["json", "csv"])
def test_listing_asks_the_same_number_for_twice_the_rows(name, format):
    client, path = client_of(), f"{QUERIES[name]}&format={format}"
    before, rows = count_queries(client, path)
    double_the_catalogue()
    after, more = count_queries(client, path)
    assert more > rows or name in ("assumptions", "connections, filtered")
    assert after == before
    assert before <= MOST_FOR_A_LISTING


def test_overrides_ask_the_same_number_for_twice_the_rows():
    client, path = client_of(viewer()), "overrides/?limit=1000"
    override_port("azure-connector-tcp-3500", 13500)
    before, rows = count_queries(client, path)
    override_port("hyper-v-connector-tcp-3512", 13512)
    after, more = count_queries(client, path)
    assert (rows, more, after) == (1, 2, before)
    assert before <= MOST_FOR_A_LISTING + QUERIES_FOR_A_TOKEN

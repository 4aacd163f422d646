"""How many queries a request asks the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from .api_calls import text_of

QUERIES_FOR_A_TOKEN = 3  # the token with its user, the permissions of the user, those of the groups


def count_queries(client, path):
    """The number of queries for a request whose rows are read to the end, and the number of those rows."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/api/{path}")
        assert response.status_code == 200
        rows = len(text_of(response).splitlines()) - 1 if response.streaming else len(response.json()["results"])
    return len(queries), rows

"""Calls of the REST API as a script makes them, with or without a token."""

from datetime import timedelta

from rest_framework.test import APIClient

from portmatrix.models import ApiToken

HOST = "http://testserver"


def token_of(user, **fields):
    """A new token of a user, as text."""
    return ApiToken.objects.create(user, **fields)[1]


def expired_token_of(user):
    """A token that expired a second ago, as text."""
    return token_of(user, expiry=timedelta(seconds=-1))


def client_of(user=None, **fields):
    """A client that sends a token of this user; without a user it sends none."""
    client = APIClient()
    if user:
        client.credentials(HTTP_AUTHORIZATION=f"Token {token_of(user, **fields)}")
    return client


def get(path, user=None, **headers):
    """The response to GET of a path below /api/."""
    return client_of(user).get(f"/api/{path}", headers=headers)


def slugs(response):
    """The slugs of a page's rows, in order."""
    assert response.status_code == 200, response.json()
    return [row["slug"] for row in response.json()["results"]]


def text_of(response):
    """The whole text of a streamed response."""
    return b"".join(response.streaming_content).decode()

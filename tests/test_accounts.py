"""Signing in and out, and being locked out."""

import pytest

from .support import helpers
from .support.reading import headings, main_of, words

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def sign_in(client, password=helpers.PASSWORD, **fields):
    return client.post(LOGIN, {"username": "vera", "password": password, **fields})


@pytest.fixture(autouse=True)
def vera():
    return helpers.viewer()


def signed_in(client):
    return "_auth_user_id" in client.session


def test_the_page_has_one_heading_and_keeps_where_to_go_on(client):
    response = client.get(f"{LOGIN}?next=/overrides/")
    assert headings(response) == ["Sign in"]
    assert '<input type="hidden" name="next" value="/overrides/">' in response.content.decode()


def test_signing_in_goes_on_where_it_was_asked_for(client):
    response = sign_in(client, next="/overrides/")
    assert (response.status_code, response.headers["Location"]) == (302, "/overrides/")
    assert signed_in(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_signing_in_never_leads_to_another_site(client, target):
    assert sign_in(client, next=target).headers["Location"] == "/"


def test_who_is_signed_in_goes_on_at_once(client, vera):
    client.force_login(vera)
    assert client.get(f"{LOGIN}?next=/overrides/").headers["Location"] == "/overrides/"


def test_a_wrong_password_keeps_the_name_and_not_the_password(client):
    response = sign_in(client, password="wrong")
    html = response.content.decode()
    assert response.status_code == 200
    assert "Please enter a correct username and password." in words(main_of(response))
    assert 'value="vera"' in html
    assert "wrong" not in html
    assert not signed_in(client)


def test_five_failures_lock_the_name_and_say_for_how_long(client):
    for _ in range(4):
        assert sign_in(client, password="wrong").status_code == 200
    locked = sign_in(client, password="wrong")
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    assert headings(locked) == ["Too many failed attempts"]
    assert "it stays locked for 15 minutes" in words(main_of(locked))
    assert sign_in(client).status_code == 429
    assert not signed_in(client)


def test_the_lock_leaves_others_alone(client):
    for _ in range(5):
        sign_in(client, password="wrong")
    helpers.editor()
    assert client.post(LOGIN, {"username": "edith", "password": helpers.PASSWORD}).status_code == 302


def test_signing_out_takes_a_form(client, vera):
    client.force_login(vera)
    assert client.get("/accounts/logout/").status_code == 405
    assert signed_in(client)
    response = client.post("/accounts/logout/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert not signed_in(client)


def test_the_login_is_open_where_the_matrix_is_private(client, settings):
    settings.PUBLIC_MATRIX = False
    assert client.get(LOGIN).status_code == 200

"""API tokens: how one is made, what is stored of it, when it is refused."""

import hashlib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portmatrix.models import ApiToken

from .support.api_calls import client_of, expired_token_of, get, token_of
from .support.helpers import editor, viewer

pytestmark = pytest.mark.django_db


def create(capsys, *arguments):
    """Run the command and return what it wrote to standard output and to standard error."""
    call_command("create_token", *arguments)
    return capsys.readouterr()


def status(token, path="overrides/"):
    return get(path, Authorization=f"Token {token}").status_code


def test_the_command_prints_the_token_and_nothing_else(capsys):
    editor()
    written = create(capsys, "edith")
    assert written.out == f"{written.out.strip()}\n"
    assert status(written.out.strip()) == 200
    assert written.err == (
        "It may do what edith may do. It does not expire. Keep it: it is not shown again. "
        "Send it as “Authorization: Token <token>”.\n"
    )


def test_only_a_hash_is_stored(capsys):
    editor()
    token = create(capsys, "edith").out.strip()
    record = ApiToken.objects.get()
    assert record.digest == hashlib.sha512(token.encode()).hexdigest()
    assert token not in str(record.__dict__)


def test_options_say_what_it_is_for_what_it_may_do_and_how_long(capsys):
    editor()
    written = create(capsys, "edith", "--read-only", "--expires-days", "7", "--name", "nightly report")
    record = ApiToken.objects.get()
    assert (record.name, record.read_only, record.user) == ("nightly report", True, editor())
    assert abs(record.expiry - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
    assert written.err.startswith(f"It only reads. It expires on {record.expiry:%Y-%m-%d %H:%M} UTC. ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["edit"], "No user 'edit'. Did you mean 'edith'?"),
        (["zzz"], "No user 'zzz'. Make one in the admin, or with manage.py createsuperuser."),
        (["edith", "--expires-days", "0"], "--expires-days is 0. Give 1 to 3650, or leave it out."),
        (["edith", "--expires-days", "3651"], "--expires-days is 3651. Give 1 to 3650, or leave it out."),
        (["edith", "--name", "x" * 101], "--name has 101 characters. Give at most 100."),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(arguments, message):
    editor()
    with pytest.raises(CommandError) as refused:
        call_command("create_token", *arguments)
    assert str(refused.value) == message
    assert not ApiToken.objects.exists()


def test_no_token_for_a_user_who_is_not_active():
    user = editor()
    user.is_active = False
    user.save()
    with pytest.raises(CommandError, match="The user 'edith' is not active"):
        call_command("create_token", "edith")


@pytest.mark.parametrize("path", ["connections/", "overrides/", "components/appliance/", "nothing/"])
@pytest.mark.parametrize("header", ["Token 0123abc", "Token nope", "Token \xff\xfe", "Token a b", "Token"])
def test_a_token_that_is_none_is_refused_everywhere(path, header):
    response = get(path, Authorization=header)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")
    assert list(response.json()) == ["detail"]


def test_a_token_with_a_known_beginning_is_refused():
    token = token_of(viewer())
    assert status(token) == 200
    assert status(f"{token[:20]}{'0' * 44}") == 401
    assert status(token[:15]) == 401


def test_an_expired_token_is_refused_and_stays_listed():
    token = expired_token_of(viewer())
    assert status(token) == 401
    assert status(token, "connections/") == 401
    assert ApiToken.objects.filter(user=viewer()).count() == 1


def test_a_token_of_a_user_who_was_deactivated_is_refused():
    token, user = token_of(viewer()), viewer()
    user.is_active = False
    user.save()
    assert status(token) == 401


def test_a_revoked_token_is_refused():
    client = client_of(viewer())
    ApiToken.objects.all().delete()
    assert client.get("/api/overrides/").status_code == 401


def test_a_program_is_not_asked_for_a_csrf_token():
    body = {"port": "azure-connector-tcp-3500", "number": 13500, "reason": "CHG-1"}
    client = client_of(editor())
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/overrides/", body).status_code == 201

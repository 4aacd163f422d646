"""The frame around the app: system checks, whose address counts, the lockout, what browsers are told."""

import dataclasses

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from alports_site import checks

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
}


def set_environment(settings, **values):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, **values)


def ids(messages):
    return [message.id for message in messages]


def test_a_sound_installation_has_nothing_to_report():
    call_command("check", fail_level="WARNING")


def test_a_data_directory_that_is_not_there_is_an_error(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    assert ids(checks.data_directory_is_writable()) == ["alports.E001"]


@pytest.mark.parametrize(("mode", "expected"), [(0o600, []), (0o640, ["alports.E002"]), (0o604, ["alports.E002"])])
def test_a_key_that_others_can_read_is_an_error(settings, tmp_path, mode, expected):
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret_key").touch()
    (tmp_path / "secret_key").chmod(mode)
    assert ids(checks.secret_key_is_private()) == expected


@pytest.mark.parametrize(
    ("host", "https", "expected"),
    [
        ("127.0.0.1", False, []),
        ("::1", False, []),
        ("localhost", False, []),
        ("0.0.0.0", False, ["alports.W001"]),
        ("ports.example.org", False, ["alports.W001"]),
        ("0.0.0.0", True, []),
    ],
)
def test_plain_http_that_others_can_reach_is_a_warning(settings, host, https, expected):
    settings.HTTPS = https
    set_environment(settings, bind=(host, 8000))
    assert ids(checks.plain_http_stays_on_this_machine()) == expected


def log_in(client, password, address="192.0.2.1"):
    form = {"username": "ann", "password": password}
    return client.post("/admin/login/?next=/admin/", form, REMOTE_ADDR=address).status_code


@pytest.fixture
def ann(db):
    return get_user_model().objects.create_superuser("ann", password="orchard-lantern-42")


def test_five_wrong_passwords_lock_the_name_out_where_they_came_from(client, ann):
    assert [log_in(client, "wrong") for _ in range(5)] == [200, 200, 200, 200, 429]
    assert log_in(client, "orchard-lantern-42") == 429
    assert log_in(client, "orchard-lantern-42", address="192.0.2.2") == 302


def test_a_right_password_forgives_the_wrong_ones_before(client, ann):
    passwords = ["wrong"] * 4 + ["orchard-lantern-42"] + ["wrong"] * 4
    assert [log_in(client, password) for password in passwords] == [200] * 4 + [302] + [200] * 4


def test_every_answer_carries_the_policy_for_browsers(client, db):
    headers = client.get("/admin/login/").headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_an_administrator_is_not_made_out_of_a_user_who_is_none(settings, db):
    get_user_model().objects.create_user("ann")
    set_environment(settings, admin_username="ann", admin_password="orchard-lantern-42")
    with pytest.raises(CommandError, match="there is a user 'ann' already, who is no administrator"):
        call_command("ensure_admin")
    assert not get_user_model().objects.get(username="ann").is_superuser


@pytest.mark.parametrize(
    ("name", "password", "variable"),
    [
        ("ann lee", "orchard-lantern-42", "ALPORTS_ADMIN_USERNAME"),
        ("annabel", "annabel1", "ALPORTS_ADMIN_PASSWORD"),
        ("ann", "short", "ALPORTS_ADMIN_PASSWORD"),
    ],
)
def test_an_administrator_with_an_unfit_name_or_password_is_refused(settings, db, name, password, variable):
    set_environment(settings, admin_username=name, admin_password=password)
    with pytest.raises(CommandError, match=variable):
        call_command("ensure_admin")
    assert not get_user_model().objects.exists()

"""Every attempt to sign in has its line in the log: who, from where, and what came of it."""

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from . import client_address, logs


def connect() -> None:
    """Listen to Django's sign-ins and django-axes' lockouts."""
    user_logged_in.connect(_accepted)
    user_login_failed.connect(_refused)
    user_logged_out.connect(_ended)
    user_locked_out.connect(_locked)


def _accepted(request, user, **kwargs):
    _note(request, user.get_username(), "accepted")


def _refused(credentials, request=None, **kwargs):
    _note(request, credentials.get("username") or "", "refused")


def _locked(request, username=None, **kwargs):
    _note(request, username or "", "locked")


def _ended(request, user, **kwargs):
    if user is not None:
        _note(request, user.get_username(), "ended")


def _note(request, user, result):
    address = client_address.of_request(request) if request is not None else None
    logs.note("sign-in", address=address or "", user=user, result=result)

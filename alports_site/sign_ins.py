"""Logs every attempt to sign in, and every sign-out: who, from which address, with which result."""

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from . import client_address, logs


def connect() -> None:
    """Log Django's sign-ins and django-axes' lockouts from now on."""
    user_logged_in.connect(_accepted)
    user_login_failed.connect(_refused)
    user_logged_out.connect(_ended)
    user_locked_out.connect(_locked)


def _accepted(request, user, **kwargs):
    _log(request, user.get_username(), "accepted")


def _refused(credentials, request=None, **kwargs):
    _log(request, credentials.get("username") or "", "refused")


def _locked(request, username=None, **kwargs):
    _log(request, username or "", "locked")


def _ended(request, user, **kwargs):
    if user is not None:
        _log(request, user.get_username(), "ended")


def _log(request, user, result):
    address = client_address.of_request(request) if request is not None else None
    logs.log_event("sign-in", address=address or "", user=user, result=result)

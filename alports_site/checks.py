"""System checks of an installation, for faults that would otherwise appear only while the server runs."""

import ipaddress
import os

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


def register_all() -> None:
    """Add the checks of this module to Django's own."""
    for check in (data_directory_is_writable, secret_key_is_private, plain_http_stays_on_this_machine):
        register(check, Tags.security)


def data_directory_is_writable(**kwargs: object) -> list[CheckMessage]:
    """alports.E001: the data directory holds the database, the secret key and the static files."""
    if os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data directory {settings.DATA_DIR} cannot be written.",
            hint="Create it for the user that runs alports, or point ALPORTS_DATA_DIR elsewhere.",
            id="alports.E001",
        )
    ]


def secret_key_is_private(**kwargs: object) -> list[CheckMessage]:
    """alports.E002: with the secret key, anyone can forge a session."""
    path = settings.DATA_DIR / "secret_key"
    if settings.ENVIRONMENT.secret_key or not path.exists() or not path.stat().st_mode & 0o077:
        return []
    return [Error(f"Other users can read {path}.", hint=f"chmod 600 {path}", id="alports.E002")]


def plain_http_stays_on_this_machine(**kwargs: object) -> list[CheckMessage]:
    """alports.W001: without TLS, the network can read passwords and tokens."""
    host, port = settings.ENVIRONMENT.bind
    if settings.HTTPS or _is_loopback(host):
        return []
    return [
        Warning(
            f"alports listens on {host}:{port}, reachable from other machines, and speaks plain HTTP.",
            hint="Put a TLS proxy before it and set ALPORTS_HTTPS=true, or bind 127.0.0.1.",
            id="alports.W001",
        )
    ]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

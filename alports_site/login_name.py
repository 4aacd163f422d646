"""The user name under which django-axes counts and records an attempt to sign in."""

from axes.models import AccessAttempt
from django.http import HttpRequest

MAX_LENGTH = AccessAttempt._meta.get_field("username").max_length


def of_login(request: HttpRequest, credentials: dict | None = None) -> str | None:
    """Return the name that was typed, shortened to what its column takes, without NUL characters.

    No account is affected: names of accounts are shorter.
    """
    name = (credentials or request.POST).get("username")
    return name[:MAX_LENGTH].replace("\0", "\N{REPLACEMENT CHARACTER}") if name else name

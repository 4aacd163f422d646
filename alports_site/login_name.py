"""The name under which a login is counted and recorded."""

from axes.models import AccessAttempt
from django.http import HttpRequest

LONGEST = AccessAttempt._meta.get_field("username").max_length


def of_login(request: HttpRequest, credentials: dict | None = None) -> str | None:
    """Return the name that was typed, in the length and the characters that its column takes.

    Whoever has a name that is cut has no account: those are shorter.
    """
    name = (credentials or request.POST).get("username")
    return name[:LONGEST].replace("\0", "\N{REPLACEMENT CHARACTER}") if name else name

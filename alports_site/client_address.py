"""Which address a request came from, for the lockout after failed logins."""

from django.conf import settings
from django.http import HttpRequest


def of_request(request: HttpRequest) -> str:
    """Return the client's address.

    Behind the TLS proxy every connection is the proxy's own; the last entry of X-Forwarded-For is the one
    that the proxy itself added, all before it are whatever the client sent.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.HTTPS and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")

"""What a page shows, for scripts: the API call for it, ready to copy, and its files."""

import shlex
from dataclasses import dataclass

from django.conf import settings

from .query_urls import with_query

TOKEN = " -H 'Authorization: Token …'"
TABLES = ("CSV", "XLSX")  # files that hold every row of a set, not one page of it


@dataclass(frozen=True)
class ApiCall:
    """An address of the API, the command that asks for it, and files as (kind, address) pairs."""

    address: str
    curl: str
    files: list


def object_call(request, address, private=False):
    """The `ApiCall` for one object."""
    return ApiCall(address, _curl(request, address, private), [("JSON", address)])


def set_call(request, path, pairs=(), private=False):
    """The `ApiCall` for the set of a query: the API's path and (name, value) pairs. Its files hold the whole set in the
    same order. `private` is what needs a token even where the matrix is public.
    """
    address = with_query(path, pairs)
    whole = [pair for pair in pairs if pair[0] not in ("limit", "offset")]
    files = [(kind, with_query(path, [*whole, ("format", kind.lower())])) for kind in TABLES]
    return ApiCall(address, _curl(request, address, private), [("JSON", address), *files])


def _curl(request, address, private):
    token = TOKEN if private or not settings.PUBLIC_MATRIX else ""
    return f"curl{token} {shlex.quote(request.build_absolute_uri(address))}"

"""The ways to take what a page shows elsewhere: the API call for it, ready to copy, and its files."""

import shlex

from django.conf import settings

from .query_urls import PAGING, at

SIGNED_IN = " -H 'Authorization: Token …'"
WHOLE = ("CSV", "XLSX")  # files hold every row of the set, not one page of it


def one(request, address, private=False):
    """The call for one object: its address in the API, the command that asks for it, and its file."""
    return {"address": address, "curl": _curl(request, address, private), "files": [("JSON", address)]}


def many(request, path, pairs=(), private=False):
    """The call for a set: the API's path and (name, value) pairs; the files hold the whole set in the same order."""
    address = at(path, pairs)
    every = [(name, value) for name, value in pairs if name not in PAGING or name == "ordering"]
    files = [(kind, at(path, [*every, ("format", kind.lower())])) for kind in WHOLE]
    return {"address": address, "curl": _curl(request, address, private), "files": [("JSON", address), *files]}


def _curl(request, address, private):
    """The command; `private` is what needs a token even where the matrix is public."""
    token = SIGNED_IN if private or not settings.PUBLIC_MATRIX else ""
    return f"curl{token} {shlex.quote(request.build_absolute_uri(address))}"

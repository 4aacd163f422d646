"""How a page is routed: its address and name, who may see it, and which query parameters it takes.

Every page goes through `page`, so that none forgets who may see it and none ignores a parameter.
"""

from collections.abc import Sequence
from functools import wraps

from django.core.exceptions import BadRequest
from django.urls import path
from django.views.decorators.cache import never_cache

from ..filters.strict import query_errors

READS = ("GET", "HEAD", "OPTIONS")


def page(route, view, name, *, access=None, writes=None, takes=(), blanks=False):
    """The URL pattern of a page.

    `access` (`Access`) says who may see it; without it, whoever may read the matrix. `writes` says who may send a
    form to it, where those are fewer. `takes` are the names of its query parameters, judged here; or the form or filter
    set with which the view judges its whole query itself. `blanks` lets values be empty, as they are while somebody
    types.
    """
    return path(route, guarded(view, access, writes or access, takes, blanks), name=name)


def listing(route, view_class, name, access=None):
    """The URL pattern of a `ListingView`, whose filter set judges the query."""
    return page(route, view_class.as_view(), name, access=access, takes=view_class.filterset_class)


def guarded(view, access, writes, takes, blanks):
    """The view behind its guard; see `page`."""

    @wraps(view)
    def guard(request, *args, **kwargs):
        needed = access if request.method in READS else writes
        if needed and (to_login := needed.admit(request)):
            return to_login
        if isinstance(takes, Sequence):
            judge_query(request.GET, takes, blanks)
        return view(request, *args, **kwargs)

    return never_cache(guard) if access else guard


def judge_query(query, names, blanks=False):
    """Raise `BadRequest` about the first parameter that the page does not take, that is empty, or given twice."""
    for name, error in query_errors(query, names):
        if error.code == "unknown_parameter":
            raise BadRequest(error.messages[0] if names else f"{error.messages[0]} This page takes none.")
        if not (blanks and error.code == "empty"):
            raise BadRequest(f"{name}: {error.messages[0]}")

"""What stands before the pages: who may read them (anyone, unless the matrix is private), and what they take."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django_htmx.http import HttpResponseClientRedirect

from ..words import shown


def reads_matrix(view):
    """Send visitors who have not signed in to the login page when the matrix is not public."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if settings.PUBLIC_MATRIX or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        to_login = redirect_to_login(request.get_full_path())
        # A redirect would put the login page into a part of this one, so htmx is told to leave.
        return HttpResponseClientRedirect(to_login.url) if request.htmx else to_login

    return guarded


def takes_no_query(view):
    """Refuse a query string at an address that has no filters: one that is ignored might be taken for answered."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        for name in request.GET:
            raise BadRequest(f"Unknown parameter '{shown(name)}'. This page takes none.")
        return view(request, *args, **kwargs)

    return guarded

"""What stands before the pages: who may read them (anyone, unless the matrix is private), and what they take."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from ..utils.text import shown


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


def hidden_unless(sees):
    """A decorator for what not everybody may see, `sees` being asked about the user.

    Visitors sign in first; for a user who may not see it, the page does not exist.
    """

    def guard(view):
        @never_cache
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return _to_login(request)
            if not sees(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def refused_unless(edits, refusal):
    """A decorator for what not everybody who sees it may change: the others are told so, with 403. Put it below
    `hidden_unless`.
    """

    def guard(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not edits(request.user):
                raise PermissionDenied(refusal)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def _to_login(request):
    """A fragment can't show the login page, so htmx is told to leave for it, and to come back to the whole page."""
    if request.htmx:
        return HttpResponseClientRedirect(redirect_to_login(request.htmx.current_url_abs_path or reverse("home")).url)
    return redirect_to_login(request.get_full_path())

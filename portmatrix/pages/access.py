"""Who may read the pages at all: anyone, unless the installation keeps its matrix private."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django_htmx.http import HttpResponseClientRedirect


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

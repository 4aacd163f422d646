"""Who may see a page and change what it shows. routing.py asks it for every page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from ..permissions import User, edits_deployments, edits_overrides, sees_deployments, sees_overrides


class PrivateMatrix(LoginRequiredMiddleware):
    """Asks for a login on every page that does not say otherwise, unless the matrix is public.

    The API says otherwise for itself and answers 401; the admin has its own login.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.PUBLIC_MATRIX or request.resolver_match.app_name == "admin":
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        return login_redirect(request, request.get_full_path())


@dataclass(frozen=True)
class Access:
    """Who may use a page, as functions of the user.

    If `sees` is false, the page does not exist for the user; if it is true and `edits` is not, the page is refused
    with `refusal`. A page that only shows something has no `edits`.
    """

    sees: Callable[[User], bool]
    edits: Callable[[User], bool] | None = None
    refusal: str = ""

    def admit(self, request):
        """Return None for a user who may use the page, or the redirect to the login for who has not signed in.

        Raises `Http404` or `PermissionDenied`.
        """
        if not request.user.is_authenticated:
            # A fragment is no page to come back to: after the login the page is loaded that asked for it.
            page = (request.htmx.current_url_abs_path or reverse("home")) if request.htmx else request.get_full_path()
            return login_redirect(request, page)
        if not self.sees(request.user):
            raise Http404
        if self.edits and not self.edits(request.user):
            raise PermissionDenied(self.refusal)
        return None


SEES_OVERRIDES = Access(sees_overrides)
EDITS_OVERRIDES = Access(sees_overrides, edits_overrides, "Your account may see overrides, not change them.")
SEES_DEPLOYMENTS = Access(sees_deployments)
EDITS_DEPLOYMENTS = Access(sees_deployments, edits_deployments, "Your account may see deployments, not change them.")


def login_redirect(request, page):
    """The redirect to the login, which leads on to `page`, an address with its query.

    htmx is told to load the login as a whole page: it would put a redirect's target into a part of the present one.
    """
    redirect = redirect_to_login(page)
    return HttpResponseClientRedirect(redirect.url) if request.htmx else redirect

"""What holds for every request, whichever view answers it."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

from alports_site import client_address

from .pages import behind_proxy, plain
from .workload import (
    IN_WORKER,
    NEEDS_OWN_PROCESS,
    USER_NAME,
    HeavyWork,
    body_length,
    in_worker,
    require_light_body,
)


def drop_untrusted_forwarding_headers(get_response):
    """Remove the X-Forwarded-… headers of a request that does not come from a trusted proxy."""

    def middleware(request):
        peer = client_address.parse(request.META.get("REMOTE_ADDR", ""))
        if not client_address.is_trusted(peer, settings.TRUSTED_PROXIES):
            if settings.HTTPS and "HTTP_X_FORWARDED_PROTO" in request.META:
                # Without this header Django would redirect the browser to the same address again and again.
                return plain.refusal(request.path, 400, *behind_proxy.untrusted_proxy(str(peer)))
            for name in client_address.FORWARDED:
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def refuse_long_bodies(get_response):
    """Refuse a body above the documented limit before any of it is stored. Django limits only some kinds of body."""

    def middleware(request):
        if body_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return plain.too_long(request.path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return get_response(request)

    return middleware


def pass_user_to_log(get_response):
    """Put the name of the signed-in user into the WSGI environment, where the server reads it for its log."""

    def middleware(request):
        response = get_response(request)
        user = getattr(request, "user", None)
        if response.status_code < 500 and user is not None and user.is_authenticated:
            request.META[USER_NAME] = user.get_username()
        return response

    return middleware


class HeavyWorkMiddleware:
    """Tell the server which requests need a process of their own (see workload.py)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = in_worker.set(bool(request.META.get(IN_WORKER)))
        try:
            return self.get_response(request)
        finally:
            in_worker.reset(token)

    def process_view(self, request, view, args, kwargs):
        """Hand over a change with a large body. Only for users with a session: nobody else may start processes.

        The API does the same once it knows the user of a token (api/base.py).
        """
        if request.user.is_authenticated:
            try:
                require_light_body(request)
            except HeavyWork as heavy:
                return self.process_exception(request, heavy)

    def process_exception(self, request, exception):
        """Mark the request for the server, which discards this response."""
        if isinstance(exception, HeavyWork):
            request.META[NEEDS_OWN_PROCESS] = True
            response = HttpResponse(status=503)
            response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log it as a failure
            return response


def forbid_caching_of_private_responses(get_response):
    """Let no cache store a response to a signed-in user, of a private matrix, or of a failure."""

    def middleware(request):
        response = get_response(request)
        is_private = response.status_code >= 400 or not settings.PUBLIC_MATRIX or request.user.is_authenticated
        if is_private and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware

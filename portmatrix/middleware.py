"""What holds for every request, whatever view answers it."""

from contextlib import suppress

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

from alports_site import client_address

from .pages import behind_proxy, plain
from .workload import (
    HEAVY,
    MOST_BODY,
    SAFE,
    SHARED,
    USER,
    TooMuchHere,
    refuse_here,
    shared_interpreter,
)


def believe_trusted_proxies_alone(get_response):
    """Drop what only a proxy may say of its client, unless a trusted one said it."""

    def middleware(request):
        peer = client_address.parse(request.META.get("REMOTE_ADDR", ""))
        if not client_address.is_trusted(peer, settings.TRUSTED_PROXIES):
            if settings.HTTPS and "HTTP_X_FORWARDED_PROTO" in request.META:
                # Not to believe it would send the browser to the same address again and again.
                return plain.refusal(request.path, 400, *behind_proxy.untrusted_proxy(str(peer)))
            for name in client_address.FORWARDED:
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def refuse_long_bodies(get_response):
    """Refuse a body beyond the documented limit before any of it is stored. Django itself counts only some kinds."""

    def middleware(request):
        length = 0
        with suppress(ValueError):
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return plain.too_long(request.path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return get_response(request)

    return middleware


def name_user(get_response):
    """Leave the name of the user whom the request turned out to be from for the server's log."""

    def middleware(request):
        response = get_response(request)
        user = getattr(request, "user", None)
        if response.status_code < 500 and user is not None and user.is_authenticated:
            request.META[USER] = user.get_username()
        return response

    return middleware


class HandOverHeavyWork:
    """Tell the server which requests it is to run in a process of their own (see workload.py)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = shared_interpreter.set(bool(request.META.get(SHARED)))
        try:
            return self.get_response(request)
        finally:
            shared_interpreter.reset(token)

    def process_view(self, request, view, args, kwargs):
        """Judging and storing a large document takes seconds. Who is not signed in is refused at once, here; the API
        looks at its own tokens first.
        """
        if request.method not in SAFE and request.user.is_authenticated:
            try:
                refuse_here(int(request.META.get("CONTENT_LENGTH") or 0), MOST_BODY)
            except TooMuchHere as too_much:
                return self.process_exception(request, too_much)

    def process_exception(self, request, exception):
        """The answer is thrown away; the mark counts."""
        if isinstance(exception, TooMuchHere):
            request.META[HEAVY] = True
            response = HttpResponse(status=503)
            response._has_been_logged = True  # it is none of the failures that Django logs
            return response


def keep_private(get_response):
    """Let no cache store what was meant for one person: anything for a user, from a private matrix, or of a failure."""

    def middleware(request):
        response = get_response(request)
        failed = response.status_code >= 400
        personal = failed or not settings.PUBLIC_MATRIX or request.user.is_authenticated
        if personal and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware

"""Serving below a path: what ALPORTS_PATH_PREFIX asks for, if anything."""

from django.conf import settings
from django.http import HttpResponsePermanentRedirect

PROBES = ("/healthz", "/readyz")  # they come past the proxy, which knows the prefix
NOWHERE = "//"  # no page has this path


def below_path_prefix(get_response):
    """Middleware: take the prefix off the path that was asked for. What lies beside it is not found, but for probes.

    Django writes the prefix before every path, being told of it by FORCE_SCRIPT_NAME.
    """

    def middleware(request):
        prefix = settings.PATH_PREFIX
        if not prefix:
            return get_response(request)
        asked = request.META["PATH_INFO"]
        if asked == prefix:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{prefix}/?{query}" if query else f"{prefix}/")
        if asked.startswith(f"{prefix}/"):
            request.META["PATH_INFO"] = asked.removeprefix(prefix)
            request.path, request.path_info = request.path_info, request.path_info.removeprefix(prefix)
        elif asked not in PROBES:
            request.path, request.path_info = request.path_info, NOWHERE
        return get_response(request)

    return middleware

"""Serving everything below a path, such as /alports, if ALPORTS_PATH_PREFIX is set."""

from django.conf import settings
from django.http import HttpResponsePermanentRedirect

PROBES = ("/healthz", "/readyz")  # probes do not come through the proxy, so they may come without the prefix
NOT_FOUND = "//"  # no page has this path


def strip_path_prefix(get_response):
    """Middleware: remove the prefix from the requested path. A path without it is not found, except the probes.

    The setting FORCE_SCRIPT_NAME makes Django write the prefix before every path of a link.
    """

    def middleware(request):
        prefix = settings.PATH_PREFIX
        if not prefix:
            return get_response(request)
        path = request.META["PATH_INFO"]
        if path == prefix:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{prefix}/?{query}" if query else f"{prefix}/")
        if path.startswith(f"{prefix}/"):
            request.META["PATH_INFO"] = path.removeprefix(prefix)
            request.path, request.path_info = request.path_info, request.path_info.removeprefix(prefix)
        elif path not in PROBES:
            request.path, request.path_info = request.path_info, NOT_FOUND
        return get_response(request)

    return middleware

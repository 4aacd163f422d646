"""What holds for every answer, whatever view gave it."""

from django.conf import settings
from django.utils.cache import patch_cache_control


def keep_private(get_response):
    """Let no cache store what was meant for one person: anything for a user, from a private matrix, or of a failure."""

    def middleware(request):
        response = get_response(request)
        personal = request.user.is_authenticated or not settings.PUBLIC_MATRIX or response.status_code >= 400
        if personal and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware

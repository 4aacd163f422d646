"""What holds for every answer, whatever view gave it."""

from django.conf import settings
from django.core.exceptions import BadRequest
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


class NoNul:
    """Keep the NUL character, which PostgreSQL takes in no text, from what looks things up by a request's text.

    Pages and API judge their parameters themselves; Django's admin and its sessions don't.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]  # none of ours
        return self.get_response(request)

    def process_view(self, request, *args):
        """Raise BadRequest for an address of the admin that holds a NUL."""
        texts = (request.path_info, *request.GET, *(value for values in request.GET.lists() for value in values[1]))
        if request.resolver_match.app_name == "admin" and any("\0" in text for text in texts):
            raise BadRequest("The address contains a NUL character.")

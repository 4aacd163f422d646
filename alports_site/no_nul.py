"""Keeps the NUL character, which PostgreSQL takes in no text, from what looks things up by a request's text."""

from django.core.exceptions import BadRequest


class NoNul:
    """Middleware for Django's sessions and admin. Pages and API judge their parameters themselves."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]  # none of ours
        return self.get_response(request)

    def process_view(self, request, *args):
        """Raise BadRequest for an address of the admin that holds a NUL."""
        if request.resolver_match.app_name != "admin":
            return
        texts = (request.path_info, *request.GET, *(value for values in request.GET.lists() for value in values[1]))
        if any("\0" in text for text in texts):
            raise BadRequest("The address contains a NUL character.")

"""Refuses the NUL character, which PostgreSQL takes in no text, before Django's sessions and admin look it up."""

from django.core.exceptions import BadRequest


class RefuseNulCharacters:
    """Middleware for cookies and the admin. Pages and API judge their parameters themselves."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]  # alports sets no such cookie
        return self.get_response(request)

    def process_view(self, request, *args):
        """Raise `BadRequest` for an address of the admin that contains a NUL."""
        if request.resolver_match.app_name != "admin":
            return
        texts = (request.path_info, *request.GET, *(value for values in request.GET.lists() for value in values[1]))
        if any("\0" in text for text in texts):
            raise BadRequest("The address contains a NUL character.")

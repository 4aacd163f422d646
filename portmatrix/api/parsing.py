"""How the body of a request is read: as strict JSON in UTF-8, of a limited size."""

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from ..utils import strict_json
from .errors import TooLong


class StrictJSONParser(JSONParser):
    """Refuses a body that is too long or no plain JSON. DRF's own parser has no limit, and some bodies crash it."""

    def parse(self, stream, media_type=None, parser_context=None):
        """Return the decoded body. Raises `ParseError` and `TooLong`."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLong
        try:
            return strict_json.loads(body)
        except strict_json.NotJSON as error:
            raise ParseError(f"The body is {error}.") from error

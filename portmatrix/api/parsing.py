"""How a request's body is read: as JSON in UTF-8, of a bounded size, in which no name stands twice."""

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from ..utils import strict_json
from .errors import TooLong


class StrictJSONParser(JSONParser):
    """Refuses with a 400 whatever is not plain JSON: DRF's own parser reads without limit and can be made to crash."""

    def parse(self, stream, media_type=None, parser_context=None):
        """The decoded body. Raises `ParseError` and `TooLong`."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLong
        try:
            return strict_json.loads(body)
        except strict_json.NotJSON as error:
            raise ParseError(f"The body is {error}.") from error

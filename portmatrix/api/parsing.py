"""How a request's body is read: as JSON in UTF-8, of a bounded size, in which no name stands twice."""

import json

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """Refuses with a 400 whatever is not plain JSON: DRF's own parser reads without limit and can be made to crash."""

    def parse(self, stream, media_type=None, parser_context=None):
        """The decoded body. Raises `ParseError`."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise ParseError(f"The body is too long. Send at most {most} bytes.")
        try:
            return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from error


def _object(pairs):
    names = [name for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return dict(pairs)


def _refuse_constant(name):
    raise ValueError(f"{name} is not a number")

"""In which format an answer comes: `?format=` before the Accept header, and an unknown format is refused."""

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer

from ..utils.text import one_of, shown

FORMAT = "format"


class CsvRenderer(BaseRenderer):
    """Names the format; the export itself is written row by row and never passes through a renderer."""

    media_type = "text/csv"
    format = "csv"


class XlsxRenderer(BaseRenderer):
    """Names the format, like `CsvRenderer`."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


LISTING_RENDERERS = [JSONRenderer, CsvRenderer, XlsxRenderer]


class NoChoice(DefaultContentNegotiation):
    """For an address that has one form of answer, whatever it is: neither the query nor the Accept header chooses."""

    def select_renderer(self, request, renderers, format_suffix=None):
        if FORMAT in request.query_params:
            raise ValidationError({FORMAT: [f"Unknown parameter '{FORMAT}'."]})
        return renderers[0], renderers[0].media_type


class Negotiation(DefaultContentNegotiation):
    """A format in the query wins over the Accept header: it is what a person can type."""

    def select_renderer(self, request, renderers, format_suffix=None):
        asked = request.query_params.getlist(FORMAT)
        if not asked:
            return super().select_renderer(request, renderers, format_suffix)
        if len(asked) > 1:
            raise ValidationError({FORMAT: ["Given more than once. Give it once."]})
        for renderer in renderers:
            if renderer.format == asked[0]:
                return renderer, renderer.media_type
        hint = one_of(dict.fromkeys(renderer.format for renderer in renderers))
        raise ValidationError({FORMAT: [f"No format '{shown(asked[0])}'.{hint}"]})

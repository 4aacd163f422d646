"""The format of a response: `?format=` goes before the Accept header, and an unknown format is refused."""

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer

from ..naming import Unknown

FORMAT = "format"


class CsvRenderer(BaseRenderer):
    """Represents the format only: `ExportMixin` writes the file row by row, without a renderer."""

    media_type = "text/csv"
    format = "csv"


class XlsxRenderer(BaseRenderer):
    """Represents the format only, like `CsvRenderer`."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


EXPORT_RENDERERS = [JSONRenderer, CsvRenderer, XlsxRenderer]


class OneFormat(DefaultContentNegotiation):
    """For an address with one format, whatever that is: neither the query nor the Accept header can choose."""

    def select_renderer(self, request, renderers, format_suffix=None):
        if FORMAT in request.query_params:
            raise ValidationError({FORMAT: [f"Unknown parameter '{FORMAT}'."]})
        return renderers[0], renderers[0].media_type


class Negotiation(DefaultContentNegotiation):
    """A format in the query goes before the Accept header, because people can type it into an address."""

    def select_renderer(self, request, renderers, format_suffix=None):
        formats = request.query_params.getlist(FORMAT)
        if not formats:
            return super().select_renderer(request, renderers, format_suffix)
        if len(formats) > 1:
            raise ValidationError({FORMAT: ["Given more than once. Give it once."]})
        for renderer in renderers:
            if renderer.format == formats[0]:
                return renderer, renderer.media_type
        known = tuple(dict.fromkeys(renderer.format for renderer in renderers))
        raise ValidationError({FORMAT: [str(Unknown("format", formats[0], choices=known))]})

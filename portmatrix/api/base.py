"""What the API's views share: strict queries, listings, and files beside JSON."""

from django.http import FileResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

from ..exports import writers
from ..exports.tables import Table
from ..filters.sentence import described
from ..utils.text import one_line
from ..workload import require_light_body
from .filtering import StrictFilterBackend, refuse_unknown_parameters
from .negotiation import EXPORT_RENDERERS, CsvRenderer, XlsxRenderer

# For the action `list` the filter set judges the query; without an action, DRF refuses the request for its method.
ACTIONS_NOT_JUDGED_HERE = ("list", None)
MOST_ROWS = 2**31  # of an export without a limit: the largest LIMIT that every database takes
ROWS_AT_ONCE = 500  # that an export reads from the database


class VaryByUserMixin:
    """Lets no cache give one user's response to another."""

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response


class StrictQueryMixin(VaryByUserMixin):
    """Refuses unknown query parameters, so that none is ignored."""

    parameters = {}  # action: the names of its query parameters, besides a listing's filters
    takes_several = False  # whether POST takes a list of objects as well as one
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # no OPTIONS: the schema says what it would

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require_light_body(request)
        self.judge_query(request)

    def judge_query(self, request):
        """Raise `ValidationError` for a query parameter that this address does not take."""
        if getattr(self, "action", "") not in ACTIONS_NOT_JUDGED_HERE:
            refuse_unknown_parameters(request, self.parameters.get(getattr(self, "action", None), ()))


class ExportMixin:
    """Answers with a CSV or XLSX file where the request asks for one.

    A view has a `table` (`exports.tables.Table`), `rows()`, which returns an iterable of the table's objects, and
    `title()`, which says in words what the file contains.
    """

    table: Table

    @property
    def is_exportable(self):
        """Whether the response to this request can be a file."""
        return True

    def get_renderers(self):
        if self.is_exportable:
            return [renderer() for renderer in EXPORT_RENDERERS]
        return super().get_renderers()

    def export(self):
        """Return the response with the requested file, or None if JSON was requested."""
        match self.request.accepted_renderer.format:
            case CsvRenderer.format:
                return self.csv_response()
            case XlsxRenderer.format:
                return self.xlsx_response()
        return None

    def csv_response(self):
        """A stream: the first rows are sent while later ones are still being read."""
        lines = writers.write_csv(self.table, self.rows())
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=self.file_headers("csv"))

    def xlsx_response(self):
        rows = self.rows()  # before the title, which for a listing needs the filter set
        file = writers.write_xlsx(self.table, rows, one_line(self.title()))
        return FileResponse(file, content_type=XlsxRenderer.media_type, headers=self.file_headers("xlsx"))

    def file_headers(self, extension):
        """The headers with the file's name and title. A title may contain text of the query, hence `one_line`."""
        return {
            "Content-Disposition": f'attachment; filename="{self.filename()}.{extension}"',
            "Content-Description": one_line(self.title()),
        }

    def filename(self):
        """The file's name without its extension."""
        return f"alports-{self.table.name}"


class ListingMixin(ExportMixin):
    """A listing. As a file it has the same rows in the same order, all of them unless a limit is given."""

    filter_backends = [StrictFilterBackend]

    @property
    def is_exportable(self):
        return self.action in ACTIONS_NOT_JUDGED_HERE

    def list(self, request, *args, **kwargs):
        return self.export() or super().list(request, *args, **kwargs)

    def title(self):
        """What the file contains, in the words of its filters. Call it after `rows`."""
        return described(self.table.name.capitalize(), self.filterset.active)

    def rows(self):
        """An iterator over the listing's objects, which reads `ROWS_AT_ONCE` of them at a time."""
        queryset = self.filter_queryset(self.get_queryset())
        start = self.filterset.chosen("offset") or 0
        limit = min(self.filterset.chosen("limit") or MOST_ROWS, MOST_ROWS)
        return queryset[start : start + limit].iterator(chunk_size=ROWS_AT_ONCE)

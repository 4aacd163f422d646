"""The catalogue's addresses of the API: listings with filters, pages and exports, and single objects by their slugs."""

from django.db.models import Prefetch
from django.http import FileResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ReadOnlyModelViewSet

from .. import filters, models
from ..exports import tables, writers
from ..filters.sentence import described
from ..utils.text import no_such, one_line, shown
from ..workload import MOST_BODY, refuse_here
from .filtering import StrictFilterBackend, refuse_unknown_parameters
from .negotiation import LISTING_RENDERERS, CsvRenderer, XlsxRenderer
from .permissions import MayReadMatrix
from .serializers import (
    AssumptionSerializer,
    ComponentSerializer,
    ConnectionSerializer,
    PortSerializer,
    StatementSerializer,
)

# A listing's query is its filter set's to judge; a request without an action is refused for its method anyway.
JUDGED_ELSEWHERE = ("list", None)
MOST_ROWS = 2**31  # of an export: more than there are, and no more than every database counts
ROWS_AT_ONCE = 500  # read from the database at a time by an export


class Varied:
    """For every view: a cache keeps apart what different people may see."""

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response


class Strict(Varied):
    """For every view with an address of its own: no query parameter is ignored."""

    parameters = {}  # action: the names of its own query parameters, beside the filters of a listing
    takes_several = False  # whether a POST takes a list of objects as well as one
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # the schema says what OPTIONS would

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS:
            refuse_here(int(request.META.get("CONTENT_LENGTH") or 0), MOST_BODY)
        self.judge_query(request)

    def judge_query(self, request):
        """Raise `ValidationError` about what this address does not take."""
        if getattr(self, "action", "") not in JUDGED_ELSEWHERE:
            refuse_unknown_parameters(request, self.parameters.get(getattr(self, "action", None), ()))


class Files:
    """What comes as a file too. `table` has its columns, `rows` its rows, `title` says what it holds."""

    table = None

    @property
    def comes_as_file(self):
        """Whether the answer to this request can be a file."""
        return True

    def get_renderers(self):
        if self.comes_as_file:
            return [renderer() for renderer in LISTING_RENDERERS]
        return super().get_renderers()

    def file(self):
        """The file that was asked for; None if that was JSON."""
        match self.request.accepted_renderer.format:
            case CsvRenderer.format:
                return self.as_csv()
            case XlsxRenderer.format:
                return self.as_xlsx()
        return None

    def as_csv(self):
        """Streamed, so that the first rows are on their way while the last ones are read."""
        lines = writers.write_csv(self.table, self.rows())
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=self.described_as("csv"))

    def as_xlsx(self):
        rows = self.rows()
        file = writers.write_xlsx(self.table, rows, one_line(self.title()))
        return FileResponse(file, content_type=XlsxRenderer.media_type, headers=self.described_as("xlsx"))

    def described_as(self, extension):
        """The headers that name the file and say what it holds. A title may repeat what was searched for."""
        return {
            "Content-Disposition": f'attachment; filename="{self.filename()}.{extension}"',
            "Content-Description": one_line(self.title()),
        }

    def filename(self):
        return f"alports-{self.table.name}"


class Listing(Files):
    """A listing: as a file it has the same rows in the same order, all of them unless a limit is given."""

    filter_backends = [StrictFilterBackend]

    @property
    def comes_as_file(self):
        return self.action in JUDGED_ELSEWHERE

    def list(self, request, *args, **kwargs):
        return self.file() or super().list(request, *args, **kwargs)

    def title(self):
        """What the file holds, in the words of its filters. After `rows`."""
        return described(self.table.name.capitalize(), self.filterset.active)

    def rows(self):
        """An iterator over the listing's objects; it reads a fixed number of them at a time."""
        queryset = self.filter_queryset(self.get_queryset())
        start = self.filterset.chosen("offset") or 0
        limit = min(self.filterset.chosen("limit") or MOST_ROWS, MOST_ROWS)
        return queryset[start : start + limit].iterator(chunk_size=ROWS_AT_ONCE)


class CatalogueViewSet(Strict, Listing, ReadOnlyModelViewSet):
    """What all of the catalogue has in common: to be read by slug, with a hint when the slug is misspelt."""

    permission_classes = [MayReadMatrix]
    lookup_field = "slug"
    noun = "object"

    def get_object(self):
        """The object at this address; `NotFound` names the nearest slug."""
        try:
            return self.find(self.get_queryset(), **self.kwargs)
        except self.queryset.model.DoesNotExist:
            raise NotFound(self.unknown(**self.kwargs)) from None

    def find(self, queryset, slug):
        return queryset.get(slug=slug)

    def unknown(self, slug):
        return no_such(self.noun, slug, self.known())

    def known(self):
        """Every valid slug, with what it names."""
        return {one.slug: one for one in self.queryset.model.objects.all()}


class ComponentViewSet(CatalogueViewSet):
    """Everything that talks or listens."""

    noun = "component"
    queryset = models.Component.objects.select_related("host__host", "group__host").prefetch_related(
        "services__host",
        "members__host",
        Prefetch("ports", models.Port.objects.select_related("component").with_effective_numbers()),
    )
    serializer_class = ComponentSerializer
    filterset_class = filters.ComponentFilter
    table = tables.COMPONENTS


class PortViewSet(CatalogueViewSet):
    """Listeners: the ports that components listen on, where they stand now and by default."""

    noun = "listener"
    queryset = (
        models.Port.objects.select_related("component__host").prefetch_related("connections").with_effective_numbers()
    )
    serializer_class = PortSerializer
    filterset_class = filters.PortFilter
    table = tables.PORTS


class ConnectionViewSet(CatalogueViewSet):
    """Who opens which connection to whom, for what, on which ports."""

    noun = "connection"
    queryset = models.Connection.objects.with_ends().with_statements().prefetch_related("assumptions")
    serializer_class = ConnectionSerializer
    filterset_class = filters.ConnectionFilter
    table = tables.CONNECTIONS

    def find(self, queryset, slug):
        return queryset.with_ports().get(slug=slug)


class StatementViewSet(CatalogueViewSet):
    """The rows of the vendor's page as printed, each with the connections that it states."""

    noun = "statement"
    queryset = models.Statement.objects.in_page_order().prefetch_related("connections")
    serializer_class = StatementSerializer
    filterset_class = filters.StatementFilter
    table = tables.STATEMENTS

    def find(self, queryset, section, position):
        return queryset.get(section=section, position=position)

    def unknown(self, section, position):
        return f"No statement '{shown(f'{section}/{position}')}'."


class AssumptionViewSet(CatalogueViewSet):
    """What the vendor's page leaves open, how it is read, and on what that reading rests."""

    noun = "assumption"
    queryset = models.Assumption.objects.prefetch_related("connections")
    serializer_class = AssumptionSerializer
    filterset_class = filters.AssumptionFilter
    table = tables.ASSUMPTIONS

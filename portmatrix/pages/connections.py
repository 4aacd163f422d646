"""The connections as one filtered set: a matrix, a table or a diagram, and every way to take the set elsewhere."""

from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from ..choices import TrafficClass
from ..filters.sentence import clauses, described
from ..models import Connection
from .api_calls import set_call
from .connection_views import ConnectionPageFilter, picture_of, view_links
from .context import catalogue_of
from .listing import ListingView
from .query_urls import FORM_MARKER, sent_pairs, with_query

ORDERINGS = (  # value, label
    ("", "Source"),
    ("-source", "Source, Z to A"),
    ("destination", "Destination"),
    ("-destination", "Destination, Z to A"),
    ("activity", "Activity"),
    ("port", "Port"),
    ("-port", "Port, highest first"),
    ("transport", "Transport"),
    ("traffic_class", "Class"),
)


class ConnectionListing(ListingView):
    """The set that the query asks for.

    An htmx request is answered with the parts of the page that change, and told the address of the whole page.
    """

    filterset_class = ConnectionPageFilter
    noun = "Connections"
    template_name = "connections/list.html"
    fragment_name = "connections/_fragment.html"
    api_name = "api:connection-list"
    columns = (
        ("Source", "src", "source"),
        ("Destination", "dst", "destination"),
        ("Activity", "act", "activity"),
        ("Transport", "tr", "transport"),
        ("Port", "ports", "port"),
        ("Class", "cls", "traffic_class"),
        ("Stated in", "refs", ""),
    )
    sorted_by = "source"

    def get(self, request):
        if request.htmx and not request.htmx.history_restore_request:
            response = self.get_fragment(request)
        else:
            response = super().get(request)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_fragment(self, request):
        """The parts that change. A form is answered at once, as if it had been sent without its empty fields."""
        query = request.GET
        if FORM_MARKER in query:
            query = QueryDict(urlencode(sent_pairs(query)))
        context, status = self.get_context(query)
        response = render(request, self.fragment_name, context, status=status)
        response["HX-Push-Url"] = context["address"]
        return response

    def get_queryset(self):
        return Connection.objects.with_ends().with_statements()

    def get_form(self, filterset, understood, urls, facets):
        view = understood.view_at(urls.path)
        return super().get_form(filterset, understood, urls, facets) | {
            "active_count": len(urls.filters),
            "view": view,
            "views": view_links(urls, view),
            "classes": TrafficClass.choices,
            "catalogue": catalogue_of(self.request),
            "swaps": True,
        }

    def list_rows(self, filterset, total):
        is_table = filterset.view_at(self.request.path) == "table"
        return super().list_rows(filterset, total) if is_table else []

    def get_rows(self, filterset, urls, total):
        return super().get_rows(filterset, urls, total) | {
            "address": urls.with_settings(),
            "asked": described("", filterset.active),
            **(picture_of(filterset.view_at(urls.path), filterset) if total else {}),
            "diagram_file": with_query(reverse("connections-diagram"), urls.filters),
            "orderings": [(value, label, value == urls.settings.get("ordering", "")) for value, label in ORDERINGS],
            "carried_by_order": urls.pairs(ordering=None, offset=None),
            "offers": _offers(filterset, urls) if filterset.active and not total else [],
        }

    def get_refusal(self, filterset, understood):
        # What was typed, without the empty fields that a form sends
        typed = with_query(self.request.path, sent_pairs(filterset.data))
        return super().get_refusal(filterset, understood) | {"address": typed}

    def get_api_call(self, filterset, urls):
        is_private = filterset.chosen("deployment") is not None
        return set_call(self.request, reverse(self.api_name), urls.pairs(view=None), is_private)


def _offers(filterset, urls):
    """For a query without a match: (a filter in words, how many there are without it, their address). One query."""
    spoken = clauses(filterset.active)
    counts = Connection.objects.aggregate(
        **{
            f"without_{name}": Count(
                "pk", filter=Q(pk__in=filterset.filter_queryset(Connection.objects.all(), name).values("pk"))
            )
            for name in spoken
        }
    )
    return [(words, counts[f"without_{name}"], urls.without_filter(name)) for name, words in spoken.items()]

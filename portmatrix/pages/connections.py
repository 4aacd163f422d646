"""The connections as one filtered set: the table, its filters, and every way to take the set elsewhere."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ..choices import TrafficClass
from ..filters import ConnectionFilter
from ..filters.sentence import clauses, described
from ..models import Connection
from ..queries.facets import count_facets
from . import api_calls as take
from . import connection_views as pictures
from . import query_errors as refusal
from .context import catalogue_of
from .query_urls import MARKER, Question, at, canonical

VIEWS = ("table",)
SORTED_BY = "source"
COLUMNS = (  # label, class, ordering
    ("Source", "src", "source"),
    ("Destination", "dst", "destination"),
    ("Activity", "act", "activity"),
    ("Transport", "tr", "transport"),
    ("Port", "ports", "port"),
    ("Class", "cls", "traffic_class"),
    ("Stated in", "refs", ""),
)
ORDERINGS = (
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
FACETS = (  # filter, legend, choices shown at once, layout
    ("traffic_class", "Class", 6, ""),
    ("source", "From", 7, ""),
    ("destination", "To", 6, ""),
    ("transport", "Transport", 2, "inline"),
    ("application", "Application", 99, "fold"),
    ("section", "Stated in", 99, "fold"),
)
IN_FORM = {"q", "port", *(name for name, *_ in FACETS)}


@require_safe
def listing(request):
    """The set that the query string asks for; 400 and no rows if any part of it has a fault.

    A submitted form is sent on to the address without its empty fields. An htmx request is told that address and
    answered at once, with the parts of the page that change.
    """
    if MARKER in request.GET and not request.htmx:
        return HttpResponseRedirect(at(request.path, canonical(request.GET)))
    filterset, extra = _asked(request)
    if filterset.is_valid():
        context, status = _answer(request, Question(filterset, request.path, extra, SORTED_BY)), 200
    else:
        context, status = _refusal(request, filterset, extra), 400
    fragment = request.htmx and not request.htmx.history_restore_request
    response = render(request, f"connections/{'_fragment' if fragment else 'list'}.html", context, status=status)
    if fragment:
        response["HX-Push-Url"] = context["address"]
    patch_vary_headers(response, ["HX-Request"])
    return response


def _asked(request):
    """The filter set of the query string, and the pairs that belong to the page alone (its view)."""
    query = request.GET.copy()
    if MARKER in query:
        query = QueryDict(urlencode(canonical(query)), mutable=True)
    views = query.pop("view", [])
    rows = Connection.objects.with_ends().with_statements()
    filterset = ConnectionFilter(query, queryset=rows, request=request)
    if filterset.is_valid() and views not in ([], *([view] for view in pictures.VIEWS)):
        message = f"Give one view: {', '.join(pictures.VIEWS)}."
        filterset.form.refuse("view", ValidationError(message, code="unknown"))
    elif filterset.is_valid() and views not in ([], ["table"]):
        pictures.refuse_paging(filterset, views[0])
    return filterset, [("view", view) for view in views]


def _answer(request, question):
    filterset = question.filterset
    facets = count_facets(filterset)
    common = _common(request, question, facets)
    page = slice(question.offset, question.offset + question.limit)
    return common | {
        "address": question.address(),
        "title": described("Connections", filterset.active),
        "asked": described("", filterset.active),
        "total": facets.total,
        "rows": filterset.qs[page] if facets.total and common["view"] == "table" else [],
        **(pictures.picture_of(common["view"], filterset) if facets.total else {}),
        "diagram_file": at(reverse("connections-diagram"), question.filters),
        "chips": question.chips,
        "cleared": question.cleared,
        "columns": [question.column(*column) for column in COLUMNS],
        "orderings": ORDERINGS,
        "pager": question.pager(facets.total),
        "call": take.many(
            request, reverse("api:connection-list"), question.shared, private=bool(filterset.chosen("deployment"))
        ),
        "offers": _offers(question) if filterset.active and not facets.total else [],
    }


def _refusal(request, filterset, extra):
    understood = Question(refusal.remainder(filterset), request.path, extra)
    return _common(request, understood, count_facets(understood.filterset)) | {
        "address": at(request.path, [*canonical(filterset.data), *extra]),
        "title": "Connections: a question not understood",
        "faults": refusal.faults(filterset, request.path, extra),
        "chips": refusal.chips(filterset, understood.filterset, request.path, extra),
        "cleared": request.path,
        "faulty": set(filterset.errors),
    }


def _common(request, question, facets):
    """What the filter form needs, for an answer as for a refusal."""
    default = pictures.default_view(question.path, question.pairs())
    view = next((value for _, value in question.extra if value in pictures.VIEWS), default)
    typed = {name: next(iter(request.GET.getlist(name)), "") for name in ("q", "port")}
    return {
        "question": question,
        "path": request.path,
        "view": view,
        "views": pictures.links(question, view),
        "classes": TrafficClass.choices,
        "catalogue": catalogue_of(request),
        "typed": typed,
        "facets": [made for facet in FACETS if (made := _facet(facets, *facet))["shown"]],
        "carried": [pair for pair in question.pairs(offset=None) if pair[0] not in IN_FORM] + _further_ports(question),
        "marker": MARKER,
        "swaps": True,
        "faulty": set(),
    }


def _facet(facets, name, legend, at_once, layout):
    """A question of the form: what is shown at once, what only on demand (and whether that holds a chosen one)."""
    choices = facets.choices[name]
    shown, more = choices[:at_once], choices[at_once:]
    return {
        "name": name,
        "legend": legend,
        "layout": layout,
        "shown": shown,
        "more": more,
        "open": any(choice.chosen for choice in shown),
        "unfolded": any(choice.chosen for choice in more),
    }


def _further_ports(question):
    """The form has one field for a port; the others of an address that gives several are carried along."""
    return [pair for pair in question.filters if pair[0] == "port"][1:]


def _offers(question):
    """For a question without a match: (a filter in words, how many there are without it, their address). One query."""
    filterset = question.filterset
    spoken = clauses(filterset.active)
    counts = Connection.objects.aggregate(
        **{
            f"without_{name}": Count(
                "pk", filter=Q(pk__in=filterset.filter_queryset(Connection.objects.all(), name).values("pk"))
            )
            for name in spoken
        }
    )
    return [(words, counts[f"without_{name}"], question.without(name)) for name, words in spoken.items()]

"""The view of every listing: a filtered set of rows in pages, with its form; or the refusal of a query with errors."""

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from ..filters.base import StrictFilterSet
from ..filters.sentence import described
from ..queries.facets import count_facets
from .api_calls import set_call
from .presentation.listing import Chip, Control, FacetControl, carried, column, pager
from .query_errors import chips, query_errors, understood_part, wrong_pairs
from .query_urls import FORM_MARKER, sent_pairs, urls_of, with_query


class ListingView(View):
    """A subclass says what is listed. Whatever its filter set declares is in its form, and in the API as well."""

    http_method_names = ["get", "head"]

    filterset_class: type[StrictFilterSet]
    noun = ""  # what is listed, as titles say it
    template_name = ""
    api_name = ""  # name of the listing's address in the API
    is_private = False  # whether the API asks for a token, even where the matrix is public
    columns: tuple[
        tuple[str, str, str], ...
    ] = ()  # headings: label, CSS class, ordering by which the heading sorts (or "")
    sorted_by = ""  # the ordering that holds if none is asked for, as far as a heading has it

    def get(self, request):
        """The page; 400 and no rows if the query has an error.

        A form sends its empty fields too; it is sent on to the address without them.
        """
        if FORM_MARKER in request.GET:
            return HttpResponseRedirect(with_query(request.path, sent_pairs(request.GET)))
        context, status = self.get_context(request.GET)
        return render(request, self.template_name, context, status=status)

    def get_context(self, query):
        """The template's context, and the status of the response."""
        filterset = self.filterset_class(query, queryset=self.get_queryset(), request=self.request)
        is_valid = filterset.is_valid()
        understood = filterset if is_valid else understood_part(filterset)
        urls, facets = urls_of(understood, self.request.path), count_facets(understood)
        context = self.get_form(filterset, understood, urls, facets)
        if is_valid:
            return context | self.get_rows(filterset, urls, facets.total), 200
        return context | self.get_refusal(filterset, understood), 400

    def get_queryset(self):
        """All rows, with what the template shows of them."""
        raise NotImplementedError

    def get_form(self, filterset, understood, urls, facets):
        """The context of the form, for an answer as for a refusal. What was understood is shown as it is meant, what is
        wrong as it was typed.
        """
        offered = {name: declared for name, declared in filterset.filters.items() if declared.label}
        wrong = wrong_pairs(filterset)
        controls = [
            _control(name, declared, understood, [value for given, value in wrong if given == name])
            for name, declared in offered.items()
            if not declared.facet
        ]
        pairs = [pair for pair in urls.pairs(offset=None) if pair[0] not in facets.choices]
        return {
            "path": self.request.path,
            "form_marker": FORM_MARKER,
            "controls": controls,
            "facets": [
                FacetControl(name, offered[name].label, offered[name].facet, choices)
                for name, choices in facets.choices.items()
                if choices
            ],
            "carried": carried(pairs, [control.name for control in controls if not control.is_wrong]),
        }

    def get_rows(self, filterset, urls, total):
        """The context of a valid query: the rows of its page and what stands around them."""
        return {
            "title": described(self.noun, filterset.active),
            "total": total,
            "rows": self.list_rows(filterset, total),
            "chips": [
                Chip(active.says, active.words, urls.without_filter(active.name, active.value))
                for active in filterset.active
            ],
            "all_url": urls.without_filters,
            "columns": [column(urls, self.sorted_by, *heading) for heading in self.columns],
            "pager": pager(urls, filterset.page, total),
            "api_call": self.get_api_call(filterset, urls),
        }

    def list_rows(self, filterset, total):
        """The rows of the page."""
        return list(filterset.qs[filterset.page]) if total else []

    def get_api_call(self, filterset, urls):
        """The `ApiCall` for the same set."""
        return set_call(self.request, reverse(self.api_name), urls.pairs(), self.is_private)

    def get_refusal(self, filterset, understood):
        """The context of a query with errors."""
        return {
            "title": f"{self.noun}: a question not understood",
            "errors": query_errors(filterset, self.request.path),
            "chips": chips(filterset, understood, self.request.path),
            "all_url": self.request.path,
        }


def _control(name, declared, understood, wrong):
    """The `Control` of a filter: it shows the first value, as it was typed if it is wrong."""
    values = wrong or [active.value for active in understood.active if active.name == name]
    return Control(
        name=name,
        label=declared.label,
        kind=declared.control,
        value=next(iter(values), ""),
        options=declared.options(),
        placeholder=declared.placeholder,
        is_wrong=bool(wrong),
    )

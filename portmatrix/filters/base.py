"""What every filter set has in common: it refuses what it does not understand, and it can say in words what it does.

One filter set serves a listing's page, htmx fragment, API, exports and counts. With any fault in the query it yields
no rows.
"""

from django import forms
from django.db.models import Q
from django_filters import FilterSet
from django_filters.filters import Filter

from ..naming import unknown
from .fields import CountField, ObjectField, ObjectsField, PortsField, SearchField, WordsField
from .strict import MOST_PARAMETERS, StrictForm, unknown_value

PAGE_SIZE, LARGEST_PAGE = 50, 1000


class QueryFilter(Filter):
    """A filter with a description for the API's schema and the words in which a sentence says it, like "to" for
    `destination`.
    """

    def __init__(self, *, says="", help_text, **kwargs):
        super().__init__(help_text=help_text, **kwargs)
        self.says = says


class AnyOfFilter(QueryFilter):
    """Rows whose column `field_name` holds any of the given values."""

    def filter(self, queryset, values):
        if not values:
            return queryset
        queryset = queryset.filter(**{f"{self.field_name}__in": values})
        return queryset.distinct() if self.distinct else queryset

    def in_words(self, value):
        return str(value)


class WordsFilter(AnyOfFilter):
    """Words from one of the domain's lists."""

    field_class = WordsField

    def in_words(self, value):
        return self.extra["choices"](value).label


class PortsFilter(AnyOfFilter):
    """Port numbers."""

    field_class = PortsField


class ObjectsFilter(AnyOfFilter):
    """Objects of the catalogue by slug. `known` names the filter set's attribute that maps slugs to objects."""

    field_class = ObjectsField

    def __init__(self, *, known, **kwargs):
        super().__init__(**kwargs)
        self.known = known


class ObjectFilter(QueryFilter):
    """What belongs to one object, given by its slug. `known` is as in `ObjectsFilter`."""

    field_class = ObjectField

    def __init__(self, *, known, **kwargs):
        super().__init__(**kwargs)
        self.known = known

    def in_words(self, value):
        return str(value)


class SearchFilter(QueryFilter):
    """Text search: every word has to stand, in any case, in one of the columns `within`."""

    field_class = SearchField

    def __init__(self, *, within, **kwargs):
        super().__init__(**kwargs)
        self.within = within

    def filter(self, queryset, text):
        for word in (text or "").split():
            queryset = queryset.filter(self.matching(word))
        return queryset

    def matching(self, word):
        condition = Q()
        for column in self.within:
            condition |= Q(**{f"{column}__icontains": word})
        return condition

    def in_words(self, value):
        return f"“{value}”"


class StrictFilterSet(FilterSet):
    """A filter set that also knows its order and page, so that one form judges the whole query."""

    orderings = {}  # name of an ordering: the columns it sorts by
    default_ordering = ()

    class Meta:
        form = StrictForm

    def get_form_class(self):
        choices = [name for plain in self.orderings for name in (plain, f"-{plain}")]
        paging = {
            "limit": CountField(required=False, min_value=1),
            "offset": CountField(required=False, min_value=0, max_value=2**31),
            "ordering": OrderingField(choices=choices),
        }
        return type("ListingForm", (super().get_form_class(),), paging)

    @property
    def form(self):
        form = super().form
        for name, declared in self.filters.items():
            if isinstance(declared, ObjectFilter | ObjectsFilter):
                form.fields[name].known = getattr(self, declared.known)
        return form

    @property
    def qs(self):
        """The rows asked for, in the order asked for; none at all if any part of the query has a fault."""
        if self.is_bound and not self.is_valid():
            return self.queryset.none()
        return self.sortable(super().qs).order_by(*self.order)

    def sortable(self, queryset):
        """The queryset with the columns that the chosen ordering sorts by; for orderings whose columns are computed."""
        return queryset

    @property
    def order(self):
        """The columns to sort by; it always ends in something unique, so that pages of a listing never overlap."""
        name = self.chosen("ordering")
        if not name:
            return self.default_ordering
        columns = self.orderings[name.removeprefix("-")]
        reverse = name.startswith("-")
        return [*(f"-{column}" if reverse else column for column in columns), *self.default_ordering]

    def filter_queryset(self, queryset, without=None):
        """Narrow the queryset by every filter, or by all but one (`without`) to count that one's choices."""
        for name, declared in self.filters.items():
            if name != without:
                queryset = declared.filter(queryset, self.form.cleaned_data.get(name))
        return queryset

    def chosen(self, name):
        """The cleaned value of a parameter; None or an empty list if it was not given."""
        if not self.is_bound or not self.is_valid():
            return None
        return self.form.cleaned_data.get(name)

    @property
    def active(self):
        """The filters in use as (filter's name, raw value, the word that says it, the value in words), in declared
        order.
        """
        return [
            (name, getattr(value, "slug", str(value)), declared.says, declared.in_words(value))
            for name, declared in self.filters.items()
            for value in self._values(name)
        ]

    def _values(self, name):
        """The cleaned values of a parameter as a list, empty if it was not given."""
        value = self.chosen(name)
        return value if isinstance(value, list) else [value] if value else []


class OrderingField(forms.CharField):
    """The name of an ordering, with a minus for the reverse."""

    def __init__(self, *, choices):
        super().__init__(required=False)
        self.choices = choices

    def clean(self, value):
        value = super().clean(value)
        if value and value not in self.choices:
            raise unknown_value(unknown("ordering", value, self.choices, MOST_PARAMETERS))
        return value

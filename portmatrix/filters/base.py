"""What every filter set has in common: it refuses what it does not understand, and it can say in words what it does.

One filter set serves a listing's page, htmx fragment, API, exports and counts. With any fault in the query it yields
no rows.
"""

from functools import cached_property, partial
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django_filters import FilterSet

from .fields import CountField, ObjectField, ObjectsField, OrderingField
from .known import Known
from .strict import StrictForm

PAGE_SIZE, LARGEST_PAGE = 50, 1000
ROWS = f"Rows in an answer: {PAGE_SIZE} unless told, {LARGEST_PAGE} at most; in a file all unless told."
SETTINGS = ("ordering", "limit", "offset")  # what a query says beside its filters, in the order of addresses


class ActiveFilter(NamedTuple):
    """One value of a filter in use: as addresses write it, and the two parts of its sentence: "to", "Appliance"."""

    name: str
    value: str
    says: str
    words: str


class StrictFilterSet(FilterSet):
    """A filter set that also knows its order and page, so that one form judges the whole query."""

    orderings: dict[str, list[str]] = {}  # name of an ordering: the columns it sorts by
    default_ordering: tuple[str, ...] = ()

    class Meta:
        form = StrictForm

    @classmethod
    def settings_fields(cls):
        """The form's fields beside those of the filters, by name."""
        return {
            "limit": CountField(required=False, min_value=1, help_text=ROWS),
            "offset": CountField(
                required=False, min_value=0, max_value=2**31, help_text="Rows to leave out at the start."
            ),
            "ordering": OrderingField(orderings=cls.orderings, help_text="What to sort by; with a minus, in reverse."),
        }

    def get_form_class(self):
        return type("ListingForm", (super().get_form_class(),), self.settings_fields())

    @cached_property
    def known(self):
        """What filters may name (`Known`) to who asks."""
        return Known(self.request.user if self.request else AnonymousUser())

    @property
    def form(self):
        form = super().form
        for field in form.fields.values():
            if isinstance(field, ObjectField | ObjectsField):
                field.known = partial(self.known.objects, field.noun)
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

    def rows_to_count(self, name):
        """The rows among which a facet counts its choices: what all other filters leave."""
        return self.filter_queryset(self.queryset, without=name)

    def chosen(self, name):
        """The cleaned value of a parameter; None or an empty list if it was not given."""
        if not self.is_bound or not self.is_valid():
            return None
        return self.form.cleaned_data.get(name)

    @property
    def active(self):
        """An `ActiveFilter` for each value of each filter in use, in declared order."""
        return [
            ActiveFilter(name, written(value), declared.says, declared.in_words(value))
            for name, declared in self.filters.items()
            for value in self._values(name)
        ]

    @property
    def settings(self):
        """What was given beside filters, by name: order, page, and whatever else a page's form has."""
        names = [*SETTINGS, *(name for name in self.settings_fields() if name not in SETTINGS)]
        given = {name: self.chosen(name) for name in names}
        return {name: value for name, value in given.items() if value not in (None, "")}

    @property
    def page(self):
        """The rows of the page asked for, as a slice."""
        offset = self.chosen("offset") or 0
        return slice(offset, offset + min(self.chosen("limit") or PAGE_SIZE, LARGEST_PAGE))

    def written_as(self, name, typed):
        """How addresses write a right value that was typed: an object by its slug, however it was called."""
        field = self.form.fields[name]
        return written(field.clean([typed])[0] if getattr(field, "repeatable", False) else field.clean(typed))

    def _values(self, name):
        """The cleaned values of a parameter as a list, empty if it was not given."""
        value = self.chosen(name)
        return value if isinstance(value, list) else [value] if value else []


def written(value):
    """A cleaned value as addresses write it."""
    return getattr(value, "slug", str(value))

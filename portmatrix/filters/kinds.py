"""The kinds of filters. A filter is declared once, with all that page form, counts, API and sentence need of it."""

from typing import Any

from django.db.models import Q
from django_filters.filters import Filter

from ..queries.facets import Choice
from .fields import ObjectField, ObjectsField, PortsField, SearchField, WordsField


class QueryFilter(Filter):
    """A filter of a listing.

    `help_text` describes it in the API's schema; `says` is the word by which a sentence and a chip begin to say it,
    like "to" for `destination`. With a `label` the page's form offers it, `placeholder` being an example of what can be
    typed; with a `facet` (`Facet`) it does so as a list of choices with their counts.
    """

    parent: Any  # the filter set, once there is one
    control = "text"  # the kind of the form's control: "text", "search", "number" or "select"

    def __init__(self, *, help_text, says="", label="", placeholder="", facet=None, **kwargs):
        super().__init__(label=label, help_text=help_text, **kwargs)
        if facet and not label:
            raise TypeError("A facet needs a label.")
        self.says, self.placeholder, self.facet = says, placeholder, facet

    def in_words(self, value):
        """A cleaned value as a sentence says it."""
        return str(value)

    def options(self):
        """(value, label) of each value that a select offers."""
        return []

    def choices(self, keys, chosen):
        """The `Choice`s of a facet. `keys` maps what its column holds, as text, to the keys of the rows that hold it;
        `chosen` are the cleaned values in use.
        """
        raise NotImplementedError(f"{type(self).__name__} has no choices to count.")


class AnyOfFilter(QueryFilter):
    """Rows whose column `field_name` holds any of the given values."""

    def filter(self, queryset, values):
        if not values:
            return queryset
        queryset = queryset.filter(**{f"{self.field_name}__in": values})
        return queryset.distinct() if self.distinct else queryset


class WordsFilter(AnyOfFilter):
    """Words from one of the domain's lists."""

    field_class = WordsField
    control = "select"

    def in_words(self, value):
        return self.extra["choices"](value).label

    def options(self):
        return [(word.value, word.label) for word in self.extra["choices"]]

    def choices(self, keys, chosen):
        return [Choice(value, label, len(keys[value]), value in chosen) for value, label in self.options()]


class PortsFilter(AnyOfFilter):
    """Port numbers."""

    field_class = PortsField
    control = "number"


class ObjectsFilter(AnyOfFilter):
    """Objects by name; `noun` says of what kind."""

    field_class = ObjectsField
    control = "select"

    def options(self):
        return [(offered.slug, str(offered)) for offered in self.offered(self.parent.known.objects(self.extra["noun"]))]

    def offered(self, objects):
        """Those of all objects (a mapping by slug) that a form offers."""
        return objects.values()

    def choices(self, keys, chosen):
        """Most rows first; `counted_for` says which rows count for an object."""
        objects = self.parent.known.objects(self.extra["noun"]).values()
        counts = [(thing, len(set().union(*(keys[str(pk)] for pk in self.counted_for(thing))))) for thing in objects]
        choices = [Choice(thing.slug, str(thing), count, thing in chosen) for thing, count in counts]
        return sorted(choices, key=lambda choice: (-choice.count, choice.label))

    def counted_for(self, thing):
        """The keys that the facet's column may hold where a row counts for an object."""
        return [thing.pk]


class ObjectFilter(QueryFilter):
    """What belongs to one object, given by name; `noun` says of what kind."""

    field_class = ObjectField


class SearchFilter(QueryFilter):
    """Text search: every word has to stand, in any case, in one of the columns `within`."""

    field_class = SearchField
    control = "search"

    def __init__(self, *, within, **kwargs):
        super().__init__(**kwargs)
        self.within = within

    def filter(self, queryset, text):
        for word in (text or "").split():
            queryset = queryset.filter(self.matching(word))
        return queryset

    def matching(self, word):
        """The condition that a word stands in one of the columns."""
        condition = Q()
        for column in self.within:
            condition |= Q(**{f"{column}__icontains": word})
        return condition

    def in_words(self, value):
        return f"“{value}”"

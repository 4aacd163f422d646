"""The addresses of one listing: of the set that is asked for with one filter less, in another order, on another page.

Pure.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

# Stands in every form of a listing: a form sends its empty fields too, an address that a person writes does not.
FORM_MARKER = "apply"


def with_query(path, pairs):
    """The address of a path with a query of (name, value) pairs."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def sent_pairs(query):
    """The (name, value) pairs of a form as it was sent, without its marker and its empty fields."""
    return [
        (name, value) for name, values in query.lists() for value in values if name != FORM_MARKER and value.strip()
    ]


@dataclass(frozen=True)
class QueryUrls:
    """The addresses of a listing. They are made from what a query means, not from what was typed.

    `filters` are the (name, value) pairs of the filters in use, `settings` all else that was given, by name: order,
    page, view.
    """

    path: str
    filters: list
    settings: dict

    def pairs(self, **changes):
        """The (name, value) pairs of the whole query with other settings; None leaves a setting out."""
        settings = self.settings | changes
        return [*self.filters, *((name, value) for name, value in settings.items() if value is not None)]

    def with_settings(self, **changes):
        """The address with other settings; None leaves a setting out."""
        return with_query(self.path, self.pairs(**changes))

    def without_filter(self, name, value=None):
        """The address of the first page without a filter, or without one value of it."""
        removed = [pair for pair in self.filters if pair[0] == name and value in (None, pair[1])]
        return with_query(self.path, [pair for pair in self.pairs(offset=None) if pair not in removed])

    @property
    def without_filters(self):
        """The address of the whole set, in the same order."""
        return with_query(self.path, [pair for pair in self.pairs(offset=None) if pair not in self.filters])


def urls_of(filterset, path):
    """The `QueryUrls` of a valid filter set."""
    return QueryUrls(path, [(active.name, active.value) for active in filterset.active], filterset.settings)

"""The question that a listing answers, as addresses: of this set, of one filter less, another order, another page."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from ..filters.base import LARGEST_PAGE, PAGE_SIZE

MARKER = (
    "apply"  # stands in every form of a listing: a form sends its empty fields too, a person's own address does not
)
PAGING = ("ordering", "limit", "offset")


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address of the same set without it."""

    says: str
    words: str
    remove: str
    wrong: bool = False


@dataclass(frozen=True)
class Column:
    """A heading of a table: the address that sorts by it (or none), and how it is sorted now ("" if it is not)."""

    label: str
    css: str
    address: str = ""
    sorted: str = ""


def at(path, pairs):
    """The address of a path with a query of (name, value) pairs."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def canonical(query):
    """The (name, value) pairs of a submitted form, without its marker and its empty fields."""
    return [(name, value) for name, values in query.lists() for value in values if name != MARKER and value.strip()]


class Question:
    """A valid query string, understood. All addresses are made from what was understood, not from what was typed."""

    def __init__(self, filterset, path, extra=(), sorted_by=""):
        """Take a valid filter set, the page's path, pairs of the page alone, and the default ordering."""
        self.filterset, self.path, self.extra, self.sorted_by = filterset, path, list(extra), sorted_by

    @cached_property
    def filters(self):
        """The filters in use as (name, value) pairs."""
        return [(name, value) for name, value, _, _ in self.filterset.active]

    @cached_property
    def paging(self):
        """`ordering`, `limit` and `offset`, as far as they were given."""
        given = {name: self.filterset.chosen(name) for name in PAGING}
        return {name: value for name, value in given.items() if value not in (None, "")}

    @property
    def limit(self):
        """Rows on a page."""
        return min(self.paging.get("limit", PAGE_SIZE), LARGEST_PAGE)

    @property
    def offset(self):
        """Rows before the page."""
        return self.paging.get("offset", 0)

    def pairs(self, **changes):
        """All that was asked, with other paging; None leaves a parameter out."""
        paging = self.paging | changes
        return [*self.filters, *((name, value) for name, value in paging.items() if value is not None), *self.extra]

    @property
    def shared(self):
        """All that was asked and that other addresses of the same set, such as the API's, understand too."""
        return [pair for pair in self.pairs() if pair not in self.extra]

    def address(self, **changes):
        """The page's address, with other paging."""
        return at(self.path, self.pairs(**changes))

    @property
    def cleared(self):
        """The address of the whole set, in the same order."""
        return at(self.path, [pair for pair in self.pairs(offset=None) if pair not in self.filters])

    def without(self, name, value=None):
        """The address of the set without one filter, or without one value of it."""
        gone = [pair for pair in self.filters if pair[0] == name and value in (None, pair[1])]
        return at(self.path, [pair for pair in self.pairs(offset=None) if pair not in gone])

    @property
    def chips(self):
        """One `Chip` for every value of every filter in use."""
        return [Chip(says, words, self.without(name, value)) for name, value, says, words in self.filterset.active]

    def column(self, label, css, ordering):
        """The heading of a column; it sorts by its ordering, or the other way round if that holds already."""
        if not ordering:
            return Column(label, css)
        now = self.paging.get("ordering") or self.sorted_by
        if now == ordering:
            return Column(label, css, self.address(ordering=f"-{ordering}", offset=None), "ascending")
        address = self.address(ordering=ordering, offset=None)
        return Column(label, css, address, "descending" if now == f"-{ordering}" else "")

    def pager(self, total):
        """First and last row of this page (counted from 1), and the addresses of the pages beside it."""
        last = min(self.offset + self.limit, total)
        before, after = max(self.offset - self.limit, 0), self.offset + self.limit
        return {
            "first": self.offset + 1,
            "last": last,
            "total": total,
            "limit": self.limit,
            "beyond": self.offset >= total > 0,
            "start": self.address(offset=None),
            "previous": self.address(offset=before or None) if self.offset else "",
            "next": self.address(offset=after) if after < total else "",
        }

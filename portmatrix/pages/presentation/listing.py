"""What stands around the rows of a listing: its form's controls and facets, chips, headings, pages. Pure."""

from dataclasses import dataclass

from ...queries.facets import Choice, Facet


@dataclass(frozen=True)
class Control:
    """A control of the form: a field for text ("search" or "number"), or a "select" with options as (value, label)
    pairs.
    """

    name: str
    label: str
    kind: str
    value: str
    options: list
    placeholder: str
    is_wrong: bool


@dataclass(frozen=True)
class FacetControl:
    """A filter that the form offers as choices with counts."""

    name: str
    label: str
    facet: Facet
    choices: list[Choice]

    @property
    def layout(self):
        return self.facet.layout

    @property
    def shown(self):
        """The choices that are shown at once."""
        return self.choices[: self.facet.at_once]

    @property
    def more(self):
        """The choices that are shown on demand."""
        return self.choices[len(self.shown) :]

    @property
    def is_in_use(self):
        return any(choice.chosen for choice in self.shown)

    @property
    def shows_more(self):
        """Whether one is chosen among those that are shown on demand."""
        return any(choice.chosen for choice in self.more)


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


@dataclass(frozen=True)
class Pager:
    """A page of a listing: its first and last row (counted from 1), and the addresses of the pages beside it."""

    first: int
    last: int
    total: int
    limit: int
    start: str
    previous: str
    next: str

    @property
    def beyond(self):
        """Whether the page lies beyond the last row."""
        return self.first > self.total > 0


def column(urls, sorted_by, label, css, ordering):
    """The `Column` that sorts by an ordering, or the other way round if that holds already.

    `sorted_by` is the ordering that holds if none was asked for.
    """
    if not ordering:
        return Column(label, css)
    now = urls.settings.get("ordering", sorted_by)
    if now == ordering:
        return Column(label, css, urls.with_settings(ordering=f"-{ordering}", offset=None), "ascending")
    address = urls.with_settings(ordering=ordering, offset=None)
    return Column(label, css, address, "descending" if now == f"-{ordering}" else "")


def pager(urls, page, total):
    """The `Pager` of a page (a slice) of so many rows."""
    limit = page.stop - page.start
    return Pager(
        first=page.start + 1,
        last=min(page.stop, total),
        total=total,
        limit=limit,
        start=urls.with_settings(offset=None),
        previous=urls.with_settings(offset=max(page.start - limit, 0) or None) if page.start else "",
        next=urls.with_settings(offset=page.stop) if page.stop < total else "",
    )


def carried(pairs, shown):
    """The pairs that a form can't show and must not lose: other parameters than the `shown` ones, and all but the first
    value of those.
    """
    hidden, seen = [], set()
    for name, value in pairs:
        if name not in shown or name in seen:
            hidden.append((name, value))
        seen.add(name)
    return hidden

"""The vendor's page row by row as printed, each tied to its connections; then how its silence is read."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..choices import Basis, Section
from ..models import Assumption, Connection, Statement

COLUMNS = {  # a printed column: its heading on the vendor's page
    "source": "Source",
    "destination": "Destination",
    "activity": "Activity",
    "protocol": "Protocol",
    "ports": "Ports",
}


@dataclass(frozen=True)
class Row:
    """A printed row: its statement and its cells, one for each column that its section prints."""

    statement: Statement
    cells: list


@dataclass(frozen=True)
class PrintedSection:
    """A section as printed: a table (`columns`, `rows`) or bullets (`lists`: pairs of sub-heading and statements)."""

    section: Section
    columns: list
    rows: list
    lists: list

    @property
    def count(self):
        """How many statements the section prints."""
        return len(self.rows) + sum(len(statements) for _, statements in self.lists)


@require_safe
def page(request):
    """All statements in the page's order, and all assumptions."""
    linked = Prefetch("connections", queryset=Connection.objects.with_ends())
    statements = Statement.objects.in_page_order().prefetch_related(linked)
    assumptions = list(Assumption.objects.prefetch_related(linked))
    sections = [printed(Section(section), list(rows)) for section, rows in groupby(statements, lambda row: row.section)]
    context = {
        "sections": sections,
        "statement_count": sum(section.count for section in sections),
        "assumptions": assumptions,
        "by_basis": counted_by_basis(assumptions),
    }
    return render(request, "vendor_page/page.html", context)


def printed(section, statements):
    """Lay out the statements of one section (a list, in order) as the vendor's page does. Pure."""
    columns = [name for name in COLUMNS if any(getattr(statement, name) for statement in statements)]
    rows = [Row(statement, [getattr(statement, name) for name in columns]) for statement in statements if columns]
    bullets = [] if columns else statements
    lists = [(heading, list(found)) for heading, found in groupby(bullets, lambda statement: statement.heading)]
    return PrintedSection(section, [COLUMNS[name] for name in columns], rows, lists)


def counted_by_basis(assumptions):
    """(basis in words, number of assumptions that rest on it), in the order of the word list, without zeros. Pure."""
    counts = Counter(assumption.basis for assumption in assumptions)
    return [(basis.label, counts[basis]) for basis in Basis if counts[basis]]

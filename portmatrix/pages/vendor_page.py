"""The vendor page row by row as printed, each tied to its connections; then the assumptions where it is silent."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..choices import Basis, Section
from ..models import Assumption, Connection, Statement

COLUMNS = {  # a statement's column: its heading on the vendor page
    "source": "Source",
    "destination": "Destination",
    "activity": "Activity",
    "protocol": "Protocol",
    "ports": "Ports",
}


@dataclass(frozen=True)
class PrintedRow:
    """A row of a table: its statement and its cells, one for each column of its section."""

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
        """How many statements the section has."""
        return len(self.rows) + sum(len(statements) for _, statements in self.lists)


@require_safe
def page(request):
    """All statements in the order of the vendor page, and all assumptions."""
    linked = Prefetch("connections", queryset=Connection.objects.with_ends())
    statements = Statement.objects.in_page_order().prefetch_related(linked)
    assumptions = list(Assumption.objects.prefetch_related(linked))
    sections = [
        print_section(Section(section), list(rows)) for section, rows in groupby(statements, lambda row: row.section)
    ]
    context = {
        "sections": sections,
        "statement_count": sum(section.count for section in sections),
        "assumptions": assumptions,
        "by_basis": count_by_basis(assumptions),
    }
    return render(request, "vendor_page/page.html", context)


def print_section(section, statements):
    """Lay out the statements of one section (a list, in order) as the vendor page does. Pure."""
    columns = [name for name in COLUMNS if any(getattr(statement, name) for statement in statements)]
    if columns:
        rows = [PrintedRow(statement, [getattr(statement, name) for name in columns]) for statement in statements]
        return PrintedSection(section, [COLUMNS[name] for name in columns], rows, [])
    lists = [(heading, list(rows)) for heading, rows in groupby(statements, lambda statement: statement.heading)]
    return PrintedSection(section, [], [], lists)


def count_by_basis(assumptions):
    """(basis in words, number of assumptions that rest on it), in the order of the word list, without zeros. Pure."""
    counts = Counter(assumption.basis for assumption in assumptions)
    return [(basis.label, counts[basis]) for basis in Basis if counts[basis]]

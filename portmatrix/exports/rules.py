"""The rules of a deployment as a table, for CSV and XLSX. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..rules import End, Rule
from .tables import SEPARATOR, Table, columns, joined

LONGEST_CELL = 30_000  # characters; a cell of a spreadsheet holds 32,767, and what does not fit would be lost
DIRECTION = "source to destination"


@dataclass(frozen=True)
class Row:
    """A row of the table: a rule with all of its addresses, or with as many as fit into a cell."""

    rule: Rule
    source: str
    destination: str


def rows_of(rules: Iterable[Rule]) -> Iterator[Row]:
    """The rows of rules. A rule whose addresses don't fit into a cell has several rows, which have its id and together
    permit exactly what it does.
    """
    for rule in rules:
        for source in _cells(rule.source):
            for destination in _cells(rule.destination):
                yield Row(rule, source, destination)


def _cells(end: End) -> Iterator[str]:
    """The addresses of an end, in as few cells as hold them. An end without any says so: a blank might pass for any."""
    if not end.addresses:
        yield f"no address: {end.component.name}"
        return
    cell = ""
    for text in end.texts:
        if cell and len(cell) + len(SEPARATOR) + len(text) > LONGEST_CELL:
            yield cell
            cell = ""
        cell = f"{cell}{SEPARATOR}{text}" if cell else text
    yield cell


def _reasons(row: Row) -> str:
    """What the connections are for, and between which components: `Communication (admin-user to appliance)`."""
    connections = [reason.connection for reason in row.rule.reasons]
    return joined(
        f"{connection.activity} ({connection.source} to {connection.destination})" for connection in connections
    )


# The first seven columns are those of a form on which firewall rules are requested, in its order.
RULES = Table(
    "rules",
    columns(
        "source",
        "destination",
        ("transport", "rule.transport"),
        ("port", "rule.number"),
        ("direction", lambda row: DIRECTION),
        ("reason", _reasons),
        ("id", "rule.id"),
        ("resolved", "rule.is_resolved"),
        ("source_component", "rule.source.component.slug"),
        ("source_name", "rule.source.component.name"),
        ("destination_component", "rule.destination.component.slug"),
        ("destination_name", "rule.destination.component.name"),
        ("application", "rule.application"),
        ("encrypted", "rule.encrypted"),
        ("connections", "rule.reasons.connection.slug"),
        ("listeners", "rule.reasons.port.slug"),
        ("statements", lambda row: joined(row.rule.statements)),
    ),
)

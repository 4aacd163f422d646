"""The tables that are exported: their columns, and the cells of a row. Pure: objects come with all that they need.

A cell is text, a number, a truth value or None. Several values in one cell are separated by semicolons, because a comma
between two numbers makes some spreadsheets read one number.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

SEPARATOR = "; "

Cell = str | int | bool | None
Reader = Callable[[Any], Cell]


@dataclass(frozen=True)
class Table:
    """A table: `name` is the listing's, `columns` maps each heading to a function that reads its cell of an object."""

    name: str
    columns: dict[str, Reader]

    @property
    def headings(self) -> list[str]:
        return list(self.columns)

    def rows(self, objects: Iterable[Any]) -> Iterator[list[Cell]]:
        """Yield a list of cells for each object."""
        readers = list(self.columns.values())
        for item in objects:
            yield [read(item) for read in readers]


def columns(*declared: str | tuple[str, str | Reader]) -> dict[str, Reader]:
    """Return columns for a `Table`, each declared by its heading or as (heading, path or function).

    A path names attributes, as in `host.slug`; a heading alone is the path as well. The cell is empty if an attribute
    on the way is None. If one is a list, a tuple or a manager of related objects, as in `services.slug`, the cell has
    the values of all its objects.
    """
    pairs = [(column, column) if isinstance(column, str) else column for column in declared]
    return {heading: _reader(cell) if isinstance(cell, str) else cell for heading, cell in pairs}


def joined(values: Iterable[object]) -> str:
    """Several values as one cell, each value once."""
    return SEPARATOR.join(dict.fromkeys(str(value) for value in values))


def _reader(path: str) -> Reader:
    name, _, rest = path.partition(".")
    read_first = attrgetter(name)
    if not rest:
        return read_first
    read_rest = _reader(rest)

    def read(item: Any) -> Cell:
        value = read_first(item)
        if value is None:
            return None
        if hasattr(value, "all"):
            value = value.all()
        elif not isinstance(value, list | tuple):
            return read_rest(value)
        return joined(map(read_rest, value))

    return read


def _ports(item: Any) -> str:
    """The ports of a component or connection at their effective numbers: `tcp/3009 (HTTP); tcp/3509 (HTTPS)`."""
    return joined(
        f"{port.transport}/{port.effective_number}" + (f" ({port.application})" if port.application else "")
        for port in item.ports.all()
    )


def _default_ports(connection: Any) -> str:
    """The ports of a connection at their default numbers: `tcp/3009; tcp/3509`."""
    return joined(f"{port.transport}/{port.number}" for port in connection.ports.all())


def _has_overridden_port(connection: Any) -> bool:
    return any(port.is_overridden for port in connection.ports.all())


def _changed_at(override: Any) -> str | None:
    """The date and time of an override's last change, with the time zone."""
    return str(override.changed_at.isoformat(timespec="seconds")) if override.changed_at else None


COMPONENTS = Table(
    "components",
    columns(
        "slug",
        "name",
        "kind",
        "description",
        ("host", "host.slug"),
        ("group", "group.slug"),
        ("services", "services.slug"),
        ("members", "members.slug"),
        "fqdn",
        ("ports", _ports),
    ),
)

PORTS = Table(
    "ports",
    columns(
        "slug",
        ("component", "component.slug"),
        ("component_name", "component.name"),
        ("host", "component.host.slug"),
        "transport",
        ("number", "effective_number"),
        ("default_number", "number"),
        ("overridden", "is_overridden"),
        "application",
        ("connections", "connections.slug"),
    ),
)

CONNECTIONS = Table(
    "connections",
    columns(
        "slug",
        ("source", "source.slug"),
        ("source_name", "source.name"),
        ("source_host", "source.host.slug"),
        ("destination", "destination.slug"),
        ("destination_name", "destination.name"),
        ("destination_host", "destination.host.slug"),
        "activity",
        "traffic_class",
        ("ports", _ports),
        ("default_ports", _default_ports),
        ("overridden", _has_overridden_port),
        ("statements", "statements.reference"),
        ("assumptions", "assumptions.slug"),
    ),
)

STATEMENTS = Table(
    "statements",
    columns(
        "section",
        "position",
        "heading",
        "source",
        "destination",
        "activity",
        "protocol",
        "ports",
        "text",
        ("connections", "connections.slug"),
    ),
)

ASSUMPTIONS = Table("assumptions", columns("slug", "question", "reading", "basis", ("connections", "connections.slug")))

DEPLOYMENTS = Table(
    "deployments",
    columns("slug", "name", "description", "encrypted_only", "component_count", "endpoint_count", "override_count"),
)

OVERRIDES = Table(
    "overrides",
    columns(
        ("id", "pk"),
        ("port", "port.slug"),
        ("component", "port.component.slug"),
        ("component_name", "port.component.name"),
        ("transport", "port.transport"),
        ("default_number", "port.number"),
        "number",
        ("deployment", "deployment.slug"),
        "reason",
        "changed_by",
        ("changed_at", _changed_at),
    ),
)

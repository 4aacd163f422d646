"""The matrix: connections as destinations (rows) by sources (columns). Pure: no queries of its own."""

from collections import defaultdict
from dataclasses import dataclass

from ...choices import Kind
from .labels import ConnectionLabel, address_owner_key, connection_label
from .tree import in_tree_order

HEADINGS = {  # what a group of rows is called, and the kinds in it
    "Users": (Kind.USER,),
    "Appliance and its services": (Kind.APPLIANCE, Kind.CONNECTOR),
    "Agents and compositing": (Kind.AGENT, Kind.COMPOSITING),
    "Hypervisors and clouds": (Kind.HYPERVISOR, Kind.CLOUD),
    "Servers": (Kind.SERVER,),
    "Internet": (Kind.INTERNET,),
}


@dataclass(frozen=True)
class Column:
    """A component that opens connections, and how many of the set it opens itself."""

    source: object
    opens: int


@dataclass(frozen=True)
class Cell:
    """What one source opens to one destination."""

    source: object
    labels: tuple[ConnectionLabel, ...]
    is_same_host: bool  # both ends answer at one address: there is no firewall between them


@dataclass(frozen=True)
class Row:
    """A component that is reached, with one cell for each column."""

    destination: object
    depth: int  # 1 below its host or its group
    cells: tuple[Cell, ...]

    @property
    def has_one_source(self):
        return sum(bool(cell.labels) for cell in self.cells) == 1


@dataclass(frozen=True)
class Group:
    """Rows of one heading, and how many connections arrive in them."""

    heading: str
    rows: tuple[Row, ...]

    @property
    def reached(self):
        return sum(len(cell.labels) for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Matrix:
    """A whole matrix; without connections it has neither columns nor groups."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]

    @property
    def width(self):
        """How many table columns a row has, its name included."""
        return len(self.columns) + 1

    @property
    def has_same_host(self):
        return any(cell.is_same_host for group in self.groups for row in group.rows for cell in row.cells)


def build_matrix(connections):
    """Return the `Matrix` of connections. Needs `with_ends()`, `with_ports()` and, for the template,
    `with_statements()`.
    """
    labels: dict[tuple[int, int], list[ConnectionLabel]] = defaultdict(list)
    opens: dict[int, int] = defaultdict(int)
    for connection in connections:
        labels[connection.source_id, connection.destination_id].append(connection_label(connection))
        opens[connection.source_id] += 1
    for of_cell in labels.values():
        of_cell.sort(key=_longest_first)
    sources = [component for component, _ in in_tree_order((c.source for c in connections), "group")]
    groups = [
        Group(heading, tuple(Row(row, depth, _cells(row, sources, labels)) for row, depth in destinations))
        for heading, kinds in HEADINGS.items()
        if (destinations := _destinations(connections, kinds))
    ]
    return Matrix(tuple(Column(source, opens[source.pk]) for source in sources), tuple(groups))


def _destinations(connections, kinds):
    """(destination, depth) of these kinds, hosted services below their host and members below their group."""
    return in_tree_order((c.destination for c in connections if c.destination.kind in kinds), "host", "group")


def _cells(destination, sources, labels):
    return tuple(
        Cell(
            source,
            tuple(labels.get((source.pk, destination.pk), ())),
            address_owner_key(source) == address_owner_key(destination),
        )
        for source in sources
    )


def _longest_first(label):
    """By the number of ports, then by the ports: that fills the lines of a cell best."""
    return -len(label.ports), [port.default for port in label.ports]

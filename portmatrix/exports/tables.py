"""What an exported listing looks like: its columns and the cells of a row. Pure: objects come with all they need.

A cell is text, a number, a truth value or None. Several values in one cell are separated by semicolons, because a comma
between two numbers makes some spreadsheets read one number.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

SEPARATOR = "; "

Cell = str | int | bool | None


@dataclass(frozen=True)
class Table:
    """A listing's columns: `name` is the listing's, `columns` maps each heading to the function that reads its cell."""

    name: str
    columns: dict[str, Callable[[object], Cell]]

    @property
    def headings(self) -> list[str]:
        return list(self.columns)

    def rows(self, objects: Iterable) -> Iterator[list[Cell]]:
        """One list of cells for each object, as it comes."""
        for one in objects:
            yield [read(one) for read in self.columns.values()]


def joined(values: Iterable) -> str:
    """Several values as one cell, each value once."""
    return SEPARATOR.join(dict.fromkeys(str(value) for value in values))


def slug_of(one) -> str:
    """The slug of a related object, or an empty cell if there is none."""
    return one.slug if one else ""


def moment(when) -> str:
    """A date and time with its zone, or an empty cell."""
    return when.isoformat(timespec="seconds") if when else ""


def _listener(port) -> str:
    """`tcp/3009 (HTTP)`: a listener at its effective number."""
    spoken = f" ({port.application})" if port.application else ""
    return f"{port.transport}/{port.effective_number}{spoken}"


COMPONENTS = Table(
    "components",
    {
        "slug": lambda component: component.slug,
        "name": lambda component: component.name,
        "kind": lambda component: component.kind,
        "description": lambda component: component.description,
        "host": lambda component: slug_of(component.host),
        "group": lambda component: slug_of(component.group),
        "services": lambda component: joined(service.slug for service in component.services.all()),
        "members": lambda component: joined(member.slug for member in component.members.all()),
        "fqdn": lambda component: component.fqdn,
        "ports": lambda component: joined(_listener(port) for port in component.ports.all()),
    },
)

PORTS = Table(
    "ports",
    {
        "slug": lambda port: port.slug,
        "component": lambda port: port.component.slug,
        "component_name": lambda port: port.component.name,
        "host": lambda port: slug_of(port.component.host),
        "transport": lambda port: port.transport,
        "number": lambda port: port.effective_number,
        "default_number": lambda port: port.number,
        "overridden": lambda port: port.is_overridden,
        "application": lambda port: port.application,
        "connections": lambda port: joined(connection.slug for connection in port.connections.all()),
    },
)

CONNECTIONS = Table(
    "connections",
    {
        "slug": lambda connection: connection.slug,
        "source": lambda connection: connection.source.slug,
        "source_name": lambda connection: connection.source.name,
        "source_host": lambda connection: slug_of(connection.source.host),
        "destination": lambda connection: connection.destination.slug,
        "destination_name": lambda connection: connection.destination.name,
        "destination_host": lambda connection: slug_of(connection.destination.host),
        "activity": lambda connection: connection.activity,
        "traffic_class": lambda connection: connection.traffic_class,
        "ports": lambda connection: joined(_listener(port) for port in connection.ports.all()),
        "default_ports": lambda connection: joined(
            f"{port.transport}/{port.number}" for port in connection.ports.all()
        ),
        "overridden": lambda connection: any(port.is_overridden for port in connection.ports.all()),
        "statements": lambda connection: joined(statement.reference for statement in connection.statements.all()),
        "assumptions": lambda connection: joined(assumption.slug for assumption in connection.assumptions.all()),
    },
)

STATEMENTS = Table(
    "statements",
    {
        "section": lambda statement: statement.section,
        "position": lambda statement: statement.position,
        "heading": lambda statement: statement.heading,
        "source": lambda statement: statement.source,
        "destination": lambda statement: statement.destination,
        "activity": lambda statement: statement.activity,
        "protocol": lambda statement: statement.protocol,
        "ports": lambda statement: statement.ports,
        "text": lambda statement: statement.text,
        "connections": lambda statement: joined(connection.slug for connection in statement.connections.all()),
    },
)

ASSUMPTIONS = Table(
    "assumptions",
    {
        "slug": lambda assumption: assumption.slug,
        "question": lambda assumption: assumption.question,
        "reading": lambda assumption: assumption.reading,
        "basis": lambda assumption: assumption.basis,
        "connections": lambda assumption: joined(connection.slug for connection in assumption.connections.all()),
    },
)

DEPLOYMENTS = Table(
    "deployments",
    {
        "slug": lambda deployment: deployment.slug,
        "name": lambda deployment: deployment.name,
        "description": lambda deployment: deployment.description,
        "encrypted_only": lambda deployment: deployment.encrypted_only,
        "component_count": lambda deployment: deployment.component_count,
        "endpoint_count": lambda deployment: deployment.endpoint_count,
        "override_count": lambda deployment: deployment.override_count,
    },
)

OVERRIDES = Table(
    "overrides",
    {
        "id": lambda override: override.pk,
        "port": lambda override: override.port.slug,
        "component": lambda override: override.port.component.slug,
        "component_name": lambda override: override.port.component.name,
        "transport": lambda override: override.port.transport,
        "default_number": lambda override: override.port.number,
        "number": lambda override: override.number,
        "deployment": lambda override: slug_of(override.deployment),
        "reason": lambda override: override.reason,
        "changed_by": lambda override: override.changed_by,
        "changed_at": lambda override: moment(override.changed_at),
    },
)

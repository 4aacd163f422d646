"""The catalogue without a database: plain objects with the models' attributes, read from the fixtures."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from portmatrix.reach import Reach

FIXTURES = Path(__file__).parents[2] / "fixtures"


@dataclass(eq=False)
class Component:
    pk: int
    slug: str
    name: str
    kind: str
    host: "Component | None" = None
    group_id: int | None = None

    @property
    def host_id(self):
        return self.host.pk if self.host else None

    def get_absolute_url(self):
        return f"/components/{self.slug}/"


@dataclass(eq=False)
class Port:
    transport: str
    number: int
    application: str = ""
    effective_number: int = 0

    def __post_init__(self):
        self.effective_number = self.effective_number or self.number


class Rows(list):
    """Related rows, as a model gives them."""

    def all(self):
        return self


@dataclass(eq=False)
class Connection:
    source: Component
    destination: Component
    activity: str
    traffic_class: str
    ports: Rows
    statements: Rows = field(default_factory=Rows)

    @property
    def slug(self):
        return f"{self.source.slug}-to-{self.destination.slug}-{self.activity.lower().replace(' ', '-')}"

    @property
    def source_id(self):
        return self.source.pk

    @property
    def destination_id(self):
        return self.destination.pk

    def get_absolute_url(self):
        return f"/connections/{self.slug}/"


@dataclass
class Catalogue:
    components: dict  # slug: Component
    connections: list

    @property
    def reach(self):
        return Reach(self.components.values())

    def touching(self, component):
        ends = self.reach.of(component)
        return [c for c in self.connections if {c.source_id, c.destination_id} & ends]


@cache
def catalogue():
    """The whole catalogue; nobody may change it."""
    components = _components(_read("components"))
    ports = {f"{row['component']}-{row['transport']}-{row['number']}": _port(row) for row in _read("ports")}
    return Catalogue(components, [_connection(row, components, ports) for row in _read("connections")])


def _read(name):
    return yaml.safe_load((FIXTURES / f"{name}.yaml").read_text(encoding="utf-8"))


def _components(rows):
    found = {row["slug"]: Component(pk, row["slug"], row["name"], row["kind"]) for pk, row in enumerate(rows, 1)}
    for row in rows:
        component = found[row["slug"]]
        component.host = found.get(row.get("host"))
        component.group_id = found[row["group"]].pk if row.get("group") else None
    return found


def _port(row):
    return Port(row["transport"], row["number"], row.get("application", ""))


def _connection(row, components, ports):
    ends = components[row["source"]], components[row["destination"]]
    return Connection(*ends, row["activity"], row["traffic_class"], Rows(ports[slug] for slug in row["ports"]))

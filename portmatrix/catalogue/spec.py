"""What each file of the catalogue holds: its fields, which of them are needed, and what they refer to."""

from dataclasses import dataclass
from string import Formatter

from .. import models


@dataclass(frozen=True)
class Field:
    """One field of an entry. `refers` names the file in which its slug (or, for `many`, each of its slugs) has to
    stand.
    """

    name: str
    required: bool = False
    refers: str = ""
    many: bool = False


@dataclass(frozen=True)
class Spec:
    """One file: the model it fills, its fields, and how an entry's natural key is written."""

    model: type
    key: str
    fields: tuple

    def key_of(self, data):
        """The natural key of an entry's data, as other files refer to it."""
        return self.key.format(**data)

    def key_fields(self):
        """The names of the fields that make up the natural key."""
        return [name for _, name, _, _ in Formatter().parse(self.key) if name]

    def columns(self):
        """The fields that are plain columns."""
        return [field for field in self.fields if not field.refers]

    def links(self):
        """The fields that refer to one entry of another file."""
        return [field for field in self.fields if field.refers and not field.many]

    def lists(self):
        """The fields that refer to several entries of another file."""
        return [field for field in self.fields if field.many]


SPECS = {
    "components": Spec(
        models.Component,
        "{slug}",
        (
            Field("slug", required=True),
            Field("name", required=True),
            Field("kind", required=True),
            Field("description"),
            Field("host", refers="components"),
            Field("group", refers="components"),
            Field("fqdn"),
        ),
    ),
    "ports": Spec(
        models.Port,
        "{component}-{transport}-{number}",
        (
            Field("component", required=True, refers="components"),
            Field("transport", required=True),
            Field("number", required=True),
            Field("application"),
        ),
    ),
    "assumptions": Spec(
        models.Assumption,
        "{slug}",
        (
            Field("slug", required=True),
            Field("question", required=True),
            Field("reading", required=True),
            Field("basis", required=True),
        ),
    ),
    "connections": Spec(
        models.Connection,
        "{slug}",
        (
            Field("slug", required=True),
            Field("source", required=True, refers="components"),
            Field("destination", required=True, refers="components"),
            Field("activity", required=True),
            Field("traffic_class", required=True),
            Field("ports", required=True, refers="ports", many=True),
            Field("assumptions", refers="assumptions", many=True),
        ),
    ),
    "statements": Spec(
        models.Statement,
        "{section}/{position}",
        (
            Field("section", required=True),
            Field("position", required=True),
            Field("heading"),
            Field("source"),
            Field("destination"),
            Field("activity"),
            Field("protocol"),
            Field("ports"),
            Field("text"),
            Field("connections", required=True, refers="connections", many=True),
        ),
    ),
}

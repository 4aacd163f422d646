"""What each file of the catalogue holds, as the models say: which fields, which of them are needed, what they refer to.

A field that is added to a model may stand in the fixtures without a word here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any

from django.db import models

from ..models import Assumption, Component, Connection, Port, Statement
from .read import Entry

Data = dict[str, Any]  # an entry: the values of its fields
Sound = dict[str, tuple[Entry, Data]]  # the entries of one file, by natural key


@dataclass(frozen=True)
class Field:
    """One field of an entry.

    `column` is the model's field, or the relation that leads to parts. `refers` names the file in which its slug (or,
    for `many`, each of its slugs) has to stand. `parts` are the fields of the entries that a list of parts holds, such
    as a component's aliases.
    """

    column: Any
    required: bool = False
    refers: str = ""
    many: bool = False
    parts: tuple["Field", ...] = ()

    @property
    def name(self) -> str:
        """Its key in an entry."""
        return str(self.column.name)

    @property
    def blank(self) -> object:
        """Its value where an entry leaves it out."""
        if self.many:
            return []
        return None if self.refers else self.column.get_default()


@dataclass(frozen=True)
class Spec:
    """One file: the model it fills, how an entry's natural key is written, and which related rows are parts of it."""

    model: type[models.Model]
    key: str
    parts: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> list[Field]:
        """Every field of an entry, in the order of the model."""
        meta = self.model._meta
        lists = [
            Field(column, required=not column.blank, refers=_stem(column.related_model), many=True)
            for column in meta.many_to_many
        ]
        return [*_plain_fields(self.model), *lists, *(_parts(meta.get_field(name)) for name in self.parts)]

    def key_of(self, data: Data) -> str:
        """The natural key of an entry's data, as other files refer to it."""
        return self.key.format(**data)

    def key_fields(self) -> list[str]:
        """The names of the fields that make up the natural key."""
        return [name for _, name, _, _ in Formatter().parse(self.key) if name]

    def columns(self) -> list[Field]:
        """The fields that are plain columns."""
        return [field for field in self.fields if not field.refers and not field.parts]

    def links(self) -> list[Field]:
        """The fields that refer to one entry of a file."""
        return [field for field in self.fields if field.refers and not field.many]

    def lists(self) -> list[Field]:
        """The fields that refer to several entries of a file."""
        return [field for field in self.fields if field.refers and field.many]

    def lists_of_parts(self) -> list[Field]:
        """The fields that hold entries of their own."""
        return [field for field in self.fields if field.parts]


SPECS = {
    "components": Spec(Component, "{slug}", parts=("aliases",)),
    "ports": Spec(Port, "{component}-{transport}-{number}"),
    "assumptions": Spec(Assumption, "{slug}"),
    "connections": Spec(Connection, "{slug}"),
    "statements": Spec(Statement, "{section}/{position}"),
}


class Checked:
    """A catalogue without faults: the entries of each file with their complete data."""

    def __init__(self) -> None:
        self.files: dict[str, Sound] = {stem: {} for stem in SPECS}

    def __getitem__(self, stem: str) -> Sound:
        return self.files[stem]

    def data(self, stem: str) -> dict[str, Data]:
        """The data of a file's entries by natural key, in the file's order."""
        return {key: data for key, (_, data) in self.files[stem].items()}


def _plain_fields(model: type[models.Model]) -> Iterator[Field]:
    """Columns and links; not what the database or the model itself fills."""
    for column in model._meta.concrete_fields:
        if column.editable and not column.primary_key:
            refers = _stem(column.related_model) if column.is_relation else ""
            yield Field(column, required=not (column.blank or column.has_default()), refers=refers)


def _parts(relation: Any) -> Field:
    fields = tuple(field for field in _plain_fields(relation.related_model) if field.column != relation.field)
    return Field(relation, many=True, parts=fields)


def _stem(model: object) -> str:
    return next(stem for stem, spec in SPECS.items() if spec.model is model)

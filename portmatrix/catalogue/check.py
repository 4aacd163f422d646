"""Judge the whole catalogue before anything is written: every entry for itself, then the domain's rules among
entries.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from ..naming import unknown
from ..utils.text import why_blank
from .faults import CatalogueFaults, Fault
from .read import Entry
from .rules import broken_rules
from .spec import SPECS, Checked, Data, Field, Sound, Spec

NOUNS = {"components": "component", "ports": "listener"}  # of which `unknown` knows more than the slugs
TEXT = (str, "Write text; put it in quotes.")
VALUES = {"PositiveIntegerField": (int, "Write a whole number."), "BooleanField": (bool, "Write true or false.")}


def check(entries: dict[str, list[Entry]]) -> Checked:
    """Return the entries of all files as `Checked`, or raise `CatalogueFaults` with every fault."""
    catalogue = Checked()
    faults: list[Fault] = []
    for stem, spec in SPECS.items():
        for entry in entries[stem]:
            faults += _take(catalogue[stem], spec, entry)
    named = {stem: _named(spec, entries[stem]) for stem, spec in SPECS.items()}
    for stem, spec in SPECS.items():
        faults += _dangling(catalogue[stem], spec, named)
    if not faults:
        faults = list(broken_rules(catalogue))
    if faults:
        raise CatalogueFaults(faults)
    return catalogue


def _take(taken: Sound, spec: Spec, entry: Entry) -> list[Fault]:
    """Put an entry into `taken` under its key if it is sound; return its faults."""
    faults = _wrong_mapping(spec.fields, entry, entry.data)
    if faults or not isinstance(entry.data, dict):
        return faults
    data = _complete(spec.fields, entry.data)
    key = spec.key_of(data)
    if key in taken:
        return [entry.fault("", key, f"Stands already in {taken[key][0]}. Keep one of the two.")]
    taken[key] = (entry, data)
    return []


def _complete(fields: Sequence[Field], data: Data) -> Data:
    """A copy of a sound entry's data in which every field has a value."""
    complete = {field.name: data.get(field.name, field.blank) for field in fields}
    for field in fields:
        if field.parts:
            complete[field.name] = [_complete(field.parts, part) for part in complete[field.name]]
    return complete


def _wrong_mapping(fields: Sequence[Field], entry: Entry, data: object, path: str = "") -> list[Fault]:
    """The faults of an entry's data, or of the part of it at a path that ends in a dot."""
    if not isinstance(data, dict):
        return [entry.fault(path.removesuffix("."), data, "Write fields as “name: value”.")]
    names = [field.name for field in fields]
    faults = [
        entry.fault(f"{path}{name}", data[name], f"Unknown field.{unknown('field', name, names, most=0).hint}")
        for name in data
        if name not in names
    ]
    for field in fields:
        if field.name in data:
            faults += _wrong(field, entry, data[field.name], f"{path}{field.name}")
        elif field.required:
            faults.append(entry.fault(f"{path}{field.name}", None, "Missing. Add the field."))
    return faults


def _wrong(field: Field, entry: Entry, value: object, path: str) -> list[Fault]:
    if field.parts:
        return _wrong_parts(field, entry, value, path)
    if field.many:
        return _wrong_list(field, entry, value, path)
    if field.refers:
        sound = isinstance(value, str)
        return [] if sound else [entry.fault(path, value, f"Give a slug of {field.refers}.yaml.")]
    return _wrong_value(field.column, entry, value, path)


def _wrong_parts(field: Field, entry: Entry, value: object, path: str) -> list[Fault]:
    if not isinstance(value, list):
        return [entry.fault(path, value, "Write a list of entries that start with “- ”.")]
    parts = enumerate(value)
    return [fault for at, part in parts for fault in _wrong_mapping(field.parts, entry, part, f"{path}[{at}].")]


def _wrong_list(field: Field, entry: Entry, value: object, path: str) -> list[Fault]:
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        return [entry.fault(path, value, f"Give a list of slugs of {field.refers}.yaml.")]
    if field.required and not value:
        return [entry.fault(path, value, "Name at least one.")]
    doubles = [slug for slug, times in Counter(value).items() if times > 1]
    return [entry.fault(path, slug, "Stands twice in the list. Keep one.") for slug in doubles]


def _wrong_value(column: Any, entry: Entry, value: object, path: str) -> list[Fault]:
    kind, fix = VALUES.get(column.get_internal_type(), TEXT)
    if type(value) is not kind:  # True is an int as well
        return [entry.fault(path, value, fix)]
    try:
        column.clean(value, None)
    except ValidationError as error:
        hint = unknown("value", value, [word for word, _ in column.flatchoices], most=0).hint if column.choices else ""
        return [entry.fault(path, value, message + hint) for message in error.messages]
    unseen = why_blank(value) if isinstance(value, str) and value else ""
    return [entry.fault(path, value, unseen)] if unseen else []


def _named(spec: Spec, entries: list[Entry]) -> set[str]:
    """The keys of a file's entries, those with faults included: an entry is told once what is wrong with it."""
    mappings = [entry.data for entry in entries if isinstance(entry.data, dict)]
    return {spec.key_of(data) for data in mappings if all(name in data for name in spec.key_fields())}


def _dangling(taken: Sound, spec: Spec, named: dict[str, set[str]]) -> Iterator[Fault]:
    """References to entries that are not there."""
    for entry, data in taken.values():
        for field in [*spec.links(), *spec.lists()]:
            known = named[field.refers]
            for slug in data[field.name] if field.many else filter(None, [data[field.name]]):
                if slug not in known:
                    hint = unknown(NOUNS.get(field.refers, field.refers), slug, known, most=0).hint
                    yield entry.fault(field.name, slug, f"Not in {field.refers}.yaml.{hint}")

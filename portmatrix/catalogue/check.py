"""Judge the whole catalogue before anything is written: every entry for itself, then the domain's rules among
entries.
"""

from collections import Counter

from django.core.exceptions import ValidationError

from ..utils.text import did_you_mean, why_blank
from .faults import CatalogueFaults
from .rules import broken_rules
from .spec import SPECS

NOUNS = {"components": "component", "ports": "listener"}  # what the entries of a file are, for `did_you_mean`


class Checked:
    """A catalogue without faults: for each file a mapping of natural key to (entry, complete data)."""

    def __init__(self):
        self.files = {stem: {} for stem in SPECS}

    def __getitem__(self, stem):
        return self.files[stem]

    def data(self, stem):
        """Mapping of natural key to data, in the file's order."""
        return {key: data for key, (_, data) in self.files[stem].items()}


def check(entries):
    """Return the entries (as `read` gives them) as `Checked`, or raise `CatalogueFaults` with every fault."""
    catalogue, faults = Checked(), []
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


def _take(taken, spec, entry):
    """Put an entry into `taken` under its key if it is sound; return its faults."""
    if not isinstance(entry.data, dict):
        return [entry.fault("", entry.data, "Write fields as “name: value”.")]
    faults = [*_unknown(spec, entry)]
    for field in spec.fields:
        faults += _wrong(spec, field, entry)
    if faults:
        return faults
    data = {field.name: entry.data.get(field.name, [] if field.many else _blank(field)) for field in spec.fields}
    key = spec.key_of(data)
    if key in taken:
        return [entry.fault("", key, f"Stands already in {taken[key][0]}. Keep one of the two.")]
    taken[key] = (entry, data)
    return []


def _blank(field):
    return None if field.refers else ""


def _unknown(spec, entry):
    names = [field.name for field in spec.fields]
    for name in entry.data:
        if name not in names:
            yield entry.fault(str(name), entry.data[name], f"Unknown field.{did_you_mean(name, names)}")


def _wrong(spec, field, entry):
    if field.name not in entry.data:
        return [entry.fault(field.name, None, "Missing. Add the field.")] if field.required else []
    value = entry.data[field.name]
    if field.many:
        return _wrong_list(field, entry, value)
    if field.refers:
        sound = isinstance(value, str)
        return [] if sound else [entry.fault(field.name, value, f"Give a slug of {field.refers}.yaml.")]
    return _wrong_value(spec, field, entry, value)


def _wrong_list(field, entry, value):
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        return [entry.fault(field.name, value, f"Give a list of slugs of {field.refers}.yaml.")]
    if field.required and not value:
        return [entry.fault(field.name, value, "Name at least one.")]
    doubles = [slug for slug, times in Counter(value).items() if times > 1]
    return [entry.fault(field.name, slug, "Stands twice in the list. Keep one.") for slug in doubles]


def _wrong_value(spec, field, entry, value):
    column = spec.model._meta.get_field(field.name)
    number = column.get_internal_type() == "PositiveIntegerField"
    if type(value) is not (int if number else str):
        fix = "Write a whole number." if number else "Write text; put it in quotes."
        return [entry.fault(field.name, value, fix)]
    try:
        column.clean(value, None)
    except ValidationError as error:
        hint = did_you_mean(value, [word for word, _ in column.flatchoices]) if column.choices else ""
        return [entry.fault(field.name, value, message + hint) for message in error.messages]
    unseen = why_blank(value) if value and not number else ""
    return [entry.fault(field.name, value, unseen)] if unseen else []


def _named(spec, entries):
    """The keys of a file's entries, those with faults included: an entry is told once what is wrong with it."""
    mappings = [entry.data for entry in entries if isinstance(entry.data, dict)]
    return {spec.key_of(data) for data in mappings if all(name in data for name in spec.key_fields())}


def _dangling(taken, spec, named):
    """References to entries that are not there."""
    for entry, data in taken.values():
        for field in [*spec.links(), *spec.lists()]:
            known = named[field.refers]
            for slug in data[field.name] if field.many else filter(None, [data[field.name]]):
                if slug not in known:
                    fix = f"Not in {field.refers}.yaml.{did_you_mean(slug, known, NOUNS.get(field.refers, ''))}"
                    yield entry.fault(field.name, slug, fix)

"""The catalogue's files as a test may change them, and what the loader says of them."""

import pytest
import yaml

from portmatrix import catalogue
from portmatrix.models import Assumption, Component, ComponentAlias, Connection, Port, Statement


def edit(folder, stem, change):
    """Let `change` alter the list of entries of a file."""
    path = folder / f"{stem}.yaml"
    entries = yaml.safe_load(path.read_text())
    change(entries)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False))


def entry(entries, **fields):
    return next(one for one in entries if all(one.get(name) == value for name, value in fields.items()))


def set_field(folder, stem, which, **values):
    edit(folder, stem, lambda entries: entry(entries, **which).update(values))


def faults(folder):
    """Every fault as (file, field, value, fix)."""
    with pytest.raises(catalogue.CatalogueFaults) as refused:
        catalogue.load(folder)
    return [(fault.file, fault.field, fault.value, fault.fix) for fault in refused.value.faults]


def everything():
    """All rows of the catalogue, to see that nothing was written."""
    models = (Component, ComponentAlias, Port, Assumption, Connection, Statement)
    return [list(model.objects.order_by("pk").values()) for model in models] + [
        list(Component.needs.through.objects.order_by("pk").values()),
        list(Connection.ports.through.objects.order_by("pk").values()),
        list(Connection.assumptions.through.objects.order_by("pk").values()),
        list(Statement.connections.through.objects.order_by("pk").values()),
    ]

"""Bring the database in line with a checked catalogue, in one transaction, without touching what users made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from ..models import Component, ComponentInUse, Connection, Port, PortOverride
from ..overrides.numbers import Numbers
from ..overrides.service import lock_components
from .faults import CatalogueFaults, Fault
from .spec import SPECS, Checked, Data


@dataclass
class Report:
    """What a load did: lines for people. `kept` is what left the catalogue but has an override of users or is in use in
    their deployments.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.kept)


@transaction.atomic
def apply(catalogue: Checked) -> Report:
    """Write the catalogue and return a `Report`. Raises `CatalogueFaults` if it collides with users'
    overrides.
    """
    lock_components()  # no override is judged meanwhile
    report = Report()
    files = {stem: _File(stem, catalogue, report) for stem in SPECS}
    kept = _kept(files, report)
    for stem in ("statements", "connections"):
        files[stem].remove()
    for stem in SPECS:
        files[stem].write(files)
    for stem in ("assumptions", "ports", "components"):
        files[stem].remove(but=kept)
    _refuse_collisions()
    return report


class _File:
    """One file of the catalogue beside the rows that the database holds for it."""

    def __init__(self, stem: str, catalogue: Checked, report: Report):
        self.spec, self.report = SPECS[stem], report
        self.noun = self.spec.model._meta.verbose_name
        self.objects: Any = self.spec.model._default_manager
        self.wanted = catalogue.data(stem)
        self.rows = {_key(row): row for row in self._stored()}
        self.lists_before = {
            (key, listed.name): {_key(other) for other in getattr(row, listed.name).all()}
            for key, row in self.rows.items()
            for listed in self.spec.lists()
        }
        self.new = set(self.wanted) - set(self.rows)
        self.replaced = {key for key in self.wanted if self._has_other_ends(key)}
        self.made = self.new | self.replaced  # what is made in this load, so that nothing of it is stored yet

    def _stored(self) -> Any:
        links = [link.name for link in self.spec.links()]
        lists = [listed.name for listed in self.spec.lists()]
        lists += [parts.name for parts in self.spec.lists_of_parts()]
        rows = self.objects.prefetch_related(*lists)
        return rows.select_related(*links) if links else rows

    def _has_other_ends(self, key: str) -> bool:
        """A connection whose ends or activity changed is made anew, so that two of them can exchange theirs."""
        if self.spec.model is not Connection or key not in self.rows:
            return False
        row, data = self.rows[key], self.wanted[key]
        return (row.source.slug, row.destination.slug, row.activity) != (
            data["source"],
            data["destination"],
            data["activity"],
        )

    @property
    def surplus(self) -> dict[str, Any]:
        """Rows that the catalogue has no longer, by key."""
        return {key: row for key, row in self.rows.items() if key not in self.wanted}

    def write(self, files: "dict[str, _File]") -> None:
        """Add what is missing and change what differs; links between components come when all of them are there."""
        self.rows = {_key(row): row for row in self._stored()}  # afresh: removals have cut links since
        for key, data in self.wanted.items():
            row = self.rows.get(key)
            columns = {column.name: data[column.name] for column in self.spec.columns()}
            if self.spec.model is not Component:
                columns |= self._links(data, files)
            if row is None:
                self.rows[key] = row = self.objects.create(**columns)
                if key in self.replaced:
                    self.report.changed.append(f"{self.noun} {key}: its ends or its activity")
                else:
                    self.report.added.append(f"{self.noun} {key}")
            else:
                self._change(key, row, columns)
        for key, data in self.wanted.items():
            row = self.rows[key]
            if self.spec.model is Component:
                self._change(key, row, self._links(data, files))
            self._set_lists(key, row, data, files)
            self._set_parts(key, row, data)

    def remove(self, but: Collection[Model] = ()) -> None:
        """Delete the surplus, and, of connections, those that are made anew."""
        gone = {key: row for key, row in self.surplus.items() if row not in but}
        self.report.removed += [f"{self.noun} {key}" for key in gone]
        gone |= {key: self.rows[key] for key in self.replaced}
        rows = self.objects.filter(pk__in=[row.pk for row in gone.values()])
        if self.spec.model is Component:
            rows.update(**{link.name: None for link in self.spec.links()})
        rows.delete()

    def _links(self, data: Data, files: "dict[str, _File]") -> Data:
        return {
            link.name: files[link.refers].rows[data[link.name]] if data[link.name] else None
            for link in self.spec.links()
        }

    def _change(self, key: str, row: Any, values: Data) -> None:
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            self._report_change(key, name, getattr(row, name), value)
            setattr(row, name, value)
        if differing:
            row.save(update_fields=differing)

    def _set_lists(self, key: str, row: Any, data: Data, files: "dict[str, _File]") -> None:
        for listed in self.spec.lists():
            related = getattr(row, listed.name)
            wanted, before = set(data[listed.name]), self.lists_before.get((key, listed.name), set())
            if before != wanted:
                self._report_change(key, listed.name, ", ".join(sorted(before)), ", ".join(data[listed.name]))
            stored = set() if key in self.made else {_key(other) for other in related.all()}
            if stored != wanted:
                related.set([files[listed.refers].rows[slug] for slug in data[listed.name]])

    def _set_parts(self, key: str, row: Any, data: Data) -> None:
        for parts in self.spec.lists_of_parts():
            related, names = getattr(row, parts.name), [part.name for part in parts.parts]
            before = [] if key in self.made else list(related.all())
            stored = [{name: getattr(part, name) for name in names} for part in before]
            if stored != data[parts.name]:
                made = [related.model(**{related.field.name: row}, **part) for part in data[parts.name]]
                self._report_change(key, parts.name, _listed(before), _listed(made))
                related.all().delete()
                related.model.objects.bulk_create(made)

    def _report_change(self, key: str, name: str, before: object, after: object) -> None:
        if key in self.made:
            return  # it is reported whole
        self.report.changed.append(f"{self.noun} {key}: {name} from “{_written(before)}” to “{_written(after)}”")


def _key(row: Any) -> str:
    """The natural key of a row as the files write it."""
    return str(getattr(row, "reference", None) or row.slug)


def _written(value: object) -> object:
    """A value as the files write it."""
    return str(value).lower() if isinstance(value, bool) else value or ""


def _listed(rows: Iterable[object]) -> str:
    return ", ".join(map(str, rows))


def _kept(files: dict[str, _File], report: Report) -> list[Model]:
    """Surplus ports that users have overridden, surplus components that deployments use, and the components that these
    refer to: they stay, and the report says so.
    """
    overridden = set(PortOverride.objects.values_list("port", flat=True))
    kept: list[Model] = []
    for key, port in files["ports"].surplus.items():
        if port.pk in overridden:
            report.kept.append(f"port {key}: it has an override. Remove that, then load again.")
            kept += [port, *_with_references(port.component)]
    users = _deployments_by_component()
    for key, component in files["components"].surplus.items():
        if component.pk in users:
            names = ", ".join(users[component.pk])
            report.kept.append(f"component {key}: it is in use in {names}. Leave it out there, then load again.")
            kept += _with_references(component)
    return kept


def _with_references(component: Component) -> list[Component]:
    """A component and all that it refers to, directly or by way of others."""
    components: list[Component] = []
    waiting = [component]
    while waiting:
        component = waiting.pop()
        if component not in components:
            components.append(component)
            waiting += filter(None, (getattr(component, link.name) for link in SPECS["components"].links()))
    return components


def _deployments_by_component() -> dict[int, list[str]]:
    """Mapping of a component's key to the slugs of the deployments that use it."""
    users: dict[int, list[str]] = {}
    uses = ComponentInUse.objects.order_by("deployment__slug").values_list("component", "deployment__slug")
    for component, deployment in uses:
        users.setdefault(component, []).append(deployment)
    return users


def _refuse_collisions() -> None:
    """Refuse a catalogue in which a port has the number that an override gives another port of the same host."""
    ports = list(Port.objects.select_related("component__host"))
    overrides = {(override.port_id, override.deployment_id): override.number for override in PortOverride.objects.all()}
    numbers = Numbers(ports, overrides)
    faults = []
    for port in ports if overrides else []:
        if collision := numbers.collision(port):
            deployment, other = collision
            number = f"{port.transport.upper()} {numbers.effective(port, deployment)}"
            fix = f"It would have {number} as “{other.slug}” has. Change the override of one of them."
            faults.append(Fault("ports.yaml", port.slug, "number", port.number, fix))
    if faults:
        raise CatalogueFaults(faults)

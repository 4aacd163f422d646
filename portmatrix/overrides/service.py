"""Writing overrides: every change of an override is judged and written here, whoever asks (pages, API, admin)."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from ..models import Component, Deployment, Port, PortOverride
from ..reach import address_owner
from .numbers import Fault, faults_among


class OverridesRefused(Exception):
    """Some changes can't be made; nothing was written. `faults` maps the position of a change to its faults."""

    def __init__(self, faults: Mapping[int, list[Fault]]):
        self.faults = faults
        super().__init__("; ".join(fault.message for several in faults.values() for fault in several))


def save_overrides(overrides: list[PortOverride]) -> list[PortOverride]:
    """Create or change overrides, all or none; return them. As `write_overrides`."""
    write_overrides(overrides, [])
    return overrides


def remove_overrides(overrides: Sequence[PortOverride], reason: str = "") -> None:
    """Remove overrides, all or none; their history stays. As `write_overrides`."""
    write_overrides([], overrides, reason)


def write_overrides(changed: Sequence[PortOverride], removed: Sequence[PortOverride], reason: str = "") -> None:
    """Create or change some overrides and remove others (for a reason), all or none, judged together.

    Raises `OverridesRefused` with the faults by position in `changed`, then `removed`. Two callers can't both succeed
    with a collision: the hosts stay locked until the surrounding transaction ends.
    """
    with transaction.atomic():
        judge(changed, removed)
        for override in removed:
            override._change_reason = reason or None  # type: ignore[attr-defined]
            override.delete()
        stored = PortOverride.objects.in_bulk([override.pk for override in changed if override.pk])
        for override in changed:
            before = stored.get(override.pk)
            if before is None or (before.number, before.reason) != (override.number, override.reason):
                override.save()  # otherwise the history would record a change that is none


@transaction.atomic
def judge(changed: Sequence[PortOverride], removed: Sequence[PortOverride] = ()) -> None:
    """Raise `OverridesRefused` if these changes are not possible together.

    `changed` are unsaved or altered overrides, `removed` are those that go. Within a transaction, the locks that
    writing needs are held until it ends.
    """
    changes = [*changed, *removed]
    scopes = {None, *lock_deployments(override.deployment_id for override in changes)}
    lost = [position for position, override in enumerate(changes) if override.deployment_id not in scopes]
    if lost:
        raise OverridesRefused({position: [Fault("deployment", "deployment-removed", {})] for position in lost})
    hosts = _lock_hosts(override.port for override in changes)
    ports = Port.objects.on_hosts(hosts).select_related("component__host")
    keys = [override.pk for override in changes if override.pk]
    stored = PortOverride.objects.filter(Q(port__in=ports) | Q(pk__in=keys)).select_related("deployment")
    if faults := faults_among(ports, list(stored), changed, removed):
        raise OverridesRefused(faults)


def faults_of(override: PortOverride) -> list[Fault]:
    """The faults that saving this one override would meet. Writes nothing."""
    try:
        judge([override])
    except OverridesRefused as refused:
        return refused.faults[0]
    return []


def lock_deployments(keys: Iterable[int | None]) -> list[int]:
    """Lock deployments (keys, None among them left out) until the transaction ends; return the keys that exist.

    Always in the same order and before anything else is locked: so a deployment's document and its single overrides are
    written one after the other.
    """
    named = sorted({key for key in keys if key is not None})
    locked = Deployment.objects.filter(pk__in=named).order_by("pk").select_for_update()
    return list(locked.values_list("pk", flat=True)) if named else []


def lock_components(**filters: object) -> list[int]:
    """Lock components, all or those of a filter, always in the same order, and return their primary keys.

    PostgreSQL locks the rows, against each other and not against rows that refer to them: a deployment that is being
    stored refers to components of all hosts, and two that wait for each other's would never end. SQLite has one writer
    at a time, and its transactions here begin as writers.
    """
    components = Component.objects.filter(**filters).order_by("pk").select_for_update(no_key=True)
    return list(components.values_list("pk", flat=True))


def _lock_hosts(ports: Iterable[Port]) -> list[int]:
    """Lock the hosts of ports whose numbers change, and return their primary keys."""
    return lock_components(pk__in={address_owner(port.component_id, port.component.host_id) for port in ports})

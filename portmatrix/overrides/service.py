"""Moving listeners: every change of an override is judged and written here, whoever asks (pages, API, admin, loader).

Domain rule: an override is refused when its number is not a port, when it equals the number that the listener would
have anyway, or when another listener on the same host and transport would have the same effective number in any
deployment it affects. Changes that come together are judged together, so two listeners can swap their numbers in one
request. Taking an override back moves its listener too, so that is judged by the same rule.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from ..choices import PORT_MAX, PORT_MIN
from ..models import Component, Deployment, Port, PortOverride
from ..utils.text import shown


@dataclass(frozen=True)
class Fault:
    """Why a change is refused: the field, a sentence with the fix, and, for a collision, the other listener."""

    field: str
    message: str
    other: Port | None = None
    next_free: int | None = None


class OverridesRefused(Exception):
    """Some changes can't be made; nothing was written. `faults` maps the position of a change to its list of
    `Fault`.
    """

    def __init__(self, faults):
        self.faults = faults
        super().__init__("; ".join(fault.message for found in faults.values() for fault in found))


class Numbers:
    """Every effective number of some listeners, in a world where certain overrides hold. Pure."""

    def __init__(self, listeners, overrides):
        """Take `Port` objects (with component) and a mapping of (port pk, deployment pk or None) to a number."""
        self.listeners = list(listeners)
        self.overrides = overrides

    def effective(self, listener, deployment=None):
        """The deployment's override, else the one that holds everywhere, else the default."""
        here = self.overrides.get((listener.pk, deployment))
        return here or self.without_own(listener, deployment)

    def without_own(self, listener, deployment):
        """The number that a listener would have if it had no override in exactly this place."""
        everywhere = self.overrides.get((listener.pk, None)) if deployment is not None else None
        return everywhere or listener.number

    def worlds(self):
        """Where numbers can differ: everywhere (None) and in each deployment with overrides of its own."""
        return {None} | {deployment for _, deployment in self.overrides}

    def taken(self, listener, deployment):
        """Mapping of number to the other listener that has it on the same address and transport."""
        address = listener.component.address_owner
        return {
            self.effective(other, deployment): other
            for other in self.listeners
            if other.pk != listener.pk
            and other.transport == listener.transport
            and other.component.address_owner == address
        }

    def reached_by(self, override):
        """Where an override counts: in its deployment, or everywhere but where the listener has one of its own."""
        if override.deployment_id is not None:
            return {override.deployment_id}
        return {None} | {world for world in self.worlds() if (override.port_id, world) not in self.overrides}

    def collision(self, listener, worlds=None):
        """The first (deployment, other listener) that leaves this listener no number of its own, or None.

        Looks everywhere, unless it is told in which `worlds`.
        """
        for deployment in sorted(self.worlds() if worlds is None else worlds, key=lambda world: world or 0):
            other = self.taken(listener, deployment).get(self.effective(listener, deployment))
            if other:
                return deployment, other
        return None


def save_overrides(overrides):
    """Create or change overrides (a list of `PortOverride`), all or none; return them. As `write_overrides`."""
    write_overrides(overrides, [])
    return overrides


def delete_overrides(overrides, reason=""):
    """Take overrides back, all or none; their history stays. As `write_overrides`."""
    write_overrides([], overrides, reason)


def write_overrides(changed, removed, reason=""):
    """Create or change some overrides and take others back (for a reason), all or none, judged together.

    Raises `OverridesRefused` with the faults by position in `changed`, then `removed`. Two callers can't both succeed
    with a collision: the hosts stay locked until the surrounding transaction ends.
    """
    with transaction.atomic():
        judge(changed, removed)
        for override in removed:
            override._change_reason = reason or None
            override.delete()
        stored = PortOverride.objects.in_bulk([override.pk for override in changed if override.pk])
        for override in changed:
            before = stored.get(override.pk)
            if before is None or (before.number, before.reason) != (override.number, override.reason):
                override.save()  # else the history would gain nothing


@transaction.atomic
def judge(changed, removed=()):
    """Raise `OverridesRefused` if these changes can't stand together. In a transaction, it holds the lock that save
    needs.

    `changed` are unsaved or altered `PortOverride` objects; `removed` are those that go.
    """
    changed, removed = list(changed), list(removed)
    there = {None, *lock_deployments(override.deployment_id for override in [*changed, *removed])}
    gone = [place for place, override in enumerate([*changed, *removed]) if override.deployment_id not in there]
    if gone:
        raise OverridesRefused({place: [Fault("deployment", "This deployment is gone meanwhile.")] for place in gone})
    hosts = _lock_hosts([override.port for override in [*changed, *removed]])
    listeners = Port.objects.on_hosts(hosts).select_related("component__host")
    named = [override.pk for override in [*changed, *removed] if override.pk]
    held = PortOverride.objects.filter(Q(port__in=listeners) | Q(pk__in=named))
    stored = list(held.select_related("deployment"))
    faults = faults_among(listeners, stored, changed, removed)
    if faults:
        raise OverridesRefused(faults)


def preview(override):
    """The faults (a list of `Fault`) that saving this one override would meet. Writes and locks nothing for long."""
    try:
        judge([override])
    except OverridesRefused as refused:
        return refused.faults[0]
    return []


def lock_deployments(keys):
    """Lock deployments (keys, None among them left out) until the transaction ends; return the keys that are there.

    Always in the same order and before anything else is locked: so a deployment's document and its single overrides are
    written one after the other.
    """
    named = sorted({key for key in keys if key is not None})
    found = Deployment.objects.filter(pk__in=named).order_by("pk").select_for_update()
    return list(found.values_list("pk", flat=True)) if named else []


def lock_components(**chosen):
    """Lock components, all or those of a filter, always in the same order, and return their primary keys.

    PostgreSQL locks the rows, against each other and not against rows that refer to them: a deployment that is being
    stored refers to components of all hosts, and two that wait for each other's would never end. SQLite has one writer
    at a time, and its transactions here begin as writers.
    """
    components = Component.objects.filter(**chosen).order_by("pk").select_for_update(no_key=True)
    return list(components.values_list("pk", flat=True))


def _lock_hosts(ports):
    """Lock the addresses whose listeners move, and return their primary keys."""
    return lock_components(pk__in={port.component.host_id or port.component_id for port in ports})


def faults_among(listeners, stored, changed, removed=(), unmoved=()):
    """Faults (lists of `Fault`) by position in `changed`, then `removed`. Pure: all data is given.

    `listeners` are all `Port` objects of the hosts at which something moves, `stored` the overrides that hold already.
    What stands so already, like the positions in `unmoved`, may say what holds anyway: it is no new move.
    """
    gone = {override.pk for override in [*changed, *removed] if override.pk}
    overrides = {_place(override): override.number for override in stored if override.pk not in gone}
    faults = defaultdict(list)
    known = {override.pk: override.number for override in stored}
    for position, override in enumerate([*changed, *removed]):
        if override.pk and override.pk not in known:  # saving it would bring it back from the dead
            faults[position].append(Fault("port", f"The move of {override.port} has been taken back meanwhile."))
    for position, override in enumerate(changed):
        if position in faults:
            continue
        if fault := _fault_of_its_own(override, overrides):
            faults[position].append(fault)
        else:
            overrides[_place(override)] = override.number
    numbers = Numbers(listeners, overrides)
    names = {one.deployment_id: one.deployment.name for one in stored if one.deployment_id is not None}
    for position, override in enumerate([*changed, *removed]):
        if position in faults:
            continue
        stays = position < len(changed)
        is_move = stays and position not in unmoved and known.get(override.pk) != override.number
        fault = (is_move and _fault_of_no_move(override, numbers)) or _fault_among_others(
            override, numbers, stays, names
        )
        if fault:
            faults[position].append(fault)
    return dict(faults)


def _place(override):
    return override.port_id, override.deployment_id


def _fault_of_its_own(override, overrides):
    if not PORT_MIN <= override.number <= PORT_MAX:
        return Fault("number", f"{shown(override.number)} is not a port. Give a number from {PORT_MIN} to {PORT_MAX}.")
    if _place(override) in overrides:
        moved = overrides[_place(override)]
        return Fault("port", f"{override.port} has been moved already, to {moved}. Change that override instead.")
    return None


def _fault_of_no_move(override, numbers):
    component, anyway = override.port.component, numbers.without_own(override.port, override.deployment_id)
    if override.number != anyway:
        return None
    return Fault("number", f"{component} listens on {anyway} anyway. Give another number, or no override.")


def _fault_among_others(override, numbers, stays, names):
    """`names` are those of deployments, by key: a move everywhere may be refused for what stands in one of them."""
    listener = override.port
    found = numbers.collision(listener, numbers.reached_by(override))
    if not found:
        return None
    world, other = found
    number = numbers.effective(listener, world)
    free = next_free(numbers, listener, number)
    by = other if other.component_id == listener.component_id else other.component
    place = f"{listener.get_transport_display()} {number} is taken on {listener.component.address_owner} by {by}"
    if world != override.deployment_id and world in names:
        place = f"In the deployment {names[world]}, {place}"
    fix = f"Next free: {free}." if stays else f"Move {by} first."
    return Fault("number" if stays else "port", f"{place}. {fix}", other, free)


def next_free(numbers, listener, number):
    """The nearest number above (else below) that no listener at the same address has in any deployment, or None."""
    taken = set().union(*(numbers.taken(listener, world) for world in numbers.worlds()))
    upwards = (candidate for candidate in range(number, PORT_MAX + 1) if candidate not in taken)
    downwards = (candidate for candidate in range(number, PORT_MIN - 1, -1) if candidate not in taken)
    return next(upwards, None) or next(downwards, None)

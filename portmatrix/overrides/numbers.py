"""The rule by which ports may leave their default numbers. Pure: all data is given.

Domain rule (domain.md §3): an override is refused when its number is not a port, when it equals the number that the
port would have anyway, or when another port on the same host and transport would have the same effective number in any
deployment that the override affects. Changes that come together are judged together, so two ports can swap their
numbers. Removing an override changes a port's number as well, so it is judged by the same rule.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..choices import PORT_MAX, PORT_MIN
from ..models import Component, Port, PortOverride
from ..utils.text import printable

# Where an override holds: the primary key of a deployment, or None for everywhere.
Scope = int | None


def _taken(port: Port, number: int, other: Port, deployment: str | None, next_free: int | None) -> str:
    return f"{_collision(port, number, other, deployment)} Next free: {next_free}."


def _taken_without_it(port: Port, number: int, other: Port, deployment: str | None, next_free: int | None) -> str:
    return f"{_collision(port, number, other, deployment)} Move {_party(port, other)} first."


def _collision(port: Port, number: int, other: Port, deployment: str | None) -> str:
    where = f"In the deployment {deployment}, " if deployment else ""
    host, transport = port.component.address_owner, port.get_transport_display()
    return f"{where}{transport} {number} is taken on {host} by {_party(port, other)}."


def _party(port: Port, other: Port) -> Port | Component:
    """What a port collides with: another component or, within its own component, another port."""
    return other if other.component_id == port.component_id else other.component


SENTENCES: Mapping[str, Callable[..., str]] = {
    "deployment-removed": "This deployment is gone meanwhile.".format,
    "removed-meanwhile": "The move of {port} has been taken back meanwhile.".format,
    "not-a-port": f"{{number}} is not a port. Give a number from {PORT_MIN} to {PORT_MAX}.".format,
    "overridden-already": "{port} has been moved already, to {number}. Change that override instead.".format,
    "number-anyway": "{component} listens on {number} anyway. Give another number, or no override.".format,
    "taken": _taken,
    "taken-without-it": _taken_without_it,
}


@dataclass(frozen=True)
class Fault:
    """Why an override is refused: the field at fault, a code, and the data of its sentence.

    A collision has the params `port`, `number`, `other` (the port that has the number), `deployment` (the name of the
    one in which they collide, None where the override itself says where) and `next_free` (a number).
    """

    field: str
    code: str
    params: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What is wrong and how to mend it."""
        return SENTENCES[self.code](**self.params)

    def __str__(self) -> str:
        return self.message


class Numbers:
    """Every effective number of some ports, given the overrides that hold."""

    def __init__(self, ports: Iterable[Port], overrides: Mapping[tuple[int, Scope], int]):
        """Take ports (with component and host) and a mapping of (primary key of a port, scope) to a number."""
        self.ports = list(ports)
        self.overrides = overrides

    def effective(self, port: Port, scope: Scope = None) -> int:
        """The deployment's override, else the one that holds everywhere, else the default."""
        return self.overrides.get((port.pk, scope)) or self.inherited(port, scope)

    def inherited(self, port: Port, scope: Scope) -> int:
        """The number that a port has in a scope without an override of exactly this scope."""
        everywhere = self.overrides.get((port.pk, None)) if scope is not None else None
        return everywhere or port.number

    def scopes(self) -> set[Scope]:
        """Where numbers can differ: everywhere, and in each deployment with overrides of its own."""
        return {None} | {scope for _, scope in self.overrides}

    def scopes_of(self, override: PortOverride) -> set[Scope]:
        """Where an override counts: in its deployment, or everywhere but where the port has one of its own."""
        if override.deployment_id is not None:
            return {override.deployment_id}
        return {None} | {scope for scope in self.scopes() if (override.port_id, scope) not in self.overrides}

    def taken(self, port: Port, scope: Scope) -> dict[int, Port]:
        """Mapping of number to the other port that has it on the same host and transport."""
        host = port.component.address_owner
        return {
            self.effective(other, scope): other
            for other in self.ports
            if other.pk != port.pk and other.transport == port.transport and other.component.address_owner == host
        }

    def collision(self, port: Port, scopes: Collection[Scope] | None = None) -> tuple[Scope, Port] | None:
        """The first scope in which another port has the same number, and that port; None if there is none.

        Looks at all scopes unless some are given.
        """
        for scope in sorted(self.scopes() if scopes is None else scopes, key=lambda scope: scope or 0):
            if other := self.taken(port, scope).get(self.effective(port, scope)):
                return scope, other
        return None

    def next_free(self, port: Port, number: int) -> int | None:
        """The nearest number above (else below) that no other port of the host has in any deployment, or None."""
        taken = set().union(*(self.taken(port, scope) for scope in self.scopes()))
        upwards = (candidate for candidate in range(number, PORT_MAX + 1) if candidate not in taken)
        downwards = (candidate for candidate in range(number, PORT_MIN - 1, -1) if candidate not in taken)
        return next(upwards, None) or next(downwards, None)


def faults_among(
    ports: Iterable[Port],
    stored: Iterable[PortOverride],
    changed: Sequence[PortOverride],
    removed: Sequence[PortOverride] = (),
    kept: Collection[int] = (),
) -> dict[int, list[Fault]]:
    """Faults by position in `changed`, then `removed`.

    `ports` are all those of the hosts on which a number changes, `stored` the overrides that hold already (with their
    deployments). An override that is stored with the same number, or whose position is in `kept`, may say what the
    port's number is anyway: it was sound when it was made.
    """
    changes = [*changed, *removed]
    known = {override.pk: override.number for override in stored}
    names = {override.deployment_id: override.deployment.name for override in stored if override.deployment}
    replaced = {override.pk for override in changes if override.pk}
    overrides = {_key(override): override.number for override in stored if override.pk not in replaced}
    faults: dict[int, list[Fault]] = {}
    for position, override in enumerate(changes):
        if override.pk and override.pk not in known:  # saving it would bring it back
            faults[position] = [Fault("port", "removed-meanwhile", {"port": override.port})]
        elif position >= len(changed):
            continue
        elif fault := _fault_alone(override, overrides):
            faults[position] = [fault]
        else:
            overrides[_key(override)] = override.number
    numbers = Numbers(ports, overrides)
    for position, override in enumerate(changes):
        if position in faults:
            continue
        stays = position < len(changed)
        is_new = stays and position not in kept and known.get(override.pk) != override.number
        fault = _fault_of_no_change(override, numbers) if is_new else None
        if fault := fault or _fault_of_collision(override, numbers, stays, names):
            faults[position] = [fault]
    return faults


def _key(override: PortOverride) -> tuple[int, Scope]:
    return override.port_id, override.deployment_id


def _fault_alone(override: PortOverride, overrides: Mapping[tuple[int, Scope], int]) -> Fault | None:
    if not PORT_MIN <= override.number <= PORT_MAX:
        return Fault("number", "not-a-port", {"number": printable(override.number)})
    if number := overrides.get(_key(override)):
        return Fault("port", "overridden-already", {"port": override.port, "number": number})
    return None


def _fault_of_no_change(override: PortOverride, numbers: Numbers) -> Fault | None:
    if override.number != numbers.inherited(override.port, override.deployment_id):
        return None
    return Fault("number", "number-anyway", {"component": override.port.component, "number": override.number})


def _fault_of_collision(
    override: PortOverride, numbers: Numbers, stays: bool, names: Mapping[Scope, str]
) -> Fault | None:
    """`names` are those of deployments by primary key: an override everywhere may collide in one of them."""
    collision = numbers.collision(override.port, numbers.scopes_of(override))
    if not collision:
        return None
    scope, other = collision
    number = numbers.effective(override.port, scope)
    params = {
        "port": override.port,
        "number": number,
        "other": other,
        "deployment": names.get(scope) if scope != override.deployment_id else None,
        "next_free": numbers.next_free(override.port, number),
    }
    return Fault("number", "taken", params) if stays else Fault("port", "taken-without-it", params)

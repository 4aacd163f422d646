"""How one state of a deployment differs from another: settings, components, addresses, overrides and rules. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..models import Deployment
from .document import Document, Endpoint
from .evaluate import Evaluation


@dataclass(frozen=True)
class Renamed:
    """An endpoint with its new name, and the name that it had before."""

    endpoint: Endpoint
    before: str


@dataclass(frozen=True)
class Differences:
    """How a deployment differs from what it was: its endpoints, by component and address; the slugs of the components
    newly and no longer in use; sentences about its settings and its overrides.
    """

    added: list[Endpoint]
    renamed: list[Renamed]
    removed: list[Endpoint]
    unchanged: list[Endpoint]
    components_added: list[str]
    components_removed: list[str]
    settings: list[str]
    overrides: list[str]

    def __bool__(self) -> bool:
        endpoints = (self.added, self.renamed, self.removed)
        return any((*endpoints, self.components_added, self.components_removed, self.settings, self.overrides))

    @property
    def sentence(self) -> str:
        """ "12 addresses added, 2 renamed, 1 removed."; empty if there are none."""
        counts = {"added": len(self.added), "renamed": len(self.renamed), "removed": len(self.removed)}
        parts = [(count, verb) for verb, count in counts.items() if count]
        if not parts:
            return ""
        (count, verb), *others = parts
        first = f"{count:,} address{'' if count == 1 else 'es'} {verb}"
        return ", ".join([first, *(f"{count:,} {verb}" for count, verb in others)]) + "."


def differences(before: Document, after: Document) -> Differences:
    """What changed from one document to the other. Endpoints are in the order of component and address."""
    old, new = _by_component_and_address(before), _by_component_and_address(after)
    kept = [(endpoint, old[key].name) for key, endpoint in new.items() if key in old]
    return Differences(
        added=[endpoint for key, endpoint in new.items() if key not in old],
        renamed=[Renamed(endpoint, name) for endpoint, name in kept if endpoint.name != name],
        removed=[endpoint for key, endpoint in old.items() if key not in new],
        unchanged=[endpoint for endpoint, name in kept if endpoint.name == name],
        components_added=sorted(after.components - before.components),
        components_removed=sorted(before.components - after.components),
        settings=list(settings_changed(before, after)),
        overrides=list(_overrides_changed(before, after)),
    )


def settings_changed(before: Document | Deployment, after: Document | Deployment) -> Iterator[str]:
    """Sentences about a deployment's name, its description, and whether it wants encrypted ports only."""
    if before.name != after.name:
        yield f"Renamed from “{before.name}” to “{after.name}”."
    if before.encrypted_only != after.encrypted_only:
        yield "Encrypted ports only." if after.encrypted_only else "Plain ports open again."
    if before.description != after.description:
        yield "Description changed."


def override_changed(port: str, before: tuple[int, str] | None, after: tuple[int, str] | None) -> str:
    """A sentence about an override, as (number, reason), that came (before it was None), went or changed."""
    if after is None:
        return f"{port} no longer stands at {before[0]}." if before else ""
    number, reason = after
    if before is None:
        return f"{port} moved to {number}: {reason}"
    if before[0] == number:
        return f"{port} stays at {number}: {reason}"
    return f"{port} moved from {before[0]} to {number}: {reason}"


def _overrides_changed(before: Document, after: Document) -> Iterator[str]:
    old, new = (
        {override.port: (override.number, override.reason) for override in document.overrides}
        for document in (before, after)
    )
    for port in sorted(old.keys() | new.keys(), key=str):
        if old.get(port) != new.get(port):
            yield override_changed(str(port), old.get(port), new.get(port))


def _by_component_and_address(document: Document) -> dict[tuple[str, str], Endpoint]:
    ordered = sorted(document.endpoints, key=lambda endpoint: (endpoint.component, endpoint.address.sort_key))
    return {(endpoint.component, endpoint.address.text): endpoint for endpoint in ordered}


@dataclass(frozen=True)
class Effect:
    """How many rules appear, vanish, change their addresses, and stay as they are."""

    appear: int
    vanish: int
    change: int
    stay: int


def effect(before: Evaluation, after: Evaluation) -> Effect:
    """How rules differ, unresolved ones included.

    The id of a rule changes with its addresses: two of different ids are one that changed if they open the same port
    between the same components.
    """
    old, new = _ids(before), _ids(after)
    in_both = len(old.keys() & new.keys())
    stay = sum(1 for key, rule in new.items() if old.get(key) == rule)
    return Effect(appear=len(new) - in_both, vanish=len(old) - in_both, change=in_both - stay, stay=stay)


def _ids(evaluation: Evaluation) -> dict[tuple[str, str, str, int], str]:
    """The ids of rules by what they are for: components, transport and port."""
    return {
        (rule.source.component.slug, rule.destination.component.slug, rule.transport, rule.number): rule.id
        for rule in [*evaluation.rules.rules, *evaluation.rules.unresolved]
    }

"""What one state of a deployment has that another has not: its settings, components, addresses, moved ports and rules.
Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .document import Document, Endpoint
from .evaluate import Evaluation


@dataclass(frozen=True)
class Renamed:
    """An endpoint as it is called now, and what it was called before."""

    endpoint: Endpoint
    before: str


@dataclass(frozen=True)
class Differences:
    """How a deployment differs from what it was: its endpoints, by component and address; the slugs of the components
    newly and no longer in use; sentences about its settings and its moved ports.
    """

    added: list[Endpoint]
    renamed: list[Renamed]
    removed: list[Endpoint]
    unchanged: list[Endpoint]
    components: list[str]
    left_out: list[str]
    settings: list[str]
    moves: list[str]

    def __bool__(self):
        found = (self.added, self.renamed, self.removed, self.components, self.left_out, self.settings, self.moves)
        return any(found)

    @property
    def sentence(self) -> str:
        """ "12 addresses added, 2 renamed, 1 removed."; empty if there are none."""
        counts = {"added": self.added, "renamed": self.renamed, "removed": self.removed}
        parts = [f"{len(found):,} {verb}" for verb, found in counts.items() if found]
        if not parts:
            return ""
        first, *others = parts
        count, verb = first.split()
        return ", ".join([f"{count} address{'' if count == '1' else 'es'} {verb}", *others]) + "."


def differences(before: Document, after: Document) -> Differences:
    """What changed from one document to the other. Endpoints are in the order of component and address."""
    old, new = _by_place(before), _by_place(after)
    kept = [(one, old[place].name) for place, one in new.items() if place in old]
    return Differences(
        added=[one for place, one in new.items() if place not in old],
        renamed=[Renamed(one, name) for one, name in kept if one.name != name],
        removed=[one for place, one in old.items() if place not in new],
        unchanged=[one for one, name in kept if one.name == name],
        components=sorted(after.components - before.components),
        left_out=sorted(before.components - after.components),
        settings=list(settings_changed(before, after)),
        moves=list(_moves(before, after)),
    )


def settings_changed(before, after) -> Iterator[str]:
    """Sentences about what a deployment is called and whether it wants encrypted ports only; of any two that have these
    attributes.
    """
    if before.name != after.name:
        yield f"Renamed from “{before.name}” to “{after.name}”."
    if before.encrypted_only != after.encrypted_only:
        yield "Encrypted ports only." if after.encrypted_only else "Plain ports open again."
    if before.description != after.description:
        yield "Description changed."


def move_changed(listener: str, before: tuple | None, after: tuple | None) -> str:
    """A sentence about an override, as (number, reason), that came, went (None) or changed."""
    if after is None:
        return f"{listener} no longer stands at {before[0]}."
    number, reason = after
    if before is None:
        return f"{listener} moved to {number}: {reason}"
    if before[0] == number:
        return f"{listener} stays at {number}: {reason}"
    return f"{listener} moved from {before[0]} to {number}: {reason}"


def _moves(before, after):
    old, new = ({one.port: (one.number, one.reason) for one in state.overrides} for state in (before, after))
    for listener in sorted(old.keys() | new.keys(), key=str):
        if old.get(listener) != new.get(listener):
            yield move_changed(str(listener), old.get(listener), new.get(listener))


def _by_place(document):
    ordered = sorted(document.endpoints, key=lambda one: (one.component, one.address.sort_key))
    return {(one.component, one.address.text): one for one in ordered}


@dataclass(frozen=True)
class Effect:
    """How many rules appear, vanish, stand between other addresses than before, and stay as they are."""

    appear: int
    vanish: int
    change: int
    stay: int


def effect(before: Evaluation, after: Evaluation) -> Effect:
    """How rules differ, unresolved ones included.

    A rule's name changes with its addresses: two of different names are one that changed when they open the same port
    between the same components.
    """
    old, new = _by_purpose(before), _by_purpose(after)
    stay = sum(1 for purpose, name in new.items() if old.get(purpose) == name)
    both = len(old.keys() & new.keys())
    return Effect(appear=len(new) - both, vanish=len(old) - both, change=both - stay, stay=stay)


def _by_purpose(evaluation):
    return {
        (rule.source.component.slug, rule.destination.component.slug, rule.transport, rule.number): rule.id
        for rule in [*evaluation.rules.rules, *evaluation.rules.unresolved]
    }

"""What one state of a deployment has that another has not: its addresses, its components, its rules. Pure."""

from dataclasses import dataclass

from .answers import Answers
from .document import Document, Endpoint


@dataclass(frozen=True)
class Renamed:
    """An endpoint as it is called now, and what it was called before."""

    endpoint: Endpoint
    before: str


@dataclass(frozen=True)
class Differences:
    """How a deployment's endpoints differ from what they were, by component and address; `components` are the slugs of
    those newly in use.
    """

    added: list[Endpoint]
    renamed: list[Renamed]
    removed: list[Endpoint]
    unchanged: list[Endpoint]
    components: list[str]

    def __bool__(self):
        return bool(self.added or self.renamed or self.removed or self.components)

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
    )


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


def effect(before: Answers, after: Answers) -> Effect:
    """How rules differ, unresolved ones included.

    A rule's name changes with its addresses: two of different names are one that changed when they open the same port
    between the same components.
    """
    old, new = _by_purpose(before), _by_purpose(after)
    stay = sum(1 for purpose, name in new.items() if old.get(purpose) == name)
    both = len(old.keys() & new.keys())
    return Effect(appear=len(new) - both, vanish=len(old) - both, change=both - stay, stay=stay)


def _by_purpose(answers):
    return {
        (rule.source.component.slug, rule.destination.component.slug, rule.transport, rule.number): rule.id
        for rule in [*answers.rules.rules, *answers.rules.unresolved]
    }

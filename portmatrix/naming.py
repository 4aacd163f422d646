"""What a typed name means: the object that has this slug, name or alias; if there is none, what may have been meant.

Pure, but that components of the database may have to load their aliases. An unknown name is data (`Unknown`); its
sentence is made here and nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from .suggestions import Components, nearest, nearest_component, nearest_port
from .utils.text import folded, printable

MOST_CHOICES = 12  # that a sentence lists
MOST_HINTS = 1000  # unknown texts for which one `Names` looks for a suggestion: a huge document may hold many more

Named = TypeVar("Named")


@dataclass(frozen=True)
class Unknown:
    """A value that is none of the valid ones.

    `noun` says what it was to be ("component"), `suggestion` is the one valid value that may have been meant, or empty;
    `choices` are all valid values where they are few; `meanings` the slugs of several that are called so.
    """

    noun: str
    value: str
    suggestion: str = ""
    choices: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """ " Did you mean '…'?", " It may be '…' or '…'. Name one of them." or " Use one of: ….", else empty."""
        if self.suggestion:
            return f" Did you mean '{self.suggestion}'?"
        if self.meanings:
            return f" It may be {self._either}. Name one of them."
        return f" Use one of: {', '.join(self.choices)}." if self.choices else ""

    def __str__(self) -> str:
        """ "No component 'agnet'. Did you mean 'agent'?" """
        if self.meanings:
            return f"'{printable(self.value)}' may be {self._either}. Name one of them."
        return f"No {self.noun} '{printable(self.value)}'.{self.hint}"

    @property
    def _either(self) -> str:
        return " or ".join(f"'{slug}'" for slug in self.meanings)


def unknown(noun: str, value: object, valid: Iterable[str], most: int = MOST_CHOICES) -> Unknown:
    """Describe a value that is none of the valid ones; `most` is the largest number of choices that a sentence lists.

    For components, `valid` may map slugs to names or to components: then names and aliases count as well.
    """
    if noun == "component":
        names = _names_of(valid if isinstance(valid, Mapping) else dict.fromkeys(valid))
        meanings = _slugs_by_name(names).get(folded(str(value)), ())
        if len(meanings) > 1:
            return Unknown(noun, str(value), meanings=meanings)
        return _unknown(noun, value, valid, most, nearest_component(value, names))
    return _unknown(noun, value, valid, most, (nearest_port if noun == "listener" else nearest)(value, valid))


def _unknown(noun: str, value: object, valid: Iterable[str], most: int, suggestion: str) -> Unknown:
    choices = tuple(valid)
    return Unknown(noun, str(value), suggestion, choices if len(choices) <= most else ())


class UnknownName(LookupError):
    """A text names nothing, or several things; `unknown` (`Unknown`) says what may have been meant."""

    def __init__(self, unknown: Unknown):
        self.unknown = unknown
        super().__init__(str(unknown))


class Names(Generic[Named]):
    """Objects that a text may name. Components are found by slug, name or alias, in any case; all others by slug."""

    def __init__(self, noun: str, objects: Mapping[str, Named], most: int = MOST_CHOICES):
        """Take the objects by their slugs; `most` is as in `unknown`."""
        self.noun, self.objects, self.most = noun, objects, most
        self._unknown: dict[str, Unknown] = {}

    def find(self, text: str) -> Named:
        """Return the object that a text names. Raises `UnknownName`."""
        slugs = self._slugs(text)
        if len(slugs) == 1:
            return self.objects[slugs[0]]
        if slugs:
            raise UnknownName(Unknown(self.noun, text, meanings=slugs))
        raise UnknownName(self._describe(text))

    def _describe(self, text: str) -> Unknown:
        """The `Unknown` of a text: made once, and without a suggestion when there have been many others."""
        if text not in self._unknown:
            is_one_of_many = len(self._unknown) >= MOST_HINTS
            self._unknown[text] = Unknown(self.noun, text) if is_one_of_many else self._suggest(text)
        return self._unknown[text]

    def _suggest(self, text: str) -> Unknown:
        if self.noun != "component":
            return unknown(self.noun, text, self.objects, self.most)
        return _unknown(self.noun, text, self.objects, self.most, nearest_component(text, self._components))

    def meanings(self, text: str) -> list[Named]:
        """Every object that is called so; one that has this slug is alone."""
        return [self.objects[slug] for slug in self._slugs(text)]

    def _slugs(self, text: str) -> tuple[str, ...]:
        if text in self.objects:
            return (text,)
        return _slugs_by_name(self._components).get(folded(text), ()) if self.noun == "component" else ()

    @cached_property
    def _components(self) -> Components:
        return _names_of(self.objects)


def _names_of(components: Mapping[str, Any]) -> Components:
    """The slug of each component and what else it is called: a text, or what the component itself says.

    Components of the database load their aliases together, in one query, if they have not done so.
    """
    first = next(iter(components.values()), None)
    if load_aliases := getattr(first, "load_aliases", None):
        load_aliases(list(components.values()))
    return tuple(
        (slug, *((component,) if isinstance(component, str) else getattr(component, "names", ())))
        for slug, component in components.items()
    )


@lru_cache(maxsize=4)
def _slugs_by_name(components: Components) -> dict[str, tuple[str, ...]]:
    """The slugs, in their order, of the components that are called so; a slug means its own component alone."""
    slugs = defaultdict(set)
    for slug, *names in components:
        for name in names:
            slugs[folded(name)].add(slug)
    return {name: tuple(sorted(found)) for name, found in slugs.items()} | {
        folded(slug): (slug,) for slug, *_ in components
    }

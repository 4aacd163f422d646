"""What a typed name means: the object that has this slug, name or alias; if there is none, what may have been meant.

Pure. An unknown name is data (`Unknown`); its sentence is made here and nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from .suggestions import nearest, nearest_component, nearest_port
from .utils.text import folded, shown

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
            return f"'{shown(self.value)}' may be {self._either}. Name one of them."
        return f"No {self.noun} '{shown(self.value)}'.{self.hint}"

    @property
    def _either(self) -> str:
        return " or ".join(f"'{slug}'" for slug in self.meanings)


def unknown(noun: str, value: object, valid: Iterable[str], most: int = MOST_CHOICES) -> Unknown:
    """Describe a value that is none of the valid ones; `most` is the largest number of choices that a sentence lists.

    For components, `valid` may map slugs to names, or to objects as `Names` takes them: then these names count as well.
    """
    if noun == "component":
        names = valid if isinstance(valid, Mapping) else dict.fromkeys(valid, "")
        suggestion = nearest_component(value, {slug: _names_of(named) for slug, named in names.items()})
    else:
        suggestion = nearest_port(value, valid) if noun == "listener" else nearest(value, valid)
    choices = tuple(valid)
    return Unknown(noun, str(value), suggestion, choices if len(choices) <= most else ())


class UnknownName(LookupError):
    """A text names nothing, or several things; `unknown` (`Unknown`) says what may have been meant."""

    def __init__(self, unknown: Unknown):
        self.unknown = unknown
        super().__init__(str(unknown))


class Names(Generic[Named]):
    """Objects that a text may name. Components are found by slug, name or alias, in any case; all others by slug.

    Where a slug is not found, names and `aliases` of components are read: load components with their aliases.
    """

    def __init__(self, noun: str, objects: Mapping[str, Named], most: int = MOST_CHOICES):
        """Take the objects by their slugs; `most` is as in `unknown`."""
        self.noun, self.objects, self.most = noun, objects, most
        self._unknown: dict[str, Unknown] = {}

    def find(self, text: str) -> Named:
        """Return the object that a text names. Raises `UnknownName`."""
        meanings = self.meanings(text)
        if len(meanings) == 1:
            return meanings[0]
        if meanings:
            slugs = tuple(sorted(self._by_name[folded(text)]))
            raise UnknownName(Unknown(self.noun, text, meanings=slugs))
        raise UnknownName(self._describe(text))

    def _describe(self, text: str) -> Unknown:
        """The `Unknown` of a text: made once, and without a suggestion when there have been many others."""
        if text not in self._unknown:
            is_one_of_many = len(self._unknown) >= MOST_HINTS
            self._unknown[text] = (
                Unknown(self.noun, text) if is_one_of_many else unknown(self.noun, text, self.objects, self.most)
            )
        return self._unknown[text]

    def meanings(self, text: str) -> list[Named]:
        """Every object that has this slug, name or alias; one that has the slug is alone."""
        if text in self.objects:
            return [self.objects[text]]
        slugs = self._by_name.get(folded(text), []) if self.noun == "component" else []
        return [self.objects[slug] for slug in slugs]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The slugs of the objects that are called so; a slug means its own object alone."""
        slugs = defaultdict(list)
        for slug, named in self.objects.items():
            for name in {folded(name) for name in _names_of(named)}:
                slugs[name].append(slug)
        return {**slugs, **{folded(slug): [slug] for slug in self.objects}}


def _names_of(named: Any) -> list[str]:
    """What else an object is called than by its slug."""
    if isinstance(named, str):
        return [named]
    return [named.name, *(alias.name for alias in named.aliases.all())]

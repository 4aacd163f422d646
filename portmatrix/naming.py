"""What a typed name means: an object that has this slug, name or alias, or, if there is none, what may have been meant.

Pure. An unknown name is data (`Unknown`); its sentence is made here and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .suggestions import nearest, nearest_component, nearest_listener
from .utils.text import shown

MOST_CHOICES = 12  # that a sentence lists
MOST_HINTS = 1000  # unknown texts for which one `Names` looks for a suggestion: a huge document may hold many more


@dataclass(frozen=True)
class Unknown:
    """A value that is none of the valid ones.

    `noun` says what it was to be ("component"), `suggestion` is the one valid value that may have been meant, or empty;
    `choices` are all valid values where they are few.
    """

    noun: str
    value: str
    suggestion: str = ""
    choices: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """ " Did you mean '…'?", else " Use one of: ….", else an empty string."""
        if self.suggestion:
            return f" Did you mean '{self.suggestion}'?"
        return f" Use one of: {', '.join(self.choices)}." if self.choices else ""

    def __str__(self) -> str:
        """ "No component 'agnet'. Did you mean 'agent'?" """
        return f"No {self.noun} '{shown(self.value)}'.{self.hint}"


def unknown(noun: str, value: object, valid: Iterable[str], most: int = MOST_CHOICES) -> Unknown:
    """Describe a value that is none of the valid ones; `most` is the largest number of choices that a sentence lists.

    For components, `valid` may map slugs to objects whose text is the name: then the names count as well.
    """
    if noun == "component":
        suggestion = nearest_component(value, valid if isinstance(valid, Mapping) else dict.fromkeys(valid, ""))
    else:
        suggestion = nearest_listener(value, valid) if noun == "listener" else nearest(value, valid)
    choices = tuple(valid)
    return Unknown(noun, str(value), suggestion, choices if len(choices) <= most else ())


class UnknownName(LookupError):
    """A text names nothing; `unknown` (`Unknown`) says what may have been meant."""

    def __init__(self, unknown: Unknown):
        self.unknown = unknown
        super().__init__(str(unknown))


class Names:
    """Objects that a text may name. Components are found by slug, name or alias, in any case; all others by slug."""

    def __init__(self, noun: str, objects: Mapping[str, object], most: int = MOST_CHOICES):
        """Take the objects by their slugs; `most` is as in `unknown`."""
        self.noun, self.objects, self.most = noun, objects, most
        self._unknown: dict[str, Unknown] = {}

    def find(self, text: str) -> object:
        """Return the object that a text names. Raises `UnknownName`."""
        if text in self.objects:
            return self.objects[text]
        raise UnknownName(self._describe(text))

    def _describe(self, text: str) -> Unknown:
        """The `Unknown` of a text: made once, and without a suggestion when there have been many."""
        if text not in self._unknown:
            is_one_of_many = len(self._unknown) >= MOST_HINTS
            self._unknown[text] = (
                Unknown(self.noun, text) if is_one_of_many else unknown(self.noun, text, self.objects, self.most)
            )
        return self._unknown[text]

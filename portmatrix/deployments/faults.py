"""What can be wrong with a deployment's document: where, a code, and the data from which its sentence is made here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class Path(tuple[str | int, ...]):
    """Where something is in a document: keys and positions from the outside in. Its text is `endpoints[3].address`."""

    __slots__ = ()

    def __str__(self) -> str:
        text = ""
        for step in self:
            if isinstance(step, int):
                text += f"[{step}]"
            else:
                text += f".{step}" if text else step
        return text

    def at(self, *steps: str | int) -> "Path":
        """The path of something further inside."""
        return Path((*self, *steps))


SENTENCES: Mapping[str, Callable[..., str]] = {
    # The shape of the JSON
    "not-an-object": lambda keys: f"Write an object with {', '.join(keys)}.",
    "not-a-list": "Write a list, in square brackets.".format,
    "not-text": "Write text, in quotes.".format,
    "not-a-slug": "Write the slug of a {noun} as text, in quotes.".format,
    "not-a-number": "Write a whole number, without quotes.".format,
    "not-true-or-false": "Write true or false.".format,
    "unknown-key": "Unknown key.{unknown.hint}".format,
    "missing": "Missing. Add it.".format,
    # Text
    "blank": "{reason}".format,
    "unseen-character": "Leave out what can't be seen and is no plain blank: {code_point}.".format,
    "column-refused": "{reason}".format,
    "description-not-text": "Write text.".format,
    "description-with-control-characters": "Leave out control characters.".format,
    # What it says
    "unknown-name": "{unknown}".format,
    "component-twice": "'{component.slug}' stands at {first} already. Keep one of the two.".format,
    "component-is-hosted": (
        "{component} runs on {component.host} and uses its address. "
        "Put '{component.slug}' into components, and give endpoints to '{component.host.slug}'."
    ).format,
    "address-not-text": "Write the address as text, in quotes.".format,
    "address-refused": "{reason}".format,
    "endpoint-twice": "{component.slug} has {address} at {first} already. Keep one of the two.".format,
    "override-refused": "{fault}".format,
    # What is stored
    "other-slug": "This is the address of '{slug}'. Write '{slug}', or send it to the address of '{given}'.".format,
    "address-removed": "{address} has been removed meanwhile.".format,
    "deployment-made": (
        "There is a deployment '{slug}' since this moment. Send the document again to see what it would change."
    ).format,
    "deployment-removed": (
        "Somebody removed the deployment '{slug}' meanwhile. Send the document again to make it anew."
    ).format,
    # What was sent instead of a document
    "nothing-sent": "{reason}".format,
    "too-large": "It is larger than {most:,} bytes. Add part of the addresses as a table later.".format,
    "not-json": "It is {reason}.".format,
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a document: its path, a code, and the params of its sentence in `SENTENCES`."""

    path: Path
    code: str
    params: Mapping[str, Any]

    @property
    def place(self) -> str:
        """The path as text; "document" for the document as a whole."""
        return str(self.path) or "document"

    @property
    def message(self) -> str:
        """What is wrong and how to mend it."""
        return SENTENCES[self.code](**self.params)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

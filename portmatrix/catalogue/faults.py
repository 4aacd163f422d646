"""What can be wrong with a catalogue, said so that the line can be found and mended."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault: where (file, entry, field), what stands there, and how to mend it."""

    file: str
    entry: str
    field: str
    value: object
    fix: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.entry, self.field) if part)
        value = "" if self.value is None else f" {self.value!r}:"
        return f"{where}:{value} {self.fix}"


class CatalogueFaults(Exception):
    """The catalogue can't be loaded; `faults` is the list of every `Fault`, and nothing was written."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))

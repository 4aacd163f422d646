"""A catalogue in which no entry has a fault of its own."""

from .read import Entry
from .spec import SPECS, Data


class Checked:
    """A catalogue without faults: for each file a mapping of natural key to (entry, complete data)."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, tuple[Entry, Data]]] = {stem: {} for stem in SPECS}

    def __getitem__(self, stem: str) -> dict[str, tuple[Entry, Data]]:
        return self.files[stem]

    def data(self, stem: str) -> dict[str, Data]:
        """Mapping of natural key to data, in the file's order."""
        return {key: data for key, (_, data) in self.files[stem].items()}

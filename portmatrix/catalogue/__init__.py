"""Loading the catalogue: read the fixtures' files, check them whole, then bring the database in line in one
transaction.
"""

from .apply import Report, apply
from .check import check
from .faults import CatalogueFaults, Fault
from .read import read

__all__ = ["CatalogueFaults", "Fault", "Report", "load"]


def load(folder):
    """Load the YAML files of a folder (a `Path`) and return a `Report` of what was added, changed, removed or kept.

    Raises `CatalogueFaults` with every fault found; then nothing has been written.
    """
    return apply(check(read(folder)))

"""Loading the catalogue: read the fixtures' files, check them whole, then bring the database in line in one
transaction.
"""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from ..models import CatalogueLoad
from .apply import Report, apply
from .check import check
from .faults import CatalogueFaults, Fault
from .read import digest_of, read

__all__ = ["CatalogueFaults", "Fault", "Report", "load", "was_replaced"]


def load(folder: Path) -> Report:
    """Load the YAML files of a folder and return a `Report` of what was added, changed, removed or kept.

    Raises `CatalogueFaults` with every fault found; then nothing has been written.
    """
    checked = check(read(folder))
    with transaction.atomic():
        report = apply(checked)
        CatalogueLoad.objects.update_or_create(digest=digest_of(folder), defaults={"loaded_at": timezone.now()})
    return report


def was_replaced(folder: Path) -> bool:
    """Whether the database once held the catalogue of a folder and holds a later one by now."""
    digest = digest_of(folder)
    newest = CatalogueLoad.objects.first()
    return newest is not None and newest.digest != digest and CatalogueLoad.objects.filter(digest=digest).exists()

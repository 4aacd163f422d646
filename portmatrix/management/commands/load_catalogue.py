"""`manage.py load_catalogue`: bring the database in line with the catalogue's files."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from portmatrix import catalogue
from portmatrix.catalogue.spec import SPECS

LONGEST_LIST = 50  # entries; a first load adds all of them


class Command(BaseCommand):
    help = (
        "Load components, ports, connections, statements and assumptions from the catalogue's YAML files. "
        "Everything is checked first; with any fault nothing is written. Users' overrides are never touched."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, default=settings.CATALOGUE_DIR, help="Folder with the five YAML files."
        )

    def handle(self, *, folder, verbosity, **options):
        try:
            report = catalogue.load(folder)
        except catalogue.CatalogueFaults as refused:
            count = f"{len(refused.faults)} fault{pluralize(refused.faults)}"
            lines = "\n".join(f"  {fault}" for fault in refused.faults)
            raise CommandError(f"The catalogue has {count}; nothing was written.\n{lines}") from None
        if verbosity:
            self.tell(report, in_full=verbosity > 1)

    def tell(self, report, in_full):
        """Print what was added, changed, removed and kept, then what there is now."""
        for title in ("added", "changed", "removed", "kept"):
            lines = getattr(report, title)
            if len(lines) > LONGEST_LIST and not in_full:
                lines = [f"{len(lines)} entries (--verbosity 2 names them)"]
            for line in lines:
                self.stdout.write(f"{title}: {line}")
        counts = [
            f"{spec.model._default_manager.count()} {spec.model._meta.verbose_name_plural}" for spec in SPECS.values()
        ]
        self.stdout.write(f"Catalogue: {', '.join(counts)}. {'Done.' if report else 'Nothing changed.'}")

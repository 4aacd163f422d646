"""Makes the database from a backup."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from alports_site import backups

from .backup import about_key, on_postgresql


class Command(BaseCommand):
    """`manage.py restore FILE`."""

    help = (
        "Make the SQLite database from FILE, which `manage.py backup` wrote. There must be no database yet. With "
        "PostgreSQL: say what to run instead. The secret key is no part of a backup."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="The file that `manage.py backup` wrote.")

    def handle(self, *, file: Path, **options: object) -> None:
        """Make the database. Raises `CommandError` if that fails; then there is no database."""
        if connection.vendor == "postgresql":
            raise CommandError(on_postgresql(connection.settings_dict, file))
        database = Path(connection.settings_dict["NAME"])
        try:
            backups.restore(file, database)
        except backups.BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{database} is what {file} holds. The next start brings it up to date. {about_key()}")

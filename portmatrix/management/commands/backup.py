"""Makes a backup of the database. alports may run meanwhile."""

import shlex
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg.conninfo import make_conninfo

from alports_site import backups

KEY = (
    "The secret key is no part of it: with another key everybody has to sign in again, while passwords and tokens stay "
    "valid. To keep the key, copy {path} too, to where only you can read it."
)

# Parameters of a URL's query that say where the server is and how to reach it. No password is among them.
CONNECTION_OPTIONS = (
    "host",
    "hostaddr",
    "port",
    "service",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "target_session_attrs",
)


class Command(BaseCommand):
    """`manage.py backup FILE`."""

    help = (
        "Write a copy of the SQLite database, whole and checked, to FILE, which must not exist. alports may run "
        "meanwhile. With PostgreSQL: say what to run instead. The secret key is no part of a backup."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="The file to write; `manage.py restore` reads it.")

    def handle(self, *, file: Path, **options: object) -> None:
        """Make the backup. Raises `CommandError` if that fails; then there is no file."""
        if connection.vendor == "postgresql":
            raise CommandError(on_postgresql(connection.settings_dict, file))
        try:
            backups.back_up(Path(connection.settings_dict["NAME"]), file)
        except backups.BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes, checked. {about_key()}")


def about_key() -> str:
    """Return a text about the secret key, which a backup does not contain."""
    where = "ALPORTS_SECRET_KEY" if settings.ENVIRONMENT.secret_key else settings.DATA_DIR / "secret_key"
    return KEY.format(path=where)


def on_postgresql(database: dict, file: Path) -> str:
    """Return which commands back a PostgreSQL database up and restore it. They contain no password."""
    options = {name: value for name, value in database["OPTIONS"].items() if name in CONNECTION_OPTIONS}
    parameters = {
        "host": database["HOST"],
        "port": database["PORT"],
        "dbname": database["NAME"],
        "user": database["USER"],
    }
    given = {name: value for name, value in (parameters | options).items() if value}
    where = shlex.quote(f"--dbname={make_conninfo(**given)}")
    name = shlex.quote(str(file))
    return (
        "The database is PostgreSQL's, which has tools of its own. They ask for the password.\n"
        f"To back it up:\n  pg_dump --format=custom --no-owner {where} --file={name}\n"
        "To restore that into an empty database:\n"
        f"  pg_restore --no-owner --exit-on-error --single-transaction {where} {name}"
    )

"""Django's settings for SQLite and PostgreSQL, with time-outs, and the migrations that a database has had."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timeouts:
    """The longest time in seconds that a request waits for a connection, for a lock, and for one statement."""

    connect: int
    lock: int
    statement: int


def sqlite(path: Path) -> dict:
    """Return Django's settings for a SQLite database that several threads write to."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL",  # reading goes on while one connection writes
            # A transaction locks the database at its start. One that reads first and locks later can fail at once.
            "transaction_mode": "IMMEDIATE",
        },
    }


def with_timeouts(database: dict, timeouts: Timeouts) -> dict:
    """Return a copy of a database's settings with a time-out for everything that may wait.

    Options in DATABASE_URL (`?connect_timeout=2`, `?options=...`) are kept.
    """
    database = copy.deepcopy(database)
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = timeouts.lock  # SQLite has one lock, and no time-out for statements
        return database
    server = f"-c lock_timeout={timeouts.lock}s -c statement_timeout={timeouts.statement}s"
    # A transaction whose client hangs must not keep its locks.
    server += f" -c idle_in_transaction_session_timeout={2 * timeouts.statement}s"
    options["options"] = f"{server} {options.get('options', '')}".strip()
    # If the server's machine fails, no time-out of PostgreSQL ends the connection; these of the kernel do.
    for name, value in {
        "connect_timeout": timeouts.connect,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": timeouts.statement * 1000,  # milliseconds
        "application_name": "alports",
    }.items():
        options.setdefault(name, value)
    return database


def unknown_migrations(applied: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those (app, name) of a database's migrations that only a newer version can have made, sorted.

    Migrations of an app that this version does not have do not count: an older version may have had the app.
    """
    from django.db.migrations.loader import MigrationLoader  # the settings import this module

    known = set(MigrationLoader(None).disk_migrations)
    apps = {app for app, _ in known}
    return sorted((app, name) for app, name in set(applied) - known if app in apps)

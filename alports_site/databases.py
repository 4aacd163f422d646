"""Django's settings of the two databases: what waits, and for how long at most; and which are of a newer version."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timeouts:
    """Seconds that a request waits at most: for a connection, for somebody else's lock, for one statement."""

    connect: int
    lock: int
    statement: int


def sqlite(path: Path) -> dict:
    """Return Django's settings of a SQLite database that several threads write to."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL",  # readers go on while one writes
            # A transaction takes its write lock at once: one that reads first and locks later can fail without waiting.
            "transaction_mode": "IMMEDIATE",
        },
    }


def bounded(database: dict, timeouts: Timeouts) -> dict:
    """Return the same database with a time-out on everything that may wait.

    What a DATABASE_URL says of its own (`?connect_timeout=2`, `?options=...`) is kept.
    """
    database = copy.deepcopy(database)
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = timeouts.lock  # SQLite has one lock and no time-out for a statement
        return database
    server = f"-c lock_timeout={timeouts.lock}s -c statement_timeout={timeouts.statement}s"
    # A transaction whose client has gone to sleep must not keep its locks.
    server += f" -c idle_in_transaction_session_timeout={2 * timeouts.statement}s"
    options["options"] = f"{server} {options.get('options', '')}".strip()
    # A server that is gone without a word is noticed by the kernel, not by PostgreSQL.
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
    """Those (app, name) of a database's migrations that this version does not know, sorted: a newer one made them.

    An app that a later version does without has left its migrations behind: they do not count.
    """
    from django.db.migrations.loader import MigrationLoader  # this module is read by the settings

    known = set(MigrationLoader(None).disk_migrations)
    apps = {app for app, _ in known}
    return sorted((app, name) for app, name in set(applied) - known if app in apps)

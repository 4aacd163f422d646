"""The start of a node: it waits for its database. Of nodes that start together, one at a time works on the database."""

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from alports_site.databases import unknown_migrations
from portmatrix.utils.db import AWAY, DAMAGED, EMPTY, FULL, READ_ONLY, one_line, trouble_of

SECONDS_BETWEEN_ATTEMPTS = 0.2
# The key of PostgreSQL's advisory lock: two numbers that no other program is likely to use.
LOCK = zlib.crc32(b"alports") - 2**31, zlib.crc32(b"start") - 2**31

Report = Callable[[str], None]  # how to tell the operator a sentence


class CannotStart(Exception):
    """The node can't start; the message is a sentence for the operator, with what to do."""


def wait_for_database(seconds: float, report: Report) -> None:
    """Return as soon as the database answers. If that takes a while, report the reason once.

    Raises `CannotStart` after `seconds`.
    """
    deadline, is_reported = time.monotonic() + seconds, False
    while True:
        try:
            connection.ensure_connection()
            return
        except DatabaseError as error:
            trouble = trouble_of(error)
            if connection.vendor == "sqlite" or trouble != AWAY:
                raise CannotStart(explanation_of(error)) from error
            if time.monotonic() >= deadline:
                raise CannotStart(
                    f"{_database()} did not answer within {seconds:g} seconds: {explanation_of(error)}"
                ) from error
            if not is_reported:
                report(f"Waiting for {_database()}: {one_line(error)}")
                is_reported = True
            time.sleep(SECONDS_BETWEEN_ATTEMPTS)


@contextmanager
def start_lock(seconds: float, report: Report) -> Iterator[None]:
    """Hold a lock within which no other node does its start-up work on this database.

    Statements in the block wait for locks of the database for at most `seconds`. Raises `CannotStart` if another node
    holds the lock for longer than `seconds`.
    """
    if connection.vendor == "sqlite":
        with _file_lock(Path(connection.settings_dict["NAME"]), seconds, report):
            connection.cursor().execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
            yield
        return
    with connection.cursor() as cursor:
        # A migration may take longer than a request; but it must not wait without end for a request's lock.
        cursor.execute(
            "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', %s, false)",
            [f"{int(seconds * 1000)}ms"],
        )
        _wait_for_lock(lambda: _try_advisory_lock(cursor), seconds, report)
    try:
        yield
    finally:
        connection.close()  # releases the lock and undoes the settings


def refuse_newer_database() -> None:
    """Raise `CannotStart` if the database has migrations that this version does not know."""
    applied = MigrationRecorder(connection).applied_migrations()  # empty if the database has no such table
    if newer := unknown_migrations(applied):
        app, name = newer[-1]
        raise CannotStart(
            f"A newer version of alports has brought the database up to date ({app}.{name}). Start that version, or "
            "restore a backup that was made before."
        )


def explanation_of(error: BaseException) -> str:
    """Return a sentence for the operator about a database or disk that can't be used, and what to do."""
    trouble, said = trouble_of(error), one_line(error)
    if trouble == FULL:
        return f"The disk is full ({said}). Make room, then start again."
    if trouble == DAMAGED:
        return (
            f"{_database()} is damaged or no database ({said}). Restore a backup (manage.py restore), or move the file "
            "away to begin with an empty one."
        )
    if trouble == EMPTY:
        return f"{_database()} has no tables ({said}). Start alports once, which makes them, or see where its file is."
    if trouble == READ_ONLY:
        return f"{_database()} can't be written ({said}). See who owns it."
    if trouble == AWAY:
        return f"{_database()} can't be reached ({said}). See that it runs, and that DATABASE_URL is right."
    return f"{trouble.sentence if trouble else 'It failed.'} ({said})"


def _database():
    """The database and where it is, without its password."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"The database file {settings['NAME']}"
    host = settings["HOST"] or "the local socket"
    return f"PostgreSQL at {host}:{settings['PORT'] or 5432}, database {settings['NAME']},"


@contextmanager
def _file_lock(database, seconds, report):
    """Lock a file beside the database file. The system releases the lock when the process ends, whatever ends it."""
    lock = os.open(database.with_name(f"{database.name}.start-lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for_lock(lambda: _try_file_lock(lock), seconds, report)
        yield
    finally:
        os.close(lock)


def _try_file_lock(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_advisory_lock(cursor):
    cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
    return cursor.fetchone()[0]


def _wait_for_lock(try_lock, seconds, report):
    deadline = time.monotonic() + seconds
    if try_lock():
        return
    report("Another node brings the database up to date; waiting for it.")
    while not try_lock():
        if time.monotonic() >= deadline:
            raise CannotStart(
                f"Another node has been bringing the database up to date for {seconds:g} seconds. See what holds it, "
                "or give it longer with ALPORTS_START_TIMEOUT."
            )
        time.sleep(SECONDS_BETWEEN_ATTEMPTS)

"""What a node does before it serves, however many start at once: one brings the database up to date, the rest wait."""

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

SECONDS_BETWEEN = 0.2
# Any two numbers that no other program locks by (PostgreSQL's advisory locks).
LOCK = zlib.crc32(b"alports") - 2**31, zlib.crc32(b"start") - 2**31

Tell = Callable[[str], None]


class CannotStart(Exception):
    """The message is a sentence for whoever started it, with what to do."""


def wait_for_database(seconds: float, tell: Tell) -> None:
    """Return as soon as the database answers. What keeps it is told once. Raises `CannotStart` after `seconds`."""
    deadline, is_told = time.monotonic() + seconds, False
    while True:
        try:
            connection.ensure_connection()
            return
        except DatabaseError as error:
            trouble = trouble_of(error)
            if connection.vendor == "sqlite" or trouble != AWAY:
                raise CannotStart(explained(error)) from error
            if time.monotonic() >= deadline:
                raise CannotStart(
                    f"{_place()} did not answer within {seconds:g} seconds: {explained(error)}"
                ) from error
            if not is_told:
                tell(f"Waiting for {_place()}: {one_line(error)}")
                is_told = True
            time.sleep(SECONDS_BETWEEN)


@contextmanager
def alone(seconds: float, tell: Tell) -> Iterator[None]:
    """Let no other node do start-up work on this database meanwhile, and nothing of ours wait longer than `seconds`.

    Raises `CannotStart` if another node is not done within `seconds`.
    """
    if connection.vendor == "sqlite":
        with _lock_of_file(Path(connection.settings_dict["NAME"]), seconds, tell):
            connection.cursor().execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
            yield
        return
    with connection.cursor() as cursor:
        # A migration may take longer than any request; it still must not wait for ever for a request's lock.
        cursor.execute(
            "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', %s, false)",
            [f"{int(seconds * 1000)}ms"],
        )
        _until(lambda: _try_advisory(cursor), seconds, tell)
    try:
        yield
    finally:
        connection.close()  # which ends the lock and those settings


def refuse_newer_database() -> None:
    """Raises `CannotStart` if the database has migrations that this version does not know."""
    applied = MigrationRecorder(connection).applied_migrations()  # none where there is no table of them
    if newer := unknown_migrations(applied):
        app, name = newer[-1]
        raise CannotStart(
            f"A newer version of alports has brought the database up to date ({app}.{name}). Start that version, or "
            "restore a backup that was made before."
        )


def explained(error: BaseException) -> str:
    """What a database or disk that can't be used says, where it is, and what to do."""
    trouble, said = trouble_of(error), one_line(error)
    if trouble == FULL:
        return f"The disk is full ({said}). Make room, then start again."
    if trouble == DAMAGED:
        return (
            f"{_place()} is damaged or no database ({said}). Restore a backup (manage.py restore), or move the file "
            "away to begin with an empty one."
        )
    if trouble == EMPTY:
        return f"{_place()} has no tables ({said}). Start alports once, which makes them, or see where its file is."
    if trouble == READ_ONLY:
        return f"{_place()} can't be written ({said}). See who owns it."
    if trouble == AWAY:
        return f"{_place()} can't be reached ({said}). See that it runs, and that DATABASE_URL is right."
    return f"{trouble.sentence if trouble else 'It failed.'} ({said})"


def _place():
    """Where the database is, without a password."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"The database file {settings['NAME']}"
    host = settings["HOST"] or "the local socket"
    return f"PostgreSQL at {host}:{settings['PORT'] or 5432}, database {settings['NAME']},"


@contextmanager
def _lock_of_file(database, seconds, tell):
    """A lock of the operating system beside the database file: it ends with the process, however that ends."""
    lock = os.open(database.with_name(f"{database.name}.start-lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _until(lambda: _try_file(lock), seconds, tell)
        yield
    finally:
        os.close(lock)


def _try_file(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_advisory(cursor):
    cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
    return cursor.fetchone()[0]


def _until(attempt, seconds, tell):
    deadline = time.monotonic() + seconds
    if attempt():
        return
    tell("Another node brings the database up to date; waiting for it.")
    while not attempt():
        if time.monotonic() >= deadline:
            raise CannotStart(
                f"Another node has been bringing the database up to date for {seconds:g} seconds. See what holds it, "
                "or give it longer with ALPORTS_START_TIMEOUT."
            )
        time.sleep(SECONDS_BETWEEN)

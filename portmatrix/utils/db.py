"""The database as a service: reading it as of one moment, and what is wrong when it can't answer."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.utils import InterfaceError


@contextmanager
def consistent_read() -> Iterator[None]:
    """Let all queries in the block see the database as of one moment, while others may write to it.

    Otherwise rules could be made from half of an old and half of a new document. Nothing may be written in the block,
    and it can't be nested. Within a transaction it does nothing: there the caller has locked the rows that matter.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _sqlite_read_transaction():
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _sqlite_read_transaction() -> Iterator[None]:
    """A transaction that never locks the database for writing, as Django's own transactions here do at their start."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@dataclass(frozen=True)
class Trouble:
    """Why the database can't answer: `code` for programs, a sentence for people, seconds after which to try again."""

    code: str
    sentence: str
    retry_after: int


BUSY = Trouble("busy", "The database is busy: another change took too long.", 2)
SLOW = Trouble("slow", "The database took too long to answer.", 5)
AWAY = Trouble("away", "The database does not answer.", 5)
FULL = Trouble("full", "The disk of the database is full.", 30)
DAMAGED = Trouble("damaged", "The database is damaged.", 60)
EMPTY = Trouble("empty", "The database has no tables: it is new, or its file was moved away.", 30)
READ_ONLY = Trouble("read-only", "The database can't be written.", 30)

# SQLite's primary result codes (sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_PROTOCOL: BUSY,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
}
# PostgreSQL's SQLSTATE codes and, of two characters, classes of codes (appendix A of its manual). A code goes first.
_POSTGRES = {
    "55P03": BUSY,  # lock_not_available
    "40P01": BUSY,  # deadlock_detected
    "40001": BUSY,  # serialization_failure
    "57014": SLOW,  # query_canceled: the statement time-out
    "53100": FULL,  # disk_full
    "42P01": EMPTY,  # undefined_table
    "25006": READ_ONLY,  # read_only_sql_transaction: a standby
    "53": AWAY,  # too many connections, out of memory
    "57": AWAY,  # shut down, or starting
    "58": AWAY,  # system error: the server's own files
    "08": AWAY,  # connection exceptions
    "28": AWAY,  # the password is refused
    "3D": AWAY,  # no such database
    "XX": DAMAGED,  # internal error, data_corrupted
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return the trouble of the database that an exception or one of its causes reports; None if none does.

    A fault of our code (wrong SQL, too many variables) is no trouble of the database: None.
    """
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if trouble := _trouble(error):
            return trouble
        error = error.__cause__ or error.__context__
    return None


def _trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        if str(error).startswith("no such table"):  # SQLite has no code for this
            return EMPTY
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if hasattr(error, "sqlstate"):  # an exception of psycopg, which is not imported: with SQLite nobody needs it
        return _postgres_trouble(error.sqlstate, type(error).__name__)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if isinstance(error, InterfaceError):
        return AWAY  # the connection was closed
    return None


def _postgres_trouble(state: str | None, exception: str) -> Trouble | None:
    if state:
        return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    return AWAY if exception in ("OperationalError", "InterfaceError", "ConnectionTimeout") else None


def one_line(error: BaseException) -> str:
    """Return the first line of an error's message, for a log."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]

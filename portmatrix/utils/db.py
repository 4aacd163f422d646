"""Why a database could not do what it was asked, when the fault is not in the question."""

import errno
import sqlite3
from dataclasses import dataclass
from typing import Any

from django.db.utils import InterfaceError


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the database: `code` for programs, a sentence for people, seconds after which to try again."""

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
# PostgreSQL's SQLSTATE, the whole code before its class (appendix A of its manual).
_POSTGRES = {
    "55P03": BUSY,  # lock_not_available
    "40P01": BUSY,  # deadlock_detected
    "40001": BUSY,  # serialization_failure
    "57014": SLOW,  # query_canceled: the statement time-out
    "53100": FULL,  # disk_full
    "42P01": EMPTY,  # undefined_table
    "25006": READ_ONLY,  # read_only_sql_transaction: a standby
    "53": AWAY,  # no room for another connection, out of memory
    "57": AWAY,  # shut down, or starting
    "58": AWAY,  # the server's own files
    "08": AWAY,  # connection exceptions
    "28": AWAY,  # the password is refused
    "3D": AWAY,  # no such database
    "XX": DAMAGED,  # internal error, data_corrupted
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What is wrong with the database, if that is what an exception, or the one it came from, says; else None.

    A fault of ours (wrong SQL, too many variables) is no trouble of the database: None.
    """
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if found := _trouble(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        if str(error).startswith("no such table"):  # for which SQLite has no code of its own
            return EMPTY
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if hasattr(error, "sqlstate"):  # psycopg's own, which who uses SQLite need not load
        return _trouble_of_postgres(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if isinstance(error, InterfaceError):
        return AWAY  # a connection that was closed under us
    return None


def _trouble_of_postgres(error: Any) -> Trouble | None:
    if state := error.sqlstate:
        return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    return AWAY if type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout") else None


def one_line(error: BaseException) -> str:
    """The first line of what a database said, for a log."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]

"""Which exceptions mean that the database can't answer now, and which are faults of ours."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError, connection

from portmatrix.utils import db
from portmatrix.utils.db import trouble_of


def raised(outer, inner):
    """Django's exception, from the driver's."""
    try:
        raise outer(str(inner)) from inner
    except outer as error:
        return error


def of_sqlite(code, kind=sqlite3.OperationalError):
    error = kind("as SQLite says")
    error.sqlite_errorcode = code
    return raised(OperationalError, error)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (sqlite3.SQLITE_BUSY, db.BUSY),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, db.BUSY),  # an extended code
        (sqlite3.SQLITE_LOCKED, db.BUSY),
        (sqlite3.SQLITE_CANTOPEN, db.AWAY),
        (sqlite3.SQLITE_IOERR_WRITE, db.AWAY),
        (sqlite3.SQLITE_FULL, db.FULL),
        (sqlite3.SQLITE_CORRUPT, db.DAMAGED),
        (sqlite3.SQLITE_NOTADB, db.DAMAGED),
        (sqlite3.SQLITE_READONLY, db.READ_ONLY),
        (sqlite3.SQLITE_ERROR, None),  # wrong SQL
        (sqlite3.SQLITE_CONSTRAINT, None),
        (sqlite3.SQLITE_TOOBIG, None),
    ],
)
def test_what_sqlite_says(code, trouble):
    assert trouble_of(of_sqlite(code)) == trouble


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (psycopg.errors.LockNotAvailable(), db.BUSY),
        (psycopg.errors.DeadlockDetected(), db.BUSY),
        (psycopg.errors.SerializationFailure(), db.BUSY),
        (psycopg.errors.QueryCanceled(), db.SLOW),
        (psycopg.errors.DiskFull(), db.FULL),
        (psycopg.errors.TooManyConnections(), db.AWAY),
        (psycopg.errors.AdminShutdown(), db.AWAY),
        (psycopg.errors.CannotConnectNow(), db.AWAY),
        (psycopg.errors.ConnectionFailure(), db.AWAY),
        (psycopg.errors.InvalidPassword(), db.AWAY),
        (psycopg.errors.ReadOnlySqlTransaction(), db.READ_ONLY),
        (psycopg.errors.DataCorrupted(), db.DAMAGED),
        (psycopg.OperationalError("the connection is closed"), db.AWAY),
        (psycopg.errors.ConnectionTimeout("connection timeout expired"), db.AWAY),
        (psycopg.InterfaceError("the connection is closed"), db.AWAY),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.SyntaxError(), None),
        (psycopg.errors.UndefinedTable(), db.EMPTY),
        (psycopg.errors.UndefinedColumn(), None),
        (psycopg.DataError("PostgreSQL text fields cannot contain NUL"), None),
    ],
)
def test_what_postgresql_says(error, trouble):
    assert trouble_of(raised(OperationalError, error)) == trouble


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (None, None),
        (InterfaceError("connection already closed"), db.AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), db.FULL),
        (OSError(errno.EACCES, "Permission denied"), None),
        (ProgrammingError("can't adapt"), None),
        (IntegrityError("duplicate"), None),
        (DataError("too long"), None),
        (ValueError("database is locked"), None),  # words are no evidence
    ],
)
def test_what_comes_from_elsewhere(error, trouble):
    assert trouble_of(error) == trouble


def test_it_is_found_behind_an_exception_that_it_led_to():
    assert trouble_of(raised(RuntimeError, of_sqlite(sqlite3.SQLITE_BUSY))) == db.BUSY


@pytest.mark.parametrize(
    ("query", "code"),
    [("SELECT no_such_column FROM portmatrix_port", None), ("SELEC", None), ("SELECT * FROM no_such_table", "empty")],
)
@pytest.mark.django_db
def test_a_query_of_ours_that_is_wrong_is_no_trouble_but_missing_tables_are(query, code):
    with pytest.raises((OperationalError, ProgrammingError)) as caught, connection.cursor() as cursor:
        cursor.execute(query)
    assert getattr(trouble_of(caught.value), "code", None) == code


@pytest.mark.parametrize("path", ["/", "/api/components/", "/components/appliance/", "/accounts/login/"])
def test_pages_and_api_say_so_with_503_and_without_a_traceback(client, catalogue, monkeypatch, caplog, path):
    """Wherever the database fails: in a view, in the middleware, in a template."""

    def fail(*args, **kwargs):
        raise of_sqlite(sqlite3.SQLITE_BUSY)

    client.raise_request_exception = False
    client.cookies["sessionid"] = "x" * 32
    with monkeypatch.context() as patched:
        patched.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        response = client.get(path)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert "The database is busy: another change took too long." in response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"

"""Reading several tables as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def consistent_read() -> Iterator[None]:
    """Let all queries in here see the database as of one moment, whoever writes meanwhile: rules from a document that
    is half old and half new would be rules that nobody asked for.

    Nothing may be written in here, and it can't be nested. Within a transaction it does nothing: who writes has locked
    what matters.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _reading_sqlite():
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _reading_sqlite() -> Iterator[None]:
    """A transaction that never writes. Django's own would take the write lock and wait for whoever has it."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")

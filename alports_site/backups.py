"""Backups: complete copies of the SQLite database, and databases made from them."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.db.backends.sqlite3._functions import register

from . import __version__
from .databases import unknown_migrations

TABLES = {"django_migrations", "auth_user", "portmatrix_component", "portmatrix_port", "portmatrix_connection"}
COMPANIONS = ("-wal", "-shm", "-journal")  # endings of the files that SQLite keeps beside a database
LOCK_TIMEOUT = 20  # seconds


class BackupRefused(Exception):
    """The backup or restoration can't be made, and nothing was changed; the message says why and what to do."""


def back_up(database: Path, copy: Path) -> None:
    """Write a copy of the database as of one moment, while others may write to it. Only its owner can read the copy.

    Raises `BackupRefused` if there is no database, if `copy` exists or can't be written, or if the copy is damaged.
    """
    if not database.exists():
        raise BackupRefused(f"There is no database at {database}. Name the directory of one with ALPORTS_DATA_DIR.")
    if os.path.lexists(copy):
        raise BackupRefused(f"{copy} exists, and is not overwritten. Name another file.")
    with _draft_of(copy) as draft:
        _copy(database, draft)
        _refuse_damage(draft)


def restore(copy: Path, database: Path) -> None:
    """Make the database, which must not exist, from a backup.

    Raises `BackupRefused` if there is a database, or if the file is no backup that this version understands. A backup
    of an older version is accepted; the next start migrates it.
    """
    for path in (database, *(database.with_name(database.name + ending) for ending in COMPANIONS)):
        if os.path.lexists(path):
            raise BackupRefused(
                f"{path} exists, and is not overwritten. Stop alports and move its database away (the files that begin "
                f"with {database.name}), or name an empty directory with ALPORTS_DATA_DIR."
            )
    if not copy.is_file():
        raise BackupRefused(f"There is no file {copy}.")
    with _errors_explained(copy):
        _refuse_other_files(copy)
    with _draft_of(database) as draft:
        _copy(copy, draft, unchanging=True)
        _refuse_damage(draft)
        _refuse_newer_version(draft)


@contextlib.contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """Yield the path of a new file, which is renamed to `target` at the end of the block, or removed after an error."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.partial")
    with _errors_explained(target):
        try:
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            yield draft
            _sync(draft)
            _rename(draft, target)
            _sync(target.parent)
        finally:
            for path in (draft, *(draft.with_name(draft.name + ending) for ending in COMPANIONS)):
                path.unlink(missing_ok=True)


def _rename(draft: Path, target: Path) -> None:
    """Rename the draft, unless a file with that name was made meanwhile."""
    try:
        os.link(draft, target)  # unlike a rename, a link never replaces a file
    except FileExistsError as error:
        raise BackupRefused(f"{target} was made by somebody else meanwhile, and is not overwritten.") from error
    except OSError:  # the file system has no links
        if os.path.lexists(target):
            raise BackupRefused(f"{target} was made by somebody else meanwhile, and is not overwritten.") from None
        draft.rename(target)


def _sync(path: Path) -> None:
    """Wait until a file or directory is written to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def _errors_explained(path: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into `BackupRefused` with one sentence."""
    try:
        yield
    except OSError as error:
        raise BackupRefused(f"{error.filename or path}: {error.strerror}. Nothing was written.") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"{path}: {error}. Nothing was written.") from error


def _copy(source: Path, draft: Path, unchanging: bool = False) -> None:
    with (
        _open_read_only(source, unchanging) as database,
        contextlib.closing(sqlite3.connect(draft, timeout=LOCK_TIMEOUT)) as copy,
    ):
        database.backup(copy)  # copies all pages in one transaction, which delays no writer
        copy.execute("PRAGMA journal_mode=DELETE")  # so that the copy is one file; the next start turns WAL on again


@contextlib.contextmanager
def _open_read_only(path: Path, unchanging: bool) -> Iterator[sqlite3.Connection]:
    """Open an existing database for reading. `unchanging` says that nobody writes to it: then SQLite needs no file
    beside it, so the directory may be read-only.
    """
    has_log = path.with_name(f"{path.name}-wal").exists()  # as when the files of a running database were copied
    mode = "mode=ro&immutable=1" if unchanging and not has_log else "mode=ro"
    address = f"file:{quote(str(path.absolute()))}?{mode}"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=LOCK_TIMEOUT)) as database:
        register(database)  # functions of Django, which constraints may use
        yield database


def _refuse_other_files(copy: Path) -> None:
    """Raise `BackupRefused` unless the file is a complete SQLite database with the tables of alports."""
    with copy.open("rb") as file:
        header = file.read(100)
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise BackupRefused(f"{copy} is not a SQLite database. Name a file that `manage.py backup` wrote.")
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    whole = pages * (65536 if page_size == 1 else page_size)
    if copy.stat().st_size < whole and not copy.with_name(f"{copy.name}-wal").exists():
        raise BackupRefused(f"{copy} is cut short: {copy.stat().st_size:,} of {whole:,} bytes. Copy it anew.")
    with _open_read_only(copy, unchanging=True) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= TABLES:
        missing = ", ".join(sorted(TABLES - tables))
        raise BackupRefused(f"{copy} is a SQLite database, but not of alports: it has no {missing}.")


def _refuse_damage(path: Path) -> None:
    """Raise `BackupRefused` if pages, indexes or references of the database are wrong."""
    with _open_read_only(path, unchanging=True) as database:
        results = [row[0] for row in database.execute("PRAGMA integrity_check")]
        if results != ["ok"]:
            raise BackupRefused(f"The database is damaged: {' '.join(results[0].split())}. Nothing was written.")
        for table, row, *_ in database.execute("PRAGMA foreign_key_check"):
            raise BackupRefused(f"The database is damaged: row {row} of {table} refers to no row. Nothing was written.")


def _refuse_newer_version(path: Path) -> None:
    """Raise `BackupRefused` for a database of a newer version."""
    with _open_read_only(path, unchanging=True) as database:
        applied = set(database.execute("SELECT app, name FROM django_migrations"))
    if unknown := unknown_migrations(applied):
        app, name = unknown[0]
        raise BackupRefused(
            f"The backup was made by a newer version: alports {__version__} does not know its migration {app}.{name}. "
            "Restore it with the version that made it, or a newer one."
        )

"""Copies of the SQLite database that are whole, and databases made from them."""

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
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database
PATIENCE = 20  # seconds to wait for a lock


class BackupRefused(Exception):
    """What was asked for can't be done, and nothing was; the message says why and what to do."""


def back_up(database: Path, copy: Path) -> None:
    """Write a copy of the database as it is at one moment, whoever writes meanwhile, readable by its owner alone.

    Raises BackupRefused when there is no database, when `copy` exists or can't be written, or when what was copied is
    damaged.
    """
    if not database.exists():
        raise BackupRefused(f"There is no database at {database}. Name the directory of one with ALPORTS_DATA_DIR.")
    if os.path.lexists(copy):
        raise BackupRefused(f"{copy} exists, and is not overwritten. Name another file.")
    with _becoming(copy) as draft:
        _copy(database, draft)
        _find_damage(draft)


def restore(copy: Path, database: Path) -> None:
    """Make the database, which must not exist, from a backup.

    Raises BackupRefused when there is a database, or when the file is no backup that this version understands. That of
    an older version is taken; the next start migrates it.
    """
    for path in (database, *(database.with_name(database.name + ending) for ending in BESIDE)):
        if os.path.lexists(path):
            raise BackupRefused(
                f"{path} exists, and is not overwritten. Stop alports and move its database away (the files that begin "
                f"with {database.name}), or name an empty directory with ALPORTS_DATA_DIR."
            )
    if not copy.is_file():
        raise BackupRefused(f"There is no file {copy}.")
    with _explained(copy):
        _find_strangeness(copy)
    with _becoming(database) as draft:
        _copy(copy, draft, still=True)
        _find_damage(draft)
        _find_unknown_migrations(draft)


@contextlib.contextmanager
def _becoming(target: Path) -> Iterator[Path]:
    """Give the path of a draft that becomes `target` if all goes well, and goes away if not."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.partial")
    with _explained(target):
        try:
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            yield draft
            _sync(draft)
            _name(draft, target)
            _sync(target.parent)
        finally:
            for path in (draft, *(draft.with_name(draft.name + ending) for ending in BESIDE)):
                path.unlink(missing_ok=True)


def _name(draft: Path, target: Path) -> None:
    """Give the draft its name, unless somebody else took it meanwhile."""
    try:
        os.link(draft, target)  # unlike a rename, a link never replaces a file
    except FileExistsError as error:
        raise BackupRefused(f"{target} was made by somebody else meanwhile, and is not overwritten.") from error
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise BackupRefused(f"{target} was made by somebody else meanwhile, and is not overwritten.") from None
        draft.rename(target)


def _sync(path: Path) -> None:
    """See that a file or directory is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the disk or SQLite says into one sentence."""
    try:
        yield
    except OSError as error:
        raise BackupRefused(f"{error.filename or path}: {error.strerror}. Nothing was written.") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"{path}: {error}. Nothing was written.") from error


def _copy(source: Path, draft: Path, still: bool = False) -> None:
    with _reading(source, still) as read, contextlib.closing(sqlite3.connect(draft, timeout=PATIENCE)) as written:
        read.backup(written)  # all pages in one transaction, which no writer waits for
        written.execute("PRAGMA journal_mode=DELETE")  # one file; the next start turns the log on again


@contextlib.contextmanager
def _reading(path: Path, still: bool) -> Iterator[sqlite3.Connection]:
    """Open a database to read it; none is made where there is none. `still` says that nobody writes to it: then it may
    lie where no file can be made beside it.
    """
    has_log = path.with_name(f"{path.name}-wal").exists()  # as when somebody copied the files of a database that ran
    how = "mode=ro&immutable=1" if still and not has_log else "mode=ro"
    address = f"file:{quote(str(path.absolute()))}?{how}"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as opened:
        register(opened)  # the functions of Django, which its constraints may use
        yield opened


def _find_strangeness(copy: Path) -> None:
    """Raise BackupRefused unless the file is a whole SQLite database with the tables of alports."""
    with copy.open("rb") as file:
        header = file.read(100)
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise BackupRefused(f"{copy} is not a SQLite database. Name a file that `manage.py backup` wrote.")
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    whole = pages * (65536 if page_size == 1 else page_size)
    if copy.stat().st_size < whole and not copy.with_name(f"{copy.name}-wal").exists():
        raise BackupRefused(f"{copy} is cut short: {copy.stat().st_size:,} of {whole:,} bytes. Copy it anew.")
    with _reading(copy, still=True) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= TABLES:
        missing = ", ".join(sorted(TABLES - tables))
        raise BackupRefused(f"{copy} is a SQLite database, but not of alports: it has no {missing}.")


def _find_damage(path: Path) -> None:
    """Raise BackupRefused for a database in which pages, indexes or references are wrong."""
    with _reading(path, still=True) as opened:
        found = [row[0] for row in opened.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise BackupRefused(f"The database is damaged: {' '.join(found[0].split())}. Nothing was written.")
        for table, row, *_ in opened.execute("PRAGMA foreign_key_check"):
            raise BackupRefused(f"The database is damaged: row {row} of {table} refers to no row. Nothing was written.")


def _find_unknown_migrations(path: Path) -> None:
    """Raise BackupRefused for a database of a newer version."""
    with _reading(path, still=True) as opened:
        applied = set(opened.execute("SELECT app, name FROM django_migrations"))
    if unknown := unknown_migrations(applied):
        app, name = unknown[0]
        raise BackupRefused(
            f"The backup was made by a newer version: alports {__version__} does not know its migration {app}.{name}. "
            "Restore it with the version that made it, or a newer one."
        )

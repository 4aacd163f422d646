"""The data directory, closed to other users because it holds password hashes and the secret key."""

import os
import stat
from pathlib import Path

# A directory with one of these files is a data directory of alports, and not a home directory or /tmp.
MARKS = ("secret_key", "alports.sqlite3")
OTHER_USERS = 0o077  # permissions of the group and of everybody


class UnsafeDirectory(OSError):
    """The directory can't be used as it is; the message says why and what to do."""


def secure(path: Path) -> None:
    """Make the data directory, or remove all permissions of other users from the existing one.

    It changes only a directory that belongs to this process's user and is empty or one of alports. Raises
    `UnsafeDirectory` for any other that other users can enter, and `OSError` if it can't be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise UnsafeDirectory(
            f"{path} belongs to another user (number {status.st_uid}, this process runs as {os.geteuid()}). Run "
            f"alports as that user, give it the directory (chown -R {os.geteuid()} {path}), or name another one as "
            "ALPORTS_DATA_DIR."
        )
    if status.st_mode & OTHER_USERS:
        _refuse_foreign_files(path)
        path.chmod(stat.S_IMODE(status.st_mode) & ~OTHER_USERS & 0o777)
    _close_to_others(path / "secret_key")
    secure_database(path / "alports.sqlite3")


def secure_database(file: Path) -> None:
    """Remove all permissions of other users from a SQLite file and the files that SQLite keeps beside it."""
    for name in (file.name, *(f"{file.name}-{end}" for end in ("wal", "shm", "journal"))):
        _close_to_others(file.with_name(name))


def _close_to_others(file):
    """Remove all permissions of other users from a file, if it exists and belongs to this process's user."""
    try:
        status = file.lstat()
    except OSError:
        return
    if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_mode & OTHER_USERS:
        file.chmod(stat.S_IMODE(status.st_mode) & ~OTHER_USERS)


def _refuse_foreign_files(path):
    names = [entry.name for entry in path.iterdir()]
    if names and not any(mark in names for mark in MARKS):
        raise UnsafeDirectory(
            f"{path} can be entered by other users and holds files that are not alports' ({sorted(names)[0]}). Name a "
            f"directory of its own as ALPORTS_DATA_DIR, or, if it is for alports alone, close it: chmod 700 {path}."
        )

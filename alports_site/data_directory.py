"""The data directory: ours alone, since password hashes and session keys lie in it."""

import os
import stat
from pathlib import Path

# What makes a directory with files in it ours, and not somebody's home or /tmp.
MARKS = ("secret_key", "alports.sqlite3")
OTHERS = 0o077  # the rights of group and everybody


class NotOurs(OSError):
    """The directory can't be used as it is; the message says why and what to do."""


def secure(path: Path) -> None:
    """Make the data directory, or take every right of other users from the one that is there.

    Only a directory that belongs to this process's user, and holds nothing or an installation of alports, is changed.
    Raises `NotOurs` for any other that other users can enter, `OSError` if it can't be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise NotOurs(
            f"{path} belongs to another user (number {status.st_uid}, this process runs as {os.geteuid()}). Run "
            f"alports as that user, give it the directory (chown -R {os.geteuid()} {path}), or name another one as "
            "ALPORTS_DATA_DIR."
        )
    if status.st_mode & OTHERS:
        _insist_on_ours(path)
        path.chmod(stat.S_IMODE(status.st_mode) & ~OTHERS & 0o777)
    _tighten(path / "secret_key")
    secure_database(path / "alports.sqlite3")


def secure_database(file: Path) -> None:
    """Take every right of other users from a SQLite file and what lies beside it, wherever it is."""
    for name in (file.name, *(f"{file.name}-{end}" for end in ("wal", "shm", "journal"))):
        _tighten(file.with_name(name))


def _tighten(file):
    """If it is there and belongs to this process's user."""
    try:
        status = file.lstat()
    except OSError:
        return
    if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_mode & OTHERS:
        file.chmod(stat.S_IMODE(status.st_mode) & ~OTHERS)


def _insist_on_ours(path):
    names = [entry.name for entry in path.iterdir()]
    if names and not any(mark in names for mark in MARKS):
        raise NotOurs(
            f"{path} can be entered by other users and holds files that are not alports' ({sorted(names)[0]}). Name a "
            f"directory of its own as ALPORTS_DATA_DIR, or, if it is for alports alone, close it: chmod 700 {path}."
        )

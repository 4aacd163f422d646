"""The collected static files: a folder for each version of them, so that no start removes a running server's files."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Environment variable: the folder, for the server's processes and for `collectstatic`. `manage.py serve` sets it.
VARIABLE = "_ALPORTS_STATIC_FILES"
LAST_FILE = "staticfiles.json"  # that Django's storage writes; a folder with it is complete


def collect(data_dir: Path) -> tuple[Path, int]:
    """Collect, hash and compress the static files, unless a folder with the same content exists already.

    Return the folder and a file descriptor. While any process has the descriptor open, the folder is kept. Folders
    that no process uses are removed. Raises `OSError`, and `subprocess.CalledProcessError` with the error output of
    `collectstatic`.
    """
    home = data_dir / "static-files"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = home / _digest()
    lock = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.set_inheritable(lock, True)
    if not (folder / LAST_FILE).exists():
        _collect_into(folder)
    _remove_unused(home, folder)
    return folder, lock


def _collect_into(folder):
    """Collect into another folder and rename that: so the folder is complete or missing, however many collect."""
    draft = folder.with_suffix(f".{os.getpid()}")
    try:
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        root = Path(__file__).resolve().parent.parent
        variables = {**os.environ, VARIABLE: str(draft)}
        subprocess.run(command, cwd=root, env=variables, check=True, capture_output=True, text=True)
        with suppress(OSError):  # another process was faster, with the same files
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remove_unused(home, folder):
    for other in home.iterdir():
        if other.is_dir() and not other.suffix and other != folder:
            with _exclusive(other.with_suffix(".lock")) as is_unused:
                if is_unused:
                    shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _exclusive(path):
    """Yield whether no process uses the folder of this lock. If so, none can begin to within the block."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)


def _digest():
    """A hash of the names and contents of all static files, and of how they are stored."""
    from django.conf import settings  # the settings import this module

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for name, path in sorted(_sources()):
        content = Path(path).read_bytes()
        digest.update(b"\n%s %d\n%s" % (name.encode(), len(content), content))
    return digest.hexdigest()[:16]


def _sources() -> Iterator[tuple[str, str]]:
    """(name, path) of each static file of every app. Of two files with one name, the first is served."""
    from django.contrib.staticfiles.finders import get_finders

    seen = set()
    for finder in get_finders():
        for name, storage in finder.list(None):
            if name not in seen:
                seen.add(name)
                yield name, storage.path(name)

"""The collected static files: a folder for each content, so that no start takes a running server's files away."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Names the folder to the server's processes and to `collectstatic`; `manage.py serve` sets it.
VARIABLE = "_ALPORTS_STATIC_FILES"
WHOLE = "staticfiles.json"  # written last, by the storage


def collect(data_dir: Path) -> tuple[Path, int]:
    """Collect, hash and compress the static files unless a folder holds them already.

    Return the folder and a file descriptor. As long as any process has that open, the folder stays; folders that
    nobody uses are removed. Raises `OSError`, and `subprocess.CalledProcessError` with what `collectstatic` said.
    """
    home = data_dir / "static-files"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = home / _digest()
    lock = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.set_inheritable(lock, True)
    if not (folder / WHOLE).exists():
        _collect_into(folder)
    _remove_unused(home, folder)
    return folder, lock


def _collect_into(folder):
    """Collect beside it and rename: the folder is whole or not there, however many collect at once."""
    draft = folder.with_suffix(f".{os.getpid()}")
    try:
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        root = Path(__file__).resolve().parent.parent
        variables = {**os.environ, VARIABLE: str(draft)}
        subprocess.run(command, cwd=root, env=variables, check=True, capture_output=True, text=True)
        with suppress(OSError):  # another start was faster, with the same files
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remove_unused(home, folder):
    for other in home.iterdir():
        if other.is_dir() and not other.suffix and other != folder:
            with _alone(other.with_suffix(".lock")) as alone:
                if alone:
                    shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _alone(path):
    """Whether no process uses the folder of this lock; none begins to within the block."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)


def _digest():
    from django.conf import settings  # this module is read by the settings

    found = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for name, path in sorted(_sources()):
        content = Path(path).read_bytes()
        found.update(b"\n%s %d\n%s" % (name.encode(), len(content), content))
    return found.hexdigest()[:16]


def _sources() -> Iterator[tuple[str, str]]:
    """(name, path) of each static file of every app; of two with one name the first is served."""
    from django.contrib.staticfiles.finders import get_finders

    seen = set()
    for finder in get_finders():
        for name, storage in finder.list(None):
            if name not in seen:
                seen.add(name)
                yield name, storage.path(name)

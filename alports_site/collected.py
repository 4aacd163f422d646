"""The collected static files, and whether they still match their sources.

Hashing and compressing all of them takes seconds; comparing names, sizes and times does not.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def bring_up_to_date() -> bool:
    """Collect the static files unless the last collection had the same sources; return whether it collected."""
    stamp = settings.DATA_DIR / "static.stamp"
    fingerprint = _fingerprint()
    is_ours = (settings.STATIC_ROOT / "staticfiles.json").exists()
    if is_ours and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    stamp.unlink(missing_ok=True)  # a collection that is cut short must not pass for a whole one
    # Without clearing, a source that went back to an older version would count as collected.
    call_command("collectstatic", interactive=False, clear=is_ours, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    lines = [settings.STORAGES["staticfiles"]["BACKEND"], *sorted(_sources())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sources() -> Iterator[str]:
    """Yield one line for each static file of every app."""
    for finder in get_finders():
        for name, storage in finder.list(None):
            path = Path(storage.path(name))
            yield f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}"

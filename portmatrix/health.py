"""Two questions of a load balancer or supervisor: is the process alive, and can it serve?"""

import tempfile
import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import Assumption, Component, Connection, Port, Statement
from .utils.db import trouble_of

GOOD = "ok"
ROOM = 1_048_576  # bytes that the disk of the data directory must still take
SECONDS_BETWEEN_LOOKS = 60  # at the whole file of SQLite, which takes some time

_last_look = {"at": float("-inf"), "found": GOOD}


@never_cache
@require_safe
def alive(request):
    """200 as long as the process answers. `manage.py serve` answers before a request comes this far."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request):
    """200 if this process can serve; else 503, with what is wrong by name."""
    body, status = answer_of(readiness())
    return JsonResponse(body, status=status)


def answer_of(checks: dict[str, str]) -> tuple[dict, int]:
    """The body and status of `/readyz` for what `readiness` found."""
    if all(found == GOOD for found in checks.values()):
        return {"status": "ready", "checks": checks}, 200
    reason = " ".join(found for found in checks.values() if found != GOOD)
    return {"status": "not ready", "reason": reason, "checks": checks}, 503


def readiness() -> dict[str, str]:
    """What was looked at, by name (`database`, `catalogue`, `disk`): "ok", or a sentence that says what is wrong."""
    database = _database()
    catalogue = _catalogue() if database == GOOD else "Not known while the database does not answer."
    return {"database": database, "catalogue": catalogue, "disk": _disk()}


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        return _file_of_sqlite() if connection.vendor == "sqlite" else GOOD
    except (DatabaseError, OSError) as error:
        return _said(error)


def _file_of_sqlite():
    """Look for damage in the whole file, now and then: a query reads a few of its pages only."""
    if time.monotonic() - _last_look["at"] > SECONDS_BETWEEN_LOOKS:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            found = cursor.fetchone()[0]
        _last_look.update(at=time.monotonic(), found=GOOD if found == "ok" else "The database is damaged.")
    return _last_look["found"]


def _catalogue():
    """Read every table of the catalogue through: a damaged one is found, an empty one too."""
    try:
        for model in (Component, Port, Connection, Statement, Assumption):
            if not list(model.objects.values_list()):
                return f"The catalogue is not loaded: there are no {model._meta.verbose_name_plural}."
        return GOOD
    except DatabaseError as error:
        return _said(error)


def _disk():
    """Whether the disk of the data directory takes another mebibyte."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR, buffering=0) as file:
            file.write(bytes(ROOM))
        return GOOD
    except OSError as error:
        return f"The data directory takes no more: {error.strerror}."


def _said(error):
    trouble = trouble_of(error)
    return trouble.sentence if trouble else "The database does not answer."

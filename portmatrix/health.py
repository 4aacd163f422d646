"""The two questions of load balancers and supervisors: does the process answer, and can it serve?"""

import tempfile
import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import Assumption, Component, Connection, Port, Statement
from .utils.db import trouble_of

OK = "ok"
FREE_BYTES = 1_048_576  # that the disk of the data directory must have
SECONDS_BETWEEN_FILE_CHECKS = 60  # of the whole SQLite file, because a check takes some time

_last_file_check: dict[str, Any] = {"at": float("-inf"), "result": OK}


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers. Under `manage.py serve` the server itself answers, without this view."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 if this process can serve; else 503 with the reason."""
    body, status = answer_of(readiness())
    return JsonResponse(body, status=status)


def answer_of(checks: dict[str, str]) -> tuple[dict[str, Any], int]:
    """Return the body and the status of `/readyz` for the results of `readiness`."""
    if all(result == OK for result in checks.values()):
        return {"status": "ready", "checks": checks}, 200
    reason = " ".join(result for result in checks.values() if result != OK)
    return {"status": "not ready", "reason": reason, "checks": checks}, 503


def readiness() -> dict[str, str]:
    """Return the results of three checks (`database`, `catalogue`, `disk`): "ok", or a sentence that says what is
    wrong.
    """
    database = _check_database()
    catalogue = _check_catalogue() if database == OK else "Not known while the database does not answer."
    return {"database": database, "catalogue": catalogue, "disk": _check_disk()}


def _check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        return _check_sqlite_file() if connection.vendor == "sqlite" else OK
    except (DatabaseError, OSError) as error:
        return _sentence_about(error)


def _check_sqlite_file() -> str:
    """Look for damage in the whole file from time to time, because a query reads only a few of its pages."""
    if time.monotonic() - _last_file_check["at"] > SECONDS_BETWEEN_FILE_CHECKS:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            [result] = cursor.fetchone()
        _last_file_check.update(at=time.monotonic(), result=OK if result == "ok" else "The database is damaged.")
    return str(_last_file_check["result"])


def _check_catalogue() -> str:
    """Read every row of the catalogue, which shows whether a table is damaged or empty."""
    try:
        for model in (Component, Port, Connection, Statement, Assumption):
            if not list(model.objects.values_list()):
                return f"The catalogue is not loaded: there are no {model._meta.verbose_name_plural}."
        return OK
    except DatabaseError as error:
        return _sentence_about(error)


def _check_disk() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR, buffering=0) as file:
            file.write(bytes(FREE_BYTES))
        return OK
    except OSError as error:
        return f"The data directory takes no more: {error.strerror}."


def _sentence_about(error: BaseException) -> str:
    trouble = trouble_of(error)
    return trouble.sentence if trouble else "The database does not answer."

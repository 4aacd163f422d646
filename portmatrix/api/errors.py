"""Every failure under /api/ answers in JSON, whatever format was asked for and whatever went wrong."""

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.signals import got_request_exception
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ..utils.db import one_line, trouble_of
from ..workload import HeavyWork

LIMITS = {TooManyFieldsSent: "The query has too many parameters."}

logger = logging.getLogger("django.request")


def answer_in_json(error, context):
    """Return DRF's response for an exception that a view raised. In debug mode Django shows a crash itself.

    None for `HeavyWork`, which is no failure: the middleware reports it to the server.
    """
    if isinstance(error, HeavyWork):
        return None
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if isinstance(error, RequestDataTooBig):
        error = TooLong()
    elif isinstance(error, SuspiciousOperation):  # Django's own limits
        error = exceptions.ParseError(LIMITS.get(type(error), "The request is refused."))
    response = exception_handler(error, context)
    if response is None and (trouble := trouble_of(error)):
        return _not_now(request, error, trouble)
    return response if response or settings.DEBUG else _crash(request)


class TooLong(exceptions.APIException):
    """413: a body beyond the documented limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_long"

    def __init__(self):
        super().__init__(f"What was sent is too long. Send at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")


def _not_now(request, error, trouble):
    """503: the database can't answer at this moment. One line in the log, since no code is at fault."""
    logger.error("%s %s: %s (%s)", request.method, request.path, trouble.sentence, one_line(error))
    detail = f"{trouble.sentence} Try again in {trouble.retry_after} seconds."
    headers = {"Retry-After": str(trouble.retry_after)}
    response = Response({"detail": detail}, status.HTTP_503_SERVICE_UNAVAILABLE, headers=headers)
    response._has_been_logged = True  # or Django adds a line that tells less
    return response


def _crash(request):
    """What Django does about an uncaught exception, but for a JSON answer: tell the signal's receivers and the log."""
    got_request_exception.send(sender=None, request=request._request)
    logger.error(
        "Internal Server Error: %s", request.path, exc_info=True, extra={"status_code": 500, "request": request}
    )
    detail = "The server failed. The failure is in its log."
    return Response({"detail": detail}, status=status.HTTP_500_INTERNAL_SERVER_ERROR)

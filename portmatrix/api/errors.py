"""Every failure under /api/ answers in JSON, whatever format was requested and whatever went wrong."""

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.signals import got_request_exception
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ..deployments.document import DocumentRefused
from ..models import Deployment
from ..utils.db import one_line, trouble_of
from ..workload import HeavyWork
from .not_found import no_deployment

logger = logging.getLogger("django.request")


def answer_in_json(error, context):
    """Return the response for an exception that a view raised, for DRF. In debug mode Django shows a crash itself.

    None for `HeavyWork`, which is no failure: the middleware reports it to the server.
    """
    if isinstance(error, HeavyWork):
        return None
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    response = exception_handler(_as_api_exception(error), context)
    if response is None and (trouble := trouble_of(error)):
        return _unavailable(request, error, trouble)
    return response if response or settings.DEBUG else _crashed(request)


class TooLong(exceptions.APIException):
    """413: a body above the documented limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_long"

    def __init__(self):
        super().__init__(f"What was sent is too long. Send at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")


def _as_api_exception(error):
    """The exception that DRF understands, for those of Django and of the app that are the client's fault."""
    match error:
        case RequestDataTooBig():
            return TooLong()
        case TooManyFieldsSent():
            return exceptions.ParseError("The query has too many parameters.")
        case SuspiciousOperation():
            return exceptions.ParseError("The request is refused.")
        case Deployment.DoesNotExist():
            return no_deployment(str(error))
        case DocumentRefused():
            return exceptions.ValidationError(_messages_by_path(error.faults))
    return error


def _messages_by_path(faults):
    messages = {}
    for fault in faults:
        messages.setdefault(fault.place, []).append(fault.message)
    return messages


def _unavailable(request, error, trouble):
    """503: the database can't answer at present. One line in the log, because the code is not at fault."""
    logger.error("%s %s: %s (%s)", request.method, request.path, trouble.sentence, one_line(error))
    detail = f"{trouble.sentence} Try again in {trouble.retry_after} seconds."
    headers = {"Retry-After": str(trouble.retry_after)}
    response = Response({"detail": detail}, status.HTTP_503_SERVICE_UNAVAILABLE, headers=headers)
    response._has_been_logged = True  # otherwise Django adds a line that says less
    return response


def _crashed(request):
    """500 in JSON. As Django does for an uncaught exception, send the signal and log the traceback."""
    got_request_exception.send(sender=None, request=request._request)
    logger.error(
        "Internal Server Error: %s", request.path, exc_info=True, extra={"status_code": 500, "request": request}
    )
    detail = "The server failed. The failure is in its log."
    return Response({"detail": detail}, status=status.HTTP_500_INTERNAL_SERVER_ERROR)

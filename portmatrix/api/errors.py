"""Every failure under /api/ answers in JSON, whatever format was asked for and whatever went wrong."""

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.signals import got_request_exception
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

LIMITS = {RequestDataTooBig: "The body is too long.", TooManyFieldsSent: "The query has too many parameters."}

logger = logging.getLogger("django.request")


def answer_in_json(error, context):
    """The response for an exception that a view raised, for DRF. In debug mode Django shows a crash itself."""
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if isinstance(error, SuspiciousOperation):  # Django's own limits
        error = exceptions.ParseError(LIMITS.get(type(error), "The request is refused."))
    response = exception_handler(error, context)
    return response if response or settings.DEBUG else _crash(request)


def _crash(request):
    """What Django does about an uncaught exception, but for a JSON answer: tell the signal's receivers and the log."""
    got_request_exception.send(sender=None, request=request._request)
    logger.error(
        "Internal Server Error: %s", request.path, exc_info=True, extra={"status_code": 500, "request": request}
    )
    detail = "The server failed. The failure is in its log."
    return Response({"detail": detail}, status=status.HTTP_500_INTERNAL_SERVER_ERROR)

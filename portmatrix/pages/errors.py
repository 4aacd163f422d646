"""What stands where a page would: a request not understood, not allowed, not found, or failed on our side."""

import sys

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ..models import Component, Connection, Port
from ..naming import Names, UnknownName
from ..utils.db import trouble_of
from . import behind_proxy, plain

LONGEST_SLUG = 120
API = plain.API
STALE_FORM = "The form's security token is missing or too old. Load the page again and send the form once more."


def bad_request(request, exception=None):
    """400: the request itself can't be understood."""
    if isinstance(exception, RequestDataTooBig):
        return plain.too_long(request.path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(exception, DisallowedHost):
        return plain.refusal(request.path, 400, *behind_proxy.unknown_host(request.META))
    message = _message(exception) if isinstance(exception, BadRequest) else ""  # other messages are for the log
    return _answer(request, 400, message or "The request could not be understood.")


def forbidden(request, exception=None):
    """403: understood, and refused."""
    return _answer(request, 403, _message(exception) or "Your account may not do this.")


def csrf_failure(request, reason=""):
    """403: a form that did not come from this site, or from a page that is too old."""
    return _answer(request, 403, behind_proxy.refused_form(request, reason) or STALE_FORM)


def not_found(request, exception):
    """404: with the nearest things that do exist, for who may read them."""
    message = _message(exception) or "There is nothing at this address."
    return _answer(request, 404, message, near=_near(request))


def server_error(request):
    """500: rendered without a database, a session or a context processor, since any of them may be what failed.

    503 if the database failed, and not our question to it.
    """
    if trouble := trouble_of(sys.exc_info()[1]):
        return plain.database_trouble(request.path, trouble)
    if request.path_info.startswith(API):
        return JsonResponse({"detail": "The server failed. The fault has been logged."}, status=500)
    return HttpResponseServerError(render_to_string("500.html"))


def _message(exception):
    """What a view says with an exception; empty where it says nothing, or Django's URL resolver raised it."""
    message = exception.args[0] if exception and exception.args else ""
    return message if isinstance(message, str) else ""


def _answer(request, status, message, near=()):
    """The error in the form that was asked for: JSON under /api/, a fragment for htmx, else a page."""
    if request.path_info.startswith(API):
        return JsonResponse({"detail": message}, status=status)
    if not hasattr(request, "user"):  # refused before anybody looked who asks, as for a wrong Host
        return HttpResponse(render_to_string("errors/bare.html", {"message": message}), status=status)
    template = "errors/_message.html" if request.htmx else f"{status}.html"
    return render(request, template, {"message": message, "near": near}, status=status)


def _near(request):
    """(name, address) of each page that a mistyped address may have meant, for who may read the matrix."""
    if not (settings.PUBLIC_MATRIX or request.user.is_authenticated):
        return []
    try:
        return [(str(target), target.get_absolute_url()) for target in _meant(request.path_info.strip("/").lower())]
    except DatabaseError:
        return []


def _meant(path):
    """The ports, connections or components that the last word of a path may mean."""
    folder, _, word = path.rpartition("/")
    word = word[:LONGEST_SLUG]
    if folder == "connections":
        return _named("connection", Connection.objects.with_ends(), word)
    components = _named("component", Component.objects.all(), word)
    if folder == "ports":
        return Port.objects.filter(component__in=components).select_related("component")
    return components


def _named(noun, queryset, word):
    """The objects that a word names or, if there is none, may mean."""
    objects = {target.slug: target for target in queryset}
    try:
        return [Names(noun, objects).find(word)]
    except UnknownName as error:
        slugs = error.unknown.meanings or [error.unknown.suggestion]
        return [objects[slug] for slug in slugs if slug]

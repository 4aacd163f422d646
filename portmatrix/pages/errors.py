"""What stands where a page would: a request not understood, not allowed, not found, or failed on our side."""

import sys

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from ..choices import PORT_MAX, PORT_MIN
from ..models import Component, Connection, Port
from ..naming import unknown
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
    said = _message(exception) if isinstance(exception, BadRequest) else ""  # other messages are for the log
    return _answer(request, 400, said or "The request could not be understood.")


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
    """What the view said, if it said it in words; the URL resolver raises structures."""
    said = exception.args[0] if exception and exception.args else ""
    return said if isinstance(said, str) else ""


def _answer(request, status, message, near=()):
    """The error in the form that was asked for: JSON under /api/, a fragment for htmx, else a page."""
    if request.path_info.startswith(API):
        return JsonResponse({"detail": message}, status=status)
    if not hasattr(request, "user"):  # refused before anybody looked who asks, as for a wrong Host
        return HttpResponse(render_to_string("errors/bare.html", {"message": message}), status=status)
    template = "errors/_message.html" if request.htmx else f"{status}.html"
    return render(request, template, {"message": message, "near": near}, status=status)


def _near(request):
    """(name, address) of what a mistyped address may have meant."""
    if not (settings.PUBLIC_MATRIX or request.user.is_authenticated):
        return []
    try:
        return _nearest(request.path_info.strip("/").lower())
    except DatabaseError:
        return []


def _nearest(path):
    folder, _, word = path.rpartition("/")
    word = word[:LONGEST_SLUG]
    if folder == "ports":
        return _nearest_ports(word)
    if folder == "connections":
        known = {connection.slug: connection for connection in Connection.objects.with_ends()}
        slug = unknown("connection", word, known).suggestion
        return [(str(known[slug]), known[slug].get_absolute_url())] if slug else []
    names = dict(Component.objects.values_list("slug", "name"))
    slug = word if word in names else unknown("component", word, names).suggestion
    return [(names[slug], reverse("component", args=[slug]))] if slug else []


def _nearest_ports(word):
    """The port itself when the number was fine, else the listeners of the component that the word resembles."""
    if word.isascii() and word.isdigit() and len(word) <= 5 and PORT_MIN <= int(word) <= PORT_MAX:
        return [(f"Port {int(word)}", reverse("port", args=[int(word)]))]
    names = dict(Port.objects.values_list("component__slug", "component__name"))
    slug = word if word in names else unknown("component", word, names).suggestion
    listeners = Port.objects.filter(component__slug=slug).select_related("component")
    return [(str(listener), listener.get_absolute_url()) for listener in listeners]

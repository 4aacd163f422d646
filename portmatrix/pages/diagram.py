"""The diagram of a filtered set of connections as a file of its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Connection
from .connection_views import DiagramFilter
from .presentation.diagram import whole_picture


@require_safe
def diagram_file(request):
    """An SVG file of the whole set that the query asks for; 400 and the errors as plain text if it has any."""
    filterset = DiagramFilter(request.GET, queryset=Connection.objects.with_ends(), request=request)
    if not filterset.is_valid():
        return HttpResponse(_errors(filterset), status=400, content_type="text/plain; charset=utf-8")
    picture = whole_picture(filterset.qs, filterset.known.reach)
    context = {"picture": picture, "origin": f"{request.scheme}://{request.get_host()}"}
    response = render(request, "connections/diagram.svg", context, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="connections.svg"'
    return response


def _errors(filterset):
    return "".join(f"{name}: {message}\n" for name, messages in filterset.errors.items() for message in messages)

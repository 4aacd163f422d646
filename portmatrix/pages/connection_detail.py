"""The page about one connection: its ends, its ports, who says so, and the assumptions."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Connection
from .api_calls import object_call


@require_safe
def detail(request, slug):
    """One connection, or 404."""
    connections = Connection.objects.with_ends().with_ports().with_statements().prefetch_related("assumptions")
    try:
        connection = connections.get(slug=slug)
    except Connection.DoesNotExist:
        raise Http404("There is no connection of this name.") from None
    call = object_call(request, reverse("api:connection-detail", args=[slug]))
    return render(request, "connections/detail.html", {"connection": connection, "api_call": call})

"""The page about one connection: its ends, its ports, who says so, and how silence is read."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Connection
from . import api_calls as take


@require_safe
def detail(request, slug):
    """One connection, or 404."""
    connections = Connection.objects.with_ends().with_ports().with_statements().prefetch_related("assumptions")
    connection = connections.filter(slug=slug).first()
    if connection is None:
        raise Http404("There is no connection of this name.")
    call = take.one(request, reverse("api:connection-detail", args=[slug]))
    return render(request, "connections/detail.html", {"connection": connection, "call": call})

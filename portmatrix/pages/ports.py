"""The pages of ports: all listeners, and what stands at one number."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..choices import PORT_MAX, PORT_MIN, Application, Transport
from ..filters import PortFilter
from ..history.overrides import overrides_by_port, with_last_change
from ..models import Connection, Port, PortOverride
from ..permissions import sees_deployments, sees_overrides
from . import api_calls as take
from .listing import Listing, answer

LISTING = Listing("Ports", "ports/list.html", "api:port-list")

COLUMNS = (  # label, class, ordering
    ("Port", "ports", "number"),
    ("Transport", "tr", "transport"),
    ("Application", "app-name", "application"),
    ("Component", "dst", "component"),
    ("Connections", "n", ""),
)


@dataclass(frozen=True)
class Standing:
    """A listener at a number: whether it listens there now, the override (if it may be shown), who uses it."""

    listener: Port
    here: bool
    move: object
    connections: list


@require_safe
def listing(request):
    """Every listener with its effective and default number and how many connections use it."""
    listeners = Port.objects.with_effective_numbers().select_related("component__host")
    filterset = PortFilter(request.GET, queryset=listeners.annotate(uses=Count("connections")), request=request)
    components = [(component.slug, component.name) for component in filterset.known_components().values()]
    controls = [
        ("q", "Words", ()),
        ("number", "Port", ()),
        ("component", "Component", components),
        ("transport", "Transport", Transport.choices),
        ("application", "Application", [choice for choice in Application.choices if choice[0]]),
    ]
    return answer(request, LISTING, filterset, controls, _columns)


@require_safe
def detail(request, number):
    """What is this number: who listens there now or did by default, and who uses it. 404 if it is no port number."""
    if not PORT_MIN <= number <= PORT_MAX:
        raise Http404(f"{str(number)[:20]} is not a port. Port numbers go from {PORT_MIN} to {PORT_MAX}.")
    standings = _standings(number, request.user)
    context = {
        "number": number,
        "moves": _moves_in_deployments(number, request.user),
        "standings": standings,
        "here": [standing for standing in standings if standing.here],
        "away": [standing for standing in standings if not standing.here],
        "call": take.many(request, reverse("api:connection-list"), [("port", number)]),
        "near": () if standings else nearest(number, _numbers_in_use()),
    }
    return render(request, "ports/detail.html", context)


def nearest(number, numbers):
    """The nearest numbers below and above that are in use (a list of none, one or two). Pure."""
    below = [max(used)] if (used := [other for other in numbers if other < number]) else []
    above = [min(used)] if (used := [other for other in numbers if other > number]) else []
    return below + above


def _columns(question, listeners):
    return {"columns": [question.column(*column) for column in COLUMNS]}


def _standings(number, user):
    listeners = list(Port.objects.with_effective_numbers().at(number).select_related("component__host"))
    moves = overrides_by_port(listeners) if listeners and sees_overrides(user) else {}
    connections = list(_connections_using(listeners))
    return [
        Standing(
            listener,
            listener.effective_number == number,
            moves.get(listener.pk),
            [connection for connection in connections if listener in connection.ports.all()],
        )
        for listener in sorted(listeners, key=lambda one: one.effective_number != number)
    ]


def _connections_using(listeners):
    used = Port.objects.filter(pk__in=[listener.pk for listener in listeners])
    return Connection.objects.using_ports(used).with_ends().with_ports().with_statements()


def _moves_in_deployments(number, user):
    """The overrides by which deployments moved a listener to or from a number; none if the user may not see them."""
    if not (sees_overrides(user) and sees_deployments(user)):
        return []
    moved = PortOverride.objects.exclude(deployment=None).filter(Q(number=number) | Q(port__number=number))
    return list(with_last_change(moved.with_related()))


def _numbers_in_use():
    listeners = Port.objects.with_effective_numbers().order_by()
    return {number for pair in listeners.values_list("effective_number", "number") for number in pair}

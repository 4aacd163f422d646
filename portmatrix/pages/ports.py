"""The pages of ports: all of them, and one number with whoever listens there."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..choices import PORT_MAX, PORT_MIN
from ..filters import PortFilter
from ..history.overrides import overrides_by_port, with_last_change
from ..models import Connection, Port, PortOverride
from ..permissions import sees_deployments, sees_overrides
from .api_calls import set_call
from .listing import ListingView


@dataclass(frozen=True)
class PortAtNumber:
    """A port whose effective or default number is the one in question.

    `is_effective` says whether it is the effective one; `override` is None if there is none or it may not be shown;
    `connections` use the port.
    """

    port: Port
    is_effective: bool
    override: PortOverride | None
    connections: list


class PortListing(ListingView):
    """Every port with its effective and default number and how many connections use it."""

    filterset_class = PortFilter
    noun = "Ports"
    template_name = "ports/list.html"
    api_name = "api:port-list"
    columns = (
        ("Port", "ports", "number"),
        ("Transport", "tr", "transport"),
        ("Application", "app-name", "application"),
        ("Component", "dst", "component"),
        ("Connections", "n", ""),
    )

    def get_queryset(self):
        ports = Port.objects.with_effective_numbers().select_related("component__host")
        return ports.annotate(connection_count=Count("connections"))


@require_safe
def detail(request, number):
    """Who listens at a number now or did by default, and who uses it. 404 if it is no port number."""
    if not PORT_MIN <= number <= PORT_MAX:
        raise Http404(f"{str(number)[:20]} is not a port. Port numbers go from {PORT_MIN} to {PORT_MAX}.")
    ports = _ports_at(number, request.user)
    context = {
        "number": number,
        "ports": ports,
        "effective": [port for port in ports if port.is_effective],
        "overridden": [port for port in ports if not port.is_effective],
        "deployment_overrides": _overrides_in_deployments(number, request.user),
        "nearest": () if ports else nearest(number, _numbers_in_use()),
        "api_call": set_call(request, reverse("api:connection-list"), [("port", number)]),
    }
    return render(request, "ports/detail.html", context)


def nearest(number, numbers):
    """The nearest numbers below and above that are in use (a list of none, one or two). Pure."""
    below = [max(used)] if (used := [other for other in numbers if other < number]) else []
    above = [min(used)] if (used := [other for other in numbers if other > number]) else []
    return below + above


def _ports_at(number, user):
    """The `PortAtNumber`s of a number, those that are there now first."""
    ports = list(Port.objects.with_effective_numbers().at(number).select_related("component__host"))
    overrides = overrides_by_port(ports) if ports and sees_overrides(user) else {}
    connections = list(_connections_using(ports))
    return [
        PortAtNumber(
            port,
            port.effective_number == number,
            overrides.get(port.pk),
            [connection for connection in connections if port in connection.ports.all()],
        )
        for port in sorted(ports, key=lambda port: port.effective_number != number)
    ]


def _connections_using(ports):
    used = Port.objects.filter(pk__in=[port.pk for port in ports])
    return Connection.objects.using_ports(used).with_ends().with_ports().with_statements()


def _overrides_in_deployments(number, user):
    """The overrides that deployments have from or to a number; none if the user may not see them."""
    if not (sees_overrides(user) and sees_deployments(user)):
        return []
    overrides = PortOverride.objects.exclude(deployment=None).filter(Q(number=number) | Q(port__number=number))
    return list(with_last_change(overrides.with_related()))


def _numbers_in_use():
    ports = Port.objects.with_effective_numbers().order_by()
    return {number for pair in ports.values_list("effective_number", "number") for number in pair}

"""The search: hits under the box in the header while typing, the page of all hits, and the way straight to the best."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ..choices import PORT_MAX, PORT_MIN
from ..filters.fields import SearchField
from ..filters.strict import StrictForm
from ..queries import search
from .query_errors import query_errors

AT_ONCE = 5  # hits of a kind under the box
NAMES = 2  # components named at a number where many listen


class SearchForm(StrictForm):
    """`q`, the text; `all=1` shows the page even where one hit is clearly meant."""

    q = SearchField(required=False)
    all = forms.ChoiceField(
        required=False,
        choices=[("1", "1")],
        error_messages={"invalid_choice": "Give 1, or leave the parameter out."},
    )


@dataclass(frozen=True)
class Hit:
    """A hit in words and the address that it leads to, with a number or a mark of a traffic class before it."""

    address: str
    title: str
    note: str
    number: int | None = None
    traffic_class: str = ""
    best: bool = False


@dataclass(frozen=True)
class Group:
    """The hits of one kind: those that are shown, and how many there are."""

    name: str
    label: str
    hits: list
    total: int


@require_safe
def page(request):
    """All hits of a text by kind; 400 for a query with an error.

    An htmx request is answered with the first hits of each kind. Any other is sent on to the hit that is clearly
    meant, unless it asks for all.
    """
    form = SearchForm(request.GET)
    is_fragment = bool(request.htmx and not request.htmx.history_restore_request)
    if form.is_valid():
        context, status = _hits(form.cleaned_data["q"], AT_ONCE if is_fragment else None), 200
    else:
        context, status = {"errors": query_errors(form), "searched": _typed(request)}, 400
    goes_on = context.get("best") and not is_fragment and not form.cleaned_data["all"]
    template = "search/_hits.html" if is_fragment else "search/page.html"
    response = redirect(context["best"]) if goes_on else render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _hits(text, most):
    """The context of hits: at most so many of each kind (None: all)."""
    if not text:
        return {"searched": ""}
    catalogue = search.load()
    results = search.find(text, catalogue)
    return {
        "searched": text,
        "groups": [group for group in _groups(results, catalogue, most) if group.total],
        "total": results.total,
        "best": _address_of(results.best) if results.best else None,
        "unused": results.unused,
        "no_port": results.no_port,
        "range": (PORT_MIN, PORT_MAX),
        "everything": f"{reverse('search')}?{urlencode({'q': text, 'all': 1})}",
        "loaded": bool(catalogue.components),
    }


def _groups(results, catalogue, most):
    numbers = _numbers_by_component(catalogue.ports)

    def port_hit(port_number):
        return _port_hit(port_number, port_number is results.best)

    def component_hit(component):
        return _component_hit(component, numbers.get(component.pk, ()), component is results.best)

    def group(name, label, rows, hit):
        return Group(name, label, [hit(row) for row in rows[:most]], len(rows))

    return [
        group("ports", "Ports", results.ports, port_hit),
        group("components", "Components", results.components, component_hit),
        group("near", "Did you mean", results.near, component_hit),
        group("connections", "Connections", results.connections, _connection_hit),
        group("rows", "Rows of the document", results.statements, _statement_hit),
    ]


def _address_of(best):
    return _port_address(best.number) if isinstance(best, search.PortNumber) else best.get_absolute_url()


def _port_address(number):
    return reverse("port", args=[number])


def _port_hit(port_number, best):
    number, ports = port_number.number, port_number.ports
    names = list(dict.fromkeys(port.component.name for port in ports))
    title = ", ".join(names[:NAMES]) + (f" and {len(names) - NAMES} more" if len(names) > NAMES else "")
    if len(names) == 1:
        note = ", ".join(_protocol(port, number) for port in ports)
    else:
        overridden = [f"{port.component.name} {_override(port, number)}" for port in ports if port.is_overridden]
        note = "; ".join([f"{len(ports)} listeners", *overridden])
    return Hit(_port_address(number), title, note, number=number, best=best)


def _protocol(port, number):
    protocol = f"{port.get_transport_display()} {port.get_application_display()}".strip()
    return f"{protocol}, {_override(port, number)}" if port.is_overridden else protocol


def _override(port, number):
    """What an override did to a port, seen from one of its two numbers."""
    if port.effective_number == number:
        return f"moved here from {port.number}"
    return f"moved to {port.effective_number}"


def _numbers_by_component(ports):
    numbers: dict[int, list[int]] = {}
    for port in ports:
        numbers.setdefault(port.component_id, []).append(port.effective_number)
    return numbers


def _component_hit(component, numbers, best):
    parts = [component.get_kind_display()]
    if component.host:
        parts.append(f"on {component.host}")
    if component.group:
        parts.append(f"member of {component.group}")
    if component.fqdn:
        parts.append(component.fqdn)
    if numbers:
        parts.append(f"listens on {', '.join(map(str, dict.fromkeys(sorted(numbers))))}")
    return Hit(component.get_absolute_url(), component.name, ", ".join(parts), best=best)


def _connection_hit(connection):
    ports = ", ".join(_transport_and_number(port) for port in connection.ports.all())
    title = f"{connection.source} → {connection.destination}"
    note = f"{connection.activity}: {ports} · {connection.get_traffic_class_display()}"
    return Hit(connection.get_absolute_url(), title, note, traffic_class=connection.traffic_class)


def _transport_and_number(port):
    text = f"{port.get_transport_display()} {port.effective_number}"
    return f"{text} (moved from {port.number})" if port.is_overridden else text


def _statement_hit(statement):
    note = f"{statement.get_section_display()}, row {statement.position}"
    return Hit(statement.get_absolute_url(), " │ ".join(statement.cells), note)


def _typed(request):
    """What was typed, to go on from; a page can't hold the one character that is never text."""
    return next(iter(request.GET.getlist("q")), "").replace("\0", "\N{REPLACEMENT CHARACTER}")

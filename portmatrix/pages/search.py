"""The search: hits under the box in the header while typing, the page of all hits, and the way straight to the best."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ..choices import PORT_MAX, PORT_MIN
from ..filters.base import StrictForm
from ..filters.fields import SearchField
from ..queries import search
from .query_errors import MOST_MESSAGES, Fault

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
    """All hits of a text by kind; 400 for a query with a fault.

    An htmx request is answered with the first hits of each kind. Any other is sent on to the hit that is clearly
    meant, unless it asks for all.
    """
    form = SearchForm(request.GET)
    fragment = bool(request.htmx and not request.htmx.history_restore_request)
    if form.is_valid():
        text, everything = form.cleaned_data["q"], bool(form.cleaned_data["all"])
        context, status = _answer(text, AT_ONCE if fragment else None), 200
        best = None if fragment or everything else context["best"]
    else:
        context, status, best = {"faults": _faults(form), "searched": _typed(request)}, 400, None
    response = HttpResponseRedirect(best) if best else _rendered(request, fragment, context, status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _rendered(request, fragment, context, status):
    return render(request, f"search/{'_hits' if fragment else 'page'}.html", context, status=status)


def _answer(text, most):
    """The context of hits: at most so many of each kind (None: all)."""
    if not text:
        return {"searched": "", "best": None}
    catalogue = search.load()
    found = search.find(text, catalogue)
    return {
        "searched": text,
        "groups": [group for group in _groups(found, catalogue, most) if group.total],
        "total": found.total,
        "best": _address_of(found.best) if found.best else None,
        "unused": found.unused,
        "no_port": found.no_port,
        "range": (PORT_MIN, PORT_MAX),
        "everything": f"{reverse('search')}?{urlencode({'q': text, 'all': 1})}",
        "loaded": bool(catalogue.components),
    }


def _groups(found, catalogue, most):
    numbers = _numbers_by_component(catalogue.ports)

    def component_hit(component):
        return _component_hit(component, numbers.get(component.pk, ()), component is found.best)

    def group(name, label, rows, hit):
        return Group(name, label, [hit(row) for row in rows[:most]], len(rows))

    return [
        group("ports", "Ports", found.ports, lambda standing: _port_hit(standing, standing is found.best)),
        group("components", "Components", found.components, component_hit),
        group("near", "Did you mean", found.near, component_hit),
        group("connections", "Connections", found.connections, _connection_hit),
        group("rows", "Rows of the document", found.statements, _statement_hit),
    ]


def _address_of(found):
    return _port_address(found.number) if isinstance(found, search.PortNumber) else found.get_absolute_url()


def _port_address(number):
    return reverse("port", args=[number])


def _port_hit(standing, best):
    names = list(dict.fromkeys(listener.component.name for listener in standing.ports))
    title = ", ".join(names[:NAMES]) + (f" and {len(names) - NAMES} more" if len(names) > NAMES else "")
    moves = [listener for listener in standing.ports if listener.is_overridden]
    if len(names) == 1:
        note = ", ".join(_spoken(listener, standing.number) for listener in standing.ports)
    else:
        said = [f"{listener.component.name} {_move(listener, standing.number)}" for listener in moves]
        note = "; ".join([f"{len(standing.ports)} listeners", *said])
    return Hit(_port_address(standing.number), title, note, number=standing.number, best=best)


def _spoken(listener, number):
    spoken = f"{listener.get_transport_display()} {listener.get_application_display()}".strip()
    return f"{spoken}, {_move(listener, number)}" if listener.is_overridden else spoken


def _move(listener, number):
    """Where a moved listener went, seen from one of its two numbers."""
    if listener.effective_number == number:
        return f"moved here from {listener.number}"
    return f"moved to {listener.effective_number}"


def _numbers_by_component(listeners):
    numbers = {}
    for listener in listeners:
        numbers.setdefault(listener.component_id, []).append(listener.effective_number)
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
    ports = ", ".join(_stands(port) for port in connection.ports.all())
    title = f"{connection.source} → {connection.destination}"
    note = f"{connection.activity}: {ports} · {connection.get_traffic_class_display()}"
    return Hit(connection.get_absolute_url(), title, note, traffic_class=connection.traffic_class)


def _stands(listener):
    stands = f"{listener.get_transport_display()} {listener.effective_number}"
    return f"{stands} (moved from {listener.number})" if listener.is_overridden else stands


def _statement_hit(statement):
    note = f"{statement.get_section_display()}, row {statement.position}"
    return Hit(statement.get_absolute_url(), " │ ".join(statement.cells), note)


def _faults(form):
    wrong = [Fault(name, message) for name, messages in form.errors.items() for message in messages]
    return wrong[:MOST_MESSAGES]


def _typed(request):
    """What was typed, to go on from; a page can't hold the one character that is never text."""
    return next(iter(request.GET.getlist("q")), "").replace("\0", "\N{REPLACEMENT CHARACTER}")

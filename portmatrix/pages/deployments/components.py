"""Which components a deployment uses and where they run: a row a component, changed one at a time."""

import re
from dataclasses import dataclass

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ...choices import Kind
from ...deployments import service as store
from ...deployments.document import ALWAYS_IN_USE, DocumentRefused, Fault
from ...models import Component
from ...utils.text import shown
from ..presentation.tree import in_tree_order
from .base import REFUSED, frame, or_not_found

SHOWN = 12  # addresses in a row; a component's own page has them all
PAGE = 200  # addresses on a page of that


@dataclass(frozen=True)
class Place:
    """A component as a deployment has it: its depth under its host or group, whether it is in use, and where."""

    component: Component
    depth: int
    in_use: bool
    endpoints: list
    needs_address: bool

    @property
    def always(self):
        """Whether every deployment uses it."""
        return self.component.slug in ALWAYS_IN_USE

    @property
    def shown(self):
        return self.endpoints[:SHOWN]

    @property
    def more(self):
        """How many addresses its row leaves out."""
        return max(len(self.endpoints) - SHOWN, 0)


@require_http_methods(["GET", "HEAD", "POST"])
def places(request, slug):
    """Every component of the catalogue; those in use with their addresses. A POST changes one component."""
    if request.method == "POST":
        return _change(request, slug)
    context = frame(request, slug, "deployment-components")
    context["groups"] = _by_kind(_places(context["evaluation"]))
    return render(request, "deployments/components.html", context)


@require_safe
def place(request, slug, component):
    """One component with all its addresses, in pages (`?page=`), to rename them, and to leave it out."""
    context = frame(request, slug, "deployment-components")
    context |= _one(context, component, request.GET.get("page", 1))
    return render(request, "deployments/component.html", context)


def _one(context, component, page):
    """The `Place` of a component and a page of its addresses. Raises `Http404`."""
    place = _place_of(context["evaluation"], component)
    try:
        return {"place": place, "endpoints": Paginator(place.endpoints, PAGE).page(page)}
    except InvalidPage as error:
        raise Http404("There is no such page of addresses.") from error


def _change(request, slug):
    """Do what the form says, or say why not. htmx gets the component's row, everybody else the page."""
    component = request.POST.get("component", "")
    edit = _EDITS.get(request.POST.get("do", ""))
    if edit is None:
        raise Http404("There is no such change.")
    try:
        with or_not_found():
            edit(slug, component, request)
        faults = []
    except DocumentRefused as refused:
        faults = [_without_path(fault.message) for fault in refused.faults]
    if request.htmx or faults:
        return _answer(request, slug, component, faults)
    return redirect(f"{reverse('deployment-components', args=[slug])}#component-{component}")


def _without_path(message):
    """A message that names another endpoint by its place in the document, which nobody sees on this page."""
    return re.sub(r" at endpoints\[\d+\] already\. Keep one of the two\.$", " already.", message)


def _answer(request, slug, component, faults):
    context = frame(request, slug, "deployment-components")
    context |= _one(context, component, 1) | {"faults": faults, "swap": True}
    if faults:
        context |= {name: request.POST.get(name, "") for name in ("address", "name")}
    status = REFUSED if faults else 200
    if request.htmx:
        return render(request, "deployments/_changed.html", context, status=status)
    return render(request, "deployments/component.html", context, status=status)


def _add(slug, component, request):
    """Add one or several addresses, which put their component in use; without a name, an address is its own name."""
    addresses = _split(request.POST.get("address", ""))
    name = request.POST.get("name", "").strip()
    added = [{"component": component, "name": name or one, "address": one} for one in addresses]
    store.change(slug, lambda data: data["endpoints"].extend(added), request.user)


def _split(text):
    """Addresses separated by blanks, commas or semicolons. Blanks around the dash of a range do not separate, nor do
    those before a mask, which is no address of its own: so it is refused together with its address.
    """
    joined = re.sub(r"\s*-\s*", "-", text.strip())
    joined = re.sub(r"(?<=[0-9])\s+(?=(?:0|255)\.)", "/", joined)
    return [one for one in re.split(r"[\s,;]+", joined) if one] or [""]


def _take_out(slug, component, request):
    """Remove one address. The component stays in use."""
    address = request.POST.get("address", "")

    def edit(data):
        data["endpoints"] = [
            one for one in data["endpoints"] if (one["component"], one["address"]) != (component, address)
        ]

    store.change(slug, edit, request.user)


def _rename(slug, component, request):
    """Give an address another name."""
    address, name = request.POST.get("address", ""), request.POST.get("name", "").strip()

    def edit(data):
        for one in data["endpoints"]:
            if (one["component"], one["address"]) == (component, address):
                one["name"] = name or address
                return
        raise DocumentRefused([Fault("address", f"{shown(address)} has been removed meanwhile.")])

    store.change(slug, edit, request.user)


def _use(slug, component, request):
    store.change(slug, lambda data: data.update(components=sorted({*data["components"], component})), request.user)


def _leave_out(slug, component, request):
    """Use a component no longer, and forget its addresses."""

    def edit(data):
        data["components"] = [one for one in data["components"] if one != component]
        data["endpoints"] = [one for one in data["endpoints"] if one["component"] != component]

    store.change(slug, edit, request.user)


_EDITS = {"add": _add, "remove": _take_out, "rename": _rename, "use": _use, "leave": _leave_out}


def _places(evaluation):
    """A `Place` for every component, each family together. One query."""
    document = evaluation.document
    waiting = {
        slug for one in evaluation.findings if one.code == "component-without-address" for slug in one.components
    }
    endpoints = {}
    for endpoint in document.endpoints:
        endpoints.setdefault(endpoint.component, []).append(endpoint)
    components = Component.objects.select_related("host", "group")
    return [
        Place(
            component,
            depth,
            component.slug in document.components,
            endpoints.get(component.slug, []),
            component.slug in waiting,
        )
        for component, depth in in_tree_order(components, "host", "group")
    ]


def _place_of(evaluation, slug):
    for place in _places(evaluation):
        if place.component.slug == slug:
            return place
    raise Http404("There is no component of this name.")


def _by_kind(places):
    """(kind in words, places), each family under the kind of the component that heads it."""
    groups = {}
    for place in places:
        if not place.depth:
            group = groups.setdefault(Kind(place.component.kind).label, [])
        group.append(place)
    return list(groups.items())

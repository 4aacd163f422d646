"""Which components a deployment uses and where they run: a row a component, changed one at a time."""

import re
from dataclasses import dataclass

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ...choices import Kind
from ...deployments import service
from ...deployments.document import DocumentRefused, Endpoint
from ...deployments.faults import Fault, Path
from ...models import Component
from ...utils.text import printable
from ..presentation.tree import in_tree_order
from .base import REFUSED, deployment_context, missing_is_404

SHOWN = 12  # addresses in a row; a component's own page has them all
PAGE = 200  # addresses on a page of that


@dataclass(frozen=True)
class ComponentRow:
    """A component of the catalogue, its depth under its host or group, and what a deployment says of it."""

    component: Component
    depth: int
    in_use: bool
    endpoints: list[Endpoint]
    needs_address: bool

    @property
    def shown(self):
        """The endpoints that its row shows."""
        return self.endpoints[:SHOWN]

    @property
    def more(self):
        """How many endpoints its row leaves out."""
        return max(len(self.endpoints) - SHOWN, 0)


@require_http_methods(["GET", "HEAD", "POST"])
def components(request, slug):
    """Every component of the catalogue; those in use with their addresses. A POST changes one component."""
    if request.method == "POST":
        return _change(request, slug)
    context = deployment_context(request, slug, "deployment-components")
    context["groups"] = _by_kind(_rows(context["evaluation"]))
    return render(request, "deployments/components.html", context)


@require_safe
def component_detail(request, slug, component):
    """One component with all its addresses, in pages (`?page=`), to rename them, and to leave it out."""
    context = deployment_context(request, slug, "deployment-components")
    context |= _component_context(context["evaluation"], component, request.GET.get("page", 1))
    return render(request, "deployments/component.html", context)


def _component_context(evaluation, component, page):
    """The row of a component (its slug) and a page of its addresses. Raises `Http404`."""
    row = next((row for row in _rows(evaluation) if row.component.slug == component), None)
    if row is None:
        raise Http404("There is no component of this name.")
    try:
        return {"row": row, "endpoints": Paginator(row.endpoints, PAGE).page(page)}
    except InvalidPage as error:
        raise Http404("There is no such page of addresses.") from error


def _change(request, slug):
    """Do what the form says, or say why not. htmx gets the component's row, everybody else the page."""
    component = request.POST.get("component", "")
    edit = _EDITS.get(request.POST.get("do", ""))
    if edit is None:
        raise Http404("There is no such change.")
    try:
        with missing_is_404():
            edit(slug, component, request)
        messages = []
    except DocumentRefused as refused:
        messages = [_message(fault) for fault in refused.faults]
    if request.htmx or messages:
        return _answer(request, slug, component, messages)
    return redirect(f"{reverse('deployment-components', args=[slug])}#component-{component}")


def _message(fault):
    """The sentence of a fault, without the path of another endpoint: nobody sees the document on this page."""
    if fault.code == "endpoint-twice":
        return "{component.slug} has {address} already.".format(**fault.params)
    return fault.message


def _answer(request, slug, component, faults):
    context = deployment_context(request, slug, "deployment-components")
    context |= _component_context(context["evaluation"], component, 1) | {"faults": faults, "swap": True}
    if faults:
        context |= {name: request.POST.get(name, "") for name in ("address", "name")}
    status = REFUSED if faults else 200
    template = "deployments/_changed.html" if request.htmx else "deployments/component.html"
    return render(request, template, context, status=status)


def _add(slug, component, request):
    """Add one or several addresses, which put their component in use; without a name, an address is its own name."""
    addresses = _split(request.POST.get("address", ""))
    name = request.POST.get("name", "").strip()
    added = [{"component": component, "name": name or address, "address": address} for address in addresses]
    service.change(slug, lambda data: data["endpoints"].extend(added), request.user)


def _split(text):
    """Addresses separated by blanks, commas or semicolons. Blanks around the dash of a range do not separate, nor do
    those before a mask, which is no address of its own: so it is refused together with its address.
    """
    joined = re.sub(r"\s*-\s*", "-", text.strip())
    joined = re.sub(r"(?<=[0-9])\s+(?=(?:0|255)\.)", "/", joined)
    return [address for address in re.split(r"[\s,;]+", joined) if address] or [""]


def _remove(slug, component, request):
    """Remove one address. The component stays in use."""
    removed = component, request.POST.get("address", "")

    def edit(data):
        data["endpoints"] = [endpoint for endpoint in data["endpoints"] if _key(endpoint) != removed]

    service.change(slug, edit, request.user)


def _rename(slug, component, request):
    """Give an address another name."""
    address, name = request.POST.get("address", ""), request.POST.get("name", "").strip()

    def edit(data):
        endpoint = next((endpoint for endpoint in data["endpoints"] if _key(endpoint) == (component, address)), None)
        if endpoint is None:
            raise DocumentRefused([Fault(Path(["endpoints"]), "address-removed", {"address": printable(address)})])
        endpoint["name"] = name or address

    service.change(slug, edit, request.user)


def _key(endpoint):
    return endpoint["component"], endpoint["address"]


def _use(slug, component, request):
    """Put a component in use."""
    service.change(slug, lambda data: data.update(components=sorted({*data["components"], component})), request.user)


def _leave_out(slug, component, request):
    """Use a component no longer, and forget its addresses."""

    def edit(data):
        data["components"] = [other for other in data["components"] if other != component]
        data["endpoints"] = [endpoint for endpoint in data["endpoints"] if endpoint["component"] != component]

    service.change(slug, edit, request.user)


_EDITS = {"add": _add, "remove": _remove, "rename": _rename, "use": _use, "leave": _leave_out}


def _rows(evaluation):
    """A `ComponentRow` for every component, each family together. One query."""
    document = evaluation.document
    without_address = {
        slug
        for finding in evaluation.findings
        if finding.code == "component-without-address"
        for slug in finding.components
    }
    endpoints: dict[str, list[Endpoint]] = {}
    for endpoint in document.endpoints:
        endpoints.setdefault(endpoint.component, []).append(endpoint)
    components = Component.objects.select_related("host", "group")
    return [
        ComponentRow(
            component,
            depth,
            in_use=component.slug in document.components,
            endpoints=endpoints.get(component.slug, []),
            needs_address=component.slug in without_address,
        )
        for component, depth in in_tree_order(components, "host", "group")
    ]


def _by_kind(rows):
    """(kind in words, rows), each family under the kind of the component that heads it."""
    groups: dict[str, list[ComponentRow]] = {}
    for row in rows:
        if not row.depth:
            group = groups.setdefault(Kind(row.component.kind).label, [])
        group.append(row)
    return list(groups.items())

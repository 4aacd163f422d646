"""A deployment as one JSON document, as people keep it in git: downloaded, and sent back to make or replace one."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ...deployments import service
from ...deployments.document import DocumentRefused, read_document
from ...deployments.endpoint_csv import MOST_BYTES
from ...deployments.evaluate import load_document_and_catalogue
from ...deployments.faults import Fault, Path
from ...models import Deployment
from ...utils import strict_json
from .base import REFUSED, missing_is_404
from .preview import CHANGED_MEANWHILE, preview_of
from .submission import NothingSent, body_of, refusal


@require_http_methods(["GET", "HEAD", "POST"])
def send(request):
    """The form; its POST makes the deployment or, if there is one of this slug, shows what would change in it, and
    `do=apply` changes it if nothing else did meanwhile.
    """
    context: dict[str, Any] = {}
    if request.method != "POST":
        return render(request, "deployments/document.html", context)
    try:
        if response := _receive(request, context):
            return response
    except DocumentRefused as refused:
        context |= refusal(request, refused.faults)
    return render(request, "deployments/document.html", context, status=REFUSED if "faults" in context else 200)


@require_safe
def download(request, slug):
    """The document as a file."""
    with missing_is_404():
        text = _by_line(service.to_data(service.get_document(slug)))
    headers = {"Content-Disposition": f'attachment; filename="{slug}.json"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


def _by_line(data):
    """JSON with one line for each component, endpoint and override: what git compares well and people read."""
    members = []
    for key, value in data.items():
        lines = ",".join(f"\n    {_json(item)}" for item in value) if isinstance(value, list) else ""
        members.append(f"  {_json(key)}: " + (f"[{lines}\n  ]" if lines else _json(value)))
    return "{\n" + ",\n".join(members) + "\n}\n"


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def _receive(request, context):
    """Make the deployment, or put into the context what would change in it; asked to apply what was looked at, do so.

    Raises `DocumentRefused`.
    """
    data = _data_in(request)
    slug = service.slug_in(data)
    applies = request.POST.get("do") == "apply"
    try:
        if applies and (response := _replace(request, slug, data, context)):
            return response
        before, catalogue = load_document_and_catalogue(slug)
    except Deployment.DoesNotExist:
        if applies:
            raise DocumentRefused([Fault(Path(["slug"]), "deployment-removed", {"slug": slug})]) from None
        return _create(request, data)
    after = read_document(data, catalogue, before.numbers)
    context |= {"deployment": before, "preview": preview_of(before, after, _json(data), catalogue)}
    return None


def _data_in(request):
    """The decoded JSON that was sent, as a file or as text. Raises `DocumentRefused`."""
    try:
        body = body_of(request, "a document")
        if len(body) > MOST_BYTES:
            raise DocumentRefused([Fault(Path(), "too-large", {"most": MOST_BYTES})])
        return strict_json.loads(body)
    except NothingSent as error:
        raise DocumentRefused([Fault(Path(), "nothing-sent", {"reason": str(error)})]) from None
    except strict_json.NotJSON as error:
        raise DocumentRefused([Fault(Path(), "not-json", {"reason": str(error)})]) from None


def _create(request, data):
    try:
        deployment = service.create(data, request.user)
    except service.SlugTaken as taken:
        raise DocumentRefused([Fault(Path(["slug"]), "deployment-made", {"slug": str(taken)})]) from None
    messages.success(request, f"{deployment} is made from the document.")
    return redirect("deployment", deployment.slug)


def _replace(request, slug, data, context):
    """Replace the deployment that was looked at, or say in the context that it has changed since.

    Raises `DocumentRefused` and `Deployment.DoesNotExist`.
    """

    def replace(stored):
        stored.clear()
        stored.update(data)

    try:
        after = service.change(slug, replace, request.user, seen=request.POST.get("seen", ""))
    except service.Stale:
        context["notice"] = CHANGED_MEANWHILE
        return None
    messages.success(request, f"{after.name} is what the document says.")
    return redirect("deployment", slug)

"""A deployment as one JSON document, as people keep it in git: downloaded, and sent back to make or replace one."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ...deployments import service as store
from ...deployments.document import DocumentRefused, Fault, read_document
from ...deployments.endpoint_csv import MOST_BYTES
from ...deployments.evaluate import load_document_and_catalogue
from ...utils import strict_json
from .base import REFUSED, or_not_found
from .preview import CHANGED_MEANWHILE, preview_of
from .submission import NotOneSent, body_of, refusal

TOO_LARGE = f"It is larger than {MOST_BYTES:,} bytes. Add part of the addresses as a table later."
JUST_MADE = "There is a deployment '{}' since this moment. Send the document again to see what it would change."
JUST_REMOVED = "Somebody removed the deployment '{}' meanwhile. Send the document again to make it anew."


@require_http_methods(["GET", "HEAD", "POST"])
def send(request):
    """The form; its POST makes the deployment or, if there is one of this slug, shows what would change in it, and
    `do=apply` changes it if nothing else did meanwhile.
    """
    context = {}
    if request.method != "POST":
        return render(request, "deployments/document.html", context)
    try:
        if answer := _read(request, context):
            return answer
    except DocumentRefused as refused:
        context |= refusal(request, refused.faults)
    return render(request, "deployments/document.html", context, status=REFUSED if "faults" in context else 200)


@require_safe
def download(request, slug):
    """The document as a file."""
    with or_not_found():
        text = _by_line(store.to_data(store.get_document(slug)))
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


def _read(request, context):
    """Make what was sent, or put into the context what it would change; or, asked to apply what was looked at, do so.

    Raises `DocumentRefused`.
    """
    data = _sent(request)
    slug = store.slug_in(data)
    applies = request.POST.get("do") == "apply"
    try:
        if applies and (answer := _replaced(request, slug, data, context)):
            return answer
        before, catalogue = load_document_and_catalogue(slug)
    except store.NoSuchDeployment:
        if applies:
            raise DocumentRefused([Fault("slug", JUST_REMOVED.format(slug))]) from None
        return _made(request, data)
    after = read_document(data, catalogue, before.standing)
    context |= {"deployment": before, "preview": preview_of(before, after, _json(data), catalogue)}
    return None


def _sent(request):
    """The decoded JSON that was sent, as a file or as text. Raises `DocumentRefused`."""
    try:
        body = body_of(request, "a document")
        if len(body) > MOST_BYTES:
            raise DocumentRefused([Fault("", TOO_LARGE)])
        return strict_json.loads(body)
    except NotOneSent as not_one:
        raise DocumentRefused([Fault("", str(not_one))]) from None
    except strict_json.NotJSON as error:
        raise DocumentRefused([Fault("", f"It is {error}.")]) from None


def _made(request, data):
    try:
        made = store.create(data, request.user)
    except store.AlreadyThere as there:
        raise DocumentRefused([Fault("slug", JUST_MADE.format(there))]) from None
    messages.success(request, f"{made} is made from the document.")
    return redirect("deployment", made.slug)


def _replaced(request, slug, data, context):
    """Replace the deployment that was looked at, or tell in the context that it is not as it was seen.

    Raises `DocumentRefused` and `NoSuchDeployment`.
    """

    def replace(stored):
        stored.clear()
        stored.update(data)

    try:
        after = store.change(slug, replace, request.user, seen=request.POST.get("seen", ""))
    except store.Outdated:
        context["notice"] = CHANGED_MEANWHILE
        return None
    messages.success(request, f"{after.name} is what the document says.")
    return redirect("deployment", slug)

"""Uploading a table of endpoints: first what it would change, then, on request, the change; or every fault by row."""

from itertools import chain

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ...deployments.diff import differences
from ...deployments.endpoint_csv import AS_TYPED, ENDPOINTS, MOST_ROWS, RowFault, TableRefused, decode, read_table
from ...deployments.evaluate import load_document_and_catalogue
from ...deployments.service import Stale, get_document
from ...deployments.upload import UploadRefused, Way, apply, preview
from ...exports.writers import write_csv
from ...naming import Names
from .base import REFUSED, deployment_or_404, missing_is_404
from .preview import CHANGED_MEANWHILE, preview_of
from .submission import NothingSent, body_of, refusal

BYTE_ORDER_MARK = "\ufeff"  # without it Excel misreads letters beyond ASCII, and saves them in another encoding


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, slug):
    """The form; its POST shows what would change, and `do=apply` changes it if nothing else did meanwhile."""
    deployment = deployment_or_404(slug)
    context = {"deployment": deployment, "way": Way.ADD, "most": f"{MOST_ROWS:,}"}
    if request.method != "POST":
        return render(request, "deployments/upload.html", context)
    try:
        with missing_is_404():
            if response := _receive(request, slug, context):
                return response
    except (TableRefused, UploadRefused) as refused:
        context |= refusal(request, refused.faults)
    return render(request, "deployments/upload.html", context, status=REFUSED if "faults" in context else 200)


def _receive(request, slug, context):
    """Put what the upload would change into the context; or, asked to apply what was looked at, do so and go on to the
    components. Raises `TableRefused`, `UploadRefused` and `Deployment.DoesNotExist`.
    """
    way = context["way"] = _way(request)
    document, catalogue = load_document_and_catalogue(slug)
    table = _table(request, catalogue)
    if request.POST.get("do") == "apply":
        try:
            return _apply(request, slug, table, way, document)
        except Stale:
            context["notice"] = CHANGED_MEANWHILE
            document, catalogue = load_document_and_catalogue(slug)
    text = "".join(write_csv(AS_TYPED, table.rows))
    context["preview"] = preview_of(document, preview(document, table, way, catalogue), text, catalogue)
    return None


@require_safe
def download(request, slug):
    """The present endpoints, as an upload takes them."""
    with missing_is_404():
        document = get_document(slug)
    lines = chain([BYTE_ORDER_MARK], write_csv(ENDPOINTS, document.endpoints))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-endpoints.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _way(request):
    """What the upload is for. Raises `TableRefused` when the form does not say."""
    try:
        return Way(request.POST.get("way", ""))
    except ValueError:
        raise TableRefused([RowFault(None, "way", "no-way", {})]) from None


def _table(request, catalogue):
    """The `Upload` that was sent, as a file or as text. Raises `TableRefused`."""
    try:
        text = decode(body_of(request, "rows"))
    except NothingSent as error:
        raise TableRefused([RowFault(None, "file", "nothing-sent", {"reason": str(error)})]) from None
    return read_table(text, Names("component", catalogue.components, most=0))


def _apply(request, slug, table, way, document):
    """Change the deployment and go to its components. Raises `UploadRefused`, `Stale` and `Deployment.DoesNotExist`."""
    after = apply(slug, request.POST.get("seen", ""), table, way, request.user)
    messages.success(request, differences(document, after).sentence or "Nothing was different.")
    return redirect("deployment-components", slug)

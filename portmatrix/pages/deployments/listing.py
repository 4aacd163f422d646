"""All deployments; making a new one, and the example."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ...deployments import service
from ...deployments.document import DocumentRefused
from ...deployments.example import SLUG as EXAMPLE
from ...deployments.example import example
from ...forms.deployments import DeploymentForm
from ...history.deployments import with_last_changes
from ...models import Deployment
from ...permissions import edits_deployments
from .base import REFUSED, for_editors, for_viewers


@require_safe
@for_viewers
def listing(request):
    """Every deployment with how much it describes and when it was changed last."""
    deployments = with_last_changes(Deployment.objects.with_sizes())
    context = {
        "deployments": deployments,
        "edits": edits_deployments(request.user),
        "has_example": any(deployment.slug == EXAMPLE for deployment in deployments),
    }
    return render(request, "deployments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def new(request):
    """Name a new deployment, and go on to its components."""
    form = DeploymentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = {"slug": form.cleaned_data["slug"] or slugify(form.cleaned_data["name"]), **form.columns}
        try:
            deployment = service.create(data, request.user)
        except DocumentRefused as refused:
            form.refuse(refused.faults)
        except service.SlugTaken:
            form.add_error("slug", f"There is a deployment '{data['slug']}' already. Choose another short name.")
        else:
            return redirect("deployment-components", deployment.slug)
    status = REFUSED if form.is_bound else 200
    return render(request, "deployments/new.html", {"form": form}, status=status)


@require_POST
@for_editors
def load_example(request):
    """Make the example, or go to it if it exists."""
    try:
        service.create(example(), request.user)
    except service.SlugTaken:
        messages.info(request, "The example is here already.")
    return redirect("deployment", EXAMPLE)
